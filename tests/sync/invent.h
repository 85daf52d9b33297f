/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invented entries for the tests of sync/ and for its dictionary. The same seed gives the same bytes. */
#ifndef TESTS_SYNC_INVENT_H
#define TESTS_SYNC_INVENT_H

#include "form/entry.h"

struct invent {
	uint64_t seed;
	uint8_t device[DEVICE_ID_BYTES];
	uint64_t seq, lamport;
	int64_t wall;
	struct buf *rows;       /* canonical entries so far */
	struct version *versions;
	size_t n, cap;
};

void invent_begin(struct invent *invent, uint64_t seed);
void invent_free(struct invent *invent);
uint64_t invent_draw(struct invent *invent, uint64_t below);

/* Append one entry; device, numbers and clock are set here. */
void invent_add(struct invent *invent, struct entry *entry);
/* A resident, then visits of earlier residents with blood pressure, habits, drugs and next date. */
void invent_resident(struct invent *invent);
void invent_visit(struct invent *invent, size_t resident);
void invent_enrolment(struct invent *invent, size_t resident);
void invent_contract(struct invent *invent, size_t resident);
/* Anything the codec of entries takes: edits with bases, references, repeats, extensions, forks. */
void invent_any(struct invent *invent);

struct span invent_row(const struct invent *invent, size_t i);

#endif
