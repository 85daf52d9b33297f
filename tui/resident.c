/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "form/rules.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/indicator.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/popup.h"
#include "tui/record_menu.h"
#include "tui/resident_chart.h"
#include "tui/resident_head.h"

enum resident_tab { TAB_TIMELINE, TAB_CHART, TAB_CONTRACT, TAB_FAMILY, TAB_DUTIES, TAB_COUNTED, TAB_N };

enum { HEADER_ROWS = RESIDENT_HEAD_ROWS };

static const char *const tab_labels[TAB_N] = { N_("Records"), N_("Curves"),
	                                       N_("Contract/status"), N_("Household"),
	                                       N_("To do"), N_("Counted?") };

struct resident_screen {
	struct screen screen;
	struct app *app;
	rid_t id;
	rid_t *others; /* what Previous and Next go through */
	size_t n_others, at;

	struct arena arena; /* all below; reset at every reading */
	struct record *records;
	size_t n_records;
	struct resident_summary summary;
	struct resident_chart chart;
	struct duty *duties;
	size_t n_duties, n_alerts;
	struct indicator_standing *standings;
	size_t n_standings;
	rid_t *members;
	size_t n_members;
	struct move move;       /* the last one, as people are told */
	struct cluster cluster; /* records of one person, this one first */
	uint32_t *lines; /* indexes into records for the tab shown */
	size_t n_lines;

	enum resident_tab tab;
	struct list list;
	struct duty wanted;                              /* what the person was opened for; form "": nothing */
	struct record_menu_line menu[RECORD_MENU_LINES]; /* what the add menu offers */
	size_t n_menu;
	bool menu_deep; /* it offers one programme's forms */
};

static struct resident_screen *self_of(struct screen *screen)
{
	return (struct resident_screen *)screen;
}

/* --- reading --- */

static bool on_tab(const struct resident_screen *self, const struct record *record)
{
	const struct form *form = form_set_find(self->app->forms, record->form);

	if (record->id == self->id)
		return false;
	if (self->tab == TAB_CONTRACT)
		return form && form->kind == FORM_MASTER && !form->programme[0];
	return self->tab == TAB_TIMELINE;
}

static int compare_days(const void *a, const void *b, void *arg)
{
	const struct resident_screen *self = arg;
	const struct record *ra = &self->records[*(const uint32_t *)a];
	const struct record *rb = &self->records[*(const uint32_t *)b];
	date_t da = record_day(self->app, ra), db = record_day(self->app, rb);

	if (da != db)
		return da > db ? -1 : 1;
	return ra->id > rb->id ? -1 : ra->id < rb->id;
}

static void show_tab(struct resident_screen *self, enum resident_tab tab)
{
	size_t n = 0;

	self->tab = tab;
	self->n_lines = 0;
	for (size_t i = 0; self->lines && i < self->n_records; i++)
		if (on_tab(self, &self->records[i]))
			self->lines[self->n_lines++] = (uint32_t)i;
	if (self->n_lines > 1)
		qsort_r(self->lines, self->n_lines, sizeof(*self->lines), compare_days, self);
	n = tab == TAB_FAMILY  ? self->n_members :
	    tab == TAB_DUTIES  ? self->n_duties :
	    tab == TAB_COUNTED ? self->n_standings : self->n_lines;
	list_set_count(&self->list, n);
}

static void read_members(struct resident_screen *self)
{
	struct version version;
	struct error err;
	rid_t household;

	self->n_members = 0;
	const char *reference = record_named(self->app, &self->records[0], "household");
	if (version_parse(reference, &version) &&
	    !store_find_version(self->app->store, &version, &household, &err))
		store_members(self->app->store, household, &self->arena, &self->members,
		              &self->n_members, &err);
}

static int year_to_date(const struct app *app, struct care_period *out, struct error *err)
{
	char day[DATE_TEXT_BYTES];

	return care_period_parse(out, date_format(app->today, day), app->today, err);
}

static void read_standings(struct resident_screen *self)
{
	struct app *app = self->app;
	struct care_period period;
	struct error err = { 0 };

	self->n_standings = 0;
	if (self->n_records &&
	    (year_to_date(app, &period, &err) ||
	     care_standings_of_records(app->forms, self->id, self->records, self->n_records, &period,
	                               &self->arena, &self->standings, &self->n_standings, &err)))
		app_say_error(app, &err);
}

/* The records of those who are the same person, behind the own ones. */
static int read_linked(struct resident_screen *self, struct error *err)
{
	int code = care_cluster_of(self->app->store, self->id, &self->arena, &self->cluster, err);

	for (size_t i = 1; !code && i < self->cluster.n; i++) {
		struct record *more, *all;
		size_t n;
		code = store_records_of(self->app->store, self->cluster.members[i], NULL, &self->arena, &more, &n, err);
		all = code ? NULL : arena_array(&self->arena, self->n_records + n + 1, sizeof(*all));
		if (!all)
			break;
		memcpy(all, self->records, self->n_records * sizeof(*all));
		if (n)
			memcpy(all + self->n_records, more, n * sizeof(*all));
		self->records = all;
		self->n_records += n;
	}
	return code;
}

/* Those that nobody has closed. */
static void read_alerts(struct resident_screen *self)
{
	struct error err = { 0 };
	struct alert *alerts;
	size_t n;

	self->n_alerts = 0;
	if (care_alerts_of(self->app->store, self->id, &self->arena, &alerts, &n, &err))
		app_say_error(self->app, &err);
	for (size_t i = 0; i < n; i++)
		self->n_alerts += alerts[i].state != ALERT_IS_CLOSED;
}

static void resident_reload(struct screen *screen, struct app *app)
{
	struct resident_screen *self = self_of(screen);
	struct error err = { 0 };

	arena_reset(&self->arena);
	memset(&self->summary, 0, sizeof(self->summary));
	self->cluster = (struct cluster){ .n = 0 };
	self->move = (struct move){ .transfer = 0 };
	self->n_records = self->n_duties = self->n_members = 0;
	if (store_records_of(app->store, self->id, NULL, &self->arena, &self->records,
	                     &self->n_records, &err) ||
	    !self->n_records ||
	    care_summary(app->forms, self->records, self->n_records, app->today, &self->arena,
	                 &self->summary, &err) ||
	    resident_chart_read(&self->chart, app->forms, self->records, self->n_records, app->today,
	                        &self->arena, &err) ||
	    care_duties_of(app->store, self->id, &self->arena, &self->duties, &self->n_duties, &err))
		app_say_error(app, &err);
	read_standings(self);
	read_alerts(self);
	if (self->n_records)
		care_move_of(app->store, self->records, self->n_records, &self->move);
	if (self->n_records && read_linked(self, &err))
		app_say_error(app, &err);
	self->lines = arena_array(&self->arena, self->n_records + 1, sizeof(*self->lines));
	if (self->n_records)
		read_members(self);
	show_tab(self, self->tab);
}

/* --- drawing --- */

static size_t n_conflicted(const struct resident_screen *self)
{
	size_t n = 0;

	for (size_t i = 0; i < self->n_records; i++)
		n += self->records[i].conflicted;
	return n;
}

static void draw_header(const struct resident_screen *self, const struct area *area)
{
	const struct resident_head head = {
		.app = self->app,
		.summary = &self->summary,
		.resident = self->n_records ? &self->records[0] : NULL,
		/* duties come in the order of work */
		.first = self->n_duties && duty_is_open(&self->duties[0]) ? &self->duties[0] : NULL,
		.move = &self->move,
		.cluster = &self->cluster,
		.n_conflicted = n_conflicted(self),
		.n_alerts = self->n_alerts,
	};

	resident_head_draw(&head, area);
}

static void draw_tabs(struct resident_screen *self, const struct area *area)
{
	int x = 1;

	scr_hline(area, HEADER_ROWS, 0, area->cols, STYLE_BORDER);
	for (int tab = 0; tab < TAB_N; tab++) {
		char text[64];
		snprintf(text, sizeof(text), tab == (int)self->tab ? "[%d %s]" : " %d %s ", tab + 1,
		         _(tab_labels[tab]));
		x += scr_put(area, HEADER_ROWS, x, -1,
		             tab == (int)self->tab ? STYLE_SELECTED : STYLE_NORMAL, text) + 1;
	}
}

static void draw_record(void *arg, size_t index, const struct area *line, enum style style)
{
	struct resident_screen *self = arg;
	const struct record *record = &self->records[self->lines[index]];
	struct arena arena = ARENA_INIT;
	char date[DATE_TEXT_BYTES];
	enum style main = record->retired ? list_style(style, STYLE_DIM) : style;

	scr_put(line, 0, 2, 11, main, date_format(record_day(self->app, record), date));
	scr_put(line, 0, 14, 18, main, form_title(self->app, record->form));
	int note_cols = record->retired || record->conflicted ? 10 : 0;
	scr_put(line, 0, 33, line->cols - 33 - note_cols, main, record_brief(self->app, record, &arena));
	if (record->retired)
		scr_put(line, 0, line->cols - 9, 9, list_style(style, STYLE_DIM), _("retired"));
	else if (record->conflicted)
		scr_put(line, 0, line->cols - 9, 9, list_style(style, STYLE_WARN), _("! differs"));
	arena_free(&arena);
}

static void draw_member(void *arg, size_t index, const struct area *line, enum style style)
{
	struct resident_screen *self = arg;
	struct person person;

	person_load(self->app, self->members[index], &person);
	scr_put(line, 0, 2, 14, style, person.name);
	scr_put(line, 0, 17, 3, style, person_sex(person.sex));
	if (person.age >= 0)
		scr_printf(line, 0, 21, 4, style, "%3d", person.age);
	scr_put(line, 0, 27, 18, style, person.masked_id);
	scr_put(line, 0, 47, 14, style, person.phone);
	scr_put(line, 0, 62, line->cols - 62, style,
	        person.id == self->id ? _("this resident") : person.status);
}

static void draw_duty(void *arg, size_t index, const struct area *line, enum style style)
{
	struct resident_screen *self = arg;
	const struct duty *duty = &self->duties[index];
	struct arena arena = ARENA_INIT;
	char date[DATE_TEXT_BYTES];
	static const char *const states[] = {
#define STATE_LABEL(name, word, label) label,
		DUTY_STATE_LIST(STATE_LABEL)
#undef STATE_LABEL
	};
	bool open = duty_is_open(duty);

	scr_put(line, 0, 2, 11, list_style(style, open ? style : STYLE_DIM), date_format(duty->due, date));
	scr_put(line, 0, 14, 8, style, _(states[duty->state]));
	scr_put(line, 0, 23, 24, style, duty_label(duty));
	if (!open && duty->ended != DATE_NONE)
		scr_put(line, 0, 48, line->cols - 48, list_style(style, STYLE_DIM),
		        date_format(duty->ended, date));
	else
		scr_put(line, 0, 48, line->cols - 48, style, duty_text(duty, &arena));
	arena_free(&arena);
}

/* --- why counted or not --- */

static void draw_standing(void *arg, size_t index, const struct area *line, enum style style)
{
	struct resident_screen *self = arg;
	const struct indicator_standing *one = &self->standings[index];
	enum style mark = one->kind == STANDING_MET ? STYLE_OK : one->kind == STANDING_MISSED ? STYLE_ERROR : STYLE_DIM;

	scr_put(line, 0, 2, 2, list_style(style, mark),
	        one->kind == STANDING_MET ? scr_symbol(SYM_CHECK) : one->kind == STANDING_MISSED ? "!" : "");
	scr_put(line, 0, 4, 34, list_style(style, one->kind == STANDING_OUT ? STYLE_DIM : style), one->indicator.label);
	scr_put(line, 0, 39, line->cols - 39, list_style(style, mark), standing_label(one->kind));
}

/* The conditions one by one, what decided each, and what to do by when. */
static enum screen_result tell_why(struct resident_screen *self, struct app *app)
{
	const struct indicator_standing *one = &self->standings[self->list.cursor];
	struct arena arena = ARENA_INIT;
	struct care_period period;
	struct error err = { 0 };

	if (year_to_date(app, &period, &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	const char *text = care_why_text(app->store, self->id, one->indicator.code, &period, &arena, &err);
	if (!text)
		app_say_error(app, &err);
	enum screen_result result = text ? popup_tell(app, one->indicator.label, text) : SCREEN_REDRAW;
	arena_free(&arena);
	return result;
}

static void resident_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct resident_screen *self = self_of(screen);
	struct area body = area_sub(area, HEADER_ROWS + 1, 0, area->rows - HEADER_ROWS - 1, area->cols);

	(void)app;
	draw_header(self, area);
	draw_tabs(self, area);
	if (self->tab == TAB_CHART) {
		resident_chart_draw(&self->chart, &body);
		return;
	}
	if (!self->list.n) {
		scr_put(&body, 1, 2, body.cols - 2, STYLE_DIM,
		        self->tab == TAB_FAMILY ? _("No household is set. F2, then 0, and choose one there.") :
		        self->tab == TAB_DUTIES ? _("Nothing to do at present") :
		                                  _("No records yet. F2 adds one."));
		scr_cursor(&body, 1, 2);
		return;
	}
	list_draw(&self->list, &body, true,
	          self->tab == TAB_FAMILY ? draw_member :
	          self->tab == TAB_DUTIES ? draw_duty :
	          self->tab == TAB_COUNTED ? draw_standing : draw_record,
	          self);
}

/* --- adding --- */

static enum screen_result ask_form(struct resident_screen *self, struct app *app, const char *programme);

static enum screen_result take_form(struct screen *screen, struct app *app, int choice)
{
	struct resident_screen *self = self_of(screen);

	if (choice == POPUP_NONE && self->menu_deep) /* one step back, not out of it all */
		return ask_form(self, app, NULL);
	if (choice < 0 || (size_t)choice > self->n_menu)
		return SCREEN_REDRAW;
	if ((size_t)choice == self->n_menu)
		return app_push(app, form_new(app, "resident", 0, self->id));
	const struct record_menu_line *line = &self->menu[choice];
	return line->form ? app_push(app, form_new(app, line->form->id, self->id, line->record)) :
	                    ask_form(self, app, line->programme);
}

/* A duty whose answer stands in a record that there is: the menu begins with it. */
static void offer_record(struct resident_screen *self)
{
	const struct form *form = form_set_find(self->app->forms, self->wanted.form);
	rid_t record = form ? duty_record(&self->wanted) : 0;

	if (!record || self->n_menu == RECORD_MENU_LINES)
		return;
	memmove(self->menu + 1, self->menu, self->n_menu * sizeof(*self->menu));
	self->menu[0] = (struct record_menu_line){ .form = form, .record = record };
	self->n_menu++;
}

/* The first level (programme NULL), which also changes the basic data, or one programme's forms. */
static enum screen_result ask_form(struct resident_screen *self, struct app *app, const char *programme)
{
	const struct record_menu_facts facts = { .forms = app->forms, .records = self->records,
		                                 .n_records = self->n_records, .duties = self->duties,
		                                 .n_duties = self->n_duties,
		                                 .wanted = self->wanted.form[0] ? self->wanted.form : NULL };
	struct popup_item items[RECORD_MENU_LINES + 1];
	size_t n_items;

	memset(items, 0, sizeof(items));
	self->menu_deep = programme != NULL;
	self->n_menu = record_menu(&facts, programme, self->menu);
	if (!programme)
		offer_record(self);
	n_items = self->n_menu;
	for (size_t i = 0; i < self->n_menu; i++) {
		const struct record_menu_line *line = &self->menu[i];
		items[i].label = line->record ? duty_label(&self->wanted) :
		                 line->form   ? form_text(line->form->title) :
		                                arena_printf(&self->arena, "%s >", programme_title(line->programme));
	}
	popup_number(items, 0, n_items);
	if (!programme) {
		snprintf(items[n_items].code, sizeof(items[0].code), "0");
		items[n_items++].label = _("Change the basic data of this resident");
	}
	struct popup popup = { .title = programme ? programme_title(programme) : _("What to record"),
		               .items = items, .n_items = n_items, .answer = take_form };
	return popup_open(app, &self->screen, &popup);
}

/* --- retiring --- */

static enum screen_result take_reason(struct screen *screen, struct app *app, int choice)
{
	struct resident_screen *self = self_of(screen);
	struct error err = { 0 };

	if (choice == POPUP_NONE || !self->n_lines || self->list.cursor >= self->n_lines)
		return SCREEN_REDRAW;
	utf8_trim(app->answer_text);
	if (!app->answer_text[0]) {
		app_say(app, STYLE_WARN, "%s", _("Not retired: a reason is needed."));
		return SCREEN_REDRAW;
	}
	const struct record *record = &self->records[self->lines[self->list.cursor]];
	if (store_retire(app->store, record->id, app->answer_text, &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	app_changed(app, self->id);
	app_say(app, STYLE_OK, "%s", _("Retired. The record stays readable, with its reason."));
	return SCREEN_REDRAW;
}

static enum screen_result ask_reason(struct resident_screen *self, struct app *app)
{
	if (!app_writes(app) || (self->tab != TAB_TIMELINE && self->tab != TAB_CONTRACT) || !self->n_lines ||
	    self->records[self->lines[self->list.cursor]].retired)
		return SCREEN_DONE;
	struct popup popup = { .title = _("Retire this record"), .prompt = true, .warning = true,
		               .text = _("It no longer counts but stays readable. Why is it retired?"),
		               .answer = take_reason };
	return popup_open(app, &self->screen, &popup);
}

/* --- keys --- */

static void go_to(struct resident_screen *self, struct app *app, rid_t resident)
{
	self->id = resident;
	self->list.cursor = 0;
	app_remember(app, resident);
	resident_reload(&self->screen, app);
}

static enum screen_result step(struct resident_screen *self, struct app *app, long by)
{
	if (!self->n_others || (by < 0 && self->at == 0) ||
	    (by > 0 && self->at + 1 >= self->n_others)) {
		app_say(app, STYLE_DIM, "%s", by < 0 ? _("This is the first of the list.") :
		                                       _("This is the last of the list."));
		return SCREEN_REDRAW;
	}
	self->at = (size_t)((long)self->at + by);
	self->wanted.form[0] = '\0';
	go_to(self, app, self->others[self->at]);
	return SCREEN_REDRAW;
}

static enum screen_result open_line(struct resident_screen *self, struct app *app)
{
	size_t at = self->list.cursor;

	if (self->tab == TAB_FAMILY && at < self->n_members)
		return app_push(app, resident_new(app, self->members[at], self->members, self->n_members));
	if (self->tab == TAB_DUTIES && at < self->n_duties)
		return app_push(app, form_new(app, self->duties[at].form, self->id, duty_record(&self->duties[at])));
	if (self->tab == TAB_COUNTED && at < self->n_standings)
		return tell_why(self, app);
	if (self->tab == TAB_CHART || self->tab == TAB_COUNTED || at >= self->n_lines)
		return SCREEN_DONE;
	const struct record *record = &self->records[self->lines[at]];
	return app_push(app, form_new(app, record->form, record->subject, record->id));
}

static rid_t line_record(const struct resident_screen *self)
{
	if ((self->tab == TAB_TIMELINE || self->tab == TAB_CONTRACT) && self->list.cursor < self->n_lines)
		return self->records[self->lines[self->list.cursor]].id;
	return self->id;
}

static bool shows_other_curve(const struct resident_screen *self)
{
	return self->tab == TAB_CHART && resident_chart_has_other(&self->chart);
}

static enum screen_result resident_key(struct screen *screen, struct app *app, tkey_t key,
                                       enum action action)
{
	struct resident_screen *self = self_of(screen);

	if (key >= '1' && key < '1' + TAB_N) {
		self->list.cursor = 0;
		show_tab(self, (enum resident_tab)(key - '1'));
		return SCREEN_REDRAW;
	}
	switch (action) {
	case ACTION_ADD:
		return app_writes(app) ? ask_form(self, app, NULL) : SCREEN_DONE;
	case ACTION_OPEN:
		return open_line(self, app);
	case ACTION_HISTORY:
		return app_push(app, history_new(app, line_record(self)));
	case ACTION_REMOVE:
		return ask_reason(self, app);
	case ACTION_CHOOSE:
		return app_push(app, checks_new(app, self->id));
	case ACTION_ALERTS:
		return app_push(app, alerts_new(app, self->id));
	case ACTION_PICK:
		if (shows_other_curve(self))
			resident_chart_next(&self->chart);
		return SCREEN_REDRAW;
	case ACTION_PREV:
		return step(self, app, -1);
	case ACTION_NEXT:
		return step(self, app, 1);
	case ACTION_FIND:
		return app_push(app, residents_new(app));
	case ACTION_TAB:
	case ACTION_RIGHT:
		self->list.cursor = 0;
		show_tab(self, (self->tab + 1) % TAB_N);
		return SCREEN_REDRAW;
	case ACTION_BACKTAB:
	case ACTION_LEFT:
		self->list.cursor = 0;
		show_tab(self, (self->tab + TAB_N - 1) % TAB_N);
		return SCREEN_REDRAW;
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t resident_keys(struct screen *screen, struct app *app,
                            struct keybar_item out[KEYBAR_MAX])
{
	bool writes = app_writes(app);
	size_t n = 0;

	if (writes)
		out[n++] = (struct keybar_item){ ACTION_ADD, _("Record") };
	if (shows_other_curve(self_of(screen)))
		out[n++] = (struct keybar_item){ ACTION_PICK, _("Other curve") };
	out[n++] = (struct keybar_item){ ACTION_OPEN, NULL };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	out[n++] = (struct keybar_item){ ACTION_HISTORY, NULL };
	out[n++] = (struct keybar_item){ ACTION_PREV, NULL };
	out[n++] = (struct keybar_item){ ACTION_NEXT, NULL };
	out[n++] = (struct keybar_item){ ACTION_ALERTS, NULL };
	if (writes)
		out[n++] = (struct keybar_item){ ACTION_REMOVE, _("Retire") };
	if (n_conflicted(self_of(screen)))
		out[n++] = (struct keybar_item){ ACTION_CHOOSE, _("Decide") };
	out[n++] = (struct keybar_item){ ACTION_FIND, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

/* The rule behind the curve, or the duty or standing under the cursor, with its source. */
static const char *resident_field_help(struct screen *screen, struct app *app)
{
	struct resident_screen *self = self_of(screen);
	size_t at = self->list.cursor;

	if (self->tab == TAB_CHART)
		return resident_chart_help(&self->chart, &self->arena);
	if (self->tab == TAB_DUTIES && at < self->n_duties)
		return arena_printf(&self->arena, "%s\n%s\n%s%s", duty_label(&self->duties[at]),
		                    duty_text(&self->duties[at], &self->arena), _("Source: "),
		                    duty_source(form_set_rules(app->forms), &self->duties[at], &self->arena));
	if (self->tab == TAB_COUNTED && at < self->n_standings)
		return indicator_help(&self->standings[at].indicator, &self->arena);
	return NULL;
}

static void resident_destroy(struct screen *screen)
{
	struct resident_screen *self = self_of(screen);

	free(self->others);
	arena_free(&self->arena);
	free(self);
}

static const struct screen_ops resident_ops = {
	.title = N_("Resident record"),
	.help = N_("One resident. F2 records something: choose the form by its digit. The digits 1 to 6 or Tab "
	           "change what is shown below the line; on the curves the space bar goes from pressure to "
	           "glucose and weight. Enter opens a record to read or correct it; h shows "
	           "who wrote what and when, a the alerts. Nothing is ever deleted: Del retires a record with a reason."),
	.draw = resident_draw,
	.key = resident_key,
	.keys = resident_keys,
	.field_help = resident_field_help,
	.reload = resident_reload,
	.destroy = resident_destroy,
};

struct screen *resident_new(struct app *app, rid_t resident, const rid_t *others, size_t n)
{
	struct resident_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &resident_ops;
	self->app = app;
	self->others = calloc(n + 1, sizeof(*self->others));
	if (self->others && n) {
		memcpy(self->others, others, n * sizeof(*others));
		self->n_others = n;
	}
	while (self->at < self->n_others && self->others[self->at] != resident)
		self->at++;
	go_to(self, app, resident);
	return &self->screen;
}

struct screen *resident_new_for(struct app *app, const struct duty *duty, const rid_t *others, size_t n)
{
	struct screen *screen = resident_new(app, duty->resident, others, n);

	if (screen)
		self_of(screen)->wanted = *duty;
	return screen;
}
