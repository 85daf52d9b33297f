/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy indicator 4 over the whole store, by village. */
#include "config.h"
#include "care/indicator4.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

struct year_row { rid_t resident; uint8_t chunk; struct span value; };
struct judged { struct indicator_case one; bool widened_denominator, widened_numerator; };

struct run {
	struct store *store;
	struct arena *arena, scratch;
	struct indicator4_rules rules, widened;
	struct indicator4_period period;
	struct year_row *years;
	size_t n_years, room_years;
	struct judged *cases;
	size_t n_cases, room_cases;
	bool details;
	struct progress *progress;
	uint64_t done;
	int rc;
	struct error *err;
};

/* Room for one more element; false (and run->rc) when memory is short. */
static bool make_room(struct run *run, void **array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return true;
	size_t more = *room ? *room * 2 : 64;
	void *grown = realloc(*array, more * size);
	if (!grown) {
		run->rc = error_set(run->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		return false;
	}
	*array = grown;
	*room = more;
	return true;
}

static bool take_year_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct run *run = arg;
	struct year_row row = { .resident = subject };
	struct span rest;
	void *years = run->years;
	if (!span_take(&key, 3, &rest) || !span_u8(&key, &row.chunk) ||
	    !make_room(run, &years, run->n_years, &run->room_years, sizeof row))
		return false;
	run->years = years;
	row.value = span_of(arena_memdup(run->arena, value.data, value.len_bytes), value.len_bytes);
	if (!row.value.data) {
		run->rc = error_set(run->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		return false;
	}
	run->years[run->n_years++] = row;
	return true;
}

static int compare_year_rows(const void *a, const void *b)
{
	const struct year_row *x = a, *y = b;
	if (x->resident != y->resident)
		return x->resident < y->resident ? -1 : 1;
	return x->chunk - y->chunk;
}

static bool add_years(struct run *run, rid_t resident, struct facts *facts)
{
	size_t low = 0, high = run->n_years;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (run->years[middle].resident < resident)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < run->n_years && run->years[low].resident == resident; low++)
		if (!fact_take_year(run->years[low].value, run->period.year, &run->scratch, facts))
			return false;
	return true;
}

static bool judge_person(void *arg, struct span key, rid_t subject, struct span value)
{
	struct run *run = arg;
	struct facts facts = { 0 };
	struct judged judged = { 0 };
	struct indicator_case widened;
	(void)key;
	arena_reset(&run->scratch);
	if (!fact_take_person(value, &run->scratch, &facts) || !add_years(run, subject, &facts)) {
		run->rc = error_set(run->err, ERR_CORRUPT,
		                    _("the table of facts is damaged: run xiangyi-admin check --rebuild"));
		return false;
	}
	if (!progress_report(run->progress, _("Computing indicator 4"), ++run->done, 0)) {
		run->rc = error_set(run->err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
		return false;
	}
	if (!indicator4_judge(&run->rules, &run->period, &facts, run->details ? run->arena : NULL,
	                      &judged.one))
		return true;
	judged.one.resident = subject;
	if (indicator4_judge(&run->widened, &run->period, &facts, NULL, &widened)) {
		judged.widened_denominator = widened.in_denominator;
		judged.widened_numerator = widened.in_numerator;
	}
	void *cases = run->cases;
	if (!make_room(run, &cases, run->n_cases, &run->room_cases, sizeof judged))
		return false;
	run->cases = cases;
	run->cases[run->n_cases++] = judged;
	return true;
}

static int read_facts(struct run *run)
{
	uint8_t from[3] = { 1 }, to[3] = { 1 }, person = 0, person_end = 1;
	from[1] = (uint8_t)(run->period.year >> 8);
	from[2] = (uint8_t)run->period.year;
	to[1] = (uint8_t)((run->period.year + 1) >> 8);
	to[2] = (uint8_t)(run->period.year + 1);
	int rc = store_derived_each(run->store, "fact", span_of(from, sizeof from),
	                            span_of(to, sizeof to), take_year_row, run, run->err);
	if (rc || run->rc)
		return rc ? rc : run->rc;
	if (run->n_years)
		qsort(run->years, run->n_years, sizeof *run->years, compare_year_rows);
	rc = store_derived_each(run->store, "fact", span_of(&person, 1), span_of(&person_end, 1),
	                        judge_person, run, run->err);
	return rc ? rc : run->rc;
}

/* --- by village --- */

struct villages {
	struct indicator_row *rows;
	size_t n, room;
	struct { uint64_t device; size_t row; } seen[64]; /* devices met last: one look-up each */
	size_t n_seen;
};

/* The village of the device that created the resident's record. */
static int find_village(struct run *run, struct villages *villages, rid_t resident, size_t *out)
{
	struct entry_origin origin;
	uint64_t device = resident >> 48; /* the device number of a local number, see db/store.h */
	for (size_t i = 0; i < villages->n_seen; i++)
		if (villages->seen[i].device == device) {
			*out = villages->seen[i].row;
			return 0;
		}
	int rc = store_origin(run->store, resident, &origin, run->err);
	if (rc)
		return rc;
	const char *region = origin.device ? origin.device->region : "";
	size_t at = 0;
	while (at < villages->n && strcmp(villages->rows[at].region, region) != 0)
		at++;
	void *rows = villages->rows;
	if (at == villages->n) {
		if (!make_room(run, &rows, villages->n, &villages->room, sizeof *villages->rows))
			return run->rc;
		villages->rows = rows;
		struct indicator_row *row = &villages->rows[villages->n++];
		*row = (struct indicator_row){ 0 };
		if (origin.device) {
			memcpy(row->region, origin.device->region, sizeof row->region);
			memcpy(row->village, origin.device->name, sizeof row->village);
		}
	}
	if (villages->n_seen < sizeof villages->seen / sizeof *villages->seen) {
		villages->seen[villages->n_seen].device = device;
		villages->seen[villages->n_seen++].row = at;
	}
	*out = at;
	return 0;
}

static void count_case(struct indicator_row *row, const struct indicator_case *one)
{
	row->denominator += one->in_denominator;
	row->numerator += one->in_numerator;
	row->by_reason[one->reason]++;
}

static int compare_rows(const void *a, const void *b)
{
	const struct indicator_row *x = a, *y = b;
	return strcmp(x->region, y->region);
}

static int count_cases(struct run *run, struct indicator_table *out)
{
	struct villages villages = { 0 };
	int rc = 0;
	for (size_t i = 0; i < run->n_cases && !rc; i++) {
		const struct judged *judged = &run->cases[i];
		size_t row = 0;
		rc = find_village(run, &villages, judged->one.resident, &row);
		if (rc)
			break;
		count_case(&villages.rows[row], &judged->one);
		count_case(&out->total, &judged->one);
		out->total_widened.denominator += judged->widened_denominator;
		out->total_widened.numerator += judged->widened_numerator;
	}
	if (!rc && villages.n) {
		qsort(villages.rows, villages.n, sizeof *villages.rows, compare_rows);
		out->n_rows = villages.n;
		out->rows = arena_memdup(run->arena, villages.rows, villages.n * sizeof *villages.rows);
		if (!out->rows)
			rc = error_set(run->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	}
	free(villages.rows);
	return rc;
}

int care_indicator4(struct store *store, const struct indicator_question *question,
                    bool (*each)(void *arg, const struct indicator_case *one), void *arg,
                    struct arena *arena, struct indicator_table *out, struct progress *progress,
                    struct error *err)
{
	struct run run = { .store = store, .arena = arena, .details = each != NULL,
		           .progress = progress, .err = err };
	*out = (struct indicator_table){ 0 };
	int rc = indicator4_period(&run.period, question, date_today(), err);
	if (!rc)
		rc = indicator4_rules_load(&run.rules, form_set_rules(store_forms(store)),
		                           run.period.on, err);
	if (rc)
		return rc;
	run.widened = run.rules;
	run.widened.category[CATEGORY_POOR_BEFORE] = CATEGORY_ALWAYS;
	rc = read_facts(&run);
	if (!rc)
		rc = count_cases(&run, out);
	for (size_t i = 0; each && i < run.n_cases && !rc; i++)
		if (!each(arg, &run.cases[i].one))
			break;
	out->target_percent = run.rules.target_percent;
	out->definition = indicator4_definition(&run.rules, &run.period, store_forms(store), arena);
	if (!rc && !out->definition)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	free(run.years);
	free(run.cases);
	arena_free(&run.scratch);
	return rc;
}
