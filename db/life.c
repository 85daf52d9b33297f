/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/heal.h"
#include "db/host.h"
#include "db/ladder.h"
#include "db/life.h"
#include "db/lend.h"
#include "db/logbook.h"
#include "db/secret.h"
#include "db/sidecar.h"
#include "db/space.h"
#include "db/txn.h"
#include "lib/arena.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

/* STORE/format: "xiangyi-store 1 LEVEL encrypted|plain\n"; STORE/unfinished while a store is made. */

static const char *const level_words[LEVEL_N] = {
#define LEVEL_WORD(name, word) [LEVEL_##name] = word,
	LEVEL_LIST(LEVEL_WORD)
#undef LEVEL_WORD
};

enum { QUICK_BASE_BYTES = 256 * 1024 * 1024 };

/* --- the format file --- */

int life_format_write(const struct store *store, struct error *err)
{
	char path[4096], text[128];
	int ret = path_join(path, sizeof path, store->dir, "format", err);
	if (ret)
		return ret;
	snprintf(text, sizeof text, "xiangyi-store 1 %s %s\n", level_words[store->level],
	         store->encrypted ? "encrypted" : "plain");
	return file_write_atomic(path, text, strlen(text), err);
}

static int format_parse(struct store *store, const char *text, const char *path, struct error *err)
{
	char level[16], locked[16];
	int version;
	if (sscanf(text, "xiangyi-store %d", &version) == 1 && version > 1)
		return error_set(err, ERR_VERSION, _("%s was made by a newer version"), path);
	if (sscanf(text, "xiangyi-store %d %15s %15s", &version, level, locked) == 3)
		for (int i = 0; i < LEVEL_N; i++)
			if (!strcmp(level, level_words[i])) {
				store->level = (enum level)i;
				store->encrypted = strcmp(locked, "plain") != 0;
				return 0;
			}
	return error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
}

/* The base copy has the file too. */
static int format_read(struct store *store, struct error *err)
{
	static const char *const names[] = { "format", "base/format" };
	struct error other = { 0 };
	int ret = 0;
	for (size_t i = 0; i < 2; i++) {
		struct error *e = i ? &other : err;
		struct buf text = BUF_INIT;
		char path[4096];
		ret = path_join(path, sizeof path, store->dir, names[i], e);
		ret = ret ? ret : file_read(path, 256, &text, e);
		ret = ret ? ret : format_parse(store, buf_text(&text), path, e);
		buf_free(&text);
		if (!ret || ret == ERR_VERSION)
			break;
	}
	if (ret == ERR_NOTFOUND)
		error_set(err, ret, _("there is no store in %s; xiangyi-admin init makes one"),
		          store->dir);
	return ret ? err->code : 0;
}

/* --- making and freeing the struct --- */

struct store *life_new(const char *dir, const struct session *session)
{
	struct store *store = calloc(1, sizeof *store);
	if (!store)
		return NULL;
	store->dir = realpath(dir, NULL);
	store->dir_fd = store->lock_fd = store->listen_fd = store->borrow_fd = store->sidecar_fd = -1;
	if (!store->dir) {
		free(store);
		return NULL;
	}
	if (session) {
		store->session = *session;
		crypto_subkey(store->db_key, session->master, 1, "xyengine");
		crypto_subkey(store->draft_key, session->master, 1, "xydrafts");
		crypto_subkey(store->index_key, session->master, 1, "xyindexh");
	}
	return store;
}

void life_free(struct store *store)
{
	struct error ignored;
	upper_free(store->upper);
	engine_close(store->engine, &ignored);
	if (store->sidecar_fd >= 0)
		close(store->sidecar_fd);
	lend_unlock(store);
	buf_free(&store->repaired);
	free(store->devices);
	free(store->dir);
	crypto_wipe(store, sizeof *store);
	free(store);
}

/* --- creating --- */

static int check_params(const struct store_params *params, struct error *err)
{
	static const size_t region_digits[LEVEL_N] = {
		[LEVEL_VILLAGE] = 12, [LEVEL_TOWNSHIP] = 9, [LEVEL_COUNTY] = 6
	};
	const char *region = params->region ? params->region : "";
	const char *name = params->name ? params->name : "";
	size_t want = region_digits[params->level];
	if (strlen(region) != want || strspn(region, "0123456789") != want)
		return error_set(err, ERR_INVALID, _("the region code of this level has %d digits"),
		                 (int)want);
	if (!*name || strlen(name) >= SITE_NAME_BYTES)
		return error_set(err, ERR_INVALID, _("the clinic's name is missing or too long"));
	if (!utf8_plain(name))
		return error_set(err, ERR_INVALID, _("the clinic's name has a control character or is not UTF-8"));
	return 0;
}

void life_clear_folder(const char *dir)
{
	struct error ignored;
	struct dirent *entry;
	char path[4096];
	DIR *stream = opendir(dir);
	while (stream && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    path_join(path, sizeof path, dir, entry->d_name, &ignored) == 0)
			file_remove_tree(path, &ignored);
	if (stream)
		closedir(stream);
}

int life_prepare_folder(const char *dir, struct error *err)
{
	char mark[4096];
	struct dirent *entry;
	bool empty = true;
	DIR *stream;
	int ret = file_make_dirs(dir, 0700, err);
	ret = ret ? ret : path_join(mark, sizeof mark, dir, "unfinished", err);
	if (ret)
		return ret;
	stream = opendir(dir);
	if (!stream)
		return error_errno(err, errno, "%s", dir);
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			empty = false;
	closedir(stream);
	if (!empty && !file_exists(mark))
		return error_set(err, ERR_EXISTS, _("%s is not empty"), dir);
	if (chmod(dir, 0700))
		return error_errno(err, errno, "%s", dir);
	life_clear_folder(dir);
	return file_write_atomic(mark, "1\n", 2, err);
}

int life_finish_folder(const char *dir, struct error *err)
{
	char mark[4096];
	int ret = path_join(mark, sizeof mark, dir, "unfinished", err);
	if (!ret && unlink(mark))
		ret = error_errno(err, errno, "%s", mark);
	return ret ? ret : file_sync_dir(dir, err);
}

int life_make_env(struct store *store, const struct store_device *devices, size_t n, uint16_t self,
                  struct error *err)
{
	const uint8_t number[] = { (uint8_t)(self >> 8), (uint8_t)self };
	char home[4096];
	struct engine_params params;
	int ret = path_join(home, sizeof home, store->dir, "env", err);
	if (ret)
		return ret;
	params = store_engine_params(store, home);
	params.create = true;
	ret = engine_open(&store->engine, &params, err);
	ret = ret ? ret : ballast_make(store, err);
	ret = ret ? ret : store_begin(store, err);
	store->self = self;
	for (size_t i = 0; i < n && !ret; i++)
		ret = device_put_txn(store, &devices[i], err);
	ret = ret ? ret : meta_put(store, "self", span_of(number, sizeof number), err);
	ret = ret ? ret : meta_put(store, "epoch", span_of(store->epoch, sizeof store->epoch), err);
	return ret ? ret : store_commit(store, err);
}

static int create_files(struct store *store, const struct store_params *params, struct error *err)
{
	struct store_device self = { .level = params->level, .enrolled = true };
	struct fence fence = { .highest_seq = 0 };
	int ret;
	snprintf(self.region, sizeof self.region, "%s", params->region);
	snprintf(self.name, sizeof self.name, "%s", params->name);
	crypto_random(store->epoch, sizeof store->epoch);
	ret = secret_draw(store->dir, &store->session, &self, err);
	ret = ret ? ret : lend_lock(store, err);
	ret = ret ? ret : life_make_env(store, &self, 1, 1, err);
	memcpy(fence.incarnation, self.incarnation, sizeof fence.incarnation);
	ret = ret ? ret : fence_write(store->dir, &fence, err);
	ret = ret ? ret : life_format_write(store, err);
	return ret ? ret : store_make_base(store, NULL, err);
}

int store_create(const char *dir, const struct store_params *params,
                 char recovery[RECOVERY_CODE_BYTES], struct error *err)
{
	const enum role role = params->level == LEVEL_VILLAGE ? ROLE_DOCTOR : ROLE_TOWNSHIP;
	struct session session = { .role = role };
	struct store *store = NULL;
	int ret = check_params(params, err);
	ret = ret ? ret : life_prepare_folder(dir, err);
	if (ret)
		return ret;
	ret = account_create(dir, params->operator_name, params->display_name, role, params->password,
	                     recovery, &session, err);
	if (!ret && !(store = life_new(dir, &session)))
		ret = error_errno(err, errno, "%s", dir);
	if (!ret) {
		store->level = params->level;
		store->encrypted = !params->no_encrypt;
		ret = create_files(store, params, err);
	}
	ret = ret ? ret : life_finish_folder(dir, err);
	if (store)
		life_free(store);
	session_end(&session);
	if (ret)
		life_clear_folder(dir);
	return ret;
}

/* --- opening and closing --- */

/* A database older than what has left this machine must not give those numbers out again. */
static int renew_if_set_back(struct store *store, struct error *err)
{
	bool set_back;
	int ret = fence_check(store, &set_back, err);
	if (ret || !set_back)
		return ret;
	ret = store_renew(store, "the fence is ahead of the database", err);
	if (!ret)
		logbook_tell(store, _("this store was set back to an older state; it goes on under a new "
		                      "number, and the township must enrol it again"));
	return ret;
}

/* A full disk must not keep the records from being read. */
static int renew_if_moved(struct store *store, struct error *err)
{
	struct error ignored;
	bool moved;
	int ret = host_check(store, &moved, err);
	if (!ret && moved) {
		ret = store_renew(store, "opened on another computer, disk or folder", err);
		if (!ret)
			logbook_tell(store, _("this store was copied or moved from another computer, disk or folder; it "
			                      "goes on under a new number, and the township must enrol it again"));
	}
	if (!ret && host_write(store, &ignored))
		logbook_write(store->dir, "host: %s", ignored.text);
	return ret;
}

static int climb(struct store *store, struct error *err)
{
	struct error ignored;
	char mark[4096];
	int ret = path_join(mark, sizeof mark, store->dir, "unfinished", err);
	if (!ret && file_exists(mark))
		ret = error_set(err, ERR_NOTFOUND,
		                _("the store in %s was not finished; run xiangyi-admin init again"),
		                store->dir);
	ret = ret ? ret : format_read(store, err);
	ret = ret ? ret : lend_lock(store, err);
	if (!ret && ballast_make(store, &ignored))
		logbook_tell(store, "%s", _("the disk is full: records can be read, but none can be saved"));
	ret = ret ? ret : heal_keys(store, err);
	ret = ret ? ret : ladder_climb(store, err);
	ret = ret ? ret : heal_secrets(store, err);
	ret = ret ? ret : renew_if_set_back(store, err);
	ret = ret ? ret : renew_if_moved(store, err);
	if (!ret && store->flags & STORE_LENDER)
		ret = lend_listen(store, err);
	return ret;
}

int store_open(struct store **out, const char *dir, const struct session *session,
               const struct form_set *forms, unsigned flags, struct error *err)
{
	struct store *store = life_new(dir, session);
	int ret;
	*out = NULL;
	arena_keep_freed();
	if (!store && errno == ENOENT)
		return error_set(err, ERR_NOTFOUND,
		                 _("there is no store in %s; xiangyi-admin init makes one"), dir);
	if (!store)
		return error_errno(err, errno, "%s", dir);
	store->forms = forms;
	store->flags = flags;
	ret = climb(store, err);
	if (ret) {
		life_free(store);
		return ret;
	}
	*out = store;
	return 0;
}

/* The screen is the only program that many clinics run, so its end makes the weekly base copy: about a second here
 * for 100,000 records. A store too large for that leaves it to the commands, which show their progress. */
static void make_base_if_quick(struct store *store)
{
	struct error err;
	char data[4096];
	if (!(store->flags & STORE_LENDER) || !store_base_due(store) ||
	    path_join(data, sizeof data, store->dir, "env/data", &err) ||
	    space_used(data) > QUICK_BASE_BYTES)
		return;
	if (store_make_base(store, NULL, &err))
		logbook_write(store->dir, "base copy: %s", err.text);
}

void store_close(struct store *store)
{
	struct error err;
	if (!store)
		return;
	engine_abort(store->engine);
	if (engine_damaged(store->engine))
		ladder_mark_damaged(store);
	if (!engine_failed(store->engine)) {
		if (store_settle(store, &err))
			logbook_write(store->dir, "closing: %s", err.text);
		else
			make_base_if_quick(store);
	}
	life_free(store);
}

/* --- asking --- */

const struct session *store_session(const struct store *store)
{
	return &store->session;
}

const struct form_set *store_forms(const struct store *store)
{
	return store->forms;
}

const char *store_dir(const struct store *store)
{
	return store->dir;
}

int store_info_get(struct store *store, struct store_info *out, struct error *err)
{
	char home[4096];
	int ret = path_join(home, sizeof home, store->dir, "env/data", err);
	if (ret)
		return ret;
	*out = (struct store_info){
		.self = store->devices[store->self - 1],
		.n_entries = store->mark.n_entries,
		.n_records = store->mark.n_records,
		.n_residents = store->mark.n_residents,
		.n_waiting = store->mark.n_waiting,
		.n_quarantined = store->mark.n_quarantined,
		.n_conflicts = store->mark.n_conflicts,
		.bytes = space_used(home),
		.encrypted = store->encrypted,
		.repaired = store->repaired.len_bytes ? buf_text(&store->repaired) : NULL,
	};
	memcpy(out->epoch, store->epoch, sizeof out->epoch);
	return 0;
}
