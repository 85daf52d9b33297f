/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Honest data, first shown to the doctor: what in the records of a period looks copied, made up or written
 * down late. A figure and the records behind it, by the limits of data/rules/honest.csv; none of it proves
 * anything, and none of it changes a count. The township sees the same figures.
 */
#ifndef CARE_HONEST_H
#define CARE_HONEST_H

#include "care/care.h"

/* X(NAME, word, rule of data/rules/honest.csv, N_() what is counted) */
#define HONEST_LIST(X)                                                                             \
	X(SBP_DIGIT, "sbp-digit", "digit_percent", N_("systolic pressures that end in the most frequent digit")) \
	X(DBP_DIGIT, "dbp-digit", "digit_percent", N_("diastolic pressures that end in the most frequent digit")) \
	X(REPEATED, "repeated", "repeated", N_("visits with the same pressure again and again"))    \
	X(FAST, "fast", "visits_per_hour", N_("visits in hours with more of them than a person can make")) \
	X(GONE, "gone", "late_days", N_("visits after the resident had died or moved away"))         \
	X(PHONE, "phone", "phone_people", N_("residents who share one telephone number with many")) \
	X(LATE, "late", "late_days", N_("visits written down long after their day"))
#define HONEST_ENUM(name, word, rule, label) HONEST_##name,
enum honest_check { HONEST_LIST(HONEST_ENUM) HONEST_N };
#undef HONEST_ENUM

struct honest_figure {
	uint64_t n, of;        /* so many of so many */
	int digit;             /* of the first two: which; else -1 */
	double limit;          /* of the rule; 0: the county has set none, and nothing is remarkable */
	const char *source;    /* of the limit */
	bool remarkable;       /* at or above the limit */
};

struct honest_case { rid_t subject, record; date_t date; int value; }; /* value: pressure, number or days */

/* The limit of a check with its source; in arena. */
const char *honest_source(const struct rule_set *rules, enum honest_check check, date_t on, struct arena *arena);
const char *honest_word(enum honest_check check);
const char *honest_label(enum honest_check check); /* translated */

/* The figures of a period, and with each the records behind one check (each may be NULL; the digits have none).
 * Reads the records of those who were visited in the period. ERR_CANCELLED by progress; ERR_DENIED for
 * roles that see no patients. */
int care_honest(struct store *store, const struct care_period *period, enum honest_check check,
                bool (*each)(void *arg, const struct honest_case *one), void *arg,
                struct honest_figure out[HONEST_N], struct progress *progress, struct error *err);

#endif
