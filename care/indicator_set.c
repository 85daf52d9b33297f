/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of data/codes/indicator.csv. */
#include "config.h"
#include "care/indicator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "form/form.h"
#include "form/number.h"
#include "lib/i18n.h"

/* X(NAME, heading): the columns beyond name and labels */
#define COLUMN_LIST(X)                                                                             \
	X(GROUP, "group")                                                                          \
	X(UNIT, "unit")                                                                            \
	X(MEASURE, "measure")                                                                      \
	X(POPULATION, "population")                                                                \
	X(APART, "apart")                                                                          \
	X(NUMERATOR, "numerator")                                                                  \
	X(WEIGHT, "weight")                                                                        \
	X(OVER, "over")                                                                            \
	X(PARTS, "parts")                                                                          \
	X(TARGET, "target")                                                                        \
	X(DIRECTION, "direction")                                                                  \
	X(KIND, "kind")                                                                            \
	X(PERIOD, "period")                                                                        \
	X(DEFINITION_ZH, "definition_zh")                                                          \
	X(DEFINITION_EN, "definition_en")                                                          \
	X(BASIS, "basis")
#define COLUMN_ENUM(name, heading) COLUMN_##name,
enum { COLUMN_LIST(COLUMN_ENUM) COLUMN_N };
#undef COLUMN_ENUM
#define COLUMN_HEADING(name, heading) heading,
static const char *const headings[] = { COLUMN_LIST(COLUMN_HEADING) };
#undef COLUMN_HEADING

struct reader {
	const struct form_set *forms;
	const struct form_list *list;
	struct arena *arena;
	struct error *err;
	date_t on;
	int at[COLUMN_N];
	const struct form_choice *row;
	struct indicator *out;
};

static const struct form_list *find_list(const struct form_set *forms)
{
	const struct form *form = form_set_find(forms, "indicator_value");
	int field = form ? form_field_find(form, "indicator") : -1;
	return field < 0 ? NULL : form->fields[field].list;
}

static const char *cell(const struct reader *in, int column)
{
	return in->at[column] < 0 ? "" : in->row->filters[in->at[column]];
}

static int bad(const struct reader *in, int column, const char *what)
{
	return error_set(in->err, ERR_INVALID, _("codes/indicator.csv: row %s, column %s: %s"),
	                 in->row->name, headings[column], what);
}

static int resolve(void *arg, const char *name)
{
	const struct reader *in = arg;
	return variable_find(in->out->unit, name);
}

/* The end of the condition that begins at text: the next " and " (or " or ") outside of parentheses and
 * quotes. */
static const char *condition_end(const char *text, const char *joint)
{
	int depth = 0;
	char quote = 0;
	for (; *text; text++) {
		if (quote)
			quote = *text == quote ? 0 : quote;
		else if (*text == '\'' || *text == '"')
			quote = *text;
		else if (*text == '(')
			depth++;
		else if (*text == ')')
			depth--;
		else if (!depth && !strncmp(text, joint, strlen(joint)))
			break;
	}
	return text;
}

static int read_conditions(struct reader *in, int column, const char *joint, struct condition_list *out)
{
	const char *text = cell(in, column);
	while (*text) {
		const char *end = condition_end(text, joint);
		struct condition *one = &out->at[out->n];
		size_t at;
		struct error why = { 0 };
		if (out->n == CONDITIONS_MAX)
			return bad(in, column, _("too many conditions"));
		one->text = arena_strndup(in->arena, text, (size_t)(end - text));
		if (!one->text)
			return error_set(in->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		if (expr_parse(&one->expr, one->text, resolve, in, in->arena, &at, &why))
			return bad(in, column, why.text);
		out->n++;
		text = *end ? end + strlen(joint) : end;
	}
	return 0;
}

/* A rule of data/rules/targets.csv, or "table.rule"; one that is not in force is no target. */
static void read_target(struct reader *in)
{
	const struct rule_set *rules = form_set_rules(in->forms);
	const char *text = cell(in, COLUMN_TARGET), *dot = strchr(text, '.');
	char table[64] = "targets";
	double value;
	in->out->target = NAN;
	if (dot && (size_t)(dot - text) < sizeof table) {
		memcpy(table, text, (size_t)(dot - text));
		table[dot - text] = '\0';
		text = dot + 1;
	}
	in->out->target_rule = rule_find(rules, table, text, -1, in->on);
	if (in->out->target_rule && rule_number(rules, table, text, -1, in->on, &value))
		in->out->target = value;
}

static int read_unit(struct reader *in)
{
	const char *unit = cell(in, COLUMN_UNIT);
	int kind = event_kind_find(unit);
	if (!strcmp(unit, "parts"))
		in->out->basis = BASIS_PARTS;
	else if (!strcmp(unit, "typed"))
		in->out->basis = BASIS_TYPED;
	else if (!strcmp(unit, "list"))
		in->out->basis = BASIS_LIST;
	else if (kind < 0)
		return bad(in, COLUMN_UNIT, _("no record of this form is counted"));
	else
		in->out->unit = (enum event_kind)kind;
	return 0;
}

static int row_of(const struct reader *in, const char *code, size_t length)
{
	for (uint16_t i = 0; i < in->list->n; i++)
		if (strlen(in->list->choices[i].name) == length &&
		    !strncmp(in->list->choices[i].name, code, length))
			return i;
	return -1;
}

static int read_links(struct reader *in)
{
	const char *parts = cell(in, COLUMN_PARTS), *over = cell(in, COLUMN_OVER),
		   *weight = cell(in, COLUMN_WEIGHT);
	struct indicator *out = in->out;
	out->over = *over ? row_of(in, over, strlen(over)) : -1;
	if (*over && out->over < 0)
		return bad(in, COLUMN_OVER, _("there is no such row"));
	out->weight = *weight ? variable_find(out->unit, weight) : -1;
	if (*weight && out->weight < 0)
		return bad(in, COLUMN_WEIGHT, _("there is no such name"));
	while (*(parts += strspn(parts, " "))) {
		size_t length = strcspn(parts, " ");
		int row = row_of(in, parts, length);
		if (row < 0 || out->n_parts == PARTS_MAX)
			return bad(in, COLUMN_PARTS, _("there is no such row"));
		out->parts[out->n_parts++] = row;
		parts += length;
	}
	return 0;
}

static int read_row(struct reader *in)
{
	struct indicator *out = in->out;
	out->code = in->row->name;
	out->label = in->row->label[i18n_lang()];
	out->definition = cell(in, i18n_lang() == LANG_ZH ? COLUMN_DEFINITION_ZH : COLUMN_DEFINITION_EN);
	out->source = cell(in, COLUMN_BASIS);
	out->group = cell(in, COLUMN_GROUP);
	out->count = !strcmp(cell(in, COLUMN_MEASURE), "count");
	out->down = !strcmp(cell(in, COLUMN_DIRECTION), "down");
	out->binding = !strcmp(cell(in, COLUMN_KIND), "binding");
	out->annual = !strcmp(cell(in, COLUMN_PERIOD), "year");
	int rc = read_unit(in);
	if (!rc)
		rc = read_links(in);
	if (!rc)
		rc = read_conditions(in, COLUMN_POPULATION, " and ", &out->population);
	if (!rc)
		rc = read_conditions(in, COLUMN_APART, " or ", &out->apart);
	if (!rc)
		rc = read_conditions(in, COLUMN_NUMERATOR, " and ", &out->numerator);
	if (!rc)
		read_target(in);
	const struct form *form = form_set_find(in->forms, event_form(out->unit));
	out->restricted = out->basis == BASIS_EVENTS && form && form->restricted;
	return rc;
}

int indicator_set_load(struct indicator_set *out, const struct form_set *forms, date_t on,
                       struct arena *arena, struct error *err)
{
	struct reader in = { .forms = forms, .list = find_list(forms), .arena = arena, .err = err, .on = on };
	int rc = 0;
	*out = (struct indicator_set){ 0 };
	if (!in.list)
		return error_set(err, ERR_NOTFOUND,
		                 _("there are no indicators: forms/indicator_value.csv or codes/indicator.csv is missing"));
	for (int i = 0; i < COLUMN_N; i++) {
		in.at[i] = -1;
		for (int c = 0; c < in.list->n_columns; c++)
			if (!strcmp(in.list->columns[c], headings[i]))
				in.at[i] = c;
	}
	out->at = arena_array(arena, in.list->n + 1, sizeof *out->at);
	if (!out->at)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (out->n = 0; out->n < in.list->n && !rc; out->n++) {
		in.row = &in.list->choices[out->n];
		in.out = &out->at[out->n];
		rc = read_row(&in);
	}
	return rc;
}

int indicator_find(const struct indicator_set *set, const char *code)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->at[i].code, code))
			return (int)i;
	return -1;
}
