/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "conflicts": list and decide fields that were changed differently in two places; at the township and in the village. */
#ifndef CMD_CONFLICTS_H
#define CMD_CONFLICTS_H

#include "lib/cli.h"

int conflicts_run(int argc, char **argv, const struct cli_command *command);

/* The operands of both programs' rows: none, or RECORD FIELD with --decide. */
#define CONFLICTS_OPERANDS "[--decide RECORD FIELD --take N|--value V]"

#endif
