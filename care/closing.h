/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Closed periods: a month, quarter or year that is over is frozen, village by village, as entries of the form
 * "period_close", with the digest of the data the figures came from. What is entered later shows as a
 * difference beside the frozen figures, never inside them. Each level closes for itself: what a village has
 * closed says nothing about the figures of its township.
 */
#ifndef CARE_CLOSING_H
#define CARE_CLOSING_H

#include "care/care.h"

struct closed_group {
	const char *region, *name;       /* "" and "" for the total */
	struct indicator_count *counts;  /* as the table's indicators; of those unknown at the closing 0 */
	const bool *known;               /* the row was frozen */
};
struct closed_period {
	date_t closed;
	const char *digest;              /* of the store, hexadecimal */
	struct closed_group total, *groups;
	size_t n_groups;
	const struct indicator_count *nothing; /* zeros, as many as the indicators */
};

/* Freeze the figures of a period. ERR_INVALID: it is not over, or no whole month, quarter or year; ERR_EXISTS: it
 * is closed already; ERR_DENIED by role. */
int care_close_period(struct store *store, const struct care_period *period, struct progress *progress,
                      struct error *err);

struct closed_mark { char period[PERIOD_TEXT_BYTES]; date_t closed; };
/* The periods that are closed here, the latest first, in arena. */
int care_closed_list(struct store *store, struct arena *arena, struct closed_mark **out, size_t *n,
                     struct error *err);

/* The frozen figures, in the order of indicators, in arena. ERR_NOTFOUND: the period is not closed. Of several
 * closings (two machines) the first one holds. */
int care_closed_period(struct store *store, const struct care_period *period,
                       const struct indicator_view *indicators, size_t n_indicators, struct arena *arena,
                       struct closed_period *out, struct error *err);

/* The frozen figures of one region; of one without any those are nothing, and all is late. */
const struct indicator_count *care_closed_counts(const struct closed_period *closed, const char *region);

struct late_entries { int64_t denominator, numerator; };
/* What came after the closing: now less then. False when that is nothing. */
bool care_late_entries(const struct indicator_count *then, const struct indicator_count *now,
                       struct late_entries *out);

#endif
