/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a store: what creating and restoring share. */
#ifndef DB_LIFE_H
#define DB_LIFE_H

#include "db/store_int.h"

/* Make dir, empty it and mark it unfinished: it is absent, empty or holds a store that was never finished, so that nothing
 * can be lost. ERR_EXISTS. */
int life_prepare_folder(const char *dir, struct error *err);
/* Remove all that lies in such a folder. */
void life_clear_folder(const char *dir);
/* The folder holds a whole store now. */
int life_finish_folder(const char *dir, struct error *err);

/* The struct of a store in an existing folder, its keys from session (may be NULL); nothing is opened. NULL: errno. */
struct store *life_new(const char *dir, const struct session *session);
/* Close what is open and free it; NULL is not fine. */
void life_free(struct store *store);
/* STORE/format from store->level and store->encrypted. */
int life_format_write(const struct store *store, struct error *err);
/* Make the environment with the first transaction: devices (store->devices is empty before), who of them this is, and
 * store->epoch. The lock is held. */
int life_make_env(struct store *store, const struct store_device *devices, size_t n, uint16_t self,
                  struct error *err);

#endif
