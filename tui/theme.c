/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/theme.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <stdlib.h>
#include <string.h>

struct look {
	short fg, bg;   /* of 256 colours */
	short fg8, bg8; /* of 8 colours */
	attr_t attr;    /* besides the colour */
};

#define K COLOR_BLACK
#define R COLOR_RED
#define G COLOR_GREEN
#define Y COLOR_YELLOW
#define B COLOR_BLUE
#define M COLOR_MAGENTA
#define C COLOR_CYAN
#define W COLOR_WHITE

static const struct look looks[THEME_N][STYLE_N] = {
	[THEME_DARK] = {
		[STYLE_NORMAL] = { 252, 234, W, K, 0 },
		[STYLE_TITLE] = { 231, 24, W, B, A_BOLD },
		[STYLE_PRACTICE] = { 16, 214, K, Y, A_BOLD },
		[STYLE_KEY] = { 222, 236, Y, K, A_BOLD },
		[STYLE_KEYBAR] = { 252, 236, W, K, 0 },
		[STYLE_HEADING] = { 116, 234, C, K, A_BOLD },
		[STYLE_STRONG] = { 231, 234, W, K, A_BOLD },
		[STYLE_LABEL] = { 110, 234, C, K, 0 },
		[STYLE_DIM] = { 245, 234, W, K, A_DIM },
		[STYLE_FIELD] = { 255, 237, W, K, A_UNDERLINE },
		[STYLE_FOCUS] = { 16, 222, K, Y, 0 },
		[STYLE_CARRIED] = { 180, 237, Y, K, A_UNDERLINE },
		[STYLE_SELECTED] = { 231, 25, W, B, A_BOLD },
		[STYLE_OK] = { 114, 234, G, K, 0 },
		[STYLE_WARN] = { 221, 234, Y, K, A_BOLD },
		[STYLE_ERROR] = { 210, 234, R, K, A_BOLD },
		[STYLE_URGENT] = { 231, 124, W, R, A_BOLD },
		[STYLE_BORDER] = { 240, 234, C, K, 0 },
		[STYLE_POPUP] = { 252, 236, W, K, 0 },
		[STYLE_BAR_OK] = { 73, 234, G, K, 0 },
		[STYLE_BAR_HIGH] = { 209, 234, R, K, A_BOLD },
		[STYLE_TARGET] = { 222, 234, Y, K, 0 },
	},
	[THEME_LIGHT] = {
		[STYLE_NORMAL] = { 235, 231, K, W, 0 },
		[STYLE_TITLE] = { 231, 24, W, B, A_BOLD },
		[STYLE_PRACTICE] = { 16, 214, K, Y, A_BOLD },
		[STYLE_KEY] = { 18, 253, B, W, A_BOLD },
		[STYLE_KEYBAR] = { 235, 253, K, W, 0 },
		[STYLE_HEADING] = { 24, 231, B, W, A_BOLD },
		[STYLE_STRONG] = { 16, 231, K, W, A_BOLD },
		[STYLE_LABEL] = { 24, 231, B, W, 0 },
		[STYLE_DIM] = { 243, 231, K, W, 0 },
		[STYLE_FIELD] = { 16, 254, K, W, A_UNDERLINE },
		[STYLE_FOCUS] = { 16, 222, K, Y, 0 },
		[STYLE_CARRIED] = { 94, 254, M, W, A_UNDERLINE },
		[STYLE_SELECTED] = { 231, 25, W, B, A_BOLD },
		[STYLE_OK] = { 22, 231, G, W, 0 },
		[STYLE_WARN] = { 130, 231, M, W, A_BOLD },
		[STYLE_ERROR] = { 124, 231, R, W, A_BOLD },
		[STYLE_URGENT] = { 231, 124, W, R, A_BOLD },
		[STYLE_BORDER] = { 248, 231, B, W, 0 },
		[STYLE_POPUP] = { 235, 254, K, W, 0 },
		[STYLE_BAR_OK] = { 30, 231, G, W, 0 },
		[STYLE_BAR_HIGH] = { 160, 231, R, W, A_BOLD },
		[STYLE_TARGET] = { 130, 231, M, W, 0 },
	},
	[THEME_MONO] = {
		[STYLE_TITLE] = { .attr = A_REVERSE | A_BOLD },
		[STYLE_PRACTICE] = { .attr = A_REVERSE | A_UNDERLINE },
		[STYLE_KEY] = { .attr = A_BOLD },
		[STYLE_HEADING] = { .attr = A_BOLD | A_UNDERLINE },
		[STYLE_STRONG] = { .attr = A_BOLD },
		[STYLE_FIELD] = { .attr = A_UNDERLINE },
		[STYLE_FOCUS] = { .attr = A_REVERSE },
		[STYLE_CARRIED] = { .attr = A_UNDERLINE | A_DIM },
		[STYLE_SELECTED] = { .attr = A_REVERSE },
		[STYLE_WARN] = { .attr = A_BOLD },
		[STYLE_ERROR] = { .attr = A_BOLD | A_UNDERLINE },
		[STYLE_URGENT] = { .attr = A_REVERSE | A_BOLD },
		[STYLE_BAR_HIGH] = { .attr = A_BOLD },
	},
	[THEME_CONTRAST] = {
		[STYLE_NORMAL] = { 231, 16, W, K, 0 },
		[STYLE_TITLE] = { 16, 231, K, W, A_BOLD },
		[STYLE_PRACTICE] = { 16, 226, K, Y, A_BOLD },
		[STYLE_KEY] = { 226, 16, Y, K, A_BOLD },
		[STYLE_KEYBAR] = { 231, 16, W, K, A_BOLD },
		[STYLE_HEADING] = { 226, 16, Y, K, A_BOLD },
		[STYLE_STRONG] = { 231, 16, W, K, A_BOLD },
		[STYLE_LABEL] = { 231, 16, W, K, 0 },
		[STYLE_DIM] = { 231, 16, W, K, 0 },
		[STYLE_FIELD] = { 231, 16, W, K, A_UNDERLINE | A_BOLD },
		[STYLE_FOCUS] = { 16, 226, K, Y, A_BOLD },
		[STYLE_CARRIED] = { 51, 16, C, K, A_UNDERLINE | A_BOLD },
		[STYLE_SELECTED] = { 16, 226, K, Y, A_BOLD },
		[STYLE_OK] = { 46, 16, G, K, A_BOLD },
		[STYLE_WARN] = { 226, 16, Y, K, A_BOLD },
		[STYLE_ERROR] = { 231, 160, W, R, A_BOLD },
		[STYLE_URGENT] = { 231, 160, W, R, A_BOLD | A_UNDERLINE },
		[STYLE_BORDER] = { 231, 16, W, K, 0 },
		[STYLE_POPUP] = { 231, 16, W, K, A_BOLD },
		[STYLE_BAR_OK] = { 46, 16, G, K, A_BOLD },
		[STYLE_BAR_HIGH] = { 231, 160, W, R, A_BOLD },
		[STYLE_TARGET] = { 226, 16, Y, K, A_BOLD },
	},
};

static const char *const words[THEME_N] = {
#define THEME_WORD(name, word) word,
	THEME_LIST(THEME_WORD)
#undef THEME_WORD
};

static const char letters[STYLE_N] = {
#define STYLE_LETTER(name, letter) letter,
	STYLE_LIST(STYLE_LETTER)
#undef STYLE_LETTER
};

static enum theme current = THEME_MONO;

int theme_parse(const char *word)
{
	for (int theme = 0; theme < THEME_N; theme++)
		if (!strcmp(words[theme], word))
			return theme;
	return -1;
}

void theme_start(enum theme theme)
{
	const char *no_color = getenv("NO_COLOR");

	current = THEME_MONO;
	if (theme == THEME_MONO || (no_color && *no_color) || !has_colors() || start_color() == ERR)
		return;
	current = theme;
	for (int style = 0; style < STYLE_N; style++) {
		const struct look *look = &looks[theme][style];
		bool many = COLORS >= 256;
		init_pair((short)(style + 1), many ? look->fg : look->fg8, many ? look->bg : look->bg8);
	}
}

unsigned long theme_attr(enum style style)
{
	const struct look *look = &looks[current][style];

	if (current == THEME_MONO)
		return look->attr;
	/* With 256 colours the field's own background shows it; the underline is for 8. */
	attr_t attr = look->attr;
	if (COLORS >= 256 && current != THEME_CONTRAST)
		attr &= ~(attr_t)A_UNDERLINE;
	return attr | (attr_t)COLOR_PAIR(style + 1);
}

char theme_letter(unsigned long attr)
{
	int pair = PAIR_NUMBER((int)attr);

	return pair >= 1 && pair <= STYLE_N ? letters[pair - 1] : '.';
}
