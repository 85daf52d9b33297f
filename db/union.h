/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a set of words becomes when it was changed in several places: an observed-remove set in which adding
 * wins. A removal takes away only the additions that its author had seen, so a word stays as long as one place
 * added it that no removal has seen. Whether a field is a set is not asked here: that is the form's to say.
 */
#ifndef DB_UNION_H
#define DB_UNION_H

#include "lib/arena.h"
#include "lib/buf.h"

enum { UNION_MAX_NODES = 64, UNION_MAX_WORDS = 64 };

struct union_node { /* one change of the field */
	struct span value;  /* words separated by blanks */
	uint64_t bases;     /* bit i: it replaces node i, which comes before it in time */
	bool counts;        /* false: only passes on what it had seen */
};

/* The words that remain after all nodes of which leaves (bits) are the last ones, in the order in which the leaves have
 * them, from the lowest bit up; in arena. False when there are too many nodes or words, when bases form a circle, or
 * without memory: then there is no union. */
bool union_words(const struct union_node *nodes, size_t n, uint64_t leaves, struct arena *arena, struct span *out);

#endif
