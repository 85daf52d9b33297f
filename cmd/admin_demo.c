/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include <string.h>
#include "cmd/demo_township.h"
#include "lib/file.h"
#include "lib/i18n.h"

struct demo {
	struct cmd_common common;
	const char *township;
	bool no_encrypt;
	long residents, years, villages, seed;
};

static void print_totals(const struct demo *demo, const struct demo_totals *totals)
{
	struct json json;

	if (demo->common.json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_number(&json, "households", (long long)totals->households);
		json_number(&json, "residents", (long long)totals->residents);
		json_number(&json, "records", (long long)totals->records);
		json_end(&json, '}');
		putchar('\n');
		return;
	}
	printf(_("%llu households, %llu residents, %llu records; all invented.\n"),
	       (unsigned long long)totals->households, (unsigned long long)totals->residents,
	       (unsigned long long)totals->records);
}

static int fill_store(const struct demo *demo, struct error *err)
{
	const struct demo_plan plan = { .seed = (uint64_t)demo->seed, .residents = demo->residents,
		                        .years = demo->years };
	struct demo_totals totals = { 0 };
	struct progress_bar bar;
	struct cmd_store opened;
	int rc = cmd_open(&opened, &demo->common, err);

	if (rc)
		return rc;
	progress_bar_begin(&bar);
	rc = demo_fill(opened.store, &plan, &totals, &bar.progress, err);
	progress_bar_end(&bar);
	cmd_close(&opened);
	if (!rc)
		print_totals(demo, &totals);
	return rc;
}

static int load_forms(struct form_set **out, struct error *err)
{
	char dir[4096];
	int rc = path_data(dir, sizeof(dir), "forms", err);

	if (!rc)
		*strrchr(dir, '/') = '\0';
	return rc ? rc : form_set_load(out, dir, NULL, NULL, err);
}

static int fill_township(const struct demo *demo, struct error *err)
{
	char name[OPERATOR_BYTES + 64], password[ADMIN_PASSWORD_BYTES];
	struct demo_township township = {
		.dir = demo->township,
		.operator_name = demo->common.operator_name,
		.password = password,
		.no_encrypt = demo->no_encrypt,
		.villages = demo->villages,
		.plan = { .seed = (uint64_t)demo->seed, .residents = demo->residents,
		          .years = demo->years },
	};
	struct demo_totals totals = { 0 };
	struct form_set *forms = NULL;
	struct progress_bar bar;
	int rc = crypto_init(err);

	if (!rc)
		rc = load_forms(&forms, err);
	township.forms = forms;
	if (!rc && !township.operator_name) {
		rc = cli_ask(_("Name of the first operator (a to z): "), false, name, sizeof(name), err);
		township.operator_name = name;
	}
	if (!rc)
		rc = admin_new_password(demo->common.password_file, password, err);
	if (!rc) {
		progress_bar_begin(&bar);
		rc = demo_township(&township, &totals, &bar.progress, err);
		progress_bar_end(&bar);
	}
	crypto_wipe(password, sizeof(password));
	form_set_free(forms);
	if (!rc)
		print_totals(demo, &totals);
	return rc;
}

static int check_numbers(const struct demo *demo, struct error *err)
{
	if (demo->residents < 1 || demo->residents > 100000)
		return error_set(err, ERR_USAGE, _("--residents is a number from 1 to 100000"));
	if (demo->years < 0 || demo->years > 30)
		return error_set(err, ERR_USAGE, _("--years is a number from 0 to 30"));
	if (demo->township && (demo->villages < 1 || demo->villages > 99))
		return error_set(err, ERR_USAGE, _("--villages is a number from 1 to 99"));
	if (demo->township && demo->common.store)
		return error_set(err, ERR_USAGE, _("--township and --store cannot stand together"));
	return 0;
}

int admin_demo(int argc, char **argv)
{
	struct demo demo = { .residents = 300, .years = 2, .seed = 1, .villages = 5 };
	const struct cli_option options[] = {
		{ "residents", CLI_NUMBER, "N", N_("how many people to invent"), &demo.residents },
		{ "years", CLI_NUMBER, "N", N_("how many years of records"), &demo.years },
		{ "seed", CLI_NUMBER, "N", N_("another number, other people"), &demo.seed },
		{ "township", CLI_TEXT, "DIR", N_("make a whole township of new stores below this folder"),
		  &demo.township },
		{ "villages", CLI_NUMBER, "N", N_("how many villages the township has"), &demo.villages },
		{ "no-encrypt", CLI_FLAG, NULL, N_("for disks that are encrypted already"), &demo.no_encrypt },
		CMD_OPTIONS(&demo.common),
	};
	static const struct cli_command command = { "demo", "", 0, 0,
		                                    N_("fill a store with invented people"), NULL };
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	cmd_harden();
	if (!rc)
		rc = check_numbers(&demo, &err);
	if (!rc)
		rc = demo.township ? fill_township(&demo, &err) : fill_store(&demo, &err);
	return rc ? cli_fail(&err) : 0;
}
