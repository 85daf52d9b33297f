/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters whose width is not 1 column, by code point (made by lib/utf8_table.py). */
#ifndef LIB_UTF8_TABLE_H
#define LIB_UTF8_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct utf8_range {
	uint32_t first, last;
	uint8_t cols;
};

extern const struct utf8_range utf8_ranges[];
extern const size_t utf8_n_ranges;

#endif
