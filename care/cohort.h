/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cohorts of hypertension and diabetes as Simple defines them (simple.org: registered in a month, best
 * result of the two months after it; registered in a quarter, best result of the next quarter; the lengths
 * are data/rules/cohort.csv): they show whether new patients are kept and controlled, which a rate of
 * everybody hides.
 */
#ifndef CARE_COHORT_H
#define CARE_COHORT_H

#include "care/care.h"

/* X(NAME, word, N_() label); asked in this order. */
#define COHORT_OUTCOME_LIST(X)                                                                     \
	X(CONTROLLED, "controlled", N_("controlled"))                                              \
	X(UNCONTROLLED, "uncontrolled", N_("not controlled"))                                      \
	X(MISSED, "missed", N_("no visit"))                                                        \
	X(LOST, "lost", N_("lost"))
#define COHORT_OUTCOME_ENUM(name, word, label) COHORT_##name,
enum cohort_outcome { COHORT_OUTCOME_LIST(COHORT_OUTCOME_ENUM) COHORT_OUTCOME_N };
#undef COHORT_OUTCOME_ENUM

struct cohort {
	date_t first, last;              /* registered from first to last */
	date_t result_first, result_last; /* the visits looked at */
	bool complete;                   /* result_last is over */
	uint64_t registered;             /* those who died or moved away in the meantime are left out */
	uint64_t outcome[COHORT_OUTCOME_N];
};

enum { COHORTS_MAX = 24 };
/* Which rules say what is looked at when and what counts as controlled, with their sources, a line each. In
 * arena. */
const char *care_cohort_source(const struct rule_set *rules, enum disease disease, date_t on, bool quarters,
                               struct arena *arena);

/* The last n cohorts up to a day, oldest first, by month or by quarter. disease: DISEASE_HTN or DISEASE_DM,
 * else ERR_INVALID. ERR_NOTFOUND: the rule of the length is missing. progress may be NULL. */
int care_cohorts(struct store *store, enum disease disease, date_t on, bool quarters, size_t n,
                 struct cohort out[], struct progress *progress, struct error *err);

#endif
