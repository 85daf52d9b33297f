/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/lint_core.h"

#include <stdio.h>
#include <string.h>
#include "form/lock.h"
#include "form/number.h"
#include "lib/utf8.h"

/* --- where things stand --- */

static const struct csv_row *row_of(const struct linter *lint, size_t line)
{
	for (size_t r = 0; r < lint->table.n_rows; r++)
		if (lint->table.rows[r].line == line)
			return &lint->table.rows[r];
	return NULL;
}

const char *lint_cell(const struct linter *lint, const struct form_field *field, const char *heading)
{
	const struct csv_row *row = row_of(lint, field->line);
	return row && lint->header ? load_cell(row, csv_find(lint->header, heading)) : "";
}

void lint_problem(struct linter *lint, const struct form_field *field, const char *heading,
                  const struct expr *node, const char *fmt, ...)
{
	char text[400];
	int column = lint->header ? csv_find(lint->header, heading) : -1;
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	lint->loader.path = lint->form->path;
	if (node)
		load_problem(&lint->loader, field->line, (size_t)(column + 1), _("%s, character %zu: %s"),
		             heading, expr_column(lint_cell(lint, field, heading), node->offset), text);
	else
		load_problem(&lint->loader, field->line, (size_t)(column + 1), "%s", text);
}

void lint_note(struct linter *lint, const char *path, size_t line, size_t column, const char *fmt, ...)
{
	char text[400], whole[1024];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	snprintf(whole, sizeof whole, "%s:%zu:%zu: %s", path, line, column, text);
	if (lint->report && lint->report->note)
		lint->report->note(lint->report->arg, whole);
}

/* The heading below the survey's name. */
static const struct csv_row *survey_heading(const struct csv_table *table)
{
	for (size_t r = 0; r + 1 < table->n_rows; r++)
		if (!strcmp(load_cell(&table->rows[r], 0), "survey"))
			return &table->rows[r + 1];
	return NULL;
}

static int read_form(struct linter *lint, const struct form *form, struct error *err)
{
	int code = csv_read_file(&lint->table, form->path, &lint->loader.scratch, err);
	if (code)
		return code;
	for (size_t r = 0; r < lint->table.n_rows; r++)
		for (size_t i = 0; i < lint->table.rows[r].n; i++)
			utf8_trim(lint->table.rows[r].cells[i]);
	lint->form = form;
	lint->header = survey_heading(&lint->table);
	return 0;
}

/* --- tags --- */

/* False when the lock does not know the tag, which is no fault by itself. */
static bool check_tag(struct linter *lint, const struct tag_lock *lock, const struct form_field *field)
{
	const char *form = lint->form->id;
	const char *name = tag_lock_name(lint->form, field, &lint->arena);
	const struct tag_lock_row *row = tag_lock_find(lock, form, field->tag);
	if (!name) {
		lint->loader.no_memory = true;
		return true;
	}
	if (row && strcmp(row->type, tag_lock_type(field)))
		lint_problem(lint, field, "type", NULL,
		             _("the tag %u is of type \"%s\" (tags.lock line %zu): a type never changes, "
		               "take a new tag"), field->tag, row->type, row->line);
	else if (row && strcmp(row->name, name))
		lint_problem(lint, field, "tag", NULL,
		             _("the tag %u belongs to \"%s\" (tags.lock line %zu): a tag is never used again, "
		               "take a new one"), field->tag, row->name, row->line);
	if (row)
		return true;
	row = tag_lock_find_name(lock, form, name);
	bool moved = row && !strcmp(row->type, tag_lock_type(field)) &&
	             form_field_by_tag(lint->form, row->tag) < 0;
	if (moved)
		lint_problem(lint, field, "tag", NULL,
		             _("\"%s\" had the tag %u (tags.lock line %zu) and must keep it"), field->name,
		             row->tag, row->line);
	return moved;
}

static void check_tags(struct linter *lint, const struct tag_lock *lock, bool new_tags)
{
	const struct form_field *first = NULL;
	size_t n = 0;
	for (size_t i = 0; i < lint->form->n_fields; i++) {
		const struct form_field *field = &lint->form->fields[i];
		if (!field->tag || check_tag(lint, lock, field))
			continue;
		first = first ? first : field;
		n++;
	}
	if (n && !new_tags)
		lint_problem(lint, first, "tag", NULL,
		             ngettext("tags.lock lacks %zu tag of this form: add it with xiangyi-admin "
		                      "form check --update-lock",
		                      "tags.lock lacks %zu tags of this form: add them with xiangyi-admin "
		                      "form check --update-lock", n), n);
}

/* --- what nobody uses --- */

struct usage {
	struct linter *lint;
	bool *used; /* by rule, over all tables */
};

static void note_rule(void *arg, const struct expr *node, bool nodes)
{
	struct usage *usage = arg;
	const struct rule_set *rules = form_set_rules(usage->lint->set);
	size_t at = 0;
	(void)nodes;
	if (node->node != NODE_CALL || !(node->function->flags & FUNCTION_RULE))
		return;
	for (size_t t = 0; t < rules->n_tables; t++)
		for (size_t r = 0; r < rules->tables[t].n; r++, at++)
			if (!strcmp(rules->tables[t].name, node->args[0]->text) &&
			    !strcmp(rules->tables[t].rules[r].name, node->args[1]->text))
				usage->used[at] = true;
}

static void each_expression(const struct form_field *field, void (*each)(void *, const struct expr *, bool),
                            void *arg)
{
	const struct expr *const all[] = { field->required, field->relevant, field->constraint,
		                           field->warning, field->calculation, field->deflt,
		                           field->choice_filter };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i])
			expr_walk(all[i], false, each, arg);
}

static void note_unused_rules(struct linter *lint, const char *dir)
{
	const struct rule_set *rules = form_set_rules(lint->set);
	struct usage usage = { lint, NULL };
	char path[4096];
	size_t n = 0, at = 0;
	for (size_t t = 0; t < rules->n_tables; t++)
		n += rules->tables[t].n;
	usage.used = arena_array(&lint->arena, n + 1, sizeof *usage.used);
	for (size_t f = 0; usage.used && f < form_set_count(lint->set); f++)
		for (size_t i = 0; i < form_set_at(lint->set, f)->n_fields; i++)
			each_expression(&form_set_at(lint->set, f)->fields[i], note_rule, &usage);
	for (size_t t = 0; usage.used && t < rules->n_tables; t++) {
		snprintf(path, sizeof path, "%s/rules/%s.csv", dir, rules->tables[t].name);
		for (size_t r = 0; r < rules->tables[t].n; r++, at++) {
			const struct rule *rule = &rules->tables[t].rules[r];
			bool told = false;
			for (size_t before = 0; before < r; before++)
				told |= !strcmp(rules->tables[t].rules[before].name, rule->name);
			if (!usage.used[at] && !told)
				lint_note(lint, path, 1, 1, _("no form asks for the rule \"%s\""), rule->name);
		}
	}
}

static bool list_used(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].list && !strcmp(form->fields[i].list->name, name))
			return true;
	return false;
}

/* Lists of the sheet choices that no question of the form takes. */
static void note_unused_choices(struct linter *lint)
{
	const struct csv_table *table = &lint->table;
	const char *told = "";
	int at = -1;
	for (size_t r = 0; r < table->n_rows; r++) {
		const struct csv_row *row = &table->rows[r];
		if (*load_cell(row, 0)) {
			bool choices = !strcmp(load_cell(row, 0), "choices") && r + 1 < table->n_rows;
			at = choices ? csv_find(&table->rows[r + 1], "list_name") : -1;
			r += choices;
			continue;
		}
		const char *name = load_cell(row, at);
		if (!*name || !strcmp(name, told) || list_used(lint->form, name))
			continue;
		lint_note(lint, lint->form->path, row->line, (size_t)(at + 1),
		          _("no question takes its answers from the list \"%s\""), name);
		told = name;
	}
}

/* Code lists that no form names were not read by the loader: read them, so that a faulty one shows. */
static int check_codes(struct linter *lint, struct error *err)
{
	const char **names;
	size_t n;
	int code = load_names(&lint->loader, LOAD_CODES, &names, &n, err);
	for (size_t i = 0; !code && i < n; i++) {
		bool used = false;
		for (size_t f = 0; f < form_set_count(lint->set) && !used; f++)
			used = list_used(form_set_at(lint->set, f), names[i]);
		if (used)
			continue;
		const char *path = load_path(&lint->loader, LOAD_CODES, names[i]);
		lint->loader.path = path;
		load_codes(&lint->loader, names[i], 1, 1);
		lint_note(lint, path, 1, 1, _("no form uses this code list"));
	}
	return code;
}

/* --- codes in expressions --- */

const struct form_list *lint_list_of(const struct linter *lint, const struct form_field *field,
                                     const struct expr *operand)
{
	const struct form *form = lint->form;
	int index;
	if (operand->node == NODE_SELF)
		return field->list;
	if (operand->node == NODE_FIELD)
		return form->fields[operand->field].list;
	if (operand->node != NODE_CALL)
		return NULL;
	if (operand->function->flags & FUNCTION_SUBJECT)
		form = form_set_find(lint->set, form->subject);
	else if (!(operand->function->flags & (FUNCTION_LAST_VISIT | FUNCTION_LAST_HERE)))
		return NULL;
	index = form ? form_field_find(form, operand->args[0]->text) : -1;
	return index < 0 ? NULL : form->fields[index].list;
}

static bool has_code(const struct form_list *list, const struct expr *literal, const char *code)
{
	for (size_t i = 0; i < list->n; i++)
		if (literal->node == NODE_TEXT ? !strcmp(list->choices[i].name, code)
		                               : number_parse(list->choices[i].name) == literal->number)
			return true;
	return false;
}

bool lint_code_exists(const struct form_list *list, const struct expr *literal)
{
	char code[128];
	if (literal->node == NODE_NUMBER)
		return has_code(list, literal, "");
	for (const char *at = literal->text + strspn(literal->text, " "); *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		snprintf(code, sizeof code, "%.*s", (int)n, at);
		if (!has_code(list, literal, code))
			return false;
		at += n;
	}
	return true;
}

struct codes_check {
	struct linter *lint;
	const struct form_field *field;
	const char *heading;
};

static bool is_literal(const struct expr *expr)
{
	return expr->node == NODE_TEXT || expr->node == NODE_NUMBER;
}

static void check_literal(const struct codes_check *check, const struct form_list *list,
                          const struct expr *literal)
{
	char digits[NUMBER_TEXT_BYTES];
	if (!list || !is_literal(literal) || lint_code_exists(list, literal))
		return;
	lint_problem(check->lint, check->field, check->heading, literal,
	             _("the list \"%s\" has no code \"%s\""), list->name,
	             literal->node == NODE_TEXT ? literal->text
	                                        : number_format(literal->number, digits));
}

static void check_comparison(void *arg, const struct expr *node, bool nodes)
{
	const struct codes_check *check = arg;
	(void)nodes;
	bool selected = node->node == NODE_CALL && !strcmp(node->function->name, "selected");
	if (node->node != NODE_EQUAL && node->node != NODE_UNEQUAL && !selected)
		return;
	for (int i = 0; i < (selected ? 1 : 2); i++)
		check_literal(check, lint_list_of(check->lint, check->field, node->args[i]),
		              node->args[1 - i]);
}

/* The results that a calculation of codes can have, as far as they are written out. */
static void check_results(const struct codes_check *check, const struct expr *expr)
{
	if (is_literal(expr))
		check_literal(check, check->field->list, expr);
	if (expr->node != NODE_CALL)
		return;
	bool is_if = !strcmp(expr->function->name, "if");
	if (!is_if && strcmp(expr->function->name, "coalesce"))
		return;
	for (size_t i = is_if; i < expr->n_args; i++)
		check_results(check, expr->args[i]);
}

void lint_codes(struct linter *lint, const struct form_field *field)
{
	const struct {
		const char *heading;
		const struct expr *expr;
	} all[] = {
		{ "required", field->required }, { "relevant", field->relevant },
		{ "constraint", field->constraint }, { "warning", field->warning },
		{ "calculation", field->calculation }, { "default", field->deflt },
		{ "choice_filter", field->choice_filter },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct codes_check check = { lint, field, all[i].heading };
		bool computed = all[i].expr && (all[i].expr == field->calculation ||
		                                (all[i].expr == field->deflt && !is_literal(all[i].expr)));
		if (all[i].expr && !is_literal(all[i].expr))
			expr_walk(all[i].expr, false, check_comparison, &check);
		if (computed && field->list)
			check_results(&check, all[i].expr);
	}
}

/* --- everything --- */

static bool was_given(const struct form *form, const char *const files[], size_t n_files)
{
	for (size_t i = 0; i < n_files; i++)
		if (!strcmp(files[i], form->path))
			return true;
	return false;
}

static void check_messages(struct linter *lint, const struct form_field *field)
{
	if (*field->constraint_message[LANG_EN] && !field->constraint)
		lint_problem(lint, field, "constraint_message::English (en)", NULL,
		             _("a message without a %s never shows"), "constraint");
	if (*field->warning_message[LANG_EN] && !field->warning)
		lint_problem(lint, field, "warning_message::English (en)", NULL,
		             _("a message without a %s never shows"), "warning");
}

static void check_form(struct linter *lint, const struct tag_lock *lock, bool new_tags)
{
	check_tags(lint, lock, new_tags);
	for (int i = 0; i < lint->form->n_fields; i++) {
		const struct form_field *field = &lint->form->fields[i];
		check_messages(lint, field);
		lint_codes(lint, field);
		lint_range(lint, field);
		lint_reach(lint, i);
	}
	note_unused_choices(lint);
}

int form_lint(const struct form_set *set, const char *dir, const char *const files[], size_t n_files,
              const struct lint_report *report, struct error *err)
{
	struct linter lint = { .set = set, .report = report };
	struct tag_lock lock;
	lint.loader.dir = dir;
	lint.loader.arena = &lint.arena;
	lint.loader.report = report ? report->problem : NULL;
	lint.loader.arg = report ? report->arg : NULL;
	int code = load_files(&lint.loader, files, n_files, err);
	if (!code)
		code = tag_lock_read(&lock, dir, &lint.arena, err);
	for (size_t f = 0; !code && f < form_set_count(set); f++) {
		const struct form *form = form_set_at(set, f);
		code = read_form(&lint, form, err);
		if (!code)
			check_form(&lint, &lock,
			           (report && report->new_tags) || was_given(form, files, n_files));
		arena_reset(&lint.loader.scratch);
	}
	if (!code)
		code = check_codes(&lint, err);
	if (!code)
		note_unused_rules(&lint, dir);
	if (!code && lint.loader.no_memory)
		code = error_set(err, ERR_NOMEM, _("out of memory"));
	if (!code && lint.loader.n_problems)
		code = error_set(err, ERR_INVALID, "%s", lint.loader.text);
	arena_free(&lint.loader.scratch);
	arena_free(&lint.loader.pending);
	arena_free(&lint.arena);
	return code;
}
