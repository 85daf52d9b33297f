/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only drawing calls: UTF-8 text clipped by columns into an area of the screen. Nothing is ever drawn
 * outside the area, and a wide character is never split.
 */
#ifndef TUI_PUT_H
#define TUI_PUT_H

#include <stdbool.h>
#include "tui/theme.h"

/* A rectangle of the screen; positions in it count from its upper left corner. */
struct area {
	int y, x, rows, cols;
};

struct area area_sub(const struct area *area, int y, int x, int rows, int cols);

/* Put text at (y, x) into cols columns and pad with spaces; a text that is too long ends in "…".
 * cols < 0: as many as the text needs, up to the area's edge. Returns the columns filled. */
int scr_put(const struct area *area, int y, int x, int cols, enum style style, const char *utf8);
int scr_printf(const struct area *area, int y, int x, int cols, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* The same, at the right edge of the cols columns. */
int scr_put_right(const struct area *area, int y, int x, int cols, enum style style, const char *utf8);

/* Put text over several lines, broken at spaces and between Han characters; '\n' ends a line. skip
 * lines are left out at the top. Returns the lines that the whole text needs. */
int scr_wrap(const struct area *area, int y, int x, int cols, int rows, int skip, enum style style,
             const char *utf8);

/* A key and what it opens, here: that is shown now. Returns where the next item begins. */
int scr_menu_item(const struct area *area, int y, int x, const char *key, const char *label, bool here);
void scr_fill(const struct area *area, enum style style); /* spaces */
void scr_hline(const struct area *area, int y, int x, int cols, enum style style);
void scr_box(const struct area *area, enum style style);  /* a frame along the area's edge */

/* One of the symbols that have an ASCII form. */
enum symbol { SYM_ELLIPSIS, SYM_MARK, SYM_DOT, SYM_BULLET, SYM_UP, SYM_DOWN, SYM_CHECK, SYM_N };
const char *scr_symbol(enum symbol symbol);

/* Eighths of a block, from 0 (space) to 8, for charts; in ASCII ' ' '.' ':' '#'. */
const char *scr_block(int eighths);

/* ASCII borders and symbols instead of lines and blocks. */
void scr_set_ascii(bool ascii);
bool scr_ascii(void);

/* Where the real cursor stands after drawing: on the focused item (screen readers follow it). */
void scr_cursor(const struct area *area, int y, int x);
bool scr_cursor_get(int *y, int *x);
void scr_cursor_none(void);

#endif
