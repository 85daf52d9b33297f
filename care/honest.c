/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/honest.h"

#include <stdlib.h>
#include <string.h>
#include "care/fact.h"
#include "lib/i18n.h"

struct stamp { /* a visit saved on its own day: who, in which hour */
	uint64_t operator_hour;
	struct honest_case one;
};
struct phone {
	int32_t hash;
	rid_t resident;
};

struct review {
	struct store *store;
	const struct rule_set *rules;
	const struct care_period *period;
	enum honest_check check;
	bool (*each)(void *arg, const struct honest_case *one);
	void *arg;
	struct honest_figure *out;
	uint64_t digits[2][10];
	rid_t *visited;   /* residents with a visit in the period */
	size_t n_visited, cap_visited;
	struct stamp *stamps;
	size_t n_stamps, cap_stamps;
	struct phone *phones;
	size_t n_phones, cap_phones;
	bool stopped, failed;
	struct error *err;
};

static double limit_of(const struct review *review, const char *name)
{
	double value;
	return rule_number(review->rules, "honest", name, -1, review->period->on, &value) ? value : 0;
}

/* Room for one more; false when memory is short. */
static bool room_for(struct review *review, void **array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return true;
	size_t more = *cap ? *cap * 2 : 256;
	void *grown = realloc(*array, more * size);
	if (!grown) {
		review->failed = true;
		return false;
	}
	*array = grown;
	*cap = more;
	return true;
}

static void tell(struct review *review, enum honest_check check, const struct honest_case *one)
{
	review->out[check].n++;
	if (review->each && check == review->check && !review->stopped)
		review->stopped = !review->each(review->arg, one);
}

static bool in_period(const struct review *review, const struct event *event)
{
	return event->date >= review->period->first && event->date <= review->period->on;
}

/* --- what the facts say --- */

static void count_digits(struct review *review, const struct event *visit)
{
	if (visit->v[HTN_SBP] <= 0 || visit->v[HTN_DBP] <= 0)
		return;
	review->digits[0][visit->v[HTN_SBP] % 10]++;
	review->digits[1][visit->v[HTN_DBP] % 10]++;
}

/* Visits from the limit-th of a row of equal pressures on. */
static void find_repeated(struct review *review, const struct facts *facts, enum event_kind kind)
{
	int limit = (int)limit_of(review, "repeated"), run = 0;
	const struct event *before = NULL;
	FACT_EACH(visit, facts, kind) {
		if (visit->v[HTN_SBP] <= 0 || visit->v[HTN_DBP] <= 0)
			continue;
		bool same = before && before->v[HTN_SBP] == visit->v[HTN_SBP] &&
		            before->v[HTN_DBP] == visit->v[HTN_DBP];
		run = same ? run + 1 : 1;
		before = visit;
		if (in_period(review, visit) && limit > 1 && run >= limit)
			tell(review, HONEST_REPEATED, &(struct honest_case){
				facts->subject, visit->record, visit->date, visit->v[HTN_SBP] });
	}
}

static void take_visits(struct review *review, const struct facts *facts, enum event_kind kind)
{
	find_repeated(review, facts, kind);
	FACT_EACH(visit, facts, kind) {
		int status = visit->date == DATE_NONE ? 0 : fact_status(facts, visit->date - 1);
		if (!in_period(review, visit))
			continue;
		count_digits(review, visit);
		review->out[HONEST_REPEATED].of++;
		review->out[HONEST_GONE].of++;
		if (status == STATUS_DEAD || status == STATUS_MOVED)
			tell(review, HONEST_GONE, &(struct honest_case){
				facts->subject, visit->record, visit->date, status });
	}
}

static bool take_subject(void *arg, const struct facts *facts, struct arena *arena)
{
	struct review *review = arg;
	const struct event *person = fact_person(facts);
	void *array = review->phones;
	(void)arena;
	if (!person)
		return true;
	if (person->v[RESIDENT_PHONE] != EVENT_NONE &&
	    room_for(review, &array, review->n_phones, &review->cap_phones, sizeof *review->phones)) {
		review->phones = array;
		review->phones[review->n_phones++] =
			(struct phone){ person->v[RESIDENT_PHONE], facts->subject };
	}
	array = review->visited;
	if ((fact_within(facts, EVENT_HTN, review->period->first, review->period->on) ||
	     fact_within(facts, EVENT_DM, review->period->first, review->period->on)) &&
	    room_for(review, &array, review->n_visited, &review->cap_visited, sizeof *review->visited)) {
		review->visited = array;
		review->visited[review->n_visited++] = facts->subject;
	}
	return !review->failed;
}

static void judge_digits(struct review *review)
{
	double limit = limit_of(review, "digit_percent"), least = limit_of(review, "digit_min");
	for (int i = 0; i < 2; i++) {
		struct honest_figure *figure = &review->out[HONEST_SBP_DIGIT + i];
		for (int digit = 0; digit < 10; digit++) {
			uint64_t n = review->digits[i][digit];
			figure->of += n;
			if (n > figure->n || figure->digit < 0) {
				figure->n = n;
				figure->digit = digit;
			}
		}
		figure->remarkable = limit > 0 && figure->of >= least &&
		                     100.0 * (double)figure->n >= limit * (double)figure->of;
	}
}

static int compare_phones(const void *a, const void *b)
{
	const struct phone *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->resident > y->resident) - (x->resident < y->resident);
}

static void judge_phones(struct review *review)
{
	double limit = limit_of(review, "phone_people");
	review->out[HONEST_PHONE].of = review->n_phones;
	if (review->n_phones)
		qsort(review->phones, review->n_phones, sizeof *review->phones, compare_phones);
	for (size_t i = 0, end; i < review->n_phones; i = end) {
		for (end = i; end < review->n_phones && review->phones[end].hash == review->phones[i].hash;)
			end++;
		for (size_t k = i; limit > 0 && (double)(end - i) > limit && k < end; k++)
			tell(review, HONEST_PHONE, &(struct honest_case){
				review->phones[k].resident, 0, DATE_NONE, (int)(end - i) });
	}
}

/* --- from the records: they have numbers, and say when they were written down --- */

static uint64_t hash_text(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
	return hash;
}

static int take_stamp(struct review *review, rid_t subject, const struct event *visit)
{
	struct entry_origin origin;
	int rc = store_origin(review->store, visit->record, &origin, review->err);
	date_t saved = rc ? DATE_NONE : date_of_seconds(origin.wall);
	double late = limit_of(review, "late_days");
	struct honest_case one = { subject, visit->record, visit->date, 0 };
	if (rc || saved == DATE_NONE)
		return rc; /* a clock that names no day says nothing */
	review->out[HONEST_LATE].of++;
	one.value = saved - visit->date;
	if (late > 0 && one.value > late)
		tell(review, HONEST_LATE, &one);
	void *array = review->stamps;
	if (saved != visit->date ||
	    !room_for(review, &array, review->n_stamps, &review->cap_stamps, sizeof *review->stamps))
		return 0;
	review->stamps = array;
	review->stamps[review->n_stamps++] = (struct stamp){
		hash_text(origin.operator_name) ^ (uint64_t)(origin.wall / 3600) * UINT64_C(0x9E3779B97F4A7C15),
		one };
	return 0;
}

static int read_visited(struct review *review, struct progress *progress)
{
	struct arena arena = ARENA_INIT;
	struct facts facts;
	int rc = 0;
	for (size_t i = 0; i < review->n_visited && !rc; i++) {
		arena_reset(&arena);
		rc = fact_of(review->store, review->visited[i], &arena, &facts, review->err);
		for (int k = 0; k < 2 && !rc; k++)
			take_visits(review, &facts, k ? EVENT_DM : EVENT_HTN);
		for (int k = 0; k < 2 && !rc; k++)
			FACT_EACH(visit, &facts, k ? EVENT_DM : EVENT_HTN)
				if (!rc && in_period(review, visit))
					rc = take_stamp(review, facts.subject, visit);
		if (!rc && i % 256 == 255 &&
		    !progress_report(progress, _("looking when visits were written down"), i, review->n_visited))
			rc = error_set(review->err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	}
	arena_free(&arena);
	return rc;
}

static int compare_stamps(const void *a, const void *b)
{
	const struct stamp *x = a, *y = b;
	if (x->operator_hour != y->operator_hour)
		return x->operator_hour < y->operator_hour ? -1 : 1;
	return (x->one.record > y->one.record) - (x->one.record < y->one.record);
}

static void judge_stamps(struct review *review)
{
	double limit = limit_of(review, "visits_per_hour");
	review->out[HONEST_FAST].of = review->n_stamps;
	if (review->n_stamps)
		qsort(review->stamps, review->n_stamps, sizeof *review->stamps, compare_stamps);
	for (size_t i = 0, end; i < review->n_stamps; i = end) {
		for (end = i; end < review->n_stamps &&
		              review->stamps[end].operator_hour == review->stamps[i].operator_hour;)
			end++;
		for (size_t k = i; limit > 0 && (double)(end - i) > limit && k < end; k++) {
			review->stamps[k].one.value = (int)(end - i);
			tell(review, HONEST_FAST, &review->stamps[k].one);
		}
	}
}

/* --- all of it --- */

#define HONEST_ROW(name, word, rule, label) { word, rule, label },
static const struct {
	const char *word, *rule, *label;
} checks[] = { HONEST_LIST(HONEST_ROW) };
#undef HONEST_ROW

const char *honest_word(enum honest_check check)
{
	return checks[check].word;
}

const char *honest_label(enum honest_check check)
{
	return _(checks[check].label);
}

const char *honest_source(const struct rule_set *rules, enum honest_check check, date_t on, struct arena *arena)
{
	return rule_source_text(rule_find(rules, "honest", checks[check].rule, -1, on),
	                        _("the county has set no limit"), arena);
}

int care_honest(struct store *store, const struct care_period *period, enum honest_check check,
                bool (*each)(void *arg, const struct honest_case *one), void *arg,
                struct honest_figure out[HONEST_N], struct progress *progress, struct error *err)
{
	struct review review = { .store = store, .rules = form_set_rules(store_forms(store)),
		                 .period = period, .check = check, .each = each, .arg = arg, .out = out,
		                 .err = err };
	for (int i = 0; i < HONEST_N; i++) {
		const struct rule *rule = rule_find(review.rules, "honest", checks[i].rule, -1, period->on);
		out[i] = (struct honest_figure){ .digit = -1, .limit = limit_of(&review, checks[i].rule),
			                         .source = rule ? rule->source : "" };
	}
	int rc = fact_each(store, take_subject, &review, progress, err);
	if (!rc)
		rc = read_visited(&review, progress);
	if (!rc && review.failed)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (!rc) {
		judge_digits(&review);
		judge_phones(&review);
		judge_stamps(&review);
		for (int i = HONEST_REPEATED; i < HONEST_N; i++)
			out[i].remarkable = out[i].n > 0;
	}
	free(review.visited);
	free(review.stamps);
	free(review.phones);
	return rc;
}
