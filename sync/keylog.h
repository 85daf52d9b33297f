/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A keyring: what one place above says about keys, as signed, numbered records that only grow (doc/bundle.md,
 * "Keyring"). It is checked as a whole: whoever holds one can prove every certificate in it without a store.
 */
#ifndef SYNC_KEYLOG_H
#define SYNC_KEYLOG_H

#include "db/store.h"
#include "lib/arena.h"

enum {
	KEYLOG_MAX_RECORDS = 4096,
	KEYLOG_MAX_BODY = 512,
	KEYLOG_MAX_BYTES = 1024 * 1024,
	KEYLOG_TEXT_BYTES = 128, /* reasons and names, with the NUL */
};

/* X(NAME, number) */
#define KEYLOG_TYPE_LIST(X)                                                                        \
	X(CERTIFY, 1)   /* a device, its level and region, from a day to a day */                  \
	X(BOX, 2)       /* a key to seal for, from a day to a day */                               \
	X(RECOVERY, 3)  /* the second recipient, whose secret lies on paper */                     \
	X(BLOCK, 4)     /* entries of a device that do not count, and why */                       \
	X(LIFT, 5)      /* takes a block back */                                                   \
	X(PUBLISHER, 6) /* who signs forms and updates, in minisign's form */
#define KEYLOG_TYPE_ENUM(name, number) KEYLOG_##name = number,
enum keylog_type { KEYLOG_TYPE_LIST(KEYLOG_TYPE_ENUM) };
#undef KEYLOG_TYPE_ENUM

/* X(NAME, number, word, N_() sentence). A suspect range leaves the key good; all others end it. */
#define KEYLOG_WHY_LIST(X)                                                                         \
	X(REPLACED, 1, "replaced", N_("the computer was replaced"))                \
	X(LOST, 2, "lost", N_("the computer was lost"))                                \
	X(STOLEN, 3, "stolen", N_("the computer was stolen"))                        \
	X(MISUSED, 4, "misused", N_("somebody else wrote with its key"))            \
	X(SUSPECT, 5, "suspect", N_("these entries are in doubt"))
#define KEYLOG_WHY_ENUM(name, number, word, sentence) KEYLOG_WHY_##name = number,
enum keylog_why { KEYLOG_WHY_LIST(KEYLOG_WHY_ENUM) KEYLOG_WHY_N };
#undef KEYLOG_WHY_ENUM

struct keylog_record {
	uint64_t number;
	int64_t wall;                       /* the issuer's clock */
	uint8_t issuer[DEVICE_ID_BYTES];
	uint8_t before[CRYPTO_DIGEST_BYTES]; /* hash of the record before, zeros for the first */
	uint8_t type;                       /* one that is not known here is carried and passed over */
	struct span body;
	uint8_t sig[CRYPTO_SIG_BYTES];
	struct span bytes;                  /* all of it */
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	/* of the body, by type */
	struct store_device device;         /* CERTIFY */
	uint8_t subject[DEVICE_ID_BYTES];   /* CERTIFY, BOX, BLOCK: the device meant */
	date_t valid_from, valid_to;        /* CERTIFY, BOX; valid_to 0: no end */
	uint8_t key[CRYPTO_KEY_BYTES];      /* BOX, RECOVERY, PUBLISHER */
	uint8_t key_id[8];                  /* PUBLISHER: minisign's */
	uint64_t first, last;               /* BLOCK: numbers of entries; last UINT64_MAX: all that follow */
	uint64_t lifted;                    /* LIFT: the number of a BLOCK */
	enum keylog_why why;                /* BLOCK */
	char text[KEYLOG_TEXT_BYTES];       /* BLOCK: a note; PUBLISHER: a name */
};

struct keylog {
	const struct keylog_record *records; /* in arena */
	size_t n;
	uint64_t number;                    /* of the last record, 0 when empty */
};

/* --- bytes --- */

/* n varint | n x (length varint, record). The records point into bytes, which must outlive the log. Nothing is
 * proved yet. ERR_CORRUPT, ERR_LIMIT, ERR_NOMEM. */
int keylog_parse(struct keylog *out, struct span bytes, struct arena *arena, struct error *err);
void keylog_put(struct buf *out, const struct keylog *log);

/* Sign one more record behind log and put it to out as a keyring of one record more. Of *record the type and what
 * belongs to its body are used. ERR_LIMIT, ERR_NOMEM. */
int keylog_append(struct buf *out, const struct keylog *log, const struct keylog_record *record,
                  const uint8_t issuer[DEVICE_ID_BYTES], const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                  struct error *err);

/* ERR_SIGNATURE */
int keylog_record_verify(const struct keylog_record *record, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES],
                         struct error *err);

/* --- what it proves --- */

/* Every record is signed by a member of the line, in order, each naming the one before. The line is the device that
 * signed itself first and whom earlier members certified for the same level and region, until one is blocked. Nobody
 * certifies outside the line's own region. ERR_SIGNATURE, ERR_STRANGER, ERR_CORRUPT. */
int keylog_verify(const struct keylog *log, struct error *err);

/* The device that began the line; NULL when the log is empty. */
const struct store_device *keylog_owner(const struct keylog *log);
/* Whether a device is a member of the line and may sign now. */
bool keylog_in_line(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES]);
/* The newest certificate of a device, NULL when there is none. */
const struct keylog_record *keylog_certificate(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES]);
/* The newest record of a type that speaks of a device (NULL: of any). */
const struct keylog_record *keylog_newest(const struct keylog *log, uint8_t type, const uint8_t *device);
/* The block that ends a device's key (any but a suspect range), NULL: it is good. */
const struct keylog_record *keylog_end_of(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES]);
bool keylog_is_lifted(const struct keylog *log, uint64_t number);
/* Whether the two were begun by the same device. */
bool keylog_same_owner(const struct keylog *a, const struct keylog *b);
/* Whether it holds a record with this digest. */
bool keylog_has(const struct keylog *log, const uint8_t digest[CRYPTO_DIGEST_BYTES]);
/* Whether longer begins with all records of log. */
bool keylog_continues(const struct keylog *longer, const struct keylog *log);

const char *keylog_why_word(enum keylog_why why);
const char *keylog_why_sentence(enum keylog_why why); /* translated */
int keylog_why_parse(const char *word, enum keylog_why *out); /* ERR_INVALID */

#endif
