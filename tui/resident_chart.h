/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tab of a resident's page that shows measured values over time, one kind at a time. */
#ifndef TUI_RESIDENT_CHART_H
#define TUI_RESIDENT_CHART_H

#include "care/series.h"
#include "tui/put.h"

struct resident_chart {
	struct series series[SERIES_N];
	enum series_kind kind; /* shown; stays from one resident to the next as long as there are readings */
};

/* Everything in arena, which must live as long as it is shown. */
int resident_chart_read(struct resident_chart *chart, const struct form_set *forms, const struct record *records,
                        size_t n, date_t today, struct arena *arena, struct error *err);
bool resident_chart_has_other(const struct resident_chart *chart);
void resident_chart_next(struct resident_chart *chart);
void resident_chart_draw(const struct resident_chart *chart, const struct area *area);
/* The limits and where they come from, for F1; in arena, NULL without limits. */
const char *resident_chart_help(const struct resident_chart *chart, struct arena *arena);

#endif
