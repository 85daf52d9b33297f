/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/roll.h"

#include <string.h>

static bool is_marked(const struct roll *roll, size_t i)
{
	return roll->marks[i / 8] >> i % 8 & 1;
}

void roll_mark(struct roll *roll, size_t i)
{
	roll->n_marked += !is_marked(roll, i);
	roll->marks[i / 8] |= (uint8_t)(1 << i % 8);
}

void roll_put(struct buf *out, const struct roll *roll)
{
	buf_put_varint(out, roll->n);
	buf_put(out, roll->marks, (roll->n + 7) / 8);
	buf_put(out, roll->digests, roll->n * CRYPTO_DIGEST_BYTES);
}

bool roll_take(struct span in, struct roll *out)
{
	struct span marks, digests;
	uint64_t n;

	if (!span_varint(&in, &n) || !n || n > CHUNK_MAX_ROWS || !span_take(&in, (n + 7) / 8, &marks) ||
	    !span_take(&in, n * CRYPTO_DIGEST_BYTES, &digests) || in.len_bytes)
		return false;
	memset(out->marks, 0, sizeof(out->marks));
	memcpy(out->marks, marks.data, marks.len_bytes);
	memcpy(out->digests, digests.data, digests.len_bytes);
	out->n = (size_t)n;
	out->n_marked = 0;
	for (size_t i = 0; i < out->n; i++)
		out->n_marked += is_marked(out, i);
	return true;
}

void roll_root(const struct roll *roll, uint8_t root[CRYPTO_DIGEST_BYTES])
{
	crypto_hash_data(root, CRYPTO_DIGEST_BYTES, roll->digests, roll->n * CRYPTO_DIGEST_BYTES, NULL);
}

bool roll_fits(const struct roll *roll, size_t n, const uint8_t root[CRYPTO_DIGEST_BYTES])
{
	uint8_t marked[CRYPTO_DIGEST_BYTES];
	struct crypto_hash_state state;

	crypto_hash_begin(&state, sizeof(marked), NULL);
	for (size_t i = 0; i < roll->n; i++)
		if (is_marked(roll, i))
			crypto_hash_add(&state, roll->digests[i], CRYPTO_DIGEST_BYTES);
	crypto_hash_end(&state, marked, sizeof(marked));
	return n == roll->n_marked && !memcmp(marked, root, sizeof(marked));
}
