/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values to and from entry fields and drafts. */
#include "config.h"

#include "form/values_core.h"

#include <stdlib.h>
#include <string.h>
#include "form/value_type.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { PACK_FORMAT = 1 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static enum entry_kind kind_of(enum form_type type)
{
	return type == FORM_REPEAT ? ENTRY_ROWS : type == FORM_RECORD ? ENTRY_RECORD : ENTRY_TEXT;
}

/* --- loading --- */

/* The text of a stored value; one that this version cannot read as its type makes the cell foreign. */
static int load_cell_value(struct cell *cell, const struct form_field *field, uint8_t kind,
                           struct span value, uint8_t flags)
{
	char text[VERSION_TEXT_BYTES];
	struct version version;
	struct span rest = value;
	bool text_kind = kind == ENTRY_TEXT && (field->type != FORM_RECORD || !value.len_bytes);
	cell->flags = (uint8_t)((cell->flags & ~CELL_PACKED) | flags);
	if (text_kind && (!value.len_bytes ||
	                  utf8_valid((const char *)value.data, value.len_bytes)))
		return cell_put(cell, value.len_bytes ? (const char *)value.data : "", value.len_bytes);
	if (field->type == FORM_RECORD && kind == ENTRY_RECORD && version_take(&rest, &version) &&
	    !rest.len_bytes) {
		version_format(&version, text);
		return cell_put(cell, text, strlen(text));
	}
	cell->flags |= CELL_FOREIGN;
	return cell_put(cell, "", 0);
}

static int keep_foreign(struct row *row, uint32_t tag, const uint8_t *bytes, size_t n_bytes)
{
	struct foreign_cell *list = realloc(row->foreign, (row->n_foreign + 1) * sizeof *list);
	uint8_t *copy = malloc(n_bytes);
	if (list)
		row->foreign = list;
	if (!list || !copy) {
		free(copy);
		return ERR_NOMEM;
	}
	memcpy(copy, bytes, n_bytes);
	list[row->n_foreign++] = (struct foreign_cell){ tag, copy, n_bytes };
	/* cppcheck-suppress memleak ; the row keeps it */
	return 0;
}

/* One cell of a row into its place, or among what is kept byte for byte. */
static int load_row_cell(struct form_values *values, int repeat, struct row *row, struct span *in,
                         uint8_t flags)
{
	const uint8_t *start = in->data;
	uint64_t tag;
	uint8_t kind;
	struct span value;
	if (!span_varint(in, &tag) || !span_u8(in, &kind) || !span_text(in, &value) || tag == 0 ||
	    tag > UINT32_MAX)
		return ERR_CORRUPT;
	int index = form_field_by_tag(values->form, (uint32_t)tag);
	if (index >= 0 && values->form->fields[index].repeat == repeat) {
		struct cell *cell = &row->cells[index - repeat - 1];
		int code = load_cell_value(cell, &values->form->fields[index], kind, value, flags);
		if (code || !(cell->flags & CELL_FOREIGN))
			return code;
		cell->flags &= (uint8_t)~CELL_PACKED;
	}
	return keep_foreign(row, (uint32_t)tag, start, (size_t)(in->data - start));
}

int values_rows_load(struct form_values *values, int repeat, struct span rows, uint8_t flags,
                     struct error *err)
{
	uint64_t n_rows = 0, n;
	int code = rows.len_bytes && !span_varint(&rows, &n_rows) ? ERR_CORRUPT : 0;
	values_rows_clear(values, repeat);
	values->dirty = true;
	for (uint64_t i = 0; i < n_rows && !code; i++) {
		if (!span_varint(&rows, &n)) {
			code = ERR_CORRUPT;
			break;
		}
		struct row *row = values_row_new(values, repeat);
		code = row ? 0 : ERR_NOMEM;
		for (uint64_t cell = 0; cell < n && !code; cell++)
			code = load_row_cell(values, repeat, row, &rows, flags);
	}
	if (!code && rows.len_bytes)
		code = ERR_CORRUPT;
	if (code == ERR_CORRUPT)
		return error_set(err, code, _("the rows of \"%s\" are damaged"),
		                 values->form->fields[repeat].name);
	return code ? no_memory(err) : 0;
}

static int load_field(struct form_values *values, int index, const struct entry_field *stored,
                      struct error *err)
{
	const struct form_field *field = &values->form->fields[index];
	struct slot *slot = &values->slots[index];
	if (field->type != FORM_REPEAT) {
		if (load_cell_value(&slot->cell, field, stored->kind, stored->value, CELL_SET))
			return no_memory(err);
		return 0;
	}
	slot->cell.flags = (uint8_t)((slot->cell.flags & ~CELL_PACKED) | CELL_SET);
	bool cleared = stored->kind == ENTRY_TEXT && !stored->value.len_bytes;
	if (stored->kind == ENTRY_ROWS || cleared)
		return values_rows_load(values, index, stored->value, CELL_SET, err);
	slot->cell.flags |= CELL_FOREIGN;
	return 0;
}

int values_load(struct form_values *values, const struct entry_field *fields, size_t n,
                struct error *err)
{
	values->dirty = true;
	for (size_t i = 0; i < n; i++) {
		int index = form_field_by_tag(values->form, fields[i].tag);
		if (index < 0 || values->form->fields[index].repeat >= 0)
			continue;
		int code = load_field(values, index, &fields[i], err);
		if (code)
			return code;
	}
	return 0;
}

/* --- changes --- */

static bool put_version(struct buf *out, const char *text)
{
	struct version version;
	if (!version_parse(text, &version))
		return false;
	version_put(out, &version);
	return true;
}

/* The cells of a row under their tags: what is set by now, and what was kept. */
struct row_part {
	uint32_t tag;
	const struct form_field *field; /* NULL: kept */
	const char *text;
	const struct foreign_cell *foreign;
};

static int by_tag(const void *a, const void *b)
{
	uint32_t x = ((const struct row_part *)a)->tag, y = ((const struct row_part *)b)->tag;
	return x < y ? -1 : x > y;
}

static size_t row_parts(const struct form_values *values, int repeat, const struct row *row,
                        struct row_part *parts)
{
	const struct form_field *fields = values->form->fields;
	size_t n = 0;
	for (int i = repeat + 1; i < fields[repeat].end; i++) {
		const struct cell *cell = &row->cells[i - repeat - 1];
		if (fields[i].tag && cell->flags & CELL_RELEVANT && *cell_text(cell))
			parts[n++] = (struct row_part){ fields[i].tag, &fields[i], cell_text(cell), NULL };
	}
	for (size_t i = 0; i < row->n_foreign; i++) {
		/* A value that somebody set anew replaces what could not be read. */
		size_t j = 0;
		while (j < n && parts[j].tag != row->foreign[i].tag)
			j++;
		if (j == n)
			parts[n++] = (struct row_part){ row->foreign[i].tag, NULL, NULL, &row->foreign[i] };
	}
	qsort(parts, n, sizeof *parts, by_tag);
	return n;
}

static int put_row(const struct form_values *values, int repeat, const struct row *row,
                   struct arena *arena, struct buf *out)
{
	size_t most = (size_t)(values->form->fields[repeat].end - repeat) + row->n_foreign;
	struct row_part *parts = arena_array(arena, most, sizeof *parts);
	if (!parts)
		return ERR_NOMEM;
	size_t n = row_parts(values, repeat, row, parts);
	buf_put_varint(out, n);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].foreign) {
			buf_put(out, parts[i].foreign->bytes, parts[i].foreign->n_bytes);
			continue;
		}
		struct buf version = BUF_INIT;
		buf_put_varint(out, parts[i].tag);
		buf_put_u8(out, (uint8_t)kind_of(parts[i].field->type));
		if (parts[i].field->type == FORM_RECORD && put_version(&version, parts[i].text)) {
			buf_put_varint(out, version.len_bytes);
			buf_put(out, version.data, version.len_bytes);
		} else {
			buf_put_text(out, parts[i].text);
		}
		buf_free(&version);
	}
	return 0;
}

/* ENTRY_ROWS bytes of a repeat without its blank rows; nothing when no row is left. */
static int put_rows(const struct form_values *values, int repeat, struct arena *arena, struct buf *out)
{
	const struct slot *slot = &values->slots[repeat];
	size_t n = 0;
	for (size_t i = 0; i < slot->n_rows; i++)
		n += !values_row_blank(values, repeat, i);
	if (!n)
		return 0;
	buf_put_varint(out, n);
	for (size_t i = 0; i < slot->n_rows; i++) {
		int code = values_row_blank(values, repeat, i)
		                   ? 0
		                   : put_row(values, repeat, &slot->rows[i], arena, out);
		if (code)
			return code;
	}
	return 0;
}

/* The stored form of a field at the top, in arena. */
static int stored_field(const struct form_values *values, int index, struct arena *arena,
                        struct entry_field *out, struct error *err)
{
	const struct form_field *field = &values->form->fields[index];
	const struct cell *cell = &values->slots[index].cell;
	struct buf bytes = BUF_INIT;
	int code = 0;
	*out = (struct entry_field){ .tag = field->tag, .kind = (uint8_t)kind_of(field->type) };
	if (cell->flags & CELL_RELEVANT) {
		const char *text = cell_text(cell);
		if (field->type == FORM_REPEAT)
			code = put_rows(values, index, arena, &bytes);
		else if (field->type != FORM_RECORD)
			buf_put(&bytes, text, strlen(text));
		else if (*text && !put_version(&bytes, text))
			code = ERR_INVALID;
	}
	if (code == ERR_INVALID)
		error_set(err, code, _("\"%s\" refers to no record"), field->name);
	if (!code && bytes.len_bytes) {
		uint8_t *copy = bytes.failed ? NULL : arena_memdup(arena, bytes.data, bytes.len_bytes);
		out->value = span_of(copy, bytes.len_bytes);
		code = copy ? 0 : ERR_NOMEM;
	} else if (!code) {
		out->kind = ENTRY_TEXT;
		code = bytes.failed ? ERR_NOMEM : 0;
	}
	buf_free(&bytes);
	return code == ERR_NOMEM ? no_memory(err) : code;
}

static bool same_as_before(const struct entry_field *now, const struct entry_field *before, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (before[i].tag == now->tag)
			return before[i].value.len_bytes == now->value.len_bytes &&
			       (!now->value.len_bytes ||
			        (before[i].kind == now->kind &&
			         !memcmp(before[i].value.data, now->value.data, now->value.len_bytes)));
	return now->value.len_bytes == 0;
}

static int by_entry_tag(const void *a, const void *b)
{
	uint32_t x = ((const struct entry_field *)a)->tag, y = ((const struct entry_field *)b)->tag;
	return x < y ? -1 : x > y;
}

int values_changes(const struct form_values *values, const struct entry_field *before, size_t n_before,
                   struct arena *arena, struct entry_field **out, size_t *n_out, struct error *err)
{
	const struct form *form = values->form;
	struct entry_field *list = arena_array(arena, form->n_fields + 1u, sizeof *list);
	size_t n = 0;
	*out = NULL;
	*n_out = 0;
	values_refresh(values);
	if (!list || values->no_memory)
		return no_memory(err);
	for (int i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		if (!field->tag || field->repeat >= 0 || values->slots[i].cell.flags & CELL_FOREIGN)
			continue;
		int code = stored_field(values, i, arena, &list[n], err);
		if (code)
			return code;
		if (!same_as_before(&list[n], before, n_before))
			n++;
	}
	qsort(list, n, sizeof *list, by_entry_tag);
	*out = list;
	*n_out = n;
	return 0;
}

/* --- drafts --- */

/* draft = 01 | n varint | n cells | n varint | n repeats
 * cell = tag varint | flags u8 | text
 * repeat = tag varint | flags u8 | n varint | rows; row = n varint | cells | n varint | kept cells as texts */

static bool packed(const struct form_field *field, const struct cell *cell)
{
	return field->tag && field->type != FORM_REPEAT && !field->calculation &&
	       (*cell_text(cell) || cell->flags & CELL_PACKED);
}

static void pack_cells(const struct form_values *values, int from, int to, int repeat, int row,
                       struct buf *out)
{
	uint64_t n = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = from; i < to; i++) {
			const struct form_field *field = &values->form->fields[i];
			const struct cell *cell = field->repeat == repeat ? values_cell(values, i, row)
			                                                  : NULL;
			if (!cell || !packed(field, cell))
				continue;
			n++;
			if (pass == 0)
				continue;
			buf_put_varint(out, field->tag);
			buf_put_u8(out, cell->flags & CELL_PACKED);
			buf_put_text(out, cell_text(cell));
		}
		if (pass == 0)
			buf_put_varint(out, n);
	}
}

static void pack_repeat(const struct form_values *values, int repeat, struct buf *out)
{
	const struct form_field *field = &values->form->fields[repeat];
	const struct slot *slot = &values->slots[repeat];
	buf_put_varint(out, field->tag);
	buf_put_u8(out, slot->cell.flags & CELL_PACKED);
	buf_put_varint(out, slot->n_rows);
	for (size_t i = 0; i < slot->n_rows; i++) {
		const struct row *row = &slot->rows[i];
		pack_cells(values, repeat + 1, field->end, repeat, (int)i, out);
		buf_put_varint(out, row->n_foreign);
		for (size_t j = 0; j < row->n_foreign; j++) {
			buf_put_varint(out, row->foreign[j].n_bytes);
			buf_put(out, row->foreign[j].bytes, row->foreign[j].n_bytes);
		}
	}
}

int values_pack(const struct form_values *values, struct buf *out, struct error *err)
{
	uint64_t n_repeats = 0;
	size_t start = out->len_bytes;
	values_refresh(values);
	for (int i = 0; i < values->form->n_fields; i++)
		n_repeats += values->form->fields[i].type == FORM_REPEAT;
	buf_put_u8(out, PACK_FORMAT);
	pack_cells(values, 0, values->form->n_fields, -1, ROW_NONE, out);
	buf_put_varint(out, n_repeats);
	for (int i = 0; i < values->form->n_fields; i++)
		if (values->form->fields[i].type == FORM_REPEAT)
			pack_repeat(values, i, out);
	if (!out->failed && !values->no_memory)
		return 0;
	out->len_bytes = start;
	return no_memory(err);
}

/* A cell of this repeat (-1: the top) and row; cells of unknown tags are left out. */
static int unpack_cell(struct form_values *values, int repeat, int row, struct span *in)
{
	uint64_t tag;
	uint8_t flags;
	struct span text;
	if (!span_varint(in, &tag) || !span_u8(in, &flags) || !span_text(in, &text))
		return ERR_TRUNCATED;
	if (tag > UINT32_MAX || flags & ~CELL_PACKED ||
	    (text.len_bytes && !utf8_valid((const char *)text.data, text.len_bytes)))
		return ERR_CORRUPT;
	int index = form_field_by_tag(values->form, (uint32_t)tag);
	if (index < 0 || values->form->fields[index].repeat != repeat ||
	    values->form->fields[index].type == FORM_REPEAT)
		return 0;
	struct cell *cell = values_cell(values, index, row);
	if (flags & CELL_FOLLOWS && !values->form->fields[index].deflt)
		flags &= (uint8_t)~CELL_FOLLOWS;
	cell->flags = flags;
	return cell_put(cell, text.len_bytes ? (const char *)text.data : "", text.len_bytes);
}

static int unpack_cells(struct form_values *values, int repeat, int row, struct span *in)
{
	uint64_t n;
	if (!span_varint(in, &n))
		return ERR_TRUNCATED;
	int code = 0;
	for (uint64_t i = 0; i < n && !code; i++)
		code = unpack_cell(values, repeat, row, in);
	return code;
}

static int unpack_foreign(struct row *row, struct span *in)
{
	uint64_t n, tag;
	if (!span_varint(in, &n))
		return ERR_TRUNCATED;
	int code = 0;
	for (uint64_t i = 0; i < n && !code; i++) {
		struct span bytes, rest;
		if (!span_text(in, &bytes))
			return ERR_TRUNCATED;
		rest = bytes;
		if (!span_varint(&rest, &tag) || tag > UINT32_MAX)
			return ERR_CORRUPT;
		code = keep_foreign(row, (uint32_t)tag, bytes.data, bytes.len_bytes);
	}
	return code;
}

/* The rows of a repeat; those of an unknown one are read into nothing. */
static int unpack_repeat(struct form_values *values, struct span *in)
{
	uint64_t tag, n_rows;
	uint8_t flags;
	if (!span_varint(in, &tag) || !span_u8(in, &flags) || !span_varint(in, &n_rows))
		return ERR_TRUNCATED;
	int index = tag > UINT32_MAX ? -1 : form_field_by_tag(values->form, (uint32_t)tag);
	if (index >= 0 && values->form->fields[index].type != FORM_REPEAT)
		index = -1;
	if (n_rows > in->len_bytes / 2 || flags & ~CELL_PACKED)
		return ERR_CORRUPT;
	if (index >= 0)
		values->slots[index].cell.flags = flags;
	int code = 0;
	for (uint64_t i = 0; i < n_rows && !code; i++) {
		struct row none = { NULL, NULL, 0 };
		struct row *row = index < 0 ? &none : values_row_new(values, index);
		if (!row)
			return ERR_NOMEM;
		/* Without a repeat of that tag no field can match: -2 is nobody's repeat. */
		code = unpack_cells(values, index < 0 ? -2 : index, (int)i, in);
		if (!code)
			code = unpack_foreign(row, in);
		for (size_t j = 0; j < none.n_foreign; j++)
			free(none.foreign[j].bytes);
		free(none.foreign);
	}
	return code;
}

static int unpack(struct form_values *values, struct span *in)
{
	uint8_t format;
	uint64_t n;
	if (!span_u8(in, &format))
		return ERR_TRUNCATED;
	if (format != PACK_FORMAT)
		return ERR_VERSION;
	int code = unpack_cells(values, -1, ROW_NONE, in);
	if (!code && !span_varint(in, &n))
		code = ERR_TRUNCATED;
	for (uint64_t i = 0; !code && i < n; i++)
		code = unpack_repeat(values, in);
	return !code && in->len_bytes ? ERR_CORRUPT : code;
}

static void clear(struct form_values *values)
{
	for (int i = 0; i < values->form->n_fields; i++) {
		cell_put(&values->slots[i].cell, "", 0);
		values->slots[i].cell.flags = 0;
		if (values->form->fields[i].type == FORM_REPEAT)
			values_rows_clear(values, i);
	}
	values->dirty = true;
}

int values_unpack(struct form_values *values, struct span in, struct error *err)
{
	clear(values);
	int code = unpack(values, &in);
	if (!code)
		return 0;
	clear(values);
	if (code == ERR_NOMEM)
		return no_memory(err);
	if (code == ERR_VERSION)
		return error_set(err, code, _("the draft was made by a newer version of this program"));
	return error_set(err, code, _("the draft is damaged"));
}
