/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What backups and restores agree on: which files of a store belong in, and the key. */
#ifndef DB_BACKUP_NAMES_H
#define DB_BACKUP_NAMES_H

#include "db/account.h"

/* Whether a file or folder of the store (its name below it) belongs into a backup: the environment, what is made from
 * it, marks of this machine and the key file itself do not. Such names never lead out of the folder. */
bool backup_name_belongs(const char *name);

/* The key of backups of a store. */
void backup_key(uint8_t out[CRYPTO_KEY_BYTES], const struct session *session);

#endif
