/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inspect: without a store; verify: with the keys of one. Neither opens a bundle. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/sync_cmd.h"
#include "lib/crypto.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/signed.h"

static void facts_json(struct json *json, const char *path, const struct bundle_facts *facts)
{
	char hex[33];
	json_object(json, NULL);
	json_text(json, "path", path);
	json_text(json, "kind", facts->kind);
	json_text(json, "sender", hex_encode(hex, facts->sender, sizeof(facts->sender)));
	json_text(json, "recipient", hex_encode(hex, facts->recipient, sizeof(facts->recipient)));
	json_text(json, "bundle", hex_encode(hex, facts->bundle_id, sizeof(facts->bundle_id)));
	json_number(json, "bytes", (long long)facts->bytes);
	json_number(json, "frames", (long long)facts->frames);
	json_number(json, "major", facts->major);
	json_number(json, "minor", facts->minor);
	json_number(json, "suite", facts->suite);
	json_bool(json, "signature_known", facts->signature_known);
	json_end(json, '}');
}

static void facts_text(const char *path, const struct bundle_facts *facts, const struct store *store)
{
	char sender[33], recipient[33];
	printf(_("%s: %s, %" PRIu64 " bytes, format %u.%u, suite %u, from %s to %s\n"), path, facts->kind,
	       facts->bytes, facts->major, facts->minor, facts->suite,
	       hex_encode(sender, facts->sender, sizeof(facts->sender)),
	       hex_encode(recipient, facts->recipient, sizeof(facts->recipient)));
	if (store)
		printf("%s: %s\n", path,
		       facts->signature_known ? _("whole, and its signature matches a known key")
		                              : _("whole, but signed by a key that is not known here"));
	else
		printf("%s: %s\n", path, _("whole; its signature was not checked"));
}

static bool has_signature(const char *path)
{
	char beside[SYNC_PATH_BYTES];
	return (size_t)snprintf(beside, sizeof(beside), "%s.minisig", path) < sizeof(beside) && file_exists(beside);
}

/* A file with a signature in minisign's form beside it. */
static int look_signed(struct store *store, struct json *json, const char *path)
{
	struct signed_facts facts;
	struct error err;
	if (signed_verify(store, path, &facts, &err))
		return cli_fail(&err);
	if (!json) {
		printf(_("%s: signed by %s (key %s): %s\n"), path, facts.who, facts.id, facts.comment);
		return 0;
	}
	json_object(json, NULL);
	json_text(json, "path", path);
	json_text(json, "signed_by", facts.who);
	json_text(json, "key", facts.id);
	json_text(json, "comment", facts.comment);
	json_end(json, '}');
	return 0;
}

/* A signature by a key that verify does not know counts as something wrong. */
static int look(struct store *store, const struct cmd_common *common, const struct cli_args *args)
{
	struct json json;
	int exit_code = 0;
	if (common->json) {
		json_begin(&json, stdout);
		json_array(&json, NULL);
	}
	for (int i = 0; i < args->n; i++) {
		struct bundle_facts facts;
		struct error err;
		if (store && has_signature(args->operands[i])) {
			int code = look_signed(store, common->json ? &json : NULL, args->operands[i]);
			exit_code = code ? code : exit_code;
			continue;
		}
		if (bundle_inspect(store, args->operands[i], &facts, &err)) {
			exit_code = cli_fail(&err);
			continue;
		}
		if (store && !facts.signature_known)
			exit_code = 1;
		if (common->json)
			facts_json(&json, args->operands[i], &facts);
		else
			facts_text(args->operands[i], &facts, store);
	}
	if (common->json)
		json_end(&json, ']');
	return exit_code;
}

int sync_inspect_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = {
		{ "json", CLI_FLAG, NULL, N_("print results as JSON"), &common.json },
	};
	struct cli_args args;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, 1, &SYNC_COMMANDS[SYNC_COMMAND_INSPECT], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (crypto_init(&err))
		return cli_fail(&err);
	return look(NULL, &common, &args);
}

int sync_verify_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	struct cli_args args;
	struct cmd_store opened;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &SYNC_COMMANDS[SYNC_COMMAND_VERIFY], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = look(opened.store, &common, &args);
	cmd_close(&opened);
	return code;
}
