/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of a parsed expression: shared by the parser, the evaluator and the form loader's checks. */
#ifndef FORM_EXPR_NODE_H
#define FORM_EXPR_NODE_H

#include <stdint.h>
#include "form/expr.h"

/* X(NAME, symbol, binding strength): binary operators, left-associative */
#define EXPR_OPERATOR_LIST(X)                                                                      \
	X(OR, "or", 1)                                                                             \
	X(AND, "and", 2)                                                                           \
	X(EQUAL, "=", 3)                                                                           \
	X(UNEQUAL, "!=", 3)                                                                        \
	X(LESS, "<", 4)                                                                            \
	X(LESS_EQUAL, "<=", 4)                                                                     \
	X(GREATER, ">", 4)                                                                         \
	X(GREATER_EQUAL, ">=", 4)                                                                  \
	X(ADD, "+", 5)                                                                             \
	X(SUBTRACT, "-", 5)                                                                        \
	X(MULTIPLY, "*", 6)                                                                        \
	X(DIVIDE, "div", 6)                                                                        \
	X(MODULO, "mod", 6)

#define EXPR_OPERATOR_ENUM(name, symbol, strength) NODE_##name,
enum expr_node {
	EXPR_OPERATOR_LIST(EXPR_OPERATOR_ENUM)
	NODE_OPERATOR_N,
	NODE_NEGATE = NODE_OPERATOR_N,
	NODE_TEXT,
	NODE_NUMBER,
	NODE_SELF,   /* . */
	NODE_FIELD,  /* ${name} */
	NODE_COLUMN, /* a bare name: a column of the choices, in choice_filter only */
	NODE_CALL,
};
#undef EXPR_OPERATOR_ENUM

enum { EXPR_ARGS_ANY = 255 };

enum expr_function_flags {
	FUNCTION_NODES = 1,      /* ${name} arguments stand for all rows of a repeat */
	FUNCTION_NODES_ONLY = 2, /* and nothing else is allowed */
	FUNCTION_NAME = 4,       /* the first argument is a literal name */
	FUNCTION_NAMES = 8,      /* the first two are */
	FUNCTION_LAST_VISIT = 16,
	FUNCTION_SUBJECT = 32,
	FUNCTION_RULE = 64,
	FUNCTION_REGEX = 128,    /* the second argument, if literal, is tried at parse */
	FUNCTION_LAST_HERE = 256,
};

struct expr_function {
	const char *name;
	uint8_t min_args, max_args;
	uint16_t flags;
	struct expr_value (*eval)(const struct expr *call, const struct expr_context *context);
};

struct expr {
	uint8_t node; /* enum expr_node */
	uint8_t n_args;
	uint16_t offset; /* of its first byte in the cell */
	int32_t field;
	union {
		double number;
		const char *text; /* NODE_TEXT, NODE_COLUMN */
		const struct expr_function *function;
	};
	const struct expr *args[];
};

/* The character (from 1) at a byte offset of a cell. */
size_t expr_column(const char *text, size_t offset);

/* NULL when there is none of that name. */
const struct expr_function *expr_function_find(const char *name, size_t n_bytes);

/* False when a POSIX extended regular expression cannot be made of the pattern. */
bool expr_regex_valid(const char *pattern);

/* Conversions of XPath 1.0; a text lives in the context's arena or longer. */
const char *expr_to_text(const struct expr_value *value, const struct expr_context *context);
bool expr_to_boolean(const struct expr_value *value);

/* Calls each for every node, parents first; nodes: the node is an argument that stands for all rows. */
void expr_walk(const struct expr *expr, bool nodes,
               void (*each)(void *arg, const struct expr *node, bool nodes), void *arg);

#endif
