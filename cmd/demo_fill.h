/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fill a village's store with invented households and the records of some years. */
#ifndef CMD_DEMO_FILL_H
#define CMD_DEMO_FILL_H

#include "cmd/demo_people.h"
#include "db/store.h"

struct demo_plan {
	uint64_t seed;
	long residents, years;
	uint32_t village;            /* number in a township, so that no two people have one phone */
};
struct demo_totals { uint64_t households, residents, records; };

/* Everything goes through the checks of the forms. Adds to *totals. */
int demo_fill(struct store *store, const struct demo_plan *plan, struct demo_totals *totals,
              struct progress *progress, struct error *err);

#endif
