/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screen shows, as text: its characters, then the letters of their styles (tui/theme.h). */
#ifndef TESTS_TUI_SNAPSHOT_H
#define TESTS_TUI_SNAPSHOT_H

#include "lib/buf.h"
#include "tui/app.h"

/* Append the drawn screen; times of day, which differ from run to run, become "##:##". */
void snapshot_take(struct buf *out);

/* True when the screen has text somewhere. */
bool snapshot_has(const char *text);

/* Compare with srcdir/tests/screens/NAME.txt, or rewrite it when UPDATE_SCREENS is set. False, with the
 * difference as TAP comments, when it is another. */
bool snapshot_matches(const char *name);

/* Type the code of the pop-up item with this label; false when there is none. */
bool snapshot_choose(struct app *app, const char *label);

/* Another size of the window. */
void snapshot_resize(int rows, int cols);

/* Keys by name, separated by spaces: "F2 1 Enter 'zgf' Down"; text in quotes is typed. */
void snapshot_keys(struct app *app, const char *keys);
size_t snapshot_count_keys(const char *keys);

/* From anywhere to the first screen. */
void snapshot_home(struct app *app);

/* Whether the screen, drawn anew, has text; when not, the screen is printed as TAP comments. */
bool snapshot_shows(struct app *app, const char *text);

/* How many notes of who read what (form "audit") the store has; -1 when it cannot be read. */
int snapshot_notes(struct app *app);

#endif
