/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "db/backup_file.h"
#include "db/backup_names.h"
#include "db/keyring.h"
#include "db/logbook.h"
#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum { PIECE_BYTES = 256 * 1024, FILE_MAX_BYTES = 64 * 1024 * 1024, DEPTH_MAX = 3, SHOW_EVERY = 1000 };

struct backup {
	struct store *store;
	struct backup_writer *writer;
	struct backup_facts *facts;
	struct progress *progress;
	struct buf item;
	uint64_t last_seq;  /* while entries are written */
	int code;
	struct error *err;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static int put_item(struct backup *b, enum backup_item type, struct error *err)
{
	return b->item.failed ? no_memory(err)
	                      : backup_writer_item(b->writer, (uint8_t)type, span_of_buf(&b->item), err);
}

static int put_about(struct backup *b, struct error *err)
{
	const struct store *store = b->store;
	buf_clear(&b->item);
	buf_put_u8(&b->item, 1);
	buf_put_u8(&b->item, (uint8_t)store->level);
	buf_put_u8(&b->item, store->encrypted);
	buf_put_u16(&b->item, store->self);
	buf_put(&b->item, store->epoch, sizeof store->epoch);
	buf_put_varint(&b->item, store->mark.n_entries);
	buf_put_zigzag(&b->item, b->facts->wall);
	return put_item(b, BACKUP_ABOUT, err);
}

/* --- files beside the environment --- */

static int put_file(struct backup *b, const char *name, struct error *err)
{
	struct buf bytes = BUF_INIT;
	char path[4096];
	int ret = path_join(path, sizeof path, b->store->dir, name, err);
	ret = ret ? ret : file_read(path, FILE_MAX_BYTES, &bytes, err);
	for (size_t at = 0; !ret && (!at || at < bytes.len_bytes); at += PIECE_BYTES) {
		size_t n = bytes.len_bytes - at < PIECE_BYTES ? bytes.len_bytes - at : PIECE_BYTES;
		buf_clear(&b->item);
		buf_put_text(&b->item, name);
		buf_put(&b->item, bytes.data + at, n);
		ret = put_item(b, BACKUP_FILE, err);
	}
	b->facts->files += !ret;
	buf_free(&bytes);
	return ret;
}

static int put_files(struct backup *b, const char *folder, int depth, struct error *err);

static int put_name(struct backup *b, const char *name, int depth, struct error *err)
{
	struct error ignored;
	struct stat st;
	char path[4096];
	if (!backup_name_belongs(name) || path_join(path, sizeof path, b->store->dir, name, &ignored) ||
	    lstat(path, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return depth < DEPTH_MAX ? put_files(b, name, depth + 1, err) : 0;
	return S_ISREG(st.st_mode) ? put_file(b, name, err) : 0;
}

static int put_files(struct backup *b, const char *folder, int depth, struct error *err)
{
	char path[4096], name[4096];
	struct dirent **entries;
	int ret = path_join(path, sizeof path, b->store->dir, folder, err);
	int n = ret ? 0 : scandir(path, &entries, NULL, alphasort);
	if (n < 0)
		return error_errno(err, errno, "%s", path);
	for (int i = 0; i < n; i++) {
		const char *one = entries[i]->d_name;
		if (!ret && *one != '.') {
			ret = *folder ? path_join(name, sizeof name, folder, one, err)
			              : (snprintf(name, sizeof name, "%s", one), 0);
			ret = ret ? ret : put_name(b, name, depth, err);
		}
		free(entries[i]);
	}
	if (n)
		free(entries);
	return ret;
}

/* --- tables --- */

static int put_devices(struct backup *b, struct error *err)
{
	int ret = 0;
	for (size_t i = 0; i < b->store->n_devices && !ret; i++) {
		buf_clear(&b->item);
		device_encode(&b->item, &b->store->devices[i]);
		ret = put_item(b, BACKUP_DEVICE, err);
		b->facts->devices++;
	}
	return ret;
}

static int put_values(struct backup *b, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	int ret = engine_cursor_open(&cursor, b->store->engine, TABLE_KV, ENGINE_ROWS, err);
	ret = ret ? ret : engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!ret) {
		buf_clear(&b->item);
		buf_put_varint(&b->item, key.len_bytes);
		buf_put(&b->item, key.data, key.len_bytes);
		buf_put(&b->item, value.data, value.len_bytes);
		ret = put_item(b, BACKUP_VALUE, err);
		b->facts->values++;
		ret = ret ? ret : engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return ret == ERR_NOTFOUND ? 0 : ret;
}

static bool put_entry(void *arg, const struct version *version, struct span canonical)
{
	struct backup *b = arg;
	bool twin = b->last_seq == version->seq;
	b->code = backup_writer_item(b->writer, twin ? BACKUP_TWIN : BACKUP_ENTRY, canonical, b->err);
	b->last_seq = version->seq;
	if (!b->code && ++b->facts->entries % SHOW_EVERY == 0 &&
	    !progress_report(b->progress, _("writing the backup"), b->facts->entries, b->store->mark.n_entries))
		b->code = error_set(b->err, ERR_CANCELLED, _("stopped; nothing was left half-written"));
	return !b->code;
}

static int put_entries(struct backup *b, struct error *err)
{
	int ret = 0;
	b->err = err;
	for (size_t i = 0; i < b->store->n_devices && !ret; i++) {
		b->last_seq = 0;
		ret = store_entries_each(b->store, b->store->devices[i].id, 1, UINT64_MAX >> (64 - RID_SEQ_BITS),
		                         put_entry, b, err);
		ret = ret == ERR_NOTFOUND ? 0 : ret; /* nothing is held of it */
		ret = ret ? ret : b->code;
	}
	return ret;
}

static int put_end(struct backup *b, struct error *err)
{
	if (b->facts->entries != b->store->mark.n_entries)
		return error_set(err, ERR_CORRUPT,
		                 _("the store counts %llu entries and holds %llu: run xiangyi-admin check"),
		                 (unsigned long long)b->store->mark.n_entries,
		                 (unsigned long long)b->facts->entries);
	buf_clear(&b->item);
	buf_put_varint(&b->item, b->facts->files);
	buf_put_varint(&b->item, b->facts->devices);
	buf_put_varint(&b->item, b->facts->values);
	buf_put_varint(&b->item, b->facts->entries);
	return put_item(b, BACKUP_END, err);
}

/* --- all --- */

static int put_all(struct backup *b, struct error *err)
{
	int ret = put_about(b, err);
	ret = ret ? ret : put_files(b, "", 1, err);
	ret = ret ? ret : put_devices(b, err);
	ret = ret ? ret : put_values(b, err);
	ret = ret ? ret : put_entries(b, err);
	ret = ret ? ret : put_end(b, err);
	return ret ? ret : backup_writer_end(b->writer, err);
}

int store_backup(struct store *store, const char *path, struct progress *progress,
                 struct backup_facts *out, struct error *err)
{
	struct backup b = { .store = store, .facts = out, .progress = progress };
	uint8_t key[CRYPTO_KEY_BYTES];
	struct buf keys = BUF_INIT;
	int ret;
	memset(out, 0, sizeof *out);
	out->wall = date_now_seconds();
	snprintf(out->name, sizeof out->name, "%s", store->devices[store->self - 1].name);
	snprintf(out->region, sizeof out->region, "%s", store->devices[store->self - 1].region);
	ret = keyring_bytes(store->dir, store->session.master, &keys, err);
	backup_key(key, &store->session);
	ret = ret ? ret : backup_writer_begin(&b.writer, path, span_of_buf(&keys), key, err);
	ret = ret ? ret : put_all(&b, err);
	if (!ret) {
		out->bytes = backup_writer_bytes(b.writer);
		logbook_write(store->dir, "backup of %llu entries written to %s",
		              (unsigned long long)out->entries, path);
	}
	crypto_wipe(key, sizeof key);
	backup_writer_free(b.writer);
	buf_free(&b.item);
	buf_free(&keys);
	return ret;
}
