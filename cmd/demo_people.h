/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invented households: names, ages of a rural village, ID numbers of the never assigned area 430599. */
#ifndef CMD_DEMO_PEOPLE_H
#define CMD_DEMO_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/date.h"
#include "lib/error.h"

enum { DEMO_HOUSEHOLD_MAX = 8, DEMO_NAME_BYTES = 32 };

struct demo_dice {
	uint64_t state;
};
uint32_t demo_draw(struct demo_dice *dice, uint32_t below); /* 0 to below - 1 */
bool demo_chance(struct demo_dice *dice, uint32_t percent);
int demo_normal(struct demo_dice *dice, int mean, int spread); /* roughly normal, whole numbers */

struct demo_person {
	char name[DEMO_NAME_BYTES];
	char id_number[19];
	char phone[12];
	const char *relation; /* code of kin.csv */
	int sex;              /* 1 male, 2 female */
	date_t birth;
};
struct demo_household {
	char number[8];
	int group;            /* village group, 1 to 8 */
	size_t n;
	struct demo_person people[DEMO_HOUSEHOLD_MAX]; /* [0] is the head */
};

struct demo_maker {
	struct demo_dice dice;
	date_t today;
	uint32_t households, phones;
	uint8_t *used;        /* bit set of ID numbers given: day of birth x serial */
};
int demo_maker_begin(struct demo_maker *maker, uint64_t seed, uint32_t village, date_t today,
                     struct error *err);
void demo_maker_end(struct demo_maker *maker);
void demo_make_household(struct demo_maker *maker, struct demo_household *out);

#endif
