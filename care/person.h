/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person is one resident, or all residents that links make one (care/link.h). Figures, lists and duties look at a person
 * once, at what all the records say together. One record stands for the person: one that has not left before those that
 * have, then the one with the lowest version. Records of which links say the contrary stay apart until somebody has
 * looked. Nothing of this is stored: taking a link back gives every figure back as it was.
 */
#ifndef CARE_PERSON_H
#define CARE_PERSON_H

#include "care/fact.h"

struct person {
	const rid_t *members; /* by version */
	size_t n;
	bool told;            /* for whoever walks over everybody: this person had a turn */
};
/* The person of a resident, or of any other subject; in arena. */
int person_of(struct store *store, rid_t subject, struct arena *arena, struct person *out, struct error *err);
/* What all records say, each thing once: of the one that stands for the person the resident's own data, of others what it
 * does not say itself. facts->subject is the one that stands. */
int person_facts(struct store *store, const struct person *person, struct arena *arena, struct facts *out,
                 struct error *err);

/* Everybody with more than one record, to look a subject up while walking over a table. */
struct persons {
	struct member { rid_t resident; struct person *person; } *members; /* ascending */
	size_t n;
};
/* In arena. Nobody when the table of links is not registered. */
int persons_load(struct store *store, struct arena *arena, struct persons *out, struct error *err);
/* NULL: one record, or none. */
struct person *persons_find(const struct persons *persons, rid_t subject);

/* Walk over a derived table. Its rows go to row(); of a person with several records they do not: instead person() is asked
 * once, with what all records say, also when none of them has a row. The arena is reset before each person. Both return
 * false to stop. */
int persons_walk(struct store *store, const char *table, bool (*row)(void *arg, rid_t subject, struct span value),
                 bool (*person)(void *arg, const struct facts *facts, struct arena *arena), void *arg,
                 struct error *err);

#endif
