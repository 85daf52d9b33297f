/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the input method (made by lib/ime_table.py). */
#ifndef LIB_IME_TABLE_H
#define LIB_IME_TABLE_H

#include <stddef.h>

/* Rows sorted by pinyin, some 50 to a block; a row is "pinyin", then for each word its characters and a
 * capital letter, A for rare to Z for common, most common first; then a newline. */
extern const char *const ime_blocks[];
extern const size_t ime_n_blocks;

#endif
