/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/sync.h"
#include "tui/list.h"
#include "tui/popup.h"

enum { RESULT_LINES = 200 };

struct result_line {
	enum style style;
	const char *text; /* in results */
};

struct sync_screen {
	struct screen screen;
	struct arena arena;   /* sticks */
	struct arena results;
	struct stick *sticks;
	size_t n_sticks;
	char path[SYNC_PATH_BYTES]; /* typed; "" none */
	struct sync_state state;
	char state_trouble[256];
	char words[128];      /* of a township that wants to be followed; "" none */
	char offer[512];      /* the question about it */
	struct list list;     /* sticks, the typed path, "type a path" */
	struct result_line lines[RESULT_LINES];
	size_t n_lines;
};

static struct sync_screen *self_of(struct screen *screen)
{
	return (struct sync_screen *)screen;
}

static bool is_village(const struct app *app)
{
	return app->info.self.level == LEVEL_VILLAGE;
}

/* --- results --- */

static void clear_results(struct sync_screen *self)
{
	arena_reset(&self->results);
	self->n_lines = 0;
}

__attribute__((format(printf, 3, 4)))
static void say(struct sync_screen *self, enum style style, const char *fmt, ...)
{
	char text[SYNC_PATH_BYTES + 256];
	va_list args;

	if (self->n_lines == RESULT_LINES)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	const char *copy = arena_strdup(&self->results, text);
	if (copy)
		self->lines[self->n_lines++] = (struct result_line){ style, copy };
}

static void say_size(char out[32], uint64_t bytes)
{
	if (bytes < 10 * 1024)
		snprintf(out, 32, _("%llu bytes"), (unsigned long long)bytes);
	else if (bytes < 10 * 1024 * 1024)
		snprintf(out, 32, "%llu KB", (unsigned long long)(bytes / 1024));
	else
		snprintf(out, 32, "%llu MB", (unsigned long long)(bytes / 1024 / 1024));
}

/* --- reading --- */

static void sync_reload(struct screen *screen, struct app *app)
{
	struct sync_screen *self = self_of(screen);
	struct error err = { 0 };

	arena_reset(&self->arena);
	self->n_sticks = 0;
	self->state_trouble[0] = '\0';
	if (stick_list(&self->arena, &self->sticks, &self->n_sticks, &err))
		app_say_error(app, &err);
	if (sync_status(app->store, &self->state, &err))
		snprintf(self->state_trouble, sizeof(self->state_trouble), "%.250s", err.text);
	list_set_count(&self->list, self->n_sticks + (self->path[0] != '\0') + 1);
}

/* The folder of the chosen line, or NULL for "type a path". */
static const char *chosen_path(const struct sync_screen *self)
{
	size_t at = self->list.cursor;

	if (at < self->n_sticks)
		return self->sticks[at].path;
	return at == self->n_sticks && self->path[0] ? self->path : NULL;
}

/* --- drawing --- */

static void draw_target(void *arg, size_t index, const struct area *line, enum style style)
{
	struct sync_screen *self = arg;
	char size[32];

	if (index < self->n_sticks) {
		const struct stick *stick = &self->sticks[index];
		scr_put(line, 0, 2, 18, style, stick->label[0] ? stick->label : _("stick"));
		scr_put(line, 0, 21, line->cols - 46, style, stick->path);
		say_size(size, stick->free_bytes > 0 ? (uint64_t)stick->free_bytes : 0);
		scr_printf(line, 0, line->cols - 24, 24, list_style(style, stick->read_only ? STYLE_ERROR : STYLE_DIM),
		           stick->read_only ? _("! read-only") : _("%s free"), size);
	} else if (self->path[0] && index == self->n_sticks) {
		scr_put(line, 0, 2, 18, style, _("folder"));
		scr_put(line, 0, 21, line->cols - 22, style, self->path);
	} else {
		scr_put(line, 0, 2, line->cols - 2, style, _("Type the path of another folder…"));
	}
}

static void draw_state(struct sync_screen *self, struct app *app, const struct area *area)
{
	const struct sync_state *s = &self->state;
	char exported[DATE_TEXT_BYTES], receipt[DATE_TEXT_BYTES];
	int x;

	if (self->state_trouble[0]) {
		scr_put(area, 0, 2, area->cols - 4, STYLE_ERROR, self->state_trouble);
		return;
	}
	if (!is_village(app)) {
		scr_put(area, 0, 2, area->cols - 4, STYLE_NORMAL,
		        _("The villages' bundles are merged here; receipts are written back to the stick."));
		scr_printf(area, 1, 2, area->cols - 4, STYLE_NORMAL,
		           _("Entries held %llu   waiting %llu   returned %llu"),
		           (unsigned long long)app->info.n_entries,
		           (unsigned long long)app->info.n_waiting,
		           (unsigned long long)app->info.n_quarantined);
		return;
	}
	x = 2 + scr_put(area, 0, 2, -1, STYLE_LABEL, _("Township")) + 1;
	if (s->enrolled)
		scr_printf(area, 0, x, area->cols - x, STYLE_STRONG, "%s (%s)", s->township,
		           s->township_region);
	else
		scr_put(area, 0, x, area->cols - x, STYLE_WARN,
		        _("! not joined yet: take the request there, bring the answer back"));
	x = 5 + scr_printf(area, 1, 2, -1, STYLE_NORMAL, _("Own entries %llu"),
	                   (unsigned long long)s->own_entries);
	x += 3 + scr_printf(area, 1, x, -1, STYLE_OK, _("arrived %llu"),
	                    (unsigned long long)s->acknowledged);
	x += 3 + scr_printf(area, 1, x, -1, s->pending ? STYLE_WARN : STYLE_DIM, _("to send %llu"),
	                    (unsigned long long)s->pending);
	scr_printf(area, 1, x, -1, s->quarantined ? STYLE_ERROR : STYLE_DIM, _("returned %llu"),
	           (unsigned long long)s->quarantined);
	scr_printf(area, 2, 2, area->cols - 4, STYLE_DIM, _("Last sent %s   last receipt %s"),
	           s->last_export == DATE_NONE ? _("never") : date_format(s->last_export, exported),
	           s->last_receipt == DATE_NONE ? _("never") : date_format(s->last_receipt, receipt));
}

static void sync_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct sync_screen *self = self_of(screen);
	int rows = (int)(self->list.n < 5 ? self->list.n : 5), y = 6 + rows;

	draw_state(self, app, area);
	scr_hline(area, 3, 0, area->cols, STYLE_BORDER);
	scr_put(area, 4, 2, area->cols - 4, STYLE_HEADING,
	        self->n_sticks ? _("Sticks found") : _("No stick found: plug one in and press F5"));
	struct area list = area_sub(area, 5, 0, rows, area->cols);
	list_draw(&self->list, &list, true, draw_target, self);
	scr_hline(area, y - 1, 0, area->cols, STYLE_BORDER);
	for (size_t i = 0; i < self->n_lines && y < area->rows; i++) {
		int used = scr_wrap(area, y, 2, area->cols - 4, area->rows - y, 0, self->lines[i].style,
		                    self->lines[i].text);
		y += used;
	}
	if (!self->n_lines)
		scr_put(area, y, 2, area->cols - 4, STYLE_DIM,
		        is_village(app) ? _("Enter on a line: send, or read the township's receipt.") :
		                          _("Enter on a line: merge the villages' bundles there."));
}

/* --- working --- */

static void do_export(struct sync_screen *self, struct app *app, const char *path)
{
	struct export_report report;
	struct error err = { 0 };
	char size[32];

	memset(&report, 0, sizeof(report));
	if (sync_export(app->store, path, app_progress(app), &report, &err)) {
		say(self, STYLE_ERROR, _("Not sent: %s"), err.text);
		say(self, STYLE_NORMAL, "%s", _("Nothing half-written was left; earlier bundles are still there."));
		return;
	}
	if (report.nothing_new) {
		say(self, STYLE_OK, "%s", _("The township already has everything: nothing to send."));
		return;
	}
	say_size(size, report.bytes);
	say(self, STYLE_OK, _("%s Written, read back and verified: %llu entries, %s"),
	    scr_symbol(SYM_CHECK), (unsigned long long)report.entries, size);
	say(self, STYLE_NORMAL, "%s", report.path);
	say(self, STYLE_OK, "%s", _("The stick is safe to remove. It counts as arrived when the receipt is back."));
}

static void say_package(struct sync_screen *self, const struct package_report *package)
{
	if (package->refused)
		say(self, STYLE_WARN, _("The new forms and rules were refused, those of before stay: %s"),
		    package->refused);
	if (!package->fresh)
		return;
	say(self, STYLE_STRONG, _("New forms and rules came, number %llu; they count from the next start on:"),
	    (unsigned long long)package->number);
	for (size_t i = 0; i < package->n_changes; i++)
		say(self, STYLE_OK,
		    package->changes[i].how == PACKAGE_ADDED     ? _("new: %s")
		    : package->changes[i].how == PACKAGE_CHANGED ? _("changed: %s")
		                                                 : _("back to the shipped one: %s"),
		    package->changes[i].what);
}

/* The words are shown and compared before anything is taken over: the first time this says no. */
static bool same_words(void *arg, const struct import_offer *offer)
{
	struct sync_screen *self = arg;
	bool same = self->words[0] && !strcmp(self->words, offer->fingerprint);

	snprintf(self->words, sizeof(self->words), "%s", offer->fingerprint);
	snprintf(self->offer, sizeof(self->offer), _("%s (%s) wants to be followed. Its words: %s. Does its screen show the same?"),
	         offer->township, offer->region, offer->fingerprint);
	return same;
}

static void say_keys(struct sync_screen *self, const struct import_report *report)
{
	if (report->keys.replaced)
		say(self, STYLE_STRONG, _("The township has new keys, proved by the old ones or by the county. Its "
		                          "words now: %s"), report->fingerprint);
	if (report->keys.rollback)
		say(self, STYLE_WARN, "%s", _("The list of keys in it is older than the one known here and was not "
		                              "taken over."));
	if (report->keys.branched)
		say(self, STYLE_WARN, "%s", _("The township was set back: what it had said of keys before still counts."));
	if (report->keys.n_blocks)
		say(self, STYLE_WARN, _("Keys that were ended or doubted since: %zu"), report->keys.n_blocks);
}

static void do_import(struct sync_screen *self, struct app *app, const char *path)
{
	struct import_report report;
	const struct import_ask ask = { same_words, self };
	struct error err = { 0 };
	char date[DATE_TEXT_BYTES];

	memset(&report, 0, sizeof(report));
	self->offer[0] = '\0';
	int code = sync_import(app->store, path, &self->results, &ask, &report, &err);
	if (code == ERR_CANCELLED && self->offer[0])
		return; /* the person is asked next */
	self->words[0] = self->offer[0] = '\0';
	if (code) {
		say(self, err.code == ERR_NOTFOUND ? STYLE_WARN : STYLE_ERROR,
		    err.code == ERR_NOTFOUND ? _("No receipt for this clinic there: %s") : _("Not read: %s"),
		    err.text);
		return;
	}
	if (report.enrolled_now) {
		say(self, STYLE_OK, _("%s This clinic now belongs to %s."), scr_symbol(SYM_CHECK),
		    report.township);
		say(self, STYLE_STRONG, _("Its key in words: %s"), report.fingerprint);
	}
	say(self, STYLE_OK, _("Receipt of %s from %s: %llu entries arrived, %llu missing"),
	    report.answered == DATE_NONE ? "" : date_format(report.answered, date), report.township,
	    (unsigned long long)report.held, (unsigned long long)report.missing);
	if (report.waiting)
		say(self, STYLE_WARN, _("%llu wait there for entries that have not come yet"),
		    (unsigned long long)report.waiting);
	for (size_t i = 0; i < report.n_notes; i++)
		say(self, STYLE_ERROR, _("Returned no. %llu: %s"), (unsigned long long)report.notes[i].seq,
		    report.notes[i].reason);
	say_package(self, &report.package);
	say_keys(self, &report);
	if (report.tripwire)
		say(self, STYLE_WARN, "%s",
		    _("The township knows entries of this clinic that are not here: this store was set back "
		      "and has got a new identity. Nothing is lost; tell the township."));
}

static void do_merge(struct sync_screen *self, struct app *app, const char *path)
{
	struct merge_report report;
	struct error err = { 0 };

	memset(&report, 0, sizeof(report));
	int code = sync_merge(app->store, path, &self->results, app_progress(app), &report, &err);
	if (code && !report.n_files) {
		say(self, code == ERR_NOTFOUND ? STYLE_WARN : STYLE_ERROR, "%s", err.text);
		return;
	}
	say(self, report.n_refused ? STYLE_WARN : STYLE_OK,
	    _("%zu files, %zu refused: %llu new entries, %llu known, %llu waiting, %llu returned, %llu "
	      "conflicts"),
	    report.n_files, report.n_refused, (unsigned long long)report.total.fresh,
	    (unsigned long long)report.total.known, (unsigned long long)report.total.waiting,
	    (unsigned long long)report.total.quarantined, (unsigned long long)report.total.conflicts);
	for (size_t i = 0; i < report.n_files; i++) {
		const struct merge_file_report *file = &report.files[i];
		const char *name = strrchr(file->path, '/') ? strrchr(file->path, '/') + 1 : file->path;
		if (file->error.code)
			say(self, STYLE_ERROR, _("! %s refused: %s"), name, file->error.text);
		else
			say(self, STYLE_NORMAL, _("%s %s %s: %llu new of %llu"), scr_symbol(SYM_CHECK), name,
			    file->sender, (unsigned long long)file->result.fresh,
			    (unsigned long long)file->entries);
	}
	say(self, STYLE_OK, _("%llu receipts written back. The stick is safe to remove."),
	    (unsigned long long)report.receipts);
}

static void do_request(struct sync_screen *self, struct app *app, const char *dir)
{
	char path[SYNC_PATH_BYTES], name[REGION_BYTES + 8], words[128];
	struct error err = { 0 };

	snprintf(name, sizeof(name), "%s.XYR", app->info.self.region);
	if (path_join(path, sizeof(path), dir, name, &err) ||
	    enrol_write_request(app->store, path, &err)) {
		say(self, STYLE_ERROR, "%s", err.text);
		return;
	}
	say(self, STYLE_OK, _("%s Request written: %s"), scr_symbol(SYM_CHECK), path);
	if (!enrol_own_fingerprint(app->store, words, &err))
		say(self, STYLE_STRONG, _("The key of this clinic in words: %s"), words);
	say(self, STYLE_NORMAL, "%s",
	    _("At the township both sides read the words of the key aloud; then bring the answer back."));
}

typedef void (*sync_deed)(struct sync_screen *self, struct app *app, const char *path);

static enum screen_result take_trust(struct screen *screen, struct app *app, int choice)
{
	struct sync_screen *self = self_of(screen);
	const char *path = chosen_path(self);

	clear_results(self);
	if (choice == 0 && path) {
		do_import(self, app, path);
		app_reload(app);
	} else {
		self->words[0] = '\0';
		say(self, STYLE_WARN, "%s", _("Not joined; nothing was changed."));
	}
	return SCREEN_REDRAW;
}

static enum screen_result ask_trust(struct sync_screen *self, struct app *app)
{
	struct popup_item items[] = { { "y", _("Yes, we read them aloud: the same"), false },
		                      { "n", _("No, or nobody compared them"), false } };
	struct popup popup = { .title = _("Compare the words"), .text = self->offer, .items = items, .n_items = 2,
		               .cursor = 1, .answer = take_trust };

	return popup_open(app, &self->screen, &popup);
}

static enum screen_result take_deed(struct screen *screen, struct app *app, int choice)
{
	static const sync_deed village[] = { do_export, do_import, do_request };
	static const sync_deed township[] = { do_merge };
	struct sync_screen *self = self_of(screen);
	const char *path = chosen_path(self);

	if (choice == POPUP_NONE || !path)
		return SCREEN_REDRAW;
	clear_results(self);
	if (is_village(app))
		village[choice](self, app, path);
	else
		township[choice](self, app, path);
	app_reload(app);
	return self->offer[0] ? ask_trust(self, app) : SCREEN_REDRAW;
}

static enum screen_result ask_deed(struct sync_screen *self, struct app *app)
{
	struct popup_item village[] = { { "1", _("Send: write a bundle"), false },
		                        { "2", _("Read the township's receipt or answer"), false },
		                        { "3", _("Write the request to join a township"), false } };
	struct popup_item township[] = { { "1", _("Merge the bundles there"), false } };
	struct popup popup = { .title = chosen_path(self),
		               .items = is_village(app) ? village : township,
		               .n_items = is_village(app) ? 3 : 1,
		               .cursor = 0, .answer = take_deed };

	return popup_open(app, &self->screen, &popup);
}

static enum screen_result take_path(struct screen *screen, struct app *app, int choice)
{
	struct sync_screen *self = self_of(screen);

	if (choice == POPUP_NONE || !app->answer_text[0])
		return SCREEN_REDRAW;
	snprintf(self->path, sizeof(self->path), "%s", app->answer_text);
	list_set_count(&self->list, self->n_sticks + 2);
	self->list.cursor = self->n_sticks;
	return ask_deed(self, app);
}

static enum screen_result sync_key(struct screen *screen, struct app *app, tkey_t key,
                                   enum action action)
{
	struct sync_screen *self = self_of(screen);

	(void)key;
	if (action == ACTION_OPEN) {
		if (chosen_path(self))
			return ask_deed(self, app);
		struct popup popup = { .title = _("Folder"), .prompt = true,
			               .text = _("Path of the folder or of the mounted stick:"),
			               .proposal = self->path[0] ? self->path : "/media/",
			               .answer = take_path };
		enum screen_result result = popup_open(app, screen, &popup);
		return result;
	}
	return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
}

static size_t sync_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, _("Choose") };
	out[1] = (struct keybar_item){ ACTION_HELP, NULL };
	out[2] = (struct keybar_item){ ACTION_REFRESH, _("Look for sticks") };
	out[3] = (struct keybar_item){ ACTION_BACK, NULL };
	return 4;
}

static void sync_destroy(struct screen *screen)
{
	struct sync_screen *self = self_of(screen);

	arena_free(&self->arena);
	arena_free(&self->results);
	free(self);
}

static const struct screen_ops sync_ops = {
	.title = N_("Sync"),
	.help = N_("Records travel to the township on a stick, encrypted for it and signed by this clinic. Send "
	           "writes what no receipt covers yet; the township merges it and writes a receipt back to the "
	           "stick; reading that receipt here shows what has arrived and what was returned and why. "
	           "Sending twice does no harm. Esc during the work stops it; nothing is left half done."),
	.draw = sync_draw,
	.key = sync_key,
	.keys = sync_keys,
	.reload = sync_reload,
	.destroy = sync_destroy,
};

struct screen *sync_new(struct app *app)
{
	struct sync_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &sync_ops;
	sync_reload(&self->screen, app);
	return &self->screen;
}
