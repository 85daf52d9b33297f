/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include "db/backup.h"
#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/judge.h"
#include "sync/sync.h"

static const struct cli_command command = {
	"restore", "FILE", 1, 1, N_("make a new store from a backup, under a new identity"), NULL
};

static int ask_key(const struct cmd_common *common, const char *code_file, char name[OPERATOR_BYTES + 64],
                   char secret[ADMIN_PASSWORD_BYTES], struct restore_key *out, struct error *err)
{
	int rc = 0;

	if (code_file) {
		out->recovery_code = secret;
		return cmd_read_password(code_file, secret, ADMIN_PASSWORD_BYTES, err);
	}
	out->operator_name = common->operator_name;
	out->password = secret;
	if (!out->operator_name) {
		rc = cli_ask(_("Operator: "), false, name, OPERATOR_BYTES + 64, err);
		out->operator_name = name;
	}
	if (!rc && common->password_file)
		return cmd_read_password(common->password_file, secret, ADMIN_PASSWORD_BYTES, err);
	return rc ? rc : cli_ask(_("Password: "), true, secret, ADMIN_PASSWORD_BYTES, err);
}

static int restore(const char *file, const char *dir, const struct restore_key *key, struct backup_facts *facts,
                   struct error *err)
{
	struct restore *restore = NULL;
	struct form_set *forms = NULL;
	struct progress_bar bar;
	struct error warning;
	int rc = restore_begin(&restore, file, dir, key, err);

	if (!rc)
		rc = package_load_forms(&forms, dir, &warning, err);
	if (!rc && *warning.text)
		cli_warn("%s", warning.text);
	progress_bar_begin(&bar);
	if (!rc)
		rc = restore_finish(restore, forms, &SYNC_RIGHTS, &bar.progress, facts, err);
	progress_bar_end(&bar);
	restore_end(restore);
	form_set_free(forms);
	return rc;
}

/* Opening it once writes the request of the new identity. */
static int write_request(const char *dir, const struct restore_key *key, struct error *err)
{
	struct session session;
	struct store *store = NULL;
	int rc = key->recovery_code ? account_unlock_recovery(dir, key->recovery_code, &session, err)
	                            : account_unlock(dir, key->operator_name, key->password, &session, err);

	if (rc)
		return rc;
	rc = store_open(&store, dir, &session, NULL, 0, err);
	session_end(&session);
	if (!rc)
		sync_register(store);
	store_close(store);
	return rc;
}

static void print_done(bool as_json, const char *dir, const struct backup_facts *facts)
{
	char request[SYNC_PATH_BYTES], day[DATE_TEXT_BYTES];
	struct json json;

	path_join(request, sizeof(request), dir, "request.xyr", NULL);
	if (as_json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_text(&json, "store", dir);
		json_text(&json, "request", request);
		admin_print_backup(&json, facts);
		json_end(&json, '}');
		putchar('\n');
		return;
	}
	printf(_("Restored: %s (%s), %llu entries, as of %s\n"), facts->name, facts->region,
	       (unsigned long long)facts->entries, date_format(date_of_seconds(facts->wall), day));
	printf(_("The store is in %s and goes on under a new identity.\n"), dir);
	printf(_("Next: carry %s to the level above (xiangyi-merge enrol --replace) and import its answer.\n"
	         "What was sent there after the backup comes back with the answers; what was only on the old\n"
	         "machine is gone.\n"), request);
}

int admin_restore(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const char *code_file = NULL, *dir;
	const struct cli_option options[] = {
		{ "recovery-code-file", CLI_TEXT, "FILE",
		  N_("the printed recovery code instead of an operator's password"), &code_file },
		CMD_OPTIONS(&common),
	};
	char name[OPERATOR_BYTES + 64], secret[ADMIN_PASSWORD_BYTES] = "";
	struct restore_key key = { NULL, NULL, NULL };
	struct backup_facts facts;
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	dir = cmd_store_dir(&common);
	cmd_harden();
	if (!rc)
		rc = crypto_init(&err);
	if (!rc)
		rc = ask_key(&common, code_file, name, secret, &key, &err);
	if (!rc)
		rc = restore(args.operands[0], dir, &key, &facts, &err);
	if (!rc)
		rc = write_request(dir, &key, &err);
	crypto_wipe(secret, sizeof(secret));
	if (rc)
		return cli_fail(&err);
	print_done(common.json, dir, &facts);
	return 0;
}
