/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures only: whoever supports the machine may print them. */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include "db/exchange.h"
#include "lib/i18n.h"

struct figure {
	const char *key, *label;
	long long value;
};

static void print_devices(struct store *store, struct json *json, const struct device_vector *vectors,
                          size_t n)
{
	char id[2 * DEVICE_ID_BYTES + 1];

	for (size_t i = 0; i < n; i++) {
		const struct store_device *device = store_device_find(store, vectors[i].device);
		const char *name = device ? device->name : "", *region = device ? device->region : "";
		hex_encode(id, vectors[i].device, DEVICE_ID_BYTES);
		if (json) {
			json_object(json, NULL);
			json_text(json, "device", id);
			json_text(json, "name", name);
			json_text(json, "region", region);
			json_number(json, "prefix", (long long)vectors[i].prefix);
			json_number(json, "max", (long long)vectors[i].max);
			json_number(json, "gaps", (long long)vectors[i].n_held);
			json_number(json, "forks", (long long)vectors[i].forks);
			json_end(json, '}');
			continue;
		}
		printf(_("device %s  %s %s: entries 1 to %llu"), id, region, name,
		       (unsigned long long)vectors[i].prefix);
		if (vectors[i].n_held)
			printf(_(", with gaps up to %llu"), (unsigned long long)vectors[i].max);
		putchar('\n');
	}
}

static int run(struct store *store, bool as_json, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct device_vector *vectors;
	struct store_info info;
	struct json json;
	size_t n;
	int rc = store_info_get(store, &info, err);

	if (!rc)
		rc = store_vectors(store, &arena, &vectors, &n, err);
	if (!rc) {
		const struct figure figures[] = {
			{ "entries", N_("entries"), (long long)info.n_entries },
			{ "records", N_("records"), (long long)info.n_records },
			{ "residents", N_("residents"), (long long)info.n_residents },
			{ "waiting", N_("waiting entries"), (long long)info.n_waiting },
			{ "quarantined", N_("quarantined entries"), (long long)info.n_quarantined },
			{ "conflicts", N_("conflicts"), (long long)info.n_conflicts },
			{ "bytes", N_("bytes on the disk"), (long long)info.bytes },
		};
		if (as_json) {
			json_begin(&json, stdout);
			json_object(&json, NULL);
			json_text(&json, "name", info.self.name);
			json_text(&json, "region", info.self.region);
			json_bool(&json, "encrypted", info.encrypted);
		} else {
			printf("%s  %s  %s\n", info.self.region, info.self.name,
			       info.encrypted ? _("encrypted") : _("not encrypted"));
		}
		for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
			if (as_json)
				json_number(&json, figures[i].key, figures[i].value);
			else
				printf("%12lld  %s\n", figures[i].value, _(figures[i].label));
		}
		if (as_json)
			json_array(&json, "devices");
		print_devices(store, as_json ? &json : NULL, vectors, n);
		if (as_json) {
			json_end(&json, ']');
			json_end(&json, '}');
			putchar('\n');
		}
	}
	arena_free(&arena);
	return rc;
}

int admin_stat(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	static const struct cli_command command = {
		"stat", "", 0, 0, N_("print figures of the store, no patient's data"), NULL
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
	rc = run(opened.store, common.json, &err);
	cmd_close(&opened);
	return rc ? cli_fail(&err) : 0;
}
