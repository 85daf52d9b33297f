/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/sync_cmd.h"
#include "db/maintain.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static void print_json(const struct push_report *report)
{
	struct json json;
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_bool(&json, "nothing_new", report->nothing_new);
	json_number(&json, "files", (long long)report->files);
	json_number(&json, "bytes", (long long)report->bytes);
	json_number(&json, "resumed_bytes", (long long)report->resumed);
	json_number(&json, "new", (long long)report->fresh);
	json_number(&json, "known", (long long)report->known);
	json_number(&json, "held", (long long)report->import.held);
	json_number(&json, "missing", (long long)report->import.missing);
	json_end(&json, '}');
}

static void print_text(const struct push_report *report)
{
	if (report->nothing_new) {
		puts(_("Nothing new: the level above holds everything"));
		return;
	}
	if (report->resumed)
		printf(_("%" PRIu64 " bytes were there already from an earlier try\n"), report->resumed);
	printf(_("%" PRIu64 " bytes sent: %" PRIu64 " new entries there, %" PRIu64 " known\n"), report->bytes,
	       report->fresh, report->known);
	cmd_print_import(&report->import);
}

int sync_push_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct push_report report;
	struct arena arena = ARENA_INIT;
	struct progress_bar bar;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &SYNC_COMMANDS[SYNC_COMMAND_PUSH], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	progress_bar_begin(&bar);
	code = store_checkpoint(opened.store, &err);
	if (!code)
		code = sync_push(opened.store, args.n ? args.operands[0] : NULL, &arena, &bar.progress, &report, &err);
	progress_bar_end(&bar);
	cmd_close(&opened);
	if (!code && common.json)
		print_json(&report);
	else if (!code)
		print_text(&report);
	arena_free(&arena);
	return code ? cli_fail(&err) : 0;
}
