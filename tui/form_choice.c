/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/form_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/popup.h"
#include "tui/screens.h"

static bool is_picked(const char *value, const char *code)
{
	return utf8_has_word(value, code, strlen(code));
}

/* Pick a code, or take it off again in a field of several. */
static void pick(struct form_screen *self, const char *code)
{
	const struct form_field *field = form_focus_field(self);
	const char *value = form_focus_value(self);
	char text[512];
	size_t len = 0;

	if (field->type == FORM_SELECT_ONE) {
		form_set(self, code);
		return;
	}
	text[0] = '\0';
	for (int i = 0; i < field->list->n && len < sizeof(text) - 40; i++) {
		const char *name = field->list->choices[i].name;
		bool picked = is_picked(value, name) != !strcmp(name, code);
		if (picked)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "", name);
	}
	form_set(self, text);
}

static const char *visible_code(const struct form_screen *self, const char *code)
{
	const struct cell *cell = form_focus(self);
	const struct form_choice *choice = form_choice_find(form_focus_field(self)->list, code);

	return choice && values_choice_visible(self->entering->values, cell->field, cell->row, choice) ?
	               choice->name : NULL;
}

static bool begins_code(const struct form_screen *self, const char *typed)
{
	const struct form_list *list = form_focus_field(self)->list;

	for (int i = 0; i < list->n; i++)
		if (!strncmp(list->choices[i].name, typed, strlen(typed)))
			return true;
	return false;
}

/* Digits pick by the printed code. "1" then "0" is 10: the 1 picked on the way is taken back. */
enum screen_result form_choice_digit(struct form_screen *self, tkey_t key)
{
	char longer[16], alone[2] = { (char)key, '\0' };
	const char *code;

	if (key >= 'a' && key <= 'z' && !begins_code(self, alone)) /* n08 is N08 */
		alone[0] = (char)(key - 'a' + 'A');
	snprintf(longer, sizeof(longer), "%.13s%s", self->typed, alone);
	if (self->typed[0] && (code = visible_code(self, longer))) {
		if (form_focus_field(self)->type == FORM_SELECT_MULTIPLE && visible_code(self, self->typed))
			pick(self, self->typed);
		pick(self, code);
		snprintf(self->typed, sizeof(self->typed), "%s", longer);
		return SCREEN_REDRAW;
	}
	const char *typed = self->typed[0] && begins_code(self, longer) ? longer : alone;
	code = visible_code(self, typed);
	if (code) {
		pick(self, code);
	} else if (!begins_code(self, typed)) {
		app_say(self->app, STYLE_WARN, _("There is no choice with the code %s"), typed);
		typed = "";
	}
	snprintf(self->typed, sizeof(self->typed), "%s", typed);
	return SCREEN_REDRAW;
}

static enum screen_result take_choice(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);
	const struct form_field *field = form_focus_field(self);
	const struct cell *cell = form_focus(self);
	char text[512] = "";
	size_t len = 0;
	int shown = 0;

	if (choice == POPUP_NONE || !field || !field->list)
		return SCREEN_REDRAW;
	for (int i = 0; i < field->list->n && len < sizeof(text) - 40; i++) {
		const struct form_choice *one = &field->list->choices[i];
		if (!values_choice_visible(self->entering->values, cell->field, cell->row, one))
			continue;
		bool many = field->type == FORM_SELECT_MULTIPLE;
		if (many ? (app->answer_marks >> shown & 1) != 0 : shown == choice)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? " " : "",
			                        one->name);
		shown++;
	}
	form_set(self, text);
	return SCREEN_REDRAW;
}

/* What a household has and its members have alike. */
static const struct {
	const char *from, *to;
} shared[] = {
	{ "village_group", "village_group" }, { "address", "address_now" }, { "kitchen", "kitchen" },
	{ "fuel", "fuel" }, { "water", "water" }, { "toilet", "toilet" }, { "pen", "pen" },
};

static void share(struct form_screen *self, const struct record *chosen, const char *from, const char *to)
{
	const char *value = record_named(self->app, chosen, from);
	int field = form_field_find(self->entering->form, to);
	struct error err;

	if (field >= 0 && *value && !*values_get(self->entering->values, field, ROW_NONE))
		values_set(self->entering->values, field, ROW_NONE, value, &err);
}

/* Fields that nobody has filled take what the chosen household says. */
static void share_household(struct form_screen *self, const char *chosen)
{
	struct arena arena = ARENA_INIT;
	struct version version;
	struct record record;
	struct error err;
	rid_t id;

	if (version_parse(chosen, &version) && !store_find_version(self->app->store, &version, &id, &err) &&
	    !store_record(self->app->store, id, &arena, &record, &err))
		for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
			share(self, &record, shared[i].from, shared[i].to);
	arena_free(&arena);
}

static enum screen_result take_record(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	if (!strcmp(form_focus_field(self)->record_form, "household"))
		share_household(self, app->answer_text);
	form_set(self, app->answer_text);
	return SCREEN_REDRAW;
}

enum screen_result form_ask_record(struct form_screen *self)
{
	const char *wanted = form_focus_field(self)->record_form;
	const struct form *form = form_set_find(self->app->forms, wanted);
	rid_t subject = form && form->subject[0] ? self->entering->subject : 0;

	return app_push(self->app, picker_new(self->app, wanted, subject, take_record));
}

enum screen_result form_ask_choice(struct form_screen *self)
{
	const struct form_field *field = form_focus_field(self);
	const struct cell *cell = form_focus(self);
	struct popup_item *items = calloc((size_t)field->list->n + 1, sizeof(*items));
	struct popup popup = { .title = form_text(field->label), .items = items,
		               .many = field->type == FORM_SELECT_MULTIPLE, .answer = take_choice };

	if (!items)
		return SCREEN_REDRAW;
	for (int i = 0; i < field->list->n; i++) {
		const struct form_choice *choice = &field->list->choices[i];
		if (!values_choice_visible(self->entering->values, cell->field, cell->row, choice))
			continue;
		struct popup_item *item = &items[popup.n_items];
		snprintf(item->code, sizeof(item->code), "%s", choice->name);
		item->label = form_text(choice->label);
		item->marked = is_picked(form_focus_value(self), choice->name);
		if (item->marked && !popup.cursor)
			popup.cursor = popup.n_items;
		popup.n_items++;
	}
	enum screen_result result = popup_open(self->app, &self->screen, &popup);
	free(items);
	return result;
}
