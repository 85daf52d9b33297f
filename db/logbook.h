/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STORE/log: what happened to the store, line by line with its time; no patient's name ever. */
#ifndef DB_LOGBOOK_H
#define DB_LOGBOOK_H

#include "db/store_int.h"

/* Append a line; a failure is no error, since a log must not stop the work. */
void logbook_write(const char *store_dir, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same sentence for the log and, translated, for the person (store->repaired). */
void logbook_tell(struct store *store, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
