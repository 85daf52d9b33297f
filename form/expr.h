/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The expression language of forms: XLSForm's XPath subset (doc/forms.md lists operators and functions).
 * Semantics are the standard's: an empty node is "" as text, NaN as a number, false as a boolean;
 * a comparison with an empty number is false (only != is true); arithmetic with NaN gives NaN, stored
 * as empty. A text that is a date has the number of its day, so dates compare and subtract as days.
 *
 * Ours beyond the standard: age-years(birth, on), last-visit('field') (its value in the resident's
 * previous record of this form), last-here('field') (in such a record of another resident),
 * subject('field') (of the resident), operator() (the name of who enters),
 * rule('table', 'name'[, age]) (the value in force on the day of the event, else today), add-days(date, n),
 * add-months(date, n), idno-valid(text), idno-birth(text), idno-sex(text) (form/idno.h; birth and sex are
 * "" when not valid).
 */
#ifndef FORM_EXPR_H
#define FORM_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/date.h"
#include "lib/error.h"

struct expr;
struct rule_set;

enum expr_kind { EXPR_TEXT, EXPR_NUMBER, EXPR_BOOLEAN };

struct expr_value {
	enum expr_kind kind;
	const char *text; /* EXPR_TEXT, lives in the evaluation's arena or longer */
	double number;
	bool boolean;
};

/* Where names get their values. Any callback may be NULL: then its functions give "". */
struct expr_context {
	date_t today;
	const struct rule_set *rules;
	const char *self;                                       /* value of "." */
	const char *(*field)(void *arg, int field);             /* ${name}, by index given at parse */
	struct expr_value (*value)(void *arg, int field);       /* takes the place of field: no text is made */
	const char *(*last_visit)(void *arg, const char *name); /* last-visit('name') */
	const char *(*last_here)(void *arg, const char *name);  /* last-here('name') */
	/* The same as last_visit for a repeat whose default it is: its rows as ENTRY_ROWS bytes (form/entry.h), which live
	 * until the next call; no bytes when there are none. */
	struct span (*last_visit_rows)(void *arg, const char *name);
	const char *(*subject)(void *arg, const char *name);    /* subject('name'): the resident's field */
	const char *operator_name;                              /* operator(): of who enters; NULL: nobody does */
	size_t (*count)(void *arg, int field);                  /* rows of a repeat, or of the field's repeat */
	const char *(*cell)(void *arg, int field, size_t row);  /* its value in one of these rows */
	date_t (*day)(void *arg);                               /* of the event; NULL or DATE_NONE: today */
	const char *(*choice)(void *arg, const char *column);   /* a column's name in a choice_filter */
	void *arg;
	struct arena *arena;
};

/* Parse text. resolve(arg, name) gives a field's index or -1. On ERR_INVALID, *column is the
 * character (from 1) where the trouble is. The result lives in arena. */
int expr_parse(const struct expr **out, const char *text, int (*resolve)(void *arg, const char *name),
               void *arg, struct arena *arena, size_t *column, struct error *err);

/* Evaluation cannot fail: what cannot be computed is NaN, "" or false. */
struct expr_value expr_eval(const struct expr *expr, const struct expr_context *context);

bool expr_true(const struct expr *expr, const struct expr_context *context);
/* As it is stored: integers without a point, NaN as "". */
const char *expr_text(const struct expr *expr, const struct expr_context *context);
double expr_number_of(const struct expr_value *value);

/* Calls each(arg, field) for every field it names. */
void expr_fields_each(const struct expr *expr, void (*each)(void *arg, int field), void *arg);

#endif
