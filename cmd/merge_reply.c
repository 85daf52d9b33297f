/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static void print_text(const struct reply_ask *ask, const struct reply_report *report)
{
	printf(_("Answers written for %s (%s): %" PRIu64 "\n"), report->name, ask->region, report->answers);
	if (ask->rebuild)
		printf(_("Entries put beside them: %" PRIu64 ". This is all that is here; what its old computer had not sent "
		         "yet is not.\n"), report->given);
	if (report->carried)
		printf(_("Entries of others about its residents: %" PRIu64 "\n"), report->carried);
	if (report->unsigned_rest)
		printf(_("%" PRIu64 " entries were left out: nothing proves who wrote them\n"), report->unsigned_rest);
}

int merge_reply_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	struct reply_ask ask = { .dir = NULL };
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "to", CLI_TEXT, "DIR", N_("stick or folder to write to"), &ask.dir },
		{ "rebuild", CLI_FLAG, NULL, N_("give its newest installation everything that is held of this region"),
		  &ask.rebuild },
	};
	struct reply_report report;
	struct progress_bar bar;
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	struct json json;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_REPLY], &err);
	if (!code && !ask.dir)
		code = error_set(&err, ERR_USAGE, _("--to is missing: where the answer is written"));
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	ask.region = args.operands[0];
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	progress_bar_begin(&bar);
	code = sync_reply(opened.store, &ask, &bar.progress, &report, &err);
	progress_bar_end(&bar);
	cmd_close(&opened);
	if (code)
		return cli_fail(&err);
	if (!common.json) {
		print_text(&ask, &report);
		return 0;
	}
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_number(&json, "answers", (long long)report.answers);
	json_number(&json, "given", (long long)report.given);
	json_number(&json, "carried", (long long)report.carried);
	json_number(&json, "unsigned", (long long)report.unsigned_rest);
	json_end(&json, '}');
	return 0;
}
