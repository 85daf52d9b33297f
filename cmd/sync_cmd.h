/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of xiangyi-sync: one list makes the table, the numbers and the declarations. */
#ifndef CMD_SYNC_CMD_H
#define CMD_SYNC_CMD_H

#include "cmd/common.h"
#include "sync/sync.h"

/* X(NAME, word, operands, min, max, N_() sentence, function) */
#define SYNC_COMMAND_LIST(X)                                                                       \
	X(STATUS, "status", "", 0, 0, N_("show what is sent, held and still to be carried"),       \
	  sync_status_run)                                                                         \
	X(EXPORT, "export", "", 0, 0, N_("write what the level above lacks to a stick"),           \
	  sync_export_run)                                                                         \
	X(IMPORT, "import", "[FILE|DIR]", 0, 1, N_("take over answers and receipts"),                \
	  sync_import_run)                                                                         \
	X(PUSH, "push", "[HOST]", 0, 1, N_("send over SSH to xiangyi-merge receive and take the answer over"), \
	  sync_push_run)                                                                           \
	X(QR, "qr", "[FILE]", 0, 1,                                                                \
	  N_("show a small bundle or answer as QR codes, when there is neither stick nor line"),  \
	  sync_qr_run)                                                                             \
	X(INSPECT, "inspect", "FILE...", 1, -1,                                                    \
	  N_("show what anyone can see of a bundle, without a store"), sync_inspect_run)           \
	X(OPEN, "open", "FILE...", 1, -1,                                                          \
	  N_("read bundles with the recovery key when their township is lost"), sync_open_run)     \
	X(VERIFY, "verify", "FILE...", 1, -1,                                                      \
	  N_("check bundles and their signatures against the keys of a store"), sync_verify_run)

#define SYNC_COMMAND_ENUM(name, word, operands, min, max, help, run) SYNC_COMMAND_##name,
enum sync_command { SYNC_COMMAND_LIST(SYNC_COMMAND_ENUM) SYNC_COMMAND_N };
#undef SYNC_COMMAND_ENUM

#define SYNC_COMMAND_DECLARE(name, word, operands, min, max, help, run) int run(int argc, char **argv);
SYNC_COMMAND_LIST(SYNC_COMMAND_DECLARE)
#undef SYNC_COMMAND_DECLARE

/* What an answer brought, for people. */
void cmd_print_import(const struct import_report *report);

extern const struct cli_command SYNC_COMMANDS[SYNC_COMMAND_N];

#endif
