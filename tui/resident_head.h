/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines about a resident that stand above everything else on the page. */
#ifndef TUI_RESIDENT_HEAD_H
#define TUI_RESIDENT_HEAD_H

#include "care/link.h"
#include "care/move.h"
#include "tui/app.h"

enum { RESIDENT_HEAD_ROWS = 4 };

struct resident_head {
	const struct app *app;
	const struct resident_summary *summary;
	const struct record *resident; /* NULL: it could not be read */
	const struct duty *first;      /* the most urgent open one; NULL none */
	const struct move *move;
	const struct cluster *cluster;
	size_t n_conflicted;           /* records with values that differ */
	size_t n_alerts;               /* that nobody has closed */
};

void resident_head_draw(const struct resident_head *head, const struct area *area);

#endif
