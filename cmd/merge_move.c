/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where residents belong, who may write what of them, and what is held back for want of a right. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "care/move.h"
#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "sync/held.h"

enum { LINES_MAX = 1000 };

static int run_decision(int argc, char **argv, enum merge_command command,
                        int (*act)(struct store *store, rid_t resident, const char *region, const char *reason,
                                   struct error *err),
                        const char *done)
{
	struct cmd_common common = { .json = false };
	const char *reason = "";
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "reason", CLI_TEXT, "TEXT", N_("why; it is kept"), &reason },
	};
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	rid_t resident = 0;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &MERGE_COMMANDS[command],
	                     &err);

	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (!*reason) {
		error_set(&err, ERR_USAGE, _("--reason is needed"));
		return cli_fail(&err);
	}
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = merge_find_resident(opened.store, args.operands[0], &resident, &err);
	if (!code)
		code = act(opened.store, resident, args.operands[1], reason, &err);
	cmd_close(&opened);
	if (code)
		return cli_fail(&err);
	if (!common.json)
		puts(done);
	return 0;
}

int merge_move_run(int argc, char **argv)
{
	return run_decision(argc, argv, MERGE_COMMAND_MOVE, care_move,
	                    _("Moved: both villages answer with a receipt when they know."));
}

int merge_grant_run(int argc, char **argv)
{
	return run_decision(argc, argv, MERGE_COMMAND_GRANT, care_grant,
	                    _("Granted: what this village wrote of the resident counts from now on."));
}

/* --- held back --- */

static void line_json(struct json *json, const struct held_line *line)
{
	char text[VERSION_TEXT_BYTES], day[DATE_TEXT_BYTES];

	json_object(json, NULL);
	json_text(json, "entry", version_format(&line->version, text));
	json_bool(json, "waiting", line->waiting);
	json_text(json, "why", line->word);
	json_text(json, "reason", line->reason);
	json_text(json, "form", line->form);
	json_text(json, "clinic", line->place);
	json_text(json, "region", line->region);
	json_text(json, "operator", line->operator_name);
	json_text(json, "date", date_format(date_of_seconds(line->wall), day));
	json_end(json, '}');
}

static void line_text(struct store *store, const struct held_line *line)
{
	const struct form *form = form_set_find(store_forms(store), line->form);
	char text[VERSION_TEXT_BYTES], day[DATE_TEXT_BYTES];

	printf("%s  %s, ", form ? form->title[i18n_lang()] : line->form, line->place);
	cli_put(stdout, line->operator_name);
	printf(", %s\n    %s\n    %s\n", date_format(date_of_seconds(line->wall), day), line->reason,
	       version_format(&line->version, text));
}

static int print_held(struct store *store, bool as_json, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct held_line *lines;
	struct json json;
	uint64_t n_more;
	size_t n;
	int rc = sync_held(store, LINES_MAX, &arena, &lines, &n, &n_more, err);

	if (!rc && as_json) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	for (size_t i = 0; !rc && i < n; i++) {
		if (as_json)
			line_json(&json, &lines[i]);
		else
			line_text(store, &lines[i]);
	}
	if (!rc && as_json)
		json_end(&json, ']');
	else if (!rc && !n)
		puts(_("Nothing is held back"));
	if (!rc && !as_json && n_more)
		printf(_("and %" PRIu64 " more\n"), n_more);
	arena_free(&arena);
	return rc;
}

int merge_held_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_HELD], &err);

	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = print_held(opened.store, common.json, &err);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
