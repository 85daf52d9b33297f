/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "lib/i18n.h"
#include "lib/pinyin.h"
#include "lib/utf8.h"
#include "sync/sync.h"
#include "tui/drafts.h"
#include "tui/export.h"
#include "tui/list.h"
#include "tui/people.h"

enum { TODAY_FILTERS = 60 };

enum today_order { ORDER_URGENCY, ORDER_DATE, ORDER_GROUP, ORDER_N };

struct today_row {
	struct duty duty;
	struct person person; /* read when first shown or when a group is asked for */
	bool loaded;
	char walk[64];        /* sort key: group, then name */
};

struct today_screen {
	struct screen screen;
	struct today_row *rows; /* all duties up to two weeks ahead */
	size_t n_rows, cap_rows;
	uint32_t *shown;        /* indexes into rows, after filters and order */
	size_t n_shown;
	struct list list;
	struct app *app;        /* for the row drawer */
	enum today_order order;
	char form[48], group[48]; /* filters, "" all */
	bool by_group;
	size_t n_overdue, n_urgent, n_today, n_soon, n_alerts;
	struct drafts drafts;
	struct sync_state sync;
	bool sync_known;
	struct arena help;      /* the text of F1 */
	/* what the filter menu offered */
	struct today_filter {
		bool group; /* a village group, else a form */
		size_t n;   /* rows of it */
		char value[48];
	} filters[TODAY_FILTERS];
	size_t n_filters;
};

static struct today_screen *self_of(struct screen *screen)
{
	return (struct today_screen *)screen;
}

static struct person *person_of(struct today_screen *self, struct today_row *row)
{
	if (!row->loaded) {
		person_load(self->app, row->duty.resident, &row->person);
		row->loaded = true;
	}
	return &row->person;
}

/* Danger, the hours of a report and of tuberculosis come before everything. */
static bool is_urgent(const struct duty *duty)
{
	return duty->urgency < DUTY_SOON;
}

/* --- reading --- */

static bool add_duty(void *arg, const struct duty *duty)
{
	struct today_screen *self = arg;

	if (self->n_rows == self->cap_rows) {
		size_t cap = self->cap_rows ? self->cap_rows * 2 : 256;
		struct today_row *rows = realloc(self->rows, cap * sizeof(*rows));
		if (!rows)
			return false;
		self->rows = rows;
		self->cap_rows = cap;
	}
	struct today_row *row = &self->rows[self->n_rows++];
	memset(row, 0, sizeof(*row));
	row->duty = *duty;
	date_t today = self->app->today;
	bool overdue = duty->state == DUTY_OVERDUE;
	self->n_overdue += overdue;
	self->n_urgent += is_urgent(duty);
	self->n_today += !overdue && duty->due <= today;
	self->n_soon += duty->due > today;
	return true;
}

static int compare_shown(const void *a, const void *b, void *arg)
{
	const struct today_screen *sorting = arg;
	uint32_t ia = *(const uint32_t *)a, ib = *(const uint32_t *)b;
	const struct today_row *ra = &sorting->rows[ia], *rb = &sorting->rows[ib];
	int order = 0;

	if (sorting->order == ORDER_GROUP)
		order = strcmp(ra->walk, rb->walk);
	else if (sorting->order == ORDER_DATE)
		order = ra->duty.due < rb->duty.due ? -1 : ra->duty.due > rb->duty.due;
	if (!order)
		order = duty_compare(&ra->duty, &rb->duty);
	return order ? order : (ia > ib) - (ia < ib);
}

/* Groups sort by their number: "2组" before "10组". */
static void make_walk_key(struct today_screen *self, struct today_row *row)
{
	struct person *person = person_of(self, row);
	char name[48];

	pinyin_sort_key(person->name, name, sizeof(name));
	snprintf(row->walk, sizeof(row->walk), "%04d%s", abs(atoi(person->group)) % 10000, name);
}

static void select_rows(struct today_screen *self)
{
	free(self->shown);
	self->shown = calloc(self->n_rows + 1, sizeof(*self->shown));
	self->n_shown = 0;
	for (size_t i = 0; self->shown && i < self->n_rows; i++) {
		struct today_row *row = &self->rows[i];
		if (self->form[0] && strcmp(row->duty.form, self->form))
			continue;
		if (self->by_group && strcmp(person_of(self, row)->group, self->group))
			continue;
		if (self->order == ORDER_GROUP)
			make_walk_key(self, row);
		self->shown[self->n_shown++] = (uint32_t)i;
	}
	if (self->n_shown > 1)
		qsort_r(self->shown, self->n_shown, sizeof(*self->shown), compare_shown, self);
	list_set_count(&self->list, self->n_shown);
}

static void today_reload(struct screen *screen, struct app *app)
{
	struct today_screen *self = self_of(screen);
	struct error err = { 0 };

	self->n_rows = self->n_overdue = self->n_urgent = self->n_today = self->n_soon = 0;
	self->n_alerts = 0;
	if (app_may_see(app) &&
	    (care_duties_each(app->store, app->today + DUTY_NEAR_DAYS, add_duty, self, &err) ||
	     care_alerts_count(app->store, &self->n_alerts, &err)))
		app_say_error(app, &err);
	drafts_read(app, &self->drafts);
	self->sync_known = sync_status(app->store, &self->sync, &err) == 0;
	select_rows(self);
}

static void today_back(struct screen *screen, struct app *app)
{
	drafts_read(app, &self_of(screen)->drafts);
}

/* --- drawing --- */

static void draw_menu(const struct app *app, const struct area *area)
{
	int x = 2;

	x = scr_menu_item(area, 0, x, "1", _("Today's work"), true);
	x = scr_menu_item(area, 0, x, "2", _("Residents"), false);
	x = scr_menu_item(area, 0, x, "3", _("Sync"), false);
	x = scr_menu_item(area, 0, x, "4", _("Indicators"), false);
	if (app->info.self.level != LEVEL_VILLAGE)
		x = scr_menu_item(area, 0, x, "5", _("Township"), false);
	x = scr_menu_item(area, 0, x, "6", _("Registers"), false);
	if (x < area->cols - 8) /* a township has it on its own screen as well */
		scr_menu_item(area, 0, x, "7", _("Decide"), false);
	scr_hline(area, 1, 0, area->cols, STYLE_BORDER);
}

static int put_count(const struct area *area, int y, int x, const char *label, size_t n,
                     enum style style)
{
	char number[24];

	x += scr_put(area, y, x, -1, STYLE_LABEL, label) + 1;
	snprintf(number, sizeof(number), "%zu", n);
	x += scr_put(area, y, x, -1, n ? style : STYLE_DIM, number);
	return x + 3;
}

/* What the levels owe each other: a store with nothing above it says what it holds. */
static void draw_carried(const struct today_screen *self, const struct app *app, const struct area *area)
{
	char date[DATE_TEXT_BYTES];
	int x;

	if (app->info.self.level != LEVEL_VILLAGE && !self->sync.enrolled) {
		scr_printf(area, 3, 2, area->cols - 4, STYLE_LABEL,
		           _("Entries held %llu   waiting %llu   returned %llu"),
		           (unsigned long long)app->info.n_entries,
		           (unsigned long long)app->info.n_waiting,
		           (unsigned long long)app->info.n_quarantined);
		return;
	}
	x = put_count(area, 3, 2, _("Not yet at the township"), self->sync.pending, STYLE_STRONG);
	x = put_count(area, 3, x, _("Returned"), self->sync.quarantined, STYLE_ERROR);
	scr_printf(area, 3, x, area->cols - x, STYLE_LABEL, _("Last receipt %s"),
	           self->sync.last_receipt == DATE_NONE ? _("never") :
	                                                  date_format(self->sync.last_receipt, date));
}

static void draw_counts(const struct today_screen *self, const struct area *area)
{
	int x = 2;

	x = put_count(area, 2, x, _("Urgent"), self->n_urgent, STYLE_URGENT);
	x = put_count(area, 2, x, _("Overdue"), self->n_overdue, STYLE_ERROR);
	x = put_count(area, 2, x, _("Due today"), self->n_today, STYLE_WARN);
	x = put_count(area, 2, x, _("Within two weeks"), self->n_soon, STYLE_STRONG);
	if (self->drafts.n)
		x += scr_put(area, 2, x, -1, STYLE_KEY, "9 ");
	put_count(area, 2, x, _("Drafts"), self->drafts.n_all, STYLE_WARN);
}

/* Where the menu has no more room; the most urgent thing there is. */
static void draw_alerts(const struct today_screen *self, const struct area *area)
{
	char number[24];
	int cols = (int)utf8_cols(_("Alerts"));

	if (!role_sees_patients(store_session(self->app->store)->role))
		return;
	snprintf(number, sizeof(number), "%zu", self->n_alerts);
	int x = area->cols - cols - 4 - (int)strlen(number);
	scr_put(area, 3, x - 2, 2, STYLE_NORMAL, "");
	x = scr_menu_item(area, 3, x, "8", _("Alerts"), false) - 2;
	scr_put(area, 3, x, -1, self->n_alerts ? STYLE_URGENT : STYLE_DIM, number);
}

struct today_columns { int name, age, group, what, due, days; };

static struct today_columns columns_of(int cols)
{
	struct today_columns at = { .name = 4 };

	at.age = at.name + 9;
	at.group = at.age + 5;
	at.what = at.group + 5;
	at.days = cols - 10;
	at.due = at.days - (cols >= 90 ? 12 : 6); /* a narrow screen leaves the year to the days beside it */
	return at;
}

enum { LONG_AGO_DAYS = 300 };

static void draw_row(void *arg, size_t index, const struct area *line, enum style style)
{
	struct today_screen *self = arg;
	struct today_row *row = &self->rows[self->shown[index]];
	struct person *person = person_of(self, row);
	struct today_columns at = columns_of(line->cols);
	struct arena arena = ARENA_INIT;
	char text[64], date[DATE_TEXT_BYTES], today[DATE_TEXT_BYTES];
	int late = self->app->today - row->duty.due;
	bool overdue = row->duty.state == DUTY_OVERDUE;
	bool urgent = is_urgent(&row->duty);
	enum style mark = urgent ? STYLE_URGENT : overdue ? STYLE_ERROR : late >= 0 ? STYLE_WARN :
	                                                                              STYLE_DIM;

	scr_put(line, 0, 1, 2, list_style(style, mark),
	        urgent ? "!!" : overdue ? "! " : late >= 0 ? scr_symbol(SYM_BULLET) : "");
	scr_put(line, 0, at.name, 8, style, person->name);
	if (person->age >= 0)
		scr_printf(line, 0, at.age, 4 + (person->age > 99), style, "%s%d", person_sex(person->sex), person->age);
	scr_put(line, 0, at.group, 4, list_style(style, STYLE_DIM), person->group);
	scr_printf(line, 0, at.what, at.due - at.what - 1, list_style(style, urgent ? STYLE_STRONG : style),
	           "%s%s%s", duty_label(&row->duty), _(": "), duty_text(&row->duty, &arena));
	date_format(row->duty.due, date);
	/* A day of a year long ago would look like one of this year: then the year says more. */
	bool long_ago = late >= LONG_AGO_DAYS && strncmp(date, date_format(self->app->today, today), 4);
	if (at.days - at.due < 10)
		scr_printf(line, 0, at.due, 5, style, "%.*s", long_ago ? 4 : 5, long_ago ? date : date + 5);
	else
		scr_put(line, 0, at.due, -1, style, date);
	if (late > 0)
		snprintf(text, sizeof(text), _("%d d late"), late);
	else if (late == 0)
		snprintf(text, sizeof(text), "%s", _("today"));
	else
		snprintf(text, sizeof(text), _("in %d d"), -late);
	scr_put(line, 0, at.days, line->cols - at.days, list_style(style, urgent ? STYLE_ERROR : mark), text);
	arena_free(&arena);
}

static const char *order_label(enum today_order order)
{
	return order == ORDER_GROUP ? _("by group, for walking") :
	       order == ORDER_DATE  ? _("by date") :
	                              _("most urgent first");
}

static void draw_headings(struct today_screen *self, const struct area *area)
{
	struct today_columns at = columns_of(area->cols - 1);

	scr_printf(area, 4, 2, area->cols - 2, STYLE_DIM, _("Shown: %s, %s, %s (%zu)"),
	           self->form[0] ? form_title(self->app, self->form) : _("all programmes"),
	           self->by_group ? (self->group[0] ? self->group : _("no group")) : _("all groups"),
	           order_label(self->order), self->n_shown);
	scr_put(area, 5, at.name, 8, STYLE_HEADING, _("Name"));
	scr_put(area, 5, at.age, 4, STYLE_HEADING, _("Age"));
	scr_put(area, 5, at.group, 4, STYLE_HEADING, _("Grp."));
	scr_put(area, 5, at.what, 20, STYLE_HEADING, _("What to do"));
	scr_put(area, 5, at.due, -1, STYLE_HEADING, _("Until"));
	scr_put(area, 5, at.days, 11, STYLE_HEADING, _("Days"));
}

static void today_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct today_screen *self = self_of(screen);

	draw_menu(app, area);
	if (role_sees_patients(store_session(app->store)->role))
		draw_counts(self, area);
	if (self->sync_known)
		draw_carried(self, app, area);
	draw_alerts(self, area);
	draw_headings(self, area);
	struct area list = area_sub(area, 6, 0, area->rows - 6, area->cols);
	if (!self->n_shown) {
		bool sees = role_sees_patients(store_session(app->store)->role);
		scr_put(&list, 1, 4, area->cols - 4, STYLE_OK,
		        !sees ? _("Choose 3 to carry records to the township and back.") :
		        self->n_rows ? _("Nothing here with these filters. F4 shows the rest.") :
		                       _("Nothing is due within two weeks."));
		scr_cursor(&list, 1, 4);
		return;
	}
	list_draw(&self->list, &list, true, draw_row, self);
}

/* --- keys --- */

static enum screen_result take_filter(struct screen *screen, struct app *app, int choice)
{
	struct today_screen *self = self_of(screen);

	(void)app;
	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	if (choice == 0) {
		self->form[0] = '\0';
		self->by_group = false;
	} else if (self->filters[choice].group) {
		self->by_group = true;
		memcpy(self->group, self->filters[choice].value, sizeof(self->group));
	} else {
		memcpy(self->form, self->filters[choice].value, sizeof(self->form));
	}
	self->list.cursor = 0;
	select_rows(self);
	return SCREEN_REDRAW;
}

static void offer_filter(struct today_screen *self, bool group, const char *value)
{
	for (size_t i = 1; i < self->n_filters; i++)
		if (self->filters[i].group == group && !strcmp(self->filters[i].value, value)) {
			self->filters[i].n++;
			return;
		}
	if (self->n_filters >= TODAY_FILTERS)
		return;
	self->filters[self->n_filters].group = group;
	self->filters[self->n_filters].n = 1;
	snprintf(self->filters[self->n_filters++].value, sizeof(self->filters[0].value), "%s", value);
}

/* Forms before groups, those with most to do first; groups by their number. */
static int compare_filters(const void *a, const void *b)
{
	const struct today_filter *fa = a, *fb = b;

	if (fa->group != fb->group)
		return fa->group - fb->group;
	int by_number = fa->group ? atoi(fa->value) - atoi(fb->value) : (int)fb->n - (int)fa->n;
	return by_number ? by_number : strcmp(fa->value, fb->value);
}

static enum screen_result ask_filter(struct today_screen *self, struct app *app)
{
	struct popup_item items[TODAY_FILTERS] = { { .code = "" } };
	struct arena arena = ARENA_INIT;

	self->filters[0].n = self->n_rows;
	self->n_filters = 1;
	for (size_t i = 0; i < self->n_rows; i++)
		offer_filter(self, false, self->rows[i].duty.form);
	for (size_t i = 0; i < self->n_rows; i++)
		offer_filter(self, true, person_of(self, &self->rows[i])->group);
	qsort(self->filters + 1, self->n_filters - 1, sizeof(self->filters[0]), compare_filters);
	items[0].label = _("Show all");
	for (size_t i = 0; i < self->n_filters; i++) {
		const char *value = self->filters[i].value;
		if (!i)
			continue;
		items[i].label = !self->filters[i].group ?
		                         arena_printf(&arena, _("Only: %s (%zu)"), form_title(app, value), self->filters[i].n) :
		                         arena_printf(&arena, _("Only group: %s (%zu)"),
		                                      value[0] ? value : _("no group"), self->filters[i].n);
		if (!items[i].label)
			items[i].label = value;
	}
	snprintf(items[0].code, sizeof(items[0].code), "0");
	popup_number(items, 1, self->n_filters);
	struct popup popup = { .title = _("What to show"), .items = items,
		               .n_items = self->n_filters, .answer = take_filter };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	struct today_screen *self = arg;
	struct today_row *row = &self->rows[self->shown[index]];
	struct person *person = person_of(self, row);
	char date[DATE_TEXT_BYTES];

	cells[0] = person->name;
	cells[1] = person_sex(person->sex);
	cells[2] = person->age < 0 ? "" : arena_printf(arena, "%d", person->age);
	cells[3] = person->group;
	cells[4] = person->phone;
	cells[5] = duty_label(&row->duty);
	cells[6] = duty_text(&row->duty, arena);
	cells[7] = arena_strdup(arena, date_format(row->duty.due, date));
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct today_screen *self = self_of(screen);
	const char *const titles[] = { _("Name"), _("Sex"), _("Age"), _("Group"), _("Phone"),
		                       _("What to do"), _("Why"), _("Due") };

	if (choice != POPUP_NONE)
		export_write(app, app->answer_text, titles, 8, self->n_shown, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result take_quit(struct screen *screen, struct app *app, int choice)
{
	(void)screen;
	if (choice == 0)
		app->quit = true;
	return SCREEN_REDRAW;
}

static enum screen_result ask_quit(struct screen *screen, struct app *app)
{
	struct popup_item items[] = { { "1", _("Leave"), false }, { "2", _("Stay"), false } };
	struct popup popup = { .title = _("Leave Xiangyi?"), .items = items, .n_items = 2,
		               .text = _("Everything saved is on this machine's disk."),
		               .answer = take_quit };

	return popup_open(app, screen, &popup);
}

static enum screen_result take_draft(struct screen *screen, struct app *app, int choice)
{
	struct today_screen *self = self_of(screen);

	return choice == POPUP_NONE ? SCREEN_REDRAW : drafts_open(app, &self->drafts.list[choice]);
}

static enum screen_result ask_draft(struct today_screen *self, struct app *app)
{
	if (!app_may_see(app))
		return SCREEN_REDRAW;
	if (!self->drafts.n) {
		app_say(app, STYLE_DIM, "%s", _("Nothing was begun and left unsaved."));
		return SCREEN_REDRAW;
	}
	return drafts_ask(app, &self->screen, &self->drafts, take_draft);
}

static enum screen_result open_resident(struct today_screen *self, struct app *app)
{
	rid_t others[512];
	size_t n = 0, from = self->list.cursor > 255 ? self->list.cursor - 255 : 0;

	if (!self->n_shown)
		return SCREEN_DONE;
	for (size_t i = from; i < self->n_shown && n < 512; i++) {
		rid_t resident = self->rows[self->shown[i]].duty.resident;
		if (!n || others[n - 1] != resident)
			others[n++] = resident;
	}
	return app_push(app, resident_new_for(app, &self->rows[self->shown[self->list.cursor]].duty, others, n));
}

static enum screen_result today_key(struct screen *screen, struct app *app, tkey_t key,
                                    enum action action)
{
	struct today_screen *self = self_of(screen);

	switch (key) {
	case '1':
		app_reload(app);
		return SCREEN_REDRAW;
	case '2':
		return app_may_see(app) ? app_push(app, residents_new(app)) : SCREEN_REDRAW;
	case '3':
		return app_push(app, sync_new(app));
	case '4':
		return app_may_see(app) ? app_push(app, indicators_new(app, NULL)) : SCREEN_REDRAW;
	case '5':
		if (app->info.self.level == LEVEL_VILLAGE)
			return SCREEN_NOT_MINE;
		return app_push(app, township_new(app));
	case '6':
		return app_may_see(app) ? app_push(app, registers_new(app)) : SCREEN_REDRAW;
	case '7':
		return app_may_see(app) ? app_push(app, checks_new(app, 0)) : SCREEN_REDRAW;
	case '8':
		return app_may_see(app) ? app_push(app, alerts_new(app, 0)) : SCREEN_REDRAW;
	case '9':
		return ask_draft(self, app);
	default:
		break;
	}
	switch (action) {
	case ACTION_OPEN:
		return open_resident(self, app);
	case ACTION_FIND:
		return app_may_see(app) ? app_push(app, residents_new(app)) : SCREEN_REDRAW;
	case ACTION_CHOOSE:
		return ask_filter(self, app);
	case ACTION_ALERTS:
		return app_may_see(app) ? app_push(app, alerts_new(app, 0)) : SCREEN_REDRAW;
	case ACTION_PRINT:
		return export_ask(app, screen, "today", take_export);
	case ACTION_SORT:
		self->order = (self->order + 1) % ORDER_N;
		self->list.cursor = 0;
		select_rows(self);
		return SCREEN_REDRAW;
	case ACTION_LEAVE:
	case ACTION_BACK:
		return ask_quit(screen, app);
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t today_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	size_t n = 0;

	(void)screen;
	(void)app;
	out[n++] = (struct keybar_item){ ACTION_OPEN, NULL };
	out[n++] = (struct keybar_item){ ACTION_HELP, NULL };
	out[n++] = (struct keybar_item){ ACTION_FIND, NULL };
	out[n++] = (struct keybar_item){ ACTION_CHOOSE, _("Filter") };
	out[n++] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[n++] = (struct keybar_item){ ACTION_SORT, NULL };
	out[n++] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[n++] = (struct keybar_item){ ACTION_LEAVE, NULL };
	return n;
}

/* The rule behind the duty under the cursor, with its source. */
static const char *today_field_help(struct screen *screen, struct app *app)
{
	struct today_screen *self = self_of(screen);

	if (!self->n_shown)
		return NULL;
	const struct duty *duty = &self->rows[self->shown[self->list.cursor]].duty;
	arena_reset(&self->help);
	return arena_printf(&self->help, "%s\n%s\n%s%s", duty_label(duty), duty_text(duty, &self->help), _("Source: "),
	                    duty_source(form_set_rules(app->forms), duty, &self->help));
}

static void today_destroy(struct screen *screen)
{
	struct today_screen *self = self_of(screen);

	free(self->rows);
	free(self->shown);
	arena_free(&self->help);
	free(self);
}

static const struct screen_ops today_ops = {
	.title = N_("Today's work"),
	.help = N_("What is to be done now, most urgent first: danger signs and referrals (!!), what is overdue "
	           "(!), what is due today and within two weeks. Enter opens the resident; the follow-up is two "
	           "keys away there. F4 shows one programme or one group, F6 changes the order: by group for "
	           "walking. The digits go to the other screens; 8 (or a) to the alerts, of which so many are open, "
	           "and 9 to the forms that were begun and not saved."),
	.draw = today_draw,
	.key = today_key,
	.keys = today_keys,
	.field_help = today_field_help,
	.reload = today_reload,
	.back = today_back,
	.destroy = today_destroy,
};

struct screen *today_new(struct app *app)
{
	struct today_screen *self = calloc(1, sizeof(*self));
	struct error err = { 0 };

	if (!self)
		return NULL;
	self->screen.ops = &today_ops;
	self->app = app;
	today_reload(&self->screen, app);
	store_info_get(app->store, &app->info, &err);
	if (app->info.repaired)
		app_say(app, STYLE_WARN, "%s", app->info.repaired);
	return &self->screen;
}
