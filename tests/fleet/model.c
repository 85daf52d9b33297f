/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which values stand, which of them contradict each other, who is linked with whom: as rights.c, a second time. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "care/link.h"
#include "tests/fleet/model.h"

enum { LEAVES_MAX = 64, WRITERS_MAX = 512 };

/* --- which values stand --- */

/* What writer names as replaced, through those that do not count themselves. */
static void replace(struct model *model, const struct fact *writer, const struct fact *by, uint32_t tag,
                    const struct fact **gone, size_t *n_gone)
{
	const struct entry_field *field = entry_field_find(&by->entry, tag);
	for (size_t b = 0; field && b < field->n_bases; b++) {
		const struct fact *base = model_held(model, &field->bases[b]);
		bool known = !base || base == writer || !entry_field_find(&base->entry, tag);
		for (size_t i = 0; i < *n_gone; i++)
			known = known || gone[i] == base;
		if (known || *n_gone == WRITERS_MAX)
			continue;
		gone[(*n_gone)++] = base;
		if (model_judge(model, base) != VERDICT_COUNTS)
			replace(model, writer, base, tag, gone, n_gone);
	}
}

static int shown_first(const void *a, const void *b)
{
	const struct fact *x = *(const struct fact *const *)a, *y = *(const struct fact *const *)b;
	if (x->entry.lamport != y->entry.lamport)
		return x->entry.lamport > y->entry.lamport ? -1 : 1;
	int cmp = memcmp(y->version.device, x->version.device, DEVICE_ID_BYTES);
	return cmp ? cmp : memcmp(y->version.digest, x->version.digest, CRYPTO_DIGEST_BYTES);
}

static size_t find_leaves(struct model *model, const struct fact *record, uint32_t tag,
                          const struct fact *leaves[LEAVES_MAX])
{
	const struct fact *gone[WRITERS_MAX];
	size_t n_gone = 0, n = 0;
	for (const struct fact *fact = model->first[record->number]; fact; fact = model->before[fact->number])
		if (model_judge(model, fact) == VERDICT_COUNTS && entry_field_find(&fact->entry, tag))
			replace(model, fact, fact, tag, gone, &n_gone);
	for (const struct fact *fact = model->first[record->number]; fact; fact = model->before[fact->number]) {
		bool stands = model_judge(model, fact) == VERDICT_COUNTS && entry_field_find(&fact->entry, tag);
		for (size_t i = 0; i < n_gone; i++)
			stands = stands && gone[i] != fact;
		if (stands && n < LEAVES_MAX)
			leaves[n++] = fact;
	}
	qsort(leaves, n, sizeof(*leaves), shown_first); /* cppcheck-suppress uninitvar */
	return n;
}

/* --- comparing --- */

static bool same_value(const struct entry_field *a, uint8_t kind, struct span value)
{
	return a->kind == kind && a->value.len_bytes == value.len_bytes &&
	       (!value.len_bytes || !memcmp(a->value.data, value.data, value.len_bytes));
}

/* Reasons may stand beside each other; retired here and taken back there may not. */
static bool contradict(const struct entry_field *a, const struct entry_field *b)
{
	if (a->tag == TAG_REASON)
		return false;
	return a->tag == TAG_RETIRED ? !a->value.len_bytes != !b->value.len_bytes
	                             : !same_value(a, b->kind, b->value);
}

static bool compare_field(struct model *model, const struct fact *record, const struct record_field *field,
                          bool *conflict)
{
	const struct fact *leaves[LEAVES_MAX];
	size_t n = find_leaves(model, record, field->tag, leaves);
	bool same = n == field->n_leaves;
	for (size_t i = 0; same && i < n; i++) {
		struct version version;
		const struct entry_field *written = entry_field_find(&leaves[i]->entry, field->tag);
		const struct entry_field *shown = entry_field_find(&leaves[0]->entry, field->tag);
		same = !store_version_of(model->machine->store, field->leaves[i].entry, &version, NULL) &&
		       !version_compare(&version, &leaves[i]->version) &&
		       same_value(written, field->leaves[i].kind, field->leaves[i].value);
		*conflict = *conflict || contradict(written, shown);
	}
	return same;
}

/* All tags that entries of the record write. */
static size_t find_tags(const struct model *model, const struct fact *record, uint32_t tags[32])
{
	size_t n = 0;
	for (const struct fact *fact = model->first[record->number]; fact; fact = model->before[fact->number])
		for (size_t f = 0; f < fact->entry.n_fields; f++) {
			size_t i = 0;
			while (i < n && tags[i] != fact->entry.fields[f].tag)
				i++;
			if (i == n && n < 32)
				tags[n++] = fact->entry.fields[f].tag;
		}
	return n;
}

/* The fields that a record must have. */
static size_t count_fields(struct model *model, const struct fact *record)
{
	uint32_t tags[32];
	size_t n = find_tags(model, record, tags), standing = 0;
	const struct fact *leaves[LEAVES_MAX];
	for (size_t i = 0; i < n; i++)
		standing += find_leaves(model, record, tags[i], leaves) > 0;
	return standing;
}

static bool names(const struct fact *retirement, const struct fact *leaf)
{
	const struct entry_field *field = entry_field_find(&retirement->entry, TAG_RETIRED);
	for (size_t b = 0; b < field->n_bases; b++)
		if (!version_compare(&field->bases[b], &leaf->version))
			return true;
	return retirement == leaf;
}

/* Retired by someone who had seen some values that stand, but not all. */
static bool is_contested(struct model *model, const struct fact *record)
{
	const struct fact *retirements[LEAVES_MAX], *leaves[LEAVES_MAX];
	uint32_t tags[32];
	size_t n_retirements = find_leaves(model, record, TAG_RETIRED, retirements);
	size_t n_tags = find_tags(model, record, tags), n_seen = 0, n_unseen = 0;
	if (!n_retirements || !entry_field_find(&retirements[0]->entry, TAG_RETIRED)->value.len_bytes)
		return false;
	for (size_t t = 0; t < n_tags; t++) {
		size_t n = tags[t] < FORM_TAG_FIRST ? 0 : find_leaves(model, record, tags[t], leaves);
		for (size_t i = 0; i < n; i++) {
			bool seen = false;
			for (size_t r = 0; r < n_retirements; r++)
				seen = seen || names(retirements[r], leaves[i]);
			n_seen += seen;
			n_unseen += !seen;
		}
	}
	return n_seen && n_unseen;
}

static void compare_record(struct model *model, const struct fact *fact)
{
	struct fleet *fleet = model->fleet;
	struct store *store = model->machine->store;
	const char *name = model->machine->name;
	char text[VERSION_TEXT_BYTES];
	struct record record;
	bool conflict = false, counts = model_judge(model, fact) == VERDICT_COUNTS;
	const struct fact *leaves[LEAVES_MAX];
	rid_t rid;
	version_format(&fact->version, text);
	arena_reset(&fleet->arena);
	int code = store_find_version(store, &fact->version, &rid, &fleet->err);
	code = code ? code : store_record(store, rid, &fleet->arena, &record, &fleet->err);
	if ((code == 0) != counts) {
		fleet_broken(fleet, counts ? "%s does not show record %s" : "foreign write: %s shows record %s", name,
		             text);
		return;
	}
	if (!counts)
		return;
	size_t n = count_fields(model, fact);
	bool contested = is_contested(model, fact);
	conflict = contested;
	for (size_t i = 0; i < record.n_fields && !fleet->broken; i++)
		if (!compare_field(model, fact, &record.fields[i], &conflict))
			fleet_broken(fleet, "%s: record %s, tag %u: other values stand than the entries say", name, text,
			             record.fields[i].tag);
	if (n != record.n_fields)
		fleet_broken(fleet, "%s: record %s has %zu fields, not %zu", name, text, record.n_fields, n);
	if (conflict != record.conflicted)
		fleet_broken(fleet, conflict ? "silent conflict: %s, record %s" : "no conflict: %s, record %s", name,
		             text);
	n = find_leaves(model, fact, TAG_RETIRED, leaves);
	if (record.retired != (!contested && n && entry_field_find(&leaves[0]->entry, TAG_RETIRED)->value.len_bytes))
		fleet_broken(fleet, "%s: record %s is %s", name, text, record.retired ? "retired" : "back again");
	uint8_t key[8];
	put_u64_be(key, rid);
	if ((engine_get(store->engine, TABLE_CONFLICT, span_of(key, 8), NULL, NULL) == 0) != conflict)
		fleet_broken(fleet, "%s: record %s %s the list of conflicts", name, text, conflict ? "misses in" : "is in");
}

/* --- links --- */

/* Same or not the same: a village that may not decide may have written something else over it, which counts there. */
static bool says_something(struct model *model, const struct fact *link)
{
	const struct fact *writers[LEAVES_MAX];
	if (!find_leaves(model, link, TAG_LINK_RELATION, writers))
		return false;
	const struct entry_field *field = entry_field_find(&writers[0]->entry, TAG_LINK_RELATION);
	return field->value.len_bytes == 1 && (*field->value.data == '1' || *field->value.data == '2');
}

/* The other resident of a link in force that stands under one or names it; NULL: it is of others. */
static const struct fact *link_end(struct model *model, const struct fact *link, const struct fact *resident)
{
	const struct fact *writers[LEAVES_MAX], *retirements[LEAVES_MAX];
	const struct fact *subject = link->entry.subject.seq ? model_held(model, &link->entry.subject) : NULL;
	struct version other;
	size_t n = find_leaves(model, link, TAG_RETIRED, retirements);
	bool taken_back = n && !is_contested(model, link) &&
	                  entry_field_find(&retirements[0]->entry, TAG_RETIRED)->value.len_bytes;
	if (taken_back || !subject || !says_something(model, link) || !find_leaves(model, link, TAG_LINK_OTHER, writers))
		return NULL;
	struct span value = entry_field_find(&writers[0]->entry, TAG_LINK_OTHER)->value;
	if (entry_field_find(&writers[0]->entry, TAG_LINK_OTHER)->kind != ENTRY_RECORD || !version_take(&value, &other))
		return NULL;
	const struct fact *named = model_held(model, &other);
	if (subject == resident)
		return named;
	return named == resident ? subject : NULL;
}

static size_t count_links(struct model *model, const struct fact *resident)
{
	const struct fleet *fleet = model->fleet;
	size_t n = 0;
	for (size_t i = 0; i < fleet->n_facts; i++) {
		const struct fact *link = &fleet->facts[i];
		if (strcmp(link->entry.form, "link") != 0 || link->entry.record.seq ||
		    !fact_in(&model->machine->must, i) || model_judge(model, link) != VERDICT_COUNTS)
			continue;
		n += link_end(model, link, resident) != NULL;
	}
	return n;
}

static void compare_links(struct model *model, const struct fact *resident)
{
	struct fleet *fleet = model->fleet;
	struct link_edge *edges;
	char text[VERSION_TEXT_BYTES];
	size_t n = 0;
	rid_t rid;
	arena_reset(&fleet->arena);
	int code = store_find_version(model->machine->store, &resident->version, &rid, &fleet->err);
	code = code ? code : care_links_of(model->machine->store, rid, &fleet->arena, &edges, &n, &fleet->err);
	version_format(&resident->version, text);
	if (code)
		fleet_broken(fleet, "%s: the links of %s: %s", model->machine->name, text, fleet->err.text);
	else if (n != count_links(model, resident))
		fleet_broken(fleet, "%s: %s has %zu links, not %zu", model->machine->name, text, n,
		             count_links(model, resident));
}

void model_compare(struct fleet *fleet, struct machine *machine)
{
	struct model model;
	model_begin(&model, fleet, machine);
	for (size_t i = 0; i < fleet->n_facts && !fleet->broken; i++)
		if (fact_in(&machine->must, i) && !fleet->facts[i].entry.record.seq)
			compare_record(&model, &fleet->facts[i]);
	for (size_t i = 0; fleet->moves && i < fleet->n_facts && !fleet->broken; i++)
		if (fact_in(&machine->must, i) && !strcmp(fleet->facts[i].entry.form, "resident") &&
		    !fleet->facts[i].entry.record.seq && model_judge(&model, &fleet->facts[i]) == VERDICT_COUNTS)
			compare_links(&model, &fleet->facts[i]);
}
