/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/chart.h"

#include <stdio.h>

enum {
	AXIS_COLS = 5, /* "180 " and the axis */
	COLUMN_COLS = 6,
	CHART_LOW = 50, /* mmHg at the bottom */
};

static int value_row(const struct area *plot, int top, int value)
{
	int rows = plot->rows - 1, span = top - CHART_LOW;
	int row = rows - (int)((double)(value - CHART_LOW) / span * rows + 0.5);

	return row < 0 ? 0 : row > rows ? rows : row;
}

static void draw_axis(const struct area *area, const struct area *plot, int top, int target_sbp,
                      int target_dbp)
{
	for (int y = 0; y < plot->rows; y++)
		scr_put(area, y, AXIS_COLS - 1, 1, STYLE_BORDER, scr_ascii() ? "|" : "│");
	scr_printf(area, 0, 0, AXIS_COLS - 2, STYLE_DIM, "%3d", top);
	scr_printf(area, plot->rows - 1, 0, AXIS_COLS - 2, STYLE_DIM, "%3d", CHART_LOW);
	int targets[2] = { target_sbp, target_dbp };
	for (size_t i = 0; i < 2; i++) {
		int y = value_row(plot, top, targets[i]);
		scr_printf(area, y, 0, AXIS_COLS - 2, STYLE_TARGET, "%3d", targets[i]);
		for (int x = 0; x < plot->cols; x++)
			scr_put(plot, y, x, 1, STYLE_TARGET, scr_ascii() ? "-" : "┄");
	}
}

/* A bar from the diastolic to the systolic pressure, the numbers at its ends' sides. */
static void draw_reading(const struct area *area, const struct area *plot, int top, int column,
                         const struct bp_reading *reading, bool new_year)
{
	enum style style = reading->controlled ? STYLE_BAR_OK : STYLE_BAR_HIGH;
	int x = column * COLUMN_COLS + 1, from = value_row(plot, top, reading->sbp);
	int to = value_row(plot, top, reading->dbp), year, month, day;

	for (int y = from; y <= to; y++)
		scr_put(plot, y, x + 1, 2, style, scr_ascii() ? (reading->controlled ? "##" : "!!") : "██");
	if (from > 0)
		scr_printf(plot, from - 1, x, 4, style, "%3d%s", reading->sbp,
		           reading->controlled ? " " : "!");
	if (to + 1 < plot->rows)
		scr_printf(plot, to + 1, x, 4, style, "%3d", reading->dbp);
	date_split(reading->date, &year, &month, &day);
	scr_printf(area, plot->rows, AXIS_COLS + x - 1, COLUMN_COLS, STYLE_DIM, "%02d-%02d", month, day);
	if (new_year)
		scr_printf(area, plot->rows + 1, AXIS_COLS + x - 1, COLUMN_COLS, STYLE_DIM, "%d", year);
}

void chart_draw(const struct area *area, const struct bp_reading *readings, size_t n, int target_sbp,
                int target_dbp)
{
	struct area plot = area_sub(area, 0, AXIS_COLS, area->rows - 2, area->cols - AXIS_COLS);
	size_t fit = plot.cols > COLUMN_COLS ? (size_t)(plot.cols / COLUMN_COLS) : 0, first;
	int top = 180;

	if (plot.rows < 5 || !fit)
		return;
	first = n > fit ? n - fit : 0;
	for (size_t i = first; i < n; i++)
		while (readings[i].sbp > top - 10)
			top += 20;
	draw_axis(area, &plot, top, target_sbp, target_dbp);
	for (size_t i = first, last = 0; i < n; i++) {
		int year, month, day;
		date_split(readings[i].date, &year, &month, &day);
		draw_reading(area, &plot, top, (int)(i - first), &readings[i], (size_t)year != last);
		last = (size_t)year;
	}
}
