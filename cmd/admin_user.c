/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"

struct user {
	struct cmd_common common;
	const char *role, *display_name, *new_password_file, *recovery_file;
	const char *name; /* of the operator to be changed */
};

static int list(const struct user *user, struct error *err)
{
	struct arena arena = ARENA_INIT;
	const struct account *accounts;
	struct json json;
	size_t n;
	int rc = account_list(cmd_store_dir(&user->common), &arena, &accounts, &n, err);

	if (!rc && user->common.json) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	for (size_t i = 0; !rc && i < n; i++) {
		if (user->common.json) {
			json_object(&json, NULL);
			json_text(&json, "operator", accounts[i].operator_name);
			json_text(&json, "name", accounts[i].display_name);
			json_text(&json, "role", role_word(accounts[i].role));
			json_bool(&json, "disabled", accounts[i].disabled);
			json_end(&json, '}');
		} else {
			printf("%-16s %-10s %s%s\n", accounts[i].operator_name, role_word(accounts[i].role),
			       accounts[i].display_name, accounts[i].disabled ? _(" (disabled)") : "");
		}
	}
	if (!rc && user->common.json) {
		json_end(&json, ']');
		putchar('\n');
	}
	arena_free(&arena);
	return rc;
}

/* Who changes accounts: an operator with a password, or whoever holds the recovery code. */
static int unlock(const struct user *user, struct session *session, struct error *err)
{
	const char *dir = cmd_store_dir(&user->common), *operator_name = user->common.operator_name;
	char name[OPERATOR_BYTES + 64], secret[ADMIN_PASSWORD_BYTES];
	int rc = 0;

	if (user->recovery_file) {
		rc = cmd_read_password(user->recovery_file, secret, sizeof(secret), err);
		if (!rc)
			rc = account_unlock_recovery(dir, secret, session, err);
		crypto_wipe(secret, sizeof(secret));
		return rc;
	}
	if (!operator_name) {
		rc = cli_ask(_("Operator: "), false, name, sizeof(name), err);
		operator_name = name;
	}
	if (!rc && user->common.password_file)
		rc = cmd_read_password(user->common.password_file, secret, sizeof(secret), err);
	else if (!rc)
		rc = cli_ask(_("Password: "), true, secret, sizeof(secret), err);
	if (!rc)
		rc = account_unlock(dir, operator_name, secret, session, err);
	crypto_wipe(secret, sizeof(secret));
	return rc;
}

static int add(const struct user *user, const struct session *session, struct error *err)
{
	char password[ADMIN_PASSWORD_BYTES];
	enum role role;
	int rc = 0;

	if (!user->role || role_parse(user->role, &role))
		return error_set(err, ERR_USAGE,
		                 _("--role is doctor, nurse, township, auditor or support"));
	rc = admin_new_password(user->new_password_file, password, err);
	if (!rc)
		rc = account_add(cmd_store_dir(&user->common), session, user->name,
		                 user->display_name ? user->display_name : user->name, role, password, err);
	crypto_wipe(password, sizeof(password));
	return rc;
}

static int set_password(const struct user *user, const struct session *session, struct error *err)
{
	char password[ADMIN_PASSWORD_BYTES];
	int rc = admin_new_password(user->new_password_file, password, err);

	if (!rc)
		rc = account_set_password(cmd_store_dir(&user->common), session, user->name, password, err);
	crypto_wipe(password, sizeof(password));
	return rc;
}

static int disable(const struct user *user, const struct session *session, struct error *err)
{
	return account_disable(cmd_store_dir(&user->common), session, user->name, true, err);
}

static int enable(const struct user *user, const struct session *session, struct error *err)
{
	return account_disable(cmd_store_dir(&user->common), session, user->name, false, err);
}

static const struct {
	const char *word;
	int (*run)(const struct user *user, const struct session *session, struct error *err);
} actions[] = {
	{ "add", add },
	{ "password", set_password },
	{ "disable", disable },
	{ "enable", enable },
};

static int run(struct user *user, const struct cli_args *args, struct error *err)
{
	struct session session;
	int rc = crypto_init(err);

	if (rc)
		return rc;
	if (!strcmp(args->operands[0], "list") && args->n == 1)
		return list(user, err);
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (strcmp(args->operands[0], actions[i].word))
			continue;
		if (args->n != 2)
			return error_set(err, ERR_USAGE, _("user %s needs the operator's name"), actions[i].word);
		user->name = args->operands[1];
		rc = unlock(user, &session, err);
		if (!rc)
			rc = actions[i].run(user, &session, err);
		session_end(&session);
		return rc;
	}
	return error_set(err, ERR_USAGE, _("user list, add NAME, password NAME, disable NAME or enable NAME"));
}

int admin_user(int argc, char **argv)
{
	struct user user = { .role = NULL };
	const struct cli_option options[] = {
		{ "role", CLI_TEXT, "ROLE", N_("doctor, nurse, township, auditor or support"), &user.role },
		{ "display-name", CLI_TEXT, "NAME", N_("the operator's name as people read it"),
		  &user.display_name },
		{ "new-password-file", CLI_TEXT, "FILE", N_("file whose first line is the new password"),
		  &user.new_password_file },
		{ "recovery-code-file", CLI_TEXT, "FILE",
		  N_("file with the printed recovery code, instead of an operator's password"),
		  &user.recovery_file },
		CMD_OPTIONS(&user.common),
	};
	static const struct cli_command command = { "user", "list|add|password|disable|enable [NAME]", 1, 2,
		                                    N_("look after the operators"), NULL };
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	cmd_harden();
	if (!rc)
		rc = run(&user, &args, &err);
	return rc ? cli_fail(&err) : 0;
}
