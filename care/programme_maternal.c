/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last pregnancy: antenatal windows counted from the last period, and what follows the birth.
 */
#include "config.h"
#include "care/programme.h"

#include <stdio.h>

enum { GOES_ON = 1, HAS_GIVEN_BIRTH = 2 }; /* pregnancy_visit.outcome */
enum { ABNORMAL = 2 };			   /* class */
enum { FIRST_MONTHS = 2 };		   /* folic_acid.stage */
enum { REFERRED_ON = 2 };		   /* postpartum_42.action */
enum { OTHER_PREGNANCY_DAYS = 150 };	   /* periods so far apart are of two pregnancies */

struct pregnancy {
	date_t lmp, birth, ended;  /* birth, or ended otherwise; DATE_NONE: not yet */
	const struct event *cause; /* the record that told the period */
};

static int rule_days(const struct duty_list *list, const char *rule, date_t on)
{
	return duty_rule_days(list, "maternal", rule, on);
}

/* --- which pregnancy --- */

static void take_period(struct pregnancy *out, const struct event *event, int32_t lmp)
{
	if (lmp == DATE_NONE || (out->lmp != DATE_NONE && event->date < out->cause->date))
		return;
	out->lmp = lmp;
	out->cause = event;
}

/* The period as told last by the antenatal records; else, or when a later pregnancy began, as told
 * with folic acid or before the pregnancy. */
static struct pregnancy last_period(const struct facts *facts)
{
	struct pregnancy out = {DATE_NONE, DATE_NONE, DATE_NONE, NULL}, early = out;
	FACT_EACH(e, facts, EVENT_PREGNANCY)
	take_period(&out, e, e->v[PREGNANCY_LMP]);
	FACT_EACH(e, facts, EVENT_ANTENATAL)
	take_period(&out, e, e->v[ANTENATAL_LMP]);
	FACT_EACH(e, facts, EVENT_FOLIC)
	if (e->v[FOLIC_STAGE] == FIRST_MONTHS)
		take_period(&early, e, e->v[FOLIC_LMP]);
	FACT_EACH(e, facts, EVENT_PRECONCEPTION)
	if (e->v[PRECONCEPTION_PREGNANT] == YES && e->v[PRECONCEPTION_OUTCOME] == DATE_NONE)
		take_period(&early, e, e->v[PRECONCEPTION_LMP]);
	if (early.lmp != DATE_NONE &&
	    (out.lmp == DATE_NONE || early.lmp > out.lmp + OTHER_PREGNANCY_DAYS))
		return early;
	return out;
}

static void take_end(const struct facts *facts, struct pregnancy *out)
{
	FACT_EACH(e, facts, EVENT_ANTENATAL) {
		int outcome = e->v[ANTENATAL_OUTCOME];
		date_t day = e->v[ANTENATAL_OUTCOME_DATE] != DATE_NONE
				 ? e->v[ANTENATAL_OUTCOME_DATE]
				 : e->date;
		if (outcome <= GOES_ON || day == DATE_NONE || day < out->lmp)
			continue;
		out->ended = day;
		if (outcome == HAS_GIVEN_BIRTH)
			out->birth = day;
	}
	FACT_EACH(e, facts, EVENT_POSTPARTUM)
	if (e->v[POSTPARTUM_BORN] != DATE_NONE && e->v[POSTPARTUM_BORN] >= out->lmp)
		out->ended = out->birth = e->v[POSTPARTUM_BORN];
	FACT_EACH(e, facts, EVENT_POSTPARTUM_42)
	if (e->v[POSTPARTUM_42_BORN] != DATE_NONE && e->v[POSTPARTUM_42_BORN] >= out->lmp)
		out->ended = out->birth = e->v[POSTPARTUM_42_BORN];
}

/* --- before the birth --- */

static void first_visit(struct duty_list *list, const struct pregnancy *p)
{
	int weeks = rule_days(list, "early_before_week", p->lmp);
	const struct event *done = fact_within(list->facts, EVENT_PREGNANCY, p->lmp, INT32_MAX);
	struct duty_row *row = duty_add_window(list, DUTY_RULE_MAT_FIRST, DUTY_REASON_WEEKS, p->lmp,
					       p->lmp + weeks * 7 - 1, DATE_NONE, p->cause->record);
	if (done)
		duty_done(row, done->date, done->record);
}

/* A visit counts for the number that its form says; an additional one (9) closes no window. */
static const struct event *antenatal(const struct facts *facts, const struct pregnancy *p, int no,
				     date_t start, date_t end)
{
	FACT_EACH(e, facts, EVENT_ANTENATAL)
	if (e->date != DATE_NONE && e->date >= p->lmp &&
	    (e->v[ANTENATAL_NO] == no ||
	     (e->v[ANTENATAL_NO] == EVENT_NONE && e->date >= start && e->date <= end)))
		return e;
	return NULL;
}

static void windows(struct duty_list *list, const struct pregnancy *p)
{
	for (int no = 2; no <= 5; no++) {
		char from[24], to[24];
		snprintf(from, sizeof from, "visit%d_from_week", no);
		snprintf(to, sizeof to, "visit%d_to_week", no);
		int last_week = rule_days(list, to, p->lmp);
		date_t start = p->lmp + rule_days(list, from, p->lmp) * 7,
		       end = p->lmp + last_week * 7 + 6;
		const struct event *done = antenatal(list->facts, p, no, start, end);
		if (!last_week || (end < duty_since(list) && !done))
			continue;
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_MAT_VISIT_2 + (no - 2), DUTY_REASON_WEEKS_BEGIN,
				    start, end, end, p->cause->record);
		if (row)
			row->due = start;
		if (done)
			duty_done(row, done->date, done->record);
	}
}

static const struct event *next_contact(const struct facts *facts, const struct event *visit)
{
	const struct event *a = fact_within(facts, EVENT_ANTENATAL, visit->date + 1, INT32_MAX);
	const struct event *b = fact_within(facts, EVENT_PREGNANCY, visit->date + 1, INT32_MAX);
	return a && (!b || a->date <= b->date) ? a : b;
}

/* A day that the doctor agreed between the windows: within one it is the window's own visit. */
static bool in_window(const struct duty_list *list, size_t from, date_t day)
{
	for (size_t i = from; i < list->n; i++)
		if (list->rows[i].rule >= DUTY_RULE_MAT_VISIT_2 &&
		    list->rows[i].rule <= DUTY_RULE_MAT_VISIT_5 &&
		    list->rows[i].state == DUTY_END_OPEN && day >= list->rows[i].start &&
		    day <= list->rows[i].end)
			return true;
	return false;
}

static void after_contact(struct duty_list *list, const struct event *visit, size_t from,
			  bool refer, date_t agreed)
{
	const struct event *next = next_contact(list->facts, visit);
	if (refer) {
		duty_add_referred(list, DUTY_RULE_MAT_REFERRED, visit,
				  rule_days(list, "referral_check_days", visit->date), next);
		return;
	}
	if (agreed == DATE_NONE || agreed <= visit->date || in_window(list, from, agreed))
		return;
	struct duty_row *row = duty_add_due(list, DUTY_RULE_MAT_EXTRA, DUTY_REASON_AGREED,
					    DUTY_ROUTINE, visit->date, agreed, visit->record);
	if (next)
		duty_done(row, next->date, next->record);
}

static void before_birth(struct duty_list *list, const struct pregnancy *p)
{
	size_t from = list->n;
	int week = rule_days(list, "overdue_week", p->lmp);
	first_visit(list, p);
	windows(list, p);
	FACT_EACH(e, list->facts, EVENT_PREGNANCY)
	if (e->date != DATE_NONE && e->date >= p->lmp)
		after_contact(list, e, from, e->v[PREGNANCY_REFER] == SOME, e->v[PREGNANCY_NEXT]);
	FACT_EACH(e, list->facts, EVENT_ANTENATAL)
	if (e->date != DATE_NONE && e->date >= p->lmp && e->v[ANTENATAL_OUTCOME] <= GOES_ON)
		after_contact(list, e, from,
			      e->v[ANTENATAL_REFER] == SOME || e->v[ANTENATAL_CLASS] == ABNORMAL,
			      e->v[ANTENATAL_NEXT]);
	if (week) {
		date_t day = p->lmp + week * 7;
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_MAT_OVERDUE, DUTY_REASON_OVERDUE_WEEK, day, day,
				    DATE_NONE, p->cause->record);
		if (row)
			row->urgency = DUTY_DANGER;
	}
	if (p->ended != DATE_NONE)
		duty_close(list, from, p->ended);
}

/* --- after the birth --- */

static void after_birth(struct duty_list *list, date_t birth)
{
	const struct event *visit = fact_within(list->facts, EVENT_POSTPARTUM, birth, INT32_MAX);
	const struct event *exam = fact_within(list->facts, EVENT_POSTPARTUM_42, birth, INT32_MAX);
	date_t left = visit ? visit->v[POSTPARTUM_DISCHARGED] : DATE_NONE;
	date_t day = birth + rule_days(list, "postpartum_exam_days", birth);
	int days = rule_days(list, "postpartum_visit_days", birth);
	if (left == DATE_NONE)
		left = birth + rule_days(list, "stay_days", birth);
	rid_t cause = fact_person(list->facts)->record;
	struct duty_row *row =
	    duty_add_window(list, DUTY_RULE_POSTPARTUM, DUTY_REASON_LEFT_HOSPITAL, birth,
			    left + days, day - 1, cause);
	if (row)
		row->days = days;
	if (visit)
		duty_done(row, visit->date, visit->record);
	row = duty_add_window(list, DUTY_RULE_POSTPARTUM_42, DUTY_REASON_INTERVAL, day,
			      birth + rule_days(list, "postpartum_exam_due_days", birth),
			      birth + rule_days(list, "postpartum_exam_until_days", birth), cause);
	if (row)
		row->due = day;
	if (exam)
		duty_done(row, exam->date, exam->record);
	days = rule_days(list, "referral_check_days", birth);
	FACT_EACH(e, list->facts, EVENT_POSTPARTUM) {
		const struct event *next =
		    e + 1 < fact_end(list->facts, EVENT_POSTPARTUM) ? e + 1 : exam;
		if (e->v[POSTPARTUM_REFER] == SOME && e->date != DATE_NONE && e->date >= birth)
			duty_add_referred(list, DUTY_RULE_POSTPARTUM_REFERRED, e, days,
					  next && next->date >= e->date ? next : NULL);
	}
	if (exam && exam->v[POSTPARTUM_42_ACTION] == REFERRED_ON)
		duty_add_referred(
		    list, DUTY_RULE_POSTPARTUM_REFERRED, exam, days,
		    fact_within(list->facts, EVENT_POSTPARTUM_42, exam->date + 1, INT32_MAX));
}

void programme_maternal(struct duty_list *list)
{
	struct pregnancy p = last_period(list->facts);
	const struct event *visit = fact_last(list->facts, EVENT_POSTPARTUM, INT32_MAX);
	if (p.lmp != DATE_NONE) {
		take_end(list->facts, &p);
		before_birth(list, &p);
	} else if (visit) { /* nothing is known of the pregnancy itself */
		p.birth = visit->v[POSTPARTUM_BORN];
	}
	if (p.birth != DATE_NONE)
		after_birth(list, p.birth);
}
