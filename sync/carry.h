/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes down to a place because of whom it has: everything that others wrote of its residents, and the household they
 * name. A place that only had a resident hears what was decided (transfers, receipts, links, grants). What
 * data/rules/withheld.csv names stays here. See doc/bundle.md, "Brought down".
 */
#ifndef SYNC_CARRY_H
#define SYNC_CARRY_H

#include "sync/others.h"

enum { CARRY_MAX_ENTRIES = 64 * 1024 }; /* of one answer; the rest goes with the next one */

struct carried {
	struct version *versions; /* ascending by installation and number, each once */
	size_t n;
	uint8_t (*makers)[DEVICE_ID_BYTES]; /* who made the records that their values name, each once */
	size_t n_makers;
	bool more;                /* there is more than fits into one answer */
};
/* What the place of a region does not hold by its own word; in arena. Whole residents only, so that an answer never ends
 * within one, unless one alone is more than fits. */
int carry_collect(struct store *store, const char *region, struct others *held, struct arena *arena,
                  struct carried *out, struct error *err);
/* Whether an installation made a record that a value among them names. */
bool carried_names(const struct carried *carried, const uint8_t maker[DEVICE_ID_BYTES]);

#endif
