/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/put.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "lib/utf8.h"

enum { LINE_CHARS = 1024 };

static struct {
	bool ascii, cursor_set;
	int cursor_y, cursor_x;
} put;

static const char *const symbols[SYM_N][2] = {
	[SYM_ELLIPSIS] = { "…", "~" }, [SYM_MARK] = { ">", ">" }, [SYM_DOT] = { "·", "." },
	[SYM_BULLET] = { "●", "*" },   [SYM_UP] = { "↑", "^" },   [SYM_DOWN] = { "↓", "v" },
	[SYM_CHECK] = { "√", "+" },
};

void scr_set_ascii(bool ascii)
{
	put.ascii = ascii;
}

bool scr_ascii(void)
{
	return put.ascii;
}

const char *scr_symbol(enum symbol symbol)
{
	return symbols[symbol][put.ascii];
}

const char *scr_block(int eighths)
{
	static const char *const blocks[9] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const plain[9] = { " ", ".", ".", ":", ":", ":", "#", "#", "#" };

	eighths = eighths < 0 ? 0 : eighths > 8 ? 8 : eighths;
	return put.ascii ? plain[eighths] : blocks[eighths];
}

struct area area_sub(const struct area *area, int y, int x, int rows, int cols)
{
	struct area sub = { area->y + y, area->x + x, rows, cols };

	if (sub.rows > area->rows - y)
		sub.rows = area->rows - y;
	if (sub.cols > area->cols - x)
		sub.cols = area->cols - x;
	if (sub.rows < 0)
		sub.rows = 0;
	if (sub.cols < 0)
		sub.cols = 0;
	return sub;
}

/* Characters that this terminal's libc has no width for are shown as U+3013: the same two columns. */
static int put_chars(wchar_t *out, const char *text, size_t n_bytes)
{
	int n = 0;

	for (size_t at = 0; at < n_bytes && n < LINE_CHARS - 1;) {
		uint32_t cp;
		at += utf8_next(text + at, &cp);
		if (cp < ' ' || cp == 0x7f || (cp >= 0x80 && cp < 0xa0))
			cp = ' ';
		out[n++] = wcwidth((wchar_t)cp) < 0 ? 0x3013 : (wchar_t)cp;
	}
	return n;
}

/* True when the cell is the right half of a wide character: ncurses counts its halves from 1 in the low bits. */
static bool is_right_half(int y, int x)
{
	cchar_t cell;

	return x > 0 && x < COLS && mvin_wch(y, x, &cell) == OK && (cell.attr & A_CHARTEXT) > 1;
}

/* Drawing over one half of a wide character leaves the other half in ncurses' books but not on the
 * terminal, and it would never be drawn again: blank it. */
static void free_halves(int y, int x, int cols)
{
	if (is_right_half(y, x))
		mvaddnwstr(y, x - 1, L" ", 1);
	if (is_right_half(y, x + cols))
		mvaddnwstr(y, x + cols, L" ", 1);
}

int scr_put(const struct area *area, int y, int x, int cols, enum style style, const char *utf8)
{
	wchar_t wide[LINE_CHARS];

	if (y < 0 || y >= area->rows || x < 0 || x >= area->cols)
		return 0;
	if (cols < 0)
		cols = (int)utf8_cols(utf8);
	if (cols > area->cols - x)
		cols = area->cols - x;
	if (cols <= 0)
		return 0;
	if (cols > LINE_CHARS - 2)
		cols = LINE_CHARS - 2;

	size_t used, n_bytes = utf8_clip(utf8, (size_t)cols, &used);
	bool cut = utf8[n_bytes] != '\0' && cols >= 4;
	if (cut)
		n_bytes = utf8_clip(utf8, (size_t)cols - 1, &used);
	attrset((int)theme_attr(STYLE_NORMAL));
	free_halves(area->y + y, area->x + x, cols);
	attrset((int)theme_attr(style));
	move(area->y + y, area->x + x);
	int n = put_chars(wide, utf8, n_bytes);
	if (cut) {
		uint32_t cp;
		utf8_next(scr_symbol(SYM_ELLIPSIS), &cp);
		wide[n++] = (wchar_t)cp;
		used++;
	}
	while ((int)used < cols && n < LINE_CHARS - 1) {
		wide[n++] = L' ';
		used++;
	}
	wide[n] = L'\0';
	addnwstr(wide, n);
	return cols;
}

int scr_printf(const struct area *area, int y, int x, int cols, enum style style, const char *fmt, ...)
{
	char text[LINE_CHARS];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return scr_put(area, y, x, cols, style, text);
}

int scr_put_right(const struct area *area, int y, int x, int cols, enum style style, const char *utf8)
{
	int need = (int)utf8_cols(utf8);

	if (need >= cols)
		return scr_put(area, y, x, cols, style, utf8);
	scr_put(area, y, x, cols - need, style, "");
	scr_put(area, y, x + cols - need, need, style, utf8);
	return cols;
}

static bool breaks_after(uint32_t cp)
{
	return cp == ' ' || cp >= 0x2e80;
}

/* Punctuation that must not begin a line. */
static bool no_line_start(uint32_t cp)
{
	return cp && cp < 0x10000 && wcschr(L",。、;:?!)》”’」.,;:?!)", (wchar_t)cp) != NULL;
}

/* Bytes of the first line of text when broken at cols columns; *next is where the line after begins. */
static size_t line_bytes(const char *text, int cols, size_t *next)
{
	size_t at = 0, best = 0;
	int used = 0;

	while (text[at] && text[at] != '\n') {
		uint32_t cp, after = 0;
		size_t n = utf8_next(text + at, &cp);
		int width = utf8_char_cols(cp);
		if (used + width > cols && !(cp == ' '))
			break;
		used += width;
		at += n;
		utf8_next(text + at, &after);
		if ((breaks_after(cp) || after >= 0x2e80) && !no_line_start(after))
			best = at;
	}
	if (!text[at] || text[at] == '\n') {
		*next = text[at] ? at + 1 : at;
		return at;
	}
	if (!best)
		best = at ? at : utf8_next_at(text, 0);
	*next = best;
	while (best && text[best - 1] == ' ')
		best--;
	return best;
}

int scr_wrap(const struct area *area, int y, int x, int cols, int rows, int skip, enum style style,
             const char *utf8)
{
	int line = 0;

	if (cols > area->cols - x)
		cols = area->cols - x;
	if (cols < 2)
		return 0;
	while (*utf8) {
		char text[LINE_CHARS];
		size_t next, n = line_bytes(utf8, cols, &next);
		snprintf(text, sizeof(text), "%.*s", (int)n, utf8);
		if (line >= skip && line - skip < rows)
			scr_put(area, y + line - skip, x, cols, style, text);
		utf8 += next;
		line++;
	}
	return line;
}

int scr_menu_item(const struct area *area, int y, int x, const char *key, const char *label, bool here)
{
	int cols = (int)utf8_cols(label);

	scr_put(area, y, x, 1, STYLE_KEY, key);
	scr_put(area, y, x + 2, cols, here ? STYLE_HEADING : STYLE_NORMAL, label);
	return x + 2 + cols + 3;
}

void scr_fill(const struct area *area, enum style style)
{
	for (int y = 0; y < area->rows; y++)
		scr_put(area, y, 0, area->cols, style, "");
}

static void put_line(const struct area *area, int y, int x, int cols, const char *left,
                     const char *middle, const char *right, enum style style)
{
	scr_put(area, y, x, 1, style, left);
	for (int i = 1; i < cols - 1; i++)
		scr_put(area, y, x + i, 1, style, middle);
	scr_put(area, y, x + cols - 1, 1, style, right);
}

void scr_hline(const struct area *area, int y, int x, int cols, enum style style)
{
	const char *line = put.ascii ? "-" : "─";

	if (cols > area->cols - x)
		cols = area->cols - x;
	put_line(area, y, x, cols, line, line, line, style);
}

void scr_box(const struct area *area, enum style style)
{
	bool a = put.ascii;

	put_line(area, 0, 0, area->cols, a ? "+" : "┌", a ? "-" : "─", a ? "+" : "┐", style);
	put_line(area, area->rows - 1, 0, area->cols, a ? "+" : "└", a ? "-" : "─", a ? "+" : "┘", style);
	for (int y = 1; y < area->rows - 1; y++) {
		scr_put(area, y, 0, 1, style, a ? "|" : "│");
		scr_put(area, y, area->cols - 1, 1, style, a ? "|" : "│");
	}
}

void scr_cursor(const struct area *area, int y, int x)
{
	put.cursor_set = true;
	put.cursor_y = area->y + y;
	put.cursor_x = area->x + (x < area->cols ? x : area->cols - 1);
}

bool scr_cursor_get(int *y, int *x)
{
	*y = put.cursor_y;
	*x = put.cursor_x;
	return put.cursor_set;
}

void scr_cursor_none(void)
{
	put.cursor_set = false;
}
