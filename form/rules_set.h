/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How rule tables are kept; only form/ looks inside. */
#ifndef FORM_RULES_SET_H
#define FORM_RULES_SET_H

#include <stddef.h>
#include <stdint.h>
#include "form/rules.h"

struct rule_table {
	const char *name;
	struct rule *rules;
	size_t n;
};

/* A hash table with linear probing: the rows of one name stand in file order on the way to the first empty place. */
struct rule_place {
	uint32_t hash;
	const struct rule *rule; /* NULL: empty */
};

struct rule_set {
	struct rule_table *tables;
	size_t n_tables;
	struct rule_place *places; /* of all rules of all tables, by table and name */
	size_t n_places;           /* 0, or a power of two above the number of rules */
};

/* Places wanted for so many rules. */
size_t rule_places_for(size_t n_rules);
/* Fill the places, which are all empty, from the tables. */
void rule_set_index(struct rule_set *set);

#endif
