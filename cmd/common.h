/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the programs share: where the store is, who opens it, what is registered on it. */
#ifndef CMD_COMMON_H
#define CMD_COMMON_H

#include "db/store.h"
#include "lib/cli.h"
#include "sync/package.h"

/* The options that every command takes; put CMD_OPTIONS(&common) into its option table. */
struct cmd_common {
	const char *store;         /* --store, else $XIANGYI_STORE, $XDG_DATA_HOME/xiangyi, ~/.local/share/xiangyi */
	const char *operator_name; /* --operator, else asked on the terminal */
	const char *password_file; /* --password-file: its first line, else asked on the terminal */
	bool json;
	unsigned store_flags;      /* for store_open(), beside those of all commands */
};
#define CMD_OPTIONS(common)                                                                        \
	{ "store", CLI_TEXT, "DIR", N_("folder of the store"), &(common)->store },                 \
	{ "operator", CLI_TEXT, "NAME", N_("who is working"), &(common)->operator_name },          \
	{ "password-file", CLI_TEXT, "FILE", N_("file whose first line is the password"),          \
	  &(common)->password_file },                                                              \
	{ "json", CLI_FLAG, NULL, N_("print results as JSON"), &(common)->json }

/* Keys are in memory: no core files, no other process of this user may look in. Call it first. */
void cmd_harden(void);

/* The store's folder by the rules above; lives as long as the program. */
const char *cmd_store_dir(const struct cmd_common *common);

/* First line of a password file into out. ERR_NOTFOUND, ERR_IO, ERR_LIMIT. */
int cmd_read_password(const char *path, char *out, size_t size, struct error *err);

struct cmd_store {
	struct form_set *forms;
	struct store *store;
};

/* Unlock (asking on the terminal where needed), load the forms, open the store (waiting for a lending owner),
 * register care's derived tables and sync's rules. Says on stderr what the start-up ladder repaired. */
int cmd_open(struct cmd_store *out, const struct cmd_common *common, struct error *err);
/* Makes a base copy first when one is due. */
void cmd_close(struct cmd_store *opened);

/* Whether two people have the same words before them, however they are spaced or written in capitals. */
bool cmd_same_words(const char *heard, const char *shown);
/* Ask on the terminal; false for all but a clear yes, also when there is no terminal. */
/* A recovery key, once, with what to do with it. */
void cmd_print_recovery_key(const char *code);
bool cmd_ask_yes(const char *question);

/* What new forms, codes and rules of the level above change, or why they were refused; nothing when there are none. */
void cmd_print_package(const struct package_report *package);

#endif
