/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/keys_text.h"
#include "cmd/sync_cmd.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static void print_json(const struct sync_state *state, struct store *store, const struct keys *keys)
{
	struct json json;
	char day[DATE_TEXT_BYTES];
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_bool(&json, "enrolled", state->enrolled);
	json_text(&json, "township", state->enrolled ? state->township : NULL);
	json_text(&json, "township_region", state->enrolled ? state->township_region : NULL);
	json_number(&json, "entries", (long long)state->own_entries);
	json_number(&json, "acknowledged", (long long)state->acknowledged);
	json_number(&json, "pending", (long long)state->pending);
	json_number(&json, "quarantined", (long long)state->quarantined);
	json_number(&json, "stable", (long long)state->stable);
	json_number(&json, "lost", (long long)state->lost);
	json_number(&json, "forks", (long long)state->forks);
	json_text(&json, "last_export", state->last_export == DATE_NONE ? NULL : date_format(state->last_export, day));
	json_text(&json, "last_receipt",
	          state->last_receipt == DATE_NONE ? NULL : date_format(state->last_receipt, day));
	cmd_json_upper(&json, store, keys);
	cmd_json_blocks(&json, store, keys);
	json_end(&json, '}');
}

static void print_day(const char *label, date_t date)
{
	char day[DATE_TEXT_BYTES];
	printf("%s%s\n", label, date == DATE_NONE ? _("never") : date_format(date, day));
}

static void print_text(const struct sync_state *state, struct store *store, const struct keys *keys)
{
	if (state->enrolled)
		printf(_("Enrolled at %s (%s)\n"), state->township, state->township_region);
	else
		puts(_("Not enrolled: carry request.xyr to the level above and import its answer"));
	printf(_("Entries here: %" PRIu64 "\n"), state->own_entries);
	printf(_("Held by the level above: %" PRIu64 "\n"), state->acknowledged);
	printf(_("Still to be carried: %" PRIu64 "\n"), state->pending);
	if (state->stable)
		printf(_("Held by the level above that one, too: %" PRIu64 "\n"), state->stable);
	if (state->lost)
		printf(_("Held there and not here: %" PRIu64 " (they come back with the answer to the next export)\n"),
		       state->lost);
	if (state->forks)
		printf(_("Numbers used twice: %" PRIu64 " (two copies of this store were at work; both are kept)\n"),
		       state->forks);
	if (state->quarantined)
		printf(_("Held back there: %" PRIu64 "\n"), state->quarantined);
	print_day(_("Last export: "), state->last_export);
	print_day(_("Last receipt: "), state->last_receipt);
	cmd_print_upper(store, keys);
	cmd_print_blocks(store, keys);
}

int sync_status_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct sync_state state;
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &SYNC_COMMANDS[SYNC_COMMAND_STATUS], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if ((code = cmd_open(&opened, &common, &err)))
		return cli_fail(&err);
	code = sync_status(opened.store, &state, &err);
	if (!code)
		code = keys_load(opened.store, &arena, &keys, &err);
	if (!code && common.json)
		print_json(&state, opened.store, &keys);
	else if (!code)
		print_text(&state, opened.store, &keys);
	arena_free(&arena);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
