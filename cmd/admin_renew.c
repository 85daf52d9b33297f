/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/renew.h"

static const struct cli_command command = {
	"renew", "", 0, 0, N_("go on under a new identity: this store is a copy or was set back"), NULL
};

static int renew(struct store *store, char request[SYNC_PATH_BYTES], struct error *err)
{
	if (!role_administers(store_session(store)->role))
		return error_set(err, ERR_DENIED, _("your role may not renew the store"));
	int rc = renew_store(store, "a person said so", err);
	return rc ? rc : path_join(request, SYNC_PATH_BYTES, store_dir(store), "request.xyr", err);
}

int admin_renew(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	char request[SYNC_PATH_BYTES], words[128] = "";
	struct cmd_store opened;
	struct cli_args args;
	struct error err = { 0 };
	struct json json;
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = cmd_open(&opened, &common, &err);
	if (rc)
		return cli_fail(&err);
	rc = renew(opened.store, request, &err);
	if (!rc)
		rc = enrol_own_fingerprint(opened.store, words, &err);
	cmd_close(&opened);
	if (rc)
		return cli_fail(&err);
	if (common.json) {
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_text(&json, "request", request);
		json_text(&json, "fingerprint", words);
		json_end(&json, '}');
		putchar('\n');
		return 0;
	}
	printf(_("The store goes on under a new identity; its entries stay. Its words: %s\n"), words);
	printf(_("Next: carry %s to the level above and import its answer.\n"), request);
	return 0;
}
