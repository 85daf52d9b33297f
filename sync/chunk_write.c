/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows to columns. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lib/crypto.h"
#include "lib/deflate.h"
#include "lib/i18n.h"
#include "sync/chunk_writer.h"

int device_table_find(const struct device_table *table, const uint8_t id[DEVICE_ID_BYTES])
{
	for (size_t i = 0; i < table->n; i++)
		if (!memcmp(table->ids[i], id, DEVICE_ID_BYTES))
			return (int)i;
	return -1;
}

int chunk_write_no_memory(struct writer *w)
{
	return error_set(w->err, ERR_NOMEM, _("out of memory"));
}

/* --- blocks --- */

/* In a split chunk, compress what was gathered since the last call as a stream of its own. Measured numbers have no
 * repeats but runs; what stays long all the same, or takes no time, may have others. */
static int end_block(struct writer *w)
{
	enum { SHORT_BYTES = 512 };
	struct buf best = BUF_INIT, trial = BUF_INIT;
	struct span raw = span_of_buf(&w->block), none = { NULL, 0 };
	int code = 0;
	if (!w->split)
		return 0;
	if (w->block.failed)
		return chunk_write_no_memory(w);
	if ((code = deflate_bytes(&best, raw, none, DEFLATE_RUNS, w->err)))
		goto out;
	if ((raw.len_bytes < SHORT_BYTES || best.len_bytes > raw.len_bytes / 8 * 5) &&
	    (code = deflate_bytes(&trial, raw, none, DEFLATE_FAST, w->err)))
		goto out;
	struct span stored = span_of_buf(trial.data && trial.len_bytes < best.len_bytes ? &trial : &best);
	bool deflated = stored.len_bytes < raw.len_bytes;
	if (!deflated)
		stored = raw;
	buf_put_varint(w->out, raw.len_bytes);
	buf_put_varint(w->out, (uint64_t)stored.len_bytes << 1 | deflated);
	buf_put(w->out, stored.data, stored.len_bytes);
	buf_clear(&w->block);
out:
	buf_free(&best);
	buf_free(&trial);
	return code;
}

static int end_single(struct writer *w, size_t flags_at)
{
	struct span raw = span_of_buf(&w->block), dictionary;
	if (w->block.failed || !chunk_dictionary(CHUNK_DICTIONARY, &dictionary))
		return chunk_write_no_memory(w);
	size_t start = w->out->len_bytes;
	uint8_t name[CHUNK_DICTIONARY_BYTES];
	put_u32_be(name, CHUNK_DICTIONARY);
	buf_put(w->out, name, sizeof(name));
	buf_put_varint(w->out, raw.len_bytes);
	size_t before = w->out->len_bytes;
	bool small = w->n < CHUNK_SPLIT_ROWS;
	int code = deflate_bytes(w->out, raw, dictionary, small ? DEFLATE_DEFAULT : DEFLATE_FAST, w->err);
	if (code)
		return code;
	if (w->out->failed)
		return chunk_write_no_memory(w);
	if (w->out->len_bytes - before < raw.len_bytes) {
		w->out->data[flags_at] |= CHUNK_DEFLATED | CHUNK_PRESET;
	} else {
		w->out->len_bytes = start;
		buf_put_varint(w->out, raw.len_bytes);
		buf_put(w->out, raw.data, raw.len_bytes);
	}
	return 0;
}

/* --- references --- */

bool chunk_refs_begin(struct writer *w, struct refs *refs, size_t most)
{
	memset(refs, 0, sizeof(*refs));
	refs->codes = arena_room(&w->scratch, most + 1, sizeof(int64_t));
	refs->absolute = arena_room(&w->scratch, most + 1, sizeof(int64_t));
	refs->back = arena_room(&w->scratch, most + 1, sizeof(int64_t));
	return refs->codes && refs->absolute && refs->back;
}

/* Whether the reader finds the digest: in an earlier row that is alone under its number, else by the
 * caller's knowledge. */
static bool digest_known(const struct writer *w, size_t row, const struct version *version)
{
	size_t low = 0, high = row;
	if (!memcmp(version->device, w->rows[0]->device, DEVICE_ID_BYTES)) {
		if (version->seq >= w->rows[row]->seq)
			return false;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (w->rows[middle]->seq < version->seq)
				low = middle + 1;
			else
				high = middle;
		}
		if (w->rows[low]->seq == version->seq)
			return w->rows[low + 1]->seq != version->seq &&
			       !memcmp(w->digests[low], version->digest, CRYPTO_DIGEST_BYTES);
	}
	return w->known && w->known(w->arg, version);
}

void chunk_refs_add(struct writer *w, struct refs *refs, size_t row, const struct version *version,
                     const struct version *last_base)
{
	const struct version *record = &w->rows[row]->record;
	int64_t *code = &refs->codes[refs->n++];
	if (!version->seq) {
		*code = REF_NONE;
	} else if (version != record && record->seq && !version_compare(version, record)) {
		*code = REF_RECORD;
	} else if (last_base && last_base->seq && !version_compare(version, last_base)) {
		*code = REF_LAST_BASE;
	} else {
		bool known = digest_known(w, row, version);
		*code = REF_DEVICE + 2 * (int64_t)device_table_find(w->devices, version->device) + !known;
		refs->absolute[refs->n_seqs] = (int64_t)version->seq;
		refs->back[refs->n_seqs++] = (int64_t)(w->rows[row]->seq - version->seq);
		if (!known)
			buf_put(&refs->digests, version->digest, CRYPTO_DIGEST_BYTES);
	}
}

void chunk_refs_end(struct writer *w, struct refs *refs)
{
	ints_put(&w->block, refs->codes, refs->n);
	if (refs->n_seqs) {
		struct ints_plan back = ints_plan(refs->back, refs->n_seqs);
		struct ints_plan absolute = ints_plan(refs->absolute, refs->n_seqs);
		bool nearer = back.bits < absolute.bits;
		buf_put_u8(&w->block, nearer ? REF_BACK : REF_ABSOLUTE);
		ints_put_planned(&w->block, nearer ? refs->back : refs->absolute, refs->n_seqs, nearer ? &back : &absolute);
	}
	buf_put(&w->block, refs->digests.data, refs->digests.len_bytes);
	w->block.failed = w->block.failed || refs->digests.failed;
	buf_free(&refs->digests);
}

/* --- groups and their columns --- */

static int group_find(struct writer *w, const struct entry *row, size_t *out)
{
	bool creates = !row->record.seq;
	for (size_t i = 0; i < w->n_groups; i++) {
		if (w->groups[i].creates == creates && !strcmp(w->groups[i].form, row->form)) {
			*out = i;
			return 0;
		}
	}
	if (!(w->n_groups & (w->n_groups + 1))) { /* full at 0, 1, 3, 7, ... */
		struct group *more = arena_array(&w->arena, 2 * w->n_groups + 1, sizeof(*more));
		if (!more)
			return chunk_write_no_memory(w);
		if (w->n_groups)
			memcpy(more, w->groups, w->n_groups * sizeof(*more));
		w->groups = more;
	}
	w->groups[w->n_groups] = (struct group){ .form = row->form, .creates = creates };
	*out = w->n_groups++;
	return 0;
}

static bool is_before(const struct column *column, uint32_t tag, uint8_t kind)
{
	return column->tag < tag || (column->tag == tag && column->kind < kind);
}

int chunk_group_add_column(struct writer *w, struct group *group, uint32_t tag, uint8_t kind)
{
	size_t low = 0, high = group->n_columns;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (is_before(&group->columns[middle], tag, kind))
			low = middle + 1;
		else
			high = middle;
	}
	if (low < group->n_columns && group->columns[low].tag == tag && group->columns[low].kind == kind)
		return 0;
	if (group->n_columns == group->cap_columns) {
		size_t cap = group->cap_columns ? 2 * group->cap_columns : 32;
		struct column *more = arena_array(&w->arena, cap, sizeof(*more));
		if (!more)
			return chunk_write_no_memory(w);
		if (group->n_columns)
			memcpy(more, group->columns, group->n_columns * sizeof(*more));
		group->columns = more;
		group->cap_columns = cap;
	}
	memmove(&group->columns[low + 1], &group->columns[low],
	        (group->n_columns - low) * sizeof(*group->columns));
	group->columns[low] = (struct column){ tag, kind };
	group->n_columns++;
	return 0;
}

/* Most rows have the columns of those before them: fields and columns ascend, so both are walked together. */
static int add_columns(struct writer *w, struct group *group, const struct entry *row)
{
	size_t at = 0;
	int code = 0;
	for (size_t f = 0; !code && f < row->n_fields; f++) {
		const struct entry_field *field = &row->fields[f];
		while (at < group->n_columns && is_before(&group->columns[at], field->tag, field->kind))
			at++;
		if (at == group->n_columns || group->columns[at].tag != field->tag ||
		    group->columns[at].kind != field->kind)
			code = chunk_group_add_column(w, group, field->tag, field->kind);
	}
	return code;
}

static void order_rows(struct writer *w)
{
	size_t at = 0;
	for (size_t g = 0; g < w->n_groups; at += w->groups[g++].n_rows)
		w->groups[g].first = at;
	for (size_t i = 0; i < w->n; i++)
		w->order[w->groups[w->group_of[i]].first++] = i;
	for (size_t g = 0; g < w->n_groups; g++)
		w->groups[g].first -= w->groups[g].n_rows;
}

/* The installations of all that an entry refers to but in its values. */
static int devices_each(const struct entry *entry,
                        int (*each)(void *arg, const uint8_t id[DEVICE_ID_BYTES]), void *arg)
{
	int code;
	if ((code = each(arg, entry->device)) ||
	    (entry->record.seq && (code = each(arg, entry->record.device))) ||
	    (entry->subject.seq && (code = each(arg, entry->subject.device))))
		return code;
	for (size_t f = 0; f < entry->n_fields; f++)
		for (size_t b = 0; b < entry->fields[f].n_bases; b++)
			if ((code = each(arg, entry->fields[f].bases[b].device)))
				return code;
	return 0;
}

static int check_devices(void *arg, const uint8_t id[DEVICE_ID_BYTES])
{
	struct writer *w = arg;
	if (device_table_find(w->devices, id) >= 0)
		return 0;
	return error_set(w->err, ERR_INVALID, _("a device is missing in the bundle's table"));
}

static int load_rows(struct writer *w, const struct chunk_row *rows)
{
	size_t columns = 0, cells = 0;
	/* one more row, all zero, spares digest_known() a test */
	static const struct entry NONE = { .seq = 0 };
	w->rows = arena_room(&w->arena, w->n + 1, sizeof(*w->rows));
	w->digests = arena_room(&w->arena, w->n, sizeof(*w->digests));
	w->days = arena_room(&w->arena, w->n, sizeof(*w->days));
	w->group_of = arena_room(&w->arena, w->n, sizeof(*w->group_of));
	w->order = arena_room(&w->arena, w->n, sizeof(*w->order));
	w->next = arena_room(&w->arena, w->n, sizeof(*w->next));
	w->end = arena_room(&w->arena, w->n, sizeof(*w->end));
	if (!w->rows || !w->digests || !w->days || !w->group_of || !w->order || !w->next || !w->end)
		return chunk_write_no_memory(w);
	w->rows[w->n] = &NONE;
	for (size_t i = 0; i < w->n; i++) {
		const struct entry *row = w->rows[i] = rows[i].entry;
		size_t group = 0;
		int code = group_find(w, row, &group);
		if (code)
			return code;
		if (i && (memcmp(row->device, w->rows[0]->device, DEVICE_ID_BYTES) ||
		          row->seq < w->rows[i - 1]->seq))
			return error_set(w->err, ERR_INVALID, _("entries are not in order"));
		memcpy(w->digests[i], rows[i].digest, CRYPTO_DIGEST_BYTES);
		w->days[i] = chunk_day(row->wall);
		w->group_of[i] = (int64_t)group;
		w->next[i] = row->fields;
		w->end[i] = row->n_fields ? row->fields + row->n_fields : row->fields;
		w->groups[group].n_rows++;
		cells += row->n_fields;
		if ((code = add_columns(w, &w->groups[group], row)) || (code = devices_each(row, check_devices, w)))
			return code;
	}
	order_rows(w);
	for (size_t i = 0; i < w->n_groups; i++)
		columns += w->groups[i].n_columns;
	w->split = w->n >= CHUNK_SPLIT_ROWS && cells >= columns * CHUNK_SPLIT_CELLS;
	if (columns > CHUNK_MAX_COLUMNS)
		return error_set(w->err, ERR_LIMIT, _("too much for one part of a bundle"));
	return 0;
}

/* --- the whole --- */

static void put_steps(struct writer *w, const int64_t *values)
{
	int64_t *steps = arena_room(&w->scratch, w->n, sizeof(*steps));
	if (!steps) {
		w->block.failed = true;
		return;
	}
	for (size_t i = 1; i < w->n; i++)
		steps[i - 1] = (int64_t)((uint64_t)values[i] - (uint64_t)values[i - 1] - 1);
	buf_put_zigzag(&w->block, values[0]);
	ints_put(&w->block, steps, w->n - 1);
}

static int put_system(struct writer *w)
{
	struct refs subjects, records;
	int64_t *numbers = arena_room(&w->scratch, w->n, sizeof(*numbers));
	struct span *texts = arena_room(&w->scratch, w->n, sizeof(*texts));
	bool extended = false;
	int code;
	if (!numbers || !texts || !chunk_refs_begin(w, &subjects, w->n) || !chunk_refs_begin(w, &records, w->n))
		return chunk_write_no_memory(w);
	for (size_t i = 0; i < w->n; i++)
		numbers[i] = (int64_t)w->rows[i]->seq;
	put_steps(w, numbers);
	for (size_t i = 0; i < w->n; i++)
		numbers[i] = (int64_t)w->rows[i]->lamport;
	put_steps(w, numbers);
	if ((code = end_block(w)))
		return code;
	for (size_t i = 0; i < w->n; i++)
		numbers[i] = w->rows[i]->wall;
	put_steps(w, numbers);
	if ((code = end_block(w)))
		return code;
	for (size_t i = 0; i < w->n; i++)
		texts[i] = span_of(w->rows[i]->operator_name, strlen(w->rows[i]->operator_name));
	texts_put(&w->block, texts, w->days, w->n);
	ints_put(&w->block, w->group_of, w->n);
	for (size_t i = 0; i < w->n; i++) {
		chunk_refs_add(w, &subjects, i, &w->rows[i]->subject, NULL);
		if (w->rows[i]->record.seq)
			chunk_refs_add(w, &records, i, &w->rows[i]->record, NULL);
		texts[i] = w->rows[i]->extensions;
		if (texts[i].len_bytes == 1 && texts[i].data[0] == 0)
			texts[i].len_bytes = 0;
		extended = extended || texts[i].len_bytes;
	}
	chunk_refs_end(w, &records);
	chunk_refs_end(w, &subjects);
	buf_put_u8(&w->block, extended);
	if (extended)
		texts_put(&w->block, texts, w->days, w->n);
	return end_block(w);
}

/* The list of groups and columns goes before the values, but the layouts are known behind them. */
static int put_columns(struct writer *w, struct buf *heads)
{
	struct version *last_bases = arena_array(&w->arena, w->n, sizeof(*last_bases));
	if (!last_bases || !chunk_pick_begin(w))
		return chunk_write_no_memory(w);
	buf_put_varint(heads, w->n_groups);
	for (size_t g = 0; g < w->n_groups; g++) {
		const struct group *group = &w->groups[g];
		uint32_t last = 0;
		buf_put_text(heads, group->form);
		buf_put_u8(heads, group->creates);
		buf_put_varint(heads, group->n_columns);
		for (size_t c = 0; c < group->n_columns; c++) {
			const struct column *column = &group->columns[c];
			const struct picked *cells = &w->cells;
			enum column_layout layout;
			int code;
			chunk_pick(w, g, column);
			bool gaps = cells->n < group->n_rows;
			if (gaps)
				chunk_put_bitmap(&w->block, cells->bitmap, group->n_rows);
			if ((code = chunk_put_values(w, &layout, column->kind)) ||
			    (cells->n_bases && (code = chunk_put_bases(w, last_bases))) || (code = end_block(w)))
				return code;
			arena_reset(&w->scratch);
			buf_put_varint(heads, column->tag - last);
			buf_put_u8(heads, column->kind);
			buf_put_u8(heads, (uint8_t)((gaps ? COLUMN_BITMAP : 0) |
			                            (cells->n_bases ? COLUMN_BASES : 0) |
			                            layout << COLUMN_LAYOUT_SHIFT));
			last = column->tag;
		}
	}
	return 0;
}

static int encode(struct writer *w, const struct chunk_row *rows)
{
	uint8_t root[CRYPTO_DIGEST_BYTES];
	struct buf heads = BUF_INIT, body = BUF_INIT, *real_out = w->out;
	int code = load_rows(w, rows);
	if (code)
		return code;
	crypto_hash_data(root, sizeof(root), w->digests, w->n * sizeof(*w->digests), NULL);
	buf_put_varint(w->out, w->n);
	size_t flags_at = w->out->len_bytes;
	buf_put_u8(w->out, w->split ? CHUNK_SPLIT : 0);
	buf_put_varint(w->out, (uint64_t)device_table_find(w->devices, w->rows[0]->device));
	buf_put(w->out, root, sizeof(root));

	w->out = &body;
	if ((code = put_system(w)) || (code = put_columns(w, &heads)))
		goto out;
	struct buf columns = w->block;
	w->block = heads;
	heads = columns;
	w->out = real_out;
	if (w->split && !(code = end_block(w))) {
		buf_put(w->out, body.data, body.len_bytes);
	} else if (!code) {
		buf_put(&w->block, columns.data, columns.len_bytes);
		w->block.failed = w->block.failed || columns.failed;
		code = end_single(w, flags_at);
	}
	if (!code && (w->out->failed || body.failed))
		code = chunk_write_no_memory(w);
out:
	w->out = real_out;
	buf_free(&heads);
	buf_free(&body);
	return code;
}

int chunk_encode_rows(struct buf *out, const struct chunk_row *rows, size_t n, const struct device_table *devices,
                      bool (*known)(void *arg, const struct version *version), void *arg, struct error *err)
{
	struct writer w = { .n = n, .devices = devices, .known = known,
		            .arg = arg, .out = out, .err = err };
	if (!n || n > CHUNK_MAX_ROWS)
		return error_set(err, ERR_LIMIT, _("too much for one part of a bundle"));
	int code = encode(&w, rows);
	buf_free(&w.block);
	arena_free(&w.scratch);
	arena_free(&w.arena);
	return code;
}

static int decode_rows(const struct span *rows, size_t n, struct arena *arena, struct chunk_row **out,
                       struct error *err)
{
	struct chunk_row *decoded = arena_array(arena, n + 1, sizeof(*decoded));
	struct entry *entries = arena_array(arena, n + 1, sizeof(*entries));
	uint8_t (*digests)[CRYPTO_DIGEST_BYTES] = arena_array(arena, n + 1, sizeof(*digests));
	size_t bytes = 0;
	if (!decoded || !entries || !digests)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	for (size_t i = 0; i < n; i++) {
		int code = entry_decode(&entries[i], rows[i], arena, err);
		if (code)
			return code;
		entry_digest(digests[i], rows[i]);
		decoded[i] = (struct chunk_row){ &entries[i], digests[i] };
		bytes += rows[i].len_bytes;
	}
	*out = decoded;
	return bytes > CHUNK_MAX_RAW ? error_set(err, ERR_LIMIT, _("too much for one part of a bundle")) : 0;
}

int chunk_encode(struct buf *out, const struct span *rows, size_t n, const struct device_table *devices,
                 bool (*known)(void *arg, const struct version *version), void *arg,
                 struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct chunk_row *decoded = NULL;
	int code = n > CHUNK_MAX_ROWS ? 0 : decode_rows(rows, n, &arena, &decoded, err);
	if (!code)
		code = chunk_encode_rows(out, decoded, n, devices, known, arg, err);
	arena_free(&arena);
	return code;
}

int chunk_devices_each(struct span canonical, struct arena *arena,
                       int (*each)(void *arg, const uint8_t id[DEVICE_ID_BYTES]), void *arg,
                       struct error *err)
{
	struct entry entry;
	int code = entry_decode(&entry, canonical, arena, err);
	code = code ? code : devices_each(&entry, each, arg);
	for (size_t f = 0; !code && f < entry.n_fields; f++) {
		struct span rest = entry.fields[f].value;
		struct version version;
		if (entry.fields[f].kind == ENTRY_RECORD && version_take(&rest, &version))
			code = each(arg, version.device);
	}
	return code;
}
