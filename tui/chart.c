/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/chart.h"

#include <math.h>
#include <stdio.h>

enum {
	AXIS_COLS = 5, /* "180 " and the axis */
	COLUMN_COLS = 6,
};

struct scale {
	double low, top;
	int decimals;
};

/* What is always shown, and by which steps it widens when readings lie outside. */
static const struct span_of_kind {
	double low, top, step, margin;
} spans[SERIES_N] = {
	[SERIES_PRESSURE] = { 50, 180, 20, 10 },
	[SERIES_GLUCOSE] = { 3, 12, 3, 0.5 },
	[SERIES_WEIGHT] = { 0, 0, 5, 1 },
};

/* first: the oldest one shown. Weights have no span of their own: as much as is needed. */
static struct scale scale_of(const struct series *series, size_t first)
{
	const struct span_of_kind *span = &spans[series->kind];
	struct scale scale = { span->low, span->top, series_decimals(series->kind) };

	if (scale.top <= scale.low) {
		scale.low = floor(series->readings[first].lower / span->step) * span->step;
		scale.top = scale.low + 2 * span->step;
	}
	for (size_t i = first; i < series->n; i++) {
		while (series->readings[i].value > scale.top - span->margin)
			scale.top += span->step;
		while (series->readings[i].lower < scale.low && scale.low > 0)
			scale.low -= span->step;
	}
	return scale;
}

static int value_row(const struct area *plot, const struct scale *scale, double value)
{
	int rows = plot->rows - 1;
	int row = rows - (int)((value - scale->low) / (scale->top - scale->low) * rows + 0.5);

	return row < 0 ? 0 : row > rows ? rows : row;
}

/* The same for a reading, which never stands on the wrong side of a limit's line, however coarse the rows are. */
static int reading_row(const struct area *plot, const struct scale *scale, const struct series *series, double value)
{
	int row = value_row(plot, scale, value);

	for (size_t i = 0; i < series->n_limits; i++) {
		int line = value_row(plot, scale, series->limits[i].value);
		if (value < series->limits[i].value ? row <= line : row > line)
			row = value < series->limits[i].value ? line + 1 : line;
	}
	return row < plot->rows ? row : plot->rows - 1;
}

/* Which of the two numbers is too high; one that was outside the limits of its day only is marked at the upper. */
static bool lower_is_outside(const struct series *series, const struct series_reading *reading)
{
	return series->n_limits == 2 && !series->limits[0].from_below && reading->lower >= series->limits[1].value;
}

static bool upper_is_outside(const struct series *series, const struct series_reading *reading)
{
	return reading->value >= series->limits[0].value || !lower_is_outside(series, reading);
}

static void put_value(const struct area *area, int y, int x, int cols, enum style style, const struct scale *scale,
                      double value, const char *after)
{
	scr_printf(area, y, x, cols, style, "%*.*f%s", scale->decimals ? 4 : 3, scale->decimals, value, after);
}

static void draw_axis(const struct area *area, const struct area *plot, const struct scale *scale,
                      const struct series *series)
{
	for (int y = 0; y < plot->rows; y++)
		scr_put(area, y, AXIS_COLS - 1, 1, STYLE_BORDER, scr_ascii() ? "|" : "│");
	put_value(area, 0, 0, AXIS_COLS - 1, STYLE_DIM, scale, scale->top, "");
	put_value(area, plot->rows - 1, 0, AXIS_COLS - 1, STYLE_DIM, scale, scale->low, "");
	for (size_t i = 0; i < series->n_limits; i++) {
		double limit = series->limits[i].value;
		int y = value_row(plot, scale, limit);
		if (limit < scale->low || limit > scale->top)
			continue;
		put_value(area, y, 0, AXIS_COLS - 1, STYLE_TARGET, scale, limit, "");
		for (int x = 0; x < plot->cols; x++)
			scr_put(plot, y, x, 1, STYLE_TARGET, scr_ascii() ? "-" : "┄");
	}
}

static const char *block(bool outside)
{
	return !scr_ascii() ? "██" : outside ? "!!" : "##";
}

/* A bar from the lower to the upper value, the numbers at its ends' sides. */
static void draw_reading(const struct area *area, const struct area *plot, const struct scale *scale,
                         const struct series *series, int column, const struct series_reading *reading, bool new_year)
{
	bool outside = reading->verdict == SERIES_OUTSIDE, one = !(reading->lower < reading->value);
	enum style style = outside ? STYLE_BAR_HIGH : STYLE_BAR_OK;
	int x = column * COLUMN_COLS + 1, year, month, day;
	int from = reading_row(plot, scale, series, reading->value), to = reading_row(plot, scale, series, reading->lower);

	for (int y = from; y <= to; y++)
		scr_put(plot, y, x + 1, 2, style, block(outside));
	if (from > 0)
		put_value(plot, from - 1, x, scale->decimals ? 5 : 4, style, scale, reading->value,
		          outside && upper_is_outside(series, reading) ? "!" : " ");
	if (!one && to + 1 < plot->rows)
		put_value(plot, to + 1, x, 4, style, scale, reading->lower,
		          outside && lower_is_outside(series, reading) ? "!" : "");
	date_split(reading->date, &year, &month, &day);
	scr_printf(area, plot->rows, AXIS_COLS + x - 1, COLUMN_COLS, STYLE_DIM, "%02d-%02d", month, day);
	if (new_year)
		scr_printf(area, plot->rows + 1, AXIS_COLS + x - 1, COLUMN_COLS, STYLE_DIM, "%d", year);
}

void chart_draw(const struct area *area, const struct series *series)
{
	struct area plot = area_sub(area, 0, AXIS_COLS, area->rows - 2, area->cols - AXIS_COLS);
	size_t fit = plot.cols > COLUMN_COLS ? (size_t)(plot.cols / COLUMN_COLS) : 0;

	if (plot.rows < 5 || !fit || !series->n)
		return;
	size_t first = series->n > fit ? series->n - fit : 0;
	struct scale scale = scale_of(series, first);
	draw_axis(area, &plot, &scale, series);
	for (size_t i = first, last = 0; i < series->n; i++) {
		int year, month, day;
		date_split(series->readings[i].date, &year, &month, &day);
		draw_reading(area, &plot, &scale, series, (int)(i - first), &series->readings[i], (size_t)year != last);
		last = (size_t)year;
	}
}
