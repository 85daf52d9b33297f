/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

int tally_begin(struct tally *tally, size_t n_indicators, struct error *err)
{
	(void)err;
	*tally = (struct tally){ .n_indicators = n_indicators };
	return 0;
}

void tally_end(struct tally *tally)
{
	for (size_t i = 0; i < tally->n; i++)
		free(tally->groups[i].counts);
	free(tally->groups);
}

/* --- one subject --- */

/* A numerator that sums a variable (the people of a village) instead of counting units. */
static uint64_t weight_of(struct judge *judge, const struct indicator *indicator)
{
	if (indicator->weight < 0)
		return 1;
	double value = variable_value(&judge->scope, indicator->weight);
	return value > 0 ? (uint64_t)value : 0;
}

static void judge_typed(const struct facts *facts, const struct judge *judge, const char *code,
                        struct indicator_count *count)
{
	int year, month, day;
	int32_t hash = event_number(SLOT_HASH, code);
	date_split(judge->scope.on, &year, &month, &day);
	FACT_EACH(e, facts, EVENT_VALUE) {
		if (e->v[VALUE_INDICATOR] != hash || e->v[VALUE_YEAR] != year)
			continue;
		count->numerator += e->v[VALUE_NUMERATOR] > 0 ? (uint64_t)e->v[VALUE_NUMERATOR] : 0;
		count->denominator += e->v[VALUE_DENOMINATOR] > 0 ? (uint64_t)e->v[VALUE_DENOMINATOR] : 0;
	}
}

static void judge_events(struct judge *judge, const struct indicator *indicator,
                         const struct facts *facts, struct indicator_count *count)
{
	FACT_EACH(event, facts, indicator->unit) {
		if (judge->scope.event != event)
			scope_event(&judge->scope, event);
		switch (judge_unit(judge, indicator, NULL)) {
		case STANDING_MET:
			count->numerator += weight_of(judge, indicator);
			count->denominator++;
			break;
		case STANDING_MISSED:
			count->denominator++;
			break;
		case STANDING_APART:
			count->apart++;
			break;
		default:
			break;
		}
	}
}

void tally_judge(struct judge *judge, const struct indicator_set *set, const struct facts *facts,
                 struct indicator_count *counts)
{
	memset(counts, 0, set->n * sizeof *counts);
	scope_begin(&judge->scope, facts);
	for (size_t i = 0; i < set->n; i++) {
		const struct indicator *one = &set->at[i];
		if (one->basis == BASIS_EVENTS)
			judge_events(judge, one, facts, &counts[i]);
		else if (one->basis == BASIS_TYPED && fact_count(facts, EVENT_VALUE))
			judge_typed(facts, judge, one->code, &counts[i]);
	}
	arena_reset(&judge->scratch);
}

/* --- groups --- */

static int add_group(struct tally *tally, uint32_t *out, struct error *err)
{
	if (tally->n == tally->cap) {
		size_t cap = tally->cap ? tally->cap * 2 : 16;
		struct tally_group *grown = realloc(tally->groups, cap * sizeof *grown);
		if (!grown)
			return no_memory(err);
		tally->groups = grown;
		tally->cap = cap;
	}
	struct tally_group *group = &tally->groups[tally->n];
	*group = (struct tally_group){ .counts = calloc(tally->n_indicators + 1, sizeof *group->counts) };
	if (!group->counts)
		return no_memory(err);
	*out = (uint32_t)tally->n++;
	return 0;
}

static int village_of(struct tally *tally, struct store *store, rid_t subject, uint32_t *out,
                      struct error *err)
{
	uint64_t device = subject >> 48; /* see rid_t */
	struct entry_origin origin;
	for (size_t i = 0; i < tally->n_seen; i++)
		if (tally->seen[i].device == device) {
			*out = (uint32_t)tally->seen[i].group;
			return 0;
		}
	int rc = store_origin(store, subject, &origin, err);
	if (rc)
		return rc;
	const char *region = origin.device ? origin.device->region : "";
	size_t at = 0;
	while (at < tally->n && strcmp(tally->groups[at].key, region) != 0)
		at++;
	*out = (uint32_t)at;
	if (at == tally->n) {
		rc = add_group(tally, out, err);
		if (rc)
			return rc;
		struct tally_group *group = &tally->groups[*out];
		snprintf(group->key, sizeof group->key, "%s", region);
		if (origin.device)
			memcpy(group->name, origin.device->name, sizeof group->name);
	}
	if (tally->n_seen < sizeof tally->seen / sizeof *tally->seen) {
		tally->seen[tally->n_seen].device = device;
		tally->seen[tally->n_seen++].group = *out;
	}
	return 0;
}

static void name_doctor(struct store *store, rid_t resident, struct tally_group *group)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	struct error err = { 0 };
	const struct form *form = form_set_find(store_forms(store), "resident");
	uint32_t tag = form ? form_tag(form, "doctor") : 0;
	if (tag && !store_record(store, resident, &arena, &record, &err))
		snprintf(group->name, sizeof group->name, "%s", record_text(&record, tag));
	arena_free(&arena);
}

static int doctor_of(struct tally *tally, struct store *store, const struct facts *facts, uint32_t *out,
                     struct error *err)
{
	const struct event *person = fact_person(facts);
	uint64_t hash = person && person->v[RESIDENT_DOCTOR] >= 0 ? (uint64_t)person->v[RESIDENT_DOCTOR] + 1 : 0;
	for (size_t i = 0; i < tally->n; i++)
		if (tally->groups[i].device == hash) {
			*out = (uint32_t)i;
			return 0;
		}
	int rc = add_group(tally, out, err);
	if (rc)
		return rc;
	struct tally_group *group = &tally->groups[*out];
	group->device = hash;
	snprintf(group->key, sizeof group->key, "%010" PRIu64, hash);
	snprintf(group->name, sizeof group->name, "%s", _("nobody named"));
	if (hash)
		name_doctor(store, facts->subject, group);
	return 0;
}

int tally_group_of(struct tally *tally, struct store *store, const struct facts *facts,
                   enum indicator_grouping by, uint32_t *group, struct error *err)
{
	return by == GROUP_DOCTOR ? doctor_of(tally, store, facts, group, err)
	                          : village_of(tally, store, facts->subject, group, err);
}

void tally_add(struct tally *tally, size_t group, const struct indicator_count *counts, int sign)
{
	struct indicator_count *to = tally->groups[group].counts;
	uint64_t by = sign < 0 ? UINT64_MAX : 1; /* times minus one, modulo 2^64 */
	for (size_t i = 0; i < tally->n_indicators; i++) {
		to[i].denominator += by * counts[i].denominator;
		to[i].numerator += by * counts[i].numerator;
		to[i].apart += by * counts[i].apart;
	}
}

/* --- the table --- */

/* Rows of the list of major diseases that are in force: those with a name (Hunan's three wait for theirs). */
static uint64_t active_diseases(const struct form_set *forms)
{
	const struct form *form = form_set_find(forms, "major_disease");
	int field = form ? form_field_find(form, "disease") : -1;
	const struct form_list *list = field < 0 ? NULL : form->fields[field].list;
	int column = -1;
	uint64_t n = 0;
	for (int i = 0; list && i < list->n_columns; i++)
		if (!strcmp(list->columns[i], "active"))
			column = i;
	for (uint16_t i = 0; list && i < list->n; i++)
		n += column < 0 || !strcmp(list->choices[i].filters[column], "1");
	return n;
}

/* Parts before the rows that are measured against them. */
static void settle(const struct indicator_set *set, struct indicator_count *counts)
{
	for (size_t i = 0; i < set->n; i++)
		for (int p = 0; p < set->at[i].n_parts; p++) {
			const struct indicator_count *part = &counts[set->at[i].parts[p]];
			counts[i].denominator += part->denominator;
			counts[i].numerator += part->numerator;
			counts[i].apart += part->apart;
		}
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].over >= 0)
			counts[i].denominator = counts[set->at[i].over].numerator;
}

void tally_settle(const struct indicator_set *set, const struct form_set *forms,
                  struct indicator_count *counts)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].basis == BASIS_LIST)
			counts[i].numerator = active_diseases(forms);
	settle(set, counts);
}

static int compare_groups(const void *a, const void *b)
{
	const struct indicator_group *x = a, *y = b;
	return strcmp(x->key, y->key);
}

int tally_table(const struct tally *tally, const struct indicator_set *set,
                const struct form_set *forms, struct arena *arena, struct indicator_table *out,
                struct error *err)
{
	struct indicator_count *total = arena_array(arena, set->n + 1, sizeof *total);
	out->groups = arena_array(arena, tally->n + 1, sizeof *out->groups);
	if (!total || !out->groups)
		return no_memory(err);
	for (size_t g = 0; g < tally->n; g++) {
		const struct tally_group *from = &tally->groups[g];
		struct indicator_count *counts =
			arena_memdup(arena, from->counts, set->n * sizeof *counts);
		if (!counts)
			return no_memory(err);
		for (size_t i = 0; i < set->n; i++) {
			total[i].denominator += counts[i].denominator;
			total[i].numerator += counts[i].numerator;
			total[i].apart += counts[i].apart;
		}
		settle(set, counts);
		struct indicator_group *group = &out->groups[out->n_groups++];
		memcpy(group->key, from->key, sizeof group->key);
		memcpy(group->name, from->name, sizeof group->name);
		group->counts = counts;
	}
	tally_settle(set, forms, total);
	if (out->n_groups)
		qsort(out->groups, out->n_groups, sizeof *out->groups, compare_groups);
	out->total = (struct indicator_group){ .counts = total };
	return 0;
}

struct indicator_view *indicator_views(const struct indicator_set *set, struct arena *arena)
{
	struct indicator_view *out = arena_array(arena, set->n + 1, sizeof *out);
	for (size_t i = 0; out && i < set->n; i++) {
		const struct indicator *one = &set->at[i];
		out[i] = (struct indicator_view){
			one->code, one->label, one->group, one->definition, one->source, one->count, one->basis == BASIS_TYPED,
			one->down, one->binding, one->target, one->target_rule ? one->target_rule->source : ""
		};
	}
	return out;
}
