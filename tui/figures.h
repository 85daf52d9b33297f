/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which period a screen shows, and the figures of it: of a closed period the frozen ones, with what came later
 * beside them.
 */
#ifndef TUI_FIGURES_H
#define TUI_FIGURES_H

#include "care/closing.h"
#include "tui/app.h"

enum period_kind { PERIOD_YEAR, PERIOD_QUARTER, PERIOD_MONTH, PERIOD_KIND_N };

struct period_choice {
	enum period_kind kind;
	int year, part; /* part: quarter or month from 1; of a year 0 */
};

/* The period of a kind that a day lies in. */
struct period_choice period_of(enum period_kind kind, date_t day);
/* As many periods later or earlier. False, and nothing changed, when it would begin after today. */
bool period_step(struct period_choice *choice, int by, date_t today);
/* "2026", "2026-Q3", "2026-09"; returns out. */
char *period_choice_text(const struct period_choice *choice, char out[PERIOD_TEXT_BYTES]);
int period_resolve(const struct period_choice *choice, date_t today, struct care_period *out, struct error *err);
/* Draw "1 Year  2 Quarter  3 Month" from x on; returns where the next item begins. */
int period_draw_kinds(const struct period_choice *choice, const struct area *area, int y, int x);
/* Take the keys of it: 1 to 3, previous and next; true when it was one (perhaps only a message). */
bool period_key(struct period_choice *choice, struct app *app, tkey_t key, enum action action);

struct figures {
	struct period_choice choice;
	struct care_period period;
	const struct indicator_table *table; /* own; NULL: could not be computed */
	struct indicator_table own;          /* in arena: the app's board may turn to another period */
	bool frozen;                         /* the period is closed: */
	struct closed_period closed;         /* in arena */
	struct arena arena;
};

/* Read for the choice; on error the table is NULL. */
int figures_read(struct figures *figures, struct app *app, struct error *err);
void figures_free(struct figures *figures);
/* What is to be shown as the total, or for a region, of indicator at. */
const struct indicator_count *figures_total(const struct figures *figures, size_t at);
const struct indicator_count *figures_region(const struct figures *figures, const char *region, size_t at);
/* What came after the closing, "+1/+0" (of a count "+1"); "" when nothing or not closed. Returns out. */
char *figures_late(const struct figures *figures, size_t at, char out[48]);

#endif
