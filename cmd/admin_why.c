/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xiangyi-admin why: which condition puts a resident into an indicator's counts, or keeps them out. */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include <string.h>
#include "care/care.h"
#include "lib/i18n.h"

enum { FOUND_MAX = 20 };

/* The one resident whom the text names: ID number or its tail, name, pinyin, telephone. */
static int find_resident(struct store *store, const char *text, struct arena *arena, rid_t *out,
                         struct error *err)
{
	struct hit *hits;
	size_t n;
	int rc = store_search(store, text, FOUND_MAX, arena, &hits, &n, err);
	if (rc)
		return rc;
	if (!n)
		return error_set(err, ERR_NOTFOUND, _("nobody is found by \"%s\""), text);
	if (n > 1)
		return error_set(err, ERR_INVALID, _("\"%s\" finds %zu%s residents: give the ID number"), text,
		                 n, n == FOUND_MAX ? "+" : "");
	*out = hits[0].resident;
	return 0;
}

static void put_json(struct store *store, const struct why *why, size_t n)
{
	struct json json;
	struct version version;
	char day[DATE_TEXT_BYTES], text[VERSION_TEXT_BYTES];
	json_begin(&json, stdout);
	json_array(&json, NULL);
	for (size_t i = 0; i < n; i++) {
		json_object(&json, NULL);
		json_text(&json, "indicator", why[i].indicator.code);
		json_text(&json, "standing", standing_word(why[i].kind));
		if (!store_version_of(store, why[i].stands, &version, NULL))
			json_text(&json, "record", version_format(&version, text));
		json_number(&json, "records_of_person", (long long)why[i].n_records);
		json_array(&json, "conditions");
		for (size_t k = 0; k < why[i].n_lines; k++) {
			const struct why_line *line = &why[i].lines[k];
			json_object(&json, NULL);
			json_text(&json, "role", line->role);
			json_text(&json, "condition", line->condition);
			json_bool(&json, "holds", line->holds);
			json_text(&json, "evidence", line->evidence);
			json_text(&json, "todo", line->todo);
			json_text(&json, "by", date_format(line->by, day));
			json_end(&json, '}');
		}
		json_end(&json, ']');
		json_end(&json, '}');
	}
	json_end(&json, ']');
	putchar('\n');
}

static int explain(struct store *store, const struct cli_args *args, const char *period_text, bool json,
                   struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct care_period period;
	char today[DATE_TEXT_BYTES];
	struct why *why = NULL;
	size_t n = 0;
	rid_t resident = 0;
	date_format(date_today(), today);
	int rc = care_period_parse(&period, period_text ? period_text : today, date_today(), err);
	if (!rc)
		rc = find_resident(store, args->operands[0], &arena, &resident, err);
	if (!rc)
		rc = care_audit(store, _("why a resident is counted or not"), 1, err);
	if (!rc && json) {
		rc = care_why(store, resident, args->operands[1], &period, &arena, &why, &n, err);
		if (!rc)
			put_json(store, why, n);
	} else if (!rc) {
		const char *text = care_why_text(store, resident, args->operands[1], &period, &arena, err);
		rc = text ? 0 : err->code;
		if (text)
			fputs(text, stdout);
	}
	arena_free(&arena);
	return rc;
}

int admin_why(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const char *period = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "period", CLI_TEXT, "PERIOD",
		  N_("2026, 2026-Q3, 2026-09, or a day: the year up to it; without it this year"), &period },
	};
	static const struct cli_command command = {
		"why", "RESIDENT INDICATOR", 2, 2,
		N_("explain whether and why a resident is counted in an indicator"), NULL
	};
	struct cmd_store opened;
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = cmd_open(&opened, &common, &err);
	if (rc)
		return cli_fail(&err);
	rc = explain(opened.store, &args, period, common.json, &err);
	cmd_close(&opened);
	return rc ? cli_fail(&err) : 0;
}
