/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/form_screen.h"

#include <stdio.h>
#include <string.h>
#include "lib/buf.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/popup.h"
#include "tui/screens.h"

/* The subject's duties before something is saved, to be compared with those after it. */
struct duties {
	struct arena arena;
	struct duty *rows;
	size_t n;
};

static void read_duties(struct app *app, rid_t subject, struct duties *out)
{
	struct error err = { 0 };

	*out = (struct duties){ .arena = ARENA_INIT };
	if (subject && care_duties_of(app->store, subject, &out->arena, &out->rows, &out->n, &err))
		out->n = 0;
}

/* One visit may fulfil several duties: say which. */
static void say_saved(struct form_screen *self, const struct duties *before, rid_t subject)
{
	struct app *app = self->app;
	const struct duty *closed[4];
	struct duties after;
	char what[160] = "";
	size_t n, used = 0;

	read_duties(app, subject, &after);
	int next = form_field_find(self->entering->form, "next_date");
	const char *day = next < 0 ? "" : values_get(self->entering->values, next, ROW_NONE);
	n = care_duties_closed(before->rows, before->n, after.rows, after.n, closed, 4);
	for (size_t i = 0; i < n && used < sizeof(what); i++)
		used += (size_t)snprintf(what + used, sizeof(what) - used, "%s%s", used ? _(", ") : "",
		                         duty_label(closed[i]));
	if (n)
		app_say(app, STYLE_OK, _("%s saved: %s. Done with it: %s%s%s"), scr_symbol(SYM_CHECK),
		        form_text(self->entering->form->title), what, *day ? _(". Next: ") : "", day);
	else
		app_say(app, STYLE_OK, _("%s saved: %s%s%s"), scr_symbol(SYM_CHECK),
		        form_text(self->entering->form->title), *day ? _(". Next: ") : "", day);
	arena_free(&after.arena);
}

static enum screen_result saved(struct form_screen *self, const struct duties *before, rid_t record)
{
	struct app *app = self->app;
	bool new_resident = !self->entering->record.id && !strcmp(self->entering->form->id, "resident");
	rid_t subject = self->entering->subject ? self->entering->subject : record;

	app_changed(app, subject);
	say_saved(self, before, subject);
	if (!new_resident)
		return SCREEN_CLOSE;
	app->next = resident_new(app, record, NULL, 0);
	return app->next ? SCREEN_REPLACE : SCREEN_CLOSE;
}

static enum screen_result write_record(struct form_screen *self)
{
	struct error err = { 0 };
	struct duties before;
	rid_t record = 0;

	read_duties(self->app, self->entering->subject, &before);
	if (entering_save(self->entering, self->reason, &record, &err)) {
		arena_free(&before.arena);
		app_say_error(self->app, &err);
		return SCREEN_REDRAW;
	}
	enum screen_result result = saved(self, &before, record);
	arena_free(&before.arena);
	return result;
}

/* --- problems --- */

static enum screen_result take_problem(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	(void)app;
	if (choice >= 0 && (size_t)choice < self->n_jumps)
		form_jump(self, self->jumps[choice].field, self->jumps[choice].row);
	return SCREEN_REDRAW;
}

static enum screen_result take_warning(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	if (choice > 0)
		return take_problem(screen, app, choice - 1);
	self->warnings_accepted = true;
	return form_save(self);
}

static bool take_in(enum form_severity severity, bool warnings)
{
	return (severity == FORM_WARNING) == warnings;
}

/* List the problems, or the warnings with "save all the same" before them. */
static enum screen_result list_problems(struct form_screen *self, const struct form_problem *problems,
                                        size_t n, bool warnings)
{
	struct popup_item items[FORM_JUMPS + 1];
	struct arena arena = ARENA_INIT;
	size_t first = warnings ? 1 : 0, k = first;

	memset(items, 0, sizeof(items));
	if (warnings)
		items[0] = (struct popup_item){ "1", _("These are right: save"), false };
	self->n_jumps = 0;
	for (size_t i = 0; i < n && self->n_jumps < FORM_JUMPS; i++) {
		if (!take_in(problems[i].severity, warnings))
			continue;
		const struct form_field *field = &self->entering->form->fields[problems[i].field];
		items[k].label = arena_printf(&arena, _("%s: %s"), form_text(field->label), problems[i].text);
		if (!items[k].label)
			items[k].label = "";
		self->jumps[self->n_jumps].field = problems[i].field;
		self->jumps[self->n_jumps++].row = problems[i].row;
		k++;
	}
	popup_number(items, 0, k);
	struct popup popup = {
		.title = warnings ? _("Unusual values") : _("Cannot be saved yet"),
		.text = warnings ? _("Please check once more. Enter on a line goes there.") :
		                   _("Enter goes to the field. What was typed is kept as a draft."),
		.items = items, .n_items = k, .warning = true,
		.answer = warnings ? take_warning : take_problem,
	};
	enum screen_result result = popup_open(self->app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

/* --- residents that may be the same person --- */

static enum screen_result take_same(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	if ((size_t)choice < self->n_same) {
		app->next = resident_new(app, self->same[choice], NULL, 0);
		return app->next ? SCREEN_PUSH : SCREEN_REDRAW;
	}
	self->duplicates_accepted = true;
	return form_save(self);
}

static enum screen_result list_same(struct form_screen *self, const struct duplicate_pair *same, size_t n)
{
	struct popup_item items[DUPLICATES_SHOWN + 1];
	struct arena arena = ARENA_INIT;

	memset(items, 0, sizeof(items));
	self->n_same = n < DUPLICATES_SHOWN ? n : DUPLICATES_SHOWN;
	for (size_t i = 0; i < self->n_same; i++) {
		struct person person;
		char birth[DATE_TEXT_BYTES];
		self->same[i] = same[i].b;
		person_load(self->app, same[i].b, &person);
		items[i].label = arena_printf(&arena, _("Look at: %s %s %s %s"), person.name,
		                              person_sex(person.sex), date_format(person.birth, birth),
		                              person.masked_id);
		if (!items[i].label)
			items[i].label = "";
	}
	popup_number(items, 0, self->n_same + 1);
	items[self->n_same].label = _("Another person: save as new");
	const char *text = arena_printf(&arena, "%s\n%s", _("Who is added may be there already. The first:"),
	                                duplicate_explain(&same[0], &arena));
	struct popup popup = { .title = _("Already registered?"), .items = items,
		               .n_items = self->n_same + 1, .warning = true, .answer = take_same,
		               .text = text ? text : "" };
	enum screen_result result = popup_open(self->app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

/* --- reason of a correction --- */

static enum screen_result take_reason(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	utf8_trim(app->answer_text);
	memcpy(self->reason, app->answer_text, sizeof(self->reason));
	if (!self->reason[0]) {
		app_say(app, STYLE_WARN, "%s", _("Not saved: a correction needs a reason."));
		return SCREEN_REDRAW;
	}
	return write_record(self);
}

static enum screen_result ask_reason(struct form_screen *self)
{
	struct popup popup = { .title = _("Reason of the correction"), .prompt = true,
		               .text = _("This was entered on an earlier day. Old and new values stay "
		                         "readable in the history. Why is it corrected?"),
		               .answer = take_reason };

	return popup_open(self->app, &self->screen, &popup);
}

/* --- values that differ between two places --- */

static enum screen_result take_conflict(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	(void)app;
	if (choice == POPUP_NONE)
		return SCREEN_REDRAW;
	self->conflicts_asked = true;
	self->entering->settle = choice == 0;
	return form_save(self);
}

static enum screen_result ask_conflict(struct form_screen *self)
{
	struct popup_item items[] = { { "1", _("What is shown is right: settle it"), false },
		                      { "2", _("Leave it open"), false } };
	struct buf text = BUF_INIT;
	struct arena arena = ARENA_INIT;

	buf_printf(&text, "%s", _("This record was changed in two places:"));
	for (int i = 0; i < self->entering->form->n_fields; i++) {
		const char *others = entering_others(self->entering, i, &arena);
		const struct form_field *field = &self->entering->form->fields[i];
		if (*others)
			buf_printf(&text, _("\n%s: shown %s, elsewhere %s"), form_text(field->label),
			           form_value_label(field, values_get(self->entering->values, i, ROW_NONE),
			                            i18n_lang(), &arena),
			           others);
	}
	struct popup popup = { .title = _("Two values"), .text = buf_text(&text), .items = items,
		               .n_items = 2, .warning = true, .answer = take_conflict };
	enum screen_result result = popup_open(self->app, &self->screen, &popup);
	buf_free(&text);
	arena_free(&arena);
	return result;
}

enum screen_result form_save(struct form_screen *self)
{
	struct arena arena = ARENA_INIT;
	const struct form_problem *problems;
	size_t n, wrong = 0, n_same;
	enum screen_result result;
	struct duplicate_pair *same;

	if (!self->entering->writable) {
		app_say(self->app, STYLE_WARN, "%s", _("To read only: this operator may not write."));
		return SCREEN_REDRAW;
	}
	if (self->entering->record.id && !self->entering->changed &&
	    !entering_conflicted(self->entering))
		return SCREEN_CLOSE;
	n = values_check(self->entering->values, &arena, &problems);
	for (size_t i = 0; i < n; i++)
		wrong += problems[i].severity != FORM_WARNING;
	if (wrong || (n && !self->warnings_accepted)) {
		result = list_problems(self, problems, n, wrong == 0);
	} else if (!self->duplicates_accepted &&
	           (n_same = entering_duplicates(self->entering, &arena, &same)) > 0) {
		result = list_same(self, same, n_same);
	} else if (!self->conflicts_asked && entering_conflicted(self->entering)) {
		result = ask_conflict(self);
	} else if (!self->entering->changed && !self->entering->settle) {
		result = SCREEN_CLOSE;
	} else if (entering_needs_reason(self->entering)) {
		result = ask_reason(self);
	} else {
		result = write_record(self);
	}
	arena_free(&arena);
	return result;
}

/* --- leaving --- */

static enum screen_result take_leave(struct screen *screen, struct app *app, int choice)
{
	struct form_screen *self = form_self(screen);

	switch (choice) {
	case 0:
		return form_save(self);
	case 1:
		app_say(app, STYLE_OK, "%s", _("Kept as a draft: the form will offer it."));
		return SCREEN_CLOSE;
	case 2:
		entering_drop_draft(self->entering);
		app_say(app, STYLE_DIM, "%s", _("Thrown away."));
		return SCREEN_CLOSE;
	default:
		return SCREEN_REDRAW;
	}
}

enum screen_result form_ask_leave(struct form_screen *self)
{
	struct popup_item items[] = { { "1", _("Save"), false },
		                      { "2", _("Keep as a draft and leave"), false },
		                      { "3", _("Throw away what was typed"), false },
		                      { "4", _("Stay and go on"), false } };
	struct popup popup = { .title = _("Not saved yet"), .items = items, .n_items = 4,
		               .answer = take_leave };

	if (!self->entering->changed || !self->entering->writable)
		return SCREEN_CLOSE;
	return popup_open(self->app, &self->screen, &popup);
}
