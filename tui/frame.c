/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/frame.h"

#include <stdio.h>
#include "lib/i18n.h"
#include "lib/utf8.h"

static void draw_title(struct app *app, const struct screen *screen, const struct area *whole)
{
	enum style style = app->practice ? STYLE_PRACTICE : STYLE_TITLE;
	char right[512], left[256], date[DATE_TEXT_BYTES];

	snprintf(left, sizeof(left), " %s%s  %s", _("Xiangyi"), app->practice ? _(" [PRACTICE]") : "",
	         screen->ops->title ? _(screen->ops->title) : "");
	date_format(app->today, date);
	if (app->store) {
		const struct session *session = store_session(app->store);
		snprintf(right, sizeof(right), "%s  %s  %s ", app->info.self.name,
		         session->display_name[0] ? session->display_name : session->operator_name, date);
	} else {
		snprintf(right, sizeof(right), "%s ", date);
	}
	scr_put(whole, 0, 0, whole->cols, style, left);
	int left_cols = (int)utf8_cols(left) + 2;
	scr_put_right(whole, 0, left_cols, whole->cols - left_cols, style, right);
}

static int item_draw(const struct area *whole, int y, int x, const struct keybar_item *item,
                     bool measure)
{
	char key[24];
	const char *label = item->label ? item->label : action_label(item->action);

	key_label(action_key(item->action), key);
	int key_cols = (int)utf8_cols(key), label_cols = (int)utf8_cols(label);
	if (!measure) {
		scr_put(whole, y, x, key_cols, STYLE_KEY, key);
		scr_put(whole, y, x + key_cols + 1, label_cols, STYLE_KEYBAR, label);
	}
	return key_cols + 1 + label_cols;
}

/* Items that do not fit are left out whole, the last but one first: the last one says how to leave. */
void frame_draw_keys(struct app *app, struct screen *screen, const struct area *whole)
{
	struct keybar_item items[KEYBAR_MAX];
	size_t n = screen->ops->keys ? screen->ops->keys(screen, app, items) : 0;
	int y = whole->rows - 1, x = 1;

	if (app->ime.on && (app->ime.pinyin[0] || !app->message[0]))
		imebar_draw(&app->ime, whole, y - 1);
	else if (app->message[0])
		scr_put(whole, y - 1, 1, whole->cols - 2, app->message_style, app->message);
	scr_put(whole, y, 0, whole->cols, STYLE_KEYBAR, "");
	if (!n)
		return;
	int last = item_draw(whole, y, 0, &items[n - 1], true);
	for (size_t i = 0; i + 1 < n; i++) {
		int cols = item_draw(whole, y, x, &items[i], true);
		if (x + cols + 2 + last + 1 > whole->cols)
			continue;
		item_draw(whole, y, x, &items[i], false);
		x += cols + 2;
	}
	item_draw(whole, y, x, &items[n - 1], false);
}

struct area frame_draw(struct app *app, struct screen *screen, const struct area *whole)
{
	draw_title(app, screen, whole);
	frame_draw_keys(app, screen, whole);
	return area_sub(whole, 1, 0, whole->rows - 3, whole->cols);
}

bool frame_fits(const struct area *whole)
{
	return whole->rows >= FRAME_MIN_ROWS && whole->cols >= FRAME_MIN_COLS;
}

void frame_draw_small(const struct area *whole)
{
	char line[128];

	snprintf(line, sizeof(line), _("This window has %d×%d characters."), whole->cols, whole->rows);
	scr_put(whole, 0, 0, whole->cols, STYLE_WARN, line);
	scr_wrap(whole, 1, 0, whole->cols, whole->rows - 1, 0, STYLE_NORMAL,
	         _("Xiangyi needs 80×24. Make the window larger; everything typed is kept."));
	scr_cursor(whole, 0, 0);
}
