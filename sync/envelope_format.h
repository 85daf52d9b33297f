/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer and the reader of envelopes share. */
#ifndef SYNC_ENVELOPE_FORMAT_H
#define SYNC_ENVELOPE_FORMAT_H

#include "sync/envelope.h"

enum {
	MAGIC_BYTES = 8,
	HEAD_FIXED_BYTES = MAGIC_BYTES + 4 + 2, /* magic, major, minor, least reader, suite, header length */
	HEAD_BODY_BYTES = 1 + 2 * DEVICE_ID_BYTES + BUNDLE_ID_BYTES + 2,
	KEY_ID_BYTES = 8,
	SEALED_BYTES = CRYPTO_KEY_BYTES + CRYPTO_SEAL_BYTES,
	RECIPIENT_BYTES = KEY_ID_BYTES + SEALED_BYTES,
	FRAME_HEAD_BYTES = 4,
	AD_BYTES = CRYPTO_HASH_BYTES + 4,
	TRAILER_BYTES = CRYPTO_HASH_BYTES + CRYPTO_SIG_BYTES,
};

#define FRAME_LAST 0x80000000u
#define ENVELOPE_CONTEXT "xiangyi bundle 1"

/* Not ASCII, then CR LF, ^Z and LF: a transfer that treats the file as text changes it here. */
static const uint8_t ENVELOPE_MAGIC[MAGIC_BYTES] = { 0xe4, 'X', 'Y', 'B', '\r', '\n', 0x1a, '\n' };

static inline void envelope_key_id(uint8_t out[KEY_ID_BYTES], const uint8_t box_pk[CRYPTO_KEY_BYTES])
{
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	crypto_hash_data(hash, sizeof(hash), box_pk, CRYPTO_KEY_BYTES, NULL);
	for (int i = 0; i < KEY_ID_BYTES; i++)
		out[i] = hash[i];
}

/* Additional data of a frame: the hash of all that stands before the frames, and the frame's number. */
static inline void envelope_ad(uint8_t out[AD_BYTES], const uint8_t head[CRYPTO_HASH_BYTES], uint32_t frame)
{
	for (int i = 0; i < CRYPTO_HASH_BYTES; i++)
		out[i] = head[i];
	put_u32_be(out + CRYPTO_HASH_BYTES, frame);
}

#endif
