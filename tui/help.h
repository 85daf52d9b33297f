/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help: the field in focus, the screen, its keys; all from the tables that make them work. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/app.h"

/* NULL when memory is short. */
struct screen *help_new(struct app *app, struct screen *about);

#endif
