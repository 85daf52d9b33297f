/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cryptography that finds everything in order and hides nothing, put in the place of lib/crypto.c by the linker
 * (--wrap): what stands behind the checks is fuzzed too, as if every sender were hostile and had its keys.
 */
#include "config.h"

#include <string.h>

#include "lib/crypto.h"

bool __wrap_crypto_equal(const void *a, const void *b, size_t n_bytes);
int __wrap_crypto_verify(const uint8_t *sig, const char *context, const void *in, size_t n_bytes, const uint8_t *pk,
                         struct error *err);
void __wrap_crypto_seal(uint8_t *out, const void *in, size_t n_bytes, const uint8_t *pk);
int __wrap_crypto_seal_open(void *out, const uint8_t *in, size_t in_bytes, const uint8_t *pk, const uint8_t *sk,
                            struct error *err);
void __wrap_crypto_stream_push(struct crypto_stream *s, uint8_t *out, const void *in, size_t n_bytes, const void *ad,
                               size_t ad_bytes, bool last);
int __wrap_crypto_stream_pull(struct crypto_stream *s, void *out, const uint8_t *in, size_t in_bytes, const void *ad,
                              size_t ad_bytes, bool *last, struct error *err);

bool __wrap_crypto_equal(const void *a, const void *b, size_t n_bytes)
{
	(void)a, (void)b, (void)n_bytes;
	return true;
}

int __wrap_crypto_verify(const uint8_t *sig, const char *context, const void *in, size_t n_bytes, const uint8_t *pk,
                         struct error *err)
{
	(void)sig, (void)context, (void)in, (void)n_bytes, (void)pk, (void)err;
	return 0;
}

void __wrap_crypto_seal(uint8_t *out, const void *in, size_t n_bytes, const uint8_t *pk)
{
	(void)pk;
	memset(out, 0, n_bytes + CRYPTO_SEAL_BYTES);
	memcpy(out, in, n_bytes);
}

int __wrap_crypto_seal_open(void *out, const uint8_t *in, size_t in_bytes, const uint8_t *pk, const uint8_t *sk,
                            struct error *err)
{
	(void)pk, (void)sk, (void)err;
	memcpy(out, in, in_bytes - CRYPTO_SEAL_BYTES);
	return 0;
}

/* A frame is its plain bytes, zeros, and 1 at the end of the last one. */
void __wrap_crypto_stream_push(struct crypto_stream *s, uint8_t *out, const void *in, size_t n_bytes, const void *ad,
                               size_t ad_bytes, bool last)
{
	(void)s, (void)ad, (void)ad_bytes;
	if (n_bytes)
		memcpy(out, in, n_bytes);
	memset(out + n_bytes, 0, CRYPTO_STREAM_ADD_BYTES);
	out[n_bytes + CRYPTO_STREAM_ADD_BYTES - 1] = last;
}

int __wrap_crypto_stream_pull(struct crypto_stream *s, void *out, const uint8_t *in, size_t in_bytes, const void *ad,
                              size_t ad_bytes, bool *last, struct error *err)
{
	(void)s, (void)ad, (void)ad_bytes, (void)err;
	if (in_bytes > CRYPTO_STREAM_ADD_BYTES)
		memcpy(out, in, in_bytes - CRYPTO_STREAM_ADD_BYTES);
	*last = in[in_bytes - 1] & 1;
	return 0;
}
