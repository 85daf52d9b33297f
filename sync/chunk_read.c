/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns to rows. All counts are checked against caps before memory is asked for. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lib/crypto.h"
#include "lib/deflate.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/chunk_reader.h"

enum {
	/* Least canonical bytes of a field, a base and a cell of a repeat: more of them than fit into
	 * the cap cannot be meant honestly. */
	FIELD_LEAST = 4,
	BASE_LEAST = DEVICE_ID_BYTES + 1 + CRYPTO_DIGEST_BYTES,
	MAX_FIELDS = CHUNK_MAX_RAW / FIELD_LEAST,
	MAX_BASES = CHUNK_MAX_RAW / BASE_LEAST,
	MAX_CELLS = 4 * CHUNK_MAX_RAW, /* rows times columns of repeats: bounds the work */
	FORM_NAME_BYTES = 64,
};

int chunk_broken(struct chunk_reader *r)
{
	return error_set(r->err, ERR_CORRUPT, _("its contents are malformed"));
}

int chunk_too_much(struct chunk_reader *r)
{
	return error_set(r->err, ERR_LIMIT, _("its contents are larger than allowed"));
}

int chunk_no_memory(struct chunk_reader *r)
{
	return error_set(r->err, ERR_NOMEM, _("out of memory"));
}

/* --- blocks --- */

static int add_block(struct chunk_reader *r, struct span stored, size_t raw_bytes, bool deflated,
                     struct span dictionary)
{
	if (raw_bytes > CHUNK_MAX_RAW - r->inflated_bytes)
		return chunk_too_much(r);
	r->inflated_bytes += raw_bytes;
	if (r->n_blocks == r->cap_blocks) {
		size_t cap = r->cap_blocks ? 2 * r->cap_blocks : 16;
		struct buf *more = realloc(r->blocks, cap * sizeof(*more));
		if (!more)
			return chunk_no_memory(r);
		r->blocks = more;
		r->cap_blocks = cap;
	}
	struct buf *block = &r->blocks[r->n_blocks++];
	*block = (struct buf)BUF_INIT;
	if (deflated) {
		int code = inflate_bytes(block, stored, dictionary, raw_bytes, r->err);
		if (code)
			return code;
	} else {
		buf_put(block, stored.data, stored.len_bytes);
	}
	if (block->failed)
		return chunk_no_memory(r);
	r->block = span_of_buf(block);
	return block->len_bytes == raw_bytes ? 0 : chunk_broken(r);
}

/* The next block of a split chunk; without split the one block goes on. */
static int next_block(struct chunk_reader *r)
{
	uint64_t raw, stored;
	struct span bytes, none = { NULL, 0 };
	if (!r->split)
		return 0;
	if (r->block.len_bytes || !span_varint(&r->payload, &raw) ||
	    !span_varint(&r->payload, &stored) || stored >> 1 > SIZE_MAX ||
	    !span_take(&r->payload, (size_t)(stored >> 1), &bytes))
		return chunk_broken(r);
	if (raw > CHUNK_MAX_RAW)
		return chunk_too_much(r);
	return add_block(r, bytes, (size_t)raw, stored & 1, none);
}

static int open_single(struct chunk_reader *r, uint8_t flags)
{
	uint64_t raw;
	struct span dictionary = { NULL, 0 }, name;
	if (flags & CHUNK_PRESET) {
		if (!span_take(&r->payload, CHUNK_DICTIONARY_BYTES, &name))
			return chunk_broken(r);
		if (!chunk_dictionary(get_u32_be(name.data), &dictionary))
			return error_set(r->err, ERR_VERSION, _("it was made by a newer version of this program"));
	}
	if (!span_varint(&r->payload, &raw))
		return chunk_broken(r);
	if (raw > CHUNK_MAX_RAW)
		return chunk_too_much(r);
	struct span stored = r->payload;
	r->payload.len_bytes = 0;
	return add_block(r, stored, (size_t)raw, flags & CHUNK_DEFLATED, dictionary);
}

/* --- pieces --- */

static bool steps_open(struct chunk_reader *r, struct steps_reader *steps)
{
	return span_zigzag(&r->block, &steps->value) && ints_open(&steps->steps, &r->block, r->n - 1);
}

static bool refs_open(struct chunk_reader *r, struct refs_reader *refs, size_t n)
{
	size_t numbers = 0, digests = 0;
	if (!ints_open(&refs->codes, &r->block, n))
		return false;
	struct ints_reader codes = refs->codes;
	for (size_t i = 0; i < n; i++) {
		uint64_t code = (uint64_t)ints_next(&codes);
		if (code >= REF_DEVICE + 2 * (uint64_t)r->devices->n)
			return false;
		numbers += code >= REF_DEVICE;
		digests += code >= REF_DEVICE && (code - REF_DEVICE) & 1;
	}
	if (numbers && (!span_u8(&r->block, &refs->mode) || refs->mode > REF_BACK))
		return false;
	return ints_open(&refs->numbers, &r->block, numbers) &&
	       span_take(&r->block, digests * CRYPTO_DIGEST_BYTES, &refs->digests);
}

static bool bitmap_open(struct chunk_reader *r, const uint8_t **bitmap, size_t n, size_t *n_set)
{
	struct span bytes;
	*n_set = 0;
	if (!span_take(&r->block, (n + 7) / 8, &bytes))
		return false;
	for (size_t i = 0; i < n; i++)
		*n_set += bytes.data[i / 8] >> i % 8 & 1;
	*bitmap = bytes.data;
	return true;
}

static int open_table(struct chunk_reader *r, struct table_reader *table, size_t n)
{
	size_t rows = 0;
	uint64_t n_cells;
	if (!ints_open(&table->counts, &r->block, n))
		return chunk_broken(r);
	struct ints_reader counts = table->counts;
	for (size_t i = 0; i < n; i++) {
		uint64_t count = (uint64_t)ints_next(&counts);
		if (count > CHUNK_MAX_RAW || (rows += (size_t)count) > CHUNK_MAX_RAW)
			return chunk_too_much(r);
	}
	if (!span_varint(&r->block, &n_cells))
		return chunk_broken(r);
	if (n_cells > CHUNK_MAX_COLUMNS)
		return chunk_too_much(r);
	if ((r->n_cells += rows * (size_t)n_cells) > MAX_CELLS)
		return chunk_too_much(r);
	table->n_cells = (size_t)n_cells;
	table->cells = arena_array(&r->arena, table->n_cells + 1, sizeof(*table->cells));
	if (!table->cells)
		return chunk_no_memory(r);
	for (size_t c = 0; c < table->n_cells; c++) {
		struct cells_reader *cells = &table->cells[c];
		uint64_t tag;
		uint8_t flags;
		size_t present = rows;
		if (!span_varint(&r->block, &tag) || tag > UINT32_MAX || !span_u8(&r->block, &cells->kind) ||
		    !span_u8(&r->block, &flags) || flags > COLUMN_BITMAP ||
		    (flags && !bitmap_open(r, &cells->bitmap, rows, &present)))
			return chunk_broken(r);
		cells->tag = (uint32_t)tag;
		if (!texts_open(&cells->texts, &r->block, present, CHUNK_MAX_RAW, &r->arena))
			return chunk_broken(r);
	}
	return 0;
}

static int open_bases(struct chunk_reader *r, struct column_reader *column, size_t n)
{
	size_t bases = 0;
	if (!(column->bases = arena_alloc(&r->arena, sizeof(*column->bases))))
		return chunk_no_memory(r);
	if (!ints_open(&column->bases->counts, &r->block, n))
		return chunk_broken(r);
	struct ints_reader counts = column->bases->counts;
	for (size_t i = 0; i < n; i++) {
		uint64_t count = (uint64_t)ints_next(&counts);
		if (count > ENTRY_MAX_BASES)
			return chunk_too_much(r);
		bases += (size_t)count;
	}
	if ((r->n_bases += bases) > MAX_BASES)
		return chunk_too_much(r);
	return refs_open(r, &column->bases->refs, bases) ? 0 : chunk_broken(r);
}

static int open_column(struct chunk_reader *r, struct group_reader *group, struct column_reader *column)
{
	size_t n = group->n_rows;
	int code = next_block(r);
	if (code)
		return code;
	if (column->flags & COLUMN_BITMAP && !bitmap_open(r, &column->bitmap, group->n_rows, &n))
		return chunk_broken(r);
	if ((r->n_fields += n) > MAX_FIELDS)
		return chunk_too_much(r);
	r->odd_texts = r->odd_texts || (column->kind == ENTRY_TEXT && column->layout != LAYOUT_TEXTS);
	if (column->layout == LAYOUT_TEXTS) {
		if (!texts_open(&column->texts, &r->block, n, CHUNK_MAX_RAW, &r->arena) ||
		    (column->kind == ENTRY_TEXT && !texts_are_utf8(&column->texts)))
			return chunk_broken(r);
	} else if (column->layout == LAYOUT_REFS) {
		if (!refs_open(r, &column->refs, n))
			return chunk_broken(r);
	} else if ((code = open_table(r, &column->table, n))) {
		return code;
	}
	return column->flags & COLUMN_BASES ? open_bases(r, column, n) : 0;
}

/* Stores number the names of forms and keep the list in memory, so a name is short. */
static const char *take_form(struct chunk_reader *r)
{
	struct span name;
	if (!span_text(&r->block, &name) || !name.len_bytes || name.len_bytes > FORM_NAME_BYTES ||
	    memchr(name.data, 0, name.len_bytes))
		return NULL;
	const char *form = arena_strndup(&r->arena, (const char *)name.data, name.len_bytes);
	return form && utf8_plain(form) && !strchr(form, '/') ? form : NULL;
}

static int open_heads(struct chunk_reader *r)
{
	uint64_t n_groups, n_columns, step;
	size_t total = 0;
	int code = next_block(r);
	if (code)
		return code;
	if (!span_varint(&r->block, &n_groups) || !n_groups || n_groups > r->n)
		return chunk_broken(r);
	r->n_groups = (size_t)n_groups;
	if (!(r->groups = arena_array(&r->arena, r->n_groups, sizeof(*r->groups))))
		return chunk_no_memory(r);
	for (size_t g = 0; g < r->n_groups; g++) {
		struct group_reader *group = &r->groups[g];
		uint8_t creates;
		uint32_t tag = 0;
		if (!(group->form = take_form(r)) || !span_u8(&r->block, &creates) || creates > 1 || !span_varint(&r->block, &n_columns))
			return chunk_broken(r);
		if (n_columns > CHUNK_MAX_COLUMNS || (total += (size_t)n_columns) > CHUNK_MAX_COLUMNS)
			return chunk_too_much(r);
		group->creates = creates;
		group->n_columns = (size_t)n_columns;
		group->columns = arena_array(&r->arena, group->n_columns + 1, sizeof(*group->columns));
		if (!group->columns)
			return chunk_no_memory(r);
		for (size_t c = 0; c < group->n_columns; c++) {
			struct column_reader *column = &group->columns[c];
			if (!span_varint(&r->block, &step) || step > UINT32_MAX - tag ||
			    !span_u8(&r->block, &column->kind) || !span_u8(&r->block, &column->flags) ||
			    column->flags > COLUMN_FLAGS)
				return chunk_broken(r);
			column->layout = column->flags >> COLUMN_LAYOUT_SHIFT;
			column->tag = tag += (uint32_t)step;
			if (column->layout > LAYOUT_ROWS)
				return chunk_broken(r);
		}
	}
	return 0;
}

static int open_system(struct chunk_reader *r)
{
	size_t edits = 0;
	uint8_t extended;
	int code = next_block(r);
	if (code)
		return code;
	if (!steps_open(r, &r->seqs) || !steps_open(r, &r->lamports))
		return chunk_broken(r);
	if ((code = next_block(r)))
		return code;
	if (!steps_open(r, &r->walls))
		return chunk_broken(r);
	if ((code = next_block(r)))
		return code;
	if (!texts_open(&r->operators, &r->block, r->n, CHUNK_MAX_RAW, &r->arena) ||
	    !ints_open(&r->group_of, &r->block, r->n))
		return chunk_broken(r);
	struct ints_reader group_of = r->group_of;
	for (size_t i = 0; i < r->n; i++) {
		uint64_t g = (uint64_t)ints_next(&group_of);
		if (g >= r->n_groups)
			return chunk_broken(r);
		r->groups[g].n_rows++;
		edits += !r->groups[g].creates;
	}
	if (!refs_open(r, &r->records, edits) || !refs_open(r, &r->subjects, r->n) ||
	    !span_u8(&r->block, &extended) || extended > 1 ||
	    (extended && !texts_open(&r->extensions, &r->block, r->n, CHUNK_MAX_RAW, &r->arena)))
		return chunk_broken(r);
	r->extended = extended;
	return 0;
}

static int open_all(struct chunk_reader *r)
{
	uint64_t n, device;
	uint8_t flags;
	struct span root;
	int code;
	if (!span_varint(&r->payload, &n) || !span_u8(&r->payload, &flags) ||
	    !span_varint(&r->payload, &device) ||
	    !span_take(&r->payload, CRYPTO_DIGEST_BYTES, &root) || !n || device >= r->devices->n)
		return chunk_broken(r);
	if (n > CHUNK_MAX_ROWS)
		return chunk_too_much(r);
	if (flags & ~CHUNK_FLAGS)
		return error_set(r->err, ERR_VERSION, _("it was made by a newer version of this program"));
	/* one form for each meaning: a dictionary belongs to the one deflated stream */
	if ((flags & CHUNK_SPLIT && flags != CHUNK_SPLIT) || (flags & CHUNK_FLAGS) == CHUNK_PRESET)
		return chunk_broken(r);
	r->n = (size_t)n;
	r->device = (size_t)device;
	r->split = flags & CHUNK_SPLIT;
	memcpy(r->root, root.data, sizeof(r->root));
	r->row_seqs = arena_array(&r->arena, r->n, sizeof(*r->row_seqs));
	r->digests = arena_array(&r->arena, r->n, sizeof(*r->digests));
	if (!r->row_seqs || !r->digests)
		return chunk_no_memory(r);
	if ((!r->split && (code = open_single(r, flags))) || (code = open_heads(r)) ||
	    (code = open_system(r)))
		return code;
	size_t widest = 0;
	for (size_t g = 0; g < r->n_groups; g++) {
		if (r->groups[g].n_columns > widest)
			widest = r->groups[g].n_columns;
		for (size_t c = 0; c < r->groups[g].n_columns; c++)
			if ((code = open_column(r, &r->groups[g], &r->groups[g].columns[c])))
				return code;
	}
	if (!(r->fields = arena_array(&r->arena, widest + 1, sizeof(*r->fields))))
		return chunk_no_memory(r);
	return r->block.len_bytes || r->payload.len_bytes ? chunk_broken(r) : 0;
}

int chunk_open(struct chunk_reader **out, struct span payload, const struct device_table *devices,
               struct error *err)
{
	struct chunk_reader *r = calloc(1, sizeof(*r));
	if (!r)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	r->payload = payload;
	r->devices = devices;
	r->err = err;
	int code = open_all(r);
	if (code) {
		chunk_close(r);
		return code;
	}
	*out = r;
	return 0;
}

void chunk_close(struct chunk_reader *reader)
{
	if (!reader)
		return;
	for (size_t i = 0; i < reader->n_blocks; i++)
		buf_free(&reader->blocks[i]);
	free(reader->blocks);
	arena_free(&reader->arena);
	arena_free(&reader->row_arena);
	free(reader);
}

size_t chunk_rows(const struct chunk_reader *reader)
{
	return reader->n;
}

const uint8_t *chunk_device(const struct chunk_reader *reader)
{
	return reader->devices->ids[reader->device];
}

int chunk_keep_rows(struct chunk_reader *reader, struct arena *arena, struct error *err)
{
	reader->err = err;
	for (size_t g = 0; g < reader->n_groups; g++)
		if (!(reader->groups[g].form = arena_strdup(arena, reader->groups[g].form)))
			return chunk_no_memory(reader);
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES] = arena_array(arena, reader->n, sizeof(*digests));
	if (!digests)
		return chunk_no_memory(reader);
	reader->digests = digests;
	reader->kept = arena;
	return 0;
}

const struct entry *chunk_entry(const struct chunk_reader *reader)
{
	return reader->entry;
}

const uint8_t *chunk_entry_digest(const struct chunk_reader *reader)
{
	return reader->digests[reader->at - 1];
}

const uint8_t *chunk_root(const struct chunk_reader *reader)
{
	return reader->root;
}
