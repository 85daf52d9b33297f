/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/imebar.h"

#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"

static void look_up(struct ime_bar *bar)
{
	bar->n = bar->pinyin[0] ?
	                 ime_candidates(bar->pinyin, bar->page, IME_BAR_CHOICES, bar->choices) : 0;
}

static void restart(struct ime_bar *bar)
{
	bar->page = 0;
	look_up(bar);
}

void imebar_toggle(struct ime_bar *bar)
{
	bar->on = !bar->on;
	bar->pinyin[0] = '\0';
	restart(bar);
}

static void turn_page(struct ime_bar *bar, bool forward)
{
	size_t was = bar->page;

	if (!forward && !bar->page)
		return;
	bar->page += forward ? 1 : (size_t)-1;
	look_up(bar);
	if (!bar->n) {
		bar->page = was;
		look_up(bar);
	}
}

/* A choice stands for a part of what was typed; the rest waits for the next choice. */
static void commit(struct ime_bar *bar, size_t choice, char committed[IME_PINYIN_BYTES])
{
	size_t len = strlen(bar->pinyin), used = bar->choices[choice].used_bytes;

	snprintf(committed, IME_PINYIN_BYTES, "%s", bar->choices[choice].text);
	if (used > len)
		used = len;
	memmove(bar->pinyin, bar->pinyin + used, len - used + 1);
	restart(bar);
}

bool imebar_key(struct ime_bar *bar, tkey_t key, char committed[IME_PINYIN_BYTES])
{
	size_t len = strlen(bar->pinyin);

	committed[0] = '\0';
	if (!bar->on)
		return false;
	if ((key >= 'a' && key <= 'z') || (key == '\'' && len)) {
		if (len + 1 < IME_PINYIN_BYTES) {
			bar->pinyin[len] = (char)key;
			bar->pinyin[len + 1] = '\0';
			restart(bar);
		}
		return true;
	}
	if (!len)
		return false;
	if (key == TKEY_BACKSPACE) {
		bar->pinyin[len - 1] = '\0';
		restart(bar);
	} else if (key == TKEY_ESC) {
		bar->pinyin[0] = '\0';
		restart(bar);
	} else if (key == TKEY_ENTER) {
		memcpy(committed, bar->pinyin, len + 1);
		bar->pinyin[0] = '\0';
		restart(bar);
	} else if (key == '=' || key == '.' || key == TKEY_PAGE_DOWN || key == TKEY_DOWN) {
		turn_page(bar, true);
	} else if (key == '-' || key == ',' || key == TKEY_PAGE_UP || key == TKEY_UP) {
		turn_page(bar, false);
	} else if (key == ' ' && bar->n) {
		commit(bar, 0, committed);
	} else if (key >= '1' && key <= '9' && key - '1' < bar->n) {
		commit(bar, key - '1', committed);
	}
	return true;
}

void imebar_draw(const struct ime_bar *bar, const struct area *area, int y)
{
	int x = 1;

	scr_put(area, y, 0, area->cols, STYLE_POPUP, "");
	x += scr_put(area, y, x, -1, STYLE_KEY, _("Pinyin")) + 1;
	if (!bar->pinyin[0]) {
		scr_put(area, y, x, area->cols - x - 1, STYLE_POPUP,
		        _("type letters, digits choose, = and - turn the page; F12 or Ctrl-\\ ends"));
		return;
	}
	x += scr_put(area, y, x, -1, STYLE_FOCUS, bar->pinyin) + 2;
	for (size_t i = 0; i < bar->n && x < area->cols - 4; i++) {
		x += scr_printf(area, y, x, -1, STYLE_KEY, "%zu", i + 1);
		x += scr_put(area, y, x, -1, STYLE_POPUP, bar->choices[i].text) + 1;
	}
	if (!bar->n)
		scr_put(area, y, x, area->cols - x - 1, STYLE_POPUP, _("no such pinyin"));
}
