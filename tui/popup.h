/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pop-ups: a question, a menu, a line to type, a text to read. A pop-up closes itself and then runs the
 * answer of the screen that asked: the index of the chosen item, or POPUP_NONE for Esc.
 */
#ifndef TUI_POPUP_H
#define TUI_POPUP_H

#include "tui/app.h"

enum { POPUP_NONE = -1, POPUP_ITEMS = 64 };

struct popup_item {
	char code[24];    /* typed to choose it: "1", "10"; "" none */
	const char *label; /* translated */
	bool marked;      /* drawn as picked */
};

struct popup {
	const char *title; /* translated; copied, as all texts here */
	const char *text;  /* above the items; NULL none */
	const struct popup_item *items;
	size_t n_items, cursor;
	bool prompt;       /* a line to type: app->answer_text has it when choice is 0 */
	const char *proposal; /* in the line at first */
	bool many;         /* Space marks several; app->answer_marks has bit i for item i */
	bool warning;      /* border in the warning colour */
	app_answer answer;
};

/* Number the items from the one at first: 1 to 9, a to z, A to Z, one key each; those behind get none. */
void popup_number(struct popup_item *items, size_t first, size_t n);

/* NULL when memory is short. */
struct screen *popup_new(const struct popup *popup, struct screen *owner);
enum screen_result popup_open(struct app *app, struct screen *owner, const struct popup *popup);

/* A text to read with a title and one way out. */
enum screen_result popup_tell(struct app *app, const char *title, const char *text);

#endif
