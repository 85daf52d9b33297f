/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of an open chunk: canonical entries, their digests, the root at the end. */
#include "config.h"

#include <string.h>

#include "lib/crypto.h"
#include "lib/i18n.h"
#include "sync/chunk_reader.h"

static int64_t steps_next(struct steps_reader *steps)
{
	if (steps->started)
		steps->value = (int64_t)((uint64_t)steps->value +
		                         (uint64_t)ints_next(&steps->steps) + 1);
	steps->started = true;
	return steps->value;
}

bool chunk_range(const struct chunk_reader *reader, uint64_t *first, uint64_t *last)
{
	struct steps_reader seqs = reader->seqs;
	uint64_t seq = *first = (uint64_t)steps_next(&seqs);
	bool dense = true;
	for (size_t i = 1; i < reader->n; i++) {
		uint64_t next = (uint64_t)steps_next(&seqs);
		dense = dense && next == seq + 1;
		seq = next;
	}
	*last = seq;
	return dense;
}

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

/* Numbers of entries have 40 bits; 0 is none. */
static bool is_number(uint64_t seq)
{
	return seq && seq >> 40 == 0;
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
	return is_number(out->seq);
}

static bool bit(const uint8_t *bitmap, size_t i)
{
	return !bitmap || (bitmap[i / 8] >> i % 8 & 1);
}

/* A repeat's bytes from its table. */
static bool table_next(struct chunk_reader *r, struct table_reader *table, int64_t day,
                       struct span *out)
{
	struct buf bytes = BUF_INIT;
	uint64_t rows = (uint64_t)ints_next(&table->counts);
	bool good = true;
	buf_put_varint(&bytes, rows);
	for (uint64_t i = 0; i < rows && good; i++, table->row++) {
		uint64_t present = 0;
		for (size_t c = 0; c < table->n_cells; c++)
			present += bit(table->cells[c].bitmap, table->row);
		buf_put_varint(&bytes, present);
		for (size_t c = 0; c < table->n_cells && good; c++) {
			struct cells_reader *cells = &table->cells[c];
			struct span text;
			if (!bit(cells->bitmap, table->row))
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
		return table_next(r, &column->table, day, out);
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

/* Where what belongs to the row goes that is more than its values. */
static struct arena *row_arena(struct chunk_reader *r)
{
	return r->kept ? r->kept : &r->row_arena;
}

static bool fields_next(struct chunk_reader *r, struct group_reader *group,
                        const struct resolver *resolver, struct entry *entry)
{
	struct version last_base = { .seq = 0 };
	for (size_t c = 0; c < group->n_columns; c++) {
		struct column_reader *column = &group->columns[c];
		if (!bit(column->bitmap, group->taken))
			continue;
		struct entry_field *field = &r->fields[entry->n_fields++];
		*field = (struct entry_field){ .tag = column->tag, .kind = column->kind };
		if (!value_next(r, column, resolver, entry, &field->value))
			return false;
		if (!(column->flags & COLUMN_BASES))
			continue;
		field->n_bases = (uint16_t)ints_next(&column->bases->counts);
		struct version *bases = arena_array(row_arena(r), field->n_bases + 1, sizeof(*bases));
		if (!bases)
			return false;
		field->bases = bases;
		for (size_t b = 0; b < field->n_bases; b++) {
			if (!refs_next(r, &column->bases->refs, resolver, entry->seq, &entry->record, &last_base,
			               &bases[b]) ||
			    !bases[b].seq)
				return false;
			last_base = bases[b];
		}
	}
	group->taken++;
	/* A kept row has no more than its own fields: others may have thousands of columns. */
	entry->fields = r->kept ? arena_memdup(r->kept, r->fields, entry->n_fields * sizeof(*r->fields)) : r->fields;
	return entry->fields != NULL;
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
	struct span operator_name, extensions = { NULL, 0 };
	size_t before = out->len_bytes;
	r->err = err;
	if (r->at >= r->n)
		return chunk_broken(r);
	arena_reset(&r->row_arena);
	struct entry *entry = r->entry = arena_alloc(row_arena(r), sizeof(*entry));
	if (!entry)
		return chunk_no_memory(r);
	memcpy(entry->device, chunk_device(r), DEVICE_ID_BYTES);
	entry->seq = (uint64_t)steps_next(&r->seqs);
	entry->lamport = (uint64_t)steps_next(&r->lamports);
	entry->wall = steps_next(&r->walls);
	int64_t day = chunk_day(entry->wall);
	struct group_reader *group = &r->groups[ints_next(&r->group_of)];
	entry->form = group->form;
	if (!is_number(entry->seq) || (r->at && entry->seq < r->row_seqs[r->at - 1]) ||
	    !texts_next(&r->operators, day, &r->row_arena, &operator_name) ||
	    (r->extended && !texts_next(&r->extensions, day, &r->row_arena, &extensions)) ||
	    (!group->creates && (!refs_next(r, &r->records, &resolver, entry->seq, NULL, NULL, &entry->record) ||
	                         !entry->record.seq)) ||
	    !refs_next(r, &r->subjects, &resolver, entry->seq, &entry->record, NULL, &entry->subject) ||
	    (operator_name.len_bytes && memchr(operator_name.data, 0, operator_name.len_bytes)))
		return chunk_broken(r);
	entry->operator_name = arena_strndup(row_arena(r), operator_name.len_bytes ?
	                                    (const char *)operator_name.data : "",
	                                    operator_name.len_bytes);
	entry->extensions = extensions;
	if (r->kept && extensions.len_bytes)
		entry->extensions.data = arena_memdup(r->kept, extensions.data, extensions.len_bytes);
	if (!entry->operator_name || (extensions.len_bytes && !entry->extensions.data))
		return chunk_no_memory(r);
	if (!fields_next(r, group, &resolver, entry))
		return chunk_broken(r);
	struct entry_field *moving = r->kept ? (struct entry_field *)entry->fields : NULL;
	int code = entry_encode_received(out, entry, !r->odd_texts, moving, err);
	if (code)
		return code;
	if (out->failed)
		return chunk_no_memory(r);
	struct span canonical = span_of(out->data + before, out->len_bytes - before);
	r->rebuilt_bytes += canonical.len_bytes;
	if (r->rebuilt_bytes > CHUNK_MAX_RAW)
		return chunk_too_much(r);
	if (resolve) /* else nothing is compared, and any digest does for the references of later rows */
		entry_digest(r->digests[r->at], canonical);
	r->row_seqs[r->at++] = entry->seq;
	return r->at == r->n ? finish(r, resolve != NULL) : 0;
}
