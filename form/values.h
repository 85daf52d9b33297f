/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of one record while it is entered or checked. Every value is text in XLSForm's
 * canonical lexical form: "120", "62.5", "2026-11-22", "08:30", "1 3" (codes of a select_multiple in
 * the list's order), a version's text for a record reference; "" is empty.
 * A field is addressed by its index and, inside a repeat, its row (ROW_NONE outside).
 */
#ifndef FORM_VALUES_H
#define FORM_VALUES_H

#include "form/entry.h"
#include "form/expr.h"
#include "form/form.h"

enum { ROW_NONE = -1 };

struct form_values;

enum form_severity {
	FORM_INCOMPLETE, /* a required value is missing: may stay a draft, cannot be saved */
	FORM_ERROR,      /* wrong type, range, code or constraint: cannot be saved */
	FORM_WARNING,    /* unusual: can be saved */
};

struct form_problem {
	enum form_severity severity;
	int field, row;
	const char *text; /* translated, one line, without the field's label */
};

/* context's field, count, cell, day and choice callbacks and its arena are set by the values themselves; the
 * caller gives today, rules, last_visit, last_visit_rows, subject and arg. It must outlive the values. */
int values_new(struct form_values **out, const struct form *form, const struct expr_context *context,
               struct error *err);
void values_free(struct form_values *values);
const struct form *values_form(const struct form_values *values);

/* The text lives until the next change of the values; that of an irrelevant field is what it held. */
const char *values_get(const struct form_values *values, int field, int row);
/* Store text as typed: full-width digits and surrounding white space are normalised by type
 * ("１２０" to "120", "2026/1/5" to "2026-01-05"); what cannot be understood is kept and reported by
 * the checks. Then recalculates (when somebody next asks for a value). ERR_NOMEM, ERR_LIMIT (over 4000
 * characters), ERR_INVALID (no UTF-8, or a group, note or row that is not there); nothing is changed then. */
int values_set(struct form_values *values, int field, int row, const char *text, struct error *err);

/* At most 200 rows; a new row gets its defaults, values_rows() - 1 is its number. Rows in which nobody filled
 * anything are not checked and not stored. */
size_t values_rows(const struct form_values *values, int repeat);
int values_row_add(struct form_values *values, int repeat, struct error *err);
void values_row_remove(struct form_values *values, int repeat, size_t row);

/* Fill empty fields with their defaults (for a new record). Fields whose default came from
 * last-visit() count as carried until they are set.
 * A default that refers to other fields is computed again whenever one of them changes, for as long as
 * nobody has set the field itself (values_set(), an empty text included): so "class" follows
 * "class_suggested" and "next_date" follows "class" until the doctor decides otherwise. Stored values
 * (values_load()) count as set.
 * A repeat whose default is last-visit('its own name') takes over the rows that the context's
 * last_visit_rows() gives, as carried ones. */
int values_fill_defaults(struct form_values *values, struct error *err);
bool values_is_carried(const struct form_values *values, int field, int row);
bool values_is_relevant(const struct form_values *values, int field, int row);
bool values_is_required(const struct form_values *values, int field, int row);
bool values_choice_visible(const struct form_values *values, int field, int row,
                           const struct form_choice *choice);

/* All problems in form order, in arena; irrelevant fields have none. Returns their number. */
size_t values_check(const struct form_values *values, struct arena *arena,
                    const struct form_problem **out);
/* The problems of one field only. */
size_t values_check_field(const struct form_values *values, int field, int row, struct arena *arena,
                          const struct form_problem **out);

/* Take over stored fields (any order). Unknown tags at the top are ignored here, because a change
 * names changed fields only; unknown tags inside rows are kept and written back byte for byte. */
int values_load(struct form_values *values, const struct entry_field *fields, size_t n,
                struct error *err);

/* The fields whose stored form differs from before (as values_load() took them; n_before 0 for a new
 * record), in tag order, in arena. Irrelevant fields count as empty (XLSForm). bases are left empty. */
int values_changes(const struct form_values *values, const struct entry_field *before, size_t n_before,
                   struct arena *arena, struct entry_field **out, size_t *n_out, struct error *err);

/* All values as one byte string, and back: what a draft keeps, unfinished texts included. */
int values_pack(const struct form_values *values, struct buf *out, struct error *err);
int values_unpack(struct form_values *values, struct span in, struct error *err);

#endif
