/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operators and keys: the file STORE/keys, outside the database because it opens it.
 *
 * One random master key per store. It is wrapped for every operator (Argon2id of the password), for the printed
 * recovery code and, after enrolment, for the township. From it come the database's key, the key of
 * the secrets file and of drafts, and the key of index hashes. A password change rewraps only.
 */
#ifndef DB_ACCOUNT_H
#define DB_ACCOUNT_H

#include <stdbool.h>
#include "lib/arena.h"
#include "lib/crypto.h"
#include "lib/error.h"

/* X(NAME, word, may see patients, may write records, may administer) */
#define ROLE_LIST(X)                                                                               \
	X(DOCTOR, "doctor", true, true, true)                                                      \
	X(NURSE, "nurse", true, true, false)                                                       \
	X(TOWNSHIP, "township", true, true, true)                                                  \
	X(AUDITOR, "auditor", true, false, false)                                                  \
	X(SUPPORT, "support", false, false, false)
#define ROLE_ENUM(name, word, see, write, admin) ROLE_##name,
enum role { ROLE_LIST(ROLE_ENUM) ROLE_N };
#undef ROLE_ENUM

enum { OPERATOR_BYTES = 33, RECOVERY_CODE_BYTES = 48 };

struct session { /* who is working; wipe with session_end() */
	char operator_name[OPERATOR_BYTES]; /* login name: [a-z0-9_.-], 1 to 32 */
	char display_name[128];
	enum role role;
	uint8_t master[CRYPTO_KEY_BYTES];
};

struct account {
	const char *operator_name, *display_name;
	enum role role;
	bool disabled;
};

const char *role_word(enum role role);
int role_parse(const char *word, enum role *out); /* ERR_INVALID lists the words in no err: caller does */
bool role_sees_patients(enum role role);
bool role_writes(enum role role);
bool role_administers(enum role role);

/* Make STORE/keys with the first operator and a new master key. recovery gets the code to print.
 * ERR_EXISTS when there is one. */
int account_create(const char *store_dir, const char *operator_name, const char *display_name,
                   enum role role, const char *password, char recovery[RECOVERY_CODE_BYTES],
                   struct session *out, struct error *err);

/* ERR_AUTH for a wrong name or password alike, after the same time. Five wrong tries in a row: 30 s pause
 * (ERR_BUSY says how long). ERR_NOTFOUND: no store here. ERR_CORRUPT. */
int account_unlock(const char *store_dir, const char *operator_name, const char *password,
                   struct session *out, struct error *err);
int account_unlock_recovery(const char *store_dir, const char *code, struct session *out,
                            struct error *err);
void session_end(struct session *session);

/* Need role_administers(session); a password needs 8 characters or more. */
int account_add(const char *store_dir, const struct session *session, const char *operator_name,
                const char *display_name, enum role role, const char *password, struct error *err);
int account_set_password(const char *store_dir, const struct session *session,
                         const char *operator_name, const char *password, struct error *err);
int account_disable(const char *store_dir, const struct session *session, const char *operator_name,
                    bool disabled, struct error *err); /* the last administrator stays: ERR_DENIED */

/* All operators in arena, needs no password. */
int account_list(const char *store_dir, struct arena *arena, const struct account **out, size_t *n,
                 struct error *err);

/* Wrap the master key for the township's public box key (after enrolment). */
int account_wrap_for(const char *store_dir, const struct session *session,
                     const uint8_t box_pk[CRYPTO_KEY_BYTES], struct error *err);

#endif
