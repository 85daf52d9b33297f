/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/demo_answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/csv.h"
#include "lib/file.h"
#include "lib/i18n.h"

struct group { /* the answers of one form */
	const struct form *form;
	struct demo_answer *answers;
	size_t n;
};
struct demo_answers {
	struct arena arena;
	struct group *groups; /* as the forms are numbered in the set */
	size_t n;
};

static int wrong(const struct csv_table *table, const struct csv_row *row, const char *what, struct error *err)
{
	return error_set(err, ERR_INVALID, "%s:%zu: %s", table->path, row->line, what);
}

/* "~36.4 0.2": 364, 2, one decimal. */
static bool read_number(struct demo_answer *answer, const char *text)
{
	char *end;
	double scale = 1, mean = strtod(text, &end), spread;
	const char *point = memchr(text, '.', (size_t)(end - text));

	answer->decimals = point ? (int)(end - point) - 1 : 0;
	if (end == text || *end != ' ' || answer->decimals > 3)
		return false;
	spread = strtod(end, &end);
	for (int i = 0; i < answer->decimals; i++)
		scale *= 10;
	answer->mean = (int)(mean * scale + (mean < 0 ? -0.5 : 0.5));
	answer->spread = (int)(spread * scale + 0.5);
	return !*end && spread >= 0;
}

static bool read_choices(struct demo_answer *answer, const char *text, struct arena *arena)
{
	size_t n = 1;

	for (const char *bar = text; (bar = strchr(bar, '|')); bar++)
		n++;
	struct demo_choice *choices = arena_array(arena, n, sizeof *choices);
	if (!choices)
		return false;
	for (size_t i = 0; i < n; i++) {
		char *end = NULL;
		size_t len = strcspn(text, "|");
		unsigned long weight = n > 1 ? strtoul(text, &end, 10) : 1;
		if (n > 1 && (end == text || *end != ':' || weight > 10000))
			return false;
		const char *begin = n > 1 ? end + 1 : text;
		choices[i] = (struct demo_choice){ (uint32_t)weight,
			                           arena_strndup(arena, begin, (size_t)(text + len - begin)) };
		answer->weights += choices[i].weight;
		if (!choices[i].text)
			return false;
		text += len + (i + 1 < n);
	}
	answer->choices = choices;
	answer->n = n;
	return answer->weights > 0;
}

enum { COLUMN_FORM, COLUMN_FIELD, COLUMN_PERCENT, COLUMN_ANSWER, COLUMNS };

static int read_row(struct demo_answers *answers, const struct csv_table *table, const struct csv_row *row,
                    struct error *err)
{
	struct demo_answer answer = { .percent = 100 };
	struct group *group = NULL;

	if (row->n < COLUMNS)
		return wrong(table, row, _("a cell is missing"), err);
	for (size_t i = 0; i < answers->n && !group; i++)
		if (!strcmp(answers->groups[i].form->id, row->cells[COLUMN_FORM]))
			group = &answers->groups[i];
	answer.field = group ? form_field_find(group->form, row->cells[COLUMN_FIELD]) : -1;
	if (answer.field < 0)
		return 0;
	if (*row->cells[COLUMN_PERCENT])
		answer.percent = (uint32_t)strtoul(row->cells[COLUMN_PERCENT], NULL, 10);
	const char *text = row->cells[COLUMN_ANSWER];
	if (*text == '~' ? !read_number(&answer, text + 1) : !read_choices(&answer, text, &answers->arena))
		return wrong(table, row, _("this is no answer"), err);
	if (!group->answers)
		group->answers = arena_array(&answers->arena, group->form->n_fields, sizeof *group->answers);
	if (!group->answers)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (group->n == group->form->n_fields)
		return wrong(table, row, _("a field is named twice"), err);
	group->answers[group->n++] = answer;
	return 0;
}

static int load(struct demo_answers *answers, const struct form_set *forms, struct error *err)
{
	struct csv_table table;
	char path[4096];
	int rc = path_data(path, sizeof(path), "demo/answers.csv", err);

	answers->n = form_set_count(forms);
	answers->groups = arena_array(&answers->arena, answers->n + 1, sizeof *answers->groups);
	if (!answers->groups)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < answers->n; i++)
		answers->groups[i] = (struct group){ .form = form_set_at(forms, i) };
	if (!rc)
		rc = csv_read_file(&table, path, &answers->arena, err);
	for (size_t i = 1; !rc && i < table.n_rows; i++)
		rc = read_row(answers, &table, &table.rows[i], err);
	return rc;
}

int demo_answers_load(struct demo_answers **out, const struct form_set *forms, struct error *err)
{
	struct demo_answers *answers = calloc(1, sizeof *answers);

	*out = NULL;
	if (!answers)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	int rc = load(answers, forms, err);
	if (rc)
		demo_answers_free(answers);
	else
		*out = answers;
	return rc;
}

void demo_answers_free(struct demo_answers *answers)
{
	if (answers)
		arena_free(&answers->arena);
	free(answers);
}

const struct demo_answer *demo_answers_of(const struct demo_answers *answers, const struct form *form, size_t *n)
{
	for (size_t i = 0; i < answers->n; i++)
		if (answers->groups[i].form == form) {
			*n = answers->groups[i].n;
			return answers->groups[i].answers;
		}
	*n = 0;
	return NULL;
}

const char *demo_answer_draw(const struct demo_answer *answer, struct demo_dice *dice,
                             char text[DEMO_ANSWER_BYTES])
{
	static const int scales[] = { 1, 10, 100, 1000 };

	if (answer->percent < 100 && !demo_chance(dice, answer->percent))
		return NULL;
	if (!answer->choices) {
		int value = demo_normal(dice, answer->mean, answer->spread);
		int scale = scales[answer->decimals];
		value = value < 0 ? 0 : value;
		if (answer->decimals)
			snprintf(text, DEMO_ANSWER_BYTES, "%d.%0*d", value / scale, answer->decimals,
			         value % scale);
		else
			snprintf(text, DEMO_ANSWER_BYTES, "%d", value);
		return text;
	}
	uint32_t at = answer->n > 1 ? demo_draw(dice, answer->weights) : 0;
	const struct demo_choice *choice = answer->choices;
	while (at >= choice->weight)
		at -= choice++->weight;
	return choice->text;
}
