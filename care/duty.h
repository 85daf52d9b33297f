/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Duties of one resident, computed from the facts and the rules alone, and the derived table "duty" that
 * keeps the open ones. Nothing here asks for today: a row says from when to when it is due, and readers
 * compare that with their day.
 *
 * Row of "duty": key subject u64 | chunk u8; value: rows as duty_table.c packs them.
 */
#ifndef CARE_DUTY_H
#define CARE_DUTY_H

#include "care/care.h"
#include "care/fact.h"
#include "form/rules.h"

/* X(NAME, word, form that answers it, table and rule of the interval, label).
 * The order is stored: only append. */
#define DUTY_RULE_LIST(X)                                                                                            \
	X(HTN_FIRST, "hypertension.first-visit", "hypertension_visit", "hypertension", "first_visit_days",           \
	  N_("Hypertension: first visit"))                                                                           \
	X(HTN_VISIT, "hypertension.visit", "hypertension_visit", "hypertension", "interval_controlled_months",       \
	  N_("Hypertension visit"))                                                                                  \
	X(HTN_REFERRED, "hypertension.referral-check", "hypertension_visit", "hypertension", "referral_check_days",  \
	  N_("Hypertension: follow the referral"))                                                                   \
	X(HTN_EXAM, "hypertension.exam", "examination", "indicator4", "exam_required", N_("Hypertension: examination")) \
	X(HTN_SCREEN, "hypertension.screen", "high_bp_finding", "hypertension", "screening_months",                  \
	  N_("Blood pressure of the year"))                                                                          \
	X(HTN_RAISED, "hypertension.raised", "high_bp_finding", "hypertension", "remeasure_days",                    \
	  N_("Raised pressure: measure again"))                                                                      \
	X(HTN_CONFIRM, "hypertension.confirm", "high_bp_finding", "hypertension", "referral_check_days",             \
	  N_("Raised pressure: result of the referral"))                                                             \
	X(HTN_RISK, "hypertension.high-risk", "high_bp_finding", "hypertension", "high_risk_months",                 \
	  N_("High risk of hypertension: measure"))                                                                  \
	X(DM_FIRST, "diabetes.first-visit", "diabetes_visit", "diabetes", "first_visit_days",                        \
	  N_("Diabetes: first visit"))                                                                               \
	X(DM_VISIT, "diabetes.visit", "diabetes_visit", "diabetes", "interval_controlled_months", N_("Diabetes visit")) \
	X(DM_REFERRED, "diabetes.referral-check", "diabetes_visit", "diabetes", "referral_check_days",               \
	  N_("Diabetes: follow the referral"))                                                                       \
	X(DM_EXAM, "diabetes.exam", "examination", "indicator4", "exam_required", N_("Diabetes: examination"))       \
	X(DM_RISK, "diabetes.high-risk", "diabetes_risk", "diabetes", "high_risk_months",                            \
	  N_("High risk of diabetes: measure glucose"))                                                              \
	X(REFERRAL, "referral.check", "referral", "referral", "check_days", N_("Was the referred person seen?"))     \
	X(REFERRAL_BACK, "referral.back", "referral", "referral", "back_follow_days", N_("Visit after coming back")) \
	X(RENEW, "contract.renew", "contract", "contract", "renew_before_days", N_("Renew the contract"))            \
	X(SIGN, "contract.sign", "contract", "contract", "sign_within_days", N_("Sign a contract"))                  \
	X(ITEM, "contract.item", "service_log", "contract", "term_months", N_("Service promised in the contract"))    \
	X(TB_SUSPECT, "tuberculosis.suspect-check", "tb_suspect", "tb", "suspect_check_days",                         \
	  N_("TB suspect: was the person examined?"))                                                                 \
	X(TB_FIRST, "tuberculosis.first-visit", "tb_first_visit", "tb", "first_visit_hours",                          \
	  N_("TB: first home visit"))                                                                                 \
	X(TB_REPORT, "tuberculosis.report", "tb_first_visit", "tb", "attempts",                                       \
	  N_("TB: report that the patient was not met"))                                                              \
	X(TB_VISIT, "tuberculosis.visit", "tb_visit", "tb", "interval_doctor_months", N_("TB visit"))                 \
	X(TB_REFERRED, "tuberculosis.referral-check", "tb_visit", "tb", "danger_check_days",                          \
	  N_("TB: follow the referral"))                                                                              \
	X(TB_SPUTUM, "tuberculosis.sputum", "tb_visit", "tb", "sputum_month_1", N_("TB: sputum again"))               \
	X(TB_CLOSING, "tuberculosis.closing", "tb_closing", "tb", "course_months", N_("TB: close the course"))        \
	X(SMI_FIRST, "smi.first-visit", "smi_visit", "smi", "first_visit_days", N_("Mental disorder: first visit"))   \
	X(SMI_VISIT, "smi.visit", "smi_visit", "smi", "interval_stable_months", N_("Mental disorder visit"))          \
	X(SMI_REFERRED, "smi.referral-check", "smi_visit", "smi", "referral_check_days",                              \
	  N_("Mental disorder: follow the referral"))                                                                 \
	X(SMI_EXAM, "smi.exam", "examination", "indicator4", "exam_required", N_("Mental disorder: examination"))     \
	X(ELDER_EXAM, "elder.exam", "examination", "elder", "service_months", N_("Elderly: examination"))             \
	X(ELDER_SELFCARE, "elder.selfcare", "selfcare", "elder", "service_months", N_("Elderly: self-care"))          \
	X(ELDER_TCM, "elder.tcm", "tcm_constitution", "elder", "service_months", N_("Elderly: TCM constitution"))     \
	X(NEWBORN, "child.newborn", "newborn_visit", "child", "newborn_visit_days", N_("Newborn home visit"))         \
	X(NEWBORN_EXTRA, "child.newborn-extra", "newborn_visit", "child", "newborn_extra_days",                       \
	  N_("Newborn at risk: visit again"))                                                                         \
	X(NEWBORN_SCREEN, "child.newborn-screening", "newborn_screening", "child", "blood_spot_to_days",              \
	  N_("Newborn screening"))                                                                                    \
	X(NEWBORN_RECALL, "child.blood-recall", "newborn_screening", "child", "recall_days",                          \
	  N_("Newborn screening: recall"))                                                                            \
	X(NEWBORN_HEARING, "child.hearing", "newborn_screening", "child", "hearing_again_days",                       \
	  N_("Newborn hearing: again"))                                                                               \
	X(CHILD_STAGE, "child.check", "child_check", "child", "stage_due_days", N_("Child check"))                    \
	X(CHILD_AGAIN, "child.check-again", "child_check", "child", "stage_due_days", N_("Child: seen again"))        \
	X(CHILD_REFERRED, "child.referral-check", "child_check", "child", "referral_check_days",                      \
	  N_("Child: follow the referral"))                                                                           \
	X(CHILD_SIGNS, "child.warning-recheck", "warning_signs", "child", "warning_recheck_months",                   \
	  N_("Warning signs: check again"))                                                                           \
	X(CHILD_TCM, "child.tcm", "tcm_child", "child", "tcm_next_months", N_("TCM for children"))                    \
	X(CHILD_PACK, "child.pack", "nutrition_pack", "child", "pack_interval_months", N_("Nutrition pack"))          \
	X(CHILD_GUIDANCE, "child.guidance", "guidance_0_3", "child", "guidance_interval_months",                      \
	  N_("Guidance for families, 0 to 3"))                                                                        \
	X(MAT_FIRST, "maternal.first-visit", "pregnancy_first", "maternal", "early_before_week",                      \
	  N_("First antenatal visit and handbook"))                                                                   \
	X(MAT_VISIT_2, "maternal.visit-2", "pregnancy_visit", "maternal", "visit2_to_week",                           \
	  N_("Second antenatal visit"))                                                                               \
	X(MAT_VISIT_3, "maternal.visit-3", "pregnancy_visit", "maternal", "visit3_to_week",                           \
	  N_("Third antenatal visit"))                                                                                \
	X(MAT_VISIT_4, "maternal.visit-4", "pregnancy_visit", "maternal", "visit4_to_week",                           \
	  N_("Fourth antenatal visit"))                                                                               \
	X(MAT_VISIT_5, "maternal.visit-5", "pregnancy_visit", "maternal", "visit5_to_week",                           \
	  N_("Fifth antenatal visit"))                                                                                \
	X(MAT_EXTRA, "maternal.extra", "pregnancy_visit", "maternal", "referral_check_days",                          \
	  N_("Additional antenatal visit"))                                                                           \
	X(MAT_REFERRED, "maternal.referral-check", "pregnancy_visit", "maternal", "referral_check_days",              \
	  N_("Pregnancy: follow the referral"))                                                                       \
	X(MAT_OVERDUE, "maternal.overdue", "pregnancy_visit", "maternal", "overdue_week",                             \
	  N_("Pregnancy past week 41"))                                                                               \
	X(POSTPARTUM, "maternal.postpartum", "postpartum_visit", "maternal", "postpartum_visit_days",                 \
	  N_("Postpartum visit"))                                                                                     \
	X(POSTPARTUM_42, "maternal.42-days", "postpartum_42", "maternal", "postpartum_exam_days",                     \
	  N_("42-day examination"))                                                                                   \
	X(POSTPARTUM_REFERRED, "maternal.postpartum-referral", "postpartum_visit", "maternal", "referral_check_days", \
	  N_("After the birth: follow the referral"))                                                                 \
	X(WOMEN_CERVIX, "women.cervix", "women_screening", "maternal", "cervical_interval_months",                    \
	  N_("Cervical cancer check"))                                                                                \
	X(WOMEN_BREAST, "women.breast", "women_screening", "maternal", "breast_interval_months",                      \
	  N_("Breast cancer check"))                                                                                  \
	X(WOMEN_POSITIVE, "women.positive", "women_screening", "maternal", "women_follow_days",                       \
	  N_("Cervix or breast: follow the finding"))                                                                 \
	X(PRECONCEPTION, "women.preconception", "preconception_exam", "maternal", "preconception_days",               \
	  N_("Pre-conception examination"))                                                                           \
	X(FOLIC, "women.folic", "folic_acid", "maternal", "folic_issue_days", N_("Folic acid"))                       \
	X(PHQ_HARM, "mental-health.harm", "phq9", "questionnaire", "alert_check_days",                                \
	  N_("Thoughts of self-harm: see again"))                                                                     \
	X(PHQ_CHECK, "mental-health.depression", "phq9", "questionnaire", "referral_check_days",                      \
	  N_("Depression screening: follow the finding"))                                                             \
	X(GAD_CHECK, "mental-health.anxiety", "gad7", "questionnaire", "referral_check_days",                         \
	  N_("Anxiety screening: follow the finding"))                                                                \
	X(REPORT, "infectious.report", "infectious_report", "infectious", "limit_hours",                              \
	  N_("Report an infectious disease"))                                                                         \
	X(ENDEMIC, "endemic.visit", "endemic_visit", "endemic", "follow_months", N_("Endemic disease visit"))         \
	X(DUST, "pneumoconiosis.visit", "pneumoconiosis_rehab", "endemic", "dust_follow_months",                      \
	  N_("Pneumoconiosis: contact or rehabilitation"))                                                            \
	X(DISABLED, "disability.visit", "disability_care", "disability", "visit_months", N_("Disability care"))       \
	X(PLAN, "care.review", "care_plan", "care", "review_months", N_("Review the care plan"))                      \
	X(MAJOR, "major.check", "treatment_log", "major", "check_months", N_("Major disease: check of the month"))    \
	X(REHAB, "major.rehabilitation", "treatment_log", "major", "rehab_days", N_("After leaving the hospital"))    \
	X(CLUE_ANSWER, "clue.answer", "clue", "clue", "respond_days", N_("Poverty clue: answer"))                     \
	X(CLUE_HELP, "clue.help", "clue", "clue", "help_months", N_("Poverty clue: help"))                            \
	X(CLUE_REVIEW, "clue.review", "clue", "clue", "review_days", N_("Poverty clue: review"))                      \
	X(PAYAFTER, "payafter.settle", "payafter_case", "payafter", "settle_days", N_("Pay-after case: settle"))      \
	X(CLINIC_CONFIRM, "clinic.confirm", "clinic", "clinic", "confirm_months",                                     \
	  N_("Confirm the state of the clinic"))                                                                      \
	X(CLINIC_CHECK, "clinic.check", "clinic_check", "clinic", "check_months", N_("Standard check of the clinic")) \
	X(CLINIC_LICENCE, "clinic.licence", "clinic", "clinic", "licence_warn_days", N_("Renew the clinic's licence")) \
	X(CLINIC_POOLING, "clinic.designation", "outpatient_pooling", "clinic", "designation_warn_days",              \
	  N_("Renew the outpatient designation"))                                                                     \
	X(STAFF_LICENCE, "staff.licence", "staff", "clinic", "licence_warn_days", N_("Renew a licence to practise"))  \
	X(BLANK, "unit.blank", "coverage_unit", "clinic", "blank_due_days", N_("Blank spot: end it"))                \
	X(GENERAL_NEXT, "general.next", "general_visit", "care", "agreed_day", N_("Visit that was agreed"))          \
	X(GENERAL_REFERRED, "general.referral-check", "general_visit", "referral", "check_days",                     \
	  N_("Visit: follow the referral"))                                                                          \
	X(DM_CONFIRM, "diabetes.confirm", "diabetes_risk", "diabetes", "referral_check_days",                        \
	  N_("Raised glucose: result of the referral"))
#define DUTY_RULE_ENUM(name, word, form, table, rule, label) DUTY_RULE_##name,
enum duty_rule { DUTY_RULE_LIST(DUTY_RULE_ENUM) DUTY_RULE_N };
#undef DUTY_RULE_ENUM

/* X(NAME, argument of the sentence: NONE, DAYS, DATE (the due day) or TIME (days are minutes since 1970,
 * local), sentence). Stored: only append. */
#define DUTY_REASON_LIST(X)                                                                        \
	X(FIRST, NONE, N_("enrolled, but not yet visited"))                                        \
	X(ROUTINE, NONE, N_("routine visit"))                                                      \
	X(UNCONTROLLED, DAYS, N_("not controlled: see again within %d days"))                      \
	X(ADVERSE, DAYS, N_("adverse reaction: see again within %d days"))                         \
	X(COMPLICATION, DAYS, N_("complication: see again within %d days"))                        \
	X(DANGER, DAYS, N_("danger: check the urgent referral within %d days"))                    \
	X(TWICE, DAYS, N_("not controlled twice in a row: refer, and check within %d days"))       \
	X(REFERRED, DAYS, N_("referred: check within %d days"))                                    \
	X(CONTRACT_ENDS, DATE, N_("the contract ends on %s"))                                      \
	X(NO_CONTRACT, NONE, N_("low income, and no contract yet"))                                \
	X(YEARLY, NONE, N_("once in the calendar year"))                                           \
	X(INTERVAL, DATE, N_("due by %s"))                                                         \
	X(SUSPECTED, DAYS, N_("raised once: measure again within %d days"))                        \
	X(HIGH_RISK, NONE, N_("high risk: measure regularly"))                                     \
	X(PROMISED, DATE, N_("promised until %s"))                                                  \
	X(NOTIFIED, TIME, N_("notified: first visit by %s"))                                        \
	X(NOT_MET, NONE, N_("not met so often: tell the institution that sent the notice"))         \
	X(SUPERVISED, NONE, N_("treatment supervised by the doctor: assess the record"))            \
	X(INTENSIVE, DAYS, N_("intensive phase, not supervised by a doctor: every %d days"))        \
	X(CONTINUATION, NONE, N_("continuation phase: once a month"))                               \
	X(SPUTUM, DATE, N_("sputum is examined again by %s"))                                       \
	X(COURSE_END, DATE, N_("the course ends on %s: assess and close it"))                       \
	X(UNSTABLE, DAYS, N_("unstable: see again within %d days"))                                 \
	X(BASIC, DAYS, N_("basically stable: see again within %d days"))                            \
	X(BASIC_AGAIN, NONE, N_("basically stable again: ask the specialist, see again in a month")) \
	X(STABLE, NONE, N_("stable"))                                                               \
	X(LEFT_HOSPITAL, DAYS, N_("within %d days of leaving the hospital"))                        \
	X(AT_RISK, DAYS, N_("newborn at risk: again within %d days"))                               \
	X(AT_AGE, DATE, N_("of the age for it on %s"))                                              \
	X(AGREED, DATE, N_("agreed for %s"))                                                        \
	X(WEEKS, DATE, N_("before week 13: until %s"))                                              \
	X(OVERDUE_WEEK, NONE, N_("past the due date and not delivered: refer at once"))             \
	X(POSITIVE, DAYS, N_("positive: follow within %d days"))                                    \
	X(SELF_HARM, DAYS, N_("thoughts of self-harm: see again within %d days"))                   \
	X(REPORT_BY, TIME, N_("the law gives until %s"))                                            \
	X(DISCHARGED, DAYS, N_("left the hospital: see within %d days"))                            \
	X(CLUE, DAYS, N_("reported: an answer within %d days"))                                     \
	X(CLUE_OPEN, DATE, N_("not closed: review by %s"))                                          \
	X(EXPIRES, DATE, N_("expires on %s"))                                                       \
	X(BLANK, DATE, N_("no clinic or no qualified staff: to be ended by %s"))                    \
	X(FIRST_CARE, NONE, N_("needs care by others: first care visit"))                          \
	X(WEEKS_BEGIN, DATE, N_("its weeks of pregnancy begin on %s"))
#define DUTY_REASON_ENUM(name, arg, sentence) DUTY_REASON_##name,
enum duty_reason { DUTY_REASON_LIST(DUTY_REASON_ENUM) DUTY_REASON_N };
#undef DUTY_REASON_ENUM

enum duty_end { /* how a duty that is no longer open came to an end */
	DUTY_END_OPEN,
	DUTY_END_DONE,      /* on day ended, by record by */
	DUTY_END_CLOSED,    /* the programme was closed for the resident */
	DUTY_END_CANCELLED  /* dead, moved, lost or refused */
};

struct duty_row {
	enum duty_rule rule;
	enum duty_reason reason;
	int urgency;        /* enum duty_urgency */
	int days;           /* for the sentence; minutes since 1970 where it names a time */
	date_t start, due, end;
	date_t last;        /* after this day it cannot be done any more; DATE_NONE: it stays open */
	bool yearly;        /* when a year has passed undone, the next year's takes its place */
	enum duty_end state;
	date_t ended;
	rid_t cause, by;    /* the record that made it; that fulfilled it; 0: none */
};

struct duty_list {
	const struct rule_set *rules;
	const struct facts *facts;
	struct arena *arena;
	struct duty_row *rows;
	size_t n, cap;
	bool failed; /* memory ran out */
};

/* All duties that the facts make, open and ended, in arena. Those who are gone, lost or have refused keep
 * none open. ERR_NOMEM. */
int duty_compute(const struct rule_set *rules, const struct facts *facts, struct arena *arena,
                 struct duty_row **out, size_t *n, struct error *err);

/* --- for the programmes: each is one function of care/programme.h --- */

/* A number of a rule in force on a day, for the resident's age then; 0 when the county left it empty. */
int duty_rule_days(const struct duty_list *list, const char *table, const char *name, date_t on);
/* Add a row; one without a due day is none. Returns it to be changed, NULL when it was not added. */
struct duty_row *duty_add(struct duty_list *list, const struct duty_row *row);
/* The usual row: due on a day, shown so many days before (from "due_before_days" of the rule's table), never
 * before it was made. */
struct duty_row *duty_add_due(struct duty_list *list, enum duty_rule rule, enum duty_reason reason,
                              int urgency, date_t made, date_t due, rid_t cause);
/* Fulfilled by a record on a day; row may be NULL. */
void duty_done(struct duty_row *row, date_t on, rid_t by);
/* One a calendar year from the day first on, with the examinations (or the like) of a kind that fulfil
 * it: accept() says which count, NULL: all. Years before the last one that was done are not told. */
void duty_add_yearly(struct duty_list *list, enum duty_rule rule, date_t first, enum event_kind kind,
                     bool (*accept)(const struct event *event));
/* Everything from the i-th row on that is still open ended with the programme on a day. */
void duty_close(struct duty_list *list, size_t from, date_t on);

/* A window: due by its last day, and missed after the day last (DATE_NONE: it stays open). */
struct duty_row *duty_add_window(struct duty_list *list, enum duty_rule rule, enum duty_reason reason,
                                 date_t start, date_t end, date_t last, rid_t cause);
/* Visits at an interval of months, each fulfilled by the next one of the kind. */
struct duty_chain {
	enum duty_rule rule;
	enum duty_reason reason; /* of all but the first, which is told as due by its day */
	enum event_kind kind;
	size_t next;             /* the slot of the doctor's own day */
	const char *table, *months;
	date_t until;            /* nothing is due from this day on; DATE_NONE: no end */
};
/* first: when the first one is due; DATE_NONE: none before a visit. Visits before from do not count. */
void duty_add_chain(struct duty_list *list, const struct duty_chain *chain, date_t from, date_t first,
                    rid_t cause);
/* A referral that a visit's own form notes: an answer within so many days. Fulfilled by next (the visit
 * after it; NULL: none yet) or a referral record checked since; an open referral record asks the same,
 * so that nothing is added then. */
void duty_add_referred(struct duty_list *list, enum duty_rule rule, const struct event *visit, int days,
                       const struct event *next);

/* The day by the rule, or the doctor's own when that is earlier (and after the visit). */
date_t duty_sooner(date_t due, date_t visit, date_t next);
/* The day on which an age of whole years is reached: 1 March for those born on 29 February. */
date_t duty_birthday(date_t birth, int years);
/* The day from which the clinic knows the resident: built, else first recorded, else born. What was to be
 * done before is no missed duty. */
date_t duty_since(const struct duty_list *list);
/* A referral record since a day: checked, or still open. */
bool duty_referral_since(const struct facts *facts, date_t since, bool checked);

/* How a row stands on a day. */
enum duty_state duty_row_state(const struct duty_row *row, date_t today);

/* Deriver of the table "duty"; prepared by care_prepare(). */
int duty_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err);

const char *duty_rule_word(enum duty_rule rule);
const char *duty_rule_form(enum duty_rule rule);
/* The row of data/rules/ in force that gives a duty its interval; NULL: none. */
const struct rule *duty_rule_source(const struct rule_set *rules, enum duty_rule rule, date_t on);

#endif
