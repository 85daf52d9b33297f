/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs of "xiangyi-merge keys" share. */
#ifndef CMD_MERGE_KEYS_H
#define CMD_MERGE_KEYS_H

#include "sync/keys.h"

struct keys_command {
	struct store *store;
	struct self self;
	bool json, all, yes;
	const char *operand, *reason, *note, *words;
	long from, to; /* 0: not given */
};

int keys_do_list(struct keys_command *c, struct error *err);
int keys_do_import(struct keys_command *c, struct error *err);

#endif
