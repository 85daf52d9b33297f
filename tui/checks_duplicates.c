/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/checks.h"

#include <stdlib.h>
#include <string.h>
#include "care/duplicate.h"
#include "care/link.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/people.h"
#include "tui/popup.h"

enum { CHOICE_SAME, CHOICE_APART, CHOICE_FIRST, CHOICE_SECOND };

static const struct duplicate_pair *pair_at(const struct checks_screen *self, size_t index)
{
	return &((const struct duplicate_pair *)self->lines)[index];
}

static size_t read_lines(struct checks_screen *self, struct app *app)
{
	const struct duplicate_question question = { .max = CHECKS_MAX, .only = self->resident };
	struct duplicate_report report;
	struct error err = { 0 };

	if (care_duplicates(app->store, &question, &self->arena, &report, app_progress(app), &err)) {
		app_say_error(app, &err);
		return 0;
	}
	self->lines = report.pairs;
	self->n_more = report.n_left_off;
	return report.n;
}

static void put_person(struct app *app, rid_t id, const struct area *line, int x, enum style style)
{
	struct person person;
	char birth[DATE_TEXT_BYTES];

	person_load(app, id, &person);
	scr_put(line, 0, x, 9, style, person.name);
	scr_put(line, 0, x + 10, 11, style, date_format(person.birth, birth));
	scr_put(line, 0, x + 22, 5, style, person.masked_id[0] ? person.masked_id + strlen(person.masked_id) - 4 : "—");
}

static const char *short_kind(enum duplicate_kind kind)
{
	static const char *const labels[] = {
		[DUPLICATE_CERTAIN] = N_("certain"), [DUPLICATE_PROBABLE] = N_("probable"),
		[DUPLICATE_NUMBER_TWICE] = N_("! number twice"), [DUPLICATE_TWINS] = N_("twins?"),
		[DUPLICATE_LARGE] = N_("! over three"),
	};

	return _(labels[kind]);
}

static void draw_line(struct checks_screen *self, struct app *app, size_t index, const struct area *line,
                      enum style style)
{
	const struct duplicate_pair *pair = pair_at(self, index);

	put_person(app, pair->a, line, 2, style);
	put_person(app, pair->b, line, 31, style);
	scr_put(line, 0, 60, line->cols - 60, list_style(style, pair->kind == DUPLICATE_CERTAIN ? STYLE_OK : STYLE_DIM),
	        short_kind(pair->kind));
}

/* --- deciding --- */

static enum screen_result take_reason(struct screen *screen, struct app *app, int choice)
{
	struct checks_screen *self = (struct checks_screen *)screen;
	struct error err = { 0 };

	if (choice == POPUP_NONE || self->list.cursor >= self->n_lines)
		return SCREEN_REDRAW;
	const struct duplicate_pair pair = *pair_at(self, self->list.cursor);
	utf8_trim(app->answer_text);
	if (care_link(app->store, pair.a, pair.b, self->pending == CHOICE_SAME ? LINK_SAME : LINK_NOT_SAME,
	              app->answer_text, &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	app_reload(app);
	app_say(app, STYLE_OK, self->pending == CHOICE_SAME ? _("%s linked: shown as one person; it can be taken back") :
	                                                      _("%s noted as two people: not asked again"),
	        scr_symbol(SYM_CHECK));
	return SCREEN_REDRAW;
}

static enum screen_result take_answer(struct screen *screen, struct app *app, int choice)
{
	struct checks_screen *self = (struct checks_screen *)screen;

	if (choice == POPUP_NONE || self->list.cursor >= self->n_lines)
		return SCREEN_REDRAW;
	const struct duplicate_pair *pair = pair_at(self, self->list.cursor);
	if (choice == CHOICE_FIRST || choice == CHOICE_SECOND)
		return app_push(app, resident_new(app, choice == CHOICE_FIRST ? pair->a : pair->b, NULL, 0));
	if (choice != CHOICE_SAME && choice != CHOICE_APART)
		return SCREEN_REDRAW;
	if (app->info.self.level == LEVEL_VILLAGE) {
		app_say(app, STYLE_WARN, "%s", _("Whether two records are one person is decided at the township."));
		return SCREEN_REDRAW;
	}
	self->pending = choice;
	struct popup popup = { .title = choice == CHOICE_SAME ? _("One person") : _("Two people"), .prompt = true,
		               .text = _("Why? It is kept with the decision."),
		               .proposal = _("compared with the person's papers"), .answer = take_reason };
	return popup_open(app, screen, &popup);
}

static enum screen_result open_line(struct checks_screen *self, struct app *app, size_t index)
{
	const struct duplicate_pair *pair = pair_at(self, index);
	struct person a, b;
	struct arena arena = ARENA_INIT;
	struct popup_item items[5] = { { .code = "" } };

	if (!app_writes(app)) {
		app_say(app, STYLE_WARN, "%s", _("To read only: this operator may not write."));
		return SCREEN_REDRAW;
	}
	person_load(app, pair->a, &a);
	person_load(app, pair->b, &b);
	const char *first = arena_printf(&arena, _("Look at: %s %s %s %s"), a.name, person_sex(a.sex), a.masked_id,
	                                 a.phone);
	const char *second = arena_printf(&arena, _("Look at: %s %s %s %s"), b.name, person_sex(b.sex), b.masked_id,
	                                  b.phone);
	items[CHOICE_SAME].label = _("One person: show both records as one");
	items[CHOICE_APART].label = _("Two people: do not ask again");
	items[CHOICE_FIRST].label = first ? first : "";
	items[CHOICE_SECOND].label = second ? second : "";
	items[4].label = _("Later");
	popup_number(items, 0, 5);
	const char *text = arena_printf(&arena, "%s\n%s", duplicate_sentence(pair->kind), duplicate_explain(pair, &arena));
	struct popup popup = { .title = _("One person?"), .text = text ? text : "", .items = items, .n_items = 5,
		               .cursor = 4, .warning = true, .answer = take_answer };
	enum screen_result result = popup_open(app, &self->screen, &popup);
	arena_free(&arena);
	return result;
}

static rid_t resident_of(struct checks_screen *self, size_t index)
{
	return pair_at(self, index)->a;
}

static const struct checks_column columns[] = {
	{ 2, N_("Name") }, { 12, N_("Birth date") }, { 24, N_("ID end") }, { 31, N_("Name") }, { 41, N_("Birth date") },
	{ 53, N_("ID end") }, { 60, N_("Finding") }, { 0, NULL },
};

const struct checks_part CHECKS_DUPLICATES = {
	.title = N_("Possible duplicates"),
	.columns = columns,
	.empty = N_("Nobody seems to be registered twice."),
	.read = read_lines,
	.draw = draw_line,
	.open = open_line,
	.open_label = N_("Decide"),
	.resident = resident_of,
};
