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

void duty_close(struct duty_list *list, size_t from, date_t on)
{
	for (size_t i = from; i < list->n; i++)
		if (list->rows[i].state == DUTY_END_OPEN) {
			list->rows[i].state = DUTY_END_CLOSED;
			list->rows[i].ended = on;
		}
}

/* Who is dead, moved, lost or has refused owes nothing; a later day of the change changes nothing. */
static void cancel_when_gone(struct duty_list *list)
{
	const struct event *person = fact_person(list->facts);
	if (!person || person->v[RESIDENT_STATUS] <= STATUS_ACTIVE)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (list->rows[i].state == DUTY_END_OPEN) {
			list->rows[i].state = DUTY_END_CANCELLED;
			list->rows[i].ended = person->v[RESIDENT_STATUS_DATE];
		}
}

int duty_compute(const struct rule_set *rules, const struct facts *facts, struct arena *arena,
                 struct duty_row **out, size_t *n, struct error *err)
{
	static void (*const programmes[])(struct duty_list *) = {
		programme_hypertension, programme_diabetes, programme_pressure_screening,
		programme_referral, programme_contract,
	};
	struct duty_list list = { .rules = rules, .facts = facts, .arena = arena };
	for (size_t i = 0; i < sizeof programmes / sizeof *programmes && fact_person(facts); i++)
		programmes[i](&list);
	cancel_when_gone(&list);
	*out = list.rows;
	*n = list.n;
	return list.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : 0;
}
