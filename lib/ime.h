/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small pinyin input method: Han words and characters for what was typed in letters, for consoles
 * that have no other. The table lib/ime_table.c is made by lib/ime_table.py and checked in.
 */
#ifndef LIB_IME_H
#define LIB_IME_H

#include <stddef.h>

enum {
	IME_TEXT_BYTES = 32,   /* of a candidate and its NUL */
	IME_PINYIN_BYTES = 64, /* longest input and its NUL */
};

struct ime_candidate {
	char text[IME_TEXT_BYTES];
	size_t used_bytes; /* how much of the pinyin it stands for; the rest is for the next choice */
};

/*
 * Candidates number page * per_page and following, best first, for toneless pinyin: letters, v for ü,
 * ' between syllables where they would run together (xi'an). Returns how many are in out (at most
 * per_page); 0 when there are no more, or when pinyin has other characters or is too long.
 *
 * Order: words whose pinyin is all of it (zhongguo: 中国; zhong: 中 种 ...), by frequency. When there
 * is none: words that go on from it (gaoxuey: 高血压), or whose initials it is (gxy: 高血压). Then words
 * and characters for its front only, longest front first, with used_bytes saying how much that is.
 */
size_t ime_candidates(const char *pinyin, size_t page, size_t per_page, struct ime_candidate out[]);

#endif
