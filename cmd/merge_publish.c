/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"

int merge_publish_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct package_report report;
	struct arena arena = ARENA_INIT;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_PUBLISH], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = package_publish(cmd_store_dir(&common), args.operands[0], &arena, &report, &err);
	cmd_close(&opened);
	if (!code && common.json) {
		struct json json;
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_number(&json, "number", (long long)report.number);
		json_end(&json, '}');
	} else if (!code) {
		cmd_print_package(&report);
		puts(_("Every answer to a clinic carries them from now on."));
	}
	arena_free(&arena);
	return code ? cli_fail(&err) : 0;
}
