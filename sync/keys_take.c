/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others say of keys. */
#include "config.h"

#include <string.h>

#include "lib/i18n.h"
#include "sync/keys.h"
#include "sync/keys_int.h"

/* --- what came --- */

int keys_read_offer(struct keys_offer *offer, struct span ring, const uint8_t sender[DEVICE_ID_BYTES],
                    struct arena *arena, struct error *err)
{
	struct keylog log;
	int code = keylog_parse(&log, ring, arena, err);
	if (code || (code = keylog_verify(&log, err)))
		return code;
	bool *has = NULL;
	struct keylog *place = NULL;
	if (keylog_in_line(&log, sender)) {
		has = &offer->has_upper;
		place = &offer->upper;
	} else if (log.n && keylog_certificate(&log, sender)) {
		has = &offer->has_root;
		place = &offer->root;
	}
	if (!has)
		return error_set(err, ERR_STRANGER, _("its keyring does not vouch for its sender"));
	if (*has)
		return error_set(err, ERR_CORRUPT, _("its keyring is malformed"));
	*has = true;
	*place = log;
	return 0;
}

static bool same_owner(const struct keylog *a, const struct keylog *b)
{
	return a->n && b->n && !memcmp(keylog_owner(a)->id, keylog_owner(b)->id, DEVICE_ID_BYTES);
}

/* The certificate of a device in one keyring for a place that was known under another device. */
static bool vouches(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES],
                    const struct store_device *known, struct store_device *out)
{
	const struct keylog_record *certificate = keylog_certificate(log, device);
	if (!certificate || keylog_end_of(log, device) || certificate->device.level != known->level ||
	    strcmp(certificate->device.region, known->region))
		return false;
	*out = certificate->device;
	return true;
}

int keys_follower(struct store *store, const struct keys_offer *offer, const struct store_device *known,
                  const uint8_t sender[DEVICE_ID_BYTES], struct store_device *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	int code = keys_load(store, &arena, &keys, err);
	bool proved = false;
	if (!code && offer->has_upper && same_owner(&offer->upper, &keys.upper) &&
	    offer->upper.number >= keys.upper.number)
		proved = keylog_in_line(&offer->upper, sender) && vouches(&offer->upper, sender, known, out);
	if (!code && !proved && offer->has_root && same_owner(&offer->root, &keys.root) &&
	    offer->root.number >= keys.root.number)
		proved = vouches(&offer->root, sender, known, out);
	arena_free(&arena);
	if (code)
		return code;
	return proved ? 0 : error_set(err, ERR_STRANGER,
	                              _("it was not signed by %s (%s), where this installation is enrolled"),
	                              known->name, known->region);
}

/* --- taking over --- */

static int put_ring(struct store *store, const char *name, const struct keylog *log, struct error *err)
{
	struct buf bytes = BUF_INIT;
	keylog_put(&bytes, log);
	int code = bytes.failed ? error_set(err, ERR_NOMEM, _("out of memory"))
	                        : store_kv_put(store, name, span_of_buf(&bytes), err);
	buf_free(&bytes);
	return code;
}

static bool has_digest(const struct keylog *log, const uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	for (size_t i = 0; i < log->n; i++)
		if (!memcmp(log->records[i].digest, digest, CRYPTO_DIGEST_BYTES))
			return true;
	return false;
}

static int by_number(const struct keylog_record *a, const struct keylog_record *b)
{
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Blocks that the old keyring has and the new one lacks stay in force: whoever was set back forgot them. */
static int keep_lost(struct store *store, const struct keys *keys, const struct keylog *new, struct arena *arena,
                     struct error *err)
{
	const struct keylog *const from[] = { &keys->lost, &keys->upper };
	struct keylog_record *kept = arena_array(arena, keys->lost.n + keys->upper.n + 1, sizeof(*kept));
	struct keylog lost = { .records = kept };
	if (!kept)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	for (size_t f = 0; f < 2; f++) {
		for (size_t i = 0; i < from[f]->n; i++) {
			const struct keylog_record *record = &from[f]->records[i];
			size_t at = lost.n;
			if (record->type != KEYLOG_BLOCK || keylog_is_lifted(&keys->upper, record->number) ||
			    has_digest(new, record->digest) || has_digest(&lost, record->digest))
				continue;
			for (; at && by_number(&kept[at - 1], record) > 0; at--)
				kept[at] = kept[at - 1];
			if (at && !by_number(&kept[at - 1], record))
				continue; /* two under one number cannot be put down; the first stays */
			kept[at] = *record;
			lost.n++;
		}
	}
	return put_ring(store, KEYS_LOST, &lost, err);
}

static size_t count_blocks(const struct keylog *log)
{
	size_t n = 0;
	for (size_t i = 0; i < log->n; i++)
		n += log->records[i].type == KEYLOG_BLOCK && !keylog_is_lifted(log, log->records[i].number);
	return n;
}

/* Whether a keyring that came is newer than the one that is here. */
static bool is_news(const struct keylog *here, const struct keylog *came, struct keys_news *news)
{
	if (came->number == here->number && keylog_continues(came, here))
		return false;
	news->rollback = came->number <= here->number;
	return !news->rollback;
}

static int take_upper(struct store *store, const struct keys *keys, const struct keylog *came, bool anew,
                      struct arena *arena, struct keys_news *news, struct error *err)
{
	static const struct keylog nothing;
	bool other = anew || !same_owner(&keys->upper, came);
	const struct keylog *here = other ? &nothing : &keys->upper;
	news->number = came->number;
	news->seen = here->number;
	if (!is_news(here, came, news))
		return news->rollback ? peer_set_number(store, KEYS_REFUSED, (int64_t)came->number, err) : 0;
	size_t before = count_blocks(here), after = count_blocks(came);
	news->n_blocks = after > before ? after - before : 0;
	news->branched = !keylog_continues(came, here);
	int code = news->branched ? keep_lost(store, keys, came, arena, err)
	           : other        ? put_ring(store, KEYS_LOST, &nothing, err) : 0;
	return code ? code : put_ring(store, KEYS_UPPER, came, err);
}

/* The first root that came stays: another one is followed only when a person says so. */
static int take_root(struct store *store, const struct keys *keys, const struct keylog *came, bool anew,
                     struct error *err)
{
	struct keys_news ignored = { .number = 0 };
	if (!anew && keys->root.n && (!same_owner(&keys->root, came) || !is_news(&keys->root, came, &ignored)))
		return 0;
	return put_ring(store, KEYS_ROOT, came, err);
}

int keys_take(struct store *store, const struct keys_offer *offer, bool anew, struct keys_news *news,
              struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	int code = keys_load(store, &arena, &keys, err);
	if (!code && offer->has_upper)
		code = take_upper(store, &keys, &offer->upper, anew, &arena, news, err);
	if (!code && offer->has_root && !news->rollback)
		code = take_root(store, &keys, &offer->root, anew, err);
	arena_free(&arena);
	return code ? code : keys_apply(store, NULL, err);
}

int keys_take_below(struct store *store, struct span ring, const struct store_device *sender, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct keylog came, *here = NULL;
	char name[sizeof(KEYS_BELOW) + 2 * DEVICE_ID_BYTES] = KEYS_BELOW;
	int code = keys_load(store, &arena, &keys, err);
	if (code || (code = keylog_parse(&came, ring, &arena, err)) || (code = keylog_verify(&came, err)))
		goto out;
	if (!keylog_in_line(&came, sender->id) || strcmp(keylog_owner(&came)->region, sender->region)) {
		code = error_set(err, ERR_STRANGER, _("its keyring does not vouch for its sender"));
		goto out;
	}
	for (size_t i = 0; i < keys.n_below; i++)
		here = same_owner(&keys.below[i], &came) ? &keys.below[i] : here;
	if (here && came.number <= here->number)
		goto out;
	hex_encode(name + sizeof(KEYS_BELOW) - 1, keylog_owner(&came)->id, DEVICE_ID_BYTES);
	if (!(code = put_ring(store, name, &came, err)))
		code = keys_apply(store, NULL, err);
out:
	arena_free(&arena);
	return code;
}
