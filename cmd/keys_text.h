/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in force about keys, in plain words: for xiangyi-merge keys and xiangyi-sync status. */
#ifndef CMD_KEYS_TEXT_H
#define CMD_KEYS_TEXT_H

#include "lib/cli.h"
#include "sync/keys.h"

/* The place above and who vouches for it; nothing when there is none. */
void cmd_print_upper(struct store *store, const struct keys *keys);
void cmd_json_upper(struct json *json, struct store *store, const struct keys *keys);

/* All blocks that stand, of every keyring here. */
void cmd_print_blocks(struct store *store, const struct keys *keys);
void cmd_json_blocks(struct json *json, struct store *store, const struct keys *keys);

#endif
