/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/csv.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { FILE_MAX_BYTES = 64 * 1024 * 1024 };

static const char bom[] = "\xEF\xBB\xBF";

struct reader {
	struct arena *arena;
	struct buf rows, cells; /* arrays of struct csv_row and char * that grow */
	size_t row_line;
	bool row_open;
	bool failed; /* memory ran out */
};

static void on_cell(void *bytes, size_t n_bytes, void *arg)
{
	struct reader *reader = arg;
	char *cell = arena_strndup(reader->arena, bytes ? bytes : "", n_bytes);

	reader->failed |= !cell;
	buf_put(&reader->cells, &cell, sizeof cell);
}

static void on_row(int end, void *arg)
{
	struct reader *reader = arg;
	struct buf *cells = &reader->cells;
	struct csv_row row = { reader->row_line, cells->len_bytes / sizeof(char *), NULL };

	(void)end;
	row.cells = arena_memdup(reader->arena, cells->data, cells->len_bytes);
	buf_put(&reader->rows, &row, sizeof row);
	reader->failed |= !row.cells || cells->failed || reader->rows.failed;
	buf_clear(cells);
	reader->row_open = false;
}

/* Length of the first line with its end: CRLF, LF or CR. */
static size_t line_bytes(const char *text, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++) {
		if (text[i] == '\n')
			return i + 1;
		if (text[i] == '\r')
			return i + 1 < n_bytes && text[i + 1] == '\n' ? i + 2 : i + 1;
	}
	return n_bytes;
}

static size_t line_at(const char *text, size_t offset)
{
	size_t line = 1;

	for (size_t n; (n = line_bytes(text, offset)); text += n, offset -= n)
		if (text[n - 1] == '\n' || text[n - 1] == '\r')
			line++;
	return line;
}

static bool blank(const char *text, size_t n_bytes)
{
	while (n_bytes && strchr(" \t\r\n", text[n_bytes - 1]))
		n_bytes--;
	return !n_bytes;
}

static int parse_failed(struct csv_parser *parser, const struct reader *reader, const char *path,
			size_t line, struct error *err)
{
	if (reader->failed || csv_error(parser) != CSV_EPARSE)
		return error_set(err, ERR_NOMEM, _("%s: out of memory"), path);
	return error_set(err, ERR_INVALID,
			 _("%s: line %zu: a quote mark inside a cell must be written twice, and the cell "
			   "quoted"),
			 path, line);
}

/* Feed line by line, so that the line a row begins on is known whatever its cells contain. */
static int parse_text(struct reader *reader, const char *path, const char *text, size_t n_bytes,
		      struct error *err)
{
	struct csv_parser parser;
	size_t line = 1;
	int code = 0;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return error_set(err, ERR_NOMEM, _("%s: out of memory"), path);
	for (; n_bytes && !code; line++) {
		size_t n = line_bytes(text, n_bytes);

		if (!reader->row_open) {
			reader->row_line = line;
			reader->row_open = !blank(text, n);
		}
		if (csv_parse(&parser, text, n, on_cell, on_row, reader) != n || reader->failed)
			code = parse_failed(&parser, reader, path, line, err);
		text += n;
		n_bytes -= n;
	}
	if (!code && csv_fini(&parser, on_cell, on_row, reader))
		code = error_set(err, ERR_INVALID,
				 _("%s: the quoted cell in the row that begins on line %zu has no end"),
				 path, reader->row_line);
	if (!code && reader->failed)
		code = error_set(err, ERR_NOMEM, _("%s: out of memory"), path);
	csv_free(&parser);
	return code;
}

/* Whether bytes that are not all valid are nevertheless UTF-8, with some damage: far more three-byte
 * characters (nearly all of Chinese) than broken ones. GB18030 text is full of broken ones. */
static bool damaged_utf8(const char *bytes, size_t n_bytes, size_t *first_broken)
{
	size_t good = 0, broken = 0;

	for (size_t i = 0; i < n_bytes;) {
		size_t n = (bytes[i] & 0x80) == 0    ? 1 :
			   (bytes[i] & 0xE0) == 0xC0 ? 2 :
			   (bytes[i] & 0xF0) == 0xE0 ? 3 :
						       4;

		if (bytes[i] && (n > n_bytes - i || !utf8_valid(bytes + i, n))) {
			if (!broken++)
				*first_broken = i;
			n = 1;
		} else if (n == 3) {
			good++;
		}
		i += n;
	}
	return good > 8 * broken;
}

static int from_gb18030(struct buf *out, const char *path, const char *bytes, size_t n_bytes,
			struct error *err)
{
	iconv_t converter = iconv_open("UTF-8", "GB18030");
	char *in = (char *)bytes, *to;
	size_t in_left = n_bytes, out_left = n_bytes * 2; /* no character grows more than 2 to 3 bytes */
	int code = 0;

	if (converter == (iconv_t)-1)
		return error_set(err, ERR_UNSUPPORTED, _("%s: GB18030 cannot be read on this machine"),
				 path);
	to = (char *)buf_reserve(out, out_left);
	if (!to)
		code = error_set(err, ERR_NOMEM, _("%s: out of memory"), path);
	else if (iconv(converter, &in, &in_left, &to, &out_left) == (size_t)-1)
		code = error_set(err, ERR_INVALID,
				 _("%s: line %zu is neither UTF-8 nor GB18030 text; save the table as CSV "
				   "UTF-8"),
				 path, line_at(bytes, n_bytes - in_left));
	else
		out->len_bytes += n_bytes * 2 - out_left;
	iconv_close(converter);
	return code;
}

/* Set *text to the table as UTF-8, in bytes or in *converted. */
static int to_utf8(struct span *text, struct buf *converted, const char *path, const char *bytes,
		   size_t n_bytes, struct error *err)
{
	bool has_bom = n_bytes >= 3 && !memcmp(bytes, bom, 3);
	size_t broken = 0;
	const char *nul = memchr(bytes, 0, n_bytes);
	int code;

	*text = span_of(has_bom ? bytes + 3 : bytes, has_bom ? n_bytes - 3 : n_bytes);
	if (utf8_valid((const char *)text->data, text->len_bytes))
		return 0;
	if (nul)
		return error_set(err, ERR_INVALID,
				 _("%s: line %zu is not plain text; save the table as CSV UTF-8"), path,
				 line_at(bytes, (size_t)(nul - bytes)));
	if (damaged_utf8(bytes, n_bytes, &broken) || has_bom)
		return error_set(err, ERR_INVALID, _("%s: line %zu has a broken UTF-8 character"), path,
				 line_at(bytes, broken));
	code = from_gb18030(converted, path, bytes, n_bytes, err);
	*text = span_of_buf(converted);
	return code;
}

int csv_read_bytes(struct csv_table *out, const char *path, const void *bytes, size_t n_bytes,
                   struct arena *arena, struct error *err)
{
	struct reader reader = { .arena = arena, .rows = BUF_INIT, .cells = BUF_INIT };
	struct buf converted = BUF_INIT;
	struct span text;
	int code;

	*out = (struct csv_table){ 0 };
	if (n_bytes > FILE_MAX_BYTES)
		return error_set(err, ERR_LIMIT, _("%s: larger than %zu bytes"), path,
				 (size_t)FILE_MAX_BYTES);
	code = n_bytes ? to_utf8(&text, &converted, path, bytes, n_bytes, err) : 0;
	if (!code && n_bytes)
		code = parse_text(&reader, path, (const char *)text.data, text.len_bytes, err);
	if (!code) {
		out->path = arena_strdup(arena, path);
		out->n_rows = reader.rows.len_bytes / sizeof *out->rows;
		out->rows = arena_memdup(arena, reader.rows.data, reader.rows.len_bytes);
		if (!out->path || !out->rows)
			code = error_set(err, ERR_NOMEM, _("%s: out of memory"), path);
	}
	buf_free(&converted);
	buf_free(&reader.rows);
	buf_free(&reader.cells);
	return code;
}

int csv_read_file(struct csv_table *out, const char *path, struct arena *arena, struct error *err)
{
	struct buf bytes = BUF_INIT;
	int code = file_read(path, FILE_MAX_BYTES, &bytes, err);

	*out = (struct csv_table){ 0 };
	if (!code)
		code = csv_read_bytes(out, path, bytes.data, bytes.len_bytes, arena, err);
	buf_free(&bytes);
	return code;
}

int csv_find(const struct csv_row *header, const char *name)
{
	for (size_t i = 0; i < header->n; i++)
		if (!strcmp(header->cells[i], name))
			return (int)i;
	return -1;
}

static bool is_number(const char *text)
{
	size_t digits;

	text += *text == '+' || *text == '-';
	digits = strspn(text, "0123456789");
	text += digits;
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	return digits && !*text;
}

static bool begins_formula(const char *cell)
{
	return *cell && strchr("=+-@\t\r", *cell);
}

bool csv_is_guarded(const char *cell)
{
	size_t marks = strspn(cell, "'");

	return marks && begins_formula(cell + marks);
}

void csv_write_row(FILE *file, const char *const cells[], size_t n, bool formula_safe)
{
	for (size_t i = 0; i < n; i++) {
		const char *cell = cells[i] ? cells[i] : "";
		size_t len = strlen(cell);
		bool formula = formula_safe && (csv_is_guarded(cell) ||
						(begins_formula(cell) && !is_number(cell)));
		bool quote = strpbrk(cell, ",\"\r\n") || (len && strchr(" \t", cell[0])) ||
			     (len && strchr(" \t", cell[len - 1])) || (n == 1 && !len) ||
			     !strncmp(cell, bom, 3); /* else the first of a file would lose it */

		if (i)
			fputc(',', file);
		if (quote)
			fputc('"', file);
		if (formula)
			fputc('\'', file);
		for (; *cell; cell++) {
			if (*cell == '"')
				fputc('"', file);
			fputc(*cell, file);
		}
		if (quote)
			fputc('"', file);
	}
	fputc('\n', file);
}
