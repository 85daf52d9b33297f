/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of xiangyi-merge: one list makes the table, the numbers and the declarations. */
#ifndef CMD_MERGE_CMD_H
#define CMD_MERGE_CMD_H

#include "cmd/common.h"
#include "cmd/conflicts.h"

/* X(NAME, word, operands, min, max, N_() sentence, function) */
#define MERGE_COMMAND_LIST(X)                                                                      \
	X(ENROL, "enrol", "REQUEST", 1, 1, N_("vouch for a clinic and write its answer"),          \
	  merge_enrol_run)                                                                         \
	X(MERGE, "merge", "[FILE|DIR...]", 0, -1,                                                    \
	  N_("merge the bundles of the clinics and write receipts beside them"), merge_merge_run)  \
	X(REPLY, "reply", "REGION", 1, 1,                                                          \
	  N_("answer a clinic without its bundle; rebuild a lost computer's records"), merge_reply_run) \
	X(FORWARD, "forward", "", 0, 0,                                                            \
	  N_("pass what the clinics signed on to the level above"), merge_forward_run)             \
	X(RECEIVE, "receive", "", 0, 0,                                                            \
	  N_("merge what a clinic pushes over SSH: the forced command of its key"),                \
	  merge_receive_run)                                                                       \
	X(STATUS, "status", "", 0, 0, N_("show what is held of every clinic"), merge_status_run)   \
	X(CONFLICTS, "conflicts", CONFLICTS_OPERANDS, 0, 2,                                        \
	  N_("list or decide fields that were changed differently in two places"),                 \
	  merge_conflicts_run)                                                                     \
	X(DUPLICATES, "duplicates", "", 0, 0, N_("list residents that may be one person"),         \
	  merge_duplicates_run)                                                                    \
	X(LINK, "link", "RESIDENT RESIDENT", 2, 2, N_("say that two records are one person"), merge_link_run)  \
	X(UNLINK, "unlink", "RESIDENT RESIDENT", 2, 2, N_("take back what was said of two records"),           \
	  merge_unlink_run)                                                                        \
	X(NOT_SAME, "not-same", "RESIDENT RESIDENT", 2, 2, N_("say that two records are two people"),          \
	  merge_not_same_run)                                                                      \
	X(HELD, "held", "", 0, 0, N_("list entries that do not count yet, with the reason"), merge_held_run)   \
	X(GRANT, "grant", "RESIDENT REGION", 2, 2,                                                 \
	  N_("let a village write the data of another one's resident"), merge_grant_run)           \
	X(MOVE, "move", "RESIDENT REGION", 2, 2, N_("let a resident belong to another village"), merge_move_run) \
	X(REPORT, "report", "indicators|cohorts|honest|close|closed [WHICH]", 1, 2,                \
	  N_("print indicators, cohorts, the self-check of honest data; close a period"), merge_report_run) \
	X(PUBLISH, "publish", "DIR", 1, 1,                                                         \
	  N_("send new or changed forms, codes and rules to the clinics with the next answers"),   \
	  merge_publish_run)                                                                       \
	X(KEYS, "keys", "[VERB [WHAT]]", 0, 2,                                                     \
	  N_("show which keys are in force, rotate, revoke and lift them"), merge_keys_run)        \
	X(ROOT, "root", "make|sign FILE.xyk [REQUEST]", 2, 3,                                      \
	  N_("vouch for townships with a code on paper, without a store"), merge_root_run)         \
	X(SIGN, "sign", "FILE...", 1, -1, N_("sign files so that minisign can verify them"),       \
	  merge_sign_run)                                                                          \
	X(DIGEST, "digest", "", 0, 0,                                                              \
	  N_("print the hash of all entries and of the state made from them"), merge_digest_run)

#define MERGE_COMMAND_ENUM(name, word, operands, min, max, help, run) MERGE_COMMAND_##name,
enum merge_command { MERGE_COMMAND_LIST(MERGE_COMMAND_ENUM) MERGE_COMMAND_N };
#undef MERGE_COMMAND_ENUM

int merge_enrol_run(int argc, char **argv);
int merge_merge_run(int argc, char **argv);
int merge_reply_run(int argc, char **argv);
int merge_forward_run(int argc, char **argv);
int merge_status_run(int argc, char **argv);
int merge_conflicts_run(int argc, char **argv);
int merge_report_run(int argc, char **argv);
int merge_digest_run(int argc, char **argv);
int merge_keys_run(int argc, char **argv);
int merge_root_run(int argc, char **argv);
int merge_sign_run(int argc, char **argv);
int merge_duplicates_run(int argc, char **argv);
int merge_link_run(int argc, char **argv);
int merge_unlink_run(int argc, char **argv);
int merge_not_same_run(int argc, char **argv);
int merge_held_run(int argc, char **argv);
int merge_grant_run(int argc, char **argv);
int merge_move_run(int argc, char **argv);
/* A resident by its record's number or whole ID number. ERR_NOTFOUND also when several have it. */
int merge_find_resident(struct store *store, const char *text, rid_t *out, struct error *err);
int merge_publish_run(int argc, char **argv);
int merge_receive_run(int argc, char **argv);

extern const struct cli_command MERGE_COMMANDS[MERGE_COMMAND_N];

#endif
