/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static void print_json(const struct enrol_request *request, const char *own, const char *path)
{
	struct json json;
	char hex[2 * DEVICE_ID_BYTES + 1];
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_text(&json, "name", request->device.name);
	json_text(&json, "region", request->device.region);
	json_text(&json, "device", hex_encode(hex, request->device.id, DEVICE_ID_BYTES));
	json_text(&json, "fingerprint", request->fingerprint);
	json_text(&json, "own_fingerprint", own);
	json_text(&json, "answer", path);
	json_end(&json, '}');
}

/* Both sides read the words aloud; only then is the key the clinic's. */
static int confirm(const struct enrol_request *request, const char *words, struct error *err)
{
	if (words && cmd_same_words(words, request->fingerprint))
		return 0;
	if (words)
		return error_set(err, ERR_SIGNATURE,
		                 _("these are not the words of %s (%s), which are: %s; nothing was changed"),
		                 request->device.name, request->device.region, request->fingerprint);
	fprintf(stderr, _("%s (%s) asks to be enrolled. Its words:\n\n  %s\n\n"), request->device.name,
	        request->device.region, request->fingerprint);
	if (cmd_ask_yes(_("Does the clinic's screen show the same words? (yes/no) ")))
		return 0;
	return error_set(err, ERR_CANCELLED, _("not enrolled; nothing was changed"));
}

int merge_enrol_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	bool yes = false, replace = false;
	const char *words = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "yes", CLI_FLAG, NULL, N_("the words were compared; do not ask"), &yes },
		{ "words", CLI_TEXT, "WORDS", N_("the words as heard from the clinic; they have to be the same"),
		  &words },
		{ "replace", CLI_FLAG, NULL,
		  N_("enrol beside an installation that already stands under this region"), &replace },
	};
	struct cli_args args;
	struct cmd_store opened;
	struct enrol_request request;
	struct error err;
	char path[SYNC_PATH_BYTES], own[128] = "";
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_ENROL], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (crypto_init(&err) || enrol_read_request(&request, args.operands[0], &err))
		return cli_fail(&err);
	if ((code = cmd_open(&opened, &common, &err)))
		return cli_fail(&err);
	if (!role_administers(store_session(opened.store)->role))
		code = error_set(&err, ERR_DENIED, _("your role may not enrol clinics"));
	if (!code && !yes)
		code = confirm(&request, words, &err);
	if (!code && !(code = enrol_accept(opened.store, &request, replace, path, &err)))
		code = enrol_own_fingerprint(opened.store, own, &err);
	cmd_close(&opened);
	if (code)
		return cli_fail(&err);
	if (common.json) {
		print_json(&request, own, path);
		return 0;
	}
	printf(_("Enrolled: %s (%s)\nIts words: %s\nOur words, for the clinic to compare: %s\n"
	         "Answer, to be imported there: %s\n"),
	       request.device.name, request.device.region, request.fingerprint, own, path);
	return 0;
}
