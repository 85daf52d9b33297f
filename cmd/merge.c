/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xiangyi-merge: the township's side. */
#include "config.h"

#include "cmd/merge_cmd.h"
#include "lib/i18n.h"

const struct cli_command MERGE_COMMANDS[MERGE_COMMAND_N] = {
#define MERGE_COMMAND_ROW(name, word, operands, min, max, help, run)                               \
	{ word, operands, min, max, help, run },
	MERGE_COMMAND_LIST(MERGE_COMMAND_ROW)
#undef MERGE_COMMAND_ROW
};

int merge_conflicts_run(int argc, char **argv)
{
	return conflicts_run(argc, argv, &MERGE_COMMANDS[MERGE_COMMAND_CONFLICTS]);
}

int main(int argc, char **argv)
{
	i18n_init(NULL);
	return cli_main("xiangyi-merge", _("Enrol clinics, merge their records and answer them."),
	                MERGE_COMMANDS, MERGE_COMMAND_N, argc, argv);
}
