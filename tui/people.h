/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short views of records for lists: who a resident is, what a record says in one line. */
#ifndef TUI_PEOPLE_H
#define TUI_PEOPLE_H

#include "tui/app.h"

struct person {
	rid_t id;
	char name[96], group[48], masked_id[24], phone[24], status[32];
	int sex, age; /* age -1: unknown */
	date_t birth;
	bool active;  /* lives here */
};

/* Read a resident; false when the record cannot be read (name then says so). */
bool person_load(struct app *app, rid_t id, struct person *out);
const char *person_sex(int sex); /* translated, one letter or character */

/* The shown text of a record's field by name, "" when the form has none; in the record's arena. */
const char *record_named(const struct app *app, const struct record *record, const char *field);
/* The same as people read it: labels instead of codes. */
const char *record_named_label(const struct app *app, const struct record *record, const char *field,
                               struct arena *arena);

const char *form_title(const struct app *app, const char *form_id); /* in the language in use */
const char *form_text(const char *const texts[LANG_N]);             /* label or hint in use */

/* The day of a record: of the event, or the first date of a master record; DATE_NONE if none. */
date_t record_day(const struct app *app, const struct record *record);

/* One line about a record; in arena. */
const char *record_brief(const struct app *app, const struct record *record, struct arena *arena);

/* What a reference to a record shows: its first texts; "" when unknown. In arena. */
const char *reference_label(struct app *app, const char *version_text, struct arena *arena);

#endif
