/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/stick_pick.h"
#include "cmd/sync_cmd.h"
#include "db/maintain.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static void print_json(const struct export_report *report)
{
	struct json json;
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_number(&json, "entries", (long long)report->entries);
	json_number(&json, "files", (long long)report->files);
	json_number(&json, "bytes", (long long)report->bytes);
	json_text(&json, "path", report->nothing_new ? NULL : report->path);
	json_bool(&json, "nothing_new", report->nothing_new);
	json_bool(&json, "safe_to_remove", report->safe_to_remove);
	json_end(&json, '}');
}

static void print_text(const struct export_report *report)
{
	if (report->nothing_new) {
		puts(_("Nothing new: the level above holds everything"));
		return;
	}
	printf(_("%" PRIu64 " entries, %" PRIu64 " bytes: %s\n"), report->entries, report->bytes, report->path);
	puts(report->safe_to_remove ? _("Read back and verified. It is safe to remove the stick.")
	                      : _("Read back and verified."));
}

int sync_export_run(int argc, char **argv)
{
	struct cmd_common common = { .store_flags = STORE_AHEAD };
	const char *to = NULL, *stick = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "to", CLI_TEXT, "DIR", N_("stick or folder to write to; default: the stick that is plugged in"),
		  &to },
		CMD_STICK_OPTION(&stick),
	};
	struct cli_args args;
	struct cmd_store opened;
	struct export_report report;
	struct progress_bar bar;
	struct error err;
	char found[SYNC_PATH_BYTES];
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &SYNC_COMMANDS[SYNC_COMMAND_EXPORT], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (!to && (code = cmd_pick_stick(stick, true, found, &err)))
		return cli_fail(&err);
	if ((code = cmd_open(&opened, &common, &err)))
		return cli_fail(&err);
	progress_bar_begin(&bar);
	code = store_checkpoint(opened.store, &err);
	if (!code)
		code = sync_export(opened.store, to ? to : found, &bar.progress, &report, &err);
	progress_bar_end(&bar);
	if (!code && common.json) /* before a base copy is made, which may take longer than the export */
		print_json(&report);
	else if (!code)
		print_text(&report);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
