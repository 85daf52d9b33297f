/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open: a bundle whose township is lost, as lines of JSON, by the recovery key from paper. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/sync_cmd.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/open.h"

struct printer {
	const struct form_set *forms;
};

/* A field by its name, or by its tag when the form is not known here. */
static const char *field_name(const struct form *form, uint32_t tag, char text[24])
{
	int at = form ? form_field_by_tag(form, tag) : -1;
	if (at >= 0)
		return form->fields[at].name;
	snprintf(text, 24, "%" PRIu32, tag);
	return text;
}

static void print_value(struct json *json, const char *key, const struct entry_field *field)
{
	struct buf text = BUF_INIT;
	char hex[3];
	if (field->kind == ENTRY_TEXT && utf8_valid((const char *)field->value.data, field->value.len_bytes))
		buf_put(&text, field->value.data, field->value.len_bytes);
	else
		for (size_t i = 0; i < field->value.len_bytes; i++)
			buf_put(&text, hex_encode(hex, field->value.data + i, 1), 2);
	json_text(json, key, buf_text(&text));
	buf_free(&text);
}

static void print_version(struct json *json, const char *key, const struct version *version)
{
	char hex[2 * DEVICE_ID_BYTES + 1], text[64];
	if (!version->seq)
		return;
	snprintf(text, sizeof(text), "%s:%" PRIu64, hex_encode(hex, version->device, DEVICE_ID_BYTES), version->seq);
	json_text(json, key, text);
}

static bool print_entry(void *arg, const struct entry *entry)
{
	const struct printer *printer = arg;
	const struct form *form = form_set_find(printer->forms, entry->form);
	const struct version self = { .seq = entry->seq };
	struct version own = self;
	struct json json;
	char name[24];
	memcpy(own.device, entry->device, DEVICE_ID_BYTES);
	json_begin(&json, stdout);
	json_object(&json, NULL);
	print_version(&json, "entry", &own);
	json_text(&json, "form", entry->form);
	print_version(&json, "record", &entry->record);
	print_version(&json, "subject", &entry->subject);
	json_number(&json, "seconds", (long long)entry->wall);
	json_text(&json, "operator", entry->operator_name);
	json_object(&json, "fields");
	for (size_t i = 0; i < entry->n_fields; i++)
		print_value(&json, field_name(form, entry->fields[i].tag, name), &entry->fields[i]);
	json_end(&json, '}');
	json_end(&json, '}');
	return true;
}

int sync_open_run(int argc, char **argv)
{
	const char *key_file = NULL;
	const struct cli_option options[] = {
		{ "recovery-key", CLI_TEXT, "FILE", N_("the recovery key is the first line of FILE; else it is asked for"),
		  &key_file },
	};
	struct cli_args args;
	struct printer printer = { NULL };
	struct form_set *forms = NULL;
	struct open_report report;
	struct error err, warning;
	char key[1024];
	int exit_code = 0;
	int code = cli_parse(&args, argc, argv, options, 1, &SYNC_COMMANDS[SYNC_COMMAND_OPEN], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	cmd_harden();
	code = crypto_init(&err);
	if (!code)
		code = key_file ? cmd_read_password(key_file, key, sizeof(key), &err)
		                : cli_ask(_("Recovery key: "), true, key, sizeof(key), &err);
	if (!code)
		code = package_load_forms(&forms, "", &warning, &err);
	printer.forms = forms;
	for (int i = 0; !code && i < args.n; i++) {
		if (open_with_recovery(args.operands[i], key, print_entry, &printer, &report, &err))
			exit_code = cli_fail(&err);
		else
			cli_warn(_("%s: %" PRIu64 " entries; its signature was not checked"), args.operands[i],
			         report.entries);
	}
	crypto_wipe(key, sizeof(key));
	form_set_free(forms);
	return code ? cli_fail(&err) : exit_code;
}
