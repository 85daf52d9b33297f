/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/resident_head.h"

#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/people.h"

static const char *or_dash(const char *text)
{
	return text && *text ? text : "—";
}

static int put_pair(const struct area *area, int y, int x, const char *label, const char *value,
                    enum style style)
{
	if (x >= area->cols - 4)
		return x;
	x += scr_put(area, y, x, -1, STYLE_LABEL, label) + 1;
	x += scr_put(area, y, x, -1, style, or_dash(value));
	return x + 2;
}

static void draw_todo(const struct duty *first, date_t today, const struct area *area)
{
	char date[DATE_TEXT_BYTES];
	struct arena arena = ARENA_INIT;

	if (!first) {
		scr_put(area, 3, 2, area->cols - 2, STYLE_OK, _("Nothing to do at present"));
		return;
	}
	enum duty_state state = first->state;
	bool urgent = duty_presses(first, today);
	enum style style = urgent                  ? STYLE_URGENT :
	                   state == DUTY_OVERDUE   ? STYLE_ERROR :
	                   state == DUTY_DUE       ? STYLE_WARN : STYLE_NORMAL;
	int x = 2 + scr_put(area, 3, 2, -1, STYLE_LABEL, _("To do")) + 1;
	x += scr_put(area, 3, x, -1, style,
	             urgent ? "!! " : state == DUTY_OVERDUE ? "! " : "");
	scr_printf(area, 3, x, area->cols - x, style, "%s  %s%s%s", date_format(first->due, date),
	           duty_label(first), _(": "), duty_text(first, &arena));
	arena_free(&arena);
}

/* Code 1 of the printed form is "none". */
static bool has_allergy(const struct resident_head *head)
{
	const char *codes = head->resident ? record_named(head->app, head->resident, "allergy") : "";

	return *codes && strcmp(codes, "1");
}

/* Seen from here: another village has the resident. A township sees the villages' receipts as well. */
static bool moved_away(const struct resident_head *head)
{
	const char *own = head->app->info.self.region;
	const struct move *move = head->move;

	return move->transfer &&
	       (!strcmp(move->from_region, own) ||
	        (region_holds(own, move->to_region) && move->received == DATE_NONE &&
	         strcmp(move->to_region, own) != 0));
}

static void draw_move(const struct move *move, const struct area *area)
{
	char day[DATE_TEXT_BYTES], received[DATE_TEXT_BYTES];

	if (move->received == DATE_NONE)
		scr_printf(area, 3, 2, area->cols - 3, STYLE_WARN, _("Moved to %s on %s, not yet received there"),
		           move->to_region, date_format(move->date, day));
	else
		scr_printf(area, 3, 2, area->cols - 3, STYLE_WARN, _("Moved on %s, received by %s on %s"),
		           date_format(move->date, day), move->received_by, date_format(move->received, received));
}

/* Beside what is to be done, with the key that lists them. */
static void draw_alerts(size_t n, const struct area *area)
{
	char text[64];

	if (!n)
		return;
	snprintf(text, sizeof(text), _(" a: alerts %zu "), n);
	scr_put_right(area, 3, area->cols - (int)utf8_cols(text) - 1, (int)utf8_cols(text), STYLE_URGENT, text);
}

void resident_head_draw(const struct resident_head *head, const struct area *area)
{
	const struct resident_summary *s = head->summary;
	int x = 2;

	x += scr_put(area, 0, x, -1, STYLE_STRONG, or_dash(s->name)) + 2;
	x += scr_put(area, 0, x, -1, STYLE_NORMAL, person_sex(s->sex)) + 1;
	if (s->age_years >= 0)
		x += scr_printf(area, 0, x, -1, STYLE_NORMAL, _("%d years"), s->age_years) + 2;
	x = put_pair(area, 0, x, _("ID"), s->masked_id, STYLE_NORMAL);
	x = put_pair(area, 0, x, _("Phone"), s->phone, STYLE_NORMAL);
	if (s->status && *s->status)
		x += scr_printf(area, 0, x, -1, STYLE_URGENT, " %s ", s->status);
	if (head->n_conflicted)
		scr_put(area, 0, x, area->cols - x, STYLE_WARN, _("! differs: F4"));
	x = put_pair(area, 1, 2, _("Illnesses"), s->diseases, STYLE_NORMAL);
	put_pair(area, 1, x, _("Allergies"), s->allergies,
	         has_allergy(head) ? STYLE_WARN : STYLE_NORMAL);
	x = put_pair(area, 2, 2, _("Low income"), s->categories, STYLE_NORMAL);
	x = put_pair(area, 2, x, _("Contract"), s->signed_contract ? _("signed") : _("not signed"),
	             s->signed_contract ? STYLE_OK : STYLE_DIM);
	put_pair(area, 2, x, _("In need"), s->emergency, STYLE_NORMAL);
	if (moved_away(head))
		draw_move(head->move, area);
	else
		draw_todo(head->first, head->app->today, area);
	draw_alerts(head->n_alerts, area);
	if (head->cluster->n > 1) {
		char text[96];
		snprintf(text, sizeof(text),
		         head->cluster->contradicted ? _("! %zu records of one person, contradicted") :
		                                      _("%zu records of one person"), head->cluster->n);
		scr_put_right(area, 2, area->cols - 40, 39,
		              head->cluster->contradicted ? STYLE_ERROR : STYLE_STRONG, text);
	}
}
