/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/rebuild.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db/base.h"
#include "db/ladder.h"
#include "db/logbook.h"
#include "lib/deflate.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum { LOG_HEADER_BYTES = 28, LOG_MAX_BYTES = 64 * 1024 * 1024 };

const struct rebuild_way rebuild_ways[] = {
	{ "env.new", "base", true, N_("the base copy and the logs") },
	{ "env.files", "env", false, N_("its own data files") },
	{ "env.prev", "base.prev", true, N_("the base copy before the last one, and the logs") },
};
const size_t rebuild_n_ways = sizeof rebuild_ways / sizeof *rebuild_ways;

static int join(char out[4096], const struct store *store, const char *name, struct error *err)
{
	return path_join(out, 4096, store->dir, name, err);
}

/* --- copying --- */

static int copy_data(const char *from, const char *to, struct error *err)
{
	struct dirent *entry;
	DIR *stream = opendir(from);
	int ret = 0;
	if (!stream)
		return error_errno(err, errno, "%s", from);
	while (!ret && (entry = readdir(stream))) {
		char a[4096], b[4096];
		size_t n = strlen(entry->d_name);
		if (n < 3 || strcmp(entry->d_name + n - 3, ".db"))
			continue;
		ret = path_join(a, sizeof a, from, entry->d_name, err);
		ret = ret ? ret : path_join(b, sizeof b, to, entry->d_name, err);
		ret = ret ? ret : file_copy(a, b, err);
	}
	closedir(stream);
	return ret;
}

/* A log into the folder arg, replacing one of that number. */
static int copy_log(void *arg, const char *path, uint32_t number, struct error *err)
{
	char to[4096], name[32];
	int ret;
	snprintf(name, sizeof name, "log.%010u", (unsigned)number);
	ret = path_join(to, sizeof to, arg, name, err);
	if (!ret && unlink(to) && errno != ENOENT)
		ret = error_errno(err, errno, "%s", to);
	if (ret)
		return ret;
	if (!strcmp(path + strlen(path) - 3, ".gz"))
		return gunzip_file(path, to, LOG_MAX_BYTES, err);
	return file_copy(path, to, err);
}

/* A base's own logs first; where the store's log of the same number exists, that one goes on further. */
static int copy_logs(const struct store *store, const char *source, char *to, struct error *err)
{
	const char *const folders[] = { source, "logarc", "env" };
	int ret = 0;
	for (size_t i = 0; i < 3 && !ret; i++) {
		char folder[4096], name[64];
		snprintf(name, sizeof name, i == 1 ? "%s" : "%s/log", folders[i]);
		ret = join(folder, store, name, err);
		ret = ret ? ret : logs_each(folder, copy_log, to, err);
	}
	return ret;
}

/* --- building --- */

static int open_and_close(struct store *store, const char *home, bool catastrophic, struct error *err)
{
	struct engine_params params = store_engine_params(store, home);
	struct engine *engine;
	int ret;
	params.catastrophic = catastrophic;
	ret = engine_open(&engine, &params, err);
	return ret ? ret : engine_close(engine, err);
}

int rebuild_make(struct store *store, const struct rebuild_way *way, const char *home,
                 struct error *err)
{
	char source[4096], name[64], data[4096], log[4096];
	const uint8_t *key = store->encrypted ? store->db_key : NULL;
	int ret;
	snprintf(name, sizeof name, "%s/data", way->source);
	ret = join(source, store, name, err);
	ret = ret ? ret : path_join(data, sizeof data, home, "data", err);
	ret = ret ? ret : path_join(log, sizeof log, home, "log", err);
	ret = ret ? ret : file_remove_tree(home, err);
	ret = ret ? ret : file_make_dirs(data, 0700, err);
	ret = ret ? ret : file_make_dirs(log, 0700, err);
	ret = ret ? ret : copy_data(source, data, err);
	if (!ret && way->with_logs)
		ret = copy_logs(store, way->source, log, err);
	else if (!ret)
		ret = engine_forget_log(home, key, err);
	ret = ret ? ret : open_and_close(store, home, way->with_logs, err);
	ret = ret ? ret : engine_verify(home, key, NULL, NULL, err);
	ret = ret ? ret : file_sync_dir(data, err);
	ret = ret ? ret : file_sync_dir(log, err);
	return ret ? ret : file_sync_dir(home, err);
}

/* --- swapping --- */

static int move_into(const struct store *store, const char *kept, const char *name, struct error *err)
{
	char from[4096], folder[4096], to[4096];
	int ret = join(from, store, name, err);
	ret = ret ? ret : join(folder, store, kept, err);
	ret = ret ? ret : path_join(to, sizeof to, folder, name, err);
	if (!ret && rename(from, to) && errno != ENOENT)
		ret = error_errno(err, errno, "%s", from);
	return ret;
}

static int swap_mark(const struct store *store, const char *folder, struct error *err)
{
	char path[4096];
	int ret = join(path, store, "swap", err);
	return ret ? ret : file_write_atomic(path, folder, strlen(folder), err);
}

/* The file "swap" names the folder that becomes env; each step may be repeated after a crash. */
static int swap_finish(struct store *store, const char *folder, char *kept, size_t size,
                       struct error *err)
{
	static const char *const old[] = { "env", "logarc", "base", "base.prev", "sidecar" };
	char from[4096], to[4096], mark[4096], stamp[32], folder_path[4096];
	struct tm tm;
	time_t now = time(NULL);
	int ret = join(from, store, folder, err);
	ret = ret ? ret : join(to, store, "env", err);
	ret = ret ? ret : join(mark, store, "swap", err);
	if (ret)
		return ret;
	localtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
	snprintf(kept, size, "env.bad.%s", stamp);
	ret = join(folder_path, store, kept, err);
	for (int i = 1; !ret && file_exists(from) && file_exists(folder_path); i++) {
		snprintf(kept, size, "env.bad.%s.%d", stamp, i);
		ret = join(folder_path, store, kept, err);
	}
	if (!ret && file_exists(from)) {
		ret = file_make_dirs(folder_path, 0700, err);
		for (size_t i = 0; i < sizeof old / sizeof *old && !ret; i++)
			ret = move_into(store, kept, old[i], err);
		if (!ret && rename(from, to))
			ret = error_errno(err, errno, "%s", from);
	}
	ret = ret ? ret : file_sync_dir(store->dir, err);
	if (!ret && unlink(mark) && errno != ENOENT)
		ret = error_errno(err, errno, "%s", mark);
	return ret ? ret : file_sync_dir(store->dir, err);
}

int rebuild_swap(struct store *store, const char *folder, char *kept, size_t size,
                 struct error *err)
{
	int ret = swap_mark(store, folder, err);
	if (store->sidecar_fd >= 0)
		close(store->sidecar_fd);
	store->sidecar_fd = -1;
	ret = ret ? ret : swap_finish(store, folder, kept, size, err);
	return ret ? ret : rebuild_settle(store, err);
}

int rebuild_settle(struct store *store, struct error *err)
{
	struct buf folder = BUF_INIT;
	char path[4096], kept[64];
	bool known = false;
	int ret = join(path, store, "swap", err);
	if (!ret && file_exists(path)) {
		ret = file_read(path, 64, &folder, err);
		for (size_t i = 0; !ret && i < rebuild_n_ways; i++)
			known = known || !strcmp(buf_text(&folder), rebuild_ways[i].folder);
		if (!ret && known)
			ret = swap_finish(store, buf_text(&folder), kept, sizeof kept, err);
		else if (!ret)
			ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	}
	buf_free(&folder);
	for (size_t i = 0; !ret && i < rebuild_n_ways; i++) {
		ret = join(path, store, rebuild_ways[i].folder, err);
		ret = ret ? ret : file_remove_tree(path, err);
	}
	return ret;
}

/* --- a log without a head --- */

struct newest {
	uint32_t number;
	char path[4096];
};

static int newest_one(void *arg, const char *path, uint32_t number, struct error *err)
{
	struct newest *newest = arg;
	(void)err;
	if (number > newest->number) {
		newest->number = number;
		snprintf(newest->path, sizeof newest->path, "%s", path);
	}
	return 0;
}

bool rebuild_set_newest_log_aside(struct store *store)
{
	static const uint8_t zeros[LOG_HEADER_BYTES];
	struct newest newest = { 0 };
	struct buf bytes = BUF_INIT;
	struct error err;
	char folder[4096], to[4096 + 16];
	bool empty;
	if (join(folder, store, "env/log", &err) || logs_each(folder, newest_one, &newest, &err) ||
	    newest.number < 2 || file_read(newest.path, LOG_MAX_BYTES, &bytes, &err))
		return false;
	empty = bytes.len_bytes < LOG_HEADER_BYTES || !memcmp(bytes.data, zeros, sizeof zeros);
	buf_free(&bytes);
	if (!empty)
		return false;
	snprintf(to, sizeof to, "%s.empty", newest.path);
	return rename(newest.path, to) == 0 && file_sync_dir(folder, &err) == 0;
}
