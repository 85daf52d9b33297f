/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/backup_file.h"
#include "db/backup_names.h"
#include "db/lend.h"
#include "db/life.h"
#include "db/logbook.h"
#include "db/upper.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum { BATCH_ENTRIES = 2000, BATCH_BYTES = 1024 * 1024 };

struct restore {
	char *dir;
	bool existed, finished;
	struct backup_reader *reader;
	struct session session;
	uint8_t key[CRYPTO_KEY_BYTES];
	/* of the item "about" */
	enum level level;
	bool encrypted;
	uint16_t self;
	uint8_t epoch[8];
	uint64_t n_entries;
	struct backup_facts facts, seen;
	struct store_device *devices; /* [facts.devices] after restore_begin() */
	/* while the database is made */
	struct store *store;
	struct progress *progress;
	struct buf batch;
	size_t ends[BATCH_ENTRIES];
	size_t n;
	bool in_values, ended;
};

static int damaged(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("the backup is damaged"));
}

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- the check: everything is read once, nothing is written --- */

static int check_about(struct restore *r, struct span in, struct error *err)
{
	uint8_t version, level, encrypted;
	struct span epoch;
	uint16_t self;
	if (!span_u8(&in, &version))
		return damaged(err);
	if (version != 1)
		return error_set(err, ERR_VERSION, _("it was made by a newer version of this program"));
	if (!span_u8(&in, &level) || level >= LEVEL_N || !span_u8(&in, &encrypted) || !span_u16(&in, &self) ||
	    !self || !span_take(&in, sizeof r->epoch, &epoch) || !span_varint(&in, &r->n_entries) || !span_zigzag(&in, &r->facts.wall))
		return damaged(err);
	memcpy(r->epoch, epoch.data, sizeof r->epoch);
	r->level = (enum level)level;
	r->encrypted = encrypted;
	r->self = self;
	return 0;
}

static int check_device(struct restore *r, struct span in, struct error *err)
{
	struct store_device *more = realloc(r->devices, (r->seen.devices + 1) * sizeof *more);
	if (!more)
		return no_memory(err);
	r->devices = more;
	return device_decode(&more[r->seen.devices++], in) ? 0 : damaged(err);
}

static int check_file(struct span in, char name[256], struct error *err)
{
	struct span text;
	if (!span_text(&in, &text) || text.len_bytes > 255)
		return damaged(err);
	memcpy(name, text.data, text.len_bytes);
	name[text.len_bytes] = '\0';
	return strlen(name) == text.len_bytes && backup_name_belongs(name) ? 0 : damaged(err);
}

static int check_end(struct restore *r, struct span in, struct error *err)
{
	r->ended = true;
	if (!span_varint(&in, &r->facts.files) || !span_varint(&in, &r->facts.devices) ||
	    !span_varint(&in, &r->facts.values) || !span_varint(&in, &r->facts.entries) ||
	    r->facts.devices != r->seen.devices || r->facts.values != r->seen.values ||
	    r->facts.entries != r->seen.entries || r->n_entries != r->seen.entries)
		return damaged(err);
	return 0;
}

static int check_item(void *arg, uint8_t type, struct span bytes, struct error *err)
{
	struct restore *r = arg;
	char name[256];
	if (r->ended || (!r->self && type != BACKUP_ABOUT))
		return damaged(err);
	switch (type) {
	case BACKUP_ABOUT:
		return r->self ? damaged(err) : check_about(r, bytes, err);
	case BACKUP_FILE:
		return check_file(bytes, name, err);
	case BACKUP_DEVICE:
		return check_device(r, bytes, err);
	case BACKUP_VALUE:
		r->seen.values++;
		return 0;
	case BACKUP_ENTRY:
	case BACKUP_TWIN:
		r->seen.entries++;
		return 0;
	case BACKUP_END:
		return check_end(r, bytes, err);
	default:
		return error_set(err, ERR_VERSION, _("it was made by a newer version of this program"));
	}
}

static int check_all(struct restore *r, struct error *err)
{
	const struct store_device *self;
	int ret = backup_reader_items(r->reader, r->key, check_item, r, err);
	if (!ret && (!r->ended || r->self > r->facts.devices))
		ret = damaged(err);
	if (ret)
		return ret;
	self = &r->devices[r->self - 1];
	snprintf(r->facts.name, sizeof r->facts.name, "%s", self->name);
	snprintf(r->facts.region, sizeof r->facts.region, "%s", self->region);
	return 0;
}

/* --- files --- */

static int append_file(struct restore *r, struct span in, struct error *err)
{
	char name[256], path[4096], folder[4096], *slash;
	struct span ignored;
	int fd, ret = check_file(in, name, err);
	ret = ret ? ret : path_join(path, sizeof path, r->dir, name, err);
	if (ret)
		return ret;
	span_text(&in, &ignored);
	snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	*slash = '\0';
	ret = file_make_dirs(folder, 0700, err);
	fd = ret ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ret ? ret : error_errno(err, errno, "%s", path);
	for (ssize_t n; !ret && in.len_bytes; in.data += n, in.len_bytes -= (size_t)n) {
		n = write(fd, in.data, in.len_bytes);
		if (n <= 0) {
			ret = error_errno(err, n ? errno : ENOSPC, "%s", path);
			break;
		}
	}
	if (!ret && fsync(fd))
		ret = error_errno(err, errno, "%s", path);
	if (close(fd) && !ret)
		ret = error_errno(err, errno, "%s", path);
	return ret;
}

static int unpack_item(void *arg, uint8_t type, struct span bytes, struct error *err)
{
	return type == BACKUP_FILE ? append_file(arg, bytes, err) : 0;
}

/* The key file first: it turns a password into the key of all the rest. */
static int lay_keys(const struct restore *r, struct error *err)
{
	static const char *const names[] = { "keys", "keys.bak" };
	struct span keys = backup_reader_keys(r->reader);
	int ret = 0;
	for (size_t i = 0; i < 2 && !ret; i++) {
		char path[4096];
		ret = path_join(path, sizeof path, r->dir, names[i], err);
		ret = ret ? ret : file_write_atomic(path, keys.data, keys.len_bytes, err);
	}
	return ret;
}

static int unlock(struct restore *r, const struct restore_key *key, struct error *err)
{
	int ret = key->recovery_code
	          ? account_unlock_recovery(r->dir, key->recovery_code, &r->session, err)
	          : account_unlock(r->dir, key->operator_name, key->password, &r->session, err);
	backup_key(r->key, &r->session);
	return ret;
}

int restore_begin(struct restore **out, const char *file, const char *dir, const struct restore_key *key,
                  struct error *err)
{
	struct restore *r = calloc(1, sizeof *r);
	int ret = r && (r->dir = strdup(dir)) ? 0 : no_memory(err);
	*out = NULL;
	ret = ret ? ret : backup_reader_open(&r->reader, file, err);
	if (!ret) {
		r->existed = file_exists(dir);
		r->finished = true; /* until the folder is ours */
		ret = life_prepare_folder(dir, err);
		r->finished = ret != 0;
	}
	ret = ret ? ret : lay_keys(r, err);
	ret = ret ? ret : unlock(r, key, err);
	ret = ret ? ret : check_all(r, err);
	ret = ret ? ret : backup_reader_items(r->reader, r->key, unpack_item, r, err);
	if (ret)
		restore_end(r);
	else
		*out = r;
	return ret;
}

/* --- the database --- */

static int flush(struct restore *r, struct error *err)
{
	struct span rows[BATCH_ENTRIES], none = { NULL, 0 };
	struct apply_result result = { 0 };
	int ret;
	if (!r->n)
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		size_t from = i ? r->ends[i - 1] : 0;
		rows[i] = span_of(r->batch.data + from, r->ends[i] - from);
	}
	ret = store_apply(r->store, rows, r->n, NULL, none, &result, err);
	if (!ret && !progress_report(r->progress, _("restoring"), r->seen.entries, r->n_entries))
		ret = error_set(err, ERR_CANCELLED, _("stopped"));
	r->n = 0;
	buf_clear(&r->batch);
	return ret;
}

/* Of several entries under one number the first one must arrive first again: the chain runs through it. */
static int add_entry(struct restore *r, bool twin, struct span canonical, struct error *err)
{
	int ret = 0;
	if (twin || r->n == BATCH_ENTRIES || r->batch.len_bytes > BATCH_BYTES)
		ret = flush(r, err);
	buf_put(&r->batch, canonical.data, canonical.len_bytes);
	if (!ret && r->batch.failed)
		ret = no_memory(err);
	r->ends[r->n++] = r->batch.len_bytes;
	r->seen.entries++;
	return ret;
}

static int add_value(struct restore *r, struct span in, struct error *err)
{
	struct span name;
	int ret = 0;
	if (!span_text(&in, &name))
		return damaged(err);
	if (!engine_in_txn(r->store->engine))
		ret = store_begin(r->store, err);
	r->seen.values++;
	return ret ? ret : engine_put(r->store->engine, TABLE_KV, name, in, err);
}

static int rebuild_item(void *arg, uint8_t type, struct span bytes, struct error *err)
{
	struct restore *r = arg;
	int ret = 0;
	if (type == BACKUP_VALUE)
		return add_value(r, bytes, err);
	if (engine_in_txn(r->store->engine))
		ret = store_commit(r->store, err);
	if (!ret && (type == BACKUP_ENTRY || type == BACKUP_TWIN))
		ret = add_entry(r, type == BACKUP_TWIN, bytes, err);
	return ret;
}

static int make_database(struct restore *r, struct error *err)
{
	struct store *store = r->store;
	int ret = lend_lock(store, err);
	memcpy(store->epoch, r->epoch, sizeof store->epoch); /* store_renew() ends it */
	ret = ret ? ret : life_make_env(store, r->devices, r->facts.devices, r->self, err);
	ret = ret ? ret : life_format_write(store, err);
	store->bulk = true;
	memset(&r->seen, 0, sizeof r->seen);
	ret = ret ? ret : backup_reader_items(r->reader, r->key, rebuild_item, r, err);
	ret = ret ? ret : flush(r, err);
	if (!ret && store->mark.n_entries != r->n_entries)
		ret = error_set(err, ERR_CORRUPT, _("the backup does not give back what went in"));
	ret = ret ? ret : store_renew(store, "restored from a backup", err);
	ret = ret ? ret : store_settle(store, err);
	return ret ? ret : store_make_base(store, r->progress, err);
}

int restore_finish(struct restore *r, const struct form_set *forms, const struct store_judge *judge,
                   struct progress *progress, struct backup_facts *out, struct error *err)
{
	int ret;
	r->store = life_new(r->dir, &r->session);
	if (!r->store)
		return error_errno(err, errno, "%s", r->dir);
	r->store->forms = forms;
	r->store->level = r->level;
	r->store->encrypted = r->encrypted;
	r->progress = progress;
	store_set_judge(r->store, judge);
	ret = make_database(r, err);
	life_free(r->store);
	ret = ret ? ret : life_finish_folder(r->dir, err);
	r->finished = !ret;
	*out = r->facts;
	if (!ret)
		logbook_write(r->dir, "restored from a backup: %llu entries", (unsigned long long)out->entries);
	return ret;
}

void restore_end(struct restore *r)
{
	if (!r)
		return;
	if (!r->finished && r->reader) {
		life_clear_folder(r->dir);
		if (!r->existed)
			rmdir(r->dir);
	}
	backup_reader_close(r->reader);
	session_end(&r->session);
	if (r->batch.data)
		crypto_wipe(r->batch.data, r->batch.cap_bytes);
	buf_free(&r->batch);
	free(r->devices);
	free(r->dir);
	crypto_wipe(r, sizeof *r);
	free(r);
}
