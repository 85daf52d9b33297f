/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts of health: dangers, referrals and findings that nobody has answered, and the contract. */
#include "config.h"
#include "care/alert.h"

#include "care/chronic.h"
#include "care/programme.h"
#include "care/registration.h"

/* --- danger values --- */

enum reading { NOT_MEASURED, HARMLESS, DANGEROUS };

static enum reading at_least(const struct alert_list *list, const char *table, const char *rule,
			     date_t on, int32_t value)
{
	double limit;
	if (value == EVENT_NONE || value <= 0)
		return NOT_MEASURED;
	return rule_number(list->rules, table, rule, -1, on, &limit) && value >= limit ? DANGEROUS
										       : HARMLESS;
}

static enum reading glucose(const struct alert_list *list, date_t on, int32_t hundredths)
{
	double low, high, value = hundredths / 100.0;
	if (hundredths == EVENT_NONE || hundredths <= 0)
		return NOT_MEASURED;
	if ((rule_number(list->rules, "diabetes", "danger_low", -1, on, &low) && value <= low) ||
	    (rule_number(list->rules, "diabetes", "danger_high", -1, on, &high) && value >= high))
		return DANGEROUS;
	return HARMLESS;
}

static enum reading worse(enum reading a, enum reading b)
{
	return a > b ? a : b;
}

static enum reading pressure(const struct alert_list *list, const char *table,
			     const struct event *e, size_t sbp, size_t dbp)
{
	return worse(at_least(list, table, "danger_sbp", e->date, e->v[sbp]),
		     at_least(list, table, "danger_dbp", e->date, e->v[dbp]));
}

static enum reading of_chronic(const struct alert_list *list, const struct chronic *disease,
			       const struct event *e)
{
	bool measured =
	    e->v[HTN_SBP] > 0 || e->v[HTN_DBP] > 0 || (e->kind == EVENT_DM && e->v[DM_FPG] > 0);
	if (chronic_danger(disease, list->rules, e))
		return DANGEROUS;
	return measured ? HARMLESS : NOT_MEASURED;
}

static enum reading reading_of(const struct alert_list *list, const struct event *e)
{
	int32_t signs;
	switch (e->kind) {
	case EVENT_HTN:
		return of_chronic(list, &chronic_hypertension, e);
	case EVENT_DM:
		return of_chronic(list, &chronic_diabetes, e);
	case EVENT_HIGH_BP:
		return pressure(list, "hypertension", e, HIGH_BP_SBP, HIGH_BP_DBP);
	case EVENT_GENERAL:
		return worse(pressure(list, "hypertension", e, GENERAL_SBP, GENERAL_DBP),
			     glucose(list, e->date, e->v[GENERAL_GLUCOSE]));
	case EVENT_EXAM:
		return worse(pressure(list, "hypertension", e, EXAM_SBP, EXAM_DBP),
			     glucose(list, e->date, e->v[EXAM_FPG]));
	case EVENT_PREGNANCY:
		return pressure(list, "maternal", e, PREGNANCY_SBP, PREGNANCY_DBP);
	case EVENT_ANTENATAL:
		return pressure(list, "maternal", e, ANTENATAL_SBP, ANTENATAL_DBP);
	case EVENT_TB:
		signs = e->v[TB_DANGER];
		return signs != EVENT_NONE && signs & ~(INT32_C(1) << 1) ? DANGEROUS : HARMLESS;
	default:
		return NOT_MEASURED;
	}
}

/* Of one kind of record: a danger is answered by the next reading of that kind that is harmless, or
 * by a checked referral. */
static void danger_of(struct alert_list *list, enum event_kind kind)
{
	const struct event *danger = NULL;
	FACT_EACH(e, list->facts, kind) {
		enum reading reading = e->date == DATE_NONE ? NOT_MEASURED : reading_of(list, e);
		if (reading == DANGEROUS)
			danger = e;
		else if (reading == HARMLESS)
			danger = NULL;
	}
	if (danger && !duty_referral_since(list->facts, danger->date, true))
		alert_add(list, ALERT_DANGER, danger->date, DATE_NONE, danger->record);
}

/* --- two visits in a row --- */

static bool referred_since(const struct facts *facts, date_t day)
{
	return duty_referral_since(facts, day, false) || duty_referral_since(facts, day, true);
}

static void twice(struct alert_list *list, const struct chronic *disease)
{
	const struct event *last = NULL;
	FACT_EACH(e, list->facts, disease->visit)
	if (e->date != DATE_NONE && chronic_counts(disease, e))
		last = e;
	if (!last || !enrolment_on(list->facts, disease->enrol, INT32_MAX) ||
	    last->v[HTN_REFERRED] == YES || referred_since(list->facts, last->date) ||
	    !chronic_twice(disease, list->rules, list->facts, last))
		return;
	alert_add(list, ALERT_TWICE, last->date, DATE_NONE, last->record);
}

/* --- duties that became alerts --- */

static void late(struct alert_list *list, enum alert_rule alert, const enum duty_rule *rules,
		 size_t n)
{
	for (size_t i = 0; i < list->n_duties; i++) {
		const struct duty_row *duty = &list->duties[i];
		for (size_t j = 0; j < n; j++)
			if (duty->rule == rules[j] && duty->state == DUTY_END_OPEN)
				alert_add(list, alert, duty->due + 1, duty->last, duty->cause);
	}
}

static void late_duties(struct alert_list *list)
{
	static const enum duty_rule referrals[] = {
		DUTY_RULE_REFERRAL,       DUTY_RULE_GENERAL_REFERRED, DUTY_RULE_HTN_REFERRED,
		DUTY_RULE_DM_REFERRED,    DUTY_RULE_TB_REFERRED,      DUTY_RULE_SMI_REFERRED,
		DUTY_RULE_CHILD_REFERRED, DUTY_RULE_MAT_REFERRED,     DUTY_RULE_POSTPARTUM_REFERRED,
	};
	static const enum duty_rule findings[] = {
		DUTY_RULE_TB_SUSPECT,     DUTY_RULE_HTN_CONFIRM,   DUTY_RULE_DM_CONFIRM,
		DUTY_RULE_PHQ_CHECK,      DUTY_RULE_GAD_CHECK,     DUTY_RULE_WOMEN_POSITIVE,
		DUTY_RULE_CHILD_SIGNS,    DUTY_RULE_NEWBORN_RECALL, DUTY_RULE_NEWBORN_HEARING,
	};
	late(list, ALERT_REFERRAL, referrals, sizeof referrals / sizeof *referrals);
	late(list, ALERT_SCREENING, findings, sizeof findings / sizeof *findings);
}

/* --- the mind, tuberculosis --- */

static void self_harm(struct alert_list *list)
{
	const struct event *last = fact_last(list->facts, EVENT_PHQ9, INT32_MAX);
	int limit = last ? alert_number(list, "questionnaire", "phq9_item9", last->date) : 0;
	if (limit && last->v[PHQ9_HARM] >= limit)
		alert_add(list, ALERT_SELF_HARM, last->date, DATE_NONE, last->record);
}

static void unstable(struct alert_list *list)
{
	enum { UNSTABLE = 1 };
	const struct event *last = NULL;
	struct registration made =
	    registration_within(list->facts, DISEASE_SMI, INT32_MIN + 1, INT32_MAX);
	if (!made.event || made.closed != DATE_NONE)
		return;
	FACT_EACH(e, list->facts, EVENT_SMI)
	if (e->date != DATE_NONE && e->date >= made.enrolled && e->v[SMI_OUTCOME] == OUTCOME_SEEN)
		last = e;
	int level = last ? alert_number(list, "smi", "unstable_risk", last->date) : 0;
	if (last && (last->v[SMI_CLASS] == UNSTABLE || (level && last->v[SMI_RISK] >= level)))
		alert_add(list, ALERT_UNSTABLE, last->date, DATE_NONE, last->record);
}

static void missed_doses(struct alert_list *list)
{
	const struct event *last = fact_last(list->facts, EVENT_TB, INT32_MAX);
	int limit = last ? alert_number(list, "tb", "missed_alert", last->date) : 0;
	if (limit && last->v[TB_MISSED] >= limit &&
	    !fact_within(list->facts, EVENT_TB_CLOSING, last->date, INT32_MAX))
		alert_add(list, ALERT_TB_MISSED, last->date, DATE_NONE, last->record);
}

/* --- the contract of a low-income resident --- */

static void contract(struct alert_list *list)
{
	const struct event *category = contract_category(list->rules, list->facts);
	const struct event *last = contract_last(list->facts);
	if (!category)
		return;
	date_t from = category->v[SPAN_FROM], since;
	if (!last) {
		since = from + alert_number(list, "contract", "sign_within_days", from) + 1;
		alert_add(list, ALERT_CONTRACT, since, category->v[SPAN_TO], category->record);
	} else if (contract_to(last) != DATE_NONE) {
		since =
		    contract_to(last) - alert_number(list, "contract", "renew_before_days", from);
		alert_add(list, ALERT_CONTRACT, since > from ? since : from, category->v[SPAN_TO],
			  last->record);
	}
}

void alerts_of_health(struct alert_list *list)
{
	static const enum event_kind kinds[] = {EVENT_HTN,	 EVENT_DM,   EVENT_HIGH_BP,
						EVENT_GENERAL,	 EVENT_EXAM, EVENT_PREGNANCY,
						EVENT_ANTENATAL, EVENT_TB};
	if (fact_person(list->facts)->v[RESIDENT_STATUS] > STATUS_ACTIVE)
		return; /* nobody can answer for the dead, and those who left are others' */
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		danger_of(list, kinds[i]);
	twice(list, &chronic_hypertension);
	twice(list, &chronic_diabetes);
	late_duties(list);
	self_harm(list);
	unstable(list);
	missed_doses(list);
	contract(list);
}
