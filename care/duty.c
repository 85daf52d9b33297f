/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of duties and what all programmes share. */
#include "config.h"
#include "care/duty.h"

#include <string.h>
#include "care/programme.h"

#define DUTY_RULE_ROW(name, word, form, table, rule, label) { word, form, table, rule },
static const struct {
	const char *word, *form, *table, *rule;
} rules_of[] = { DUTY_RULE_LIST(DUTY_RULE_ROW) };
#undef DUTY_RULE_ROW

const char *duty_rule_word(enum duty_rule rule)
{
	return rules_of[rule].word;
}

const char *duty_rule_form(enum duty_rule rule)
{
	return rules_of[rule].form;
}

const struct rule *duty_rule_source(const struct rule_set *rules, enum duty_rule rule, date_t on)
{
	return rule_find(rules, rules_of[rule].table, rules_of[rule].rule, -1, on);
}

int duty_rule_days(const struct duty_list *list, const char *table, const char *name, date_t on)
{
	double value;
	return rule_number(list->rules, table, name, date_age_years(fact_birth(list->facts), on), on,
	                   &value)
	               ? (int)value
	               : 0;
}

static bool grow(struct duty_list *list)
{
	size_t cap = list->cap ? list->cap * 2 : 32;
	struct duty_row *rows = arena_array(list->arena, cap, sizeof *rows);
	if (!rows) {
		list->failed = true;
		return false;
	}
	if (list->n)
		memcpy(rows, list->rows, list->n * sizeof *rows);
	list->rows = rows;
	list->cap = cap;
	return true;
}

struct duty_row *duty_add(struct duty_list *list, const struct duty_row *row)
{
	if (row->due == DATE_NONE || (list->n == list->cap && !grow(list)))
		return NULL;
	list->rows[list->n] = *row;
	return &list->rows[list->n++];
}

struct duty_row *duty_add_due(struct duty_list *list, enum duty_rule rule, enum duty_reason reason,
                              int urgency, date_t made, date_t due, rid_t cause)
{
	if (due == DATE_NONE || made == DATE_NONE)
		return NULL;
	int before = duty_rule_days(list, rules_of[rule].table, "due_before_days", made);
	return duty_add(list, &(struct duty_row){
		.rule = rule, .reason = reason, .urgency = urgency, .days = due - made,
		.start = due - before > made ? due - before : made, .due = due, .end = due,
		.last = DATE_NONE, .ended = DATE_NONE, .cause = cause });
}

void duty_done(struct duty_row *row, date_t on, rid_t by)
{
	if (!row)
		return;
	row->state = DUTY_END_DONE;
	row->ended = on;
	row->by = by;
}

struct duty_row *duty_add_window(struct duty_list *list, enum duty_rule rule, enum duty_reason reason,
                                 date_t start, date_t end, date_t last, rid_t cause)
{
	if (start == DATE_NONE || end == DATE_NONE)
		return NULL;
	return duty_add(list, &(struct duty_row){ .rule = rule, .reason = reason, .urgency = DUTY_ROUTINE,
		                                  .days = end - start, .start = start, .due = end,
		                                  .end = end, .last = last, .ended = DATE_NONE,
		                                  .cause = cause });
}

static struct duty_row *add_link(struct duty_list *list, const struct duty_chain *chain,
                                 enum duty_reason reason, date_t made, date_t due, rid_t cause)
{
	if (due == DATE_NONE || (chain->until != DATE_NONE && due >= chain->until))
		return NULL;
	struct duty_row *row = duty_add_due(list, chain->rule, reason, DUTY_ROUTINE, made, due, cause);
	if (row && chain->until != DATE_NONE)
		row->last = chain->until - 1;
	return row;
}

void duty_add_chain(struct duty_list *list, const struct duty_chain *chain, date_t from, date_t first,
                    rid_t cause)
{
	struct duty_row *open = add_link(list, chain, DUTY_REASON_INTERVAL, from, first, cause);
	FACT_EACH(visit, list->facts, chain->kind) {
		if (visit->date == DATE_NONE || (from != DATE_NONE && visit->date < from))
			continue;
		duty_done(open, visit->date, visit->record);
		int months = duty_rule_days(list, chain->table, chain->months, visit->date);
		date_t due = months ? date_add_months(visit->date, months) : DATE_NONE;
		open = add_link(list, chain, chain->reason, visit->date,
		                duty_sooner(due, visit->date, visit->v[chain->next]), visit->record);
	}
}

/* The day of the first check of a referral record since a day; DATE_NONE. */
static date_t referral_checked(const struct facts *facts, date_t since, rid_t *by)
{
	date_t first = DATE_NONE;
	FACT_EACH(one, facts, EVENT_REFERRAL) {
		date_t day = one->v[REFERRAL_CHECKED];
		if (day == DATE_NONE || day < since || (first != DATE_NONE && first <= day))
			continue;
		first = day;
		*by = one->record;
	}
	return first;
}

bool duty_referral_since(const struct facts *facts, date_t since, bool checked)
{
	rid_t by;
	if (checked)
		return referral_checked(facts, since, &by) != DATE_NONE;
	FACT_EACH(one, facts, EVENT_REFERRAL)
		if (one->v[REFERRAL_CHECKED] == DATE_NONE && one->date != DATE_NONE && one->date >= since)
			return true;
	return false;
}

void duty_add_referred(struct duty_list *list, enum duty_rule rule, const struct event *visit, int days,
                       const struct event *next)
{
	rid_t by = next ? next->record : 0;
	date_t on = next ? next->date : DATE_NONE, checked;
	if (visit->date == DATE_NONE)
		return;
	if (!next && duty_referral_since(list->facts, visit->date, false))
		return;
	struct duty_row *row = duty_add_due(list, rule, DUTY_REASON_REFERRED, DUTY_DANGER, visit->date,
	                                    visit->date + days, visit->record);
	rid_t checker = 0;
	checked = referral_checked(list->facts, visit->date, &checker);
	if (checked != DATE_NONE && (on == DATE_NONE || checked < on)) {
		on = checked;
		by = checker;
	}
	if (on != DATE_NONE)
		duty_done(row, on, by);
}

date_t duty_sooner(date_t due, date_t visit, date_t next)
{
	return next != DATE_NONE && next > visit && (due == DATE_NONE || next < due) ? next : due;
}

date_t duty_birthday(date_t birth, int years)
{
	date_t day = birth == DATE_NONE ? DATE_NONE : date_add_years(birth, years);
	return day != DATE_NONE && date_age_years(birth, day) < years ? day + 1 : day;
}

date_t duty_since(const struct duty_list *list)
{
	const struct facts *facts = list->facts;
	const struct event *person = fact_person(facts);
	date_t first = DATE_NONE;
	if (person->v[RESIDENT_BUILT] != DATE_NONE)
		return person->v[RESIDENT_BUILT];
	for (size_t i = 0; i < facts->n; i++)
		if (facts->events[i].date != DATE_NONE && (first == DATE_NONE || facts->events[i].date < first))
			first = facts->events[i].date;
	return first != DATE_NONE ? first : person->v[RESIDENT_BIRTH];
}

static int year_of(date_t date)
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	return year;
}

void duty_add_yearly(struct duty_list *list, enum duty_rule rule, date_t first, enum event_kind kind,
                     bool (*accept)(const struct event *event))
{
	const struct event *done = NULL;
	if (first == DATE_NONE)
		return;
	int year = year_of(first);
	FACT_EACH(e, list->facts, kind)
		if (e->date != DATE_NONE && year_of(e->date) >= year && (!accept || accept(e)) &&
		    (!done || year_of(e->date) > year_of(done->date)))
			done = e;
	for (int y = done ? year_of(done->date) : year; y <= (done ? year_of(done->date) + 1 : year); y++) {
		date_t start = date_make(y, 1, 1), end = date_make(y, 12, 31);
		struct duty_row *row = duty_add(list, &(struct duty_row){
			.rule = rule, .reason = DUTY_REASON_YEARLY, .urgency = DUTY_ROUTINE,
			.start = first > start ? first : start, .due = end, .end = end,
			.last = DATE_NONE, .ended = DATE_NONE, .yearly = true });
		if (done && y == year_of(done->date))
			duty_done(row, done->date, done->record);
	}
}

bool exam_is_yearly(const struct event *exam)
{
	return exam->v[EXAM_KIND] == EXAM_YEARLY;
}

/* What was missed before that day stays missed. */
static void end_open(struct duty_list *list, size_t from, enum duty_end state, date_t on)
{
	for (size_t i = from; i < list->n; i++) {
		struct duty_row *row = &list->rows[i];
		if (row->state != DUTY_END_OPEN || (row->last != DATE_NONE && on != DATE_NONE && row->last < on))
			continue;
		row->state = state;
		row->ended = on;
	}
}

void duty_close(struct duty_list *list, size_t from, date_t on)
{
	end_open(list, from, DUTY_END_CLOSED, on);
}

/* Who is dead, moved, lost or has refused owes nothing; a later day of the change changes nothing. */
static void cancel_when_gone(struct duty_list *list)
{
	const struct event *person = fact_person(list->facts);
	if (!person || person->v[RESIDENT_STATUS] <= STATUS_ACTIVE)
		return;
	end_open(list, 0, DUTY_END_CANCELLED, person->v[RESIDENT_STATUS_DATE]);
}

int duty_compute(const struct rule_set *rules, const struct facts *facts, struct arena *arena,
                 struct duty_row **out, size_t *n, struct error *err)
{
	static void (*const of_residents[])(struct duty_list *) = {
		programme_hypertension, programme_diabetes, programme_pressure_screening,
		programme_referral, programme_contract, programme_tuberculosis,
		programme_smi, programme_elder, programme_newborn,
		programme_child, programme_growth, programme_maternal,
		programme_women, programme_mental_health, programme_infectious,
		programme_endemic, programme_care, programme_major,
	};
	struct duty_list list = { .rules = rules, .facts = facts, .arena = arena };
	if (fact_person(facts))
		for (size_t i = 0; i < sizeof of_residents / sizeof *of_residents; i++)
			of_residents[i](&list);
	else
		programme_clinic(&list);
	cancel_when_gone(&list);
	*out = list.rows;
	*n = list.n;
	return list.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;
}
