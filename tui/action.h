/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Actions: what keys mean. This one table makes the key bar, the help screens and the list of keys in
 * the manual page (xiangyi --list-keys). A screen's own actions are looked up before the common ones.
 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include <stdio.h>
#include "tui/key.h"

/*
 * X(NAME, key, second key, third key, label in the key bar, sentence in the help)
 * A second or third key that is a plain character works only where no text is typed.
 */
#define ACTION_LIST(X)                                                                             \
	X(HELP, TKEY_F(1), '?', TKEY_CTRL('G'), N_("Help"),                                        \
	  N_("explain this field, then this screen"))                                              \
	X(SAVE, TKEY_F(2), TKEY_CTRL('S'), TKEY_NONE, N_("Save"), N_("save what was entered"))     \
	X(ADD, TKEY_F(2), TKEY_CTRL('A'), TKEY_INSERT, N_("Add"), N_("add a new record"))          \
	X(FIND, TKEY_F(3), TKEY_CTRL('F'), '/', N_("Find"), N_("look for a resident"))             \
	X(CHOOSE, TKEY_F(4), TKEY_CTRL('O'), 'f', N_("Choose"),                                    \
	  N_("choose from a list, or what a list shows"))                                          \
	X(REFRESH, TKEY_F(5), TKEY_CTRL('R'), 'r', N_("Refresh"), N_("read everything again"))     \
	X(SORT, TKEY_F(6), TKEY_CTRL('T'), 's', N_("Sort"), N_("sort in another order"))           \
	X(PREV, TKEY_F(7), TKEY_CTRL('P'), '[', N_("Previous"), N_("the record before this one"))  \
	X(NEXT, TKEY_F(8), TKEY_CTRL('N'), ']', N_("Next"), N_("the record after this one"))       \
	X(PRINT, TKEY_F(9), TKEY_CTRL('E'), TKEY_NONE, N_("Export"), N_("write the list to a file")) \
	X(LEAVE, TKEY_F(10), TKEY_CTRL('Q'), 'q', N_("Leave"), N_("leave this screen"))            \
	X(IME, TKEY_F(12), TKEY_CTRL('\\'), TKEY_NONE, N_("Pinyin"),                               \
	  N_("type Chinese by pinyin, on and off"))                                                \
	X(OPEN, TKEY_ENTER, TKEY_CTRL('J'), TKEY_NONE, N_("Open"),                                 \
	  N_("open; in a form go to the next field"))                                              \
	X(PICK, ' ', TKEY_NONE, TKEY_NONE, N_("Pick"), N_("pick the marked choice"))               \
	X(HISTORY, 'h', TKEY_CTRL('Y'), TKEY_NONE, N_("History"),                                  \
	  N_("who wrote what and when, with old and new values"))                                  \
	X(ALERTS, 'a', TKEY_CTRL('W'), TKEY_NONE, N_("Alerts"),                                    \
	  N_("the alerts of this resident, or of everyone"))                                       \
	X(REMOVE, TKEY_DELETE, TKEY_CTRL('D'), TKEY_NONE, N_("Remove"),                            \
	  N_("retire a record with a reason"))                                                     \
	X(ADD_ROW, TKEY_CTRL('A'), TKEY_INSERT, TKEY_NONE, N_("Add a row"),                        \
	  N_("add a row to a table in a form"))                                                    \
	X(REMOVE_ROW, TKEY_CTRL('D'), TKEY_NONE, TKEY_NONE, N_("Remove the row"),                  \
	  N_("take this row out of a table in a form"))                                            \
	X(UP, TKEY_UP, 'k', TKEY_NONE, N_("Up"), N_("the line or field above"))                    \
	X(DOWN, TKEY_DOWN, 'j', TKEY_NONE, N_("Down"), N_("the line or field below"))              \
	X(LEFT, TKEY_LEFT, TKEY_CTRL('B'), TKEY_NONE, N_("Left"), N_("one character or tab to the left")) \
	X(RIGHT, TKEY_RIGHT, TKEY_NONE, TKEY_NONE, N_("Right"),                                    \
	  N_("one character or tab to the right"))                                                 \
	X(PAGE_UP, TKEY_PAGE_UP, TKEY_CTRL('U'), TKEY_NONE, N_("Page up"), N_("the page before"))  \
	X(PAGE_DOWN, TKEY_PAGE_DOWN, TKEY_CTRL('V'), TKEY_NONE, N_("Page down"), N_("the page after")) \
	X(HOME, TKEY_HOME, TKEY_NONE, TKEY_NONE, N_("Start"), N_("the first line or character"))   \
	X(END, TKEY_END, TKEY_NONE, TKEY_NONE, N_("End"), N_("the last line or character"))        \
	X(TAB, TKEY_TAB, TKEY_NONE, TKEY_NONE, N_("Next part"), N_("the next field or part"))      \
	X(BACKTAB, TKEY_BACKTAB, TKEY_NONE, TKEY_NONE, N_("Part before"),                          \
	  N_("the field or part before"))                                                          \
	X(BACK, TKEY_ESC, TKEY_CTRL('C'), TKEY_NONE, N_("Back"),                                   \
	  N_("one step back; nothing typed is ever lost"))                                         \
	X(REDRAW, TKEY_CTRL('L'), TKEY_NONE, TKEY_NONE, N_("Redraw"), N_("draw the whole screen again"))
#define ACTION_ENUM(name, ...) ACTION_##name,
enum action { ACTION_NONE, ACTION_LIST(ACTION_ENUM) ACTION_N };
#undef ACTION_ENUM

/* One item of a key bar. */
struct keybar_item {
	enum action action;
	const char *label; /* translated; NULL: the action's own */
};

/* The action of a key: first among the screen's own items, then among all. typing: plain characters are
 * text. ACTION_NONE when it has none. */
enum action action_find(tkey_t key, bool typing, const struct keybar_item *own, size_t n_own);

tkey_t action_key(enum action action);
const char *action_label(enum action action); /* translated */
const char *action_help(enum action action);  /* translated */

/* "F2, Ctrl-S"; returns out. */
char *action_keys_text(enum action action, char out[80]);

/* The list of keys as roff, for the manual page. */
void action_print_manual(FILE *file);

#endif
