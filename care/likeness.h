/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is compared of a resident, and how: the inside of care/duplicate.h. */
#ifndef CARE_LIKENESS_H
#define CARE_LIKENESS_H

#include "care/duplicate.h"

enum { LIKENESS_NAME = 6, LIKENESS_ID = 18 };

struct likeness { /* of one resident; 0 and empty: unknown */
	rid_t rid;
	uint32_t name[LIKENESS_NAME];   /* characters without blanks; longer names are cut */
	uint8_t n_name, n_surname;
	uint8_t sex;
	bool id_valid;
	char id[LIKENESS_ID + 1];
	date_t birth;                   /* DATE_NONE: unknown */
	uint64_t name_hash, sound, given, phone, household;
	uint32_t same_name, same_phone; /* residents that have it, at least 1 */
};

void likeness_fill(struct likeness *out, const struct duplicate_person *person);
uint64_t likeness_hash(const void *bytes, size_t n_bytes);

struct likeness_weights {
	const struct rule_set *rules;
	date_t today;
	double prior;
	uint64_t residents;
};
void likeness_weights(struct likeness_weights *out, const struct rule_set *rules, uint64_t residents);

/* False when the two are no candidates. Symmetric but for a and b. */
bool likeness_compare(const struct likeness_weights *weights, const struct likeness *x, const struct likeness *y,
                      struct duplicate_pair *out);

#endif
