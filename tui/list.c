/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/list.h"

static void move_by(struct list *list, long by)
{
	long at = (long)list->cursor + by;

	if (at < 0)
		at = 0;
	if (at >= (long)list->n)
		at = list->n ? (long)list->n - 1 : 0;
	list->cursor = (size_t)at;
}

bool list_key(struct list *list, enum action action)
{
	long page = list->rows > 1 ? list->rows - 1 : 1;

	switch (action) {
	case ACTION_UP:
		move_by(list, -1);
		return true;
	case ACTION_DOWN:
		move_by(list, 1);
		return true;
	case ACTION_PAGE_UP:
		move_by(list, -page);
		return true;
	case ACTION_PAGE_DOWN:
		move_by(list, page);
		return true;
	case ACTION_HOME:
		list->cursor = 0;
		return true;
	case ACTION_END:
		move_by(list, (long)list->n);
		return true;
	default:
		return false;
	}
}

void list_set_count(struct list *list, size_t n)
{
	list->n = n;
	move_by(list, 0);
}

void list_draw(struct list *list, const struct area *area, bool focus,
               void (*row)(void *arg, size_t index, const struct area *line, enum style style),
               void *arg)
{
	list->rows = area->rows;
	if (area->rows <= 0)
		return;
	size_t rows = (size_t)area->rows;
	if (list->cursor < list->top)
		list->top = list->cursor;
	if (list->cursor >= list->top + rows)
		list->top = list->cursor - rows + 1;
	if (list->top && list->top + rows > list->n)
		list->top = list->n > rows ? list->n - rows : 0;
	for (size_t i = 0; i < rows && list->top + i < list->n; i++) {
		size_t index = list->top + i;
		bool chosen = focus && index == list->cursor;
		enum style style = chosen ? STYLE_SELECTED : STYLE_NORMAL;
		struct area line = area_sub(area, (int)i, 0, 1, area->cols - 1);
		scr_put(&line, 0, 0, line.cols, style, "");
		row(arg, index, &line, style);
		if (chosen) {
			scr_put(&line, 0, 0, 1, style, scr_symbol(SYM_MARK));
			scr_cursor(&line, 0, 0);
		}
	}
	if (list->top > 0)
		scr_put(area, 0, area->cols - 1, 1, STYLE_DIM, scr_symbol(SYM_UP));
	if (list->top + rows < list->n)
		scr_put(area, area->rows - 1, area->cols - 1, 1, STYLE_DIM, scr_symbol(SYM_DOWN));
}

enum style list_style(enum style line, enum style style)
{
	return line == STYLE_SELECTED ? STYLE_SELECTED : style;
}
