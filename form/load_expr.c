/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions inside a form: what they may refer to, and the order in which fields follow each
 * other. */
#include "config.h"

#include "form/load.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "form/expr_node.h"

struct checker {
	struct loader *loader;
	const struct form *form;
	int field;
	const char *heading, *text;
	size_t column;
	bool is_choice_filter;
};

static int resolve(void *arg, const char *name)
{
	return form_field_find(arg, name);
}

__attribute__((format(printf, 3, 4)))
static void trouble(const struct checker *c, size_t offset, const char *fmt, ...)
{
	char text[256];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	load_problem(c->loader, c->form->fields[c->field].line, c->column,
	             _("%s, character %zu: %s"), c->heading, expr_column(c->text, offset), text);
}

static void check_field(const struct checker *c, const struct expr *node, bool nodes)
{
	const struct form_field *field = &c->form->fields[node->field];
	if (field->type == FORM_GROUP || field->type == FORM_NOTE ||
	    (field->type == FORM_REPEAT && !nodes)) {
		trouble(c, node->offset, _("\"%s\" has no value"), field->name);
		return;
	}
	int16_t home = c->form->fields[c->field].repeat;
	if (c->form->fields[c->field].type == FORM_REPEAT)
		home = -1;
	if (!nodes && field->repeat >= 0 && field->repeat != home)
		trouble(c, node->offset,
		        _("\"%s\" is inside a repeat: use sum(), min(), max() or count()"), field->name);
}

static void check_column(const struct checker *c, const struct expr *node)
{
	const struct form_list *list = c->form->fields[c->field].list;
	if (!c->is_choice_filter) {
		trouble(c, node->offset, _("\"%s\" is no value: a field is written ${%s}"),
		        node->text,
		        node->text);
		return;
	}
	if (!list || !strcmp(node->text, "name"))
		return;
	for (size_t i = 0; i < list->n_columns; i++)
		if (!strcmp(list->columns[i], node->text))
			return;
	trouble(c, node->offset, _("the choices have no column \"%s\""), node->text);
}

static void check_last_visit(const struct checker *c, const struct expr *node)
{
	const char *name = node->args[0]->text;
	int index = form_field_find(c->form, name);
	if (index < 0) {
		trouble(c, node->offset, _("no field is called \"%s\""), name);
		return;
	}
	const struct form_field *field = &c->form->fields[index];
	bool rows = field->type == FORM_REPEAT && c->form->fields[c->field].type == FORM_REPEAT;
	if (field->repeat >= 0 || !(field->tag && (field->type != FORM_REPEAT || rows)))
		trouble(c, node->offset, _("\"%s\" has no value of its own"), name);
}

static void check_rule(const struct checker *c, const struct expr *node)
{
	const char *table = node->args[0]->text, *name = node->args[1]->text;
	size_t n = rule_count(c->loader->rules, table);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(rule_at(c->loader->rules, table, i)->name, name))
			return;
	trouble(c, node->offset, _("there is no rule \"%s\" in rules/%s.csv"), name, table);
}

static void check_node(void *arg, const struct expr *node, bool nodes)
{
	const struct checker *c = arg;
	if (node->node == NODE_FIELD)
		check_field(c, node, nodes);
	if (node->node == NODE_COLUMN)
		check_column(c, node);
	if (node->node != NODE_CALL)
		return;
	if (node->function->flags & FUNCTION_SUBJECT)
		load_refer(c->loader, c->form, c->form->fields[c->field].line, c->column,
		           REFERENCE_SUBJECT_FIELD, node->args[0]->text);
	if (node->function->flags & (FUNCTION_LAST_VISIT | FUNCTION_LAST_HERE))
		check_last_visit(c, node);
	if (node->function->flags & FUNCTION_RULE)
		check_rule(c, node);
}

const struct expr *load_expression(struct loader *loader, const struct form *form, int field,
                                   const char *heading, const char *text, size_t column,
                                   bool is_choice_filter)
{
	struct checker checker = { loader, form, field, heading, text, column, is_choice_filter };
	const struct expr *expr;
	struct error err = { 0 };
	size_t at = 1;
	int code = expr_parse(&expr, text, resolve, (void *)form, loader->arena, &at, &err);
	if (code == ERR_NOMEM)
		loader->no_memory = true;
	else if (code)
		load_problem(loader, form->fields[field].line, column, _("%s, character %zu: %s"),
		             heading, at, err.text);
	if (code)
		return NULL;
	expr_walk(expr, false, check_node, &checker);
	return expr;
}

/* --- order --- */

struct sorter {
	const struct form *form;
	uint16_t *order;
	uint8_t *state; /* NEW, then OPEN while its needs are placed, then PLACED */
	int n, circle;  /* circle: a field on one, -1 */
};
enum { NEW, OPEN, PLACED };

static void put_in_order(void *arg, int index)
{
	struct sorter *s = arg;
	const struct form_field *field = &s->form->fields[index];
	if (s->state[index] == PLACED)
		return;
	if (s->state[index] == OPEN) {
		if (s->circle < 0)
			s->circle = index;
		return;
	}
	s->state[index] = OPEN;
	if (field->parent >= 0)
		put_in_order(s, field->parent);
	expr_fields_each(field->relevant, put_in_order, s);
	expr_fields_each(field->calculation, put_in_order, s);
	expr_fields_each(field->deflt, put_in_order, s);
	s->state[index] = PLACED;
	s->order[s->n++] = (uint16_t)index;
}

void load_order(struct loader *loader, struct form *form, size_t column)
{
	struct sorter sorter = {
		.form = form, .order = load_array(loader, form->n_fields, sizeof *sorter.order),
		.state = arena_alloc(&loader->scratch, form->n_fields + 1u), .circle = -1,
	};
	if (!sorter.order || !sorter.state) {
		loader->no_memory = true;
		return;
	}
	for (int i = 0; i < form->n_fields; i++)
		put_in_order(&sorter, i);
	form->order = sorter.order;
	if (sorter.circle >= 0)
		load_problem(loader, form->fields[sorter.circle].line, column,
		             _("\"%s\" depends on itself: its calculation, default or relevance "
		               "comes back to it"), form->fields[sorter.circle].name);
}
