/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of all indicators by village or doctor. */
#ifndef CARE_TALLY_H
#define CARE_TALLY_H

#include "care/indicator.h"

struct tally_group {
	char key[REGION_BYTES + 12];
	char name[SITE_NAME_BYTES];
	uint64_t device;     /* number of the device whose clinic it is; or a doctor's hash */
	struct indicator_count *counts;
};

struct tally {
	size_t n_indicators;
	struct tally_group *groups; /* in order of appearance */
	size_t n, cap;
	struct { uint64_t device; size_t group; } seen[64]; /* devices whose group is known */
	size_t n_seen;
};

int tally_begin(struct tally *tally, size_t n_indicators, struct error *err);
void tally_end(struct tally *tally);

/* What one subject adds to every indicator, into counts (one for each indicator). */
void tally_judge(struct judge *judge, const struct indicator_set *set, const struct facts *facts,
                 struct indicator_count *counts);
/* The group of a subject, made when it is new. */
int tally_group_of(struct tally *tally, struct store *store, const struct facts *facts,
                   enum indicator_grouping by, uint32_t *group, struct error *err);
/* Add sign times the counts. */
void tally_add(struct tally *tally, size_t group, const struct indicator_count *counts, int sign);
/* Groups sorted by key and the total, with sums of parts and denominators of other rows put in; out has
 * its indicators already. In arena. */
int tally_table(const struct tally *tally, const struct indicator_set *set,
                const struct form_set *forms, struct arena *arena, struct indicator_table *out,
                struct error *err);

/* Put in the figures of a total that come from other rows and from the list of diseases. */
void tally_settle(const struct indicator_set *set, const struct form_set *forms,
                  struct indicator_count *counts);

/* What people see of the rows; NULL when memory is short. */
struct indicator_view *indicator_views(const struct indicator_set *set, struct arena *arena);

#endif
