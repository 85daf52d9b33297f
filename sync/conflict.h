/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conflicts: fields whose values stand against each other because two places changed them without having seen each
 * other. A decision is an ordinary entry that names all of these values as replaced, so it travels and nobody is asked
 * twice. What settles by itself (spaces, sets of choices) is listed too and can be decided otherwise.
 */
#ifndef SYNC_CONFLICT_H
#define SYNC_CONFLICT_H

#include "db/store.h"

/* X(NAME, word, N_() sentence) */
#define CONFLICT_KIND_LIST(X)                                                                      \
	X(OPEN, "open", N_("changed differently in two places"))                                   \
	X(CONTESTED, "retired-edited", N_("retired in one place, changed in another"))             \
	X(TRIMMED, "spaces", N_("differs by spaces only; settled by itself"))                      \
	X(UNITED, "united", N_("the choices of both places together; settled by itself"))
#define CONFLICT_KIND_ENUM(name, word, sentence) CONFLICT_##name,
enum conflict_kind { CONFLICT_KIND_LIST(CONFLICT_KIND_ENUM) CONFLICT_KIND_N };
#undef CONFLICT_KIND_ENUM
const char *conflict_word(enum conflict_kind kind);
const char *conflict_sentence(enum conflict_kind kind); /* translated */
static inline bool conflict_is_open(enum conflict_kind kind)
{
	return kind == CONFLICT_OPEN || kind == CONFLICT_CONTESTED;
}

struct conflict_side {
	rid_t entry;
	uint8_t kind;
	struct span value;          /* as its author wrote it */
	const char *text;           /* for people, labels instead of codes; "" is empty */
	struct entry_origin origin;
	bool clock_doubt;           /* the day it says is not to be relied on */
};
struct conflict {
	rid_t record, subject;
	const char *form;           /* id */
	uint32_t tag;               /* TAG_RETIRED for a contested retirement */
	const char *label;          /* of the field */
	enum conflict_kind kind;
	const char *shown;          /* what is shown until somebody decides, for people */
	/* The shown one first. Of a contested retirement: the retirement, then what was changed. */
	const struct conflict_side *sides;
	size_t n_sides;
};

/* All conflicts of a record, in the order of its fields; in arena. Needs a role that sees patients. */
int conflict_of(struct store *store, rid_t record, struct arena *arena, struct conflict **out, size_t *n,
                struct error *err);

/* Take one side; reason "" where none is needed. Of a contested retirement side 0 retires the record, any other keeps
 * it. ERR_INVALID when there is no such side. */
int conflict_take(struct store *store, const struct conflict *conflict, size_t side, const char *reason,
                  struct error *err);
/* Decide for another value in its stored form (checking it is the caller's). */
int conflict_decide(struct store *store, const struct conflict *conflict, uint8_t kind, struct span value,
                    const char *reason, struct error *err);

#endif
