/* SPDX-License-Identifier: GPL-3.0-or-later */
/* root: a county that keeps no store vouches for its townships, with a code on paper and a file. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"
#include "sync/root.h"

struct root_command {
	const char *name, *region, *code_file, *words, *until;
	bool yes;
};

static int make(const struct root_command *c, const char *path, struct error *err)
{
	char paper[PAPER_CODE_BYTES], words[128];
	struct arena arena = ARENA_INIT;
	struct keylog log;
	if (!c->name || !c->region)
		return error_set(err, ERR_USAGE, _("root make needs --name and --region"));
	int code = root_make(path, c->name, c->region, paper, err);
	if (!code && !(code = root_read(path, &arena, &log, err))) {
		peer_fingerprint(keylog_owner(&log), words);
		printf(_("Root code: %s\nWords: %s\n"), paper, words);
		puts(_("Write both on paper now. The code vouches for every township of the county: lock it away, it is\n"
		       "shown only this once. The words go to the townships, who compare them."));
	}
	crypto_wipe(paper, sizeof(paper));
	arena_free(&arena);
	return code;
}

static int confirm(const struct root_command *c, const struct enrol_request *request, struct error *err)
{
	if (c->yes || (c->words && cmd_same_words(c->words, request->fingerprint)))
		return 0;
	if (c->words)
		return error_set(err, ERR_SIGNATURE,
		                 _("these are not the words of %s (%s), which are: %s; nothing was changed"),
		                 request->device.name, request->device.region, request->fingerprint);
	fprintf(stderr, _("%s (%s) asks to be enrolled. Its words:\n\n  %s\n\n"), request->device.name,
	        request->device.region, request->fingerprint);
	return cmd_ask_yes(_("Does the township's screen show the same words? (yes/no) "))
	       ? 0 : error_set(err, ERR_CANCELLED, _("not enrolled; nothing was changed"));
}

static int sign(const struct root_command *c, const char *path, const char *request_path, struct error *err)
{
	char code[1024];
	struct enrol_request request;
	date_t until = c->until ? date_parse(c->until) : 0;
	if (until == DATE_NONE || (until && until < date_today()))
		return error_set(err, ERR_USAGE, _("--until is a day to come: YYYY-MM-DD"));
	int ret = enrol_read_request(&request, request_path, err);
	if (ret || (ret = confirm(c, &request, err)))
		return ret;
	ret = c->code_file ? cmd_read_password(c->code_file, code, sizeof(code), err)
	                   : cli_ask(_("Root code: "), true, code, sizeof(code), err);
	if (!ret)
		ret = root_sign(path, code, &request.device, until, err);
	crypto_wipe(code, sizeof(code));
	if (!ret)
		printf(_("%s vouches for %s (%s). Carry it there: xiangyi-merge keys import\n"), path,
		       request.device.name, request.device.region);
	return ret;
}

int merge_root_run(int argc, char **argv)
{
	struct root_command c = { .yes = false };
	const struct cli_option options[] = {
		{ "name", CLI_TEXT, "NAME", N_("make: name of the county"), &c.name },
		{ "region", CLI_TEXT, "DIGITS", N_("make: region code, 6 digits"), &c.region },
		{ "code-file", CLI_TEXT, "FILE", N_("sign: the root code is the first line of FILE"), &c.code_file },
		{ "until", CLI_TEXT, "DATE", N_("sign: the certificate ends on this day"), &c.until },
		{ "yes", CLI_FLAG, NULL, N_("sign: the words were compared; do not ask"), &c.yes },
		{ "words", CLI_TEXT, "WORDS", N_("sign: the words as heard; they have to be the same"), &c.words },
	};
	struct cli_args args;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_ROOT], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	cmd_harden();
	code = crypto_init(&err);
	if (!code && args.n == 2 && !strcmp(args.operands[0], "make"))
		code = make(&c, args.operands[1], &err);
	else if (!code && args.n == 3 && !strcmp(args.operands[0], "sign"))
		code = sign(&c, args.operands[1], args.operands[2], &err);
	else if (!code)
		code = error_set(&err, ERR_USAGE, _("root: make FILE.xyk, or sign FILE.xyk REQUEST.xyr"));
	return code ? cli_fail(&err) : 0;
}
