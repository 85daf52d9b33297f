/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside a batch: which entries count, which wait for what, and which are held back. */
#ifndef DB_JUDGE_H
#define DB_JUDGE_H

#include "db/batch.h"

/* --- items (db/batch.c) --- */
struct item *batch_item(const struct batch *batch, rid_t rid); /* NULL: not in this batch */
struct item *batch_item_new(struct batch *batch, rid_t rid, struct error *err);
/* With entry and bases, from the store if need be; NULL on an error. A stub has no entry. */
struct item *batch_item_load(struct batch *batch, rid_t rid, struct error *err);
/* The number of a version in this batch or in the store, stubs included. */
bool batch_find(struct batch *batch, const struct version *version, rid_t *rid);
int batch_row(struct batch *batch, rid_t rid, struct row *out, struct error *err);

/* --- judging (db/judge.c) --- */
int batch_enqueue(struct batch *batch, struct item *item, struct error *err);
/* --- db/given.c: entries that give a resident to a region --- */
/* Note what the item gives, if anything; *subject is then whom, else 0. */
int batch_note_gift(struct batch *batch, const struct item *item, rid_t *subject, struct error *err);

/* Judge all that is queued and whatever that wakes. */
int batch_judge(struct batch *batch, struct error *err);

#endif
