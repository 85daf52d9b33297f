/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/conflict.h"

#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"
#include "sync/peer.h"

enum {
	CLOCK_DOUBT_S = 3600,          /* a clock that is further off than this */
	CLOCK_FUTURE_S = 24 * 3600,
	CLOCK_FIRST_S = 1577836800,    /* 2020-01-01: no entry of this system is older */
};

static const struct { const char *word, *sentence; } KINDS[] = {
#define KIND_ROW(name, word, sentence) { word, sentence },
	CONFLICT_KIND_LIST(KIND_ROW)
#undef KIND_ROW
};

const char *conflict_word(enum conflict_kind kind)
{
	return KINDS[kind].word;
}

const char *conflict_sentence(enum conflict_kind kind)
{
	return _(KINDS[kind].sentence);
}

struct reading {
	struct store *store;
	struct arena *arena;
	const struct record *record;
	const struct form *form; /* NULL: unknown here */
	struct conflict *out;
	size_t n;
	struct error *err;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- values for people --- */

static const struct form_field *field_of(const struct form *form, uint32_t tag)
{
	int index = form ? form_field_by_tag(form, tag) : -1;

	return index < 0 ? NULL : &form->fields[index];
}

static const char *label_of(const struct reading *r, uint32_t tag)
{
	const struct form_field *field = field_of(r->form, tag);

	if (tag == TAG_RETIRED)
		return _("Retired");
	if (field && field->label[i18n_lang()] && *field->label[i18n_lang()])
		return field->label[i18n_lang()];
	return arena_printf(r->arena, _("field %u"), (unsigned)tag);
}

static const char *text_of(const struct reading *r, const struct form_field *field, struct span value)
{
	const char *text = arena_strndup(r->arena, value.len_bytes ? (const char *)value.data : "", value.len_bytes);
	const char *label = text && field ? form_value_label(field, text, i18n_lang(), r->arena) : NULL;

	return label && *label ? label : text ? text : "";
}

/* "高血压 2019、糖尿病": rows parted by signs that no language needs. */
static const char *rows_text(const struct reading *r, struct span in)
{
	const char *out = "";
	uint64_t n_rows, n, tag;
	uint8_t kind;
	struct span value;

	if (!in.len_bytes || !span_varint(&in, &n_rows))
		return "";
	while (n_rows-- && span_varint(&in, &n)) {
		const char *row = "";
		while (n-- && span_varint(&in, &tag) && span_u8(&in, &kind) && span_text(&in, &value)) {
			const char *cell = kind == ENTRY_TEXT ?
			                           text_of(r, field_of(r->form, (uint32_t)tag), value) : "…";
			row = arena_printf(r->arena, "%s%s%s", row, *row ? " " : "", cell);
		}
		out = arena_printf(r->arena, "%s%s%s", out, *out ? " | " : "", row);
	}
	return out;
}

/* A name says more than a record's number. */
static const char *reference_text(const struct reading *r, struct span in)
{
	char text[VERSION_TEXT_BYTES];
	struct version version;
	struct record record;
	rid_t id;

	if (!in.len_bytes || !version_take(&in, &version))
		return "";
	if (!store_find_version(r->store, &version, &id, NULL) &&
	    !store_record(r->store, id, r->arena, &record, NULL)) {
		const struct form *form = form_set_find(store_forms(r->store), record.form);
		for (int i = 0; form && i < form->n_fields; i++)
			if (form->fields[i].type == FORM_TEXT && *record_text(&record, form->fields[i].tag))
				return record_text(&record, form->fields[i].tag);
	}
	return arena_strdup(r->arena, version_format(&version, text));
}

static const char *value_text(const struct reading *r, uint32_t tag, uint8_t kind, struct span value)
{
	if (kind == ENTRY_RECORD)
		return reference_text(r, value);
	if (kind == ENTRY_ROWS)
		return rows_text(r, value);
	return text_of(r, field_of(r->form, tag), value);
}

/* --- sides --- */

static bool clock_doubt(struct store *store, const struct entry_origin *origin)
{
	struct peer_progress progress = { .clock_offset_s = 0 };

	if (origin->wall > date_now_seconds() + CLOCK_FUTURE_S || origin->wall < CLOCK_FIRST_S)
		return true;
	return origin->device && !origin->device->self &&
	       !peer_progress_get(store, origin->device->id, &progress, NULL) &&
	       llabs((long long)progress.clock_offset_s) > CLOCK_DOUBT_S;
}

static int fill_side(struct reading *r, const struct leaf *leaf, struct span value, const char *text,
                     struct conflict_side *out)
{
	*out = (struct conflict_side){ .entry = leaf->entry, .kind = leaf->kind, .value = value, .text = text };
	int rc = out->text ? store_origin(r->store, leaf->entry, &out->origin, r->err) : no_memory(r->err);
	out->clock_doubt = !rc && clock_doubt(r->store, &out->origin);
	return rc;
}

static struct conflict *new_conflict(struct reading *r, uint32_t tag, enum conflict_kind kind)
{
	struct conflict *out = &r->out[r->n++];

	*out = (struct conflict){ .record = r->record->id, .subject = r->record->subject, .form = r->record->form,
		                  .tag = tag, .label = label_of(r, tag), .kind = kind, .shown = "" };
	return out;
}

static int add_field(struct reading *r, const struct record_field *field)
{
	static const enum conflict_kind kinds[] = { [FIELD_TRIMMED] = CONFLICT_TRIMMED,
		                                    [FIELD_UNITED] = CONFLICT_UNITED,
		                                    [FIELD_OPEN] = CONFLICT_OPEN };
	struct conflict *conflict = new_conflict(r, field->tag, kinds[field->standing]);
	struct conflict_side *sides = arena_array(r->arena, field->n_leaves, sizeof(*sides));
	int rc = sides && conflict->label ? 0 : no_memory(r->err);

	for (size_t i = 0; !rc && i < field->n_leaves; i++) {
		const struct leaf *leaf = &field->leaves[i];
		bool as_shown = i == 0 && field->standing != FIELD_OPEN;
		struct span value = as_shown ? field->first : leaf->value;
		rc = fill_side(r, leaf, value, value_text(r, field->tag, leaf->kind, value), &sides[i]);
	}
	conflict->shown = value_text(r, field->tag, field->leaves[0].kind, field->leaves[0].value);
	conflict->sides = sides;
	conflict->n_sides = field->n_leaves;
	return rc;
}

static bool is_side(const struct conflict_side *sides, size_t n, rid_t entry)
{
	for (size_t i = 0; i < n; i++)
		if (sides[i].entry == entry)
			return true;
	return false;
}

/* The retirement and the newest other entries that stand in the record. */
static int add_contested(struct reading *r)
{
	enum { SIDES_MAX = 8 };
	struct conflict *conflict = new_conflict(r, TAG_RETIRED, CONFLICT_CONTESTED);
	const struct record_field *retired = record_field(r->record, TAG_RETIRED);
	struct conflict_side *sides = arena_array(r->arena, SIDES_MAX, sizeof(*sides));
	size_t n = 0;
	int rc = sides ? 0 : no_memory(r->err);

	if (!rc)
		rc = fill_side(r, &retired->leaves[0], retired->leaves[0].value,
		               text_of(r, NULL, retired->leaves[0].value), &sides[n++]);
	for (size_t i = 0; !rc && i < r->record->n_fields; i++) {
		const struct record_field *field = &r->record->fields[i];
		const struct leaf *leaf = &field->leaves[0];
		if (field->tag < FORM_TAG_FIRST || leaf->entry == r->record->id || n == SIDES_MAX ||
		    is_side(sides, n, leaf->entry))
			continue;
		const char *text = arena_printf(r->arena, "%s: %s", label_of(r, field->tag),
		                                value_text(r, field->tag, leaf->kind, leaf->value));
		rc = fill_side(r, leaf, leaf->value, text, &sides[n++]);
	}
	if (!rc && n == 1) /* only the creating entry stands beside it */
		rc = fill_side(r, &(struct leaf){ .entry = r->record->id }, span_of("", 0), _("as first entered"),
		               &sides[n++]);
	conflict->shown = _("not retired");
	conflict->sides = sides;
	conflict->n_sides = n;
	return rc;
}

int conflict_of(struct store *store, rid_t id, struct arena *arena, struct conflict **out, size_t *n,
                struct error *err)
{
	struct record *record = arena_alloc(arena, sizeof(*record));
	struct reading r = { .store = store, .arena = arena, .record = record, .err = err };
	int rc = record ? store_record(store, id, arena, record, err) : no_memory(err);

	*out = NULL;
	*n = 0;
	if (rc)
		return rc;
	r.form = form_set_find(store_forms(store), record->form);
	r.out = arena_array(arena, record->n_fields + 1, sizeof(*r.out));
	if (!r.out)
		return no_memory(err);
	if (record->contested)
		rc = add_contested(&r);
	for (size_t i = 0; !rc && i < record->n_fields; i++)
		if (record->fields[i].standing != FIELD_AGREES &&
		    !(record->contested && record->fields[i].tag == TAG_RETIRED))
			rc = add_field(&r, &record->fields[i]);
	*out = r.out;
	*n = r.n;
	return rc;
}

/* --- deciding --- */

static size_t leaves_of(const struct record_field *field, rid_t bases[ENTRY_MAX_BASES])
{
	size_t n = 0;

	for (; field && n < field->n_leaves && n < ENTRY_MAX_BASES; n++)
		bases[n] = field->leaves[n].entry;
	return n;
}

/* One entry replaces at most ENTRY_MAX_BASES values; with more of them there are more entries. */
static int write_once(struct store *store, const struct conflict *conflict, uint8_t kind, struct span value,
                      const char *reason, bool *left, struct error *err)
{
	rid_t bases[ENTRY_MAX_BASES], reasons[ENTRY_MAX_BASES];
	struct change_field fields[2];
	struct arena arena = ARENA_INIT;
	struct record record;
	size_t n = 0;
	int rc = store_record(store, conflict->record, &arena, &record, err);

	if (!rc) {
		const struct record_field *field = record_field(&record, conflict->tag);
		size_t n_reasons = leaves_of(record_field(&record, TAG_REASON), reasons);
		if (*reason)
			fields[n++] = (struct change_field){ .tag = TAG_REASON, .bases = reasons,
				                             .n_bases = n_reasons,
				                             .value = span_of(reason, strlen(reason)) };
		fields[n++] = (struct change_field){ .tag = conflict->tag, .kind = kind, .value = value,
			                             .bases = bases, .n_bases = leaves_of(field, bases) };
		*left = field && field->n_leaves > ENTRY_MAX_BASES;
		const struct change change = {
			.record = record.id, .form = record.form,
			.subject = record.subject == record.id ? 0 : record.subject,
			.fields = fields, .n_fields = n,
		};
		rc = store_save(store, &change, 1, NULL, err);
	}
	arena_free(&arena);
	return rc;
}

int conflict_decide(struct store *store, const struct conflict *conflict, uint8_t kind, struct span value,
                    const char *reason, struct error *err)
{
	bool left = true;
	int rc = 0;

	while (!rc && left)
		rc = write_once(store, conflict, kind, value, reason, &left, err);
	return rc;
}

int conflict_take(struct store *store, const struct conflict *conflict, size_t side, const char *reason,
                  struct error *err)
{
	if (side >= conflict->n_sides)
		return error_set(err, ERR_INVALID, _("there is no value number %zu"), side + 1);
	const struct conflict_side *taken = &conflict->sides[side];
	if (conflict->kind != CONFLICT_CONTESTED)
		return conflict_decide(store, conflict, taken->kind, taken->value, reason, err);
	return store_retire(store, conflict->record, side ? "" : taken->text, err);
}
