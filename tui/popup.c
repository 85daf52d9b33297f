/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/popup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/arena.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/list.h"
#include "tui/text.h"

struct popup_screen {
	struct screen screen;
	struct screen *owner;
	struct popup spec; /* texts in arena */
	struct popup_item *items;
	struct list list;
	struct text text;
	int scroll, text_rows, text_shown;
	char typed[8]; /* digits of a code typed so far */
	struct arena arena;
};

static struct popup_screen *self_of(struct screen *screen)
{
	return (struct popup_screen *)screen;
}

static enum screen_result answer(struct popup_screen *self, struct app *app, int choice)
{
	app->answer = self->spec.answer;
	app->answer_choice = choice;
	app->answer_marks = 0;
	for (size_t i = 0; i < self->spec.n_items && i < POPUP_ITEMS; i++)
		if (self->items[i].marked)
			app->answer_marks |= UINT64_C(1) << i;
	if (self->spec.prompt)
		snprintf(app->answer_text, sizeof(app->answer_text), "%s", self->text.bytes);
	return SCREEN_CLOSE;
}

static int text_lines(const char *text, int cols)
{
	struct area nowhere = { 0, 0, 0, cols };

	return text ? scr_wrap(&nowhere, 0, 0, cols, 0, 0, STYLE_POPUP, text) : 0;
}

/* Menus have codes of one character, code lists up to "N08". */
static int code_cols(const struct popup_screen *self)
{
	int widest = 2;

	for (size_t i = 0; i < self->spec.n_items; i++) {
		int cols = (int)utf8_cols(self->items[i].code);
		widest = cols > widest ? cols : widest;
	}
	return widest;
}

static int item_cols(const struct popup_screen *self)
{
	int widest = (int)utf8_cols(self->spec.title) + 4;

	for (size_t i = 0; i < self->spec.n_items; i++) {
		int cols = (int)utf8_cols(self->items[i].label) + code_cols(self) + 7;
		widest = cols > widest ? cols : widest;
	}
	return widest;
}

static void draw_item(void *arg, size_t index, const struct area *line, enum style style)
{
	struct popup_screen *self = arg;
	const struct popup_item *item = &self->items[index];

	if (style != STYLE_SELECTED)
		style = STYLE_POPUP;
	scr_put(line, 0, 0, line->cols, style, "");
	int x = 2;
	if (self->spec.many) {
		scr_put(line, 0, x, 3, style, item->marked ? "[x]" : "[ ]");
		x += 4;
	}
	if (item->code[0]) {
		int cols = code_cols(self);
		scr_put_right(line, 0, x, cols, style == STYLE_SELECTED ? style : STYLE_KEY, item->code);
		x += cols + 1;
	}
	scr_put(line, 0, x, line->cols - x, style, item->label);
}

static void popup_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct popup_screen *self = self_of(screen);
	int cols = item_cols(self) + 4, max_cols = area->cols - 4;

	(void)app;
	if (self->spec.text || self->spec.prompt) {
		int want = self->spec.text ? (int)utf8_cols(self->spec.text) + 6 : 0;
		want = want > 66 ? 66 : want < 50 ? 50 : want;
		cols = cols > want ? cols : want;
	}
	cols = cols > max_cols ? max_cols : cols;
	int n_items = (int)self->spec.n_items;
	int fixed = 2 + (self->spec.prompt ? 2 : 0) + (self->spec.text && n_items ? 1 : 0);
	int room = area->rows - fixed;
	self->text_rows = text_lines(self->spec.text, cols - 4);
	int beside = self->text_rows < room / 2 ? self->text_rows : room / 2;
	int shown = n_items < room - beside ? n_items : room - beside;
	self->text_shown = self->text_rows < room - shown ? self->text_rows : room - shown;
	int rows = fixed + shown + self->text_shown;
	struct area box = area_sub(area, (area->rows - rows) / 2, (area->cols - cols) / 2, rows, cols);
	scr_fill(&box, STYLE_POPUP);
	scr_box(&box, self->spec.warning ? STYLE_WARN : STYLE_BORDER);
	scr_printf(&box, 0, 2, -1, self->spec.warning ? STYLE_WARN : STYLE_HEADING, " %s ",
	           self->spec.title);
	int y = 1;
	if (self->spec.text) {
		if (self->scroll > self->text_rows - self->text_shown)
			self->scroll = self->text_rows - self->text_shown;
		if (self->scroll < 0)
			self->scroll = 0;
		struct area inner = area_sub(&box, 0, 0, rows, cols - 2);
		scr_wrap(&inner, y, 2, cols - 4, self->text_shown, self->scroll, STYLE_POPUP,
		         self->spec.text);
		const char *more = _(" Up/Down: more ");
		if (self->text_shown < self->text_rows)
			scr_put(&box, rows - 1, cols - 2 - (int)utf8_cols(more), -1, STYLE_HEADING, more);
		y += self->text_shown;
	}
	if (self->spec.prompt) {
		text_draw(&self->text, &box, y + 1, 2, cols - 4, STYLE_FOCUS, true);
		return;
	}
	if (self->spec.n_items) {
		y += self->spec.text != NULL;
		struct area list = area_sub(&box, y, 1, rows - 1 - y, cols - 2);
		list_draw(&self->list, &list, true, draw_item, self);
	} else {
		scr_cursor(&box, 1, 2);
	}
}

/* Digits choose by code; "1" waits for a second digit only when "1x" exists. */
static bool choose_by_code(struct popup_screen *self, tkey_t key, bool *complete)
{
	size_t len = strlen(self->typed);
	bool longer = false, found = false;

	*complete = false;
	if (key <= ' ' || key >= 0x7f || len + 1 >= sizeof(self->typed))
		return false;
	for (int attempt = 0; attempt < 2 && !found; attempt++) {
		if (attempt)
			len = 0;
		self->typed[len] = (char)key;
		self->typed[len + 1] = '\0';
		longer = false;
		for (size_t i = 0; i < self->spec.n_items; i++) {
			const char *code = self->items[i].code;
			if (!strcmp(code, self->typed)) {
				self->list.cursor = i;
				found = true;
			} else if (!strncmp(code, self->typed, len + 1)) {
				longer = true;
			}
		}
		if (longer && !found)
			return true;
	}
	if (!found)
		self->typed[0] = '\0';
	*complete = found && !longer;
	return found;
}

static enum screen_result popup_pick(struct popup_screen *self, struct app *app)
{
	if (!self->spec.many)
		return answer(self, app, (int)self->list.cursor);
	self->items[self->list.cursor].marked ^= true;
	return SCREEN_REDRAW;
}

static enum screen_result popup_key(struct screen *screen, struct app *app, tkey_t key,
                                    enum action action)
{
	struct popup_screen *self = self_of(screen);
	bool changed, complete;

	/* A letter may be a code: it comes before what letters mean elsewhere. */
	if (!self->spec.prompt && self->spec.n_items && choose_by_code(self, key, &complete))
		return complete ? popup_pick(self, app) : SCREEN_REDRAW;
	if (action == ACTION_BACK || action == ACTION_LEAVE)
		return answer(self, app, POPUP_NONE);
	if (self->spec.prompt) {
		if (action == ACTION_OPEN || action == ACTION_SAVE)
			return answer(self, app, 0);
		return text_key(&self->text, key, action, &changed) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
	if (!self->spec.n_items) {
		int page = self->text_shown > 1 ? self->text_shown - 1 : 1;
		if (action == ACTION_OPEN || key == ' ')
			return answer(self, app, POPUP_NONE);
		self->scroll += action == ACTION_DOWN ? 1 : action == ACTION_UP ? -1 :
		                action == ACTION_PAGE_DOWN ? page : action == ACTION_PAGE_UP ? -page : 0;
		return SCREEN_REDRAW;
	}
	if (action == ACTION_PICK)
		return popup_pick(self, app);
	/* F2 saves elsewhere: out of habit it must not answer a question. */
	if (action == ACTION_OPEN || (action == ACTION_SAVE && self->spec.many))
		return answer(self, app, (int)self->list.cursor);
	if (list_key(&self->list, action)) {
		self->typed[0] = '\0';
		return SCREEN_REDRAW;
	}
	return action == ACTION_IME || action == ACTION_REDRAW ? SCREEN_NOT_MINE : SCREEN_DONE;
}

static size_t popup_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	struct popup_screen *self = self_of(screen);
	size_t n = 0;

	(void)app;
	if (self->spec.many)
		out[n++] = (struct keybar_item){ ACTION_PICK, NULL };
	if (self->spec.n_items)
		out[n++] = (struct keybar_item){ ACTION_OPEN, self->spec.many ? _("Done") : _("Choose") };
	else
		out[n++] = (struct keybar_item){ ACTION_OPEN, _("OK") };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

static bool popup_typing(const struct screen *screen)
{
	return ((const struct popup_screen *)screen)->spec.prompt;
}

static void popup_settle(struct screen *screen, struct app *app)
{
	struct popup_screen *self = self_of(screen);

	if (self->owner && self->owner->ops->settle)
		self->owner->ops->settle(self->owner, app);
}

static void popup_destroy(struct screen *screen)
{
	struct popup_screen *self = self_of(screen);

	text_clear(&self->text);
	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops popup_ops = {
	.title = "",
	.overlay = true,
	.draw = popup_draw,
	.key = popup_key,
	.keys = popup_keys,
	.typing = popup_typing,
	.settle = popup_settle,
	.destroy = popup_destroy,
};

void popup_number(struct popup_item *items, size_t first, size_t n)
{
	static const char codes[] = "123456789abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (size_t i = first; i < n; i++)
		snprintf(items[i].code, sizeof(items[i].code), "%.1s",
		         i - first < sizeof(codes) - 1 ? &codes[i - first] : "");
}

struct screen *popup_new(const struct popup *popup, struct screen *owner)
{
	struct popup_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &popup_ops;
	self->owner = owner;
	self->spec = *popup;
	self->spec.title = arena_strdup(&self->arena, popup->title ? popup->title : "");
	self->spec.text = popup->text ? arena_strdup(&self->arena, popup->text) : NULL;
	self->items = arena_array(&self->arena, popup->n_items + 1, sizeof(*self->items));
	if (!self->spec.title || !self->items) {
		popup_destroy(&self->screen);
		return NULL;
	}
	for (size_t i = 0; i < popup->n_items; i++) {
		self->items[i] = popup->items[i];
		self->items[i].label = arena_strdup(&self->arena, popup->items[i].label);
		if (!self->items[i].label)
			self->items[i].label = "";
	}
	self->list.n = popup->n_items;
	self->list.cursor = popup->cursor;
	if (popup->prompt) {
		text_set(&self->text, popup->proposal ? popup->proposal : "");
		self->text.fresh = popup->proposal != NULL;
	}
	return &self->screen;
}

enum screen_result popup_open(struct app *app, struct screen *owner, const struct popup *popup)
{
	return app_push(app, popup_new(popup, owner));
}

enum screen_result popup_tell(struct app *app, const char *title, const char *text)
{
	struct popup popup = { .title = title, .text = text };

	return popup_open(app, NULL, &popup);
}
