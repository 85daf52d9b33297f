/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How each screen is made. All return NULL when memory is short. */
#ifndef TUI_SCREENS_H
#define TUI_SCREENS_H

#include "care/honest.h"
#include "tui/app.h"
#include "tui/figures.h"

struct screen *unlock_new(struct app *app);
struct screen *today_new(struct app *app);
struct screen *residents_new(struct app *app);
/* others: the residents that Previous and Next go through (copied). */
struct screen *resident_new(struct app *app, rid_t resident, const rid_t *others, size_t n);
/* The same for a duty: the form that answers it is the first to be offered. */
struct screen *resident_new_for(struct app *app, const struct duty *duty, const rid_t *others, size_t n);
struct screen *history_new(struct app *app, rid_t record);
struct screen *sync_new(struct app *app);
struct screen *township_new(struct app *app);
struct screen *indicators_new(struct app *app, const struct period_choice *choice); /* NULL: this year */
struct screen *cohorts_new(struct app *app);
struct screen *honest_new(struct app *app, const struct period_choice *choice);
/* The records behind one of its figures. */
struct screen *honest_cases_new(struct app *app, enum honest_check check, const struct care_period *period);
struct screen *closings_new(struct app *app, enum period_kind kind);
struct screen *registers_new(struct app *app);
/* Alerts that hold and what people answered; subject 0: of everyone, without closed ones. */
struct screen *alerts_new(struct app *app, rid_t subject);
/* What only a person can decide; resident 0: of everyone. */
struct screen *checks_new(struct app *app, rid_t resident);

/* A form for a new record (record 0) of subject (0: none), or for an existing one. NULL also when the store
 * refuses: said in the message line. */
struct screen *form_new(struct app *app, const char *form_id, rid_t subject, rid_t record);

/* Choose a record of a form, of those that belong to subject (0: any that belongs to nobody); the version's text is
 * in app->answer_text when choice is 0. */
struct screen *picker_new(struct app *app, const char *form_id, rid_t subject, app_answer answer);

#endif
