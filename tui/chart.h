/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blood pressure over time: one column a visit, bars of blocks or ASCII, lines at the targets. */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include "care/care.h"
#include "tui/put.h"

/* Draw the newest readings that fit. Targets in mmHg; the person must be below them. */
void chart_draw(const struct area *area, const struct bp_reading *readings, size_t n, int target_sbp,
                int target_dbp);

#endif
