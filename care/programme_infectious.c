/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of a report: hours from the diagnosis, by the disease. Days are kept; the minutes are
 * in the sentence. */
#include "config.h"
#include "care/programme.h"

enum { MINUTES_A_DAY = 1440 };

static int hours_of(const struct duty_list *list, int32_t on_form, date_t day)
{
	return on_form > 0 ? on_form : duty_rule_days(list, "infectious", "limit_hours", day);
}

static struct duty_row *add_clock(struct duty_list *list, const struct event *e, int32_t from,
				  int hours)
{
	int limit = from + hours * 60;
	struct duty_row *row =
	    duty_add_due(list, DUTY_RULE_REPORT, DUTY_REASON_REPORT_BY, DUTY_CLOCK,
			 from / MINUTES_A_DAY, limit / MINUTES_A_DAY, e->record);
	if (row)
		row->days = limit;
	return row;
}

static void card(struct duty_list *list, const struct event *card)
{
	static const uint8_t sent[] = {REPORT_NETWORK, REPORT_PHONED, REPORT_SENT};
	int32_t from = card->v[REPORT_DIAGNOSED], first = EVENT_NONE;
	if (from == EVENT_NONE && card->date == DATE_NONE)
		return;
	if (from == EVENT_NONE)
		from = card->date * MINUTES_A_DAY;
	struct duty_row *row = add_clock(
	    list, card, from, hours_of(list, card->v[REPORT_LIMIT], from / MINUTES_A_DAY));
	for (size_t i = 0; i < sizeof sent; i++)
		if (card->v[sent[i]] != EVENT_NONE &&
		    (first == EVENT_NONE || card->v[sent[i]] < first))
			first = card->v[sent[i]];
	if (first != EVENT_NONE)
		duty_done(row, first / MINUTES_A_DAY, card->record);
}

/* A visit that found a notifiable disease, until its card is written; the hour is not known, so
 * that the day begins the clock. */
static void notifiable(struct duty_list *list, const struct event *visit)
{
	if (visit->v[GENERAL_NOTIFIABLE] != YES || visit->date == DATE_NONE)
		return;
	FACT_EACH(one, list->facts, EVENT_REPORT) {
		int32_t at = one->v[REPORT_DIAGNOSED];
		date_t day = at == EVENT_NONE ? one->date : at / MINUTES_A_DAY;
		if (one->date != DATE_NONE && (day == visit->date || one->date >= visit->date))
			return; /* the card has its own clock */
	}
	add_clock(list, visit, visit->date * MINUTES_A_DAY,
		  hours_of(list, EVENT_NONE, visit->date));
}

void programme_infectious(struct duty_list *list)
{
	FACT_EACH(one, list->facts, EVENT_REPORT)
	card(list, one);
	FACT_EACH(visit, list->facts, EVENT_GENERAL)
	notifiable(list, visit);
}
