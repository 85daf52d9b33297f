/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Backups: one encrypted file with all that makes a store: its entries, devices, values of the rooms above, secret
 * keys, drafts, forms of the level above. What can be computed is not in it. A restore makes a new store from it and
 * gives it a new incarnation, because the old one may have gone on after the backup.
 */
#ifndef DB_BACKUP_H
#define DB_BACKUP_H

#include "db/exchange.h"

struct backup_facts {
	uint64_t files, devices, values, entries, bytes;
	int64_t wall;                /* when it was made, s since 1970 */
	char name[SITE_NAME_BYTES], region[REGION_BYTES];
};

/* Write a backup and read it back. The file takes its name only when all of it is on the disk and good.
 * ERR_NOSPACE, ERR_IO, ERR_CANCELLED: nothing is left of it. */
int store_backup(struct store *store, const char *path, struct progress *progress,
                 struct backup_facts *out, struct error *err);

struct restore;
struct restore_key { /* of an operator at the time of the backup, or the recovery code */
	const char *operator_name, *password;
	const char *recovery_code; /* not NULL: instead of the two above */
};

/* Check the whole backup, open it and lay its files into dir, which is absent or empty. ERR_EXISTS,
 * ERR_INVALID (no backup), ERR_TRUNCATED, ERR_CORRUPT, ERR_AUTH, ERR_NOSPACE: dir is as it was. */
int restore_begin(struct restore **out, const char *file, const char *dir, const struct restore_key *key,
                  struct error *err);
/* Make the database from the entries, judged by judge, under a new incarnation. forms are those that
 * restore_begin() laid into dir. The store is closed again at return. */
int restore_finish(struct restore *restore, const struct form_set *forms, const struct store_judge *judge,
                   struct progress *progress, struct backup_facts *out, struct error *err);
void restore_end(struct restore *restore); /* unfinished: dir is emptied again; NULL is fine */

#endif
