/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Residents that may be one person, by rule and by weight (Fellegi and Sunter 1969): each field adds log2(m/u) bits, m the
 * chance that it agrees when the two are one person, u when they are not; common names and shared phones count less. The
 * prior falls with the number of residents, since false pairs grow with its square. Weights are data/rules/duplicate.csv.
 *
 * Candidates share the ID number; birth date and sex; sound of the name and birth year; phone; or household and given
 * name. A block of more than DUPLICATE_BLOCK is compared with neighbours only, so the work is linear in residents.
 */
#ifndef CARE_DUPLICATE_H
#define CARE_DUPLICATE_H

#include "db/store.h"
#include "lib/progress.h"

enum { DUPLICATE_BLOCK = 64, DUPLICATE_WINDOW = 16 };

/* X(NAME, word, N_() sentence) */
#define DUPLICATE_KIND_LIST(X)                                                                     \
	X(CERTAIN, "certain", N_("same valid ID number, birth date and sex, and nearly the same name"))   \
	X(PROBABLE, "probable", N_("probably one person"))                                         \
	X(NUMBER_TWICE, "number-used-twice",                                                       \
	  N_("one ID number, two people? name, birth date or sex differ"))                         \
	X(TWINS, "twins", N_("twins? same birth date and household, another given name"))          \
	X(LARGE, "large", N_("would join more than three records"))
#define DUPLICATE_KIND_ENUM(name, word, sentence) DUPLICATE_##name,
enum duplicate_kind { DUPLICATE_KIND_LIST(DUPLICATE_KIND_ENUM) DUPLICATE_KIND_N };
#undef DUPLICATE_KIND_ENUM
const char *duplicate_word(enum duplicate_kind kind);
const char *duplicate_sentence(enum duplicate_kind kind); /* translated */

/* X(NAME, N_() label) */
#define DUPLICATE_FIELD_LIST(X)                                                                    \
	X(NAME, N_("name")) X(BIRTH, N_("birth date")) X(SEX, N_("sex")) X(ID, N_("ID number"))    \
	X(PHONE, N_("phone")) X(HOUSEHOLD, N_("household"))
#define DUPLICATE_FIELD_ENUM(name, label) DUPLICATE_FIELD_##name,
enum duplicate_field { DUPLICATE_FIELD_LIST(DUPLICATE_FIELD_ENUM) DUPLICATE_FIELD_N };
#undef DUPLICATE_FIELD_ENUM

struct duplicate_pair {
	rid_t a, b;               /* a < b */
	enum duplicate_kind kind;
	double weight;            /* bits, prior included: 0 is as likely as not */
	double fields[DUPLICATE_FIELD_N];
	const char *rules[DUPLICATE_FIELD_N]; /* the row of data/rules/duplicate.csv, NULL: not compared */
};
/* "name +11.2 (same), birth date +14.2 (same), phone −0.4 (differs)": one line, translated, in arena. */
const char *duplicate_explain(const struct duplicate_pair *pair, struct arena *arena);

struct duplicate_question {
	size_t max;               /* pairs wanted, best first */
	rid_t only;               /* pairs of this resident alone; 0: all */
};
struct duplicate_report {
	struct duplicate_pair *pairs; /* in arena */
	size_t n, n_left_off;     /* n_left_off: worse ones beyond max */
	uint64_t residents, compared, cut_blocks;
};
/* Pairs that are neither linked nor said to be two people. Needs a role that sees patients. */
int care_duplicates(struct store *store, const struct duplicate_question *question, struct arena *arena,
                    struct duplicate_report *out, struct progress *progress, struct error *err);

/* The resident about to be added, as far as it was typed; NULL or "" where not. */
struct duplicate_person {
	const char *name, *sex, *birth_date, *id_number, *phone, *household;
};
/* Who of the residents it may be, best first; a of each pair is 0. */
int care_duplicates_before(struct store *store, const struct duplicate_person *person, size_t max,
                           struct arena *arena, struct duplicate_report *out, struct error *err);

#endif
