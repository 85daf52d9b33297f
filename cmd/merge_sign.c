/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sign: files in minisign's form, with the key of this place. */
#include "config.h"

#include <stdio.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "sync/signed.h"

int merge_sign_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct self self;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_SIGN], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	if (!role_administers(store_session(opened.store)->role))
		code = error_set(&err, ERR_DENIED, _("your role may not sign files"));
	if (!code)
		code = self_begin(opened.store, &self, &err);
	for (int i = 0; !code && i < args.n; i++) {
		code = signed_write(opened.store, &self, args.operands[i], &err);
		if (!code)
			printf(_("%s.minisig: signed\n"), args.operands[i]);
	}
	self_end(&self);
	cmd_close(&opened);
	return code ? cli_fail(&err) : 0;
}
