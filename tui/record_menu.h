/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be recorded for a resident: first the forms that fit this person now, then the programmes, each with
 * the rest of its forms.
 */
#ifndef TUI_RECORD_MENU_H
#define TUI_RECORD_MENU_H

#include "care/care.h"
#include "db/store.h"
#include "form/form.h"

enum { RECORD_MENU_LINES = 64 };

struct record_menu_line {
	const struct form *form; /* NULL: a programme */
	const char *programme;   /* its id */
	rid_t record;            /* to go on with; 0: a new one */
};

struct record_menu_facts {
	const struct form_set *forms;
	const struct record *records; /* of the resident */
	size_t n_records;
	const struct duty *duties; /* in the order of work */
	size_t n_duties;
	const char *wanted;        /* the form that the person was opened for, or NULL */
};

/* The lines of the first level (programme NULL) or of one programme: those forms of it that the first
 * level does not have. Returns their number. */
size_t record_menu(const struct record_menu_facts *facts, const char *programme,
                   struct record_menu_line lines[RECORD_MENU_LINES]);

/* For people, translated; a programme that a county has added shows its id. */
const char *programme_title(const char *programme);

#endif
