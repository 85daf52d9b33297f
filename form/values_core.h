/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the values of a record are kept; only form/values*.c look inside. */
#ifndef FORM_VALUES_CORE_H
#define FORM_VALUES_CORE_H

#include "form/values.h"

enum { ROWS_MOST = 200, CELL_SMALL_BYTES = 24 };

enum cell_flags {
	CELL_SET = 1,      /* somebody filled it, or it was stored: no default replaces it */
	CELL_FOLLOWS = 2,  /* its default is computed again and again */
	CELL_CARRIED = 4,  /* taken over from the last visit */
	CELL_FOREIGN = 8,  /* stored in a kind that this version does not know: left alone */
	CELL_PACKED = CELL_SET | CELL_FOLLOWS | CELL_CARRIED | CELL_FOREIGN,
	CELL_RELEVANT = 16,
};

struct cell {
	char *heap; /* NULL: the text is in small */
	size_t cap_bytes;
	char small[CELL_SMALL_BYTES];
	uint8_t flags;
};

/* A cell of a row under a tag that the form does not know: tag, kind and text as they were read. */
struct foreign_cell {
	uint32_t tag;
	uint8_t *bytes;
	size_t n_bytes;
};

struct row {
	struct cell *cells; /* of the fields behind the repeat up to its end */
	struct foreign_cell *foreign;
	size_t n_foreign;
};

struct slot {
	struct cell cell;
	struct row *rows; /* repeats */
	size_t n_rows, cap_rows;
};

struct form_values {
	const struct form *form;
	const struct expr_context *outer; /* the caller's */
	struct slot *slots;               /* one per field */
	struct arena scratch;             /* of one evaluation */
	bool dirty, no_memory;
};

/* The cell of a field, NULL when there is no such row. */
struct cell *values_cell(const struct form_values *values, int field, int row);
const char *cell_text(const struct cell *cell);
int cell_put(struct cell *cell, const char *text, size_t n_bytes); /* ERR_NOMEM */

/* Bring relevance, calculations and following defaults up to date. */
void values_refresh(const struct form_values *values);

/* A context for an expression of this field; frame must live as long as it. */
struct values_frame {
	const struct form_values *values;
	int field, row;
	const struct form_choice *choice;
	bool took_over; /* comes to be true when a former record gave something */
};
struct expr_context values_context(struct values_frame *frame);

/* What an expression answers at this field and row (frame.values need not be set). */
bool values_true(const struct form_values *values, const struct expr *expr, struct values_frame frame);

/* A new row at the end without defaults; NULL: no memory or too many rows. */
struct row *values_row_new(struct form_values *values, int repeat);
void values_rows_clear(struct form_values *values, int repeat);

/* True when nobody filled anything in the row. */
bool values_row_blank(const struct form_values *values, int repeat, size_t row);

/* Take over ENTRY_ROWS bytes; flags for their cells. ERR_CORRUPT, ERR_NOMEM. */
int values_rows_load(struct form_values *values, int repeat, struct span rows, uint8_t flags,
                     struct error *err);

#endif
