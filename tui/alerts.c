/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts of everyone, or of one resident: what, whom, since when, whose; and what is done about them. */
#include "config.h"
#include "tui/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/export.h"
#include "tui/list.h"
#include "tui/people.h"
#include "tui/popup.h"

enum { DETAIL_ROWS = 3, WIDE_COLS = 100, ANSWERS = 4 };

struct alert_line {
	struct alert alert;
	double weight;
	bool restricted;
	char name[96]; /* read when first shown */
};

struct alerts_screen {
	struct screen screen;
	struct app *app;
	rid_t subject;             /* 0: everyone */
	struct alert_line *lines;
	size_t n_lines, cap_lines;
	uint32_t *shown;           /* indexes into lines, after filters, most urgent first */
	size_t n_shown;
	struct list list;
	enum alert_owner owner;    /* filters; none: all */
	enum alert_state state;
	bool hidden;               /* restricted lines: that they were shown could not be noted */
	struct arena text;         /* of F1 */
	enum alert_answer { ACKNOWLEDGE, CLOSE, OPEN_AGAIN, GO_TO_FORM } offered[ANSWERS];
	struct alert asked;        /* what the question is about */
};

static struct alerts_screen *self_of(struct screen *screen)
{
	return (struct alerts_screen *)screen;
}

static struct alert_line *line_at_cursor(struct alerts_screen *self)
{
	return self->n_shown ? &self->lines[self->shown[self->list.cursor]] : NULL;
}

/* --- reading --- */

static bool add_alert(void *arg, const struct alert *alert)
{
	struct alerts_screen *self = arg;

	if (self->n_lines == self->cap_lines) {
		size_t cap = self->cap_lines ? self->cap_lines * 2 : 64;
		struct alert_line *lines = realloc(self->lines, cap * sizeof(*lines));
		if (!lines)
			return false;
		self->lines = lines;
		self->cap_lines = cap;
	}
	self->lines[self->n_lines++] = (struct alert_line){
		.alert = *alert,
		.weight = alert_weight(form_set_rules(self->app->forms), alert),
		.restricted = alert_is_restricted(self->app->store, alert),
	};
	return true;
}

static int read_of_one(struct alerts_screen *self, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct alert *alerts;
	size_t n;
	int code = care_alerts_of(self->app->store, self->subject, &arena, &alerts, &n, err);

	for (size_t i = 0; !code && i < n; i++)
		add_alert(self, &alerts[i]);
	arena_free(&arena);
	return code;
}

static int read_of_all(struct alerts_screen *self, struct error *err)
{
	int code = care_alerts_each(self->app->store, add_alert, self, err);

	return code ? code : care_alerts_across(self->app->store, add_alert, self, err);
}

/* Open ones first, then by weight, then the oldest. */
static int compare_shown(const void *a, const void *b, void *arg)
{
	const struct alerts_screen *self = arg;
	const struct alert_line *la = &self->lines[*(const uint32_t *)a], *lb = &self->lines[*(const uint32_t *)b];

	if (la->alert.state != lb->alert.state)
		return (int)la->alert.state - (int)lb->alert.state;
	if (la->weight != lb->weight)
		return la->weight > lb->weight ? -1 : 1;
	if (la->alert.since != lb->alert.since)
		return la->alert.since < lb->alert.since ? -1 : 1;
	return (la->alert.subject > lb->alert.subject) - (la->alert.subject < lb->alert.subject);
}

static void select_lines(struct alerts_screen *self)
{
	free(self->shown);
	self->shown = calloc(self->n_lines + 1, sizeof(*self->shown));
	self->n_shown = 0;
	for (size_t i = 0; self->shown && i < self->n_lines; i++) {
		const struct alert_line *line = &self->lines[i];
		if ((self->owner && line->alert.owner != self->owner) ||
		    (self->state && line->alert.state != self->state) || (self->hidden && line->restricted))
			continue;
		self->shown[self->n_shown++] = (uint32_t)i;
	}
	if (self->n_shown > 1)
		qsort_r(self->shown, self->n_shown, sizeof(*self->shown), compare_shown, self);
	list_set_count(&self->list, self->n_shown);
}

static void alerts_reload(struct screen *screen, struct app *app)
{
	struct alerts_screen *self = self_of(screen);
	struct error err = { 0 };

	self->n_lines = 0;
	if (self->subject ? read_of_one(self, &err) : read_of_all(self, &err))
		app_say_error(app, &err);
	select_lines(self);
}

static uint64_t count_restricted(const struct alerts_screen *self)
{
	uint64_t people = 0;

	for (size_t i = 0; i < self->n_lines; i++) {
		bool new = self->lines[i].restricted;
		for (size_t j = 0; new && j < i; j++)
			new = !self->lines[j].restricted || self->lines[j].alert.subject != self->lines[i].alert.subject;
		people += new;
	}
	return people;
}

/* Before anything is drawn: that restricted records are read is noted, or they are not shown. */
static enum screen_result alerts_opened(struct screen *screen, struct app *app)
{
	struct alerts_screen *self = self_of(screen);
	struct error err = { 0 };
	uint64_t people = count_restricted(self);

	self->hidden = people && care_audit(app->store, _("alerts that come from restricted records"), people, &err);
	if (self->hidden)
		app_say_error(app, &err);
	select_lines(self);
	return SCREEN_REDRAW;
}

/* A resident's or a member of staff's name, else what kind of record it is. */
static const char *subject_name(struct alerts_screen *self, struct alert_line *line)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	struct error err;

	if (!line->name[0] && !store_record(self->app->store, line->alert.subject, &arena, &record, &err)) {
		const char *name = record_named(self->app, &record, "name");
		snprintf(line->name, sizeof(line->name), "%s", *name ? name : form_title(self->app, record.form));
	}
	arena_free(&arena);
	return line->name;
}

/* --- drawing --- */

struct alert_columns { int whom, since, days, owner, state; };

static struct alert_columns columns_of(int cols)
{
	struct alert_columns at = { .state = cols - 13 };

	at.owner = at.state - 15;
	at.days = at.owner - 8;
	at.since = at.days - (cols >= WIDE_COLS ? 12 : 6); /* a narrow screen leaves the year to the days beside it */
	at.whom = at.since - 11;
	return at;
}

static void draw_line(void *arg, size_t index, const struct area *area, enum style style)
{
	struct alerts_screen *self = arg;
	struct alert_line *line = &self->lines[self->shown[index]];
	const struct alert *alert = &line->alert;
	struct alert_columns at = columns_of(area->cols);
	bool open = alert->state == ALERT_IS_OPEN;
	enum style main = alert->state == ALERT_IS_CLOSED ? list_style(style, STYLE_DIM) : style;
	char date[DATE_TEXT_BYTES];

	scr_put(area, 0, 1, 2, list_style(style, STYLE_URGENT), open ? "!!" : "");
	scr_put(area, 0, 4, at.whom - 5, open ? list_style(style, STYLE_STRONG) : main, alert_label(alert));
	scr_put(area, 0, at.whom, 10, main, subject_name(self, line));
	date_format(alert->since, date);
	scr_put(area, 0, at.since, -1, main, at.days - at.since < 10 ? date + 5 : date);
	scr_printf(area, 0, at.days, 7, main, _("%d d"), self->app->today - alert->since);
	scr_put(area, 0, at.owner, 14, main, alert_owner_label(alert->owner));
	scr_put(area, 0, at.state, area->cols - at.state, open ? list_style(style, STYLE_WARN) : main,
	        alert_state_label(alert->state));
}

static void draw_headings(const struct alerts_screen *self, const struct area *area)
{
	struct alert_columns at = columns_of(area->cols - 1);

	scr_printf(area, 0, 2, area->cols - 2, STYLE_DIM, _("Shown: %s, %s (%zu)"),
	           self->owner ? alert_owner_label(self->owner) : _("all owners"),
	           self->state   ? alert_state_label(self->state) :
	           self->subject ? _("open, acknowledged and closed") : _("open and acknowledged"),
	           self->n_shown);
	scr_put(area, 1, 4, 20, STYLE_HEADING, _("What"));
	scr_put(area, 1, at.whom, 10, STYLE_HEADING, _("Whom"));
	scr_put(area, 1, at.since, -1, STYLE_HEADING, _("Since"));
	scr_put(area, 1, at.days, 7, STYLE_HEADING, _("Days"));
	scr_put(area, 1, at.owner, 14, STYLE_HEADING, _("Owner"));
	scr_put(area, 1, at.state, -1, STYLE_HEADING, _("State"));
}

/* Why it stands there, and what was done about it when, with the reason. */
static void draw_detail(struct alerts_screen *self, const struct area *area)
{
	const struct alert *alert = &line_at_cursor(self)->alert;
	struct arena arena = ARENA_INIT;
	struct record answer;
	struct error err;
	char date[DATE_TEXT_BYTES];

	scr_hline(area, 0, 0, area->cols, STYLE_BORDER);
	scr_put(area, 1, 2, area->cols - 4, STYLE_NORMAL, alert_text(alert));
	if (alert->answer && !store_record(self->app->store, alert->answer, &arena, &answer, &err))
		scr_printf(area, 2, 2, area->cols - 4, STYLE_DIM, "%s  %s  %s", date_format(alert->answered, date),
		           alert_state_label(alert->state), record_named(self->app, &answer, "reason"));
	arena_free(&arena);
}

static void alerts_draw(struct screen *screen, struct app *app, const struct area *area)
{
	struct alerts_screen *self = self_of(screen);
	struct area list = area_sub(area, 2, 0, area->rows - 2 - DETAIL_ROWS, area->cols);
	struct area below = area_sub(area, area->rows - DETAIL_ROWS, 0, DETAIL_ROWS, area->cols);

	(void)app;
	draw_headings(self, area);
	if (!self->n_shown) {
		scr_put(&list, 1, 4, list.cols - 4, STYLE_OK,
		        self->hidden || self->n_lines ? _("Nothing here with these filters. F4 shows the rest.") :
		        self->subject ? _("This resident has no alert. Esc goes back.") :
		                        _("No alert is open. Today says what else there is to do: Esc."));
		scr_cursor(&list, 1, 4);
		return;
	}
	list_draw(&self->list, &list, true, draw_line, self);
	draw_detail(self, &below);
}

/* --- filters --- */

enum { N_OWNERS = ALERT_OF_HEAD, N_STATES = ALERT_IS_CLOSED };

static enum screen_result take_filter(struct screen *screen, struct app *app, int choice)
{
	struct alerts_screen *self = self_of(screen);

	(void)app;
	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	if (choice == 0) {
		self->owner = ALERT_OF_NONE;
		self->state = ALERT_IS_NONE;
	} else if (choice <= N_OWNERS) {
		self->owner = (enum alert_owner)choice;
	} else {
		self->state = (enum alert_state)(choice - N_OWNERS);
	}
	self->list.cursor = 0;
	select_lines(self);
	return SCREEN_REDRAW;
}

static enum screen_result ask_filter(struct alerts_screen *self, struct app *app)
{
	struct popup_item items[1 + N_OWNERS + N_STATES] = { { .code = "0" } };
	struct arena arena = ARENA_INIT;
	size_t n = 1;

	items[0].label = _("Show all");
	for (int owner = 1; owner <= N_OWNERS; owner++)
		items[n++].label = arena_printf(&arena, _("Only: %s"), alert_owner_label((enum alert_owner)owner));
	/* closed ones are kept with their resident only */
	for (int state = 1; state <= N_STATES - !self->subject; state++)
		items[n++].label = arena_printf(&arena, _("Only: %s"), alert_state_label((enum alert_state)state));
	for (size_t i = 0; i < n; i++)
		items[i].label = items[i].label ? items[i].label : "";
	popup_number(items, 1, n);
	struct popup popup = { .title = _("What to show"), .items = items, .n_items = n, .answer = take_filter };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

/* --- answers --- */

static enum screen_result save_answer(struct alerts_screen *self, struct app *app, enum alert_state state,
                                      const char *reason)
{
	struct error err = { 0 };

	if (care_alert_answer(app->store, &self->asked, state, reason, &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	app_changed(app, self->asked.subject);
	app_say(app, STYLE_OK, "%s %s  %s", scr_symbol(SYM_CHECK), alert_label(&self->asked), alert_state_label(state));
	return SCREEN_REDRAW;
}

static enum screen_result take_reason(struct screen *screen, struct app *app, int choice)
{
	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	utf8_trim(app->answer_text);
	return save_answer(self_of(screen), app, ALERT_IS_CLOSED, app->answer_text);
}

static enum screen_result ask_reason(struct alerts_screen *self, struct app *app)
{
	struct popup popup = { .title = _("Close this alert"), .prompt = true, .answer = take_reason,
		               .text = _("What was done, or why does it not hold? It is kept with the alert.") };

	return popup_open(app, &self->screen, &popup);
}

static enum screen_result go_to_form(const struct alerts_screen *self, struct app *app)
{
	char form[48];
	rid_t record;

	alert_answered_by(app->store, &self->asked, form, &record);
	const struct form *found = form_set_find(app->forms, form);
	if (!found)
		return SCREEN_REDRAW;
	return app_push(app, form_new(app, form, found->subject[0] ? self->asked.subject : 0, record));
}

static enum screen_result take_answer(struct screen *screen, struct app *app, int choice)
{
	struct alerts_screen *self = self_of(screen);

	if (choice < 0 || choice >= ANSWERS)
		return SCREEN_REDRAW;
	switch (self->offered[choice]) {
	case ACKNOWLEDGE:
		return save_answer(self, app, ALERT_IS_ACKNOWLEDGED, "");
	case CLOSE:
		return ask_reason(self, app);
	case OPEN_AGAIN:
		return save_answer(self, app, ALERT_IS_OPEN, "");
	default:
		return go_to_form(self, app);
	}
}

static void offer(struct alerts_screen *self, struct popup_item *items, size_t *n, enum alert_answer answer,
                  const char *label)
{
	self->offered[*n] = answer;
	items[*n].label = label ? label : "";
	++*n;
}

static enum screen_result ask_answer(struct alerts_screen *self, struct app *app)
{
	const struct alert_line *line = line_at_cursor(self);
	struct popup_item items[ANSWERS] = { { .code = "" } };
	struct arena arena = ARENA_INIT;
	char form[48];
	rid_t record;
	size_t n = 0;

	if (!line || !app_writes(app))
		return SCREEN_DONE;
	self->asked = line->alert;
	alert_answered_by(app->store, &line->alert, form, &record);
	if (form[0])
		offer(self, items, &n, GO_TO_FORM, arena_printf(&arena, _("Answer it: %s"), form_title(app, form)));
	if (line->alert.state == ALERT_IS_OPEN)
		offer(self, items, &n, ACKNOWLEDGE, _("Acknowledge: I have seen it, it stays in the list"));
	if (line->alert.state != ALERT_IS_CLOSED)
		offer(self, items, &n, CLOSE, _("Close it with a reason"));
	if (line->alert.state != ALERT_IS_OPEN)
		offer(self, items, &n, OPEN_AGAIN, _("Open it again"));
	popup_number(items, 0, n);
	struct popup popup = { .title = alert_label(&line->alert), .text = alert_text(&line->alert), .items = items,
		               .n_items = n, .answer = take_answer };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

/* --- keys --- */

static enum screen_result open_record(struct app *app, rid_t subject, rid_t id)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	struct error err;
	int code = id ? store_record(app->store, id, &arena, &record, &err) : ERR_NOTFOUND;
	enum screen_result result = SCREEN_DONE;

	if (!code && !strcmp(record.form, "resident"))
		result = app_push(app, resident_new(app, id, NULL, 0));
	else if (!code)
		result = app_push(app, form_new(app, record.form, id == subject ? 0 : subject, id));
	arena_free(&arena);
	return result;
}

/* Of everyone: the resident or the place. On a resident's own list: the record that made the alert. */
static enum screen_result open_line(struct alerts_screen *self, struct app *app)
{
	const struct alert_line *line = line_at_cursor(self);

	if (!line)
		return SCREEN_DONE;
	return open_record(app, line->alert.subject, self->subject ? line->alert.cause : line->alert.subject);
}

static void export_row(void *arg, size_t index, const char **cells, struct arena *arena)
{
	struct alerts_screen *self = arg;
	struct alert_line *line = &self->lines[self->shown[index]];
	char date[DATE_TEXT_BYTES];

	cells[0] = alert_label(&line->alert);
	cells[1] = subject_name(self, line);
	cells[2] = arena_strdup(arena, date_format(line->alert.since, date));
	cells[3] = arena_printf(arena, "%d", self->app->today - line->alert.since);
	cells[4] = alert_owner_label(line->alert.owner);
	cells[5] = alert_state_label(line->alert.state);
	cells[6] = alert_text(&line->alert);
}

static enum screen_result take_export(struct screen *screen, struct app *app, int choice)
{
	struct alerts_screen *self = self_of(screen);
	const char *const titles[] = { _("What"), _("Whom"), _("Since"), _("Days"), _("Owner"), _("State"), _("Why") };

	if (choice != POPUP_NONE)
		export_write(app, app->answer_text, titles, 7, self->n_shown, export_row, self);
	return SCREEN_REDRAW;
}

static enum screen_result alerts_key(struct screen *screen, struct app *app, tkey_t key, enum action action)
{
	struct alerts_screen *self = self_of(screen);

	(void)key;
	switch (action) {
	case ACTION_OPEN:
		return open_line(self, app);
	case ACTION_ADD:
		return ask_answer(self, app);
	case ACTION_CHOOSE:
		return ask_filter(self, app);
	case ACTION_PRINT:
		return export_ask(app, screen, "alerts", take_export);
	default:
		return list_key(&self->list, action) ? SCREEN_REDRAW : SCREEN_NOT_MINE;
	}
}

static size_t alerts_keys(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX])
{
	size_t n = 0;

	out[n++] = (struct keybar_item){ ACTION_OPEN, self_of(screen)->subject ? _("Its record") : NULL };
	if (app_writes(app))
		out[n++] = (struct keybar_item){ ACTION_ADD, _("Deal with it") };
	out[n++] = (struct keybar_item){ ACTION_HELP, _("Rule") };
	out[n++] = (struct keybar_item){ ACTION_CHOOSE, _("Filter") };
	out[n++] = (struct keybar_item){ ACTION_REFRESH, NULL };
	out[n++] = (struct keybar_item){ ACTION_PRINT, NULL };
	out[n++] = (struct keybar_item){ ACTION_BACK, NULL };
	return n;
}

/* The sentence and the rule behind it, with its source. */
static const char *alerts_field_help(struct screen *screen, struct app *app)
{
	struct alerts_screen *self = self_of(screen);
	const struct alert_line *line = line_at_cursor(self);

	if (!line)
		return NULL;
	arena_reset(&self->text);
	return arena_printf(&self->text, "%s\n%s\n%s%s", alert_label(&line->alert), alert_text(&line->alert),
	                    _("Source: "), alert_source(form_set_rules(app->forms), &line->alert, &self->text));
}

static void alerts_destroy(struct screen *screen)
{
	struct alerts_screen *self = self_of(screen);

	free(self->lines);
	free(self->shown);
	arena_free(&self->text);
	free(self);
}

static const struct screen_ops alerts_ops = {
	.title = N_("Alerts"),
	.help = N_("What must not be overlooked: danger values, referrals that nobody followed, thoughts of self-harm, "
	           "missed doses, clusters of symptoms, licences that expire and others, the most urgent first. An "
	           "alert goes away by itself when the records answer it. F2 goes to the form that answers it, "
	           "acknowledges it, closes it with a reason, or opens it again; closed ones stand with their "
	           "resident (a). F4 shows one owner or one state. That restricted records were seen is noted."),
	.draw = alerts_draw,
	.key = alerts_key,
	.keys = alerts_keys,
	.field_help = alerts_field_help,
	.reload = alerts_reload,
	.opened = alerts_opened,
	.destroy = alerts_destroy,
};

struct screen *alerts_new(struct app *app, rid_t subject)
{
	struct alerts_screen *self = calloc(1, sizeof(*self));

	if (!self)
		return NULL;
	self->screen.ops = &alerts_ops;
	self->app = app;
	self->subject = subject;
	alerts_reload(&self->screen, app);
	return &self->screen;
}
