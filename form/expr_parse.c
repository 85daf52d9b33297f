/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/expr_node.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "form/number.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { DEPTH_MOST = 64, NODES_MOST = 2000, ARGS_MOST = 64 };

struct parser {
	const char *text, *at;
	int (*resolve)(void *arg, const char *name);
	void *arg;
	struct arena *arena;
	struct error *err;
	size_t column;
	int code, depth, n_nodes;
};

static const struct {
	const char *symbol;
	uint8_t strength;
} operators[] = {
#define OPERATOR_ROW(name, symbol, strength) { symbol, strength },
	EXPR_OPERATOR_LIST(OPERATOR_ROW)
#undef OPERATOR_ROW
};

static const struct expr *parse_binary(struct parser *p, int least);

size_t expr_column(const char *text, size_t offset)
{
	size_t n_chars = 1;
	for (size_t i = 0; i < offset && text[i]; i++)
		n_chars += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n_chars;
}

__attribute__((format(printf, 3, 4)))
static const struct expr *fail(struct parser *p, const char *at, const char *fmt, ...)
{
	if (p->code)
		return NULL;
	char text[256];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	p->column = expr_column(p->text, (size_t)(at - p->text));
	p->code = error_set(p->err, ERR_INVALID, "%s", text);
	return NULL;
}

static void skip_space(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r')
		p->at++;
}

static struct expr *node_new(struct parser *p, enum expr_node node, const char *at, size_t n_args)
{
	if (++p->n_nodes > NODES_MOST) {
		fail(p, at, _("the expression is too long"));
		return NULL;
	}
	struct expr *expr = arena_alloc(p->arena, sizeof *expr + n_args * sizeof expr->args[0]);
	if (!expr) {
		if (!p->code)
			p->code = error_set(p->err, ERR_NOMEM, _("out of memory"));
		return NULL;
	}
	size_t offset = (size_t)(at - p->text);
	expr->node = (uint8_t)node;
	expr->n_args = (uint8_t)n_args;
	expr->offset = offset > UINT16_MAX ? UINT16_MAX : (uint16_t)offset;
	return expr;
}

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* As XML names: "age-years" is one name, so a minus behind a name needs a space. */
static size_t name_length(const char *at)
{
	size_t n = 0;
	if (!name_start(*at))
		return 0;
	while (name_start(at[n]) || (at[n] >= '0' && at[n] <= '9') || at[n] == '-' || at[n] == '.')
		n++;
	return n;
}

static const struct expr *parse_literal(struct parser *p)
{
	const char *start = p->at, quote = *p->at;
	const char *end = strchr(start + 1, quote);
	if (!end)
		return fail(p, start, _("the text has no closing quotation mark"));
	struct expr *expr = node_new(p, NODE_TEXT, start, 0);
	if (!expr)
		return NULL;
	expr->text = arena_strndup(p->arena, start + 1, (size_t)(end - start - 1));
	if (!expr->text) {
		p->code = error_set(p->err, ERR_NOMEM, _("out of memory"));
		return NULL;
	}
	p->at = end + 1;
	return expr;
}

static const struct expr *parse_number(struct parser *p)
{
	char digits[64];
	const char *start = p->at;
	size_t n = strspn(start, "0123456789.");
	if (n >= sizeof digits)
		return fail(p, start, _("the number is too long"));
	memcpy(digits, start, n);
	digits[n] = '\0';
	double number = number_parse(digits);
	if (number != number || name_start(start[n]))
		return fail(p, start, _("this is no number"));
	struct expr *expr = node_new(p, NODE_NUMBER, start, 0);
	if (!expr)
		return NULL;
	expr->number = number;
	p->at = start + n;
	return expr;
}

static const struct expr *parse_field(struct parser *p)
{
	char name[128];
	const char *start = p->at;
	const char *end = strchr(start, '}');
	if (!end)
		return fail(p, start, _("\"${\" has no closing \"}\""));
	const char *from = start + 2;
	while (*from == ' ')
		from++;
	size_t n = (size_t)(end - from);
	while (n > 0 && from[n - 1] == ' ')
		n--;
	if (n == 0 || n >= sizeof name || name_length(from) < n)
		return fail(p, start, _("\"${...}\" must hold the name of a field"));
	memcpy(name, from, n);
	name[n] = '\0';
	int field = p->resolve ? p->resolve(p->arg, name) : -1;
	if (field < 0)
		return fail(p, start, _("no field is called \"%s\""), name);
	struct expr *expr = node_new(p, NODE_FIELD, start, 0);
	if (!expr)
		return NULL;
	expr->field = field;
	p->at = end + 1;
	return expr;
}

static bool check_arguments(struct parser *p, const struct expr_function *function,
                            const struct expr *const args[], size_t n, const char *at)
{
	if (n < function->min_args || n > function->max_args) {
		fail(p, at, _("%s() does not take %zu arguments"), function->name, n);
		return false;
	}
	size_t n_names = function->flags & FUNCTION_NAMES ? 2 : function->flags & FUNCTION_NAME ? 1 : 0;
	for (size_t i = 0; i < n_names; i++)
		if (args[i]->node != NODE_TEXT) {
			fail(p, at, _("%s() needs a name in quotation marks"), function->name);
			return false;
		}
	for (size_t i = 0; i < n && function->flags & FUNCTION_NODES_ONLY; i++)
		if (args[i]->node != NODE_FIELD) {
			fail(p, at, _("%s() needs the name of a field or repeat as ${name}"), function->name);
			return false;
		}
	if (function->flags & FUNCTION_REGEX && args[1]->node == NODE_TEXT &&
	    !expr_regex_valid(args[1]->text)) {
		fail(p, at, _("the regular expression cannot be understood"));
		return false;
	}
	return true;
}

/* The arguments behind "(", up to and with ")". */
static bool parse_arguments(struct parser *p, const struct expr *args[], size_t *n)
{
	*n = 0;
	skip_space(p);
	if (*p->at == ')') {
		p->at++;
		return true;
	}
	for (;;) {
		if (*n == ARGS_MOST) {
			fail(p, p->at, _("there are too many arguments"));
			return false;
		}
		args[*n] = parse_binary(p, 1);
		if (!args[*n])
			return false;
		++*n;
		skip_space(p);
		char c = *p->at;
		if (c != ',' && c != ')') {
			fail(p, p->at, _("a comma or \")\" is missing here"));
			return false;
		}
		p->at++;
		if (c == ')')
			return true;
	}
}

static const struct expr *parse_call(struct parser *p, size_t name_bytes)
{
	const char *start = p->at;
	const struct expr_function *function = expr_function_find(start, name_bytes);
	if (!function)
		return fail(p, start, _("there is no function %.*s()"), (int)name_bytes, start);
	p->at = strchr(start + name_bytes, '(') + 1;
	const struct expr *args[ARGS_MOST];
	size_t n;
	if (!parse_arguments(p, args, &n) || !check_arguments(p, function, args, n, start))
		return NULL;
	struct expr *expr = node_new(p, NODE_CALL, start, n);
	if (!expr)
		return NULL;
	expr->function = function;
	memcpy(expr->args, args, n * sizeof args[0]);
	return expr;
}

static const struct expr *parse_name(struct parser *p)
{
	const char *start = p->at;
	size_t n = name_length(start);
	const char *behind = start + n;
	while (*behind == ' ')
		behind++;
	if (*behind == '(')
		return parse_call(p, n);
	struct expr *expr = node_new(p, NODE_COLUMN, start, 0);
	if (!expr)
		return NULL;
	expr->text = arena_strndup(p->arena, start, n);
	if (!expr->text) {
		p->code = error_set(p->err, ERR_NOMEM, _("out of memory"));
		return NULL;
	}
	p->at = start + n;
	return expr;
}

static const struct expr *parse_parentheses(struct parser *p)
{
	const char *start = p->at++;
	const struct expr *inner = parse_binary(p, 1);
	if (!inner)
		return NULL;
	skip_space(p);
	if (*p->at != ')')
		return fail(p, *p->at ? p->at : start, _("a \")\" is missing"));
	p->at++;
	return inner;
}

static const struct expr *parse_primary(struct parser *p)
{
	char c = *p->at;
	if (c == '\'' || c == '"')
		return parse_literal(p);
	if ((c >= '0' && c <= '9') || (c == '.' && p->at[1] >= '0' && p->at[1] <= '9'))
		return parse_number(p);
	if (c == '.') {
		p->at++;
		return node_new(p, NODE_SELF, p->at - 1, 0);
	}
	if (c == '$' && p->at[1] == '{')
		return parse_field(p);
	if (c == '(')
		return parse_parentheses(p);
	if (name_start(c))
		return parse_name(p);
	if (!c)
		return fail(p, p->at, _("the expression ends too early"));
	uint32_t cp;
	size_t n = utf8_next(p->at, &cp);
	return fail(p, p->at, _("\"%.*s\" is not understood here"), (int)n, p->at);
}

static const struct expr *parse_unary(struct parser *p)
{
	skip_space(p);
	const char *start = p->at;
	if (++p->depth > DEPTH_MOST)
		return fail(p, start, _("the expression is nested too deeply"));
	const struct expr *result;
	if (*start == '-') {
		p->at++;
		const struct expr *operand = parse_unary(p);
		struct expr *negate = operand ? node_new(p, NODE_NEGATE, start, 1) : NULL;
		if (negate)
			negate->args[0] = operand;
		result = negate;
	} else {
		result = parse_primary(p);
	}
	p->depth--;
	return result;
}

/* The operator at p->at, NODE_OPERATOR_N when there is none; the longest symbol counts. */
static enum expr_node operator_here(const struct parser *p, size_t *n_bytes)
{
	enum expr_node found = NODE_OPERATOR_N;
	size_t word = name_length(p->at);
	*n_bytes = 0;
	if (!*p->at || !strchr("oadm=!<>+-*", *p->at))
		return found;
	for (int i = 0; i < NODE_OPERATOR_N; i++) {
		size_t n = strlen(operators[i].symbol);
		if (word ? n != word : n <= *n_bytes)
			continue;
		if (!strncmp(p->at, operators[i].symbol, n)) {
			found = (enum expr_node)i;
			*n_bytes = n;
		}
	}
	return found;
}

static const struct expr *parse_binary(struct parser *p, int least)
{
	const struct expr *left = parse_unary(p);
	while (left) {
		size_t n;
		skip_space(p);
		enum expr_node operator = operator_here(p, &n);
		if (operator == NODE_OPERATOR_N || operators[operator].strength < least)
			return left;
		const char *start = p->at;
		p->at += n;
		const struct expr *right = parse_binary(p, operators[operator].strength + 1);
		struct expr *both = right ? node_new(p, operator, start, 2) : NULL;
		if (!both)
			return NULL;
		both->args[0] = left;
		both->args[1] = right;
		left = both;
	}
	return NULL;
}

int expr_parse(const struct expr **out, const char *text, int (*resolve)(void *arg, const char *name),
               void *arg, struct arena *arena, size_t *column, struct error *err)
{
	struct parser p = {
		.text = text, .at = text, .resolve = resolve, .arg = arg, .arena = arena, .err = err,
		.column = 1,
	};
	*out = parse_binary(&p, 1);
	if (*out && *p.at) {
		uint32_t cp;
		size_t n = utf8_next(p.at, &cp);
		*out = fail(&p, p.at, _("\"%.*s\" is not understood here"), (int)n, p.at);
	}
	if (column)
		*column = p.column;
	return p.code;
}

void expr_walk(const struct expr *expr, bool nodes,
               void (*each)(void *arg, const struct expr *node, bool nodes), void *arg)
{
	each(arg, expr, nodes);
	bool takes_nodes = expr->node == NODE_CALL && expr->function->flags & FUNCTION_NODES;
	for (size_t i = 0; i < expr->n_args; i++)
		expr_walk(expr->args[i], takes_nodes && expr->args[i]->node == NODE_FIELD, each, arg);
}

struct fields_visit {
	void (*each)(void *arg, int field);
	void *arg;
};

static void visit_field(void *arg, const struct expr *node, bool nodes)
{
	(void)nodes;
	struct fields_visit *visit = arg;
	if (node->node == NODE_FIELD)
		visit->each(visit->arg, node->field);
}

void expr_fields_each(const struct expr *expr, void (*each)(void *arg, int field), void *arg)
{
	struct fields_visit visit = { each, arg };
	if (expr)
		expr_walk(expr, false, visit_field, &visit);
}
