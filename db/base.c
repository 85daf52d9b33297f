/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db/ladder.h"
#include "db/logbook.h"
#include "db/prove.h"
#include "db/space.h"
#include "db/txn.h"
#include "lib/deflate.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum {
	DUE_DAYS = 7,
	DUE_ARCHIVE_BYTES = 32 * 1024 * 1024,
	COMPRESS_AT_ONCE = 4,
	COPY_CACHE_BYTES = 1024 * 1024,
	READY_MAX_BYTES = 256,
	ZEROS_BYTES = 16 * 1024,
};

static int join(char out[4096], const struct store *store, const char *name, struct error *err)
{
	return path_join(out, 4096, store->dir, name, err);
}

/* --- the archive --- */

uint32_t log_number(const char *name)
{
	unsigned number;
	int n = 0;
	if (sscanf(name, "log.%10u%n", &number, &n) != 1 || (name[n] && strcmp(name + n, ".gz")))
		return 0;
	return number;
}

int logs_each(const char *folder, int (*each)(void *arg, const char *path, uint32_t number,
                                              struct error *err),
              void *arg, struct error *err)
{
	struct dirent *entry;
	DIR *stream = opendir(folder);
	int ret = 0;
	if (!stream)
		return errno == ENOENT ? 0 : error_errno(err, errno, "%s", folder);
	while (!ret && (entry = readdir(stream))) {
		uint32_t number = log_number(entry->d_name);
		char path[4096];
		if (!number)
			continue;
		ret = path_join(path, sizeof path, folder, entry->d_name, err);
		ret = ret ? ret : each(arg, path, number, err);
	}
	closedir(stream);
	return ret;
}

struct archive_job {
	struct store *store;
	unsigned n_done;
	int64_t bytes;
	uint32_t limit;
};

static int archive_one(void *arg, const char *path, struct error *err)
{
	struct archive_job *job = arg;
	const char *name = strrchr(path, '/') + 1;
	char folder[4096], to[4096];
	int ret = join(folder, job->store, "logarc", err);
	ret = ret || job->n_done++ ? ret : file_make_dirs(folder, 0700, err);
	ret = ret ? ret : path_join(to, sizeof to, folder, name, err);
	if (!ret && rename(path, to))
		ret = error_errno(err, errno, "%s", path);
	return ret;
}

int logs_archive(struct store *store, struct error *err)
{
	struct archive_job job = { .store = store };
	char folder[4096];
	int ret = engine_finished_logs(store->engine, archive_one, &job, err);
	if (ret || !job.n_done)
		return ret;
	ret = join(folder, store, "logarc", err);
	ret = ret ? ret : file_sync_dir(folder, err);
	ret = ret ? ret : join(folder, store, "env/log", err);
	return ret ? ret : file_sync_dir(folder, err);
}

void logs_prepare(struct store *store)
{
	static const uint8_t zeros[ZEROS_BYTES];
	const struct engine_position at = store->log_at;
	struct error ignored;
	struct stat st;
	char path[4096], name[64];
	int fd;
	if (at.file == store->log_prepared || store->importing)
		return;
	store->log_prepared = at.file;
	snprintf(name, sizeof name, "env/log/log.%010" PRIu32, at.file);
	if (join(path, store, name, &ignored) || (fd = open(path, O_WRONLY | O_CLOEXEC)) < 0)
		return;
	if (fstat(fd, &st) == 0)
		for (off_t to = at.offset; to < st.st_size - 1;) {
			off_t n = st.st_size - 1 - to;
			ssize_t done = pwrite(fd, zeros, n < ZEROS_BYTES ? (size_t)n : ZEROS_BYTES, to);
			if (done <= 0)
				break; /* a sparse log serves as well */
			to += done;
		}
	close(fd);
}

static int compress_one(void *arg, const char *path, uint32_t number, struct error *err)
{
	struct archive_job *job = arg;
	char gz[4096 + 8], part[4096 + 16];
	int ret;
	(void)number;
	if (strstr(path, ".gz") || job->n_done == COMPRESS_AT_ONCE)
		return 0;
	snprintf(gz, sizeof gz, "%s.gz", path);
	snprintf(part, sizeof part, "%s.gz.part", path);
	ret = gzip_file(path, part, err);
	if (!ret && rename(part, gz))
		ret = error_errno(err, errno, "%s", gz);
	if (ret) {
		unlink(part);
		return ret;
	}
	unlink(path);
	job->n_done++;
	return 0;
}

int logs_compress(struct store *store, struct error *err)
{
	struct archive_job job = { .store = store };
	char folder[4096];
	int ret;
	if (store->encrypted || store->level != LEVEL_VILLAGE)
		return 0;
	ret = join(folder, store, "logarc", err);
	ret = ret ? ret : logs_each(folder, compress_one, &job, err);
	return ret || !job.n_done ? ret : file_sync_dir(folder, err);
}

static int prune_one(void *arg, const char *path, uint32_t number, struct error *err)
{
	const struct archive_job *job = arg;
	if (number < job->limit && unlink(path) && errno != ENOENT)
		return error_errno(err, errno, "%s", path);
	return 0;
}

static int lowest_one(void *arg, const char *path, uint32_t number, struct error *err)
{
	uint32_t *lowest = arg;
	(void)path;
	(void)err;
	if (!*lowest || number < *lowest)
		*lowest = number;
	return 0;
}

/* --- what the file "ready" of a base copy says: commits, first log --- */

struct ready {
	uint64_t commits;
	uint32_t first_log;
	int64_t made; /* seconds since 1970 */
};

static int ready_read(const struct store *store, const char *base, struct ready *out)
{
	struct buf bytes = BUF_INIT;
	struct error ignored;
	struct stat st;
	char path[4096], name[64];
	int ret;
	snprintf(name, sizeof name, "%s/ready", base);
	ret = join(path, store, name, &ignored);
	ret = ret ? ret : file_read(path, READY_MAX_BYTES, &bytes, &ignored);
	if (!ret && (sscanf(buf_text(&bytes), "commits %" SCNu64 " log %" SCNu32, &out->commits,
	                    &out->first_log) != 2 ||
	             stat(path, &st)))
		ret = ERR_CORRUPT;
	if (!ret)
		out->made = (int64_t)st.st_mtime;
	buf_free(&bytes);
	return ret;
}

static int ready_write(const struct store *store, const char *base, uint64_t commits,
                       struct error *err)
{
	char path[4096], name[64], text[READY_MAX_BYTES];
	uint32_t first_log = 0;
	int ret;
	snprintf(name, sizeof name, "%s/log", base);
	ret = join(path, store, name, err);
	ret = ret ? ret : logs_each(path, lowest_one, &first_log, err);
	snprintf(name, sizeof name, "%s/ready", base);
	ret = ret ? ret : join(path, store, name, err);
	if (ret)
		return ret;
	snprintf(text, sizeof text, "commits %" PRIu64 " log %" PRIu32 "\n", commits, first_log);
	return file_write_atomic(path, text, strlen(text), err);
}

static int archive_bytes_one(void *arg, const char *path, uint32_t number, struct error *err)
{
	struct archive_job *job = arg;
	struct stat st;
	(void)err;
	if (number >= job->limit && stat(path, &st) == 0)
		job->bytes += st.st_size;
	return 0;
}

bool store_base_due(struct store *store)
{
	struct archive_job job = { .store = store };
	struct error ignored;
	struct ready ready;
	char folder[4096];
	int64_t most = DUE_ARCHIVE_BYTES, data_bytes;
	if (ready_read(store, "base", &ready))
		return true;
	if (ready.commits == store->mark.commits)
		return false;
	if ((int64_t)time(NULL) - ready.made > DUE_DAYS * 86400)
		return true;
	job.limit = ready.first_log;
	if (join(folder, store, "logarc", &ignored) == 0)
		logs_each(folder, archive_bytes_one, &job, &ignored);
	data_bytes = join(folder, store, "env/data", &ignored) ? 0 : space_used(folder);
	return job.bytes > (data_bytes > most ? data_bytes : most);
}

/* --- making a base copy --- */

static int copy_beside(const struct store *store, const char *name, struct error *err)
{
	char from[4096], to[4096], base[128];
	int ret;
	snprintf(base, sizeof base, "base.new/%s", name);
	ret = join(from, store, name, err);
	ret = ret ? ret : join(to, store, base, err);
	return ret || !file_exists(from) ? ret : file_copy(from, to, err);
}

/* Open the copy as after a disaster, compare its counter, read all of it. */
static int copy_prove(struct store *store, const char *home, struct error *err)
{
	struct engine_params params = store_engine_params(store, home);
	struct store probe = *store;
	struct error ignored;
	int ret;
	params.catastrophic = true;
	params.cache_bytes = COPY_CACHE_BYTES;
	ret = engine_open(&probe.engine, &params, err);
	if (ret)
		return ret;
	ret = mark_load(&probe, err);
	if (!ret && probe.mark.commits != store->mark.commits)
		ret = error_set(err, ERR_CORRUPT, _("the base copy is not complete"));
	ret = ret ? ret : prove_copy(&probe, err);
	if (ret)
		engine_close(probe.engine, &ignored);
	else
		ret = engine_close(probe.engine, err);
	return ret;
}

static int rename_in(const struct store *store, const char *from, const char *to, struct error *err)
{
	char a[4096], b[4096];
	int ret = join(a, store, from, err);
	ret = ret ? ret : join(b, store, to, err);
	if (!ret && rename(a, b) && errno != ENOENT)
		ret = error_errno(err, errno, "%s", a);
	return ret;
}

static int remove_in(const struct store *store, const char *name, struct error *err)
{
	char path[4096];
	int ret = join(path, store, name, err);
	return ret ? ret : file_remove_tree(path, err);
}

/* base -> base.prev, base.new -> base; a base from before the first entry is worth nothing. */
static int rotate(struct store *store, struct error *err)
{
	struct ready ready;
	bool keep = ready_read(store, "base", &ready) == 0 && ready.commits > 1;
	int ret = keep ? rename_in(store, "base.prev", "base.old", err) : 0;
	ret = ret ? ret : rename_in(store, "base", keep ? "base.prev" : "base.old", err);
	ret = ret ? ret : rename_in(store, "base.new", "base", err);
	ret = ret ? ret : file_sync_dir(store->dir, err);
	return ret ? ret : remove_in(store, "base.old", err);
}

static int prune(struct store *store, struct error *err)
{
	struct archive_job job = { .store = store };
	struct ready ready;
	char folder[4096];
	int ret;
	if (ready_read(store, "base.prev", &ready) && ready_read(store, "base", &ready))
		return 0;
	job.limit = ready.first_log;
	ret = join(folder, store, "logarc", err);
	return ret ? ret : logs_each(folder, prune_one, &job, err);
}

static int check_room(const struct store *store, struct error *err)
{
	char home[4096];
	int64_t need, have;
	int ret = join(home, store, "env/data", err);
	if (ret)
		return ret;
	need = space_used(home) / 10 * 11 + store->ballast_bytes / 2;
	have = file_free_bytes(store->dir);
	if (have >= 0 && have < need)
		return error_set(err, ERR_NOSPACE, _("a base copy needs %lld MB more on this disk"),
		                 (long long)(need - have) / 1000000 + 1);
	return 0;
}

int store_make_base(struct store *store, struct progress *progress, struct error *err)
{
	static const char *const beside[] = { "keys", "keys.bak", "secrets", "format" };
	enum { STEPS = 4 };
	const char *what = _("making the base copy");
	char target[4096];
	int ret = 0;
	if (engine_in_txn(store->engine))
		return error_set(err, ERR_INVALID, "a transaction is open");
	ret = check_room(store, err);
	ret = ret ? ret : store_checkpoint(store, err);
	ret = ret ? ret : join(target, store, "base.new", err);
	ret = ret ? ret : file_remove_tree(target, err);
	if (!ret && !progress_report(progress, what, 1, STEPS))
		ret = error_set(err, ERR_CANCELLED, _("stopped"));
	ret = ret ? ret : engine_backup(store->engine, target, err);
	for (size_t i = 0; i < sizeof beside / sizeof *beside && !ret; i++)
		ret = copy_beside(store, beside[i], err);
	if (!ret && !progress_report(progress, what, 2, STEPS))
		ret = error_set(err, ERR_CANCELLED, _("stopped"));
	ret = ret ? ret : copy_prove(store, target, err);
	if (!ret && !progress_report(progress, what, 3, STEPS))
		ret = error_set(err, ERR_CANCELLED, _("stopped"));
	ret = ret ? ret : ready_write(store, "base.new", store->mark.commits, err);
	if (ret) {
		struct error ignored;
		file_remove_tree(target, &ignored);
		return ret;
	}
	ret = rotate(store, err);
	ret = ret ? ret : prune(store, err);
	if (!ret)
		logbook_write(store->dir, "base copy made, %" PRIu64 " commits", store->mark.commits);
	progress_report(progress, what, STEPS, STEPS);
	return ret;
}

int base_settle(const char *store_dir, struct error *err)
{
	struct store store = { .dir = (char *)(uintptr_t)store_dir };
	struct ready ready;
	char path[4096];
	bool whole = ready_read(&store, "base.new", &ready) == 0;
	int ret = join(path, &store, "base", err);
	if (!ret && whole && !file_exists(path))
		ret = rename_in(&store, "base.new", "base", err);
	ret = ret ? ret : remove_in(&store, "base.new", err);
	ret = ret ? ret : join(path, &store, "base.prev", err);
	if (!ret && !file_exists(path))
		ret = rename_in(&store, "base.old", "base.prev", err);
	return ret ? ret : remove_in(&store, "base.old", err);
}
