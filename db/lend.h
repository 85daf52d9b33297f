/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One owner at a time: the lock file, and lending. The owner listens on STORE/sock; a borrower that finds the lock
 * taken connects and sends "PID NAME\n"; the owner closes the environment, unlocks, sends "1" and waits until
 * the connection ends, which a killed borrower's does too.
 */
#ifndef DB_LEND_H
#define DB_LEND_H

#include "db/maintain.h"
#include "db/store_int.h"

/* Take the lock; with STORE_WAIT ask the owner and wait up to 10 s. ERR_BUSY names the owner. */
int lend_lock(struct store *store, struct error *err);
/* Give the lock and what belongs to it back. */
void lend_unlock(struct store *store);
/* Listen for borrowers. */
int lend_listen(struct store *store, struct error *err);

#endif
