/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the entries of a store must amount to, computed a second time and in another way than db/ does: who may write
 * what, which values stand, which of them contradict each other. The rules are those of doc/bundle.md, "Rights", and
 * db/state.h.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fleet/fleet.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_COUNTS, VERDICT_WAITS, VERDICT_HELD };
enum { LEAVES_MAX = 64, WRITERS_MAX = 512 };

struct model {
	struct fleet *fleet;
	struct machine *machine;
	uint8_t *verdicts;         /* enum verdict by number of fact */
	struct fact **first;       /* by number of the creating entry: its last change */
	struct fact **before;      /* by number of a change: the one before it, of the same record */
};

/* An entry that is here, NULL: missing. */
static struct fact *held_fact(const struct model *model, const struct version *version)
{
	struct fact *fact = fact_find(model->fleet, version);
	return fact && fact_in(&model->machine->must, fact->number) ? fact : NULL;
}

/* --- who may write what --- */

static bool begins_with(const char *region, const char *start)
{
	return *start && !strncmp(region, start, strlen(start));
}

/* 2026-01-17, or nothing. */
static bool is_date(struct span value)
{
	static const char shape[] = "dddd-dd-dd";
	const char *text = (const char *)value.data;
	if (!value.len_bytes)
		return true;
	if (value.len_bytes != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < value.len_bytes; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	return true;
}

static bool values_fit(const struct fact *fact)
{
	const struct entry_field *date = entry_field_find(&fact->entry, TAG_VISIT_DATE);
	return strcmp(fact->entry.form, "hypertension_visit") != 0 || !date || is_date(date->value);
}

static bool may_write(const struct model *model, const struct fact *fact, const struct fact *record)
{
	struct store *store = model->machine->store;
	const struct store_device *author = store_device_find(store, fact->version.device);
	const struct store_device *creator = store_device_find(store, record->version.device);
	if (author->self)
		return true;
	if (!author->enrolled || !values_fit(fact))
		return false;
	if (fact == record || !strcmp(author->region, creator->region))
		return true;
	const struct store_device *home =
		fact->entry.subject.seq ? store_device_find(store, fact->entry.subject.device) : NULL;
	if (author->level > LEVEL_VILLAGE)
		return begins_with(creator->region, author->region) ||
		       (home && begins_with(home->region, author->region));
	return home && !strcmp(home->region, author->region);
}

static enum verdict judge(struct model *model, const struct fact *fact);

/* Its record or subject must be here, count, and be a record. */
static enum verdict judge_owner(struct model *model, const struct version *version)
{
	const struct fact *owner = version->seq ? held_fact(model, version) : NULL;
	if (!version->seq)
		return VERDICT_COUNTS;
	enum verdict verdict = owner ? judge(model, owner) : VERDICT_WAITS;
	return verdict == VERDICT_COUNTS && owner->entry.record.seq ? VERDICT_HELD : verdict;
}

static bool bases_are_here(struct model *model, const struct fact *fact)
{
	for (size_t f = 0; f < fact->entry.n_fields; f++)
		for (size_t b = 0; b < fact->entry.fields[f].n_bases; b++) {
			const struct fact *base = held_fact(model, &fact->entry.fields[f].bases[b]);
			if (!base || judge(model, base) == VERDICT_WAITS)
				return false;
		}
	return true;
}

static enum verdict judge(struct model *model, const struct fact *fact)
{
	uint8_t *verdict = &model->verdicts[fact->number];
	if (*verdict)
		return *verdict; /* cppcheck-suppress identicalInnerCondition */
	enum verdict record = judge_owner(model, &fact->entry.record);
	enum verdict subject = judge_owner(model, &fact->entry.subject);
	const struct fact *creator = fact->entry.record.seq ? held_fact(model, &fact->entry.record) : fact;
	if (record == VERDICT_WAITS || subject == VERDICT_WAITS || !bases_are_here(model, fact))
		*verdict = VERDICT_WAITS;
	else if (record == VERDICT_HELD || subject == VERDICT_HELD || !creator ||
	         strcmp(creator->entry.form, fact->entry.form) != 0 || !may_write(model, fact, creator))
		*verdict = VERDICT_HELD;
	else
		*verdict = VERDICT_COUNTS;
	return *verdict;
}

/* --- which values stand --- */

/* What writer names as replaced, through those that do not count themselves. */
static void replace(struct model *model, const struct fact *writer, const struct fact *by, uint32_t tag,
                    const struct fact **gone, size_t *n_gone)
{
	const struct entry_field *field = entry_field_find(&by->entry, tag);
	for (size_t b = 0; field && b < field->n_bases; b++) {
		const struct fact *base = held_fact(model, &field->bases[b]);
		bool known = !base || base == writer || !entry_field_find(&base->entry, tag);
		for (size_t i = 0; i < *n_gone; i++)
			known = known || gone[i] == base;
		if (known || *n_gone == WRITERS_MAX)
			continue;
		gone[(*n_gone)++] = base;
		if (judge(model, base) != VERDICT_COUNTS)
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
		if (judge(model, fact) == VERDICT_COUNTS && entry_field_find(&fact->entry, tag))
			replace(model, fact, fact, tag, gone, &n_gone);
	for (const struct fact *fact = model->first[record->number]; fact; fact = model->before[fact->number]) {
		bool stands = judge(model, fact) == VERDICT_COUNTS && entry_field_find(&fact->entry, tag);
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
	bool conflict = false, counts = judge(model, fact) == VERDICT_COUNTS;
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

void model_compare(struct fleet *fleet, struct machine *machine)
{
	struct model model = { fleet, machine, pool_alloc(fleet->n_facts + 1),
		               pool_alloc((fleet->n_facts + 1) * sizeof(struct fact *)),
		               pool_alloc((fleet->n_facts + 1) * sizeof(struct fact *)) };
	for (size_t i = 0; i < fleet->n_facts; i++) {
		struct fact *fact = &fleet->facts[i];
		const struct fact *record = fact->entry.record.seq ? held_fact(&model, &fact->entry.record) : fact;
		if (!fact_in(&machine->must, i) || !record)
			continue;
		model.before[i] = model.first[record->number];
		model.first[record->number] = fact;
	}
	for (size_t i = 0; i < fleet->n_facts && !fleet->broken; i++)
		if (fact_in(&machine->must, i) && !fleet->facts[i].entry.record.seq)
			compare_record(&model, &fleet->facts[i]);
}
