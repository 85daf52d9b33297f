/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields with several values that no one has chosen between: who wrote what, when. Shows patients' data. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cmd/merge_cmd.h"
#include "db/exchange.h"
#include "lib/i18n.h"

struct lister {
	struct store *store;
	struct json *json; /* NULL: text */
	uint64_t n;
	int code;
	struct error err;
};

static bool differs(const struct record_field *field)
{
	for (size_t i = 1; i < field->n_leaves; i++) {
		struct span a = field->leaves[0].value, b = field->leaves[i].value;
		if (a.len_bytes != b.len_bytes || (a.len_bytes && memcmp(a.data, b.data, a.len_bytes)))
			return true;
	}
	return false;
}

static const char *value_text(const struct leaf *leaf, const struct form_field *field, struct arena *arena)
{
	struct span in = leaf->value;
	struct version version;
	char text[VERSION_TEXT_BYTES];
	if (leaf->kind == ENTRY_ROWS)
		return leaf->value.len_bytes > 1 ? _("(a list)") : "";
	if (leaf->kind == ENTRY_RECORD && version_take(&in, &version))
		return arena_strdup(arena, version_format(&version, text));
	const char *value = arena_strndup(arena, (const char *)leaf->value.data, leaf->value.len_bytes);
	return value && field ? form_value_label(field, value, i18n_lang(), arena) : value;
}

static int show_leaf(struct lister *lister, const struct leaf *leaf, const struct form_field *field,
                     struct arena *arena)
{
	struct entry_origin origin;
	char day[DATE_TEXT_BYTES];
	const char *value = value_text(leaf, field, arena);
	int code = store_origin(lister->store, leaf->entry, &origin, &lister->err);
	if (code)
		return code;
	date_format(date_of_seconds(origin.wall), day);
	if (lister->json) {
		json_object(lister->json, NULL);
		json_text(lister->json, "value", value);
		json_text(lister->json, "clinic", origin.device ? origin.device->name : NULL);
		json_text(lister->json, "operator", origin.operator_name);
		json_text(lister->json, "date", day);
		json_end(lister->json, '}');
	} else {
		printf("    ");
		cli_put(stdout, value && *value ? value : _("(empty)"));
		printf("  — %s, ", origin.device ? origin.device->name : "?");
		cli_put(stdout, origin.operator_name);
		printf(", %s\n", day);
	}
	return 0;
}

static int show_field(struct lister *lister, const struct record *record,
                      const struct record_field *field, struct arena *arena)
{
	const struct form *form = form_set_find(store_forms(lister->store), record->form);
	int index = form ? form_field_by_tag(form, field->tag) : -1;
	const struct form_field *definition = index >= 0 ? &form->fields[index] : NULL;
	const char *label = definition ? definition->label[i18n_lang()] : NULL;
	int code = 0;
	if (!label || !*label)
		label = arena_printf(arena, _("field %u"), (unsigned)field->tag);
	if (lister->json) {
		json_object(lister->json, NULL);
		json_number(lister->json, "tag", field->tag);
		json_text(lister->json, "label", label);
		json_array(lister->json, "values");
	} else {
		printf("  %s\n", label);
	}
	for (size_t i = 0; !code && i < field->n_leaves; i++)
		code = show_leaf(lister, &field->leaves[i], definition, arena);
	if (lister->json) {
		json_end(lister->json, ']');
		json_end(lister->json, '}');
	}
	return code;
}

static bool show_record(void *arg, rid_t id)
{
	struct lister *lister = arg;
	struct arena arena = ARENA_INIT;
	struct record record;
	struct version version;
	char text[VERSION_TEXT_BYTES];
	if (!(lister->code = store_record(lister->store, id, &arena, &record, &lister->err)))
		lister->code = store_version_of(lister->store, id, &version, &lister->err);
	if (!lister->code) {
		const struct form *form = form_set_find(store_forms(lister->store), record.form);
		lister->n++;
		version_format(&version, text);
		if (lister->json) {
			json_object(lister->json, NULL);
			json_text(lister->json, "record", text);
			json_text(lister->json, "form", record.form);
			json_array(lister->json, "fields");
		} else {
			printf("%s  %s\n", form ? form->title[i18n_lang()] : record.form, text);
		}
		for (size_t i = 0; !lister->code && i < record.n_fields; i++)
			if (record.fields[i].n_leaves > 1 && differs(&record.fields[i]))
				lister->code = show_field(lister, &record, &record.fields[i], &arena);
		if (lister->json) {
			json_end(lister->json, ']');
			json_end(lister->json, '}');
		}
	}
	arena_free(&arena);
	return !lister->code;
}

int merge_conflicts_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct json json;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_CONFLICTS], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	struct lister lister = { .store = opened.store, .json = common.json ? &json : NULL };
	if (!role_sees_patients(store_session(opened.store)->role))
		code = error_set(&err, ERR_DENIED, _("your role may not see patients' records"));
	if (!code && common.json) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	if (!code)
		code = store_conflicts_each(opened.store, show_record, &lister, &err);
	if (!code && lister.code) {
		code = lister.code;
		err = lister.err;
	}
	if (!code && common.json)
		json_end(&json, ']');
	else if (!code && !lister.n)
		puts(_("No conflicts"));
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
