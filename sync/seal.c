/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"

#define SEAL_CONTEXT "xiangyi seal 1"

/* Kept as "seal/AUTHOR/FIRST/ROOT" -> last varint | n varint | signer 8 | root 16 | sig 64 | n_picks varint |
 * n_picks x (seq varint, digest 16). */
enum { ROOT_NAME_BYTES = 4 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

/* --- signing --- */

/* author 8 | signer 8 | level u8 | region text | n varint | root 16 */
static void put_message(struct buf *out, const uint8_t *author, const struct store_device *signer, size_t n,
                        const uint8_t *root)
{
	buf_put(out, author, DEVICE_ID_BYTES);
	buf_put(out, signer->id, DEVICE_ID_BYTES);
	buf_put_u8(out, (uint8_t)signer->level);
	buf_put_text(out, signer->region);
	buf_put_varint(out, n);
	buf_put(out, root, CRYPTO_DIGEST_BYTES);
}

void seal_make(struct seal *out, const struct self *self, const uint8_t author[DEVICE_ID_BYTES], size_t n,
               const uint8_t root[CRYPTO_DIGEST_BYTES])
{
	struct buf message = BUF_INIT;
	memcpy(out->signer, self->info.self.id, DEVICE_ID_BYTES);
	memcpy(out->root, root, CRYPTO_DIGEST_BYTES);
	put_message(&message, author, &self->info.self, n, root);
	crypto_sign_data(out->sig, SEAL_CONTEXT, message.data, message.len_bytes, self->sign_sk);
	buf_free(&message);
}

int seal_check(const struct seal *seal, const struct store_device *author, const struct store_device *signer,
               size_t n, struct error *err)
{
	struct buf message = BUF_INIT;
	int code = ERR_SIGNATURE;
	if (signer && signer->level == author->level && !strcmp(signer->region, author->region)) {
		put_message(&message, author->id, signer, n, seal->root);
		code = crypto_verify(seal->sig, SEAL_CONTEXT, message.data, message.len_bytes, signer->sign_pk, err);
		buf_free(&message);
	}
	return code ? error_set(err, ERR_SIGNATURE,
	                        _("it carries entries of %s (%s) that were not signed there"), author->name,
	                        author->region) : 0;
}

void seal_put(struct buf *out, const struct seal *seal, const uint8_t sender[DEVICE_ID_BYTES])
{
	if (memcmp(seal->signer, sender, DEVICE_ID_BYTES))
		buf_put(out, seal->signer, DEVICE_ID_BYTES);
	buf_put(out, seal->sig, CRYPTO_SIG_BYTES);
}

bool seal_take(struct span in, const uint8_t sender[DEVICE_ID_BYTES], struct seal *out)
{
	memset(out, 0, sizeof(*out));
	if (in.len_bytes != CRYPTO_SIG_BYTES && in.len_bytes != DEVICE_ID_BYTES + CRYPTO_SIG_BYTES)
		return false;
	bool named = in.len_bytes > CRYPTO_SIG_BYTES;
	memcpy(out->signer, named ? in.data : sender, DEVICE_ID_BYTES);
	memcpy(out->sig, in.data + (named ? DEVICE_ID_BYTES : 0), CRYPTO_SIG_BYTES);
	return true;
}

/* --- keeping --- */

static void kept_name(char out[SEAL_NAME_BYTES], const uint8_t *author, uint64_t first, const uint8_t *root)
{
	char device[2 * DEVICE_ID_BYTES + 1], front[2 * ROOT_NAME_BYTES + 1];
	hex_encode(device, author, DEVICE_ID_BYTES);
	hex_encode(front, root, ROOT_NAME_BYTES);
	snprintf(out, SEAL_NAME_BYTES, "seal/%s/%016" PRIx64 "/%s", device, first, front);
}

/* Numbers that have, or are about to get, several entries: say which one is meant. */
static int put_picks(struct store *store, const struct whole_entry *rows, size_t n, struct buf *out,
                     struct error *err)
{
	const uint8_t *author = rows[0].entry->device;
	struct buf picks = BUF_INIT;
	struct device_reach reach;
	uint64_t count = 0;
	int code = store_reach(store, author, &reach, err);
	for (size_t i = 0; !code && i < n; i++) {
		uint8_t digest[CRYPTO_DIGEST_BYTES];
		uint64_t seq = rows[i].entry->seq;
		bool twin = (i && rows[i - 1].entry->seq == seq) || (i + 1 < n && rows[i + 1].entry->seq == seq);
		if (!twin && seq <= reach.max) {
			int found = store_digest_of(store, author, seq, digest, NULL);
			twin = found ? reach.forks > 0 : memcmp(digest, rows[i].digest, sizeof(digest)) != 0;
		}
		if (!twin)
			continue;
		buf_put_varint(&picks, seq);
		buf_put(&picks, rows[i].digest, CRYPTO_DIGEST_BYTES);
		count++;
	}
	buf_put_varint(out, count);
	buf_put(out, picks.data, picks.len_bytes);
	out->failed = out->failed || picks.failed;
	buf_free(&picks);
	return code;
}

int seal_value(struct store *store, const struct seal *seal, const struct whole_entry *rows, size_t n,
               char name[SEAL_NAME_BYTES], struct buf *value, struct error *err)
{
	kept_name(name, rows[0].entry->device, rows[0].entry->seq, seal->root);
	int code = store_kv_get(store, name, value, NULL);
	buf_clear(value);
	if (code != ERR_NOTFOUND)
		return code ? error_set(err, code, "%s", error_kind(code)) : 0;
	buf_put_varint(value, rows[n - 1].entry->seq);
	buf_put_varint(value, n);
	buf_put(value, seal->signer, DEVICE_ID_BYTES);
	buf_put(value, seal->root, CRYPTO_DIGEST_BYTES);
	buf_put(value, seal->sig, CRYPTO_SIG_BYTES);
	code = put_picks(store, rows, n, value, err);
	return !code && value->failed ? no_memory(err) : code;
}

/* --- listing --- */

struct listing {
	struct arena *arena;
	struct kept_seal *seals;
	size_t n, cap;
	int code;
	struct error *err;
};

static bool take_bytes(struct span *in, void *out, size_t n)
{
	struct span part;
	if (!span_take(in, n, &part))
		return false;
	memcpy(out, part.data, n);
	return true;
}

static bool parse(struct span in, const char *name, struct arena *arena, struct kept_seal *out)
{
	struct seal_pick *picks;
	uint64_t n;
	if (sscanf(name + sizeof("seal/") + 2 * DEVICE_ID_BYTES, "%16" SCNx64, &out->first) != 1 ||
	    !span_varint(&in, &out->last) || !span_varint(&in, &out->n) ||
	    !take_bytes(&in, out->seal.signer, DEVICE_ID_BYTES) ||
	    !take_bytes(&in, out->seal.root, CRYPTO_DIGEST_BYTES) ||
	    !take_bytes(&in, out->seal.sig, CRYPTO_SIG_BYTES) || !span_varint(&in, &n) || n > out->n ||
	    !(picks = arena_array(arena, (size_t)n + 1, sizeof(*picks))))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!span_varint(&in, &picks[i].seq) || !take_bytes(&in, picks[i].digest, CRYPTO_DIGEST_BYTES))
			return false;
	out->picks = picks;
	out->n_picks = (size_t)n;
	return true;
}

static bool add_one(void *arg, const char *name, struct span value)
{
	struct listing *list = arg;
	if (list->n == list->cap) {
		size_t cap = list->cap ? 2 * list->cap : 64;
		struct kept_seal *more = realloc(list->seals, cap * sizeof(*more));
		if (!more) {
			list->code = no_memory(list->err);
			return false;
		}
		list->seals = more;
		list->cap = cap;
	}
	/* one that cannot be read proves nothing, and its rows stay here */
	if (parse(value, name, list->arena, &list->seals[list->n]))
		list->n++;
	return true;
}

static int by_first(const void *a, const void *b)
{
	const struct kept_seal *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last > y->last ? -1 : x->last < y->last;
}

int seal_list(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct arena *arena,
              struct kept_seal **out, size_t *n, struct error *err)
{
	struct listing list = { .arena = arena, .err = err };
	char prefix[SEAL_NAME_BYTES], device[2 * DEVICE_ID_BYTES + 1];
	snprintf(prefix, sizeof(prefix), "seal/%s/", hex_encode(device, author, DEVICE_ID_BYTES));
	int code = store_kv_each(store, prefix, add_one, &list, err);
	code = code ? code : list.code;
	if (list.n > 1)
		qsort(list.seals, list.n, sizeof(*list.seals), by_first);
	*n = code ? 0 : list.n;
	*out = list.n ? arena_memdup(arena, list.seals, list.n * sizeof(*list.seals)) : NULL;
	if (!code && list.n && !*out)
		code = no_memory(err);
	free(list.seals);
	return code;
}
