/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms without a store: check, list and print them. */
#include "config.h"
#include "cmd/admin_form.h"

#include <stdio.h>
#include <string.h>
#include "form/lint.h"
#include "form/lock.h"
#include "form/print.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

int form_data_dir(char out[FORM_DIR_BYTES], struct error *err)
{
	int rc = path_data(out, FORM_DIR_BYTES, "", err);
	size_t n = rc ? 0 : strlen(out);

	while (n > 1 && out[n - 1] == '/')
		out[--n] = '\0';
	return rc;
}

int form_open(struct form_set **set, const struct form **form, const char *name, struct error *err)
{
	char dir[FORM_DIR_BYTES], id[256];
	const char *slash = strrchr(name, '/');
	size_t n = strlen(name);
	bool is_file = n > 4 && !strcmp(name + n - 4, ".csv");
	int rc = form_data_dir(dir, err);

	*set = NULL;
	if (!rc)
		rc = form_set_load_with(set, dir, &name, is_file, NULL, NULL, err);
	if (rc)
		return rc;
	if (is_file && slash)
		name = slash + 1;
	snprintf(id, sizeof(id), "%.*s", (int)(strlen(name) - (is_file ? 4 : 0)), name);
	*form = form_set_find(*set, id);
	return *form ? 0 : error_set(err, ERR_USAGE, _("there is no form %s"), id);
}

/* --- check --- */

struct check {
	bool json, notes, update_lock;
	size_t n_problems, n_notes;
	struct json out;
};

static void take(struct check *check, bool note, const char *line)
{
	size_t *n = note ? &check->n_notes : &check->n_problems;

	++*n;
	if (check->json) {
		json_object(&check->out, NULL);
		json_text(&check->out, "kind", note ? "note" : "problem");
		json_text(&check->out, "text", line);
		json_end(&check->out, '}');
	} else if (!note) {
		puts(line);
	} else if (check->notes) {
		printf(_("%s (a note)\n"), line);
	}
}

static void take_problem(void *arg, const char *line)
{
	take(arg, false, line);
}

static void take_note(void *arg, const char *line)
{
	take(arg, true, line);
}

static int update_lock(const struct form_set *set, const char *dir, struct error *err)
{
	size_t added;
	int rc = tag_lock_update(set, dir, &added, err);

	if (!rc)
		cli_warn(ngettext("%zu row was added to %s/forms/tags.lock",
		                  "%zu rows were added to %s/forms/tags.lock", added), added, dir);
	return rc;
}

static int check_all(struct check *check, const char *const files[], size_t n_files, struct error *err)
{
	const struct lint_report report = { take_problem, take_note, check, check->update_lock };
	char dir[FORM_DIR_BYTES];
	struct form_set *set = NULL;
	int rc = form_data_dir(dir, err);

	if (!rc)
		rc = form_set_load_with(&set, dir, files, n_files, take_problem, check, err);
	if (!rc)
		rc = form_lint(set, dir, files, n_files, &report, err);
	if (!rc && check->update_lock)
		rc = update_lock(set, dir, err);
	if (!rc && !check->json)
		printf(ngettext("%zu form is in order.\n", "%zu forms are in order.\n", form_set_count(set)),
		       form_set_count(set));
	form_set_free(set);
	return rc;
}

static int form_check(int argc, char **argv)
{
	struct check check = { .json = false };
	const struct cli_option options[] = {
		{ "update-lock", CLI_FLAG, NULL, N_("add new fields to the list of tags, tags.lock"),
		  &check.update_lock },
		{ "notes", CLI_FLAG, NULL, N_("print what is not used, too"), &check.notes },
		{ "json", CLI_FLAG, NULL, N_("print results as JSON"), &check.json },
	};
	static const struct cli_command command = {
		"check", "[FILE...]", 0, -1, N_("say what is wrong with forms, code lists and rules"), NULL
	};
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc && check.update_lock && args.n)
		rc = error_set(&err, ERR_USAGE, _("--update-lock is for the shipped forms, not for a file"));
	if (rc)
		return cli_fail(&err);
	if (check.json) {
		json_begin(&check.out, stdout);
		json_array(&check.out, NULL);
	}
	rc = check_all(&check, (const char *const *)args.operands, (size_t)args.n, &err);
	if (check.json) {
		json_end(&check.out, ']');
		putchar('\n');
	} else if (check.n_notes && !check.notes) {
		printf(ngettext("%zu note; --notes prints it\n", "%zu notes; --notes prints them\n",
		                check.n_notes), check.n_notes);
	}
	if (rc && check.n_problems)
		error_set(&err, ERR_INVALID, ngettext("%zu problem was found", "%zu problems were found",
		                                      check.n_problems), check.n_problems);
	return rc ? cli_fail(&err) : 0;
}

/* --- list and show --- */

static void list_json(const struct form_set *set)
{
	struct json json;

	json_begin(&json, stdout);
	json_array(&json, NULL);
	for (size_t i = 0; i < form_set_count(set); i++) {
		const struct form *form = form_set_at(set, i);
		json_object(&json, NULL);
		json_text(&json, "form", form->id);
		json_text(&json, "version", form->version);
		json_text(&json, "kind", form->kind == FORM_EVENT ? "event" : "master");
		json_text(&json, "subject", form->subject);
		json_text(&json, "programme", form->programme);
		json_number(&json, "fields", form->n_fields);
		json_text(&json, "zh", form->title[LANG_ZH]);
		json_text(&json, "en", form->title[LANG_EN]);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	putchar('\n');
}

static void list_plain(const struct form_set *set)
{
	for (size_t i = 0; i < form_set_count(set); i++) {
		const struct form *form = form_set_at(set, i);
		printf("%-28s %-6s %-6s %4u  %s\n", form->id, form->version,
		       form->kind == FORM_EVENT ? "event" : "master", form->n_fields, form->title[i18n_lang()]);
	}
}

static int load_all(struct form_set **set, struct error *err)
{
	char dir[FORM_DIR_BYTES];
	int rc = form_data_dir(dir, err);

	return rc ? rc : form_set_load(set, dir, NULL, NULL, err);
}

static int form_list(int argc, char **argv)
{
	bool json = false;
	const struct cli_option options[] = {
		{ "json", CLI_FLAG, NULL, N_("print results as JSON"), &json },
	};
	static const struct cli_command command = {
		"list", "", 0, 0, N_("print name, version, kind, number of fields and title of every form"), NULL
	};
	struct form_set *set = NULL;
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, 1, &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = load_all(&set, &err);
	if (rc)
		return cli_fail(&err);
	if (json)
		list_json(set);
	else
		list_plain(set);
	form_set_free(set);
	return 0;
}

static int parse_lang(const char *text, enum lang *out, struct error *err)
{
	*out = !text ? i18n_lang() : !strcmp(text, "zh") ? LANG_ZH : LANG_EN;
	if (text && strcmp(text, "zh") && strcmp(text, "en"))
		return error_set(err, ERR_USAGE, _("--lang takes zh or en"));
	return 0;
}

static int form_show(int argc, char **argv)
{
	const char *lang_text = NULL;
	const struct cli_option options[] = {
		{ "lang", CLI_TEXT, "LANG", N_("language of the labels, zh or en"), &lang_text },
	};
	static const struct cli_command command = {
		"show", "FORM|FILE.csv", 1, 1, N_("print a form as it would lie on the table"), NULL
	};
	struct form_set *set = NULL;
	const struct form *form;
	struct buf out = BUF_INIT;
	enum lang lang = LANG_EN;
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, 1, &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = parse_lang(lang_text, &lang, &err);
	if (!rc)
		rc = form_open(&set, &form, args.operands[0], &err);
	if (!rc) {
		form_print(form, lang, &out);
		if (out.failed)
			rc = error_set(&err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		else
			fwrite(out.data, 1, out.len_bytes, stdout);
	}
	buf_free(&out);
	form_set_free(set);
	return rc ? cli_fail(&err) : 0;
}

/* One form, Chinese and English one behind the other, as FOLDER/NAME.txt. */
static int print_into(const struct form *form, const char *folder, struct error *err)
{
	struct buf out = BUF_INIT;
	char name[256], path[FORM_DIR_BYTES + 256];
	int rc;

	form_print(form, LANG_ZH, &out);
	buf_put(&out, "\n\n", 2);
	form_print(form, LANG_EN, &out);
	snprintf(name, sizeof(name), "%s.txt", form->id);
	rc = out.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM))
	                : path_join(path, sizeof(path), folder, name, err);
	if (!rc)
		rc = file_write_atomic(path, out.data, out.len_bytes, err);
	buf_free(&out);
	return rc;
}

static int form_print_all(int argc, char **argv)
{
	static const struct cli_command command = {
		"print", "FOLDER", 1, 1, N_("print every form into a folder, in Chinese and English"), NULL
	};
	struct form_set *set = NULL;
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, NULL, 0, &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = load_all(&set, &err);
	if (!rc)
		rc = file_make_dirs(args.operands[0], 0755, &err);
	for (size_t i = 0; !rc && i < form_set_count(set); i++)
		rc = print_into(form_set_at(set, i), args.operands[0], &err);
	form_set_free(set);
	return rc ? cli_fail(&err) : 0;
}

int admin_form(int argc, char **argv)
{
	static const struct cli_command commands[] = {
		{ "check", "[FILE...]", 0, -1, N_("say what is wrong with forms, code lists and rules"), form_check },
		{ "list", "", 0, 0, N_("print name, version, kind, number of fields and title of every form"), form_list },
		{ "show", "FORM|FILE.csv", 1, 1, N_("print a form as it would lie on the table"), form_show },
		{ "print", "FOLDER", 1, 1, N_("print every form into a folder, in Chinese and English"), form_print_all },
		{ "eval", "FORM|FILE.csv ROWS.csv", 2, 2, N_("run the rows of a table through a form"),
		  admin_form_eval },
	};

	/* argv[-1] is "form" itself and takes the place of a program's name. */
	return cli_main("xiangyi-admin form", N_("look at and test forms, without a store"), commands,
	                sizeof(commands) / sizeof(*commands), argc + 1, argv - 1);
}
