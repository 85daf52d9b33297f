/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xiangyi-admin: make and keep a store. */
#include "config.h"
#include "cmd/admin.h"
#include "cmd/conflicts.h"

#include <string.h>
#include "lib/i18n.h"

static int admin_conflicts(int argc, char **argv);

static const struct cli_command commands[] = {
	{ "init", "", 0, 0, N_("make a new store"), admin_init },
	{ "user", "list|add|password|disable|enable [NAME]", 1, 2, N_("look after the operators"), admin_user },
	{ "import", "FORM FILE.csv", 2, 2, N_("take records over from a table"), admin_import },
	{ "export", "[FORM]", 0, 1, N_("write all records of a form, or of every form, as tables"), admin_export },
	{ "check", "", 0, 0, N_("verify the store and compare it with its entries"), admin_check },
	{ "backup", "DIR", 1, 1, N_("write the whole store into one encrypted file"), admin_backup },
	{ "restore", "FILE", 1, 1, N_("make a new store from a backup, under a new identity"), admin_restore },
	{ "renew", "", 0, 0, N_("go on under a new identity: this store is a copy or was set back"), admin_renew },
	{ "conflicts", CONFLICTS_OPERANDS, 0, 2,
	  N_("list or decide fields that were changed differently in two places"), admin_conflicts },
	{ "stat", "", 0, 0, N_("print figures of the store, no patient's data"), admin_stat },
	{ "why", "RESIDENT INDICATOR", 2, 2,
	  N_("explain whether and why a resident is counted in an indicator"), admin_why },
	{ "demo", "", 0, 0, N_("fill a store with invented people"), admin_demo },
	{ "form", "check|list|show|eval ...", 1, -1, N_("look at and test forms, without a store"), admin_form },
};

static int admin_conflicts(int argc, char **argv)
{
	size_t row = 0;

	while (commands[row].run != admin_conflicts)
		row++;
	return conflicts_run(argc, argv, &commands[row]);
}

int admin_new_password(const char *path, char out[ADMIN_PASSWORD_BYTES], struct error *err)
{
	char again[ADMIN_PASSWORD_BYTES];
	int rc;

	if (path)
		return cmd_read_password(path, out, ADMIN_PASSWORD_BYTES, err);
	rc = cli_ask(_("New password: "), true, out, ADMIN_PASSWORD_BYTES, err);
	if (!rc)
		rc = cli_ask(_("New password again: "), true, again, sizeof(again), err);
	if (!rc && strcmp(out, again))
		rc = error_set(err, ERR_INVALID, _("the two passwords differ"));
	crypto_wipe(again, sizeof(again));
	return rc;
}

int main(int argc, char **argv)
{
	i18n_init(NULL);
	return cli_main("xiangyi-admin", N_("make and keep the store of a clinic"), commands,
	                sizeof(commands) / sizeof(*commands), argc, argv);
}
