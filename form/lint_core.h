/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the linter share. */
#ifndef FORM_LINT_CORE_H
#define FORM_LINT_CORE_H

#include "form/expr_node.h"
#include "form/lint.h"
#include "form/load.h"

/* Truth without knowing what people will answer. */
enum truth { PERHAPS, ALWAYS, NEVER };

struct linter {
	struct loader loader; /* its report and its scratch arena */
	struct arena arena;
	const struct form_set *set;
	const struct lint_report *report;
	/* the form at hand, its file, and the survey's heading row */
	const struct form *form;
	struct csv_table table;
	const struct csv_row *header;
};

/* The cell of a field below a heading, trimmed; "" when there is none. */
const char *lint_cell(const struct linter *lint, const struct form_field *field, const char *heading);

/* A fault in a field's cell; node, when not NULL, adds the character. */
void lint_problem(struct linter *lint, const struct form_field *field, const char *heading,
                  const struct expr *node, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void lint_note(struct linter *lint, const char *path, size_t line, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* What an expression is as a condition; self is the value of ".", NULL when it is not known. */
enum truth lint_truth(struct linter *lint, const struct expr *expr, const char *self);

/* The list whose codes an operand has: of ${field}, ".", subject('x'), last-visit('x'); else NULL. */
const struct form_list *lint_list_of(const struct linter *lint, const struct form_field *field,
                                     const struct expr *operand);
/* Whether a literal names a code of the list (several between spaces: each), or is empty. */
bool lint_code_exists(const struct form_list *list, const struct expr *literal);

/* Codes in expressions that their lists do not have. */
void lint_codes(struct linter *lint, const struct form_field *field);
/* Constraint and warning against each other, the codes and the default. */
void lint_range(struct linter *lint, const struct form_field *field);
/* A relevance that can never be true. */
void lint_reach(struct linter *lint, int field);

#endif
