/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include "db/maintain.h"
#include "lib/i18n.h"

struct lines {
	struct json *json; /* NULL: plain lines on stderr */
};

static void report(void *arg, const char *line)
{
	const struct lines *lines = arg;

	if (lines->json)
		json_text(lines->json, NULL, line);
	else
		cli_warn("%s", line);
}

static void print_plain(const struct check_result *result, bool rebuild)
{
	printf(_("entries %llu, records %llu, index rows %llu, derived rows %llu\n"),
	       (unsigned long long)result->entries, (unsigned long long)result->records,
	       (unsigned long long)result->index_rows, (unsigned long long)result->derived_rows);
	if (result->problems == 0)
		puts(_("Nothing is wrong."));
	else if (rebuild)
		printf(_("%llu problems found; everything was computed anew from the entries.\n"),
		       (unsigned long long)result->problems);
}

int admin_check(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	bool rebuild = false;
	const struct cli_option options[] = {
		{ "rebuild", CLI_FLAG, NULL, N_("compute everything anew from the entries"), &rebuild },
		CMD_OPTIONS(&common),
	};
	static const struct cli_command command = {
		"check", "", 0, 0, N_("verify the store and compare it with its entries"), NULL
	};
	struct check_result result = { 0 };
	struct progress_bar bar;
	struct lines lines = { NULL };
	struct cmd_store opened;
	struct cli_args args;
	struct error err = { 0 };
	struct json json;
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = cmd_open(&opened, &common, &err);
	if (rc)
		return cli_fail(&err);
	if (common.json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_array(&json, "lines");
		lines.json = &json;
	}
	progress_bar_begin(&bar);
	rc = store_check(opened.store, rebuild, report, &lines, &result, &bar.progress, &err);
	progress_bar_end(&bar);
	if (common.json) {
		json_end(&json, ']');
		json_number(&json, "entries", (long long)result.entries);
		json_number(&json, "records", (long long)result.records);
		json_number(&json, "index_rows", (long long)result.index_rows);
		json_number(&json, "derived_rows", (long long)result.derived_rows);
		json_number(&json, "problems", (long long)result.problems);
		json_bool(&json, "good", rc == 0);
		json_end(&json, '}');
		putchar('\n');
	} else if (!rc || rc == ERR_CORRUPT) {
		print_plain(&result, rebuild && !rc);
	}
	cmd_close(&opened);
	return rc ? cli_fail(&err) : 0;
}
