/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/app.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/package.h"
#include "tui/frame.h"
#include "tui/help.h"

enum {
	TICK_MS = 60000,       /* look whether a new day has begun */
	PROGRESS_EVERY_MS = 100,
};

static struct screen *top(const struct app *app)
{
	return app->depth ? app->stack[app->depth - 1] : NULL;
}

int app_start(struct app *app, const char *store_dir)
{
	const char *folder = strrchr(store_dir, '/') ? strrchr(store_dir, '/') + 1 : store_dir;

	memset(app, 0, sizeof(*app));
	app->dir = store_dir;
	app->practice = strstr(folder, "practice") || strstr(folder, "练习");
	app->today = date_today();
	return 0;
}

static void pop(struct app *app)
{
	struct screen *screen = top(app);

	app->stack[--app->depth] = NULL;
	screen->ops->destroy(screen);
}

static void forget_board(struct app *app)
{
	care_board_free(app->board);
	app->board = NULL;
}

void app_stop(struct app *app)
{
	while (app->depth)
		pop(app);
	forget_board(app);
	store_close(app->store);
	app->store = NULL;
	form_set_free(app->forms);
	app->forms = NULL;
}

enum screen_result app_push(struct app *app, struct screen *screen)
{
	if (!screen) {
		if (!app->message[0])
			app_say(app, STYLE_ERROR, "%s", error_kind(ERR_NOMEM));
		return SCREEN_REDRAW;
	}
	app->next = screen;
	return SCREEN_PUSH;
}

bool app_may_see(struct app *app)
{
	if (role_sees_patients(store_session(app->store)->role))
		return true;
	app_say(app, STYLE_WARN, "%s", _("This operator may not see patients; sync is open."));
	return false;
}

bool app_writes(const struct app *app)
{
	return role_writes(store_session(app->store)->role);
}

void app_say(struct app *app, enum style style, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(app->message, sizeof(app->message), fmt, args);
	va_end(args);
	app->message_style = style;
}

void app_say_error(struct app *app, const struct error *err)
{
	app_say(app, STYLE_ERROR, "%s", err->text[0] ? err->text : error_kind(err->code));
}

static void reload_all(struct app *app)
{
	struct error err;

	if (app->store)
		store_info_get(app->store, &app->info, &err);
	for (size_t i = 0; i < app->depth; i++)
		if (app->stack[i]->ops->reload)
			app->stack[i]->ops->reload(app->stack[i], app);
}

void app_reload(struct app *app)
{
	forget_board(app);
	reload_all(app);
}

void app_changed(struct app *app, rid_t subject)
{
	struct error err = { 0 };

	if (app->board && care_board_update(app->board, subject, &err))
		forget_board(app);
	reload_all(app);
}

int app_indicators(struct app *app, const struct care_period *period, const struct indicator_table **out,
                   struct error *err)
{
	const struct indicator_question question = { .period = *period, .by = GROUP_VILLAGE };
	int rc = 0;

	if (!app->board || app->board_period.first != period->first || app->board_period.on != period->on) {
		forget_board(app);
		rc = care_board_new(&app->board, app->store, &question, app_progress(app), err);
		app->board_period = *period;
	}
	return rc ? rc : care_board_table(app->board, out, err);
}

static void settle(struct app *app)
{
	for (size_t i = 0; i < app->depth; i++)
		if (app->stack[i]->ops->settle)
			app->stack[i]->ops->settle(app->stack[i], app);
}

void app_remember(struct app *app, rid_t resident)
{
	size_t at = 0;

	while (at < app->n_recent && app->recent[at] != resident)
		at++;
	if (at == app->n_recent && app->n_recent < APP_RECENT)
		app->n_recent++;
	if (at >= APP_RECENT)
		at = APP_RECENT - 1;
	memmove(app->recent + 1, app->recent, at * sizeof(app->recent[0]));
	app->recent[0] = resident;
}

bool app_load_forms(struct app *app)
{
	struct error err = { 0 }, warning;

	if (app->forms)
		return true;
	if (!package_load_forms(&app->forms, app->dir, &warning, &err)) {
		if (*warning.text)
			app_say(app, STYLE_WARN, "%s", warning.text);
		return true;
	}
	app_say_error(app, &err);
	return false;
}

/* --- drawing --- */

void app_draw(struct app *app)
{
	struct area whole = term_area();
	size_t base = app->depth;

	term_begin();
	if (!frame_fits(&whole)) {
		frame_draw_small(&whole);
		term_show(app->blank);
		return;
	}
	while (base > 1 && app->stack[base - 1]->ops->overlay)
		base--;
	for (size_t i = base ? base - 1 : 0; i < app->depth; i++) {
		struct screen *screen = app->stack[i];
		struct area area;
		if (screen->ops->overlay) {
			scr_cursor_none();
			frame_draw_keys(app, screen, &whole);
			area = area_sub(&whole, 1, 0, whole.rows - 3, whole.cols);
		} else {
			area = frame_draw(app, screen, &whole);
		}
		screen->ops->draw(screen, app, &area);
	}
	term_show(app->blank);
	app->blank = false;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool asked_to_stop(void)
{
	bool open = true;
	tkey_t key;

	while ((key = term_read(&open)) != TKEY_NONE)
		if (key == TKEY_ESC || key == TKEY_CTRL('C'))
			return true;
	return !open;
}

static bool show_progress(struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	struct app *app = progress->arg;
	struct area whole = term_area();
	int64_t now = now_ms();

	if (now - app->progress_shown_ms < PROGRESS_EVERY_MS && done != total)
		return true;
	app->progress_shown_ms = now;
	struct area box = area_sub(&whole, whole.rows / 2 - 3, whole.cols / 2 - 30, 6, 60);
	scr_fill(&box, STYLE_POPUP);
	scr_box(&box, STYLE_BORDER);
	scr_put(&box, 1, 3, 54, STYLE_POPUP, what ? what : "");
	if (total) {
		int eighths = (int)((double)(done < total ? done : total) / (double)total * 46 * 8);
		for (int i = 0; i < 46; i++, eighths -= 8)
			scr_put(&box, 2, 3 + i, 1, STYLE_FIELD, eighths >= 8 ? (scr_ascii() ? "#" : "█") : " ");
		scr_printf(&box, 2, 51, 6, STYLE_POPUP, "%3d %%", (int)(done * 100 / total));
	} else {
		scr_printf(&box, 2, 3, 54, STYLE_POPUP, "%llu", (unsigned long long)done);
	}
	scr_put(&box, 4, 3, 54, STYLE_DIM, _("Esc stops; nothing is left half done"));
	scr_cursor(&box, 2, 3);
	term_show(false);
	return !asked_to_stop();
}

struct progress *app_progress(struct app *app)
{
	app->progress.report = show_progress;
	app->progress.arg = app;
	app->progress_shown_ms = now_ms();
	return &app->progress;
}

/* --- keys --- */

static void apply(struct app *app, struct screen *screen, enum screen_result result);

static void close_top(struct app *app)
{
	app_answer answer = app->answer;
	int choice = app->answer_choice;

	app->answer = NULL;
	pop(app);
	if (app->depth && top(app)->ops->back)
		top(app)->ops->back(top(app), app);
	if (!app->depth)
		app->quit = true;
	else if (answer)
		apply(app, top(app), answer(top(app), app, choice));
}

static void push_next(struct app *app)
{
	struct screen *screen = app->next;

	app->next = NULL;
	if (app->depth >= APP_DEPTH) {
		screen->ops->destroy(screen);
		app_say(app, STYLE_WARN, _("too many screens are open: go back first"));
		return;
	}
	app->stack[app->depth++] = screen;
	if (screen->ops->opened)
		apply(app, screen, screen->ops->opened(screen, app));
}

static void apply(struct app *app, struct screen *screen, enum screen_result result)
{
	switch (result) {
	case SCREEN_CLOSE:
		if (top(app) == screen)
			close_top(app);
		break;
	case SCREEN_REPLACE:
		pop(app);
		push_next(app);
		break;
	case SCREEN_PUSH:
		push_next(app);
		break;
	case SCREEN_DONE:
	case SCREEN_REDRAW:
	case SCREEN_NOT_MINE:
		break;
	}
}

static void common_key(struct app *app, struct screen *screen, enum action action)
{
	switch (action) {
	case ACTION_HELP:
		apply(app, screen, app_push(app, help_new(app, screen)));
		break;
	case ACTION_REDRAW:
		app->blank = true;
		break;
	case ACTION_REFRESH:
		app_reload(app);
		break;
	case ACTION_LEAVE:
	case ACTION_BACK:
		if (app->depth > 1)
			close_top(app);
		break;
	default:
		break;
	}
}

static bool is_typing(const struct screen *screen)
{
	return screen->ops->typing && screen->ops->typing(screen);
}

static void screen_key(struct app *app, struct screen *screen, tkey_t key)
{
	struct keybar_item items[KEYBAR_MAX];
	bool typing = is_typing(screen);
	size_t n = screen->ops->keys ? screen->ops->keys(screen, app, items) : 0;
	enum action action = action_find(key, typing, items, n);
	enum screen_result result = screen->ops->key(screen, app, key, action);
	if (result == SCREEN_NOT_MINE)
		common_key(app, screen, action);
	else
		apply(app, screen, result);
}

/* Pinyin stands between the keyboard and a screen that takes text. */
static bool take_pinyin(struct app *app, struct screen *screen, tkey_t key)
{
	char committed[IME_PINYIN_BYTES];

	if (!is_typing(screen) || !imebar_key(&app->ime, key, committed))
		return false;
	for (const char *at = committed; *at && top(app) == screen;) {
		uint32_t cp;
		at += utf8_next(at, &cp);
		screen_key(app, screen, cp);
	}
	return true;
}

void app_key(struct app *app, tkey_t key)
{
	struct screen *screen = top(app);
	struct area whole = term_area();

	/* Nobody types into what cannot be seen. */
	if (!screen || (!frame_fits(&whole) && key != TKEY_RESIZE))
		return;
	app->message[0] = '\0';
	if (key == TKEY_F(12) || key == TKEY_CTRL('\\'))
		imebar_toggle(&app->ime);
	else if (!take_pinyin(app, screen, key))
		screen_key(app, screen, key);
}

/* --- the loop --- */

static void tell_test(const char *number)
{
	if (number && *number) {
		ssize_t written = write(atoi(number), ".", 1);
		(void)written;
	}
}

/* A store that could not be taken back cannot be worked with: the program ends and says why. */
static int lend(struct app *app, struct error *err)
{
	char who[128] = "";

	settle(app);
	app_say(app, STYLE_DIM, "%s", _("Another program asks for the store: one moment…"));
	app_draw(app);
	app->message[0] = '\0';
	int code = store_lend(app->store, who, sizeof(who), err);
	if (code)
		return code;
	app_reload(app);
	if (who[0])
		app_say(app, STYLE_OK, _("%s used the store for a moment"), who);
	return 0;
}

static void new_day(struct app *app)
{
	if (date_today() == app->today)
		return;
	app->today = date_today();
	app_reload(app);
}

/* Read what has come in. False when the terminal went away or a signal ends the program. */
static bool take_events(struct app *app, const struct pollfd *fds)
{
	bool open = true;

	if (fds[1].revents) {
		unsigned seen = term_signals();
		if (seen & TERM_RESIZED)
			term_resize();
		if (seen & TERM_ENDED)
			return false;
	}
	if (fds[0].revents) {
		tkey_t key;
		while (!app->quit && (key = term_read(&open)) != TKEY_NONE)
			app_key(app, key);
		if (fds[0].revents & (POLLERR | POLLNVAL) || (fds[0].revents == POLLHUP))
			open = false;
	}
	return open;
}

int app_run(struct app *app, struct error *err)
{
	const char *sync_fd = getenv("XIANGYI_SYNC_FD");

	while (!app->quit) {
		app_draw(app);
		struct pollfd fds[3] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = term_signal_fd(), .events = POLLIN },
			{ .fd = app->store ? store_lend_fd(app->store) : -1, .events = POLLIN },
		};
		int n = poll(fds, 3, 0);
		if (n == 0) {
			if (!app->forms && app->depth == 1)
				app_load_forms(app);
			tell_test(sync_fd);
			n = poll(fds, 3, TICK_MS);
		}
		if (n < 0 && errno != EINTR)
			return error_errno(err, errno, _("cannot wait for keys"));
		if (n > 0 && !take_events(app, fds)) {
			settle(app);
			return error_set(err, ERR_IO, _("the terminal was closed; drafts are kept"));
		}
		int code = n > 0 && !fds[0].revents && fds[2].revents ? lend(app, err) : 0;
		if (code)
			return code;
		new_day(app);
	}
	return 0;
}
