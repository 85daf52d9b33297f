/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of one column: texts, references or repeats, and their bases. */
#include "config.h"

#include <string.h>

#include "sync/chunk_writer.h"

/* A store knows the installations of what its entries stand under and replace, but a value may name one of which nothing
 * ever came here: it has no number in the table, and the column goes as texts. */
static bool all_refs(const struct writer *w)
{
	for (size_t i = 0; i < w->cells.n; i++) {
		struct span rest = w->cells.values[i];
		struct version version;
		if (rest.len_bytes && (!version_take(&rest, &version) || rest.len_bytes ||
		                       device_table_find(w->devices, version.device) < 0))
			return false;
	}
	return true;
}

/* The cells of a repeat, row by row; false when the bytes are not in their one form. */
static bool rows_walk(struct span value, size_t *n_rows,
                      bool (*cell)(void *arg, size_t row, uint32_t tag, uint8_t kind, struct span text),
                      void *arg)
{
	uint64_t rows, cells, tag;
	if (!span_varint(&value, &rows) || rows > value.len_bytes)
		return false;
	for (uint64_t r = 0; r < rows; r++) {
		uint32_t last = 0;
		if (!span_varint(&value, &cells))
			return false;
		for (uint64_t c = 0; c < cells; c++) {
			uint8_t kind;
			struct span text;
			if (!span_varint(&value, &tag) || tag > UINT32_MAX || tag <= last ||
			    !span_u8(&value, &kind) || !span_text(&value, &text))
				return false;
			last = (uint32_t)tag;
			if (!cell(arg, *n_rows, last, kind, text))
				return false;
		}
		++*n_rows;
	}
	return !value.len_bytes;
}

struct cell { /* of a repeat */
	uint32_t tag, row;
	uint8_t kind;
	struct span text;
	int64_t day;
};

struct table { /* a repeat's cells in all rows of the column */
	struct writer *w;
	struct group columns;
	struct cell *cells; /* row by row */
	size_t n, n_rows;
	int64_t day;
	struct span *texts; /* room for those of one column */
	int64_t *days;
	uint8_t *bitmap;
};

static bool count_cell(void *arg, size_t row, uint32_t tag, uint8_t kind, struct span text)
{
	struct table *table = arg;
	(void)row, (void)text;
	table->n++;
	return !chunk_group_add_column(table->w, &table->columns, tag, kind);
}

static bool note_cell(void *arg, size_t row, uint32_t tag, uint8_t kind, struct span text)
{
	struct table *table = arg;
	table->cells[table->n++] = (struct cell){ tag, (uint32_t)row, kind, text, table->day };
	return true;
}

void chunk_put_bitmap(struct buf *out, const uint8_t *bitmap, size_t n)
{
	buf_put(out, bitmap, (n + 7) / 8);
}

/* One column of the table. */
static void put_cells(struct writer *w, const struct table *table, const struct column *column)
{
	size_t n = 0;
	memset(table->bitmap, 0, table->n_rows / 8 + 1);
	for (size_t i = 0; i < table->n; i++) {
		const struct cell *cell = &table->cells[i];
		if (cell->tag != column->tag || cell->kind != column->kind)
			continue;
		table->bitmap[cell->row / 8] |= (uint8_t)(1 << cell->row % 8);
		table->texts[n] = cell->text;
		table->days[n++] = cell->day;
	}
	buf_put_varint(&w->block, column->tag);
	buf_put_u8(&w->block, column->kind);
	buf_put_u8(&w->block, n < table->n_rows ? COLUMN_BITMAP : 0);
	if (n < table->n_rows)
		chunk_put_bitmap(&w->block, table->bitmap, table->n_rows);
	texts_put(&w->block, table->texts, table->days, n);
}

/* Write the repeats as a table; 0 and *done false when they are better kept as bytes. */
static int put_rows(struct writer *w, const struct span *values, const int64_t *days, size_t n, bool *done)
{
	struct table table = { .w = w };
	int64_t *counts = arena_room(&w->scratch, n, sizeof(*counts));
	if (!counts)
		return chunk_write_no_memory(w);
	for (size_t i = 0; i < n; i++) {
		size_t before = table.n_rows;
		if (!rows_walk(values[i], &table.n_rows, count_cell, &table))
			return 0;
		counts[i] = (int64_t)(table.n_rows - before);
	}
	table.cells = arena_room(&w->scratch, table.n + 1, sizeof(*table.cells));
	table.texts = arena_room(&w->scratch, table.n + 1, sizeof(*table.texts));
	table.days = arena_room(&w->scratch, table.n + 1, sizeof(*table.days));
	table.bitmap = arena_alloc(&w->scratch, table.n_rows / 8 + 1);
	if (!table.cells || !table.texts || !table.days || !table.bitmap)
		return chunk_write_no_memory(w);
	table.n = table.n_rows = 0;
	for (size_t i = 0; i < n; i++) {
		table.day = days[i];
		rows_walk(values[i], &table.n_rows, note_cell, &table);
	}
	ints_put(&w->block, counts, n);
	buf_put_varint(&w->block, table.columns.n_columns);
	for (size_t c = 0; c < table.columns.n_columns; c++)
		put_cells(w, &table, &table.columns.columns[c]);
	*done = true;
	return 0;
}

bool chunk_pick_begin(struct writer *w)
{
	struct picked *out = &w->cells;
	out->fields = arena_room(&w->arena, w->n, sizeof(*out->fields));
	out->values = arena_room(&w->arena, w->n, sizeof(*out->values));
	out->rows = arena_room(&w->arena, w->n, sizeof(*out->rows));
	out->days = arena_room(&w->arena, w->n, sizeof(*out->days));
	out->bitmap = arena_alloc(&w->arena, w->n / 8 + 1);
	return out->fields && out->values && out->rows && out->days && out->bitmap;
}

/* A megabyte or two of fields is walked from row to row, over and over: they are asked for before their turn. */
void chunk_pick(struct writer *w, size_t group, const struct column *column)
{
	enum { ROWS_BEFORE = 8 };
	const size_t n_rows = w->groups[group].n_rows, *order = w->order + w->groups[group].first;
	struct picked *out = &w->cells;
	out->n = out->n_bases = 0;
	memset(out->bitmap, 0, n_rows / 8 + 1);
	for (size_t at = 0; at < n_rows; at++) {
		size_t row = order[at];
		const struct entry_field *field = w->next[row];
		if (at + ROWS_BEFORE < n_rows)
			__builtin_prefetch(w->next[order[at + ROWS_BEFORE]]);
		if (field == w->end[row] || field->tag != column->tag || field->kind != column->kind)
			continue;
		w->next[row]++;
		__builtin_prefetch(field->value.data);
		out->bitmap[at / 8] |= (uint8_t)(1 << at % 8);
		out->fields[out->n] = field;
		out->values[out->n] = field->value;
		out->days[out->n] = w->days[row];
		out->rows[out->n++] = row;
		out->n_bases += field->n_bases;
	}
}

int chunk_put_values(struct writer *w, enum column_layout *layout, uint8_t kind)
{
	const struct picked *cells = &w->cells;
	struct refs refs;
	if (kind == ENTRY_ROWS) {
		bool done = false;
		size_t before = w->block.len_bytes;
		int code = put_rows(w, cells->values, cells->days, cells->n, &done);
		*layout = LAYOUT_ROWS;
		if (code || done)
			return code;
		w->block.len_bytes = before;
	}
	if (kind == ENTRY_RECORD && all_refs(w)) {
		*layout = LAYOUT_REFS;
		if (!chunk_refs_begin(w, &refs, cells->n))
			return chunk_write_no_memory(w);
		for (size_t i = 0; i < cells->n; i++) {
			struct span rest = cells->values[i];
			struct version version = { .seq = 0 };
			version_take(&rest, &version);
			chunk_refs_add(w, &refs, cells->rows[i], &version, NULL);
		}
		chunk_refs_end(w, &refs);
		return 0;
	}
	*layout = LAYOUT_TEXTS;
	texts_put(&w->block, cells->values, cells->days, cells->n);
	return 0;
}

int chunk_put_bases(struct writer *w, struct version *last_bases)
{
	const struct picked *cells = &w->cells;
	struct refs refs;
	int64_t *counts = arena_room(&w->scratch, cells->n, sizeof(*counts));
	if (!counts || !chunk_refs_begin(w, &refs, cells->n_bases))
		return chunk_write_no_memory(w);
	for (size_t i = 0; i < cells->n; i++) {
		const struct entry_field *field = cells->fields[i];
		counts[i] = (int64_t)field->n_bases;
		for (size_t b = 0; b < field->n_bases; b++) {
			struct version *last = &last_bases[cells->rows[i]];
			chunk_refs_add(w, &refs, cells->rows[i], &field->bases[b], last);
			*last = field->bases[b];
		}
	}
	ints_put(&w->block, counts, cells->n);
	chunk_refs_end(w, &refs);
	return 0;
}
