/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measured values of a resident over time, with the limits they are judged by. Which fields of which forms
 * they come from, and which rules of data/rules judge them, are tables in care/series.c.
 */
#ifndef CARE_SERIES_H
#define CARE_SERIES_H

#include "care/care.h"
#include "form/rules.h"

/* X(NAME, label, unit, decimals) */
#define SERIES_LIST(X)                                                                             \
	X(PRESSURE, N_("Blood pressure"), "mmHg", 0)                                               \
	X(GLUCOSE, N_("Fasting glucose"), "mmol/L", 1)                                             \
	X(WEIGHT, N_("Weight"), "kg", 1)
#define SERIES_ENUM(name, ...) SERIES_##name,
enum series_kind { SERIES_LIST(SERIES_ENUM) SERIES_N };
#undef SERIES_ENUM

enum series_verdict {
	SERIES_UNJUDGED, /* no limit holds: a child, a pregnancy, or the height is not known */
	SERIES_WITHIN,
	SERIES_OUTSIDE,
};
struct series_reading {
	date_t date;
	double value, lower;          /* lower: the diastolic pressure; else as value */
	enum series_verdict verdict;  /* by the limits in force that day */
};
struct series_limit {
	double value;
	const struct rule *rule;
	bool from_below;              /* to be at least this; else below it */
};
enum { SERIES_LIMITS = 2 };

struct series {
	enum series_kind kind;
	struct series_reading *readings; /* oldest first, at most one a day */
	size_t n;
	struct series_limit limits[SERIES_LIMITS]; /* as of the day asked for */
	size_t n_limits;
	double height;                /* the newest known, cm; 0: unknown */
};

/* From the records of one resident (store_records_of() order); the readings in arena. A kind without readings has n 0. */
int care_series(const struct form_set *forms, const struct record *records, size_t n, date_t on,
                struct arena *arena, struct series out[SERIES_N], struct error *err);

const char *series_label(enum series_kind kind); /* translated */
const char *series_unit(enum series_kind kind);
int series_decimals(enum series_kind kind);
double series_bmi(const struct series *series, const struct series_reading *reading); /* kg/m², 0: unknown */

#endif
