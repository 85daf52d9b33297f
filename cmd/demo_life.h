/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One invented resident, and records typed for him or her as a person would type them. Every programme has
 * its own file, cmd/demo_PROGRAMME.c, which decides what happens when and types what hangs together; the
 * rest comes from data/demo/answers.csv. Errors stick to the life: after the first nothing is done any more.
 */
#ifndef CMD_DEMO_LIFE_H
#define CMD_DEMO_LIFE_H

#include "cmd/demo_answers.h"
#include "cmd/demo_fill.h"
#include "cmd/entering.h"

enum { DEMO_CHANGES_MAX = 600, DEMO_FIELDS_MAX = 512, ADULT = 18, ELDERLY = 65 };

/* What strikes few: of each as many people as the rates say, spread over the village, so that a small village
 * has its first one soon. X(NAME) */
#define DEMO_TRAIT_LIST(X)                                                                         \
	X(TB) X(SMI) X(MAJOR) X(DUST) X(ENDEMIC) X(FRAIL) X(PREGNANT) X(INFECTED) X(LOST) X(REFUSED) \
	X(INPATIENT) X(LOW_MOOD) X(CORRECTED)
#define DEMO_TRAIT_ENUM(name) TRAIT_##name,
enum demo_trait { DEMO_TRAIT_LIST(DEMO_TRAIT_ENUM) TRAIT_N };
#undef DEMO_TRAIT_ENUM

struct demo_village {
	struct store *store;
	const struct form_set *forms;
	struct demo_answers *answers;
	struct demo_maker maker;
	char name[SITE_NAME_BYTES];    /* "甲村" */
	char township[SITE_NAME_BYTES];
	char clinic[SITE_NAME_BYTES];
	const char *hospital;
	date_t from;                   /* first day of the years to fill */
	uint32_t due[2][TRAIT_N];      /* of 100000: how near the next one is, elsewhere and in low-income homes */
	int category;                  /* of the household at hand, 0: not on a low-income list */
	bool types_values;             /* what the county publishes, here; else its township does */
	long people;                   /* as many as will be invented */
	uint64_t records;
};

/* A person's life, or that of the village itself (person NULL). */
struct demo_life {
	struct demo_village *village;
	const struct demo_household *house;
	const struct demo_person *person;
	struct demo_dice *dice;
	struct arena *arena;
	struct change *changes;        /* DEMO_CHANGES_MAX */
	size_t n;
	rid_t *saved;                  /* the records' numbers after demo_flush() */
	rid_t subject;                 /* of the next record */
	struct entering resident;
	int rc;
	struct error *err;

	const char *doctor;            /* who looks after this one */
	bool rounds;                   /* that doctor writes the pressure in tens */
	int age;
	int category;                  /* of the low-income lists, 0: none */
	bool hypertension, diabetes, enrolled, mental, signed_up;
	bool here;                     /* still: not dead and not moved away */
	date_t from, last;             /* days on which something can be recorded */
	int sbp, dbp, fpg10;           /* where they stand now; mmol/L x 10 */
	int height, weight10;          /* cm, kg x 10 */
	bool smokes, drinks;
	size_t contract, illness;      /* their changes, for records that point there; 0: none */
};

/* A record while it is typed. */
struct demo_record {
	struct demo_life *life;
	struct entering e;
	date_t on;
	uint64_t typed[DEMO_FIELDS_MAX / 64]; /* fields that need no answer */
};
struct demo_pair { const char *field, *value; };

/* pairs may be NULL. The day goes into the form's date field. last: the one before it, for what is carried over, or NULL. */
void demo_begin(struct demo_record *r, struct demo_life *life, const char *form, date_t on,
                const struct demo_record *last);
void demo_type(struct demo_record *r, const char *field, const char *value);
void demo_type_pairs(struct demo_record *r, const struct demo_pair *pairs);
void demo_type_row(struct demo_record *r, const char *repeat, const struct demo_pair *pairs); /* a new one */
const char *demo_get(struct demo_record *r, const char *field);
/* Answers what is left, checks, and adds it to the life's changes. It can stand as last until demo_end(). */
void demo_save(struct demo_record *r);
void demo_end(struct demo_record *r);
/* All of it. */
void demo_add(struct demo_life *life, const char *form, date_t on, const struct demo_pair *pairs);

/* { "field", value }, ...: an array of pairs with its end. */
#define DEMO_PAIRS(...) ((const struct demo_pair[]){ __VA_ARGS__, { NULL, NULL } })

/* Texts in the life's arena. */
const char *demo_number(struct demo_life *life, int value);
const char *demo_tenths(struct demo_life *life, int tenths);
const char *demo_day(struct demo_life *life, date_t date);
const char *demo_time(struct demo_life *life, date_t date); /* some minute of the morning */
const char *demo_version(struct demo_life *life, size_t change); /* of a saved record */

/* Pressure as the doctor writes it. */
int demo_pressure(const struct demo_life *life, int mmhg);
bool demo_has(struct demo_life *life, enum demo_trait trait, uint32_t of_100000);
date_t demo_days(struct demo_life *life, date_t first, date_t last); /* any day of these */
bool demo_within(const struct demo_life *life, date_t date); /* it can have been recorded */

/* Room for changes, in the life's arena. */
int demo_life_room(struct demo_life *life);
/* Saves the changes made so far; later records can point to them. */
void demo_flush(struct demo_life *life);

/* The resident and all that belongs to him or her, saved (cmd/demo_resident.c). */
int demo_resident(struct demo_village *village, const struct demo_household *house,
                  const struct demo_person *person, const char *household_version, struct arena *arena,
                  struct error *err);

/* A second file of the same person, as happens when paper is typed in. */
int demo_double(struct demo_village *village, const struct demo_household *house,
                const struct demo_person *person, const char *household_version, struct arena *arena,
                struct error *err);

/* --- the programmes, one file each --- */

void demo_archive(struct demo_life *life, const char *household_version); /* the resident; first of all */
void demo_income(struct demo_life *life);
void demo_contracts(struct demo_life *life);
void demo_fulfil(struct demo_life *life);     /* after demo_flush() */
void demo_chronic(struct demo_life *life);
void demo_exams(struct demo_life *life);
void demo_elder(struct demo_life *life);
void demo_mind(struct demo_life *life);
void demo_smi(struct demo_life *life);
void demo_tb(struct demo_life *life);
void demo_child(struct demo_life *life);
void demo_mother(struct demo_life *life);
void demo_women(struct demo_life *life);
void demo_clinic_visits(struct demo_life *life);
void demo_screening(struct demo_life *life);
void demo_infections(struct demo_life *life);
void demo_major(struct demo_life *life);
void demo_help(struct demo_life *life);       /* after demo_flush() */
void demo_industry(struct demo_life *life);   /* endemic diseases and dust */
void demo_refer(struct demo_life *life, date_t on, const char *reason, const char *department);
void demo_place(struct demo_life *life);      /* the village: clinic, staff, activities */

#endif
