/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One indicator with the people behind it. */
#ifndef TUI_INDICATOR_H
#define TUI_INDICATOR_H

#include "care/care.h"
#include "tui/app.h"
#include "tui/figures.h"

/* NULL when memory is short; an error of the figures is said in the message line. */
struct screen *indicator_new(struct app *app, const char *code, const struct period_choice *choice);

/* "87.5", the plain number of a count, or "—". */
const char *indicator_figure(const struct indicator_view *view, const struct indicator_count *count,
                             char out[24]);
/* What F1 says of it: label, definition, source; in arena, NULL when memory is short. */
const char *indicator_help(const struct indicator_view *view, struct arena *arena);

#endif
