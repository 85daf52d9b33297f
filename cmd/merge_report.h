/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_MERGE_REPORT_H
#define CMD_MERGE_REPORT_H

#include "lib/cli.h"

/* "xiangyi-merge report indicators": policy indicator 4 by village. The row for the command table. */
extern const struct cli_command merge_report_command;
int merge_report_run(int argc, char **argv);

#endif
