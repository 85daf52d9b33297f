/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xiangyi: the screen. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmd/common.h"
#include "lib/i18n.h"
#include "tui/action.h"
#include "tui/app.h"
#include "tui/screens.h"

struct xiangyi_options {
	struct cmd_common common;
	const char *lang, *theme;
	bool ascii, list_keys;
};

static int parse_options(struct xiangyi_options *out, int argc, char **argv, struct error *err)
{
	const struct cli_option options[] = {
		{ "store", CLI_TEXT, "DIR", N_("folder of the store"), &out->common.store },
		{ "operator", CLI_TEXT, "NAME", N_("who is working"), &out->common.operator_name },
		{ "lang", CLI_TEXT, "zh|en", N_("language of the screen"), &out->lang },
		{ "theme", CLI_TEXT, "dark|light|mono|contrast", N_("colours of the screen"), &out->theme },
		{ "ascii", CLI_FLAG, NULL, N_("draw lines and bars with ASCII characters"), &out->ascii },
		{ "list-keys", CLI_FLAG, NULL, N_("print the table of keys as the manual has it"),
		  &out->list_keys },
	};
	const struct cli_command command = { .name = "", .operands = "", .max = 0,
		                             .help = N_("The screen of the clinic's records.") };
	struct cli_args args = { .program = "xiangyi", .command = "" };

	return cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(options[0]), &command, err);
}

/* The language must be known before the options are read, because their help is translated. */
static const char *early_lang(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "--lang=", 7))
			return argv[i] + 7;
		if (!strcmp(argv[i], "--lang") && i + 1 < argc)
			return argv[i + 1];
	}
	return NULL;
}

static int run_screen(const struct xiangyi_options *options, enum theme theme, struct error *err)
{
	struct term_options terminal = { .theme = theme, .ascii = options->ascii };
	struct app app;
	int code = crypto_init(err);

	if (code)
		return code;
	app_start(&app, cmd_store_dir(&options->common));
	app.operator_name = options->common.operator_name;
	code = term_start(&terminal, err);
	if (code)
		return code;
	app.next = unlock_new(&app);
	if (app.next) {
		app.stack[app.depth++] = app.next;
		app.next = NULL;
		code = app_run(&app, err);
	}
	app_stop(&app);
	term_stop();
	return code;
}

int main(int argc, char **argv)
{
	struct xiangyi_options options = { .theme = "dark" };
	struct error err = { 0 };
	const char *lang = early_lang(argc, argv);

	cli_begin();
	cmd_harden();
	i18n_init(lang);
	int code = parse_options(&options, argc - 1, argv + 1, &err);
	if (code > 0)
		return cli_end(0);
	if (!code && options.lang && strcmp(options.lang, "zh") && strcmp(options.lang, "en"))
		code = error_set(&err, ERR_USAGE, _("--lang is zh or en, not \"%s\""), options.lang);
	int theme = theme_parse(options.theme);
	if (!code && theme < 0)
		code = error_set(&err, ERR_USAGE, _("--theme is dark, light, mono or contrast, not \"%s\""),
		                 options.theme);
	if (!code && options.list_keys) {
		action_print_manual(stdout);
		return cli_end(0);
	}
	if (!code)
		code = run_screen(&options, (enum theme)theme, &err);
	return code ? cli_fail(&err) : 0;
}
