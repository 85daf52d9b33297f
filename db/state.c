/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/state.h"

#include <stdlib.h>
#include <string.h>
#include "db/union.h"
#include "lib/i18n.h"

enum { FLAG_RETIRED = 1, FLAG_CONFLICTED = 2, FLAG_CONTESTED = 4 };
enum { FIELD_PLAIN = 0, FIELD_FULL = 1, FIELD_SHAPE_BITS = 1 }; /* plain: one text, written by the creating entry */

struct writer { /* one entry's change of one field */
	const struct state_entry *entry;
	const struct state_change *change;
	bool replaced, expanded;
};

static int writer_order(const void *a, const void *b)
{
	const struct writer *x = a, *y = b;

	if (x->change->tag != y->change->tag)
		return x->change->tag < y->change->tag ? -1 : 1;
	return (x->entry->rid > y->entry->rid) - (x->entry->rid < y->entry->rid);
}

/* The shown leaf first: highest (lamport, device, digest). */
static int leaf_order(const void *a, const void *b)
{
	const struct state_entry *x = ((const struct writer *)a)->entry;
	const struct state_entry *y = ((const struct writer *)b)->entry;
	int cmp;

	if (x->lamport != y->lamport)
		return x->lamport > y->lamport ? -1 : 1;
	cmp = memcmp(y->device, x->device, DEVICE_ID_BYTES);
	return cmp ? cmp : memcmp(y->digest, x->digest, CRYPTO_DIGEST_BYTES);
}

static struct writer *writer_find(struct writer *group, size_t n, rid_t rid)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (group[mid].entry->rid < rid)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && group[low].entry->rid == rid ? &group[low] : NULL;
}

/* Mark what the writers that count have replaced; stack has room for n. */
static void mark_replaced(struct writer *group, size_t n, struct writer **stack)
{
	for (size_t i = 0; i < n; i++) {
		size_t depth = 0;
		if (!group[i].entry->counts)
			continue;
		stack[depth++] = &group[i];
		while (depth) {
			const struct writer *top = stack[--depth];
			for (size_t b = 0; b < top->change->n_bases; b++) {
				struct writer *base = writer_find(group, n, top->change->bases[b]);
				if (!base || base == &group[i])
					continue;
				base->replaced = true;
				if (!base->entry->counts && !base->expanded) {
					base->expanded = true;
					stack[depth++] = base;
				}
			}
		}
	}
}

/* The leaves to the front, the shown one first; returns how many. */
static size_t part_leaves(struct writer *group, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct writer one = group[i];
		if (!one.entry->counts || one.replaced)
			continue;
		group[i] = group[kept];
		group[kept++] = one;
	}
	if (kept > 1)
		qsort(group, kept, sizeof(*group), leaf_order);
	return kept < UINT16_MAX ? kept : UINT16_MAX;
}

static uint64_t bases_of(const struct writer *group, size_t n, const struct writer *writer)
{
	uint64_t bases = 0;

	for (size_t b = 0; b < writer->change->n_bases; b++)
		for (size_t i = 0; i < n; i++)
			if (&group[i] != writer && group[i].entry->rid == writer->change->bases[b])
				bases |= UINT64_C(1) << i;
	return bases;
}

/* What the words of n_leaves texts at the front of the group become together. */
static void unite(struct record_field *field, const struct writer *group, size_t n, size_t n_leaves,
                  struct arena *arena)
{
	struct union_node nodes[UNION_MAX_NODES];

	if (n > UNION_MAX_NODES)
		return;
	for (size_t i = 0; i < n; i++) {
		if (group[i].change->kind != ENTRY_TEXT)
			return;
		nodes[i] = (struct union_node){ group[i].change->value, bases_of(group, n, &group[i]),
			                        group[i].entry->counts };
	}
	uint64_t leaves = n_leaves < 64 ? (UINT64_C(1) << n_leaves) - 1 : UINT64_MAX;
	field->has_united = union_words(nodes, n, leaves, arena, &field->united);
}

/* Two reasons may stand beside each other; retired here and taken back there is another matter. */
static bool reasons_only(const struct record_field *field)
{
	for (size_t i = 1; field->tag == TAG_RETIRED && i < field->n_leaves; i++)
		if (!field->leaves[i].value.len_bytes != !field->leaves[0].value.len_bytes)
			return false;
	return field->tag == TAG_REASON || field->tag == TAG_RETIRED;
}

static int compute_field(struct record *out, struct writer *group, size_t n, struct writer **stack,
                         struct arena *arena, struct error *err)
{
	struct record_field *field = (struct record_field *)&out->fields[out->n_fields];
	struct leaf *leaves;
	bool differ = false;
	size_t kept;

	if (n > 1)
		mark_replaced(group, n, stack);
	kept = part_leaves(group, n);
	if (kept == 0)
		return 0;
	leaves = arena_array(arena, kept, sizeof(*leaves));
	if (!leaves)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < kept; i++) {
		const struct state_change *change = group[i].change;
		leaves[i] = (struct leaf){ group[i].entry->rid, change->kind, change->value };
		if (i && (change->kind != leaves[0].kind ||
		          change->value.len_bytes != leaves[0].value.len_bytes ||
		          (change->value.len_bytes && memcmp(change->value.data, leaves[0].value.data,
		                                             change->value.len_bytes))))
			differ = true;
	}
	*field = (struct record_field){ .tag = group[0].change->tag, .n_leaves = (uint16_t)kept, .leaves = leaves };
	if (differ)
		unite(field, group, n, kept, arena);
	out->conflicted |= differ && !reasons_only(field);
	if (field->tag == TAG_RETIRED)
		out->retired = leaves[0].value.len_bytes > 0;
	out->n_fields++;
	return 0;
}

/* --- retired by one who had not seen an edit --- */

static const struct state_change *retirement(const struct state_entry *entries, size_t n, rid_t rid)
{
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; entries[i].rid == rid && c < entries[i].n_changes; c++)
			if (entries[i].changes[c].tag == TAG_RETIRED)
				return &entries[i].changes[c];
	return NULL;
}

static bool names(const struct state_change *change, rid_t rid)
{
	for (size_t b = 0; change && b < change->n_bases; b++)
		if (change->bases[b] == rid)
			return true;
	return false;
}

/* A retirement names the leaves of all fields that its author saw. A leaf that it does not name was written without
 * knowledge of it: the record stays. One that names no other field tells nothing of what was seen. */
static bool is_contested(const struct record *out, const struct state_entry *entries, size_t n)
{
	const struct record_field *retired = record_field(out, TAG_RETIRED);
	bool tells = false, unseen = false;

	for (size_t i = 0; i < out->n_fields; i++) {
		const struct record_field *field = &out->fields[i];
		for (size_t k = 0; field->tag >= FORM_TAG_FIRST && k < field->n_leaves; k++) {
			bool seen = false;
			for (size_t r = 0; r < retired->n_leaves; r++)
				seen |= retired->leaves[r].entry == field->leaves[k].entry ||
				        names(retirement(entries, n, retired->leaves[r].entry),
				              field->leaves[k].entry);
			tells |= seen;
			unseen |= !seen;
		}
	}
	return tells && unseen;
}

int state_compute(struct record *out, const struct state_entry *entries, size_t n, struct arena *arena,
                  struct error *err)
{
	struct writer *writers, **stack;
	struct record_field *fields;
	size_t n_writers = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		n_writers += entries[i].n_changes;
	writers = arena_array(arena, n_writers + 1, sizeof(*writers));
	stack = arena_array(arena, n_writers + 1, sizeof(*stack));
	fields = arena_array(arena, n_writers + 1, sizeof(*fields));
	if (!writers || !stack || !fields)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < entries[i].n_changes; c++)
			writers[at++] = (struct writer){ &entries[i], &entries[i].changes[c], false, false };
	if (n > 1)
		qsort(writers, n_writers, sizeof(*writers), writer_order);

	out->fields = fields;
	out->n_fields = 0;
	out->retired = out->conflicted = out->contested = false;
	for (size_t from = 0, to; from < n_writers; from = to) {
		int rc;
		for (to = from + 1; to < n_writers; to++)
			if (writers[to].change->tag != writers[from].change->tag)
				break;
		rc = compute_field(out, writers + from, to - from, stack, arena, err);
		if (rc)
			return rc;
	}
	out->contested = out->retired && is_contested(out, entries, n);
	out->retired &= !out->contested;
	out->conflicted |= out->contested;
	return 0;
}

/* Number, text and NUL, with room asked for once: such fields are nearly all of a store. */
static void put_plain(struct buf *out, uint64_t step, struct span text)
{
	uint8_t *start = buf_room(out, VARINT_MAX_BYTES + text.len_bytes + 1);
	if (!start)
		return;
	uint8_t *to = put_varint(start, step);
	if (text.len_bytes)
		memcpy(to, text.data, text.len_bytes);
	to += text.len_bytes;
	*to++ = 0;
	out->len_bytes += (size_t)(to - start);
}

/*
 * stored = flags u8 | form no varint | n varint | fields
 * field  = tag delta, FIELD_PLAIN as a varint | text NUL
 *        | tag delta, FIELD_FULL as a varint | n_leaves varint | leaves: rid u64, kind u8, value text, NUL | united
 * united = nothing for one leaf, else 00 or 01 | text NUL
 */
void state_encode(struct buf *out, const struct record *record, uint32_t form_no)
{
	uint32_t last = 0;

	buf_put_u8(out, (uint8_t)((record->retired ? FLAG_RETIRED : 0) |
	                          (record->conflicted ? FLAG_CONFLICTED : 0) |
	                          (record->contested ? FLAG_CONTESTED : 0)));
	buf_put_varint(out, form_no);
	buf_put_varint(out, record->n_fields);
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct record_field *field = &record->fields[i];
		const struct leaf *leaf = field->leaves;
		const struct span *value = &leaf->value;
		uint64_t step = (uint64_t)(field->tag - last) << FIELD_SHAPE_BITS;

		last = field->tag;
		if (field->n_leaves == 1 && leaf->entry == record->id && leaf->kind == ENTRY_TEXT &&
		    !(value->len_bytes && memchr(value->data, 0, value->len_bytes))) {
			put_plain(out, step | FIELD_PLAIN, *value);
			continue;
		}
		buf_put_varint(out, step | FIELD_FULL);
		buf_put_varint(out, field->n_leaves);
		for (size_t k = 0; k < field->n_leaves; k++) {
			buf_put_u64(out, leaf[k].entry);
			buf_put_u8(out, leaf[k].kind);
			buf_put_varint(out, leaf[k].value.len_bytes);
			buf_put(out, leaf[k].value.data, leaf[k].value.len_bytes);
			buf_put_u8(out, 0);
		}
		if (field->n_leaves > 1)
			buf_put_u8(out, field->has_united);
		if (field->n_leaves > 1 && field->has_united) {
			buf_put_varint(out, field->united.len_bytes);
			buf_put(out, field->united.data, field->united.len_bytes);
			buf_put_u8(out, 0);
		}
	}
}

/* A text behind which a NUL stands. Most have a few bytes, which are looked through faster than memchr() is called. */
static bool take_plain(struct span *in, struct span *out)
{
	enum { SHORT_BYTES = 8 };
	size_t n = 0, most = in->len_bytes < SHORT_BYTES ? in->len_bytes : SHORT_BYTES;

	while (n < most && in->data[n])
		n++;
	if (n == SHORT_BYTES) {
		const uint8_t *end = memchr(in->data + n, 0, in->len_bytes - n);
		n = end ? (size_t)(end - in->data) : in->len_bytes;
	}
	if (n == in->len_bytes)
		return false;
	*out = span_of(in->data, n);
	in->data += n + 1;
	in->len_bytes -= n + 1;
	return true;
}

/* A reference's value with its text behind it. */
static bool reference_with_text(struct span *value, struct arena *arena)
{
	struct version version;
	struct span in = *value;
	size_t len = value->len_bytes;
	uint8_t *both = arena_alloc(arena, len + 1 + VERSION_TEXT_BYTES);

	if (!both)
		return false;
	memcpy(both, value->data, len);
	if (version_take(&in, &version) && in.len_bytes == 0)
		version_format(&version, (char *)both + len + 1);
	*value = span_of(both, len);
	return true;
}

static bool take_leaves(struct record_field *field, struct span *in, struct arena *arena, bool *nomem)
{
	struct leaf *leaves;
	struct span end;
	uint64_t n;

	if (!span_varint(in, &n) || n == 0 || n > UINT16_MAX || n > in->len_bytes)
		return false;
	leaves = arena_array(arena, n, sizeof(*leaves));
	*nomem = !leaves;
	for (size_t i = 0; leaves && i < n; i++) {
		if (!span_u64(in, &leaves[i].entry) || !span_u8(in, &leaves[i].kind) ||
		    !span_text(in, &leaves[i].value) || !span_take(in, 1, &end))
			return false;
		if (leaves[i].kind == ENTRY_RECORD && leaves[i].value.len_bytes &&
		    !reference_with_text(&leaves[i].value, arena)) {
			*nomem = true;
			return false;
		}
	}
	uint8_t united = 0;
	if (n > 1 && (!span_u8(in, &united) || united > 1 ||
	              (united && (!span_text(in, &field->united) || !span_take(in, 1, &end)))))
		return false;
	field->has_united = united;
	field->n_leaves = (uint16_t)n;
	field->leaves = leaves;
	return leaves != NULL;
}

static bool take_fields(struct record_field *fields, size_t n, rid_t id, struct span *in,
                        struct arena *arena, bool *nomem)
{
	struct leaf *plain = arena_array(arena, n + 1, sizeof(*plain));
	uint32_t tag = 0;

	*nomem = !plain;
	for (size_t i = 0; plain && i < n; i++) {
		uint64_t step;
		if (!span_varint(in, &step))
			return false;
		fields[i].tag = tag += (uint32_t)(step >> FIELD_SHAPE_BITS);
		if (!(step & FIELD_FULL)) {
			plain[i] = (struct leaf){ .entry = id, .kind = ENTRY_TEXT };
			if (!take_plain(in, &plain[i].value))
				return false;
			fields[i].n_leaves = 1;
			fields[i].leaves = &plain[i];
		} else if (!take_leaves(&fields[i], in, arena, nomem)) {
			return false;
		}
	}
	return plain && in->len_bytes == 0;
}

int state_decode(struct record *out, uint32_t *form_no, rid_t id, struct span in, struct arena *arena,
                 struct error *err)
{
	struct record_field *fields = NULL;
	uint8_t *copy = arena_memdup(arena, in.data, in.len_bytes);
	uint64_t form, n;
	uint8_t flags;
	bool nomem = !copy;

	memset(out, 0, sizeof(*out));
	in.data = copy;
	if (copy && span_u8(&in, &flags) && span_varint(&in, &form) && span_varint(&in, &n) &&
	    n <= in.len_bytes) {
		fields = arena_array(arena, n + 1, sizeof(*fields));
		nomem = !fields;
		if (fields && take_fields(fields, n, id, &in, arena, &nomem)) {
			out->id = id;
			out->date = DATE_NONE;
			out->fields = fields;
			out->n_fields = n;
			out->retired = flags & FLAG_RETIRED;
			out->conflicted = flags & FLAG_CONFLICTED;
			out->contested = flags & FLAG_CONTESTED;
			*form_no = (uint32_t)form;
			return 0;
		}
	}
	if (nomem)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return error_set(err, ERR_CORRUPT, _("the stored state of a record cannot be read"));
}

/* The only leaf of a field, which id has written. */
static bool take_own_leaf(struct span *in, rid_t id, struct entry_field *out)
{
	struct span nul;
	uint64_t n;
	rid_t entry;

	return span_varint(in, &n) && n == 1 && span_u64(in, &entry) && entry == id && span_u8(in, &out->kind) &&
	       span_text(in, &out->value) && span_take(in, 1, &nul);
}

int state_decode_fields(struct entry_field **out, size_t *n, rid_t id, struct span in, struct arena *arena,
                        struct error *err)
{
	struct entry_field *fields = NULL;
	uint64_t form, count = 0, step;
	uint32_t tag = 0;
	uint8_t flags;
	bool good;

	good = span_u8(&in, &flags) && span_varint(&in, &form) && span_varint(&in, &count) && count <= in.len_bytes;
	if (good && !(fields = arena_room(arena, count + 1, sizeof(*fields))))
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; good && i < count; i++) {
		good = span_varint(&in, &step);
		if (!good)
			break;
		tag += (uint32_t)(step >> FIELD_SHAPE_BITS);
		fields[i] = (struct entry_field){ .tag = tag, .kind = ENTRY_TEXT };
		good = step & FIELD_FULL ? take_own_leaf(&in, id, &fields[i]) : take_plain(&in, &fields[i].value);
	}
	if (!good || in.len_bytes)
		return error_set(err, ERR_CORRUPT, _("the stored state of a record cannot be read"));
	*out = fields;
	*n = count;
	return 0;
}
