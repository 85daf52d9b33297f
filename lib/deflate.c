/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/deflate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "lib/file.h"
#include "lib/i18n.h"

enum { RAW_WINDOW_BITS = -15, DICT_MAX_BYTES = 32 * 1024, CHUNK_BYTES = 64 * 1024 };

/* Hand zlib the next piece of in: its counters are 32 bits wide. */
static void feed(z_stream *z, struct span *in)
{
	size_t n = in->len_bytes < INT_MAX ? in->len_bytes : INT_MAX;
	struct span piece;

	if (z->avail_in || !n || !span_take(in, n, &piece))
		return;
	z->next_in = (Bytef *)piece.data;
	z->avail_in = (uInt)n;
}

/* Ready a stream for so many bytes. What zlib sets up and clears is up to 270 KB, which costs more than compressing
 * a short column: a window and tables that hold all of it give the same bytes. */
static int begin_deflate(z_stream *z, size_t n_bytes, enum deflate_kind kind)
{
	enum { WINDOW_MIN = 9, WINDOW_MAX = 15, LOOKAHEAD_BYTES = 262, MEM_MAX = 8, MEM_SHIFT = 6 };
	int level = kind == DEFLATE_FAST ? 1 : 6, window = WINDOW_MIN, memory = 1;
	int strategy = kind == DEFLATE_RUNS ? Z_RLE : Z_DEFAULT_STRATEGY;

	while (window < WINDOW_MAX && (size_t)1 << window < n_bytes + LOOKAHEAD_BYTES)
		window++;
	while (memory < MEM_MAX && (size_t)1 << (memory + MEM_SHIFT) <= n_bytes)
		memory++;
	return deflateInit2(z, level, Z_DEFLATED, -window, memory, strategy);
}

int deflate_bytes(struct buf *out, struct span in, struct span dict, enum deflate_kind kind,
                  struct error *err)
{
	size_t start = out->len_bytes, room = in.len_bytes + in.len_bytes / 8 + 64;
	z_stream z = { 0 };
	int result = Z_OK;

	if (dict.len_bytes > DICT_MAX_BYTES)
		return error_set(err, ERR_LIMIT, _("compression dictionary is too large"));
	room = room < CHUNK_BYTES ? room : CHUNK_BYTES;
	if (begin_deflate(&z, in.len_bytes + dict.len_bytes, kind) != Z_OK)
		goto no_memory;
	if (dict.len_bytes && deflateSetDictionary(&z, dict.data, (uInt)dict.len_bytes) != Z_OK)
		goto no_memory;
	while (result != Z_STREAM_END) {
		uint8_t *to = buf_reserve(out, room);

		if (!to)
			goto no_memory;
		feed(&z, &in);
		z.next_out = to;
		z.avail_out = (uInt)room;
		result = deflate(&z, in.len_bytes ? Z_NO_FLUSH : Z_FINISH);
		out->len_bytes += room - z.avail_out;
	}
	deflateEnd(&z);
	return 0;
no_memory:
	deflateEnd(&z);
	out->len_bytes = start;
	return error_set(err, ERR_NOMEM, _("out of memory while compressing"));
}

/* One step of inflating into out, at most one byte beyond the cap. Returns zlib's result. */
static int inflate_step(z_stream *z, struct buf *out, size_t left)
{
	size_t room = left < CHUNK_BYTES ? left + 1 : CHUNK_BYTES;
	uint8_t *to = buf_reserve(out, room);
	int result;

	if (!to)
		return Z_MEM_ERROR;
	z->next_out = to;
	z->avail_out = (uInt)room;
	result = inflate(z, Z_NO_FLUSH);
	out->len_bytes += room - z->avail_out;
	return result;
}

static int inflate_all(z_stream *z, struct buf *out, struct span in, size_t cap_bytes,
		       struct error *err)
{
	size_t start = out->len_bytes;

	for (;;) {
		int result;

		feed(z, &in);
		result = inflate_step(z, out, cap_bytes - (out->len_bytes - start));
		if (out->len_bytes - start > cap_bytes)
			return error_set(err, ERR_LIMIT, _("unpacks to more than %zu bytes"), cap_bytes);
		if (result == Z_STREAM_END)
			break;
		if (result == Z_MEM_ERROR)
			return error_set(err, ERR_NOMEM, _("out of memory while unpacking"));
		if (result != Z_OK && result != Z_BUF_ERROR)
			return error_set(err, ERR_CORRUPT, _("compressed data is damaged"));
		if (!z->avail_in && !in.len_bytes && z->avail_out)
			return error_set(err, ERR_TRUNCATED, _("compressed data is cut short"));
	}
	if (z->avail_in || in.len_bytes)
		return error_set(err, ERR_CORRUPT, _("compressed data is followed by other bytes"));
	return 0;
}

int inflate_bytes(struct buf *out, struct span in, struct span dict, size_t cap_bytes,
                  struct error *err)
{
	size_t start = out->len_bytes;
	z_stream z = { 0 };
	int code;

	if (inflateInit2(&z, RAW_WINDOW_BITS) != Z_OK)
		return error_set(err, ERR_NOMEM, _("out of memory while unpacking"));
	if (dict.len_bytes > DICT_MAX_BYTES)
		code = error_set(err, ERR_LIMIT, _("compression dictionary is too large"));
	else if (dict.len_bytes && inflateSetDictionary(&z, dict.data, (uInt)dict.len_bytes) != Z_OK)
		code = error_set(err, ERR_NOMEM, _("out of memory while unpacking"));
	else
		code = inflate_all(&z, out, in, cap_bytes, err);
	inflateEnd(&z);
	if (code)
		out->len_bytes = start;
	return code;
}

/* Copy all of in to the gzip stream. */
static int gzip_copy(int in, gzFile gz, const char *path, struct error *err)
{
	uint8_t chunk[CHUNK_BYTES];
	ssize_t n;

	while ((n = read(in, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, errno, "%s", path);
		if (gzwrite(gz, chunk, (unsigned)n) != n)
			return error_errno(err, errno ? errno : EIO, "%s", path);
	}
	return 0;
}

int gzip_file(const char *path, const char *path_gz, struct error *err)
{
	char temp[PATH_MAX];
	int code, copy, out, in = open(path, O_RDONLY | O_CLOEXEC);
	gzFile gz;

	if (in < 0)
		return error_errno(err, errno, "%s", path);
	out = file_replace_begin(path_gz, temp, sizeof temp, err);
	if (out < 0) {
		close(in);
		return out;
	}
	/* gzclose() closes its descriptor; ours stays for the fsync. */
	copy = dup(out);
	gz = copy < 0 ? NULL : gzdopen(copy, "wb1");
	if (!gz) {
		code = error_set(err, ERR_NOMEM, _("out of memory while compressing"));
		if (copy >= 0)
			close(copy);
	} else {
		errno = 0;
		code = gzip_copy(in, gz, path, err);
		errno = 0;
		if (gzclose(gz) != Z_OK && !code)
			code = error_errno(err, errno ? errno : EIO, "%s", path_gz);
	}
	close(in);
	if (code) {
		file_replace_cancel(out, temp);
		return code;
	}
	return file_replace_end(out, temp, path_gz, err);
}

static int write_chunk(int fd, const uint8_t *bytes, size_t n_bytes)
{
	while (n_bytes) {
		ssize_t n = write(fd, bytes, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

static int gunzip_copy(gzFile gz, int out, const char *path_gz, const char *path, size_t cap_bytes,
		       struct error *err)
{
	uint8_t chunk[CHUNK_BYTES];
	size_t total = 0;
	int n;

	while ((n = gzread(gz, chunk, sizeof chunk)) > 0) {
		if (gzdirect(gz))
			break;
		if ((size_t)n > cap_bytes - total)
			return error_set(err, ERR_LIMIT, _("%s: unpacks to more than %zu bytes"), path_gz,
					 cap_bytes);
		total += (size_t)n;
		if (write_chunk(out, chunk, (size_t)n))
			return error_errno(err, errno, "%s", path);
	}
	if (n < 0 || gzdirect(gz))
		return error_set(err, ERR_CORRUPT, _("%s: compressed data is damaged"), path_gz);
	return 0;
}

int gunzip_file(const char *path_gz, const char *path, size_t cap_bytes, struct error *err)
{
	char temp[PATH_MAX];
	int code, out, in = open(path_gz, O_RDONLY | O_CLOEXEC);
	gzFile gz;

	if (in < 0)
		return error_errno(err, errno, "%s", path_gz);
	gz = gzdopen(in, "rb");
	if (!gz) {
		close(in);
		return error_set(err, ERR_NOMEM, _("out of memory while unpacking"));
	}
	out = file_replace_begin(path, temp, sizeof temp, err);
	if (out < 0) {
		gzclose(gz);
		return out;
	}
	code = gunzip_copy(gz, out, path_gz, path, cap_bytes, err);
	if (gzclose(gz) == Z_BUF_ERROR && !code)
		code = error_set(err, ERR_TRUNCATED, _("%s: compressed data is cut short"), path_gz);
	if (code) {
		file_replace_cancel(out, temp);
		return code;
	}
	return file_replace_end(out, temp, path, err);
}
