/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start-up ladder: opens the environment, and when it is damaged rebuilds it beside itself from the base
 * copy and the logs, or from its own files, whichever has all that the sidecar knows of. The damaged
 * one is kept as env.bad.DATE. Each step is told in store->repaired and STORE/log.
 */
#ifndef DB_LADDER_H
#define DB_LADDER_H

#include "db/store_int.h"

/* How this store's environments are opened; home may be a copy. */
struct engine_params store_engine_params(const struct store *store, const char *home);

/* Open store->engine, load mark, epoch and devices. ERR_CORRUPT only when every step failed. */
int ladder_climb(struct store *store, struct error *err);

/* Remember that a page was damaged: the next climb rebuilds. */
void ladder_mark_damaged(struct store *store);

#endif
