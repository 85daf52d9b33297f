/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts to record numbers: who has this ID number, this archive number, this household number. */
#ifndef CMD_LOOKUP_H
#define CMD_LOOKUP_H

#include "db/store.h"

struct lookup {
	struct lookup_row *rows; /* hash table, n_slots is a power of two */
	size_t n_slots, n;
	struct arena arena;
};

/* Every record of a form by the text of a field; empty texts are left out, the first record of a text stays. */
int lookup_load(struct lookup *lookup, struct store *store, const char *form, const char *field,
                struct error *err);
rid_t lookup_find(const struct lookup *lookup, const char *text); /* 0: nobody */
int lookup_add(struct lookup *lookup, const char *text, rid_t rid, struct error *err);
void lookup_free(struct lookup *lookup);

#endif
