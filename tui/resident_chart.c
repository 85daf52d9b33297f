/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/resident_chart.h"

#include <stdio.h>
#include "lib/i18n.h"
#include "tui/chart.h"

int resident_chart_read(struct resident_chart *chart, const struct form_set *forms, const struct record *records,
                        size_t n, date_t today, struct arena *arena, struct error *err)
{
	int rc = care_series(forms, records, n, today, arena, chart->series, err);

	for (int i = 0; !rc && i < SERIES_N && !chart->series[chart->kind].n; i++)
		chart->kind = (enum series_kind)i;
	if (!rc && !chart->series[chart->kind].n)
		chart->kind = SERIES_PRESSURE;
	return rc;
}

bool resident_chart_has_other(const struct resident_chart *chart)
{
	for (int i = 0; i < SERIES_N; i++)
		if (i != (int)chart->kind && chart->series[i].n)
			return true;
	return false;
}

void resident_chart_next(struct resident_chart *chart)
{
	for (int i = 1; i < SERIES_N; i++) {
		enum series_kind next = (enum series_kind)(((int)chart->kind + i) % SERIES_N);
		if (chart->series[next].n) {
			chart->kind = next;
			return;
		}
	}
}

/* "130/85", "7.2", "62.5" */
static void format_value(char *text, size_t size, enum series_kind kind, double value, double lower)
{
	int decimals = series_decimals(kind);

	if (lower < value)
		snprintf(text, size, "%.*f/%.*f", decimals, value, decimals, lower);
	else
		snprintf(text, size, "%.*f", decimals, value);
}

/* Weights have a range, the others a target to stay below. */
static const char *verdict_text(const struct series *series, const struct series_reading *reading)
{
	bool range = series->n_limits && series->limits[0].from_below;

	if (reading->verdict == SERIES_UNJUDGED)
		return "";
	if (reading->verdict == SERIES_WITHIN)
		return _("within the target");
	if (!range)
		return _("! above the target");
	return reading->value < series->limits[0].value ? _("! too low") : _("! too high");
}

static enum style verdict_style(const struct series_reading *reading)
{
	return reading->verdict == SERIES_WITHIN    ? STYLE_OK
	       : reading->verdict == SERIES_OUTSIDE ? STYLE_ERROR
	                                            : STYLE_NORMAL;
}

static void draw_target(const struct series *series, const struct area *area, int x)
{
	const struct series_limit *limits = series->limits;
	char text[32];

	if (!series->n_limits)
		return;
	if (limits[0].from_below && series->n_limits == 2) {
		scr_printf(area, 0, x, area->cols - x, STYLE_TARGET, _("Target %.1f to below %.1f"), limits[0].value,
		           limits[1].value);
		return;
	}
	format_value(text, sizeof(text), series->kind, limits[0].value, limits[series->n_limits - 1].value);
	scr_printf(area, 0, x, area->cols - x, STYLE_TARGET, _("Target below %s"), text);
}

void resident_chart_draw(const struct resident_chart *chart, const struct area *area)
{
	const struct series *series = &chart->series[chart->kind];
	char text[32], date[DATE_TEXT_BYTES];

	scr_cursor(area, 0, 2);
	if (!series->n) {
		scr_put(area, 1, 2, area->cols - 2, STYLE_DIM, _("Nothing measured yet. F2 records a follow-up."));
		return;
	}
	const struct series_reading *last = &series->readings[series->n - 1];
	int x = 2 + scr_put(area, 0, 2, -1, STYLE_LABEL, series_label(series->kind)) + 1;
	format_value(text, sizeof(text), series->kind, last->value, last->lower);
	x += scr_printf(area, 0, x, -1, verdict_style(last), "%s %s %s", text, series_unit(series->kind),
	                verdict_text(series, last)) + 2;
	if (series->kind == SERIES_WEIGHT && series_bmi(series, last) > 0)
		x += scr_printf(area, 0, x, -1, STYLE_NORMAL, "BMI %.1f", series_bmi(series, last)) + 2;
	x += scr_put(area, 0, x, -1, STYLE_NORMAL, date_format(last->date, date)) + 2;
	draw_target(series, area, x);
	struct area plot = area_sub(area, 2, 2, area->rows - 2, area->cols - 3);
	chart_draw(&plot, series);
}

const char *resident_chart_help(const struct resident_chart *chart, struct arena *arena)
{
	const struct series *series = &chart->series[chart->kind];
	const char *text = NULL;

	for (size_t i = 0; i < series->n_limits; i++) {
		const struct series_limit *limit = &series->limits[i];
		const struct rule *rule = limit->rule;
		const char *line = arena_printf(arena, "%s %s %.*f %s: %s.csv %s = %s %s%s%s", series_label(series->kind),
		                                limit->from_below ? _("at least") : _("below"),
		                                series_decimals(series->kind), limit->value,
		                                series_unit(series->kind), rule->table, rule->name, rule->value,
		                                rule->unit, *rule->source ? ", " : "", rule->source);
		text = text && line ? arena_printf(arena, "%s\n%s", text, line) : line;
	}
	return text;
}
