/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/sync.h"

enum { NAME_COLS = 24 };

struct out {
	struct store *store;
	struct json *json;
};

/* Which numbers of a clinic stand for several entries, all of which are kept. */
static void forks_json(const struct out *out, const struct sync_clinic *clinic)
{
	struct arena arena = ARENA_INIT;
	struct fork_range *forks;
	size_t n = 0;
	json_array(out->json, "branches");
	if (clinic->forks)
		sync_forks(out->store, clinic->device->id, &arena, &forks, &n, NULL);
	for (size_t i = 0; i < n; i++) {
		json_object(out->json, NULL);
		json_number(out->json, "first", (long long)forks[i].first);
		json_number(out->json, "last", (long long)forks[i].last);
		json_number(out->json, "branches", (long long)forks[i].branches);
		json_end(out->json, '}');
	}
	json_end(out->json, ']');
	arena_free(&arena);
}

static void forks_text(const struct out *out, const struct sync_clinic *clinic)
{
	struct arena arena = ARENA_INIT;
	struct fork_range *forks;
	size_t n = 0;
	sync_forks(out->store, clinic->device->id, &arena, &forks, &n, NULL);
	for (size_t i = 0; i < n; i++)
		printf(_("              numbers %" PRIu64 " to %" PRIu64 ": %" PRIu64 " branches, all kept\n"),
		       forks[i].first, forks[i].last, forks[i].branches);
	arena_free(&arena);
}

static void clinic_json(void *arg, const struct sync_clinic *clinic)
{
	const struct out *out = arg;
	struct json *json = out->json;
	char hex[2 * DEVICE_ID_BYTES + 1], day[DATE_TEXT_BYTES];
	json_object(json, NULL);
	json_text(json, "region", clinic->device->region);
	json_text(json, "name", clinic->device->name);
	json_text(json, "device", hex_encode(hex, clinic->device->id, DEVICE_ID_BYTES));
	json_bool(json, "enrolled", clinic->device->enrolled);
	json_number(json, "entries", (long long)clinic->entries);
	json_number(json, "highest", (long long)clinic->highest);
	json_number(json, "missing", (long long)clinic->missing);
	json_number(json, "forks", (long long)clinic->forks);
	forks_json(out, clinic);
	json_text(json, "last_merge", clinic->last_merge == DATE_NONE ? NULL : date_format(clinic->last_merge, day));
	json_number(json, "clock_offset_s", (long long)clinic->clock_offset_s);
	json_end(json, '}');
}

static void clinic_text(void *arg, const struct sync_clinic *clinic)
{
	char day[DATE_TEXT_BYTES];
	size_t cols = utf8_cols(clinic->device->name);
	printf("%-12s  %s%*s  ", clinic->device->region, clinic->device->name,
	       cols < NAME_COLS ? (int)(NAME_COLS - cols) : 0, "");
	printf(_("%" PRIu64 " entries, last %s"), clinic->entries,
	       clinic->last_merge == DATE_NONE ? "—" : date_format(clinic->last_merge, day));
	if (clinic->missing)
		printf(_(", %" PRIu64 " missing"), clinic->missing);
	if (clinic->forks)
		printf(_(", %" PRIu64 " numbers used twice"), clinic->forks);
	putchar('\n');
	if (clinic->forks)
		forks_text(arg, clinic);
}

int merge_status_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct store_info info;
	struct json json;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_STATUS], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	struct out out = { .store = opened.store, .json = &json };
	code = store_info_get(opened.store, &info, &err);
	if (!code && common.json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_text(&json, "name", info.self.name);
		json_text(&json, "region", info.self.region);
		json_number(&json, "entries", (long long)info.n_entries);
		json_number(&json, "residents", (long long)info.n_residents);
		json_number(&json, "waiting", (long long)info.n_waiting);
		json_number(&json, "quarantined", (long long)info.n_quarantined);
		json_number(&json, "conflicts", (long long)info.n_conflicts);
		json_array(&json, "clinics");
		code = sync_clinics_each(opened.store, clinic_json, &out, &err);
		json_end(&json, ']');
		json_end(&json, '}');
	} else if (!code) {
		printf(_("%s (%s): %" PRIu64 " entries, %" PRIu64 " residents\n"), info.self.name,
		       info.self.region, info.n_entries, info.n_residents);
		printf(_("Held back: %" PRIu64 ", waiting: %" PRIu64 ", conflicts: %" PRIu64 "\n"),
		       info.n_quarantined, info.n_waiting, info.n_conflicts);
		code = sync_clinics_each(opened.store, clinic_text, &out, &err);
	}
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
