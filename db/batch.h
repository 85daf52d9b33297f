/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Appending entries: the one way into the store, for own and others' entries alike.
 *
 * A batch lives inside one transaction. batch_add() takes entries in any order; batch_finish() judges them, writes
 * all tables in key order and brings state, indexes and derived rows of every touched record up to date.
 */
#ifndef DB_BATCH_H
#define DB_BATCH_H

#include "db/upper.h"

struct item;

struct rid_pair { /* an ordered change of a table of two numbers */
	rid_t first, second;
	uint32_t order;
	bool del;
};

struct batch {
	struct store *store;
	struct upper *upper;
	struct arena arena;
	struct item **slots;            /* hash of all items by rid */
	size_t n_slots, n_items;
	struct item **queue;            /* to be judged (again) */
	size_t n_queue, cap_queue;
	struct rid_pair *waits;         /* changes of WAIT */
	size_t n_waits, cap_waits;
	struct gift { rid_t entry, subject; char region[REGION_BYTES]; } *gifts; /* found in this batch */
	size_t n_gifts, cap_gifts;
	struct apply_result result;
	uint64_t n_changed;             /* entries of the store whose status is another one now */
};

struct item { /* an entry that the batch writes or looks at */
	rid_t rid;
	struct row row;
	struct span canonical;
	const struct entry *entry;      /* NULL: header only */
	const rid_t *bases;             /* of all fields, one after the other */
	uint8_t old_status;             /* as it stands in the store, ROW_STUB when it is new */
	bool in_store, fresh, dirty, queued, twin;
	const char *reason;             /* of quarantine or waiting */
	struct waiter { rid_t rid; struct waiter *next; } *waiters; /* in this batch */
};

int batch_begin(struct batch *batch, struct store *store, struct error *err);
void batch_end(struct batch *batch); /* frees; the transaction is the caller's */

/* Add an entry with its canonical bytes and their digest; canonical and entry live until batch_end(). *rid (may be
 * NULL) gets its number. */
int batch_add(struct batch *batch, struct span canonical, const struct entry *entry,
              const uint8_t digest[CRYPTO_DIGEST_BYTES], rid_t *rid, struct error *err);
int batch_finish(struct batch *batch, struct error *err);

/* Judge an entry of the store anew (rejudging, rebuilding): queues it when it may have changed. */
int batch_revisit(struct batch *batch, rid_t rid, struct error *err);

/* --- db/refresh.c: after ENTRY and HIST are written --- */

struct touched {
	rid_t record;
	const struct item *only; /* the record's one and only entry when it is new here, else NULL */
};
/* Compute the states of these records (sorted, unique) and write REC, indexes, conflicts and derived rows
 * or their stale marks. Adds to mark and *conflicts. */
int refresh_records(struct store *store, const struct touched *touched, size_t n, uint64_t *conflicts,
                    struct error *err);
/* The state of a record from its entries, in arena. ERR_NOTFOUND (no text) when its first entry does not
 * count. row gets the header of the creating entry. */
int refresh_compute(struct store *store, rid_t record, struct row *row, struct arena *arena,
                    struct record *out, struct error *err);
/* Numbers of all entries of a record, held ones included, its first one in front; in arena. */
int refresh_entries_of(struct store *store, rid_t record, struct arena *arena, rid_t **out, size_t *n,
                       struct error *err);
void rec_key(uint8_t key[20], const struct row *row, rid_t record);

#endif
