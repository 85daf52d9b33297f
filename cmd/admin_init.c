/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include <string.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/keys.h"

struct init {
	struct cmd_common common;
	const char *level, *name, *region, *display_name;
	bool no_encrypt;
};

static int parse_level(const char *word, enum level *out, struct error *err)
{
#define LEVEL_WORD(name, text) text,
	static const char *const words[] = { LEVEL_LIST(LEVEL_WORD) };
#undef LEVEL_WORD

	for (size_t i = 0; word && i < sizeof(words) / sizeof(*words); i++) {
		if (!strcmp(word, words[i])) {
			*out = (enum level)i;
			return 0;
		}
	}
	return error_set(err, ERR_USAGE, _("--role is village, township or county"));
}

/* Villages have 12 digits, townships 9, counties 6 (GB/T 2260 and GB/T 10114). */
static int check_region(enum level level, const char *region, struct error *err)
{
	static const size_t digits[] = { [LEVEL_VILLAGE] = 12, [LEVEL_TOWNSHIP] = 9, [LEVEL_COUNTY] = 6 };

	if (region && strlen(region) == digits[level] && strspn(region, "0123456789") == digits[level])
		return 0;
	return error_set(err, ERR_USAGE, _("--region needs %zu digits here"), digits[level]);
}

static int ask_missing(struct init *init, char name[OPERATOR_BYTES + 64],
                       char password[ADMIN_PASSWORD_BYTES], struct error *err)
{
	int rc = 0;

	if (!init->common.operator_name) {
		rc = cli_ask(_("Name of the first operator (a to z): "), false, name, OPERATOR_BYTES + 64, err);
		init->common.operator_name = name;
	}
	return rc ? rc : admin_new_password(init->common.password_file, password, err);
}

/* A place with others below it keeps a keyring; the secret of its recovery key is only on paper. */
static int begin_keyring(struct store *store, char key[PAPER_CODE_BYTES], struct error *err)
{
	struct self self;
	int rc = self_begin(store, &self, err);

	if (!rc)
		rc = keys_draw_recovery(store, &self, key, err);
	self_end(&self);
	return rc;
}

/* The request with which the level above enrols this store; key gets what belongs on paper. */
static int write_request(const struct init *init, enum level level, const char *password, char *path, size_t size,
                         char key[PAPER_CODE_BYTES], struct error *err)
{
	const char *dir = cmd_store_dir(&init->common);
	struct session session;
	struct store *store = NULL;
	int rc = path_join(path, size, dir, "request.xyr", err);

	if (!rc)
		rc = account_unlock(dir, init->common.operator_name, password, &session, err);
	if (rc)
		return rc;
	rc = store_open(&store, dir, &session, NULL, 0, err);
	if (!rc)
		rc = enrol_write_request(store, path, err);
	if (!rc && level != LEVEL_VILLAGE)
		rc = begin_keyring(store, key, err);
	store_close(store);
	session_end(&session);
	return rc;
}

static void print_done(const struct init *init, enum level level, const char *recovery, const char *key,
                       const char *request)
{
	struct json json;

	if (init->common.json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_text(&json, "store", cmd_store_dir(&init->common));
		json_text(&json, "operator", init->common.operator_name);
		json_text(&json, "recovery_code", recovery);
		json_text(&json, "recovery_key", *key ? key : NULL);
		json_text(&json, "request", request);
		json_end(&json, '}');
		putchar('\n');
		return;
	}
	printf(_("The store is ready: %s\n"), cmd_store_dir(&init->common));
	printf(_("\nRecovery code: %s\n"), recovery);
	puts(_("Write it on paper now and lock it away: it opens the store when the password is\n"
	       "forgotten, and it is shown only this once."));
	if (*key) {
		putchar('\n');
		cmd_print_recovery_key(key);
	}
	if (level == LEVEL_VILLAGE)
		printf(_("\nNext: take %s to the township, then import its answer with xiangyi-sync import.\n"),
		       request);
	else
		puts(_("\nNext: enrol the villages with xiangyi-merge enrol REQUEST.xyr."));
}

static int run(struct init *init, struct error *err)
{
	char name[OPERATOR_BYTES + 64], password[ADMIN_PASSWORD_BYTES], request[SYNC_PATH_BYTES];
	char recovery[RECOVERY_CODE_BYTES], key[PAPER_CODE_BYTES] = "";
	struct store_params params = { .name = init->name, .region = init->region,
		                       .no_encrypt = init->no_encrypt };
	int rc = parse_level(init->level, &params.level, err);

	if (!rc)
		rc = check_region(params.level, init->region, err);
	if (!rc && !(init->name && *init->name))
		rc = error_set(err, ERR_USAGE, _("--name is missing: the name of the clinic"));
	if (!rc)
		rc = crypto_init(err);
	if (!rc)
		rc = ask_missing(init, name, password, err);
	if (rc)
		return rc;
	params.operator_name = init->common.operator_name;
	params.display_name = init->display_name ? init->display_name : init->common.operator_name;
	params.password = password;
	rc = store_create(cmd_store_dir(&init->common), &params, recovery, err);
	if (!rc)
		rc = write_request(init, params.level, password, request, sizeof(request), key, err);
	crypto_wipe(password, sizeof(password));
	if (!rc)
		print_done(init, params.level, recovery, key, request);
	crypto_wipe(recovery, sizeof(recovery));
	crypto_wipe(key, sizeof(key));
	return rc;
}

int admin_init(int argc, char **argv)
{
	struct init init = { .level = NULL };
	const struct cli_option options[] = {
		{ "role", CLI_TEXT, "LEVEL", N_("village, township or county"), &init.level },
		{ "name", CLI_TEXT, "NAME", N_("name of the clinic"), &init.name },
		{ "region", CLI_TEXT, "DIGITS", N_("region code: 12 digits for a village, 9 for a township"),
		  &init.region },
		{ "display-name", CLI_TEXT, "NAME", N_("the operator's name as people read it"),
		  &init.display_name },
		{ "no-encrypt", CLI_FLAG, NULL, N_("for disks that are encrypted already"), &init.no_encrypt },
		CMD_OPTIONS(&init.common),
	};
	static const struct cli_command command = { "init", "", 0, 0, N_("make a new store"), NULL };
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	cmd_harden();
	if (!rc)
		rc = run(&init, &err);
	return rc ? cli_fail(&err) : 0;
}
