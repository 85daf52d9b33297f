/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tuberculosis: suspects, the first visit after the notice, visits by supervisor and phase, the
 * end. */
#include "config.h"
#include "care/programme.h"

enum { DOCTOR = 1 }; /* supervisor */
enum { ORDINARY = 1, MDR = 2, XDR = 3 }; /* resistance_kind */
enum { INTENSIVE = 1 }; /* phase */
enum { SEEN_TB = 3 }; /* tb_suspect.result */
enum { MINUTES_A_DAY = 1440 };

struct course { /* from the first record of a notice to the closing */
	const struct event *notice, *met; /* met: the first visit that met the patient; NULL */
	const struct event *closing;	  /* NULL: it goes on */
};

static const struct event *next_of(const struct facts *facts, enum event_kind kind, date_t from)
{
	return fact_within(facts, kind, from, INT32_MAX);
}

/* --- suspects --- */

static void suspects(struct duty_list *list)
{
	FACT_EACH(one, list->facts, EVENT_TB_SUSPECT) {
		date_t checked = one->v[TB_SUSPECT_CHECKED];
		if (one->date == DATE_NONE || one->v[TB_SUSPECT_REFER] != YES)
			continue;
		int days = duty_rule_days(list, "tb", "suspect_check_days", one->date);
		struct duty_row *row =
		    duty_add_due(list, DUTY_RULE_TB_SUSPECT, DUTY_REASON_REFERRED, DUTY_SOON,
				 one->date, one->date + days, one->record);
		if (checked == DATE_NONE)
			continue;
		duty_done(row, checked, one->record);
		if (one->v[TB_SUSPECT_RESULT] != SEEN_TB)
			continue;
		/* The hospital found TB: the first visit, though the notice itself is not yet
		 * recorded. */
		const struct event *first = next_of(list->facts, EVENT_TB_FIRST, one->date);
		int hours = duty_rule_days(list, "tb", "first_visit_hours", checked);
		if (!first && hours)
			duty_add_due(list, DUTY_RULE_TB_FIRST, DUTY_REASON_INTERVAL, DUTY_TB,
				     checked, checked + hours / 24, one->record);
	}
}

/* --- the first visit --- */

static void first_visit(struct duty_list *list, const struct course *course)
{
	int32_t notice = course->notice->v[TB_FIRST_NOTICE];
	date_t day = notice == EVENT_NONE ? course->notice->date : notice / MINUTES_A_DAY;
	int hours = duty_rule_days(list, "tb", "first_visit_hours", day);
	if (notice == EVENT_NONE)
		notice = day * MINUTES_A_DAY;
	int limit = notice + hours * 60;
	struct duty_row *row = duty_add_due(list, DUTY_RULE_TB_FIRST, DUTY_REASON_NOTIFIED, DUTY_TB,
					    day, limit / MINUTES_A_DAY, course->notice->record);
	if (!row)
		return;
	row->start = day;
	row->days = limit;
	if (course->met)
		duty_done(row, course->met->date, course->met->record);
}

/* Not met so often as the rule allows: the institution that sent the notice is told. */
static void report(struct duty_list *list, const struct course *course)
{
	int tries = duty_rule_days(list, "tb", "attempts", course->notice->date), failed = 0;
	for (const struct event *one = course->notice; one < fact_end(list->facts, EVENT_TB_FIRST);
	     one++) {
		if (one->v[TB_FIRST_MET] == YES ||
		    (course->closing && one->date > course->closing->date))
			return;
		failed += one->v[TB_FIRST_ATTEMPTS] > 0 ? one->v[TB_FIRST_ATTEMPTS] : 1;
		if (!tries || failed < tries)
			continue;
		struct duty_row *row = duty_add_due(list, DUTY_RULE_TB_REPORT, DUTY_REASON_NOT_MET,
						    DUTY_TB, one->date, one->date, one->record);
		if (one->v[TB_FIRST_REPORTED] != DATE_NONE)
			duty_done(row, one->v[TB_FIRST_REPORTED], one->record);
		else if (course->met)
			duty_done(row, course->met->date, course->met->record);
		return;
	}
}

/* --- visits --- */

static const char *by_kind(int kind, const char *ordinary, const char *mdr, const char *xdr)
{
	return kind == MDR ? mdr : kind == XDR ? xdr : ordinary;
}

static bool is_intensive(const struct duty_list *list, const struct event *visit)
{
	if (visit->kind == EVENT_TB_FIRST)
		return true;
	if (visit->v[TB_PHASE] != EVENT_NONE)
		return visit->v[TB_PHASE] == INTENSIVE;
	const char *name = by_kind(visit->v[TB_KIND], "intensive_months", "intensive_months_mdr",
				   "intensive_months_xdr");
	return visit->v[TB_MONTH] <= duty_rule_days(list, "tb", name, visit->date);
}

static struct duty_row *after_visit(struct duty_list *list, const struct event *visit)
{
	bool first = visit->kind == EVENT_TB_FIRST;
	int supervisor = visit->v[first ? TB_FIRST_SUPERVISOR : TB_SUPERVISOR];
	int32_t signs = first ? EVENT_NONE : visit->v[TB_DANGER];
	date_t next = visit->v[first ? TB_FIRST_NEXT : TB_NEXT], due;
	enum duty_reason reason = DUTY_REASON_SUPERVISED;
	if (supervisor != DOCTOR && is_intensive(list, visit)) {
		reason = DUTY_REASON_INTENSIVE;
		due = visit->date +
		      duty_rule_days(list, "tb", "interval_intensive_days", visit->date);
	} else {
		const char *name = supervisor == DOCTOR ? "interval_doctor_months"
							: "interval_continuation_months";
		reason = supervisor == DOCTOR ? DUTY_REASON_SUPERVISED : DUTY_REASON_CONTINUATION;
		due = date_add_months(visit->date, duty_rule_days(list, "tb", name, visit->date));
	}
	due = duty_sooner(due, visit->date, next);
	if (signs == EVENT_NONE || !(signs & ~(INT32_C(1) << 1))) /* code 1: none */
		return duty_add_due(list, DUTY_RULE_TB_VISIT, reason, DUTY_ROUTINE, visit->date,
				    due, visit->record);
	int days = duty_rule_days(list, "tb", "danger_check_days", visit->date);
	return duty_add_due(list, DUTY_RULE_TB_REFERRED, DUTY_REASON_DANGER, DUTY_DANGER,
			    visit->date, visit->date + days < due ? visit->date + days : due,
			    visit->record);
}

static void visits(struct duty_list *list, const struct course *course)
{
	struct duty_row *open = after_visit(list, course->met);
	FACT_EACH(visit, list->facts, EVENT_TB) {
		if (visit->date == DATE_NONE || visit->date < course->met->date ||
		    (course->closing && visit->date > course->closing->date))
			continue;
		duty_done(open, visit->date, visit->record);
		open = after_visit(list, visit);
	}
}

/* A reminder given at the visit of that month, or a later one, has answered it. */
static void sputum(struct duty_list *list, const struct course *course, date_t start)
{
	static const char *const names[] = {"sputum_month_1", "sputum_month_2", "sputum_month_3"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int month = duty_rule_days(list, "tb", names[i], start);
		if (!month)
			continue;
		date_t from = date_add_months(start, month - 1), to = date_add_months(start, month);
		struct duty_row *row =
		    duty_add_window(list, DUTY_RULE_TB_SPUTUM, DUTY_REASON_SPUTUM, from, to,
				    date_add_months(to, 1) - 1, course->met->record);
		FACT_EACH(visit, list->facts, EVENT_TB)
		if (row && row->state == DUTY_END_OPEN && visit->date >= course->met->date &&
		    (visit->v[TB_MONTH] == month || (visit->date >= from && visit->date <= to &&
						     visit->v[TB_MONTH] == EVENT_NONE)))
			duty_done(row, visit->date, visit->record);
	}
}

static void closing(struct duty_list *list, const struct course *course, date_t start)
{
	int kind = course->met->v[TB_FIRST_KIND];
	const struct event *last = fact_last(list->facts, EVENT_TB, INT32_MAX);
	if (last && last->date >= course->met->date && last->v[TB_KIND] != EVENT_NONE)
		kind = last->v[TB_KIND];
	int months = duty_rule_days(
	    list, "tb", by_kind(kind, "course_months", "course_months_mdr", "course_months_xdr"),
	    start);
	date_t end = months ? date_add_months(start, months) : DATE_NONE;
	struct duty_row *row = duty_add_window(
	    list, DUTY_RULE_TB_CLOSING, DUTY_REASON_COURSE_END, end,
	    end == DATE_NONE ? end : end + duty_rule_days(list, "tb", "closing_days", start),
	    DATE_NONE, course->met->record);
	if (row)
		row->due = end;
	if (course->closing)
		duty_done(row, course->closing->date, course->closing->record);
}

static void programme_course(struct duty_list *list, const struct course *course)
{
	size_t from = list->n;
	first_visit(list, course);
	report(list, course);
	if (course->met) {
		date_t start = course->met->v[TB_FIRST_START];
		if (start == DATE_NONE)
			start = course->met->date;
		visits(list, course);
		sputum(list, course, start);
		closing(list, course, start);
	}
	if (course->closing)
		duty_close(list, from, course->closing->date);
}

void programme_tuberculosis(struct duty_list *list)
{
	const struct facts *facts = list->facts;
	const struct event *end = fact_end(facts, EVENT_TB_FIRST),
			   *one = fact_begin(facts, EVENT_TB_FIRST);
	suspects(list);
	while (one < end) {
		struct course course = {.notice = one};
		if (one->date == DATE_NONE) {
			one++;
			continue;
		}
		course.closing = next_of(facts, EVENT_TB_CLOSING, one->date);
		for (; one < end && (!course.closing || one->date <= course.closing->date); one++)
			if (!course.met && one->v[TB_FIRST_MET] == YES)
				course.met = one;
		programme_course(list, &course);
	}
}
