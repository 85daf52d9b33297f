/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which differences between leaves need nobody's decision, and what is shown instead. */
#ifndef DB_SETTLE_H
#define DB_SETTLE_H

#include "db/store.h"

/* Find the standing of every field with several leaves by its form (NULL: unknown) and put what is shown into the first
 * leaf; conflicted becomes true only when a person is needed. Nothing is written: all leaves stay. ERR_NOMEM. */
int settle_record(const struct form *form, struct record *record, struct arena *arena, struct error *err);

#endif
