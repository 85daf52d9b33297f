/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "lib/i18n.h"
#include "sync/sync.h"
#include "tui/list.h"
#include "tui/text.h"

enum focus { FOCUS_OPERATOR, FOCUS_PASSWORD };

struct unlock_screen {
	struct screen screen;
	struct arena arena;
	const struct account *accounts;
	size_t n_accounts;
	struct list list;
	struct text name, password;
	enum focus focus;
	char trouble[512]; /* why nobody can unlock; "" when all is well */
};

static struct unlock_screen *self_of(struct screen *screen)
{
	return (struct unlock_screen *)screen;
}

static void draw_account(void *arg, size_t index, const struct area *line, enum style style)
{
	struct unlock_screen *self = arg;
	const struct account *account = &self->accounts[index];

	scr_put(line, 0, 2, 16, style, account->operator_name);
	scr_put(line, 0, 19, line->cols - 19, style,
	        account->disabled ? _("(disabled)") : account->display_name);
}

static void unlock_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct unlock_screen *self = self_of(screen);
	int rows = (int)(self->n_accounts < 6 ? self->n_accounts : 6), height = 10 + rows;
	struct area box = area_sub(area, (area->rows - height) / 2, (area->cols - 56) / 2, height, 56);
	enum style name = self->focus == FOCUS_OPERATOR ? STYLE_FOCUS : STYLE_FIELD;

	if (term_trouble())
		scr_wrap(area, box.y + box.rows - area->y, (area->cols - 56) / 2, 56, 3, 0, STYLE_WARN, term_trouble());
	scr_box(&box, app->practice ? STYLE_WARN : STYLE_BORDER);
	scr_put(&box, 1, 4, 48, STYLE_STRONG, _("Records of a village clinic"));
	scr_put(&box, 2, 4, 48, STYLE_DIM, app->dir);
	if (self->trouble[0]) {
		scr_wrap(&box, 4, 4, 48, height - 6, 0, STYLE_ERROR, self->trouble);
		scr_cursor(&box, 4, 4);
		return;
	}
	scr_put(&box, 4, 4, 10, STYLE_LABEL, _("Operator"));
	text_draw(&self->name, &box, 4, 15, 37, name, self->focus == FOCUS_OPERATOR);
	struct area list = area_sub(&box, 5, 15, rows, 38);
	int y, x;
	bool had = scr_cursor_get(&y, &x);
	list_draw(&self->list, &list, self->focus == FOCUS_OPERATOR, draw_account, self);
	if (self->focus == FOCUS_OPERATOR && had)
		text_draw(&self->name, &box, 4, 15, 37, name, true);
	scr_put(&box, 6 + rows, 4, 10, STYLE_LABEL, _("Password"));
	text_draw(&self->password, &box, 6 + rows, 15, 37,
	          self->focus == FOCUS_PASSWORD ? STYLE_FOCUS : STYLE_FIELD,
	          self->focus == FOCUS_PASSWORD);
	scr_put(&box, 8 + rows, 4, 48, STYLE_DIM,
	        self->focus == FOCUS_OPERATOR ? _("Choose with Up and Down or type the name, then Enter") :
	                                        _("Type the password, then Enter"));
}

/* Open the store as this operator and go to the first screen. */
static enum screen_result enter(struct unlock_screen *self, struct app *app)
{
	struct error err = { 0 };
	struct session session;

	if (!app_load_forms(app))
		return SCREEN_REDRAW;
	int code = account_unlock(app->dir, self->name.bytes, self->password.bytes, &session, &err);
	text_clear(&self->password);
	self->password.secret = true;
	if (code == ERR_AUTH)
		app_say(app, STYLE_ERROR, "%s",
		        _("Operator or password is not right. Capital letters on? Try again."));
	else if (code)
		app_say_error(app, &err);
	if (code)
		return SCREEN_REDRAW;
	code = store_open(&app->store, app->dir, &session, app->forms, STORE_LENDER, &err);
	session_end(&session);
	if (!code)
		code = care_register(app->store, app_progress(app), &err);
	if (code) {
		store_close(app->store);
		app->store = NULL;
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	sync_register(app->store);
	store_info_get(app->store, &app->info, &err);
	app->practice = app->practice || strstr(app->info.self.name, "练习") ||
	                strstr(app->info.self.name, "practice");
	app->next = today_new(app);
	return app->next ? SCREEN_REPLACE : SCREEN_REDRAW;
}

/* Typing a name marks the first operator that begins with it. */
static void mark_typed(struct unlock_screen *self)
{
	for (size_t i = 0; i < self->n_accounts; i++)
		if (!strncmp(self->accounts[i].operator_name, self->name.bytes, self->name.len)) {
			self->list.cursor = i;
			return;
		}
}

static void take_marked(struct unlock_screen *self)
{
	if (self->n_accounts)
		text_set(&self->name, self->accounts[self->list.cursor].operator_name);
	self->name.fresh = true;
}

static enum screen_result unlock_key(struct screen *screen, struct app *app, tkey_t key,
                                     enum action action)
{
	struct unlock_screen *self = self_of(screen);
	bool changed;

	if (action == ACTION_LEAVE || action == ACTION_BACK) {
		if (action == ACTION_BACK && self->focus == FOCUS_PASSWORD && self->n_accounts > 1) {
			self->focus = FOCUS_OPERATOR;
			return SCREEN_REDRAW;
		}
		return SCREEN_CLOSE;
	}
	if (self->trouble[0])
		return SCREEN_NOT_MINE;
	if (action == ACTION_TAB || action == ACTION_BACKTAB) {
		self->focus = self->focus == FOCUS_OPERATOR ? FOCUS_PASSWORD : FOCUS_OPERATOR;
		return SCREEN_REDRAW;
	}
	if (self->focus == FOCUS_OPERATOR) {
		if (action == ACTION_OPEN) {
			self->focus = FOCUS_PASSWORD;
			return SCREEN_REDRAW;
		}
		if (list_key(&self->list, action)) {
			take_marked(self);
			return SCREEN_REDRAW;
		}
		if (!text_key(&self->name, key, action, &changed))
			return SCREEN_NOT_MINE;
		if (changed)
			mark_typed(self);
		return SCREEN_REDRAW;
	}
	if (action == ACTION_OPEN)
		return enter(self, app);
	if (action == ACTION_UP) {
		self->focus = FOCUS_OPERATOR;
		return SCREEN_REDRAW;
	}
	return text_key(&self->password, key, action, &changed) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
}

static size_t unlock_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	struct unlock_screen *self = self_of(screen);
	size_t n = 0;

	(void)app;
	if (!self->trouble[0]) {
		out[n++] = (struct keybar_item){ ACTION_OPEN,
			                         self->focus == FOCUS_PASSWORD ? _("Log in") : _("Next field") };
		out[n++] = (struct keybar_item){ ACTION_TAB, _("Operator or password") };
	}
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	out[n++] = (struct keybar_item){ ACTION_LEAVE, NULL };
	return n;
}

static bool unlock_typing(const struct screen *screen)
{
	(void)screen;
	return true;
}

static void unlock_destroy(struct screen *screen)
{
	struct unlock_screen *self = self_of(screen);

	text_clear(&self->password);
	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops unlock_ops = {
	.title = N_("Log in"),
	.help = N_("Choose who is working and type the password. Nothing of the records can be read without "
	           "it. Who has forgotten the password asks the person in charge of the clinic, who sets a new "
	           "one with xiangyi-admin user; the printed recovery code opens the store as well."),
	.draw = unlock_draw,
	.key = unlock_key,
	.keys = unlock_keys,
	.typing = unlock_typing,
	.destroy = unlock_destroy,
};

static void read_accounts(struct unlock_screen *self, struct app *app)
{
	struct error err = { 0 };
	int code = account_list(app->dir, &self->arena, &self->accounts, &self->n_accounts, &err);

	if (code == ERR_NOTFOUND)
		snprintf(self->trouble, sizeof(self->trouble),
		         _("There is no store in this folder yet. Make one with: xiangyi-admin init "
		           "--store %s"),
		         app->dir);
	else if (code)
		snprintf(self->trouble, sizeof(self->trouble), "%s", err.text);
	list_set_count(&self->list, self->n_accounts);
	for (size_t i = 0; i < self->n_accounts; i++)
		if (!self->accounts[i].disabled) {
			self->list.cursor = i;
			break;
		}
}

struct screen *unlock_new(struct app *app)
{
	struct unlock_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &unlock_ops;
	self->password.secret = true;
	read_accounts(self, app);
	if (app->operator_name) {
		text_set(&self->name, app->operator_name);
		mark_typed(self);
	} else {
		take_marked(self);
	}
	if (app->operator_name || self->n_accounts == 1)
		self->focus = FOCUS_PASSWORD;
	return &self->screen;
}
