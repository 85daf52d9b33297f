/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static void print_text(const struct export_report *report)
{
	if (report->nothing_new)
		puts(_("Nothing new: the level above holds everything."));
	else
		printf(_("Forwarded: %" PRIu64 " entries in %" PRIu64 " files, the last one is %s\n"), report->entries,
		       report->files, report->path);
	if (report->unsigned_rest)
		printf(_("%" PRIu64 " entries stay here: nothing proves who wrote them\n"), report->unsigned_rest);
}

int merge_forward_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const char *dir = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "to", CLI_TEXT, "DIR", N_("stick or folder to write to"), &dir },
	};
	struct export_report report;
	struct progress_bar bar;
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	struct json json;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_FORWARD], &err);
	if (!code && !dir)
		code = error_set(&err, ERR_USAGE, _("--to is missing: where the bundle is written"));
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	progress_bar_begin(&bar);
	code = sync_export(opened.store, dir, &bar.progress, &report, &err);
	progress_bar_end(&bar);
	cmd_close(&opened);
	if (code)
		return cli_fail(&err);
	if (!common.json) {
		print_text(&report);
		return 0;
	}
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_text(&json, "path", report.nothing_new ? NULL : report.path);
	json_number(&json, "entries", (long long)report.entries);
	json_number(&json, "bytes", (long long)report.bytes);
	json_number(&json, "files", (long long)report.files);
	json_number(&json, "unsigned", (long long)report.unsigned_rest);
	json_end(&json, '}');
	return 0;
}
