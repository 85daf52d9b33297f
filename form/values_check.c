/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/values_core.h"

#include <string.h>
#include "form/value_type.h"
#include "lib/i18n.h"

struct problems {
	struct arena *arena;
	struct form_problem *list;
	size_t n, cap;
};

static void add(struct problems *problems, enum form_severity severity, int field, int row,
                const char *text)
{
	if (problems->n == problems->cap) {
		size_t cap = problems->cap ? 2 * problems->cap : 16;
		struct form_problem *list = arena_array(problems->arena, cap, sizeof *list);
		if (!list)
			return;
		if (problems->n)
			memcpy(list, problems->list, problems->n * sizeof *list);
		problems->list = list;
		problems->cap = cap;
	}
	problems->list[problems->n++] = (struct form_problem){ severity, field, row, text };
}

static const char *message(const char *const texts[LANG_N], const char *otherwise)
{
	const char *text = texts[i18n_lang()];
	return text && *text ? text : otherwise;
}

static bool choices_visible(const struct form_values *values, int index, int row, const char *value)
{
	const struct form_field *field = &values->form->fields[index];
	char code[128];
	if (!field->choice_filter || !field->list)
		return true;
	for (const char *at = value; *at;) {
		size_t n = strcspn(at, " ");
		if (n >= sizeof code)
			return false;
		memcpy(code, at, n);
		code[n] = '\0';
		const struct form_choice *choice = form_choice_find(field->list, code);
		if (!choice || !values_choice_visible(values, index, row, choice))
			return false;
		at += n + (at[n] == ' ');
	}
	return true;
}

static void check_cell(const struct form_values *values, int index, int row, struct problems *problems)
{
	const struct form_field *field = &values->form->fields[index];
	const struct cell *cell = values_cell(values, index, row);
	if (!cell || !value_type_stored(field->type) || !(cell->flags & CELL_RELEVANT) ||
	    cell->flags & CELL_FOREIGN)
		return;
	const char *value = cell_text(cell);
	if (!*value) {
		if (values_is_required(values, index, row))
			add(problems, FORM_INCOMPLETE, index, row, _("must be filled in"));
		return;
	}
	const char *fault = value_fault(field, value);
	struct values_frame here = { .field = index, .row = row };
	if (fault)
		add(problems, FORM_ERROR, index, row, fault);
	else if (!choices_visible(values, index, row, value))
		add(problems, FORM_ERROR, index, row, _("this choice does not fit the other answers"));
	else if (field->constraint && !values_true(values, field->constraint, here))
		add(problems, FORM_ERROR, index, row,
		    message(field->constraint_message, _("this value is not possible here")));
	else if (field->warning && !values_true(values, field->warning, here))
		add(problems, FORM_WARNING, index, row,
		    message(field->warning_message, _("unusual value, please check")));
}

static void check_rows(const struct form_values *values, int repeat, struct problems *problems)
{
	if (!(values->slots[repeat].cell.flags & CELL_RELEVANT))
		return;
	for (size_t row = 0; row < values->slots[repeat].n_rows; row++)
		for (int i = repeat + 1;
		     i < values->form->fields[repeat].end && !values_row_blank(values, repeat, row); i++)
			check_cell(values, i, (int)row, problems);
}

size_t values_check(const struct form_values *values, struct arena *arena,
                    const struct form_problem **out)
{
	struct problems problems = { .arena = arena };
	values_refresh(values);
	for (int i = 0; i < values->form->n_fields; i++) {
		const struct form_field *field = &values->form->fields[i];
		check_cell(values, i, ROW_NONE, &problems);
		if (field->type != FORM_REPEAT)
			continue;
		check_rows(values, i, &problems);
		i = field->end - 1;
	}
	*out = problems.list;
	return problems.n;
}

size_t values_check_field(const struct form_values *values, int field, int row, struct arena *arena,
                          const struct form_problem **out)
{
	struct problems problems = { .arena = arena };
	values_refresh(values);
	check_cell(values, field, row, &problems);
	*out = problems.list;
	return problems.n;
}
