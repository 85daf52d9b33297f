/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/checks.h"

#include <stdlib.h>
#include <string.h>
#include "care/move.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/held.h"
#include "tui/people.h"
#include "tui/popup.h"

static const struct held_line *line_at(const struct checks_screen *self, size_t index)
{
	return &((const struct held_line *)self->lines)[index];
}

static size_t read_lines(struct checks_screen *self, struct app *app)
{
	struct held_line *lines;
	struct error err = { 0 };
	uint64_t n_more = 0;
	size_t n = 0, kept = 0;

	if (sync_held(app->store, CHECKS_MAX, &self->arena, &lines, &n, &n_more, &err))
		app_say_error(app, &err);
	for (size_t i = 0; i < n; i++)
		if (!self->resident || lines[i].subject == self->resident)
			lines[kept++] = lines[i];
	self->lines = lines;
	self->n_more = (size_t)n_more;
	return kept;
}

static void draw_line(struct checks_screen *self, struct app *app, size_t index, const struct area *line,
                      enum style style)
{
	const struct held_line *one = line_at(self, index);
	struct person person = { .name = "" };

	if (one->subject)
		person_load(app, one->subject, &person);
	scr_put(line, 0, 2, 9, style, person.name);
	scr_put(line, 0, 12, 14, style, form_title(app, one->form));
	scr_put(line, 0, 27, 14, style, one->place);
	scr_put(line, 0, 42, line->cols - 42, list_style(style, one->waiting ? STYLE_DIM : STYLE_WARN), one->reason);
}

/* --- granting --- */

static enum screen_result take_reason(struct screen *screen, struct app *app, int choice)
{
	struct checks_screen *self = (struct checks_screen *)screen;
	struct error err = { 0 };

	if (choice == POPUP_NONE || self->list.cursor >= self->n_lines)
		return SCREEN_REDRAW;
	const struct held_line *one = line_at(self, self->list.cursor);
	utf8_trim(app->answer_text);
	if (care_grant(app->store, one->subject, one->region, app->answer_text, &err)) {
		app_say_error(app, &err);
		return SCREEN_REDRAW;
	}
	app_reload(app);
	app_say(app, STYLE_OK, _("%s granted: what was held back for want of it counts now"), scr_symbol(SYM_CHECK));
	return SCREEN_REDRAW;
}

static enum screen_result take_answer(struct screen *screen, struct app *app, int choice)
{
	if (choice != 0)
		return SCREEN_REDRAW;
	struct popup popup = { .title = _("Grant"), .prompt = true, .text = _("Why? It is kept with the decision."),
		               .answer = take_reason };
	return popup_open(app, screen, &popup);
}

static enum screen_result open_line(struct checks_screen *self, struct app *app, size_t index)
{
	const struct held_line *one = line_at(self, index);
	struct popup_item items[] = { { "1", _("Accept: this village may write this resident's data"), false },
		                      { "2", _("Later"), false } };
	struct arena arena = ARENA_INIT;
	char day[DATE_TEXT_BYTES];
	const char *text = arena_printf(&arena, "%s\n%s  %s  %s  %s", one->reason, form_title(app, one->form), one->place,
	                                one->operator_name, date_format(date_of_seconds(one->wall), day));
	enum screen_result result;

	if (app->info.self.level == LEVEL_VILLAGE || strcmp(one->word, "not-yours") != 0 || !one->subject ||
	    !app_writes(app)) {
		result = popup_tell(app, _("Held back"), text ? text : "");
	} else {
		struct popup popup = { .title = _("Proposal of another village"), .text = text ? text : "", .items = items,
			               .n_items = 2, .cursor = 1, .answer = take_answer };
		result = popup_open(app, &self->screen, &popup);
	}
	arena_free(&arena);
	return result;
}

static rid_t resident_of(struct checks_screen *self, size_t index)
{
	return line_at(self, index)->subject;
}

static const struct checks_column columns[] = {
	{ 2, N_("Whose") }, { 12, N_("Form") }, { 27, N_("Written at") }, { 42, N_("Why") }, { 0, NULL },
};

const struct checks_part CHECKS_HELD = {
	.title = N_("Held back"),
	.columns = columns,
	.empty = N_("Nothing is held back."),
	.read = read_lines,
	.draw = draw_line,
	.open = open_line,
	.open_label = N_("Details"),
	.resident = resident_of,
};
