/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of text that is typed: wide characters, cursor, clipping, nothing lost at its ends. */
#ifndef TUI_TEXT_H
#define TUI_TEXT_H

#include "tui/action.h"
#include "tui/put.h"

enum { TEXT_BYTES = 1024 };

struct text {
	char bytes[TEXT_BYTES];
	size_t len, cursor, first; /* bytes; first: the leftmost shown */
	bool secret;               /* shown as dots */
	bool fresh;                /* the first character typed replaces all */
};

void text_set(struct text *text, const char *value);
void text_clear(struct text *text); /* wipes */

/* True when the key was used. *changed tells whether the text is another now. */
bool text_key(struct text *text, tkey_t key, enum action action, bool *changed);
void text_insert(struct text *text, tkey_t cp);

/* Draw into cols columns; with focus the cursor stands in it. */
void text_draw(struct text *text, const struct area *area, int y, int x, int cols, enum style style,
               bool focus);

#endif
