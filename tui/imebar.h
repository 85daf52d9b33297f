/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pinyin typed below the screen becomes Han characters: stands between the keyboard and the fields. */
#ifndef TUI_IMEBAR_H
#define TUI_IMEBAR_H

#include "lib/ime.h"
#include "tui/action.h"
#include "tui/put.h"

enum { IME_BAR_CHOICES = 9 };

struct ime_bar {
	bool on;
	char pinyin[IME_PINYIN_BYTES];
	size_t page, n;
	struct ime_candidate choices[IME_BAR_CHOICES];
};

void imebar_toggle(struct ime_bar *bar);

/* Give it a key. True when it used it; committed then holds the text that goes into the field, or "". */
bool imebar_key(struct ime_bar *bar, tkey_t key, char committed[IME_PINYIN_BYTES]);

/* Draw the bar in one line of the screen. */
void imebar_draw(const struct ime_bar *bar, const struct area *area, int y);

#endif
