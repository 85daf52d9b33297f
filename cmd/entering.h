/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record entered by a program as a person would: form values with defaults, calculations and checks. */
#ifndef CMD_ENTERING_H
#define CMD_ENTERING_H

#include "db/store.h"
#include "form/values.h"

struct entering {
	const struct form *form;
	struct form_values *values;
	struct expr_context context;
	const struct entering *subject; /* the resident, NULL when there is none */
	const struct entering *last;    /* the record of this form before it, NULL when there is none */
	struct arena *arena;
	struct entry_field *fields;     /* what was entered, after entering_finish() */
	size_t n_fields;
};

/* A new record with its defaults. subject and last must outlive it; arena holds the result. ERR_NOTFOUND: no such form. */
int entering_begin(struct entering *e, const struct form_set *forms, const char *form,
                   const struct entering *subject, const struct entering *last, struct arena *arena,
                   struct error *err);
/* A record of the store, to stand as subject or last one. */
int entering_load(struct entering *e, const struct form_set *forms, const struct record *record,
                  struct arena *arena, struct error *err);
void entering_end(struct entering *e);

/* Type a value into a field by its name; rows of repeats count from 0, ROW_NONE outside. */
int entering_set(struct entering *e, const char *field, int row, const char *value, struct error *err);
int entering_add_row(struct entering *e, const char *repeat, struct error *err);
const char *entering_get(const struct entering *e, const char *field);

/* Check as the screen does; ERR_INVALID says field and reason. Fills fields and *change (record, subject and bases are
 * the caller's). */
int entering_finish(struct entering *e, struct change *change, struct error *err);

#endif
