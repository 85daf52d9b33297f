/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Base copies and the log archive: what the start-up ladder rebuilds the database from.
 *
 *   STORE/base/          data/ log/ keys keys.bak secrets format ready    the newest verified copy
 *   STORE/base.prev/     the one before
 *   STORE/logarc/        finished logs since base.prev: log.N or log.N.gz
 */
#ifndef DB_BASE_H
#define DB_BASE_H

#include "db/maintain.h"
#include "db/store_int.h"

/* Move finished logs out of the environment into the archive. */
int logs_archive(struct store *store, struct error *err);
/* Fill the rest of the newest log with zeros, once per file: Berkeley DB leaves it sparse, and a sync that must
 * also write down new blocks of the file takes twice as long. What is read there stays zeros. Not during an import,
 * which fills a log in a few commits. */
void logs_prepare(struct store *store);
/* Compress some archived logs of a village. Encrypted ones stay as they are: they do not shrink; those of the levels
 * above too: compressing takes as long as the merge that wrote them, and the next base copy removes them. */
int logs_compress(struct store *store, struct error *err);
/* The number of a log file's name, with or without ".gz"; 0: another file. */
uint32_t log_number(const char *name);
/* Call each() for every log file in a folder, in no order; stops at the first error. A missing folder has none. */
int logs_each(const char *folder, int (*each)(void *arg, const char *path, uint32_t number,
                                              struct error *err),
              void *arg, struct error *err);

/* After a crash between two renames: put the chain base.new -> base -> base.prev in order. */
int base_settle(const char *store_dir, struct error *err);

#endif
