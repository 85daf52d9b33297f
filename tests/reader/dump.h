/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a bundle holds, as lines of text: one for each section, device and entry (number and digest). The readers
 * in C and Python must say the same of the same bytes; of a file that either refuses the one word "refused".
 */
#ifndef TESTS_READER_DUMP_H
#define TESTS_READER_DUMP_H

#include "sync/envelope.h"

enum { DUMP_KEYS_MAX = 8 };

struct dump_keys {
	struct { uint8_t pk[CRYPTO_KEY_BYTES], sk[CRYPTO_KEY_BYTES]; } box[DUMP_KEYS_MAX]; /* the reader's */
	struct { uint8_t device[DEVICE_ID_BYTES], pk[CRYPTO_SIGN_PK_BYTES]; } sign[DUMP_KEYS_MAX];
	size_t n_box, n_sign;
};
/* From the lines "box SECRET-KEY PUBLIC-KEY" and "sign DEVICE PUBLIC-KEY"; false when there is another line. */
bool dump_keys_parse(struct dump_keys *out, const char *text);
void dump_keys_print(struct buf *out, const struct dump_keys *keys);

struct dump_entry { uint8_t device[DEVICE_ID_BYTES]; uint64_t seq; uint8_t digest[CRYPTO_DIGEST_BYTES]; };
struct dump_store { struct dump_entry *entries; size_t n, cap; }; /* what earlier parts brought */
void dump_store_free(struct dump_store *store);

/* Append what the file behind fd holds to out, or "refused"; the reason is in err. */
int dump_bundle(const struct dump_keys *keys, struct dump_store *store, int fd, struct buf *out, struct error *err);
/* The same for bytes in memory. */
int dump_bytes(const struct dump_keys *keys, struct dump_store *store, struct span file, struct buf *out,
               struct error *err);

#endif
