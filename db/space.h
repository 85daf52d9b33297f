/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room on the disk: STORE/ballast is freed when the disk is full, so that recovery can run. */
#ifndef DB_SPACE_H
#define DB_SPACE_H

#include "db/store_int.h"

/* Make the ballast if it is not there: 16 MB, or a quarter of a small disk. ERR_NOSPACE
 * when less than twice that is free. ERR_IO. */
int ballast_make(struct store *store, struct error *err);
void ballast_free(struct store *store);
/* ERR_NOSPACE while the ballast is gone and cannot be made, or hardly anything is free beside it. */
int space_check(struct store *store, struct error *err);
/* What the files in this folder take on the disk. */
int64_t space_used(const char *folder);

#endif
