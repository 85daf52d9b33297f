/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our side of make peer-check. Reads lines: "=NAME<tab>VALUE" is a field, "@YYYY-MM-DD" the day, everything else an
 * expression, whose result goes out as "KIND<tab>TEXT", or as "fault<tab>MESSAGE". */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "form/expr_node.h"

enum { FIELDS_MOST = 32 };

struct fields {
	char *names[FIELDS_MOST], *values[FIELDS_MOST];
	int n;
};

static int resolve(void *arg, const char *name)
{
	const struct fields *fields = arg;
	for (int i = 0; i < fields->n; i++)
		if (!strcmp(fields->names[i], name))
			return i;
	return -1;
}

static const char *value_of(void *arg, int field)
{
	return ((struct fields *)arg)->values[field];
}

static void add_field(struct fields *fields, char *line)
{
	char *tab = strchr(line, '\t');
	if (!tab || fields->n == FIELDS_MOST)
		exit(2);
	*tab = '\0';
	fields->names[fields->n] = strdup(line);
	fields->values[fields->n] = strdup(tab + 1);
	fields->n++;
}

static void print_result(const char *line, struct expr_context *context)
{
	static const char *const kinds[] = { "text", "number", "boolean" };
	const struct expr *expr;
	struct error err = { 0 };
	size_t column;
	if (expr_parse(&expr, line, resolve, context->arg, context->arena, &column, &err)) {
		printf("fault\t%s\n", err.text);
		return;
	}
	struct expr_value value = expr_eval(expr, context);
	printf("%s\t%s\n", kinds[value.kind], expr_to_text(&value, context));
}

int main(void)
{
	struct arena arena = ARENA_INIT;
	struct fields fields = { .n = 0 };
	struct expr_context context = { .field = value_of, .arg = &fields, .arena = &arena };
	char line[4096];
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line == '=')
			add_field(&fields, line + 1);
		else if (*line == '@')
			context.today = date_parse(line + 1);
		else
			print_result(line, &context);
		arena_reset(&arena);
	}
	for (int i = 0; i < fields.n; i++) {
		free(fields.names[i]);
		free(fields.values[i]);
	}
	arena_free(&arena);
	return 0;
}
