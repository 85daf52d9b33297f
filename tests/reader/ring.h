/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keyrings put together record by record, with whatever in them (doc/bundle.md, "Keyring"). */
#ifndef TESTS_READER_RING_H
#define TESTS_READER_RING_H

#include <string.h>

#include "sync/keylog.h"
#include "sync/wire.h"

struct ring {
	struct buf records;
	uint64_t n, number;
	uint8_t before[CRYPTO_DIGEST_BYTES];
};

/* body is freed. */
static inline void ring_add(struct ring *ring, const uint8_t issuer[DEVICE_ID_BYTES],
                            const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], uint8_t type, struct buf *body)
{
	struct buf one = BUF_INIT;
	uint8_t sig[CRYPTO_SIG_BYTES];
	ring->number = ring->number ? ring->number + 1 : 2026112201;
	buf_put_varint(&one, ring->number);
	buf_put_zigzag(&one, 1794000000 + (int64_t)ring->n);
	buf_put(&one, issuer, DEVICE_ID_BYTES);
	buf_put(&one, ring->before, sizeof(ring->before));
	buf_put_u8(&one, type);
	buf_put_varint(&one, body->len_bytes);
	buf_put(&one, body->data, body->len_bytes);
	crypto_sign_data(sig, "xiangyi key record 1", one.data, one.len_bytes, sign_sk);
	buf_put(&one, sig, sizeof(sig));
	crypto_hash_data(ring->before, sizeof(ring->before), one.data, one.len_bytes, NULL);
	buf_put_varint(&ring->records, one.len_bytes);
	buf_put(&ring->records, one.data, one.len_bytes);
	ring->n++;
	buf_free(&one);
	buf_free(body);
}

static inline void ring_certify(struct ring *ring, const uint8_t issuer[DEVICE_ID_BYTES],
                                const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], const struct store_device *device)
{
	struct buf body = BUF_INIT;
	wire_put_device(&body, device);
	buf_put_varint(&body, 20779);
	buf_put_varint(&body, 0);
	ring_add(ring, issuer, sign_sk, KEYLOG_CERTIFY, &body);
}

/* One record of every other kind, and one of a kind of a later version. */
static inline void ring_rest(struct ring *ring, const uint8_t issuer[DEVICE_ID_BYTES],
                             const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], const struct store_device *device)
{
	struct buf body = BUF_INIT;
	buf_put(&body, device->id, DEVICE_ID_BYTES);
	buf_put(&body, device->box_pk, CRYPTO_KEY_BYTES);
	buf_put_varint(&body, 20779);
	buf_put_varint(&body, 21144);
	ring_add(ring, issuer, sign_sk, KEYLOG_BOX, &body);
	buf_put(&body, device->box_pk, CRYPTO_KEY_BYTES);
	ring_add(ring, issuer, sign_sk, KEYLOG_RECOVERY, &body);
	buf_put(&body, device->id, DEVICE_ID_BYTES);
	buf_put_varint(&body, 12);
	buf_put_varint(&body, 0);
	buf_put_u8(&body, KEYLOG_WHY_STOLEN);
	buf_put_text(&body, "报案");
	ring_add(ring, issuer, sign_sk, KEYLOG_BLOCK, &body);
	buf_put_varint(&body, ring->number);
	ring_add(ring, issuer, sign_sk, KEYLOG_LIFT, &body);
	buf_put(&body, device->id, DEVICE_ID_BYTES);
	buf_put(&body, device->sign_pk, CRYPTO_KEY_BYTES);
	buf_put_text(&body, "示范县");
	ring_add(ring, issuer, sign_sk, KEYLOG_PUBLISHER, &body);
	buf_put(&body, "later", 5);
	ring_add(ring, issuer, sign_sk, 77, &body);
}

/* The whole, appended to out; the ring is freed. */
static inline void ring_put(struct buf *out, struct ring *ring)
{
	buf_put_varint(out, ring->n);
	buf_put(out, ring->records.data, ring->records.len_bytes);
	buf_free(&ring->records);
}

#endif
