/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "care/care.h"
#include "db/maintain.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/sync.h"

enum { PASSWORD_BYTES = 1024, PATH_BYTES = 4096 };

void cmd_harden(void)
{
	const struct rlimit none = { 0, 0 };
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
}

/* --- the folder --- */

static const char *set_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

const char *cmd_store_dir(const struct cmd_common *common)
{
	static char path[PATH_BYTES];
	const char *given = set_or_null(common->store), *base;
	if (!given)
		given = set_or_null(getenv("XIANGYI_STORE"));
	if (given)
		return given;
	base = set_or_null(getenv("XDG_DATA_HOME"));
	if (base && *base == '/') {
		snprintf(path, sizeof path, "%s/xiangyi", base);
	} else {
		base = set_or_null(getenv("HOME"));
		snprintf(path, sizeof path, "%s/.local/share/xiangyi", base ? base : "");
	}
	return path;
}

/* --- the password --- */

int cmd_read_password(const char *path, char *out, size_t size, struct error *err)
{
	FILE *file = fopen(path, "re");
	char *end;
	bool read_all;
	if (!file)
		return error_errno(err, errno, "%s", path);
	setvbuf(file, NULL, _IONBF, 0); /* no copy of the password in a buffer of stdio */
	errno = 0;
	if (!fgets(out, (int)size, file)) {
		int ret = ferror(file) ? error_errno(err, errno, "%s", path)
		                       : error_set(err, ERR_INVALID, _("%s has no password"), path);
		fclose(file);
		return ret;
	}
	end = strpbrk(out, "\r\n");
	read_all = end || feof(file) || fgetc(file) == EOF;
	fclose(file);
	if (end)
		*end = '\0';
	if (!read_all)
		return error_set(err, ERR_LIMIT, _("%s: the password is too long"), path);
	return *out ? 0 : error_set(err, ERR_INVALID, _("%s has no password"), path);
}

static int unlock(const struct cmd_common *common, const char *dir, struct session *session,
                  struct error *err)
{
	char password[PASSWORD_BYTES], name[OPERATOR_BYTES + 64];
	const char *operator_name = common->operator_name;
	int ret = 0;
	if (!operator_name) {
		ret = cli_ask(_("Operator: "), false, name, sizeof name, err);
		operator_name = name;
	}
	if (!ret && common->password_file)
		ret = cmd_read_password(common->password_file, password, sizeof password, err);
	else if (!ret)
		ret = cli_ask(_("Password: "), true, password, sizeof password, err);
	ret = ret ? ret : account_unlock(dir, operator_name, password, session, err);
	crypto_wipe(password, sizeof password);
	return ret;
}

/* Before anybody types a password for nothing. */
static int look_for_store(const char *dir, struct error *err)
{
	struct arena arena = ARENA_INIT;
	const struct account *accounts;
	size_t n;
	int ret = account_list(dir, &arena, &accounts, &n, err);
	arena_free(&arena);
	return ret;
}

/* --- opening and closing --- */

static int load_forms(struct form_set **out, const char *store, struct error *err)
{
	struct error warning;
	int ret = package_load_forms(out, store, &warning, err);
	if (!ret && *warning.text)
		cli_warn("%s", warning.text);
	return ret;
}

static int register_rooms(struct store *store, struct error *err)
{
	struct progress_bar bar;
	int ret;
	sync_register(store);
	progress_bar_begin(&bar);
	ret = care_register(store, &bar.progress, err);
	progress_bar_end(&bar);
	return ret;
}

int cmd_open(struct cmd_store *out, const struct cmd_common *common, struct error *err)
{
	const char *dir = cmd_store_dir(common);
	struct session session;
	struct store_info info;
	int ret;
	*out = (struct cmd_store){ NULL, NULL };
	cmd_harden();
	ret = crypto_init(err);
	ret = ret ? ret : look_for_store(dir, err);
	ret = ret ? ret : load_forms(&out->forms, dir, err);
	ret = ret ? ret : unlock(common, dir, &session, err);
	ret = ret ? ret : store_open(&out->store, dir, &session, out->forms, STORE_WAIT | common->store_flags, err);
	session_end(&session);
	ret = ret ? ret : register_rooms(out->store, err);
	ret = ret ? ret : store_info_get(out->store, &info, err);
	if (!ret && info.repaired)
		cli_warn("%s", info.repaired);
	if (ret)
		cmd_close(out);
	return ret;
}

static void make_base_if_due(struct store *store)
{
	struct progress_bar bar;
	struct error err;
	if (!store_base_due(store))
		return;
	fflush(stdout); /* who waits for the result need not wait for this */
	progress_bar_begin(&bar);
	if (store_make_base(store, &bar.progress, &err))
		cli_warn("%s", err.text);
	progress_bar_end(&bar);
}

void cmd_close(struct cmd_store *opened)
{
	if (opened->store) {
		make_base_if_due(opened->store);
		store_close(opened->store);
	}
	form_set_free(opened->forms);
	*opened = (struct cmd_store){ NULL, NULL };
}

bool cmd_same_words(const char *heard, const char *shown)
{
	for (;;) {
		while (*heard == ' ')
			heard++;
		while (*shown == ' ')
			shown++;
		if (!*heard || !*shown)
			return !*heard && !*shown;
		if (strncasecmp(heard++, shown++, 1))
			return false;
	}
}

void cmd_print_recovery_key(const char *code)
{
	printf(_("Recovery key: %s\n"), code);
	puts(_("Write it on paper now and lock it away, not beside this computer: it opens the bundles of the places\n"
	       "below when this store is lost, and it is shown only this once."));
}

bool cmd_ask_yes(const char *question)
{
	char answer[64];
	struct error err;
	if (cli_ask(question, false, answer, sizeof answer, &err)) {
		cli_warn("%s", err.text);
		return false;
	}
	return !strcasecmp(answer, "yes") || !strcasecmp(answer, "y") || !strcmp(answer, "是");
}

void cmd_print_package(const struct package_report *package)
{
	if (package->refused)
		printf(_("The new forms and rules were refused, those of before stay: %s\n"), package->refused);
	if (!package->fresh)
		return;
	printf(_("New forms and rules, number %llu:\n"), (unsigned long long)package->number);
	for (size_t i = 0; i < package->n_changes; i++) {
		const struct package_change *change = &package->changes[i];
		if (change->how == PACKAGE_ADDED)
			printf(_("  new: %s\n"), change->what);
		else if (change->how == PACKAGE_CHANGED)
			printf(_("  changed: %s\n"), change->what);
		else
			printf(_("  back to the shipped one: %s\n"), change->what);
	}
	puts(_("They count from the next start of the program on."));
}
