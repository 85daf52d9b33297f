/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen of what only a person can decide: one part a file. A part reads its lines, draws one of them and answers
 * Enter; the screen does the rest.
 */
#ifndef TUI_CHECKS_H
#define TUI_CHECKS_H

#include "tui/list.h"
#include "tui/screens.h"

enum { CHECKS_MAX = 500 }; /* lines of a part; more are counted */

struct checks_screen;

struct checks_part {
	const char *title;   /* N_(), on the tab */
	const struct checks_column { int x; const char *title; } *columns; /* titles N_(), up to a NULL */
	const char *empty;   /* N_(), what stands there when there is nothing */
	/* Read the lines into self->arena; returns how many there are. */
	size_t (*read)(struct checks_screen *self, struct app *app);
	void (*draw)(struct checks_screen *self, struct app *app, size_t index, const struct area *line,
	             enum style style);
	enum screen_result (*open)(struct checks_screen *self, struct app *app, size_t index);
	const char *open_label; /* N_(), in the key bar */
	rid_t (*resident)(struct checks_screen *self, size_t index); /* whom the line is about; 0 nobody */
};

struct checks_screen {
	struct screen screen;
	struct app *app;
	struct arena arena; /* what the part read */
	const struct checks_part *part;
	void *lines;        /* the part's own, in arena */
	size_t n_lines, n_more;
	rid_t resident;     /* only what is about this one; 0: all */
	struct list list;
	int pending;        /* the part's own, between two questions */
};

extern const struct checks_part CHECKS_CONFLICTS, CHECKS_DUPLICATES, CHECKS_HELD;

void checks_reload(struct screen *screen, struct app *app);

#endif
