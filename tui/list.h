/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of lines of which one is chosen. What a line shows is the caller's. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "tui/action.h"
#include "tui/put.h"

struct list {
	size_t n, top, cursor;
	int rows; /* shown at the last drawing */
};

/* Move by Up, Down, Page up, Page down, Home, End; true when the action was one of these. */
bool list_key(struct list *list, enum action action);

/* There are n lines now; the cursor stays within. */
void list_set_count(struct list *list, size_t n);

/* Draw every visible line through row(arg, index, line's area, its style); a mark at the edge shows where there is
 * more above or below. The cursor stands on the chosen line when focus. */
void list_draw(struct list *list, const struct area *area, bool focus,
               void (*row)(void *arg, size_t index, const struct area *line, enum style style),
               void *arg);

/* A cell's style on a line: the line's own when chosen, else style. */
enum style list_style(enum style line, enum style style);

#endif
