/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others say of keys. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "sync/keys.h"
#include "sync/keys_int.h"

enum { BELOW_NAME_BYTES = sizeof(KEYS_BELOW) + 2 * DEVICE_ID_BYTES + 1 };

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
	if (!code && offer->has_upper && keylog_same_owner(&offer->upper, &keys.upper) &&
	    offer->upper.number >= keys.upper.number)
		proved = keylog_in_line(&offer->upper, sender) && vouches(&offer->upper, sender, known, out);
	if (!code && !proved && offer->has_root && keylog_same_owner(&offer->root, &keys.root) &&
	    offer->root.number >= keys.root.number)
		proved = vouches(&offer->root, sender, known, out);
	arena_free(&arena);
	if (code)
		return code;
	return proved ? 0 : error_set(err, ERR_STRANGER,
	                              _("it was not signed by %s (%s), where this installation is enrolled"),
	                              known->name, known->region);
}

int keys_renewed(struct store *store, const struct keys_offer *offer, struct store_device *upper, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	int code = offer->has_root ? keys_load(store, &arena, &keys, err) : 0;
	const struct keylog_record *certificate = NULL;
	if (!code && offer->has_root && keylog_same_owner(&offer->root, &keys.root) &&
	    offer->root.number > keys.root.number)
		certificate = keylog_certificate(&offer->root, upper->id);
	if (certificate) {
		upper->valid_from = certificate->valid_from;
		upper->valid_to = certificate->valid_to;
	}
	arena_free(&arena);
	return code;
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
			    keylog_has(new, record->digest) || keylog_has(&lost, record->digest))
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

/* Whether a keyring that came is newer than the one that is here. newer: what brought it is. */
static bool is_news(const struct keylog *here, const struct keylog *came, bool newer, struct keys_news *news)
{
	if (came->number == here->number && keylog_continues(came, here))
		return false;
	news->rollback = came->number <= here->number && !newer;
	return !news->rollback;
}

static int take_upper(struct store *store, const struct keys *keys, const struct keys_offer *offer, bool anew,
                      struct arena *arena, struct keys_news *news, struct error *err)
{
	static const struct keylog nothing;
	const struct keylog *came = &offer->upper;
	bool other = anew || !keylog_same_owner(&keys->upper, came);
	const struct keylog *here = other ? &nothing : &keys->upper;
	news->number = came->number;
	news->seen = here->number;
	if (!is_news(here, came, offer->newer, news))
		return news->rollback ? peer_set_number(store, KEYS_REFUSED, (int64_t)came->number, err) : 0;
	size_t before = count_blocks(here), after = count_blocks(came);
	news->n_blocks = after > before ? after - before : 0;
	news->branched = !keylog_continues(came, here);
	int code = news->branched ? keep_lost(store, keys, came, arena, err)
	           : other        ? put_ring(store, KEYS_LOST, &nothing, err) : 0;
	return code ? code : put_ring(store, KEYS_UPPER, came, err);
}

/* The first root that came stays: another one is followed only when a person says so. One that is only the beginning of
 * what is known here comes from a level above that has not heard of the rest. */
static int take_root(struct store *store, const struct keys *keys, const struct keys_offer *offer, bool anew,
                     struct error *err)
{
	const struct keylog *came = &offer->root;
	struct keys_news ignored = { .number = 0 };
	bool newer = offer->newer && !keylog_continues(&keys->root, came);
	if (!anew && keys->root.n && (!keylog_same_owner(&keys->root, came) || !is_news(&keys->root, came, newer, &ignored)))
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
		code = take_upper(store, &keys, offer, anew, &arena, news, err);
	if (!code && offer->has_root && !news->rollback)
		code = take_root(store, &keys, offer, anew, err);
	arena_free(&arena);
	return code ? code : keys_apply(store, NULL, err);
}

/* One that was set back names an older key again, and has the secret of no other. */
static int note_box(struct store *store, const struct keylog *came, const uint8_t device[DEVICE_ID_BYTES],
                    struct error *err)
{
	const struct keylog_record *box = keylog_newest(came, KEYLOG_BOX, device);
	const struct store_device *known = store_device_find(store, device);
	if (!box || !known || !memcmp(box->key, known->box_pk, CRYPTO_KEY_BYTES))
		return 0;
	struct store_device now = *known;
	memcpy(now.box_pk, box->key, CRYPTO_KEY_BYTES);
	return store_device_put(store, &now, err);
}

/* The name under which a keyring of a place below is kept: that of the one which it continues, or a new one for what a
 * place that was set back says since. "": there is nothing new in it. */
static int name_below(const struct keys *keys, const struct keylog *came, char name[BELOW_NAME_BYTES], struct error *err)
{
	char owner[2 * DEVICE_ID_BYTES + 1], branch[2] = "";
	*name = '\0';
	for (size_t i = 0; i < keys->n_below; i++) {
		const struct keylog *here = &keys->below[i];
		if (!keylog_same_owner(here, came))
			continue;
		if (keylog_continues(here, came))
			return 0;
		if (keylog_continues(came, here))
			break;
		branch[0] = branch[0] ? (char)(branch[0] + 1) : 'a';
	}
	if (branch[0] > 'z')
		return error_set(err, ERR_LIMIT, _("its place was set back too often: it needs a new keyring"));
	hex_encode(owner, keylog_owner(came)->id, DEVICE_ID_BYTES);
	snprintf(name, BELOW_NAME_BYTES, "%s%s%s", KEYS_BELOW, owner, branch);
	return 0;
}

int keys_take_below(struct store *store, struct span ring, const struct store_device *sender, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct keylog came;
	char name[BELOW_NAME_BYTES];
	int code = keys_load(store, &arena, &keys, err);
	if (code || (code = keylog_parse(&came, ring, &arena, err)) || (code = keylog_verify(&came, err)))
		goto out;
	if (!keylog_in_line(&came, sender->id) || strcmp(keylog_owner(&came)->region, sender->region)) {
		code = error_set(err, ERR_STRANGER, _("its keyring does not vouch for its sender"));
		goto out;
	}
	if ((code = note_box(store, &came, sender->id, err)) || (code = name_below(&keys, &came, name, err)) || !*name)
		goto out;
	if (!(code = put_ring(store, name, &came, err)))
		code = keys_apply(store, NULL, err);
out:
	arena_free(&arena);
	return code;
}
