/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * STORE/sidecar: how far the database had come, outside of it. Berkeley DB takes a damaged log for its end without a
 * word; this file notices. Two slots of 512 bytes, written alternately and after the commit they tell
 * of, never synced alone: so it is never ahead of the database.
 *
 * slot = "XYSIDE01" | turn 8 | device 8 | epoch 8 | commits 8 | entries 8 | seq 8 | head 32 |
 *        log file 4 | log offset 4 | zeros | hash 16 of all before
 */
#ifndef DB_SIDECAR_H
#define DB_SIDECAR_H

#include "db/store_int.h"

struct sidecar {
	uint64_t turn;
	uint8_t device[DEVICE_ID_BYTES], epoch[8];
	uint64_t commits, n_entries, self_seq;
	uint8_t self_head[CRYPTO_HASH_BYTES];
	struct engine_position log;
};

/* The newest whole slot. ERR_NOTFOUND: no file. ERR_CORRUPT: no slot is whole. */
int sidecar_read(const char *dir, struct sidecar *out, struct error *err);
/* Write store->mark into the next slot; opens the file when needed. sync: wait for the disk. */
int sidecar_write(struct store *store, bool sync, struct error *err);

#endif
