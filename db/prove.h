/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proving a base copy: every row of every table is read in key order, which compares the checksum of every page on
 * the way, and every few rows one is looked up by its key from the root, which reads the pages in between. The rows are
 * then counted against the store's counters, which Berkeley DB's own verification cannot do, in a third of its time.
 */
#ifndef DB_PROVE_H
#define DB_PROVE_H

#include "db/store_int.h"

/* store's engine and mark are those of the copy. ERR_CORRUPT when it is not whole. */
int prove_copy(struct store *store, struct error *err);

#endif
