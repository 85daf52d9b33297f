/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the fields of a form stand: pages of groups, one or two columns by width, repeats as tables. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "form/values.h"

enum cell_kind {
	CELL_HEADING, /* a group's or repeat's title */
	CELL_FIELD,
	CELL_SHOWN,   /* a computed value, not entered */
	CELL_NOTE,
	CELL_COLUMN,  /* a column's title in a repeat */
	CELL_ADD,     /* "add a row" of a repeat */
};

struct cell {
	enum cell_kind kind;
	int field, row;      /* ROW_NONE outside repeats */
	int page, y, x, cols; /* on its page */
	int label_cols;      /* 0: the value fills the cell */
};

struct layout {
	struct cell *cells;
	size_t n, cap;
	int n_pages;
};

/* Lay out what is relevant now into pages of rows × cols. ERR_NOMEM. */
int layout_build(struct layout *layout, const struct form_values *values, int rows, int cols,
                 struct error *err);
void layout_free(struct layout *layout);

bool layout_focusable(const struct form_values *values, const struct cell *cell);

/* Codes with their labels as a field shows them ("2 头痛头晕 5 呼吸困难"), a day and time with a space between,
 * other values as they are; in arena. */
const char *layout_value_text(const struct form_field *field, const char *value, struct arena *arena);

#endif
