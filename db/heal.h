/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files beside the environment when a store is opened: damaged ones are taken from their copies, and told. */
#ifndef DB_HEAL_H
#define DB_HEAL_H

#include "db/store_int.h"

/* keys and keys.bak: each from the other, else both from the base copy. */
int heal_keys(struct store *store, struct error *err);

/* The secret keys of this installation: from the base copy when it has them; else the damaged file is kept as
 * secrets.bad and the store goes on under a new identity. The environment is open. */
int heal_secrets(struct store *store, struct error *err);

#endif
