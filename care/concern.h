/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose business a resident is: places that have the resident now (the one where the record was made, or the one of the
 * last transfer, and those with a grant), and places that had. What others wrote of the resident is carried down to the
 * former; the latter only hear what was decided (doc/bundle.md, "Brought down").
 */
#ifndef CARE_CONCERN_H
#define CARE_CONCERN_H

#include "db/derive.h"

/* The derived table behind it: of residents of whom a place has not, or may not have, written everything itself. */
int concern_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                   struct derive_sink *sink, struct error *err);

struct concern {
	rid_t resident;
	bool now;       /* the place has the resident; false: it only had */
};
/* Residents that are a region's business, or that of a region in it, and of whom others wrote something; one may come
 * once for each of them. In arena. Nobody when the tables of this room are not registered. */
int care_concerns(struct store *store, const char *region, struct arena *arena, struct concern **out, size_t *n,
                  struct error *err);

#endif
