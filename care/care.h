/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What records mean: programmes, duties, indicators. Thresholds and intervals come from data/rules/;
 * every figure says which rule made it.
 */
#ifndef CARE_CARE_H
#define CARE_CARE_H

#include "care/registration.h"
#include "db/derive.h"
#include "db/store.h"
#include "form/rules.h"

/* Register the derived tables of this room ("duty", "fact", "alert") on an open store. */
int care_register(struct store *store, struct progress *progress, struct error *err);

/* Note durably, as an entry of the form "audit", who was shown what: a sentence without names, and of how
 * many people. Call it before showing. ERR_DENIED for roles that see no patients. */
int care_audit(struct store *store, const char *what, uint64_t people, struct error *err);
/* The same for one whole record: its form's title and its number. Only of forms that data/forms marks as restricted
 * (tuberculosis, mental disorder, PHQ-9, ...); of others nothing is noted. */
int care_audit_record(struct store *store, const struct record *record, struct error *err);
/* The same for the people behind the figure of an indicator (its code). */
struct care_period;
int care_audit_indicator(struct store *store, const char *code, const struct care_period *period, uint64_t people,
                         struct error *err);

/* --- duties --- */

/* X(NAME, word, N_() label) */
#define DUTY_STATE_LIST(X)                                                                         \
	X(DUE, "due", N_("due"))                                                                   \
	X(OVERDUE, "overdue", N_("overdue"))                                                       \
	X(PLANNED, "planned", N_("planned"))                                                       \
	X(DONE, "done", N_("done"))                                                                \
	X(MISSED, "missed", N_("missed"))                                                          \
	X(CLOSED, "closed", N_("closed"))                                                          \
	X(CANCELLED, "cancelled", N_("cancelled"))
#define DUTY_STATE_ENUM(name, word, label) DUTY_##name,
enum duty_state { DUTY_STATE_LIST(DUTY_STATE_ENUM) DUTY_STATE_N };
#undef DUTY_STATE_ENUM

/* Most urgent first; stored, so only append. Of the last two the weights of data/rules/priority.csv decide. */
enum duty_urgency {
	DUTY_DANGER,  /* a danger sign or an unanswered referral */
	DUTY_CLOCK,   /* a report that the law gives hours for */
	DUTY_TB,      /* the first visit of tuberculosis, within 72 hours */
	DUTY_SOON,    /* within two weeks */
	DUTY_ROUTINE,
	DUTY_URGENCY_N
};

struct duty {
	rid_t resident;
	int rule;              /* enum duty_rule (care/duty.h) */
	char form[48];         /* the form that answers it */
	date_t start, due, end; /* window; due is what is shown */
	enum duty_urgency urgency;
	enum duty_state state; /* today */
	date_t ended;          /* done, closed or cancelled on this day */
	double score;          /* weight x days overdue: the higher the earlier */
	rid_t cause, by;       /* the record that made it, that fulfilled it; 0: none */
	int reason, days;      /* what duty_text() says */
};

static inline bool duty_is_open(const struct duty *duty)
{
	return duty->state <= DUTY_PLANNED;
}

/* Today tells of what is due within so many days. */
enum { DUTY_NEAR_DAYS = 14 };

/* Cannot wait, and its day has come or is near. */
static inline bool duty_presses(const struct duty *duty, date_t today)
{
	return duty_is_open(duty) && duty->urgency < DUTY_SOON && duty->due <= today + DUTY_NEAR_DAYS;
}

/* What is to be done ("Hypertension visit") and one sentence that says why ("not controlled: see again
 * within 14 days"), in the language in use; the latter in arena. */
const char *duty_label(const struct duty *duty);
const char *duty_text(const struct duty *duty, struct arena *arena);
/* The record in which its answer stands, as the check of a referral does in the referral; 0: in a new one. */
rid_t duty_record(const struct duty *duty);
/* The permanent name: "hypertension.visit". */
const char *duty_word(const struct duty *duty);
/* The rule that made it, with its value and source, in arena. */
const char *duty_source(const struct rule_set *rules, const struct duty *duty, struct arena *arena);
/* Order of work: by urgency, then by score, then by day. */
int duty_compare(const struct duty *a, const struct duty *b);

/* Open duties of everyone with due <= until, in no order; of yearly ones those of the running year. */
int care_duties_each(struct store *store, date_t until,
                     bool (*each)(void *arg, const struct duty *duty), void *arg, struct error *err);
/* All duties of one resident, open ones first in the order of work, then ended ones, newest first; none
 * that begins in more than a year. */
int care_duties_of(struct store *store, rid_t resident, struct arena *arena, struct duty **out,
                   size_t *n, struct error *err);
/* The same from records that were read before (all of the resident, any order). */
int care_duties_of_records(const struct form_set *forms, rid_t resident, const struct record *records,
                           size_t n_records, struct arena *arena, struct duty **out, size_t *n,
                           struct error *err);
/* Which open duties of before are fulfilled in after (both of one resident, before and after a save);
 * at most max pointers into before. Returns their number. */
size_t care_duties_closed(const struct duty *before, size_t n_before, const struct duty *after,
                          size_t n_after, const struct duty **out, size_t max);

/* --- alerts --- */

/* X(NAME, word, N_() label); codes 1.. of the form "alert_action". */
#define ALERT_STATE_LIST(X)                                                                        \
	X(OPEN, "open", N_("open"))                                                                \
	X(ACKNOWLEDGED, "acknowledged", N_("acknowledged"))                                        \
	X(CLOSED, "closed", N_("closed"))
#define ALERT_STATE_ENUM(name, word, label) ALERT_IS_##name,
enum alert_state { ALERT_IS_NONE, ALERT_STATE_LIST(ALERT_STATE_ENUM) };
#undef ALERT_STATE_ENUM

/* Whose it is; codes 1.. of the same form. */
#define ALERT_OWNER_LIST(X)                                                                        \
	X(VILLAGE, "village-doctor", N_("village doctor"))                                         \
	X(TOWNSHIP, "township", N_("township"))                                                    \
	X(HEAD, "clinic-head", N_("head of the clinic"))
#define ALERT_OWNER_ENUM(name, word, label) ALERT_OF_##name,
enum alert_owner { ALERT_OF_NONE, ALERT_OWNER_LIST(ALERT_OWNER_ENUM) };
#undef ALERT_OWNER_ENUM

struct alert {
	rid_t subject;        /* the resident; of some a clinic, a member of staff, a daily count */
	int rule;             /* enum alert_rule (care/alert.h) */
	date_t since;
	enum alert_state state;
	enum alert_owner owner;
	char form[48];        /* the form that answers it; "": that of the cause */
	rid_t cause, answer;  /* the record that made it; the alert_action that set the state; 0: none */
	date_t answered;
};

/* What it is ("Danger values"), why in one sentence, its permanent name ("danger"), who is asked, how it
 * stands: in the language in use but for the name. */
const char *alert_label(const struct alert *alert);
const char *alert_text(const struct alert *alert);
const char *alert_word(const struct alert *alert);
const char *alert_owner_label(enum alert_owner owner);
const char *alert_state_label(enum alert_state state);
/* The rule behind it, with its value and source, in arena. */
const char *alert_source(const struct rule_set *rules, const struct alert *alert, struct arena *arena);

/* How urgent such an alert is, by data/rules/priority.csv: the higher the earlier. */
double alert_weight(const struct rule_set *rules, const struct alert *alert);
/* Whether what it says comes from a record whose reading is noted: its form, or the one that answers it,
 * is restricted (mental disorder, tuberculosis, PHQ-9, infectious disease). */
bool alert_is_restricted(struct store *store, const struct alert *alert);

/* Alerts of everyone that hold today and were not closed, in no order. */
int care_alerts_each(struct store *store, bool (*each)(void *arg, const struct alert *alert), void *arg,
                     struct error *err);
/* Those that only many records together show (a cluster of symptoms, the only doctor): reads staff and day
 * lists, in no order. */
int care_alerts_across(struct store *store, bool (*each)(void *arg, const struct alert *alert), void *arg,
                       struct error *err);
/* How many are open, of everyone and across records. */
int care_alerts_count(struct store *store, size_t *n_open, struct error *err);
/* All alerts of one subject that hold today, closed ones included, newest first; in arena. */
int care_alerts_of(struct store *store, rid_t subject, struct arena *arena, struct alert **out, size_t *n,
                   struct error *err);
/* Where it is answered: a form, and the record of it to go on with; 0: a new one. form is "" when the record
 * that made the alert cannot be read. */
void alert_answered_by(struct store *store, const struct alert *alert, char form[48], rid_t *record);
/* Save what was done about one: acknowledged, closed, or open again. Closing needs a reason (ERR_INVALID). */
int care_alert_answer(struct store *store, const struct alert *alert, enum alert_state state,
                      const char *reason, struct error *err);

/* --- the resident at a glance --- */

struct resident_summary {
	const char *name, *masked_id, *phone, *archive_no;
	int sex, age_years; /* -1: unknown */
	date_t birth;
	const char *categories;  /* low-income categories in force, translated, joined; "" */
	const char *diseases;    /* enrolled programmes and past diseases, translated, joined; "" */
	const char *allergies;   /* "" unknown */
	const char *emergency;   /* name and phone */
	const char *status;      /* "" active, else dead / moved / lost / refused, translated */
	bool low_income, signed_contract;
	bool enrolled[DISEASE_N]; /* under management today */
};
/* Computed from the records of one resident (store_records_of() order), as of a day; texts in arena. */
int care_summary(const struct form_set *forms, const struct record *records, size_t n, date_t on,
                 struct arena *arena, struct resident_summary *out, struct error *err);

/* --- indicators --- */

struct care_period { date_t first, on; }; /* from the first day to the reporting date, both inclusive */
enum { PERIOD_TEXT_BYTES = 24 };
/* "2026", "2026-Q3", "2026-09", or a day "2026-09-30" (the year up to it); the reporting date is the last day
 * but not after today. ERR_INVALID: none of these, or it begins after today. */
int care_period_parse(struct care_period *out, const char *text, date_t today, struct error *err);
/* As care_period_parse() takes it, when the period is over; else "2026-01-01 - 2026-11-22". */
char *care_period_text(const struct care_period *period, char out[PERIOD_TEXT_BYTES]);

/* Where a unit stands: not in the population; in it but listed apart; in the denominator without or with
 * meeting the aim. */
#define STANDING_LIST(X)                                                                           \
	X(OUT, "out", N_("not asked for"))                                                         \
	X(APART, "apart", N_("listed apart"))                                                      \
	X(MISSED, "missed", N_("counted, aim not met"))                                            \
	X(MET, "met", N_("counted, aim met"))
#define STANDING_ENUM(name, word, label) STANDING_##name,
enum standing_kind { STANDING_LIST(STANDING_ENUM) STANDING_N };
#undef STANDING_ENUM
const char *standing_word(enum standing_kind kind);
const char *standing_label(enum standing_kind kind); /* translated */

struct indicator_view { /* one row of data/codes/indicator.csv, in the language in use */
	const char *code, *label, *group, *definition, *source;
	bool count;              /* the numerator is the figure, no rate */
	bool typed;              /* people type it in: 0 of 0 is nothing typed yet */
	bool down, binding;      /* less is better; 约束性, else 预期性 */
	double target;           /* NaN: none is set */
	const char *target_source;
};
struct indicator_count { uint64_t denominator, numerator, apart; };
struct indicator_group {
	char key[REGION_BYTES + 12]; /* region, or a number that stands for a doctor */
	char name[SITE_NAME_BYTES];
	const struct indicator_count *counts; /* one for each indicator */
};
struct indicator_table {
	const struct indicator_view *indicators;
	size_t n_indicators;
	struct indicator_group *groups; /* by key */
	size_t n_groups;
	struct indicator_group total;
};

enum indicator_grouping { GROUP_VILLAGE, GROUP_DOCTOR };
struct indicator_question {
	struct care_period period;
	enum indicator_grouping by;
};

/* All indicators of everybody. The board keeps what each subject adds (some 60 bytes each), so that one more
 * save costs one subject. ERR_CANCELLED by progress; the rules' ERR_NOTFOUND and ERR_INVALID. */
struct care_board;
int care_board_new(struct care_board **out, struct store *store,
                   const struct indicator_question *question, struct progress *progress,
                   struct error *err);
void care_board_free(struct care_board *board);
/* Take the present state of one subject (or new one) into account. */
int care_board_update(struct care_board *board, rid_t subject, struct error *err);
/* Belongs to the board; as of the last update. ERR_NOMEM. */
int care_board_table(struct care_board *board, const struct indicator_table **out, struct error *err);

struct indicator_case {
	rid_t subject, record;   /* the unit's record; 0 when it is not known */
	enum standing_kind kind;
	const char *condition;   /* what decided it, translated; "" when the aim is met */
	const char *detail;      /* the days and values behind it; "" */
	const char *region;      /* of its clinic */
};
/* Every unit of one indicator that is not STANDING_OUT; each() returns false to stop, the case's texts live
 * until it returns. ERR_NOTFOUND: no such indicator. */
int care_indicator_cases(struct store *store, const char *code, const struct care_period *period,
                         bool (*each)(void *arg, const struct indicator_case *one), void *arg,
                         struct progress *progress, struct error *err);

/* Figures of one indicator at the end of each of n periods, in order, in out. */
int care_indicator_series(struct store *store, const char *code, const struct care_period *periods,
                          size_t n, struct indicator_count *out, struct progress *progress,
                          struct error *err);

struct why_line {
	const char *role;        /* "population", "apart", "numerator" */
	const char *condition;   /* in words, with its limit */
	bool holds;
	const char *evidence;    /* what decided it, with dates; "" */
	const char *todo;        /* what to do to be counted; "" */
	date_t by;               /* until when; DATE_NONE */
};
struct why {
	struct indicator_view indicator;
	rid_t record;            /* of the unit that is explained */
	rid_t stands;            /* the resident that stands for the person, of n_records that are one person */
	size_t n_records;
	enum standing_kind kind;
	struct why_line *lines;
	size_t n_lines;
};
/* Why a resident (every unit of theirs) is where they are, by all records of the person; in arena. ERR_NOTFOUND: no such
 * indicator; *n is 0 when the resident has no such unit. */
int care_why(struct store *store, rid_t resident, const char *code, const struct care_period *period,
             struct arena *arena, struct why **out, size_t *n, struct error *err);
/* The same as a text of short lines for the screen, in arena; NULL after an error. */
const char *care_why_text(struct store *store, rid_t resident, const char *code,
                          const struct care_period *period, struct arena *arena, struct error *err);

struct indicator_standing {
	struct indicator_view indicator;
	enum standing_kind kind;     /* of several units the one that can still be mended */
};
/* Where a resident stands in every indicator that counts residents or records of theirs: what can be mended
 * first, then what is met, listed apart and not asked for. From all records of the resident; in arena. */
int care_standings_of_records(const struct form_set *forms, rid_t resident, const struct record *records,
                              size_t n_records, const struct care_period *period, struct arena *arena,
                              struct indicator_standing **out, size_t *n, struct error *err);

/* The rows of the table, in arena. */
int care_indicator_views(const struct form_set *forms, date_t on, struct arena *arena,
                         struct indicator_view **out, size_t *n, struct error *err);

/* "87.5" with one decimal, rounded half up for display only; "—" when denominator is 0. */
char *care_rate_text(char out[16], uint64_t numerator, uint64_t denominator);
/* Does the figure meet the target: 1 yes, 0 no, -1 no target or no denominator. Unrounded. */
int care_meets(const struct indicator_view *indicator, const struct indicator_count *count);

#endif
