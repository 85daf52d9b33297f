/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records that were exported elsewhere and imported here: under which version each stands here, so that records
 * that refer to it find it, and that none is taken over twice. Versions are texts as exports have them.
 */
#ifndef CMD_COPIES_H
#define CMD_COPIES_H

#include "db/store.h"

/* Note that the record is a copy of original; nothing when original is no version. */
int copies_add(struct store *store, const char *original, rid_t copy, struct error *err);

/* The version of the copy of original, "" when there is none; in arena. */
const char *copies_find(struct store *store, const char *original, struct arena *arena);

/* ERR_EXISTS: the original or a copy of it is in the store. */
int copies_check(struct store *store, const char *original, struct error *err);

#endif
