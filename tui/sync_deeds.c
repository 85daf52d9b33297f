/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/sync_screen.h"

#include <stdio.h>
#include <string.h>
#include "lib/file.h"
#include "lib/i18n.h"

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

	if (self->n_lines == SYNC_RESULT_LINES)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	const char *copy = arena_strdup(&self->results, text);
	if (copy)
		self->lines[self->n_lines++] = (struct sync_result){ style, copy };
}

/* --- working --- */

static void do_export(struct sync_screen *self, struct app *app, const char *path)
{
	struct export_report report;
	struct error err = { 0 };
	char size[SYNC_SIZE_BYTES];

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
	sync_say_size(size, report.bytes);
	say(self, STYLE_OK, _("%s Written, read back and verified: %llu entries, %s"),
	    scr_symbol(SYM_CHECK), (unsigned long long)report.entries, size);
	say(self, STYLE_NORMAL, "%s", report.path);
	if (report.safe_to_remove)
		say(self, STYLE_OK, "%s", _("The stick is safe to remove."));
	say(self, STYLE_NORMAL, "%s", _("It counts as arrived when the receipt is back."));
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

static void say_answer(struct sync_screen *self, const struct import_report *report)
{
	char date[DATE_TEXT_BYTES];

	if (report->enrolled_now) {
		say(self, STYLE_OK, _("%s This clinic now belongs to %s."), scr_symbol(SYM_CHECK),
		    report->township);
		say(self, STYLE_STRONG, _("Its key in words: %s"), report->fingerprint);
	}
	say(self, STYLE_OK, _("Receipt of %s from %s: %llu entries arrived, %llu missing"),
	    report->answered == DATE_NONE ? "" : date_format(report->answered, date), report->township,
	    (unsigned long long)report->held, (unsigned long long)report->missing);
	if (report->waiting)
		say(self, STYLE_WARN, _("%llu wait there for entries that have not come yet"),
		    (unsigned long long)report->waiting);
	for (size_t i = 0; i < report->n_notes; i++)
		say(self, STYLE_ERROR, _("Returned no. %llu: %s"), (unsigned long long)report->notes[i].seq,
		    report->notes[i].reason);
	say_package(self, &report->package);
	say_keys(self, report);
	if (report->tripwire)
		say(self, STYLE_WARN, "%s",
		    _("The township knows entries of this clinic that are not here: this store was set back "
		      "and has got a new identity. Nothing is lost; tell the township."));
}

static void do_import(struct sync_screen *self, struct app *app, const char *path)
{
	struct import_report report;
	const struct import_ask ask = { same_words, self };
	struct error err = { 0 };

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
	say_answer(self, &report);
}

static void do_push(struct sync_screen *self, struct app *app, const char *host)
{
	struct push_report report;
	struct error err = { 0 };
	char size[SYNC_SIZE_BYTES];

	if (sync_push(app->store, host, &self->results, app_progress(app), &report, &err)) {
		say(self, STYLE_ERROR, _("Not sent: %s"), err.text);
		say(self, STYLE_NORMAL, "%s", _("Nothing is lost: sending again goes on where it was."));
		return;
	}
	if (report.nothing_new) {
		say(self, STYLE_OK, "%s", _("The township already has everything: nothing to send."));
		return;
	}
	sync_say_size(size, report.bytes);
	say(self, STYLE_OK, _("%s Sent %s: %llu entries are new there"), scr_symbol(SYM_CHECK), size,
	    (unsigned long long)report.fresh);
	say_answer(self, &report.import);
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
	if (report.set_back)
		say(self, STYLE_WARN, "%s", _("This store is older than it was: an old copy was put back. The clinics send "
		                              "again what it lost, once each has imported its new receipt."));
	say(self, code && code != ERR_INVALID ? STYLE_ERROR : STYLE_OK, _("%llu receipts written back"),
	    (unsigned long long)report.receipts);
	if (code && code != ERR_INVALID)
		say(self, STYLE_ERROR, "%s", err.text);
	if (report.safe_to_remove)
		say(self, STYLE_OK, "%s", _("The stick is safe to remove."));
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

typedef void (*sync_deed)(struct sync_screen *self, struct app *app, const char *target);

enum { DEEDS_MAX = 3 };

struct deed_row {
	const char *label;
	sync_deed run;
};

static const struct deed_row VILLAGE[] = {
	{ N_("Send: write a bundle"), do_export },
	{ N_("Read the township's receipt or answer"), do_import },
	{ N_("Write the request to join a township"), do_request },
};
static const struct deed_row LINE[] = { { N_("Send to the township and fetch its receipt"), do_push } };
static const struct deed_row TOWNSHIP[] = { { N_("Merge the bundles there"), do_merge } };

/* What can be done with the chosen line, by this store. */
static size_t deeds_of(const struct sync_screen *self, const struct app *app, const struct deed_row **rows)
{
	bool line = sync_target_at(self, self->list.cursor) == TARGET_HOST;

	*rows = !sync_is_village(app) ? TOWNSHIP : line ? LINE : VILLAGE;
	return *rows == VILLAGE ? sizeof(VILLAGE) / sizeof(*VILLAGE) : 1;
}

static enum screen_result take_trust(struct screen *screen, struct app *app, int choice)
{
	struct sync_screen *self = (struct sync_screen *)screen;
	const char *path = sync_chosen(self);

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
	struct sync_screen *self = (struct sync_screen *)screen;
	const struct deed_row *rows;
	const char *target = sync_chosen(self);
	size_t n = deeds_of(self, app, &rows);

	if (choice < 0 || (size_t)choice >= n || !target)
		return SCREEN_REDRAW;
	clear_results(self);
	rows[choice].run(self, app, target);
	app_reload(app);
	return self->offer[0] ? ask_trust(self, app) : SCREEN_REDRAW;
}

enum screen_result sync_ask_deed(struct sync_screen *self, struct app *app)
{
	struct popup_item items[DEEDS_MAX];
	const struct deed_row *rows;
	size_t n = deeds_of(self, app, &rows);

	for (size_t i = 0; i < n; i++) {
		items[i] = (struct popup_item){ .label = _(rows[i].label) };
		snprintf(items[i].code, sizeof(items[i].code), "%zu", i + 1);
	}
	struct popup popup = { .title = sync_chosen(self), .items = items, .n_items = n, .answer = take_deed };
	return popup_open(app, &self->screen, &popup);
}
