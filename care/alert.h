/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alerts of one resident (or clinic, member of staff), computed from facts and rules as duties are, and
 * the derived table "alert" that keeps those which nobody has closed. An alert is known by its subject, its
 * rule and the day from which it holds; what people did about it are records of the form "alert_action".
 * One that the facts have answered is none. Nothing here asks for today.
 *
 * Row of "alert": key subject u64 | chunk u8; value: for each, rule u8, state u8, since and answered as zigzag
 * varints, last likewise after a u8 that says whether there is one, cause u64, answer u64.
 */
#ifndef CARE_ALERT_H
#define CARE_ALERT_H

#include "care/care.h"
#include "care/duty.h"

/* X(NAME, word, owner, form that answers it, table and rule behind it, label, sentence). The number plus 1 is
 * the code of data/codes/alert.csv and stored: only append. */
#define ALERT_LIST(X)                                                                                                \
	X(DANGER, "danger", VILLAGE, "referral", "hypertension", "danger_sbp", N_("Danger values"),                   \
	  N_("a danger sign or value, not yet answered by a better one or a checked referral"))                       \
	X(TWICE, "uncontrolled-twice", VILLAGE, "referral", "hypertension", "referral_check_days", N_("Not controlled twice, not referred"),\
	  N_("not controlled at two visits in a row, and no referral"))                                               \
	X(REFERRAL, "referral-unanswered", VILLAGE, "referral", "referral", "check_days", N_("Referral not followed"),\
	  N_("referred, and not followed within two weeks"))                                                          \
	X(SELF_HARM, "self-harm", VILLAGE, "phq9", "questionnaire", "phq9_item9", N_("Thoughts of self-harm"),        \
	  N_("PHQ-9 item 9 was answered with yes"))                                                                   \
	X(UNSTABLE, "smi-unstable", TOWNSHIP, "smi_visit", "smi", "unstable_risk", N_("Mental disorder unstable"),    \
	  N_("unstable at the last contact"))                                                                         \
	X(TB_MISSED, "tb-missed-doses", VILLAGE, "tb_visit", "tb", "missed_alert", N_("TB doses missed"),             \
	  N_("doses missed before the last visit"))                                                                   \
	X(CONTRACT, "contract", VILLAGE, "contract", "contract", "renew_before_days", N_("Low income: contract missing or ending"),\
	  N_("low income, and the contract is missing or ends soon"))                                                 \
	X(SCREENING, "screening-positive", VILLAGE, "", "questionnaire", "referral_check_days", N_("Positive screening not followed"),\
	  N_("a positive screening was not followed in time"))                                                        \
	X(POOR_DISEASE, "poverty-disease", VILLAGE, "clue", "clue", "alert_days", N_("Poverty clue: new major disease"),\
	  N_("a major disease was found, and no clue was written"))                                                   \
	X(POOR_COST, "poverty-cost", VILLAGE, "clue", "clue", "warn_selfpay_general", N_("Poverty clue: own costs"),  \
	  N_("own costs of the year reached the county's warning line, and no clue was written"))                     \
	X(POOR_ADMITTED, "poverty-admissions", VILLAGE, "clue", "clue", "readmission_days", N_("Poverty clue: admitted again"),\
	  N_("admitted again within the time of the rule, and no clue was written"))                                  \
	X(POOR_DISABLED, "poverty-disability", VILLAGE, "clue", "clue", "alert_days", N_("Poverty clue: new disability"),\
	  N_("a new disability or loss of ability, and no clue was written"))                                         \
	X(POOR_UNINSURED, "poverty-uninsured", VILLAGE, "clue", "clue", "alert_days", N_("Poverty clue: not insured"),\
	  N_("low income and not insured, and no clue was written"))                                                  \
	X(POOR_LABOUR, "poverty-labour", VILLAGE, "clue", "clue", "labour_to", N_("Poverty clue: labourer died"),     \
	  N_("somebody of working age died, and no clue was written for the family"))                                 \
	X(POOR_LEFT_LIST, "poverty-left-list", TOWNSHIP, "clue", "clue", "alert_days", N_("Poverty clue: left the list while ill"),\
	  N_("no longer on the list of low income while a major disease goes on"))                                    \
	X(LICENCE, "licence", TOWNSHIP, "", "clinic", "licence_warn_days", N_("Licence expiring"),                    \
	  N_("the licence expires soon or has expired"))                                                              \
	X(DESIGNATION, "designation", HEAD, "outpatient_pooling", "clinic", "designation_warn_days", N_("Designation expiring"),\
	  N_("the outpatient designation expires soon or has expired"))                                               \
	X(ONLY_DOCTOR, "only-doctor", TOWNSHIP, "staff", "clinic", "retire_age", N_("The only doctor is 60"),         \
	  N_("nobody else at the clinic is qualified"))                                                               \
	X(CLUSTER, "cluster", VILLAGE, "symptom_log", "infectious", "cluster_cases", N_("Cluster of symptoms"),       \
	  N_("several people with the same sign in a few days: telephone at once"))
#define ALERT_ENUM(name, word, owner, form, table, rule, label, sentence) ALERT_##name,
enum alert_rule { ALERT_LIST(ALERT_ENUM) ALERT_N };
#undef ALERT_ENUM

struct alert_row {
	enum alert_rule rule;
	date_t since, last;   /* holds from since to last; DATE_NONE: until it is answered */
	rid_t cause;
	enum alert_state state;
	date_t answered;      /* the day of the action that made the state; DATE_NONE */
	rid_t answer;         /* its record; 0 */
};

struct alert_list {
	const struct rule_set *rules;
	const struct facts *facts;
	struct arena *arena;
	const struct duty_row *duties; /* of the same facts */
	size_t n_duties;
	struct alert_row *rows;
	size_t n, cap;
	bool failed; /* memory ran out */
};

/* All alerts that the facts make, with what was done about them, those closed by a person included; in
 * arena. ERR_NOMEM. */
int alert_compute(const struct rule_set *rules, const struct facts *facts, struct arena *arena,
                  struct alert_row **out, size_t *n, struct error *err);
/* The same from duties that duty_compute() made of the same facts. */
int alert_of_duties(const struct rule_set *rules, const struct facts *facts, const struct duty_row *duties,
                    size_t n_duties, struct arena *arena, struct alert_row **out, size_t *n,
                    struct error *err);
/* Add one; without a day it is none, and the same rule and day are not told twice. */
void alert_add(struct alert_list *list, enum alert_rule rule, date_t since, date_t last, rid_t cause);
/* What people did about an alert, from the actions among the facts. */
void alert_take_actions(const struct facts *facts, struct alert_row *row);
/* A number of a rule; 0 when it is undecided. */
int alert_number(const struct alert_list *list, const char *table, const char *name, date_t on);

/* --- which there are --- */

void alerts_of_health(struct alert_list *list);
void alerts_of_poverty(struct alert_list *list);
void alerts_of_places(struct alert_list *list);

/* Deriver of the table "alert"; prepared by care_prepare(). */
int alert_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                 struct derive_sink *sink, struct error *err);

#endif
