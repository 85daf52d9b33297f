/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measured values over time: one column a reading, bars of blocks or ASCII, lines at the limits. */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include "care/series.h"
#include "tui/put.h"

/* Draw the newest readings that fit: a bar from the lower to the upper value, or a mark where there is one value. */
void chart_draw(const struct area *area, const struct series *series);

#endif
