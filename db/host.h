/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * STORE/host: on which computer, disk and folder the store was last opened, as hashes. A store that wakes up elsewhere is
 * a copy, a clone of the disk, or was moved: it must not go on under numbers that another one may give out, too.
 */
#ifndef DB_HOST_H
#define DB_HOST_H

#include "db/store_int.h"

/* Compare with now; *moved when one of the three is another one. What is not known on one of the sides says nothing.
 * $XIANGYI_HOST takes the place of all three. */
int host_check(const struct store *store, bool *moved, struct error *err);
int host_write(const struct store *store, struct error *err);

#endif
