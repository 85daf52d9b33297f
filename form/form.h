/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Form definitions: XLSForm in one CSV file (sheets survey, choices, settings; the sheet's name stands in the
 * first column). doc/forms.md is the normative description of the supported subset; anything
 * outside it is an error with file, line and column.
 */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/arena.h"
#include "lib/date.h"
#include "lib/error.h"
#include "lib/i18n.h"

struct expr;       /* form/expr.h */
struct rule_set;   /* form/rules.h */

/* X(NAME, XLSForm word) */
#define FORM_TYPE_LIST(X)                                                                          \
	X(TEXT, "text")                                                                            \
	X(INTEGER, "integer")                                                                      \
	X(DECIMAL, "decimal")                                                                      \
	X(DATE, "date")                                                                            \
	X(DATETIME, "datetime")                                                                    \
	X(TIME, "time")                                                                            \
	X(SELECT_ONE, "select_one")                                                                \
	X(SELECT_MULTIPLE, "select_multiple")                                                      \
	X(RECORD, "record")           /* our extension: "record household", a reference to a record */ \
	X(CALCULATE, "calculate")                                                                  \
	X(NOTE, "note")                                                                            \
	X(GROUP, "begin_group")                                                                    \
	X(REPEAT, "begin_repeat")
#define FORM_TYPE_ENUM(name, word) FORM_##name,
enum form_type { FORM_TYPE_LIST(FORM_TYPE_ENUM) FORM_TYPE_N };
#undef FORM_TYPE_ENUM

/* Tags below this are the system's, see form/entry.h. */
enum { FORM_TAG_FIRST = 16 };

struct form_choice {
	const char *name;            /* the code, as the printed national form numbers it */
	const char *label[LANG_N];
	const char *exchange;        /* GB/WS exchange code, "" when none */
	const char **filters;        /* cells of the list's extra columns, for choice_filter */
};

struct form_list {
	const char *name;
	const struct form_choice *choices;
	uint16_t n;
	const char **columns;        /* names of the extra columns */
	uint16_t n_columns;
};

struct form_field {
	const char *name;            /* XLSForm name: [a-z][a-z0-9_]* */
	uint32_t tag;                /* permanent number; 0 for groups and notes */
	enum form_type type;
	const char *label[LANG_N];
	const char *hint[LANG_N];
	const struct form_list *list; /* selects */
	const char *record_form;     /* FORM_RECORD: the form referred to */
	/* Expressions are NULL when the cell is empty. required also takes "yes". constraint and warning must
	 * be true; neither is asked for an empty value. */
	const struct expr *required, *relevant, *constraint, *warning, *calculation, *deflt,
		*choice_filter;
	const char *constraint_message[LANG_N];
	const char *warning_message[LANG_N];
	const char *appearance;      /* "" or words such as "multiline" */
	const char *de;              /* WS 363 data element id, an annotation */
	const char *unit;            /* "mmHg", shown behind the field; "" when none */
	bool readonly;
	int16_t parent;              /* index of the enclosing group or repeat, -1 at the top */
	int16_t repeat;              /* index of the enclosing repeat, -1 outside */
	uint16_t end;                /* groups: index behind the last member */
	uint32_t line;               /* in the file, for messages */
};

enum { FORM_ORDER_LAST = 1000 }; /* of a form without a place of its own */

enum form_kind {
	FORM_MASTER, /* one state that changes: resident, household */
	FORM_EVENT,  /* something that happened on a day: a visit; shown in the timeline */
};

struct form {
	const char *id;              /* "hypertension_visit" */
	const char *version;
	const char *title[LANG_N];
	const char *path;
	enum form_kind kind;
	const char *subject;         /* form of the record it belongs to ("resident"), "" when none */
	int date_field;              /* index of the field with the day of the event, -1 when none */
	const char *programme;       /* "hypertension", "" when none */
	bool restricted;             /* reads are audited */
	int menu_order;              /* place in the menu of its programme, from 1 */
	const struct form_field *fields;
	uint16_t n_fields;
	const uint16_t *order;       /* all fields, those that a field's value depends on before it */
	const uint16_t *names, *tags; /* hash tables of field indexes plus 1, for the look-ups below */
	uint32_t n_slots;            /* of each table, a power of two */
};

struct form_set;

/* Load every *.csv of dir/forms with the code lists of dir/codes and the rules of dir/rules.
 * All problems found (up to 50, one per line) go to err->text as far as it holds and, if report is not
 * NULL, to report(arg, "file:line:column: message"). ERR_INVALID, ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
int form_set_load(struct form_set **out, const char *dir, void (*report)(void *arg, const char *line),
                  void *arg, struct error *err);
/* The same with these files besides: each takes the place of the form, code list or rule table of its file
 * name; its first row says which of the three it is. */
int form_set_load_with(struct form_set **out, const char *dir, const char *const files[],
                       size_t n_files, void (*report)(void *arg, const char *line), void *arg,
                       struct error *err);
void form_set_free(struct form_set *set);

size_t form_set_count(const struct form_set *set);
const struct form *form_set_at(const struct form_set *set, size_t index);
const struct form *form_set_find(const struct form_set *set, const char *id); /* NULL: unknown */
const struct rule_set *form_set_rules(const struct form_set *set);

/* Index of a field by name or tag, -1 when there is none. */
int form_field_find(const struct form *form, const char *name);
int form_field_by_tag(const struct form *form, uint32_t tag);

/* The tag of a field that the caller's code depends on; 0 when the form has none. */
uint32_t form_tag(const struct form *form, const char *field_name);

const struct form_choice *form_choice_find(const struct form_list *list, const char *name);

/* Text of a value for people: labels of codes (joined by "、" or ", "), dates as they are; in arena. */
const char *form_value_label(const struct form_field *field, const char *value, enum lang lang,
                             struct arena *arena);

#endif
