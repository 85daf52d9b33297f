/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xiangyi-sync: what a clinic carries to the level above and what comes back. */
#include "config.h"

#include "cmd/sync_cmd.h"
#include "lib/i18n.h"

const struct cli_command SYNC_COMMANDS[SYNC_COMMAND_N] = {
#define SYNC_COMMAND_ROW(name, word, operands, min, max, help, run)                                \
	{ word, operands, min, max, help, run },
	SYNC_COMMAND_LIST(SYNC_COMMAND_ROW)
#undef SYNC_COMMAND_ROW
};

int main(int argc, char **argv)
{
	i18n_init(NULL);
	return cli_main("xiangyi-sync", _("Carry records to the level above and take its answers over."),
	                SYNC_COMMANDS, SYNC_COMMAND_N, argc, argv);
}
