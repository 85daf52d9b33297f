/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transactions are declared in db/store_int.h; here is what only opening needs. */
#ifndef DB_TXN_H
#define DB_TXN_H

#include "db/maintain.h"
#include "db/store_int.h"

/* Read META "mark" into store->mark. ERR_CORRUPT when it is missing or broken. */
int mark_load(struct store *store, struct error *err);
/* Read mark, devices and epoch of an open environment. */
int store_load(struct store *store, struct error *err);
/* Checkpoint and close the environment; ladder_climb() opens it again. On an error it is still open. */
int store_rest(struct store *store, struct error *err);

#endif
