/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/deflate.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum {
	MAGIC_BYTES = 8,
	FILE_VERSION = 1,
	BLOCK_BYTES = 256 * 1024,          /* a block is closed when it has so many */
	BLOCK_MAX = BACKUP_ITEM_MAX + 1024 * 1024,
	FRAME_MAX = BLOCK_MAX + 64 * 1024, /* what does not shrink grows a little */
	AD_BYTES = CRYPTO_HASH_BYTES + 4,
};
#define LAST_FRAME UINT32_C(0x80000000)

static const uint8_t magic[MAGIC_BYTES] = { 0xe4, 'X', 'Y', 'K', '\r', '\n', 0x1a, '\n' };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static void ad_of(uint8_t ad[AD_BYTES], const uint8_t head_hash[CRYPTO_HASH_BYTES], uint32_t frame)
{
	memcpy(ad, head_hash, CRYPTO_HASH_BYTES);
	put_u32_be(ad + CRYPTO_HASH_BYTES, frame);
}

/* --- writing --- */

struct backup_writer {
	int fd;
	bool named;
	char path[PATH_MAX], temp[PATH_MAX];
	uint8_t key[CRYPTO_KEY_BYTES], head_hash[CRYPTO_HASH_BYTES];
	struct crypto_stream stream;
	struct crypto_hash_state hash, plain; /* of the file, of all items */
	struct buf block, packed;
	uint32_t n_frames;
	uint64_t bytes;
};

static int put(struct backup_writer *w, const void *bytes, size_t n_bytes, struct error *err)
{
	const uint8_t *from = bytes;
	crypto_hash_add(&w->hash, bytes, n_bytes);
	w->bytes += n_bytes;
	while (n_bytes) {
		ssize_t n = write(w->fd, from, n_bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_errno(err, n ? errno : ENOSPC, _("%s cannot be written"), w->path);
		from += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

int backup_writer_begin(struct backup_writer **out, const char *path, struct span keys,
                        const uint8_t key[CRYPTO_KEY_BYTES], struct error *err)
{
	struct backup_writer *w = *out = calloc(1, sizeof *w);
	uint8_t header[CRYPTO_STREAM_HEADER_BYTES];
	struct buf head = BUF_INIT;
	int ret = 0;
	if (!w)
		return no_memory(err);
	snprintf(w->path, sizeof w->path, "%s", path);
	memcpy(w->key, key, sizeof w->key);
	w->fd = file_replace_begin(path, w->temp, sizeof w->temp, err);
	if (w->fd < 0)
		return w->fd;
	crypto_hash_begin(&w->hash, CRYPTO_HASH_BYTES, NULL);
	crypto_hash_begin(&w->plain, CRYPTO_HASH_BYTES, NULL);
	crypto_stream_push_begin(&w->stream, header, key);
	buf_put(&head, magic, sizeof magic);
	buf_put_u8(&head, FILE_VERSION);
	buf_put_u32(&head, (uint32_t)keys.len_bytes);
	buf_put(&head, keys.data, keys.len_bytes);
	buf_put(&head, header, sizeof header);
	crypto_hash_data(w->head_hash, CRYPTO_HASH_BYTES, head.data, head.len_bytes, NULL);
	ret = head.failed ? no_memory(err) : put(w, head.data, head.len_bytes, err);
	buf_free(&head);
	return ret;
}

static int put_frame(struct backup_writer *w, bool last, struct error *err)
{
	uint8_t length[4], ad[AD_BYTES], *sealed;
	size_t n_bytes;
	int ret;
	buf_clear(&w->packed);
	ret = deflate_bytes(&w->packed, span_of_buf(&w->block), span_of("", 0), DEFLATE_FAST, err);
	n_bytes = w->packed.len_bytes + CRYPTO_STREAM_ADD_BYTES;
	sealed = ret ? NULL : malloc(n_bytes);
	if (!sealed)
		return ret ? ret : no_memory(err);
	ad_of(ad, w->head_hash, w->n_frames++);
	crypto_stream_push(&w->stream, sealed, w->packed.data, w->packed.len_bytes, ad, sizeof ad, last);
	put_u32_be(length, (uint32_t)n_bytes | (last ? LAST_FRAME : 0));
	ret = put(w, length, sizeof length, err);
	ret = ret ? ret : put(w, sealed, n_bytes, err);
	free(sealed);
	buf_clear(&w->block);
	return ret;
}

int backup_writer_item(struct backup_writer *w, uint8_t type, struct span bytes, struct error *err)
{
	size_t before = w->block.len_bytes;
	if (bytes.len_bytes > BACKUP_ITEM_MAX)
		return error_set(err, ERR_LIMIT, _("a value of the store is too large for a backup"));
	buf_put_u8(&w->block, type);
	buf_put_varint(&w->block, bytes.len_bytes);
	buf_put(&w->block, bytes.data, bytes.len_bytes);
	if (w->block.failed)
		return no_memory(err);
	crypto_hash_add(&w->plain, w->block.data + before, w->block.len_bytes - before);
	return w->block.len_bytes < BLOCK_BYTES ? 0 : put_frame(w, false, err);
}

static int hash_item(void *arg, uint8_t type, struct span bytes, struct error *err)
{
	struct buf head = BUF_INIT;
	(void)err;
	buf_put_u8(&head, type);
	buf_put_varint(&head, bytes.len_bytes);
	crypto_hash_add(arg, head.data, head.len_bytes);
	crypto_hash_add(arg, bytes.data, bytes.len_bytes);
	buf_free(&head);
	return 0;
}

/* The disk gives back what was written, and the key opens it. */
static int read_back(struct backup_writer *w, struct error *err)
{
	uint8_t wanted[CRYPTO_HASH_BYTES], got[CRYPTO_HASH_BYTES];
	struct crypto_hash_state state;
	struct backup_reader *reader;
	int ret = backup_reader_open(&reader, w->temp, err);
	if (ret)
		return error_prefix(err, _("the backup reads back differently"));
	crypto_hash_begin(&state, CRYPTO_HASH_BYTES, NULL);
	ret = backup_reader_items(reader, w->key, hash_item, &state, err);
	backup_reader_close(reader);
	crypto_hash_end(&state, got, sizeof got);
	crypto_hash_end(&w->plain, wanted, sizeof wanted);
	if (!ret && !crypto_equal(got, wanted, sizeof got))
		ret = error_set(err, ERR_IO, "%s", w->path);
	return ret ? error_prefix(err, _("the backup reads back differently")) : 0;
}

int backup_writer_end(struct backup_writer *w, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_BYTES];
	int ret = put_frame(w, true, err);
	if (!ret) {
		crypto_hash_end(&w->hash, hash, sizeof hash);
		ret = put(w, hash, sizeof hash, err);
	}
	if (!ret && fsync(w->fd))
		ret = error_errno(err, errno, _("%s cannot be written"), w->path);
	if (!ret)
		posix_fadvise(w->fd, 0, 0, POSIX_FADV_DONTNEED); /* so that the disk is read */
	ret = ret ? ret : read_back(w, err);
	if (ret)
		return ret;
	w->named = true; /* file_replace_end() removes it itself on error */
	return file_replace_end(w->fd, w->temp, w->path, err);
}

uint64_t backup_writer_bytes(const struct backup_writer *w)
{
	return w->bytes;
}

void backup_writer_free(struct backup_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0 && !w->named)
		file_replace_cancel(w->fd, w->temp);
	if (w->block.data)
		crypto_wipe(w->block.data, w->block.cap_bytes);
	buf_free(&w->block);
	buf_free(&w->packed);
	crypto_wipe(w, sizeof *w);
	free(w);
}

/* --- reading --- */

struct backup_reader {
	FILE *file;
	long first_frame;
	uint8_t header[CRYPTO_STREAM_HEADER_BYTES], head_hash[CRYPTO_HASH_BYTES];
	struct buf keys, sealed, packed, block;
};

static int short_read(struct backup_reader *r, struct error *err)
{
	if (ferror(r->file))
		return error_set(err, ERR_IO, _("the backup cannot be read"));
	return error_set(err, ERR_TRUNCATED, _("the backup is cut short"));
}

static int damaged(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("the backup is damaged"));
}

static int take(struct backup_reader *r, void *out, size_t n_bytes, struct crypto_hash_state *hash,
                struct error *err)
{
	if (fread(out, 1, n_bytes, r->file) != n_bytes)
		return short_read(r, err);
	if (hash)
		crypto_hash_add(hash, out, n_bytes);
	return 0;
}

static int read_head(struct backup_reader *r, struct crypto_hash_state *hash, struct error *err)
{
	uint8_t start[MAGIC_BYTES + 1 + 4], *room;
	struct crypto_hash_state head;
	uint32_t n_keys;
	int ret = take(r, start, sizeof start, hash, err);
	if (ret == ERR_IO || memcmp(start, magic, sizeof magic))
		return ret == ERR_IO ? ret : error_set(err, ERR_INVALID, _("it is no backup of a store"));
	if (ret)
		return ret;
	if (start[MAGIC_BYTES] != FILE_VERSION)
		return error_set(err, ERR_VERSION, _("it was made by a newer version of this program"));
	n_keys = get_u32_be(start + MAGIC_BYTES + 1);
	if (n_keys > BACKUP_KEYS_MAX)
		return damaged(err);
	room = buf_reserve(&r->keys, n_keys + 1);
	if (!room)
		return no_memory(err);
	ret = take(r, room, n_keys, hash, err);
	ret = ret ? ret : take(r, r->header, sizeof r->header, hash, err);
	r->keys.len_bytes = n_keys;
	r->first_frame = ftell(r->file);
	crypto_hash_begin(&head, CRYPTO_HASH_BYTES, NULL);
	crypto_hash_add(&head, start, sizeof start);
	crypto_hash_add(&head, r->keys.data, n_keys);
	crypto_hash_add(&head, r->header, sizeof r->header);
	crypto_hash_end(&head, r->head_hash, sizeof r->head_hash);
	return ret;
}

/* The next frame into r->sealed. */
static int read_frame(struct backup_reader *r, bool *last, struct crypto_hash_state *hash, struct error *err)
{
	uint8_t length[4], *room;
	uint32_t n_bytes;
	int ret = take(r, length, sizeof length, hash, err);
	if (ret)
		return ret;
	n_bytes = get_u32_be(length);
	*last = n_bytes & LAST_FRAME;
	n_bytes &= ~LAST_FRAME;
	if (n_bytes < CRYPTO_STREAM_ADD_BYTES || n_bytes > FRAME_MAX)
		return damaged(err);
	buf_clear(&r->sealed);
	room = buf_reserve(&r->sealed, n_bytes);
	if (!room)
		return no_memory(err);
	r->sealed.len_bytes = n_bytes;
	return take(r, room, n_bytes, hash, err);
}

static int check_whole(struct backup_reader *r, struct error *err)
{
	uint8_t got[CRYPTO_HASH_BYTES], wanted[CRYPTO_HASH_BYTES];
	struct crypto_hash_state hash;
	bool last = false;
	int ret;
	crypto_hash_begin(&hash, CRYPTO_HASH_BYTES, NULL);
	ret = read_head(r, &hash, err);
	while (!ret && !last)
		ret = read_frame(r, &last, &hash, err);
	ret = ret ? ret : take(r, wanted, sizeof wanted, NULL, err);
	crypto_hash_end(&hash, got, sizeof got);
	if (!ret && (!crypto_equal(got, wanted, sizeof got) || fgetc(r->file) != EOF))
		ret = damaged(err);
	return ret;
}

int backup_reader_open(struct backup_reader **out, const char *path, struct error *err)
{
	struct backup_reader *r = calloc(1, sizeof *r);
	int ret = r ? 0 : no_memory(err);
	*out = NULL;
	if (r && !(r->file = fopen(path, "re")))
		ret = error_errno(err, errno, "%s", path);
	if (!ret && (ret = check_whole(r, err)))
		error_prefix(err, "%s", path);
	if (ret)
		backup_reader_close(r);
	else
		*out = r;
	return ret;
}

struct span backup_reader_keys(const struct backup_reader *r)
{
	return span_of_buf(&r->keys);
}

static int walk_block(const struct buf *block,
                      int (*each)(void *arg, uint8_t type, struct span bytes, struct error *err),
                      void *arg, struct error *err)
{
	struct span in = span_of_buf(block), bytes;
	uint64_t n;
	uint8_t type;
	int ret = 0;
	while (!ret && in.len_bytes) {
		if (!span_u8(&in, &type) || !span_varint(&in, &n) || n > in.len_bytes ||
		    !span_take(&in, (size_t)n, &bytes))
			return damaged(err);
		ret = each(arg, type, bytes, err);
	}
	return ret;
}

int backup_reader_items(struct backup_reader *r, const uint8_t key[CRYPTO_KEY_BYTES],
                        int (*each)(void *arg, uint8_t type, struct span bytes, struct error *err),
                        void *arg, struct error *err)
{
	struct crypto_stream stream;
	uint8_t ad[AD_BYTES], *room;
	bool last = false, marked;
	int ret = fseek(r->file, r->first_frame, SEEK_SET) ? error_errno(err, errno, "fseek") : 0;
	ret = ret ? ret : crypto_stream_pull_begin(&stream, r->header, key, err);
	for (uint32_t n = 0; !ret && !last; n++) {
		size_t plain;
		ret = read_frame(r, &last, NULL, err);
		if (ret)
			break;
		plain = r->sealed.len_bytes - CRYPTO_STREAM_ADD_BYTES;
		buf_clear(&r->packed);
		room = buf_reserve(&r->packed, plain + 1);
		if (!room)
			return no_memory(err);
		ad_of(ad, r->head_hash, n);
		if (crypto_stream_pull(&stream, room, r->sealed.data, r->sealed.len_bytes, ad, sizeof ad, &marked,
		                       err) || marked != last)
			return n ? damaged(err)
			         : error_set(err, ERR_AUTH, _("this key does not open the backup"));
		r->packed.len_bytes = plain;
		buf_clear(&r->block);
		ret = inflate_bytes(&r->block, span_of_buf(&r->packed), span_of("", 0), BLOCK_MAX, err);
		ret = ret ? ret : walk_block(&r->block, each, arg, err);
	}
	return ret;
}

static void wipe(struct buf *bytes)
{
	if (bytes->data)
		crypto_wipe(bytes->data, bytes->cap_bytes);
	buf_free(bytes);
}

void backup_reader_close(struct backup_reader *r)
{
	if (!r)
		return;
	if (r->file)
		fclose(r->file);
	buf_free(&r->keys);
	buf_free(&r->sealed);
	wipe(&r->packed);
	wipe(&r->block);
	free(r);
}
