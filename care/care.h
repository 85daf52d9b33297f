/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What records mean: programmes, duties, indicators. Thresholds and intervals come from data/rules/;
 * every figure says which rule made it.
 */
#ifndef CARE_CARE_H
#define CARE_CARE_H

#include "db/derive.h"
#include "db/store.h"

/* Register the derived tables of this room ("duty", "fact") on an open store. */
int care_register(struct store *store, struct progress *progress, struct error *err);

/* Note durably, as an entry of the form "audit", who was shown what: a sentence without names, and of how
 * many people. Call it before showing. ERR_DENIED for roles that see no patients. */
int care_audit(struct store *store, const char *what, uint64_t people, struct error *err);

/* --- duties --- */

/* X(NAME, word, N_() label) */
#define DUTY_STATE_LIST(X)                                                                         \
	X(DUE, "due", N_("due"))                                                                   \
	X(OVERDUE, "overdue", N_("overdue"))                                                       \
	X(PLANNED, "planned", N_("planned"))
#define DUTY_STATE_ENUM(name, word, label) DUTY_##name,
enum duty_state { DUTY_STATE_LIST(DUTY_STATE_ENUM) DUTY_STATE_N };
#undef DUTY_STATE_ENUM

struct duty {
	rid_t resident;
	char rule[32];        /* "hypertension.visit", "hypertension.referral-check", "contract.renew" */
	char form[48];        /* the form that answers it */
	date_t start, due, end; /* window; due is what is shown */
	int urgency;          /* 0 most urgent: 0 danger or referral, 1 within two weeks, 2 routine */
	rid_t cause;          /* the record that made it, 0 when none */
	int reason, days;     /* what duty_text() says: enum duty_reason (care/duty.h) and its days */
};

/* One sentence that says why ("血压未达标,两周内复查"), in the language in use, in arena. */
const char *duty_text(const struct duty *duty, struct arena *arena);
enum duty_state duty_state(const struct duty *duty, date_t today);

/* Duties of everyone with due <= until, most urgent first (urgency, then due). */
int care_duties_each(struct store *store, date_t until,
                     bool (*each)(void *arg, const struct duty *duty), void *arg, struct error *err);
int care_duties_of(struct store *store, rid_t resident, struct arena *arena, struct duty **out,
                   size_t *n, struct error *err);

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
	bool low_income, signed_contract, hypertension;
};
/* Computed from the records of one resident (store_records_of() order), as of a day; texts in arena. */
int care_summary(const struct form_set *forms, const struct record *records, size_t n, date_t on,
                 struct arena *arena, struct resident_summary *out, struct error *err);

struct bp_reading { date_t date; int sbp, dbp; bool controlled; };
/* Blood pressures of the hypertension visits, oldest first; controlled by the target in force that day. */
int care_bp_readings(const struct form_set *forms, const struct record *records, size_t n,
                     struct arena *arena, struct bp_reading **out, size_t *n_out, struct error *err);

/* --- policy indicator 4, hypertension --- */

struct indicator_question {
	int year;
	date_t on;            /* reporting date; DATE_NONE: the earlier of today and 31 December */
};

/* Why a resident is where they are; X(NAME, word, N_() sentence) */
#define REASON_LIST(X)                                                                             \
	X(COUNTED, "counted", N_("managed to the norm"))                                           \
	X(FEW_VISITS, "few-visits", N_("too few face-to-face visits"))                             \
	X(GAP, "gap", N_("more than the allowed days between two visits"))                         \
	X(NO_EXAM, "no-exam", N_("no yearly examination"))                                         \
	X(NOT_FOLLOWED, "not-followed", N_("an uncontrolled visit was not followed in time"))      \
	X(NOT_ASSESSABLE, "not-yet-assessable", N_("enrolled too recently to be assessed"))        \
	X(NOT_LOW_INCOME, "not-low-income", N_("not in a low-income category that counts"))        \
	X(NO_CONTRACT, "no-contract", N_("no family-doctor contract in force"))                    \
	X(NOT_ENROLLED, "not-enrolled", N_("not enrolled for hypertension"))                       \
	X(LEFT, "left", N_("died or moved away before the reporting date"))
#define REASON_ENUM(name, word, sentence) REASON_##name,
enum reason { REASON_LIST(REASON_ENUM) REASON_N };
#undef REASON_ENUM
const char *reason_word(enum reason reason);
const char *reason_sentence(enum reason reason); /* translated */

struct indicator_case {
	rid_t resident;
	enum reason reason;
	bool in_denominator, in_numerator;
	int visits_counted, visits_needed;
	date_t enrolled, last_visit;
	const char *detail;    /* what decided it, with dates; translated; in arena */
};
struct indicator_row {
	char region[REGION_BYTES];
	char village[SITE_NAME_BYTES];
	uint64_t denominator, numerator, by_reason[REASON_N];
};
struct indicator_table {
	struct indicator_row *rows; /* by region */
	size_t n_rows;
	struct indicator_row total;
	const char *definition;     /* the rule in words with its values and sources; translated */
	double target_percent;      /* 90, from data */
	/* with the set of low-income categories widened by 脱贫户 (decisions: printed as a second line) */
	struct indicator_row total_widened;
};

/* Everything in arena. each (may be NULL) gets every resident with any of the three conditions. */
int care_indicator4(struct store *store, const struct indicator_question *question,
                    bool (*each)(void *arg, const struct indicator_case *one), void *arg,
                    struct arena *arena, struct indicator_table *out, struct progress *progress,
                    struct error *err);

/* "87.5" with one decimal, rounded half up for display only; "—" when denominator is 0. */
char *care_rate_text(char out[16], uint64_t numerator, uint64_t denominator);

#endif
