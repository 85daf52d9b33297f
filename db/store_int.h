/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of db/ share and no other room sees. */
#ifndef DB_STORE_INT_H
#define DB_STORE_INT_H

#include "db/derive.h"
#include "db/engine.h"
#include "db/exchange.h"
#include "db/store.h"

enum {
	DERIVERS_MAX = 16,
	RID_SEQ_BITS = 40,
	RID_FORK_BITS = 8,
};

static inline rid_t rid_make(uint16_t devno, uint64_t seq, uint8_t fork)
{
	return (uint64_t)devno << 48 | seq << RID_FORK_BITS | fork;
}
static inline uint16_t rid_devno(rid_t rid) { return (uint16_t)(rid >> 48); }
static inline uint64_t rid_seq(rid_t rid) { return rid >> RID_FORK_BITS & ((UINT64_C(1) << RID_SEQ_BITS) - 1); }
static inline uint8_t rid_fork(rid_t rid) { return (uint8_t)rid; }

/* Counters that change with each commit. store_commit() writes them to META "mark" in the same transaction and,
 * when it is durable, to the sidecar outside the environment. Whoever appends entries changes them in
 * store->mark inside a transaction; abort and recovery read them back. */
struct store_mark {
	uint64_t commits;   /* store_commit() counts */
	uint64_t n_entries; /* held, quarantined and waiting ones included */
	uint64_t self_seq;  /* highest number of the present incarnation */
	uint64_t lamport;   /* highest seen */
	uint64_t n_records, n_residents, n_waiting, n_quarantined, n_conflicts;
	uint8_t self_head[CRYPTO_HASH_BYTES]; /* chain head at self_seq */
};

struct upper; /* what the record side keeps in memory (db/upper.h) */

struct store {
	char *dir;                     /* absolute, no slash at its end */
	int dir_fd, lock_fd;
	int listen_fd, borrow_fd;      /* lending: the owner's socket, the borrower's connection, or -1 */
	unsigned flags;                /* enum store_flags */
	struct session session;
	const struct form_set *forms;

	struct engine *engine;
	bool encrypted;
	bool bulk;                     /* store_bulk_begin(): commits are not durable, the sidecar waits */
	bool trying;                   /* store_try_begin(): one transaction around all others, never committed */
	bool importing;                /* inside a large chunk of store_apply(): checkpoints may wait longer */
	struct store_mark mark;
	uint64_t generation;           /* grows when an abort, a recovery or lending may have made caches stale */
	uint8_t epoch[8];

	struct store_device *devices;  /* device number n is devices[n - 1] */
	size_t n_devices, cap_devices;
	uint16_t self;                 /* own device number */

	uint8_t db_key[CRYPTO_KEY_BYTES];    /* data key of the environment */
	uint8_t draft_key[CRYPTO_KEY_BYTES];
	uint8_t index_key[CRYPTO_KEY_BYTES]; /* for hashes of ID numbers */

	struct deriver derivers[DERIVERS_MAX];
	uint8_t deriver_numbers[DERIVERS_MAX];
	size_t n_derivers;
	struct store_judge judge;
	struct upper *upper;           /* NULL until first used */

	int sidecar_fd;
	uint64_t sidecar_turn;
	struct engine_position log_at; /* end of the log at the last sidecar */
	uint32_t log_archived, log_prepared; /* the newest log file when that was done last */
	enum level level;
	int64_t ballast_bytes;         /* 0: freed, or not made for want of space */
	struct buf repaired;           /* sentences of the start-up ladder, translated */
};

/* --- transactions (db/txn.c) ---
 * store_begin() refuses with ERR_NOSPACE while the disk has no reserve. store_commit() looks an unknown outcome up
 * itself: 0 means saved, an error means that nothing was (mark, devices and generation are as before
 * the transaction, the engine is open again). durable is ignored in bulk mode. */
int store_begin(struct store *store, struct error *err);
int store_commit(struct store *store, struct error *err);
void store_abort(struct store *store);
/* Close a failed engine, climb the ladder again and reload mark and devices. */
int store_recover(struct store *store, struct error *err);
/* Bulk mode off: all earlier commits are durable at return, the sidecar is written. */
int store_settle(struct store *store, struct error *err);

/* --- devices (db/device.c) --- */
int devices_load(struct store *store, struct error *err);
/* The number of a device, 0 when unknown. */
uint16_t device_number(const struct store *store, const uint8_t id[DEVICE_ID_BYTES]);
/* The same, and an unknown device gets a row without keys; inside a transaction. */
int device_number_for(struct store *store, const uint8_t id[DEVICE_ID_BYTES], uint16_t *out,
                      struct error *err);
/* A device as META and backups have it. decode: false when it is broken; self is false. */
void device_encode(struct buf *out, const struct store_device *device);
bool device_decode(struct store_device *out, struct span in);
/* Write the device (by its id) inside the caller's transaction. */
int device_put_txn(struct store *store, const struct store_device *device, struct error *err);

/* --- the record side (db/upper.c); store_close() calls it, NULL is fine --- */
void upper_free(struct upper *upper);

/* --- META values, inside the caller's transaction --- */
int meta_put(struct store *store, const char *name, struct span value, struct error *err);
int meta_get(struct store *store, const char *name, struct span *value, struct error *err);

/* --- epochs (db/epoch.c, with store_new_epoch() and store_had_epoch()) ---
 * Write a new epoch inside the caller's transaction and note the present one as past. */
int epoch_draw_txn(struct store *store, uint8_t out[8], struct error *err);

/* --- the fence outside the environment (db/fence.c, with store_fence() and store_renew()) --- */
struct fence {
	uint8_t incarnation[8];
	uint64_t highest_seq;  /* that has left this machine */
	uint8_t head[CRYPTO_HASH_BYTES];
};
int fence_read(const char *dir, struct fence *out, struct error *err);
int fence_write(const char *dir, const struct fence *fence, struct error *err);
/* Whether the database is older than what the fence knows. */
int fence_check(struct store *store, bool *set_back, struct error *err);

#endif
