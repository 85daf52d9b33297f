/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditions of the norm as variables. */
#include "config.h"
#include "care/norm.h"

#include <stdio.h>
#include "care/chronic.h"
#include "care/variable.h"
#include "lib/i18n.h"

/* The days of one resident that are looked at: from the later of enrolment and year (tuberculosis: from
 * the notice on) to the earlier of reporting date, leaving and the end of the course. */
struct standing {
	enum disease disease;
	struct registration registration;
	date_t left;       /* died or moved away before the reporting date; DATE_NONE: still here */
	date_t start, end;
};

/* An unknown day of leaving is taken for the day before: they are gone. */
static date_t left_on(const struct scope *scope, const struct registration *registration)
{
	const struct event *person = fact_person(scope->facts);
	int status = person ? person->v[RESIDENT_STATUS] : 0;
	date_t day = DATE_NONE;
	if (status == STATUS_DEAD || status == STATUS_MOVED)
		day = person->v[RESIDENT_STATUS_DATE] == DATE_NONE ? scope->on - 1
		                                                   : person->v[RESIDENT_STATUS_DATE];
	else if (registration->event && registration_is_closed(registration, scope->on) &&
	         (registration->reason == CLOSED_DEAD || registration->reason == CLOSED_MOVED))
		day = registration->closed;
	return day < scope->on ? day : DATE_NONE;
}

static struct standing standing_of(const struct scope *scope, int disease)
{
	struct standing out = { .disease = (enum disease)disease, .end = scope->on };
	out.registration =
		registration_within(scope->facts, out.disease, scope->year_first, scope->on);
	out.left = left_on(scope, &out.registration);
	if (out.left != DATE_NONE)
		out.end = out.left;
	if (out.registration.completed && out.registration.closed < out.end)
		out.end = out.registration.closed;
	out.start = out.registration.enrolled;
	if (out.disease != DISEASE_TB && out.start < scope->year_first)
		out.start = scope->year_first;
	return out;
}

static enum event_kind visit_kind(enum disease disease)
{
	static const enum event_kind kinds[] = { [DISEASE_HTN] = EVENT_HTN, [DISEASE_DM] = EVENT_DM,
		                                 [DISEASE_TB] = EVENT_TB, [DISEASE_SMI] = EVENT_SMI };
	return kinds[disease];
}

static const struct chronic *chronic_of(enum disease disease)
{
	return disease == DISEASE_DM ? &chronic_diabetes : &chronic_hypertension;
}

/* Face-to-face and complete; of tuberculosis any supervised contact (project decision). */
static bool counts(enum disease disease, const struct event *visit)
{
	switch (disease) {
	case DISEASE_TB:
		return true;
	case DISEASE_SMI:
		return (visit->v[SMI_MODE] == MODE_CLINIC || visit->v[SMI_MODE] == MODE_HOME) &&
		       visit->v[SMI_OUTCOME] <= OUTCOME_SEEN && visit->v[SMI_CLASS] > 0 &&
		       visit->v[SMI_RISK] != EVENT_NONE;
	default:
		return chronic_counts(chronic_of(disease), visit);
	}
}

static bool within(const struct standing *standing, const struct event *visit)
{
	return visit->date >= standing->start && visit->date <= standing->end &&
	       counts(standing->disease, visit);
}

/* --- who is looked at --- */

double var_registered(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	const struct registration *registration = &standing.registration;
	char text[DATE_TEXT_BYTES];
	if (!registration->event) {
		say_evidence(scope, "%s", _("no enrolment in force"));
		return 0;
	}
	say_evidence(scope, _("enrolled on %s"), date_format(registration->enrolled, text));
	if (registration_is_closed(registration, scope->on))
		say_evidence(scope, _("closed on %s"), date_format(registration->closed, text));
	bool gone = standing.left != DATE_NONE;
	return (registration_stays(registration, standing.end) || gone) &&
	       !(gone && standing.left < scope->year_first);
}

double var_left(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	char text[DATE_TEXT_BYTES];
	if (standing.left == DATE_NONE || scope->norm->count_left)
		return 0;
	bool dead = fact_person(scope->facts)->v[RESIDENT_STATUS] == STATUS_DEAD ||
	            standing.registration.reason == CLOSED_DEAD;
	date_format(standing.left, text);
	if (dead)
		say_evidence(scope, _("died on %s"), text);
	else
		say_evidence(scope, _("moved away on %s"), text);
	return 1;
}

double var_assessable(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	if (standing.registration.enrolled == DATE_NONE)
		return 0;
	int days = standing.end - standing.registration.enrolled;
	say_evidence(scope, _("%d days under management, at least %d are needed"), days,
	             scope->norm->min_exposure_days);
	return days >= scope->norm->min_exposure_days;
}

/* --- visits --- */

double var_visits(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	date_t last = DATE_NONE;
	int n = 0;
	if (disease == DISEASE_TB && standing.registration.event &&
	    standing.registration.event->v[TB_FIRST_MET] == YES)
		n = 1; /* the first visit is one of them */
	FACT_EACH(visit, scope->facts, visit_kind(standing.disease)) {
		char text[DATE_TEXT_BYTES];
		if (!within(&standing, visit) || visit->date == last)
			continue;
		last = visit->date;
		n++;
		say_evidence(scope, "%s", date_format(last, text));
	}
	return n;
}

static int tb_rule(const struct scope *scope, const char *name, int kind, date_t on)
{
	static const char *const endings[] = { "", "", "_mdr", "_xdr" };
	char full[32];
	double value;
	snprintf(full, sizeof full, "%s%s", name, kind > 0 && kind < 4 ? endings[kind] : "");
	return rule_number(scope->rules, "tb", full, -1, on, &value) ? (int)value : 0;
}

/* Pro rata: the first visit, one each ten days of the intensive phase and one a month after it; supervised by
 * a doctor: the first and one in each month. Never more than the norm of the whole course. */
static int tb_needed(const struct scope *scope, const struct standing *standing)
{
	enum { DOCTOR = 1, MONTH = 30 };
	const struct event *first = standing->registration.event;
	int kind = first->v[TB_FIRST_KIND], days = standing->end - standing->start;
	double every = 10;
	if (first->v[TB_FIRST_SUPERVISOR] == DOCTOR)
		return 1 + days / MONTH;
	rule_number(scope->rules, "tb", "interval_intensive_days", -1, standing->start, &every);
	int intensive = tb_rule(scope, "intensive_months", kind, standing->start) * MONTH;
	int early = days < intensive ? days : intensive;
	int needed = 1 + (every >= 1 ? early / (int)every : 0) + (days - early) / MONTH;
	int most = tb_rule(scope, kind > 1 ? "visits" : "visits_ordinary", kind, standing->start);
	return most && needed > most ? most : needed;
}

double var_visits_needed(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	if (!standing.registration.event)
		return 0;
	if (disease == DISEASE_TB)
		return tb_needed(scope, &standing);
	int needed = (standing.end - standing.start) / scope->norm->days_per_visit;
	return needed > scope->norm->visits_max ? scope->norm->visits_max : needed;
}

double var_enough(struct scope *scope, int disease)
{
	int done = (int)var_visits(scope, disease), needed = (int)var_visits_needed(scope, disease);
	say_evidence(scope, _("%d of %d visits"), done, needed);
	if (done < needed)
		say_todo(scope, scope_year_end(scope), ngettext("%d more face-to-face visit with a complete reading",
		                                    "%d more face-to-face visits with a complete reading",
		                                    needed - done),
		         needed - done);
	return done >= needed;
}

static bool gap_is_long(struct scope *scope, date_t from, date_t to)
{
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
	if (to - from <= scope->norm->gap_max_days)
		return false;
	say_evidence(scope, _("%d days without a visit from %s to %s"), to - from, date_format(from, a),
	             date_format(to, b));
	return true;
}

double var_no_gap(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	date_t before = standing.start;
	bool gap = false;
	FACT_EACH(visit, scope->facts, visit_kind(standing.disease)) {
		if (!within(&standing, visit))
			continue;
		gap |= gap_is_long(scope, before, visit->date);
		before = visit->date;
	}
	gap |= gap_is_long(scope, before, standing.end);
	if (!gap)
		say_todo(scope, before + scope->norm->gap_max_days, "%s", _("the next visit"));
	return !gap;
}

/* --- examination, follow-up, control --- */

double var_norm_exam(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	char text[DATE_TEXT_BYTES];
	if (!scope->norm->exam_required)
		return 1;
	if (disease == DISEASE_SMI && standing.registration.event &&
	    standing.registration.event->v[SMI_ENROL_CONSENT] != YES) {
		say_evidence(scope, "%s", _("no consent, so no examination is asked for"));
		return 1;
	}
	FACT_EACH(exam, scope->facts, EVENT_EXAM)
		if (exam->date >= scope->year_first && exam->date <= standing.end &&
		    exam->v[EXAM_KIND] == EXAM_YEARLY) {
			say_evidence(scope, _("examined on %s"), date_format(exam->date, text));
			return 1;
		}
	say_evidence(scope, "%s", _("no examination in the year"));
	say_todo(scope, scope_year_end(scope), "%s", _("the yearly examination"));
	return 0;
}

static bool needs_follow_up(const struct scope *scope, enum disease disease, const struct event *visit)
{
	enum { UNSTABLE = 1 };
	if (disease == DISEASE_SMI)
		return visit->v[SMI_CLASS] == UNSTABLE;
	return chronic_needs_follow_up(chronic_of(disease), scope->rules, fact_birth(scope->facts), visit);
}

/* By a visit that counts or a referral that was checked, after the day and not after the limit. */
static bool was_followed(const struct scope *scope, enum disease disease, date_t day, date_t limit)
{
	FACT_EACH(e, scope->facts, visit_kind(disease))
		if (e->date > day && e->date <= limit && counts(disease, e))
			return true;
	FACT_EACH(e, scope->facts, EVENT_REFERRAL)
		if (e->v[REFERRAL_CHECKED] > day && e->v[REFERRAL_CHECKED] <= limit)
			return true;
	return false;
}

double var_followed(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	bool all = true;
	if (!scope->norm->follow_required || disease == DISEASE_TB)
		return 1;
	FACT_EACH(visit, scope->facts, visit_kind(standing.disease)) {
		date_t limit = visit->date + scope->norm->follow_days + scope->norm->follow_grace_days;
		char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
		if (!within(&standing, visit) || !needs_follow_up(scope, standing.disease, visit) ||
		    was_followed(scope, standing.disease, visit->date, limit))
			continue;
		date_format(visit->date, a);
		date_format(limit, b);
		if (limit > standing.end) {
			say_todo(scope, limit, _("follow the visit of %s"), a);
			continue;
		}
		all = false;
		say_evidence(scope, _("the visit of %s was not followed by %s"), a, b);
	}
	return all;
}

double var_controlled(struct scope *scope, int disease)
{
	struct standing standing = standing_of(scope, disease);
	const struct chronic *chronic = chronic_of(standing.disease);
	const struct event *last = NULL;
	char text[DATE_TEXT_BYTES];
	FACT_EACH(visit, scope->facts, visit_kind(standing.disease))
		if (within(&standing, visit))
			last = visit;
	if (!last || (disease != DISEASE_HTN && disease != DISEASE_DM)) {
		say_evidence(scope, "%s", _("no visit in the year"));
		return 0;
	}
	date_format(last->date, text);
	if (disease == DISEASE_DM)
		say_evidence(scope, _("fasting glucose %.1f mmol/L on %s"), last->v[DM_FPG] / 100.0, text);
	else
		say_evidence(scope, _("%d/%d mmHg on %s"), last->v[HTN_SBP], last->v[HTN_DBP], text);
	bool controlled = chronic_controlled(chronic, scope->rules, fact_birth(scope->facts), last);
	if (controlled && chronic_danger(chronic, scope->rules, last))
		say_evidence(scope, "%s", _("in the rate, but in danger"));
	return controlled;
}

double var_smi_stable(struct scope *scope, int parameter)
{
	enum { STABLE = 3 };
	char text[DATE_TEXT_BYTES];
	const struct event *last = NULL;
	(void)parameter;
	FACT_EACH(visit, scope->facts, EVENT_SMI)
		if (visit->date >= scope->year_first && visit->date <= scope->on && visit->v[SMI_CLASS] > 0)
			last = visit;
	if (!last)
		return 0;
	say_evidence(scope, _("class %d on %s"), (int)last->v[SMI_CLASS], date_format(last->date, text));
	return last->v[SMI_CLASS] == STABLE;
}
