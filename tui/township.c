/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "lib/i18n.h"
#include "sync/sync.h"
#include "tui/list.h"
#include "tui/popup.h"

struct village_row {
	struct store_device device;
	struct sync_clinic clinic;   /* its device pointer is not kept */
	struct indicator_count counts; /* indicator 4 of its region */
};

struct township_screen {
	struct screen screen;
	struct arena arena;
	struct village_row *rows;
	size_t n_rows;
	struct indicator_count total;  /* indicator 4 */
	struct figures figures;
	size_t at;                     /* the row of indicator 4 */
	bool has_figures;
	struct list list;
};

static struct township_screen *self_of(struct screen *screen)
{
	return (struct township_screen *)screen;
}

static void count_clinic(void *arg, const struct sync_clinic *clinic)
{
	(void)clinic;
	++*(size_t *)arg;
}

static void add_clinic(void *arg, const struct sync_clinic *clinic)
{
	struct township_screen *self = arg;
	struct village_row *row = &self->rows[self->n_rows++];

	row->device = *clinic->device;
	row->clinic = *clinic;
	row->clinic.device = NULL;
	const struct indicator_count *counts =
		self->has_figures ? figures_region(&self->figures, row->device.region, self->at) : NULL;
	if (counts)
		row->counts = *counts;
}

/* Indicator 4, the four diseases together. */
static int find_figures(struct township_screen *self, struct app *app, struct error *err)
{
	int rc = figures_read(&self->figures, app, err);
	const struct indicator_table *table = self->figures.table;

	for (self->at = 0; !rc && self->at < table->n_indicators; self->at++)
		if (!strcmp(table->indicators[self->at].code, "annex4"))
			break;
	self->has_figures = !rc && self->at < table->n_indicators;
	if (self->has_figures)
		self->total = *figures_total(&self->figures, self->at);
	return rc;
}

static void township_reload(struct screen *screen, struct app *app)
{
	struct township_screen *self = self_of(screen);
	struct error err = { 0 };
	size_t n = 0;

	arena_reset(&self->arena);
	self->n_rows = 0;
	self->total = (struct indicator_count){ 0 };
	if (find_figures(self, app, &err) || sync_clinics_each(app->store, count_clinic, &n, &err))
		app_say_error(app, &err);
	self->rows = arena_array(&self->arena, n + 1, sizeof(*self->rows));
	if (self->rows && sync_clinics_each(app->store, add_clinic, self, &err))
		app_say_error(app, &err);
	list_set_count(&self->list, self->n_rows);
}

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct township_screen *self = arg;
	struct village_row *row = &self->rows[index];
	char date[DATE_TEXT_BYTES], rate[16];

	scr_put(line, 0, 2, 18, style, row->device.name);
	scr_put(line, 0, 21, 12, list_style(style, STYLE_DIM), row->device.region);
	scr_put(line, 0, 35, 11, style, row->clinic.last_merge == DATE_NONE ?
	                                     _("nothing yet") :
	                                     date_format(row->clinic.last_merge, date));
	scr_printf(line, 0, 47, 8, style, "%7llu", (unsigned long long)row->clinic.entries);
	scr_printf(line, 0, 56, 6, list_style(style, row->clinic.missing ? STYLE_ERROR : STYLE_DIM), "%s%llu",
	           row->clinic.missing ? "!" : "", (unsigned long long)row->clinic.missing);
	care_rate_text(rate, row->counts.numerator, row->counts.denominator);
	scr_printf(line, 0, 63, line->cols - 63, style, "%llu/%llu  %s",
	           (unsigned long long)row->counts.numerator,
	           (unsigned long long)row->counts.denominator, rate);
}

static void township_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct township_screen *self = self_of(screen);
	char rate[16], text[PERIOD_TEXT_BYTES], late[48] = "";

	if (self->has_figures)
		figures_late(&self->figures, self->at, late);
	scr_printf(area, 0, 2, area->cols - 4, STYLE_NORMAL,
	           _("Villages %zu   entries held %llu   residents %llu   conflicts %llu"), self->n_rows,
	           (unsigned long long)app->info.n_entries, (unsigned long long)app->info.n_residents,
	           (unsigned long long)app->info.n_conflicts);
	care_rate_text(rate, self->total.numerator, self->total.denominator);
	scr_printf(area, 1, 2, area->cols - 4, STYLE_STRONG, _("Indicator 4 in %s: %llu of %llu = %s %%%s%s"),
	           period_choice_text(&self->figures.choice, text), (unsigned long long)self->total.numerator,
	           (unsigned long long)self->total.denominator, rate, *late ? _("   closed; late entries ") : "", late);
	scr_hline(area, 2, 0, area->cols, STYLE_BORDER);
	scr_put(area, 3, 2, 18, STYLE_HEADING, _("Village"));
	scr_put(area, 3, 21, 12, STYLE_HEADING, _("Region"));
	scr_put(area, 3, 35, 11, STYLE_HEADING, _("Last bundle"));
	scr_put(area, 3, 47, 8, STYLE_HEADING, _("Entries"));
	scr_put(area, 3, 56, 6, STYLE_HEADING, _("Gaps"));
	scr_put(area, 3, 63, area->cols - 63, STYLE_HEADING, _("Indicator 4"));
	struct area list = area_sub(area, 4, 0, area->rows - 4, area->cols);
	if (!self->n_rows) {
		scr_put(&list, 1, 2, list.cols - 4, STYLE_DIM,
		        _("No village has joined yet: xiangyi-merge enrol takes its request."));
		scr_cursor(&list, 1, 2);
		return;
	}
	list_draw(&self->list, &list, true, draw_row, self);
}

static enum screen_result tell_village(struct township_screen *self, struct app *app)
{
	char text[1024], fingerprint[128];

	if (!self->n_rows)
		return SCREEN_DONE;
	const struct village_row *row = &self->rows[self->list.cursor];
	crypto_fingerprint(row->device.sign_pk, sizeof(row->device.sign_pk), i18n_lang(), fingerprint);
	snprintf(text, sizeof(text),
	         _("Region %s\nKey words: %s\nEntries held %llu, gaps %llu, numbers used twice %llu"),
	         row->device.region, fingerprint, (unsigned long long)row->clinic.entries,
	         (unsigned long long)row->clinic.missing, (unsigned long long)row->clinic.forks);
	return popup_tell(app, row->device.name, text);
}

static enum screen_result township_key(struct screen *screen, struct app *app, tkey_t key,
                                       enum action action)
{
	struct township_screen *self = self_of(screen);

	(void)key;
	switch (action) {
	case ACTION_OPEN:
		return tell_village(self, app);
	case ACTION_ADD:
		return app_push(app, sync_new(app));
	case ACTION_CHOOSE:
		return app_may_see(app) ? app_push(app, checks_new(app, 0)) : SCREEN_REDRAW;
	case ACTION_PREV:
	case ACTION_NEXT:
		period_key(&self->figures.choice, app, TKEY_NONE, action);
		township_reload(screen, app);
		return SCREEN_REDRAW;
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t township_keys(struct screen *screen, struct app *app,
                            struct keybar_item out[KEYBAR_MAX])
{
	(void)screen;
	(void)app;
	out[0] = (struct keybar_item){ ACTION_OPEN, _("Details") };
	out[1] = (struct keybar_item){ ACTION_ADD, _("Merge a stick") };
	out[2] = (struct keybar_item){ ACTION_HELP, NULL };
	out[3] = (struct keybar_item){ ACTION_CHOOSE, _("Decide") };
	out[4] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[5] = (struct keybar_item){ ACTION_PREV, _("Year before") };
	out[6] = (struct keybar_item){ ACTION_NEXT, _("Year after") };
	out[7] = (struct keybar_item){ ACTION_BACK, NULL };
	return 8;
}

static void township_destroy(struct screen *screen)
{
	struct township_screen *self = self_of(screen);

	arena_free(&self->arena);
	figures_free(&self->figures);
	free(self);
}

static const struct screen_ops township_ops = {
	.title = N_("Township"),
	.help = N_("The villages of this township: the day of the last bundle merged, how many entries are "
	           "held, gaps (entries that exist there but have not come), and indicator 4 by village. F2 "
	           "merges a stick, F4 shows what only a person can decide."),
	.draw = township_draw,
	.key = township_key,
	.keys = township_keys,
	.reload = township_reload,
	.destroy = township_destroy,
};

struct screen *township_new(struct app *app)
{
	struct township_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &township_ops;
	self->figures.choice = period_of(PERIOD_YEAR, app->today);
	township_reload(&self->screen, app);
	return &self->screen;
}
