/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/indicator4.h"

#include <stdio.h>
#include <string.h>
#include "care/hypertension.h"
#include "lib/i18n.h"

static const char table[] = "indicator4";

#define REASON_ROW(name, word, sentence) { word, sentence },
static const struct {
	const char *word, *sentence;
} reasons[] = { REASON_LIST(REASON_ROW) };
#undef REASON_ROW

const char *reason_word(enum reason reason)
{
	return reasons[reason].word;
}

const char *reason_sentence(enum reason reason)
{
	return _(reasons[reason].sentence);
}

/* --- rules and period --- */

static int load_value(const struct rule_set *set, const char *name, date_t on, double *out,
                      struct error *err)
{
	if (rule_number(set, table, name, -1, on, out))
		return 0;
	return error_set(err, ERR_NOTFOUND, _("rules/indicator4.csv gives no value for %s"), name);
}

int indicator4_rules_load(struct indicator4_rules *out, const struct rule_set *set, date_t on,
                          struct error *err)
{
	*out = (struct indicator4_rules){ .set = set };
	const struct { const char *name; int *number; bool *flag; } values[] = {
		{ "min_exposure_days", &out->min_exposure_days, NULL },
		{ "days_per_visit", &out->days_per_visit, NULL },
		{ "visits_max", &out->visits_max, NULL },
		{ "gap_max_days", &out->gap_max_days, NULL },
		{ "follow_days", &out->follow_days, NULL },
		{ "follow_grace_days", &out->follow_grace_days, NULL },
		{ "exam_required", NULL, &out->exam_required },
		{ "follow_required", NULL, &out->follow_required },
		{ "count_left", NULL, &out->count_left },
		{ "category_any_day", NULL, &out->category_any_day },
		{ "contract_any_day", NULL, &out->contract_any_day },
	};
	double value;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		int rc = load_value(set, values[i].name, on, &value, err);
		if (rc)
			return rc;
		if (value < 0 || value > 3660)
			return error_set(err, ERR_INVALID,
			                 _("rules/indicator4.csv: the value of %s is out of range"),
			                 values[i].name);
		if (values[i].number)
			*values[i].number = (int)value;
		else
			*values[i].flag = value != 0;
	}
	if (out->days_per_visit < 1)
		out->days_per_visit = 1;
	for (int code = 10; code < CATEGORY_MAX; code++) {
		char name[16];
		snprintf(name, sizeof name, "category_%d", code);
		if (rule_number(set, table, name, -1, on, &value))
			out->category[code] = value == 2 ? CATEGORY_UNCLEARED
			                                 : (value ? CATEGORY_ALWAYS : CATEGORY_NEVER);
	}
	return load_value(set, "target_percent", on, &out->target_percent, err);
}

int indicator4_period(struct indicator4_period *out, const struct indicator_question *question,
                      date_t today, struct error *err)
{
	date_t first = date_make(question->year, 1, 1), last = date_make(question->year, 12, 31);
	if (first == DATE_NONE)
		return error_set(err, ERR_INVALID, _("the year %d is none"), question->year);
	date_t on = question->on == DATE_NONE ? today : question->on;
	if (question->on == DATE_NONE && on > last)
		on = last;
	if (on < first || on > last)
		return error_set(err, ERR_INVALID, _("the reporting date must be a day of %d"),
		                 question->year);
	*out = (struct indicator4_period){ question->year, first, on };
	return 0;
}

/* --- one resident --- */

struct judging {
	const struct indicator4_rules *rules;
	const struct facts *facts;
	struct arena *arena;
	struct indicator_case *out;
	date_t first, start, end; /* the year's first day; of this resident's exposure in it */
};

/* Append a sentence to the details. */
#define DETAIL(judging, ...)                                                                       \
	do {                                                                                       \
		if ((judging)->arena)                                                              \
			add_detail((judging), arena_printf((judging)->arena, __VA_ARGS__));        \
	} while (0)

static void add_detail(struct judging *judging, const char *text)
{
	struct indicator_case *out = judging->out;
	const char *joined = text;
	if (text && out->detail && *out->detail)
		joined = arena_printf(judging->arena, "%s%s%s", out->detail, _("; "), text);
	if (joined)
		out->detail = joined;
}

/* The first reason found is the reason; later ones only add their detail. */
static void fail(struct judging *judging, enum reason reason)
{
	if (judging->out->reason == REASON_COUNTED)
		judging->out->reason = reason;
}

/* The last day of [from, to] that a span with these limits covers, DATE_NONE when it covers none. */
static date_t overlap(date_t from, date_t to, date_t span_from, date_t span_to)
{
	if (span_from == DATE_NONE || span_from > to || (span_to != DATE_NONE && span_to < from))
		return DATE_NONE;
	return span_to == DATE_NONE || span_to > to ? to : span_to;
}

static bool low_income(const struct judging *judging)
{
	date_t from = judging->rules->category_any_day ? judging->first : judging->end;
	for (size_t i = 0; i < judging->facts->n_spans; i++) {
		const struct fact_span *span = &judging->facts->spans[i];
		if (span->category < 0 || span->category >= CATEGORY_MAX ||
		    overlap(from, judging->end, span->from, span->to) == DATE_NONE)
			continue;
		date_t day = span->from > from ? span->from : from; /* risks only ever get cleared */
		int use = judging->rules->category[span->category];
		if (use == CATEGORY_ALWAYS ||
		    (use == CATEGORY_UNCLEARED && !fact_span_cleared(span, day)))
			return true;
	}
	return false;
}

static bool has_contract(const struct judging *judging)
{
	date_t from = judging->rules->contract_any_day ? judging->first : judging->end;
	for (size_t i = 0; i < judging->facts->n_contracts; i++) {
		const struct fact_contract *one = &judging->facts->contracts[i];
		if (overlap(from, judging->end, one->from, one->to) != DATE_NONE)
			return true;
	}
	return false;
}

/* The enrolment in force at the end; else the last one closed in the year. */
static const struct fact_enrolment *relevant_enrolment(const struct judging *judging)
{
	const struct fact_enrolment *best = enrolment_on(judging->facts, judging->end);
	if (best)
		return best;
	for (size_t i = 0; i < judging->facts->n_enrolments; i++) {
		const struct fact_enrolment *one = &judging->facts->enrolments[i];
		if (one->enrolled <= judging->end && one->closed != DATE_NONE &&
		    one->closed >= judging->first && (!best || one->closed > best->closed))
			best = one;
	}
	return best;
}

static bool is_closed(const struct fact_enrolment *one, date_t on)
{
	return one->closed != DATE_NONE && one->closed <= on;
}

/* The day the resident died or moved away, DATE_NONE when still here on the reporting date. An
 * unknown day is taken for the day before: they are gone. */
static date_t left_on(const struct judging *judging, const struct fact_enrolment *enrolment)
{
	const struct facts *facts = judging->facts;
	date_t day = DATE_NONE;
	if (facts->status == STATUS_DEAD || facts->status == STATUS_MOVED)
		day = facts->status_date == DATE_NONE ? judging->end - 1 : facts->status_date;
	else if (enrolment && is_closed(enrolment, judging->end) &&
	         (enrolment->closed_reason == CLOSED_DEAD || enrolment->closed_reason == CLOSED_MOVED))
		day = enrolment->closed;
	return day < judging->end ? day : DATE_NONE;
}

static bool in_period(const struct judging *judging, const struct fact_visit *visit)
{
	return visit->date >= judging->start && visit->date <= judging->end &&
	       fact_visit_counts(visit);
}

static void check_gap(struct judging *judging, date_t from, date_t to)
{
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
	if (to - from <= judging->rules->gap_max_days)
		return;
	fail(judging, REASON_GAP);
	DETAIL(judging, _("%d days without a visit from %s to %s"), to - from, date_format(from, a),
	       date_format(to, b));
}

static void judge_visits(struct judging *judging)
{
	struct indicator_case *out = judging->out;
	int needed = (judging->end - judging->start) / judging->rules->days_per_visit;
	out->visits_needed = needed > judging->rules->visits_max ? judging->rules->visits_max : needed;
	out->last_visit = DATE_NONE;
	for (size_t i = 0; i < judging->facts->n_visits; i++) {
		const struct fact_visit *visit = &judging->facts->visits[i];
		if (!in_period(judging, visit) || visit->date == out->last_visit)
			continue;
		out->visits_counted++;
		out->last_visit = visit->date;
	}
	if (out->visits_counted < out->visits_needed)
		fail(judging, REASON_FEW_VISITS);
	DETAIL(judging, _("%d of %d visits"), out->visits_counted, out->visits_needed);
}

static void judge_gaps(struct judging *judging)
{
	date_t before = judging->start;
	for (size_t i = 0; i < judging->facts->n_visits; i++) {
		const struct fact_visit *visit = &judging->facts->visits[i];
		if (!in_period(judging, visit))
			continue;
		check_gap(judging, before, visit->date);
		before = visit->date;
	}
	check_gap(judging, before, judging->end);
}

static void judge_exam(struct judging *judging, int year)
{
	char text[DATE_TEXT_BYTES];
	if (!judging->rules->exam_required)
		return;
	for (size_t i = 0; i < judging->facts->n_exams; i++) {
		date_t exam = judging->facts->exams[i];
		if (exam < judging->first || exam > judging->end)
			continue;
		DETAIL(judging, _("examined on %s"), date_format(exam, text));
		return;
	}
	fail(judging, REASON_NO_EXAM);
	DETAIL(judging, _("no examination in %d"), year);
}

static bool followed(const struct judging *judging, const struct fact_visit *visit, date_t limit)
{
	const struct facts *facts = judging->facts;
	for (size_t i = 0; i < facts->n_visits; i++)
		if (facts->visits[i].date > visit->date && facts->visits[i].date <= limit &&
		    fact_visit_counts(&facts->visits[i]))
			return true;
	for (size_t i = 0; i < facts->n_referrals; i++)
		if (facts->referrals[i].checked != DATE_NONE &&
		    facts->referrals[i].checked > visit->date && facts->referrals[i].checked <= limit)
			return true;
	return false;
}

static void judge_follow_up(struct judging *judging)
{
	const struct indicator4_rules *rules = judging->rules;
	for (size_t i = 0; rules->follow_required && i < judging->facts->n_visits; i++) {
		const struct fact_visit *visit = &judging->facts->visits[i];
		date_t limit = visit->date + rules->follow_days + rules->follow_grace_days;
		char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES];
		if (!in_period(judging, visit) || limit > judging->end ||
		    !visit_needs_follow_up(rules->set, judging->facts->birth, visit) ||
		    followed(judging, visit, limit))
			continue;
		fail(judging, REASON_NOT_FOLLOWED);
		DETAIL(judging, _("the visit of %s was not followed by %s"),
		       date_format(visit->date, a), date_format(limit, b));
	}
}

static void judge_norm(struct judging *judging, int year)
{
	judge_visits(judging);
	judge_gaps(judging);
	judge_exam(judging, year);
	judge_follow_up(judging);
	judging->out->in_denominator = true;
	judging->out->in_numerator = judging->out->reason == REASON_COUNTED;
}

static bool stays(const struct fact_enrolment *enrolment, date_t on)
{
	return !is_closed(enrolment, on) || enrolment->closed_reason == CLOSED_LOST ||
	       enrolment->closed_reason == CLOSED_REFUSED;
}

/* Why a resident is outside the denominator; REASON_COUNTED when inside. */
static enum reason membership(const struct judging *judging, bool low, bool contract,
                              const struct fact_enrolment *enrolment, bool gone)
{
	if (!low)
		return REASON_NOT_LOW_INCOME;
	if (!contract)
		return REASON_NO_CONTRACT;
	if (!enrolment || (!stays(enrolment, judging->end) && !gone))
		return REASON_NOT_ENROLLED;
	if (judging->end - enrolment->enrolled < judging->rules->min_exposure_days)
		return REASON_NOT_ASSESSABLE;
	return REASON_COUNTED;
}

static bool any_category(const struct judging *judging)
{
	for (size_t i = 0; i < judging->facts->n_spans; i++)
		if (judging->facts->spans[i].category != 90 &&
		    overlap(judging->first, judging->end, judging->facts->spans[i].from,
		            judging->facts->spans[i].to) != DATE_NONE)
			return true;
	return false;
}

bool indicator4_judge(const struct indicator4_rules *rules, const struct indicator4_period *period,
                      const struct facts *facts, struct arena *arena, struct indicator_case *out)
{
	*out = (struct indicator_case){ .enrolled = DATE_NONE, .last_visit = DATE_NONE, .detail = "" };
	struct judging judging = { .rules = rules, .facts = facts, .arena = arena, .out = out,
		                   .first = period->first, .end = period->on };
	const struct fact_enrolment *enrolment = relevant_enrolment(&judging);
	date_t left = left_on(&judging, enrolment);
	char text[DATE_TEXT_BYTES];
	if (left != DATE_NONE && left < period->first)
		return false;
	if (left != DATE_NONE)
		judging.end = left;
	bool low = low_income(&judging), contract = has_contract(&judging);
	if (!low && !contract && !enrolment && !any_category(&judging))
		return false;
	if (enrolment) {
		out->enrolled = enrolment->enrolled;
		judging.start = enrolment->enrolled > period->first ? enrolment->enrolled : period->first;
	}
	if (left != DATE_NONE && !rules->count_left) {
		out->reason = REASON_LEFT;
		bool dead = facts->status == STATUS_DEAD || (facts->status != STATUS_MOVED && enrolment &&
		                                             enrolment->closed_reason == CLOSED_DEAD);
		DETAIL(&judging, dead ? _("died on %s") : _("moved away on %s"), date_format(left, text));
		return true;
	}
	out->reason = membership(&judging, low, contract, enrolment, left != DATE_NONE);
	if (out->reason == REASON_COUNTED)
		judge_norm(&judging, period->year);
	else if (enrolment)
		DETAIL(&judging, _("enrolled on %s"), date_format(enrolment->enrolled, text));
	return true;
}
