/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns to rows. All counts are checked against caps before memory is asked for. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lib/crypto.h"
#include "lib/deflate.h"
#include "lib/i18n.h"
#include "sync/chunk_format.h"
#include "sync/column.h"

enum {
	/* Least canonical bytes of a field, a base and a cell of a repeat: more of them than fit into
	 * the cap cannot be meant honestly. */
	FIELD_LEAST = 4,
	BASE_LEAST = DEVICE_ID_BYTES + 1 + CRYPTO_DIGEST_BYTES,
	MAX_FIELDS = CHUNK_MAX_RAW / FIELD_LEAST,
	MAX_BASES = CHUNK_MAX_RAW / BASE_LEAST,
	MAX_CELLS = 4 * CHUNK_MAX_RAW, /* rows times columns of repeats: bounds the work */
};

struct refs_reader {
	struct ints_reader codes, numbers;
	uint8_t mode;
	struct span digests;
};

struct cells_reader { /* a column inside a repeat */
	uint32_t tag;
	uint8_t kind;
	const uint8_t *bitmap; /* NULL: in every row */
	struct texts_reader texts;
};

struct column_reader {
	uint32_t tag;
	uint8_t kind, flags, layout;
	const uint8_t *bitmap;
	struct texts_reader texts;
	struct refs_reader refs;
	struct ints_reader counts; /* LAYOUT_ROWS: rows of each repeat */
	struct cells_reader *cells;
	size_t n_cells, table_row;
	struct ints_reader base_counts;
	struct refs_reader bases;
};

struct group_reader {
	const char *form;
	bool creates;
	size_t n_columns, n_rows, taken;
	struct column_reader *columns;
};

struct steps_reader {
	int64_t value;
	struct ints_reader steps;
	bool started;
};

struct chunk_reader {
	const struct device_table *devices;
	size_t n, at, device;
	uint8_t root[CRYPTO_DIGEST_BYTES];
	bool split;
	struct arena arena, row_arena;
	struct buf *blocks; /* inflated; one, or one per column */
	size_t n_blocks, cap_blocks, inflated_bytes;
	struct span payload, block;
	struct group_reader *groups;
	size_t n_groups, n_fields, n_bases, n_cells;
	struct steps_reader seqs, lamports, walls;
	struct texts_reader operators, extensions;
	struct ints_reader group_of;
	struct refs_reader records, subjects;
	bool extended;
	uint64_t *row_seqs;
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES];
	size_t rebuilt_bytes;
	bool unresolved;
	struct error *err;
};

static int broken(struct chunk_reader *r)
{
	return error_set(r->err, ERR_CORRUPT, _("its contents are malformed"));
}

static int too_much(struct chunk_reader *r)
{
	return error_set(r->err, ERR_LIMIT, _("its contents are larger than allowed"));
}

static int no_memory(struct chunk_reader *r)
{
	return error_set(r->err, ERR_NOMEM, _("out of memory"));
}

/* --- blocks --- */

static int add_block(struct chunk_reader *r, struct span stored, size_t raw_bytes, bool deflated,
                     struct span dictionary)
{
	if (raw_bytes > CHUNK_MAX_RAW - r->inflated_bytes)
		return too_much(r);
	r->inflated_bytes += raw_bytes;
	if (r->n_blocks == r->cap_blocks) {
		size_t cap = r->cap_blocks ? 2 * r->cap_blocks : 16;
		struct buf *more = realloc(r->blocks, cap * sizeof(*more));
		if (!more)
			return no_memory(r);
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
		return no_memory(r);
	r->block = span_of_buf(block);
	return block->len_bytes == raw_bytes ? 0 : broken(r);
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
		return broken(r);
	if (raw > CHUNK_MAX_RAW)
		return too_much(r);
	return add_block(r, bytes, (size_t)raw, stored & 1, none);
}

static int open_single(struct chunk_reader *r, uint8_t flags, unsigned dictionary_id)
{
	uint64_t raw;
	struct span dictionary;
	if (!span_varint(&r->payload, &raw))
		return broken(r);
	if (raw > CHUNK_MAX_RAW)
		return too_much(r);
	if (!chunk_dictionary(dictionary_id, &dictionary))
		return error_set(r->err, ERR_VERSION, _("it was made by a newer version of this program"));
	struct span stored = r->payload;
	r->payload.len_bytes = 0;
	return add_block(r, stored, (size_t)raw, flags & CHUNK_DEFLATED, dictionary);
}

/* --- pieces --- */

static bool steps_open(struct chunk_reader *r, struct steps_reader *steps)
{
	return span_zigzag(&r->block, &steps->value) && ints_open(&steps->steps, &r->block, r->n - 1);
}

static int64_t steps_next(struct steps_reader *steps)
{
	if (steps->started)
		steps->value = (int64_t)((uint64_t)steps->value +
		                         (uint64_t)ints_next(&steps->steps) + 1);
	steps->started = true;
	return steps->value;
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

static int open_table(struct chunk_reader *r, struct column_reader *column, size_t n)
{
	size_t rows = 0;
	uint64_t n_cells;
	if (!ints_open(&column->counts, &r->block, n))
		return broken(r);
	struct ints_reader counts = column->counts;
	for (size_t i = 0; i < n; i++) {
		uint64_t count = (uint64_t)ints_next(&counts);
		if (count > CHUNK_MAX_RAW || (rows += (size_t)count) > CHUNK_MAX_RAW)
			return too_much(r);
	}
	if (!span_varint(&r->block, &n_cells))
		return broken(r);
	if (n_cells > CHUNK_MAX_COLUMNS)
		return too_much(r);
	if ((r->n_cells += rows * (size_t)n_cells) > MAX_CELLS)
		return too_much(r);
	column->n_cells = (size_t)n_cells;
	column->cells = arena_array(&r->arena, column->n_cells + 1, sizeof(*column->cells));
	if (!column->cells)
		return no_memory(r);
	for (size_t c = 0; c < column->n_cells; c++) {
		struct cells_reader *cells = &column->cells[c];
		uint64_t tag;
		uint8_t flags;
		size_t present = rows;
		if (!span_varint(&r->block, &tag) || tag > UINT32_MAX || !span_u8(&r->block, &cells->kind) ||
		    !span_u8(&r->block, &flags) || flags > COLUMN_BITMAP ||
		    (flags && !bitmap_open(r, &cells->bitmap, rows, &present)))
			return broken(r);
		cells->tag = (uint32_t)tag;
		if (!texts_open(&cells->texts, &r->block, present, CHUNK_MAX_RAW, &r->arena))
			return broken(r);
	}
	return 0;
}

static int open_column(struct chunk_reader *r, struct group_reader *group, struct column_reader *column)
{
	size_t n = group->n_rows, bases = 0;
	int code = next_block(r);
	if (code)
		return code;
	if (column->flags & COLUMN_BITMAP && !bitmap_open(r, &column->bitmap, group->n_rows, &n))
		return broken(r);
	if ((r->n_fields += n) > MAX_FIELDS)
		return too_much(r);
	if (column->layout == LAYOUT_TEXTS) {
		if (!texts_open(&column->texts, &r->block, n, CHUNK_MAX_RAW, &r->arena))
			return broken(r);
	} else if (column->layout == LAYOUT_REFS) {
		if (!refs_open(r, &column->refs, n))
			return broken(r);
	} else if ((code = open_table(r, column, n))) {
		return code;
	}
	if (!(column->flags & COLUMN_BASES))
		return 0;
	if (!ints_open(&column->base_counts, &r->block, n))
		return broken(r);
	struct ints_reader counts = column->base_counts;
	for (size_t i = 0; i < n; i++) {
		uint64_t count = (uint64_t)ints_next(&counts);
		if (count > ENTRY_MAX_BASES)
			return too_much(r);
		bases += (size_t)count;
	}
	if ((r->n_bases += bases) > MAX_BASES)
		return too_much(r);
	return refs_open(r, &column->bases, bases) ? 0 : broken(r);
}

static int open_heads(struct chunk_reader *r)
{
	uint64_t n_groups, n_columns, step;
	size_t total = 0;
	int code = next_block(r);
	if (code)
		return code;
	if (!span_varint(&r->block, &n_groups) || !n_groups || n_groups > r->n)
		return broken(r);
	r->n_groups = (size_t)n_groups;
	if (!(r->groups = arena_array(&r->arena, r->n_groups, sizeof(*r->groups))))
		return no_memory(r);
	for (size_t g = 0; g < r->n_groups; g++) {
		struct group_reader *group = &r->groups[g];
		struct span form;
		uint8_t creates;
		uint32_t tag = 0;
		if (!span_text(&r->block, &form) || (form.len_bytes && memchr(form.data, 0, form.len_bytes)) ||
		    !span_u8(&r->block, &creates) || creates > 1 || !span_varint(&r->block, &n_columns))
			return broken(r);
		if (n_columns > CHUNK_MAX_COLUMNS || (total += (size_t)n_columns) > CHUNK_MAX_COLUMNS)
			return too_much(r);
		group->creates = creates;
		group->n_columns = (size_t)n_columns;
		group->form = arena_strndup(&r->arena, (const char *)form.data, form.len_bytes);
		group->columns = arena_array(&r->arena, group->n_columns + 1, sizeof(*group->columns));
		if (!group->form || !group->columns)
			return no_memory(r);
		for (size_t c = 0; c < group->n_columns; c++) {
			struct column_reader *column = &group->columns[c];
			if (!span_varint(&r->block, &step) || step > UINT32_MAX - tag ||
			    !span_u8(&r->block, &column->kind) || !span_u8(&r->block, &column->flags) ||
			    column->flags > COLUMN_FLAGS)
				return broken(r);
			column->layout = column->flags >> COLUMN_LAYOUT_SHIFT;
			column->tag = tag += (uint32_t)step;
			if (column->layout > LAYOUT_ROWS)
				return broken(r);
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
		return broken(r);
	if ((code = next_block(r)))
		return code;
	if (!steps_open(r, &r->walls))
		return broken(r);
	if ((code = next_block(r)))
		return code;
	if (!texts_open(&r->operators, &r->block, r->n, CHUNK_MAX_RAW, &r->arena) ||
	    !ints_open(&r->group_of, &r->block, r->n))
		return broken(r);
	struct ints_reader group_of = r->group_of;
	for (size_t i = 0; i < r->n; i++) {
		uint64_t g = (uint64_t)ints_next(&group_of);
		if (g >= r->n_groups)
			return broken(r);
		r->groups[g].n_rows++;
		edits += !r->groups[g].creates;
	}
	if (!refs_open(r, &r->records, edits) || !refs_open(r, &r->subjects, r->n) ||
	    !span_u8(&r->block, &extended) || extended > 1 ||
	    (extended && !texts_open(&r->extensions, &r->block, r->n, CHUNK_MAX_RAW, &r->arena)))
		return broken(r);
	r->extended = extended;
	return 0;
}

static int open_all(struct chunk_reader *r)
{
	uint64_t n, device;
	uint8_t flags, dictionary;
	struct span root;
	int code;
	if (!span_varint(&r->payload, &n) || !span_u8(&r->payload, &flags) ||
	    !span_u8(&r->payload, &dictionary) || !span_varint(&r->payload, &device) ||
	    !span_take(&r->payload, CRYPTO_DIGEST_BYTES, &root) || !n || device >= r->devices->n)
		return broken(r);
	if (n > CHUNK_MAX_ROWS)
		return too_much(r);
	if (flags & ~CHUNK_FLAGS)
		return error_set(r->err, ERR_VERSION, _("it was made by a newer version of this program"));
	r->n = (size_t)n;
	r->device = (size_t)device;
	r->split = flags & CHUNK_SPLIT;
	memcpy(r->root, root.data, sizeof(r->root));
	r->row_seqs = arena_array(&r->arena, r->n, sizeof(*r->row_seqs));
	r->digests = arena_array(&r->arena, r->n, sizeof(*r->digests));
	if (!r->row_seqs || !r->digests)
		return no_memory(r);
	if ((!r->split && (code = open_single(r, flags, dictionary))) || (code = open_heads(r)) ||
	    (code = open_system(r)))
		return code;
	for (size_t g = 0; g < r->n_groups; g++)
		for (size_t c = 0; c < r->groups[g].n_columns; c++)
			if ((code = open_column(r, &r->groups[g], &r->groups[g].columns[c])))
				return code;
	return r->block.len_bytes || r->payload.len_bytes ? broken(r) : 0;
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

const uint8_t *chunk_root(const struct chunk_reader *reader)
{
	return reader->root;
}

/* --- rows --- */

struct resolver {
	int (*resolve)(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq,
	               uint8_t digest[CRYPTO_DIGEST_BYTES]);
	void *arg;
};

/* 1 when an earlier row alone has this number, 0 when none has it, -1 when several do. */
static int find_row(const struct chunk_reader *r, uint64_t seq, uint64_t own_seq, size_t *out)
{
	size_t low = 0, high = r->at;
	if (seq >= own_seq)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (r->row_seqs[middle] < seq)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == r->at || r->row_seqs[low] != seq)
		return 0;
	*out = low;
	return low + 1 < r->at && r->row_seqs[low + 1] == seq ? -1 : 1;
}

static void find_digest(struct chunk_reader *r, const struct resolver *resolver, uint64_t own_seq,
                        struct version *version)
{
	size_t row;
	int found = memcmp(version->device, chunk_device(r), DEVICE_ID_BYTES) ? 0
	            : find_row(r, version->seq, own_seq, &row);
	if (found > 0)
		memcpy(version->digest, r->digests[row], CRYPTO_DIGEST_BYTES);
	else if (!resolver->resolve || found < 0 ||
	         resolver->resolve(resolver->arg, version->device, version->seq, version->digest))
		r->unresolved = true;
}

static bool refs_next(struct chunk_reader *r, struct refs_reader *refs, const struct resolver *resolver,
                      uint64_t own_seq, const struct version *record, const struct version *last_base,
                      struct version *out)
{
	uint64_t code = (uint64_t)ints_next(&refs->codes);
	memset(out, 0, sizeof(*out));
	if (code == REF_NONE)
		return true;
	if (code < REF_DEVICE) {
		const struct version *same = code == REF_RECORD ? record : last_base;
		if (!same || !same->seq)
			return false;
		*out = *same;
		return true;
	}
	uint64_t number = (uint64_t)ints_next(&refs->numbers);
	out->seq = refs->mode == REF_BACK ? own_seq - number : number;
	memcpy(out->device, r->devices->ids[(code - REF_DEVICE) / 2], DEVICE_ID_BYTES);
	struct span digest;
	if ((code - REF_DEVICE) & 1) {
		if (!span_take(&refs->digests, CRYPTO_DIGEST_BYTES, &digest))
			return false;
		memcpy(out->digest, digest.data, CRYPTO_DIGEST_BYTES);
	} else {
		find_digest(r, resolver, own_seq, out);
	}
	return out->seq != 0;
}

static bool bit(const uint8_t *bitmap, size_t i)
{
	return !bitmap || (bitmap[i / 8] >> i % 8 & 1);
}

/* A repeat's bytes from its table. */
static bool table_next(struct chunk_reader *r, struct column_reader *column, int64_t day,
                       struct span *out)
{
	struct buf bytes = BUF_INIT;
	uint64_t rows = (uint64_t)ints_next(&column->counts);
	bool good = true;
	buf_put_varint(&bytes, rows);
	for (uint64_t i = 0; i < rows && good; i++, column->table_row++) {
		uint64_t present = 0;
		for (size_t c = 0; c < column->n_cells; c++)
			present += bit(column->cells[c].bitmap, column->table_row);
		buf_put_varint(&bytes, present);
		for (size_t c = 0; c < column->n_cells && good; c++) {
			struct cells_reader *cells = &column->cells[c];
			struct span text;
			if (!bit(cells->bitmap, column->table_row))
				continue;
			good = texts_next(&cells->texts, day, &r->row_arena, &text) &&
			       bytes.len_bytes + text.len_bytes <= ENTRY_MAX_BYTES;
			if (good) {
				buf_put_varint(&bytes, cells->tag);
				buf_put_u8(&bytes, cells->kind);
				buf_put_varint(&bytes, text.len_bytes);
				buf_put(&bytes, text.data, text.len_bytes);
			}
		}
		good = good && bytes.len_bytes <= ENTRY_MAX_BYTES;
	}
	good = good && !bytes.failed;
	if (good) {
		*out = span_of(arena_memdup(&r->row_arena, bytes.data, bytes.len_bytes), bytes.len_bytes);
		good = out->data != NULL;
	}
	buf_free(&bytes);
	return good;
}

static bool value_next(struct chunk_reader *r, struct column_reader *column,
                       const struct resolver *resolver, const struct entry *entry, struct span *out)
{
	int64_t day = chunk_day(entry->wall);
	struct version version;
	struct buf bytes = BUF_INIT;
	if (column->layout == LAYOUT_ROWS)
		return table_next(r, column, day, out);
	if (column->layout == LAYOUT_TEXTS)
		return texts_next(&column->texts, day, &r->row_arena, out);
	if (!refs_next(r, &column->refs, resolver, entry->seq, &entry->record, NULL, &version))
		return false;
	if (version.seq)
		version_put(&bytes, &version);
	*out = span_of(bytes.len_bytes ? arena_memdup(&r->row_arena, bytes.data, bytes.len_bytes) : NULL,
	               bytes.len_bytes);
	bool good = !bytes.failed && (out->data || !out->len_bytes);
	buf_free(&bytes);
	return good;
}

static bool fields_next(struct chunk_reader *r, struct group_reader *group,
                        const struct resolver *resolver, struct entry *entry)
{
	struct version last_base = { .seq = 0 };
	struct entry_field *fields =
		arena_array(&r->row_arena, group->n_columns + 1, sizeof(*fields));
	if (!fields)
		return false;
	entry->fields = fields;
	for (size_t c = 0; c < group->n_columns; c++) {
		struct column_reader *column = &group->columns[c];
		if (!bit(column->bitmap, group->taken))
			continue;
		struct entry_field *field = &fields[entry->n_fields++];
		field->tag = column->tag;
		field->kind = column->kind;
		if (!value_next(r, column, resolver, entry, &field->value))
			return false;
		if (!(column->flags & COLUMN_BASES))
			continue;
		field->n_bases = (size_t)ints_next(&column->base_counts);
		struct version *bases = arena_array(&r->row_arena, field->n_bases + 1, sizeof(*bases));
		if (!bases)
			return false;
		field->bases = bases;
		for (size_t b = 0; b < field->n_bases; b++) {
			if (!refs_next(r, &column->bases, resolver, entry->seq, &entry->record, &last_base,
			               &bases[b]) ||
			    !bases[b].seq)
				return false;
			last_base = bases[b];
		}
	}
	group->taken++;
	return true;
}

static int finish(struct chunk_reader *r, bool checked)
{
	uint8_t root[CRYPTO_DIGEST_BYTES];
	if (!checked)
		return 0;
	crypto_hash_data(root, sizeof(root), r->digests, r->n * sizeof(*r->digests), NULL);
	if (!r->unresolved && crypto_equal(root, r->root, sizeof(root)))
		return 0;
	return error_set(r->err, ERR_UNSURE,
	                 _("it refers to entries that are not known here in the same form"));
}

int chunk_next(struct chunk_reader *r, struct buf *out,
               int (*resolve)(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq,
                              uint8_t digest[CRYPTO_DIGEST_BYTES]),
               void *arg, struct error *err)
{
	struct resolver resolver = { resolve, arg };
	struct entry entry = { .seq = 0 };
	struct span operator_name, extensions = { NULL, 0 };
	size_t before = out->len_bytes;
	r->err = err;
	if (r->at >= r->n)
		return broken(r);
	arena_reset(&r->row_arena);
	memcpy(entry.device, chunk_device(r), DEVICE_ID_BYTES);
	entry.seq = (uint64_t)steps_next(&r->seqs);
	entry.lamport = (uint64_t)steps_next(&r->lamports);
	entry.wall = steps_next(&r->walls);
	int64_t day = chunk_day(entry.wall);
	struct group_reader *group = &r->groups[ints_next(&r->group_of)];
	entry.form = group->form;
	if ((r->at && entry.seq < r->row_seqs[r->at - 1]) ||
	    !texts_next(&r->operators, day, &r->row_arena, &operator_name) ||
	    (r->extended && !texts_next(&r->extensions, day, &r->row_arena, &extensions)) ||
	    (!group->creates && (!refs_next(r, &r->records, &resolver, entry.seq, NULL, NULL, &entry.record) ||
	                         !entry.record.seq)) ||
	    !refs_next(r, &r->subjects, &resolver, entry.seq, &entry.record, NULL, &entry.subject) ||
	    (operator_name.len_bytes && memchr(operator_name.data, 0, operator_name.len_bytes)))
		return broken(r);
	entry.operator_name = arena_strndup(&r->row_arena, operator_name.len_bytes ?
	                                    (const char *)operator_name.data : "",
	                                    operator_name.len_bytes);
	entry.extensions = extensions;
	if (!entry.operator_name)
		return no_memory(r);
	if (!fields_next(r, group, &resolver, &entry))
		return broken(r);
	int code = entry_encode(out, &entry, err);
	if (code)
		return code;
	if (out->failed)
		return no_memory(r);
	struct span canonical = span_of(out->data + before, out->len_bytes - before);
	r->rebuilt_bytes += canonical.len_bytes;
	if (r->rebuilt_bytes > CHUNK_MAX_RAW)
		return too_much(r);
	entry_digest(r->digests[r->at], canonical);
	r->row_seqs[r->at++] = entry.seq;
	return r->at == r->n ? finish(r, resolve != NULL) : 0;
}
