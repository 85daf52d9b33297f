/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readings of Han characters in packed form (made by lib/pinyin_table.py). */
#ifndef LIB_PINYIN_TABLE_H
#define LIB_PINYIN_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum { PINYIN_LAST = 0x8000 };

struct pinyin_run {
	uint32_t first, last; /* code points */
	uint32_t place;       /* of the first one in pinyin_places */
};

struct pinyin_surname {
	uint32_t cp;
	uint16_t syllable;
};

struct pinyin_compound {
	uint32_t cp[2];
	uint16_t syllable[2];
};

extern const char *const pinyin_syllables[];
/* Lists of syllable numbers, the last of each with PINYIN_LAST; a list is named by its first place. */
extern const uint16_t pinyin_lists[];
extern const struct pinyin_run pinyin_runs[];
extern const size_t pinyin_n_runs;
extern const uint16_t pinyin_places[]; /* place in pinyin_lists, 0 for no reading */
extern const struct pinyin_surname pinyin_surnames[]; /* by code point */
extern const size_t pinyin_n_surnames;
extern const struct pinyin_compound pinyin_compounds[];
extern const size_t pinyin_n_compounds;

#endif
