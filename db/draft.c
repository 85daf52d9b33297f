/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/store_int.h"
#include "lib/file.h"
#include "lib/i18n.h"

/* STORE/drafts/HASH: crypto_lock(name text | bytes). HASH is keyed, so that a file's name tells nothing. */

enum { DRAFT_MAX_BYTES = 1024 * 1024, HASH_BYTES = 16 };

static int draft_folder(const struct store *store, char *out, size_t size, struct error *err)
{
	return path_join(out, size, store->dir, "drafts", err);
}

static int draft_path(const struct store *store, const char *name, char *out, size_t size,
                      struct error *err)
{
	uint8_t hash[HASH_BYTES];
	char folder[4096], text[2 * HASH_BYTES + 1];
	int ret = draft_folder(store, folder, sizeof folder, err);
	crypto_hash_data(hash, sizeof hash, name, strlen(name), store->draft_key);
	hex_encode(text, hash, sizeof hash);
	return ret ? ret : path_join(out, size, folder, text, err);
}

int draft_save(struct store *store, const char *name, struct span bytes, struct error *err)
{
	struct buf plain = BUF_INIT, locked = BUF_INIT;
	char path[4096], folder[4096];
	uint8_t *room = NULL;
	int ret = draft_folder(store, folder, sizeof folder, err);
	ret = ret ? ret : draft_path(store, name, path, sizeof path, err);
	ret = ret ? ret : file_make_dirs(folder, 0700, err);
	if (!ret && bytes.len_bytes > DRAFT_MAX_BYTES / 2)
		ret = error_set(err, ERR_LIMIT, _("the draft is too long"));
	if (ret)
		return ret;
	buf_put_text(&plain, name);
	buf_put(&plain, bytes.data, bytes.len_bytes);
	if (!plain.failed)
		room = buf_reserve(&locked, plain.len_bytes + CRYPTO_BOX_BYTES);
	if (room) {
		crypto_lock(room, plain.data, plain.len_bytes, store->draft_key);
		ret = file_write_atomic(path, room, plain.len_bytes + CRYPTO_BOX_BYTES, err);
	} else {
		ret = error_errno(err, ENOMEM, "%s", path);
	}
	buf_free(&plain);
	buf_free(&locked);
	return ret;
}

/* Decrypt a file into plain; *rest is what follows the name. */
static int draft_read(struct store *store, const char *path, struct buf *plain, struct span *name,
                      struct span *rest, struct error *err)
{
	struct buf locked = BUF_INIT;
	uint8_t *room;
	int ret = file_read(path, DRAFT_MAX_BYTES, &locked, err);
	if (!ret && locked.len_bytes < CRYPTO_BOX_BYTES)
		ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	if (!ret) {
		room = buf_reserve(plain, locked.len_bytes);
		ret = room ? crypto_unlock(room, locked.data, locked.len_bytes, store->draft_key, err)
		           : error_errno(err, ENOMEM, "%s", path);
	}
	if (!ret) {
		plain->len_bytes = locked.len_bytes - CRYPTO_BOX_BYTES;
		*rest = span_of_buf(plain);
		if (!span_text(rest, name))
			ret = ERR_CORRUPT;
	}
	if (ret == ERR_AUTH || ret == ERR_CORRUPT)
		ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	buf_free(&locked);
	return ret;
}

int draft_load(struct store *store, const char *name, struct buf *out, struct error *err)
{
	struct buf plain = BUF_INIT;
	struct span stored, rest;
	char path[4096];
	int ret = draft_path(store, name, path, sizeof path, err);
	ret = ret ? ret : draft_read(store, path, &plain, &stored, &rest, err);
	if (!ret) {
		buf_put(out, rest.data, rest.len_bytes);
		if (out->failed)
			ret = error_errno(err, ENOMEM, "%s", path);
	}
	buf_free(&plain);
	return ret;
}

int draft_remove(struct store *store, const char *name, struct error *err)
{
	char path[4096];
	int ret = draft_path(store, name, path, sizeof path, err);
	if (!ret && unlink(path) && errno != ENOENT)
		ret = error_errno(err, errno, "%s", path);
	return ret;
}

static bool draft_show(struct store *store, const char *folder, const char *file,
                       bool (*each)(void *arg, const char *name, int64_t modified), void *arg)
{
	struct buf plain = BUF_INIT, text = BUF_INIT;
	struct span name, rest;
	struct error ignored;
	struct stat st;
	char path[4096];
	bool more = true;
	if (path_join(path, sizeof path, folder, file, &ignored) == 0 && stat(path, &st) == 0 &&
	    draft_read(store, path, &plain, &name, &rest, &ignored) == 0) {
		buf_put(&text, name.data, name.len_bytes);
		more = each(arg, buf_text(&text), (int64_t)st.st_mtime);
	}
	buf_free(&plain);
	buf_free(&text);
	return more;
}

int draft_each(struct store *store, bool (*each)(void *arg, const char *name, int64_t modified),
               void *arg, struct error *err)
{
	char folder[4096];
	struct dirent *entry;
	DIR *stream;
	int ret = draft_folder(store, folder, sizeof folder, err);
	if (ret)
		return ret;
	stream = opendir(folder);
	if (!stream)
		return errno == ENOENT ? 0 : error_errno(err, errno, "%s", folder);
	while ((entry = readdir(stream)))
		if (strlen(entry->d_name) == 2 * HASH_BYTES &&
		    !draft_show(store, folder, entry->d_name, each, arg))
			break;
	closedir(stream);
	return 0;
}
