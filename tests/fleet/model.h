/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the entries of a store must amount to, computed a second time and in another way than db/ and sync/ do. The rules
 * are those of doc/bundle.md ("Rights", "State of a record").
 */
#ifndef TESTS_FLEET_MODEL_H
#define TESTS_FLEET_MODEL_H

#include "tests/fleet/fleet.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_COUNTS, VERDICT_WAITS, VERDICT_HELD };

struct model {
	struct fleet *fleet;
	struct machine *machine;
	uint8_t *verdicts;         /* enum verdict by number of fact */
	struct fact **first;       /* by number of the creating entry: its last change */
	struct fact **before;      /* by number of a change: the one before it, of the same record */
	const struct fact **gifts; /* first entries of transfers and grants that are here */
	size_t n_gifts;
};

void model_begin(struct model *out, struct fleet *fleet, struct machine *machine);
/* An entry that is here, NULL: missing. */
struct fact *model_held(const struct model *model, const struct version *version);
/* Whether it counts at this machine. */
enum verdict model_judge(struct model *model, const struct fact *fact);

#endif
