/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/roll.h"

#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"

/* Kept as "roll/AUTHOR/ROOT" -> signer 8 | sig 64 | n x digest 16. Which rows are here, the store tells. */
#define ROLL_PREFIX "roll/"

static bool is_marked(const struct roll *roll, size_t i)
{
	return roll->marks[i / 8] >> i % 8 & 1;
}

void roll_unmark(struct roll *roll)
{
	memset(roll->marks, 0, sizeof(roll->marks));
	roll->n_marked = 0;
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
	roll_unmark(out);
	memcpy(out->marks, marks.data, marks.len_bytes);
	memcpy(out->digests, digests.data, digests.len_bytes);
	out->n = (size_t)n;
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

/* --- kept ones --- */

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static void author_prefix(char out[ROLL_NAME_BYTES], const uint8_t author[DEVICE_ID_BYTES])
{
	char hex[2 * DEVICE_ID_BYTES + 1];
	snprintf(out, ROLL_NAME_BYTES, ROLL_PREFIX "%s/", hex_encode(hex, author, DEVICE_ID_BYTES));
}

int roll_value(struct store *store, const struct roll *roll, const struct seal *seal, const uint8_t author[DEVICE_ID_BYTES],
               char name[ROLL_NAME_BYTES], struct buf *value, struct error *err)
{
	author_prefix(name, author);
	hex_encode(name + strlen(name), seal->root, CRYPTO_DIGEST_BYTES);
	int code = store_kv_get(store, name, value, NULL);
	buf_clear(value);
	if (code != ERR_NOTFOUND)
		return code ? error_set(err, code, "%s", error_kind(code)) : 0;
	buf_put(value, seal->signer, DEVICE_ID_BYTES);
	buf_put(value, seal->sig, CRYPTO_SIG_BYTES);
	buf_put(value, roll->digests, roll->n * CRYPTO_DIGEST_BYTES);
	return value->failed ? no_memory(err) : 0;
}

struct names {
	struct arena *arena;
	struct roll_name *list;
	size_t n, cap;
	bool failed;
};

static bool add_name(void *arg, const char *name, struct span value)
{
	struct names *names = arg;
	(void)value;
	if (names->n == names->cap) {
		size_t cap = names->cap ? 2 * names->cap : 16;
		struct roll_name *more = arena_array(names->arena, cap, sizeof(*more));
		if (!more) {
			names->failed = true;
			return false;
		}
		if (names->n)
			memcpy(more, names->list, names->n * sizeof(*more));
		names->list = more;
		names->cap = cap;
	}
	snprintf(names->list[names->n++].text, ROLL_NAME_BYTES, "%s", name);
	return true;
}

int roll_list(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct arena *arena, struct roll_name **out,
              size_t *n, struct error *err)
{
	struct names names = { .arena = arena };
	char prefix[ROLL_NAME_BYTES];
	author_prefix(prefix, author);
	int code = store_kv_each(store, prefix, add_name, &names, err);
	*out = names.list;
	*n = names.n;
	return !code && names.failed ? no_memory(err) : code;
}

static bool parse(struct span in, struct roll *out, struct seal *seal)
{
	struct span signer, sig;
	if (!span_take(&in, DEVICE_ID_BYTES, &signer) || !span_take(&in, CRYPTO_SIG_BYTES, &sig) || !in.len_bytes ||
	    in.len_bytes % CRYPTO_DIGEST_BYTES || in.len_bytes > sizeof(out->digests))
		return false;
	memcpy(seal->signer, signer.data, DEVICE_ID_BYTES);
	memcpy(seal->sig, sig.data, CRYPTO_SIG_BYTES);
	memcpy(out->digests, in.data, in.len_bytes);
	out->n = in.len_bytes / CRYPTO_DIGEST_BYTES;
	roll_unmark(out);
	roll_root(out, seal->root);
	return true;
}

int roll_recall(struct store *store, const char *name, struct roll *out, struct seal *seal, struct error *err)
{
	struct buf value = BUF_INIT;
	int code = store_kv_get(store, name, &value, err);
	if (!code && !parse(span_of_buf(&value), out, seal))
		code = error_set(err, ERR_CORRUPT, "%s", error_kind(ERR_CORRUPT));
	buf_free(&value);
	return code;
}
