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
	X(ITEM, "contract.item", "service_log", "contract", "term_months", N_("Service promised in the contract"))
#define DUTY_RULE_ENUM(name, word, form, table, rule, label) DUTY_RULE_##name,
enum duty_rule { DUTY_RULE_LIST(DUTY_RULE_ENUM) DUTY_RULE_N };
#undef DUTY_RULE_ENUM

/* X(NAME, argument of the sentence: NONE, DAYS or DATE (the due day), sentence). Stored: only append. */
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
	X(PROMISED, DATE, N_("promised until %s"))
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
	int days;           /* for the sentence */
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

/* How a row stands on a day. */
enum duty_state duty_row_state(const struct duty_row *row, date_t today);

int duty_derive(const struct deriver *deriver, struct store *store, rid_t subject,
                const struct record *records, size_t n, struct derive_sink *sink, struct error *err);

const char *duty_rule_word(enum duty_rule rule);
const char *duty_rule_form(enum duty_rule rule);
/* The row of data/rules/ in force that gives a duty its interval; NULL: none. */
const struct rule *duty_rule_source(const struct rule_set *rules, enum duty_rule rule, date_t on);

#endif
