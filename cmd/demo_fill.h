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

/* --- one resident's records (cmd/demo_care.c) --- */

struct demo_village {
	struct store *store;
	const struct form_set *forms;
	struct demo_maker maker;
	char name[SITE_NAME_BYTES];    /* "甲村" */
	char township[SITE_NAME_BYTES];
	char clinic[SITE_NAME_BYTES];
	const char *doctor, *hospital;
	date_t from;                   /* first day of the years to fill */
	int low_income;                /* category code of the household at hand, 0: none */
};

/* The resident and all that belongs to him or her, as changes; [0] is the resident. Everything in arena. */
int demo_resident(struct demo_village *village, const struct demo_household *house,
                  const struct demo_person *person, const char *household_version, struct arena *arena,
                  struct change **out, size_t *n, struct error *err);

#endif
