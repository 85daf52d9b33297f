/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/conflicts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/common.h"
#include "cmd/entering.h"
#include "db/exchange.h"
#include "lib/i18n.h"
#include "sync/conflict.h"

struct options {
	struct cmd_common common;
	bool decide, all;
	const char *take, *value, *reason;
};

struct lister {
	struct store *store;
	struct json *json; /* NULL: text */
	bool all;          /* those that settled by themselves too */
	uint64_t n, n_settled;
	int code;
	struct error err;
};

static const char *field_name(struct store *store, const struct conflict *conflict, struct arena *arena)
{
	const struct form *form = form_set_find(store_forms(store), conflict->form);
	int index = form ? form_field_by_tag(form, conflict->tag) : -1;

	if (conflict->tag == TAG_RETIRED)
		return "retired";
	return index >= 0 ? form->fields[index].name : arena_printf(arena, "%u", (unsigned)conflict->tag);
}

static void side_json(struct json *json, const struct conflict_side *side)
{
	char day[DATE_TEXT_BYTES];

	json_object(json, NULL);
	json_text(json, "value", side->text);
	json_text(json, "clinic", side->origin.device ? side->origin.device->name : NULL);
	json_text(json, "operator", side->origin.operator_name);
	json_text(json, "date", date_format(date_of_seconds(side->origin.wall), day));
	json_bool(json, "clock_doubt", side->clock_doubt);
	json_end(json, '}');
}

static void side_text(size_t number, const struct conflict_side *side)
{
	char day[DATE_TEXT_BYTES];

	printf("    %zu  ", number);
	cli_put(stdout, *side->text ? side->text : _("(empty)"));
	printf("  — ");
	cli_put(stdout, side->origin.device ? side->origin.device->name : "?");
	printf(", ");
	cli_put(stdout, side->origin.operator_name);
	printf(", %s%s\n", date_format(date_of_seconds(side->origin.wall), day),
	       side->clock_doubt ? _(" (clock in doubt)") : "");
}

static void show(struct lister *lister, const struct conflict *conflict, struct arena *arena)
{
	const char *name = field_name(lister->store, conflict, arena);

	if (lister->json) {
		json_object(lister->json, NULL);
		json_number(lister->json, "tag", conflict->tag);
		json_text(lister->json, "name", name);
		json_text(lister->json, "label", conflict->label);
		json_text(lister->json, "kind", conflict_word(conflict->kind));
		json_bool(lister->json, "open", conflict_is_open(conflict->kind));
		json_text(lister->json, "shown", conflict->shown);
		json_array(lister->json, "values");
		for (size_t i = 0; i < conflict->n_sides; i++)
			side_json(lister->json, &conflict->sides[i]);
		json_end(lister->json, ']');
		json_end(lister->json, '}');
		return;
	}
	printf("  %s (%s): %s\n", conflict->label, name, conflict_sentence(conflict->kind));
	if (!conflict_is_open(conflict->kind)) {
		printf(_("    shown: "));
		cli_put(stdout, conflict->shown);
		putchar('\n');
	}
	for (size_t i = 0; i < conflict->n_sides; i++)
		side_text(i + 1, &conflict->sides[i]);
}

/* "王小明" or "": whom the record is about. */
static const char *person(struct lister *lister, rid_t subject, struct arena *arena)
{
	const struct form *form = form_set_find(store_forms(lister->store), "resident");
	struct record record;

	if (!form || store_record(lister->store, subject, arena, &record, NULL) ||
	    strcmp(record.form, form->id) != 0)
		return "";
	return record_text(&record, form_tag(form, "name"));
}

static void show_head(struct lister *lister, const struct conflict *first, const char *version,
                      struct arena *arena)
{
	const struct form *form = form_set_find(store_forms(lister->store), first->form);
	const char *who = person(lister, first->subject, arena);

	if (lister->json) {
		json_object(lister->json, NULL);
		json_text(lister->json, "record", version);
		json_text(lister->json, "form", first->form);
		json_text(lister->json, "who", who);
		json_array(lister->json, "fields");
		return;
	}
	printf("%s  ", form ? form->title[i18n_lang()] : first->form);
	cli_put(stdout, who);
	printf("  %s\n", version);
}

static bool show_record(void *arg, rid_t id)
{
	struct lister *lister = arg;
	struct arena arena = ARENA_INIT;
	struct conflict *conflicts;
	struct version version;
	char text[VERSION_TEXT_BYTES];
	size_t n, shown = 0;

	lister->code = conflict_of(lister->store, id, &arena, &conflicts, &n, &lister->err);
	if (!lister->code)
		lister->code = store_version_of(lister->store, id, &version, &lister->err);
	for (size_t i = 0; !lister->code && i < n; i++) {
		bool open = conflict_is_open(conflicts[i].kind);
		lister->n += open;
		lister->n_settled += !open;
		if (!open && !lister->all)
			continue;
		if (!shown++)
			show_head(lister, &conflicts[i], version_format(&version, text), &arena);
		show(lister, &conflicts[i], &arena);
	}
	if (shown && lister->json) {
		json_end(lister->json, ']');
		json_end(lister->json, '}');
	}
	arena_free(&arena);
	return !lister->code;
}

static int list(struct store *store, const struct options *options, struct error *err)
{
	struct json json = { .file = stdout };
	struct lister lister = { .store = store, .json = options->common.json ? &json : NULL,
		                 .all = options->all };
	int code;

	if (lister.json) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	code = store_conflicts_each(store, show_record, &lister, err);
	if (!code && lister.code) {
		code = lister.code;
		*err = lister.err;
	}
	if (!code && lister.json)
		json_end(&json, ']');
	else if (!code && !lister.n)
		puts(_("No conflicts"));
	if (!code && !lister.json && lister.n_settled && !lister.all)
		printf(_("Settled by themselves: %" PRIu64 " (--all lists them)\n"), lister.n_settled);
	return code;
}

/* --- deciding --- */

/* A value typed for the field, checked as on the screen. */
static int decide_value(struct store *store, const struct conflict *conflict, const struct options *options,
                        struct arena *arena, struct error *err)
{
	const struct form_problem *problems;
	struct entering entering = { .values = NULL };
	struct record record;
	int field = -1, code = store_record(store, conflict->record, arena, &record, err);

	if (!code)
		code = entering_load(&entering, store_forms(store), &record, arena, err);
	if (!code)
		field = form_field_by_tag(entering.form, conflict->tag);
	if (!code && (field < 0 || entering.form->fields[field].repeat >= 0 ||
	              entering.form->fields[field].type == FORM_REPEAT))
		code = error_set(err, ERR_INVALID, _("this field takes one of its values only: use --take"));
	if (!code)
		code = values_set(entering.values, field, ROW_NONE, options->value, err);
	size_t n = code ? 0 : values_check_field(entering.values, field, ROW_NONE, arena, &problems);
	for (size_t i = 0; !code && i < n; i++)
		if (problems[i].severity != FORM_WARNING)
			code = error_set(err, ERR_INVALID, "%s: %s", conflict->label, problems[i].text);
	if (!code) {
		const char *value = values_get(entering.values, field, ROW_NONE);
		struct buf bytes = BUF_INIT;
		struct version version;
		bool record_field = entering.form->fields[field].type == FORM_RECORD && *value;
		if (record_field && version_parse(value, &version))
			version_put(&bytes, &version);
		else
			buf_put(&bytes, value, strlen(value));
		code = conflict_decide(store, conflict, record_field ? ENTRY_RECORD : ENTRY_TEXT, span_of_buf(&bytes),
		                       options->reason, err);
		buf_free(&bytes);
	}
	entering_end(&entering);
	return code;
}

static int decide(struct store *store, const struct options *options, char **operands, struct arena *arena,
                  struct error *err)
{
	struct conflict *conflicts, *chosen = NULL;
	struct version version;
	rid_t record = 0;
	size_t n;
	int code = 0;

	if (!version_parse(operands[0], &version))
		return error_set(err, ERR_INVALID, _("%s is not the number of a record"), operands[0]);
	code = store_find_version(store, &version, &record, err);
	if (!code)
		code = conflict_of(store, record, arena, &conflicts, &n, err);
	for (size_t i = 0; !code && i < n && !chosen; i++)
		if (!strcmp(field_name(store, &conflicts[i], arena), operands[1]))
			chosen = &conflicts[i];
	if (!code && !chosen)
		code = error_set(err, ERR_NOTFOUND, _("field %s of this record has one value only"), operands[1]);
	if (code)
		return code;
	if (options->value)
		return decide_value(store, chosen, options, arena, err);
	long number = strtol(options->take, NULL, 10);
	return conflict_take(store, chosen, number > 0 ? (size_t)number - 1 : SIZE_MAX - 1, options->reason, err);
}

static int check_usage(const struct options *options, const struct cli_args *args, struct error *err)
{
	if (options->decide != (args->n == 2) || args->n == 1)
		return error_set(err, ERR_USAGE, _("--decide needs a record and a field"));
	if (options->decide && !options->take == !options->value)
		return error_set(err, ERR_USAGE, _("--decide needs either --take or --value"));
	return 0;
}

int conflicts_run(int argc, char **argv, const struct cli_command *command)
{
	struct options o = { .reason = "" };
	const struct cli_option options[] = {
		CMD_OPTIONS(&o.common),
		{ "all", CLI_FLAG, NULL, N_("also what was settled by itself"), &o.all },
		{ "decide", CLI_FLAG, NULL, N_("decide for the field of a record"), &o.decide },
		{ "take", CLI_TEXT, "N", N_("the value with this number in the list"), &o.take },
		{ "value", CLI_TEXT, "VALUE", N_("another value"), &o.value },
		{ "reason", CLI_TEXT, "TEXT", N_("why, kept with the decision"), &o.reason },
	};
	struct arena arena = ARENA_INIT;
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), command, &err);

	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (check_usage(&o, &args, &err) || cmd_open(&opened, &o.common, &err))
		return cli_fail(&err);
	if (!role_sees_patients(store_session(opened.store)->role))
		code = error_set(&err, ERR_DENIED, _("your role may not see patients' records"));
	if (!code)
		code = o.decide ? decide(opened.store, &o, args.operands, &arena, &err)
		                : list(opened.store, &o, &err);
	if (!code && o.decide && !o.common.json)
		puts(_("Decided: it travels with the next bundle or answer."));
	arena_free(&arena);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
