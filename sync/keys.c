/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/keys.h"

#include <stdio.h>
#include <string.h>

#include "form/rules.h"
#include "lib/i18n.h"
#include "sync/keys_int.h"

enum { BELOW_MAX = 512 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

/* --- loading --- */

static int load_ring(struct store *store, const char *name, struct arena *arena, struct keylog *out,
                     struct error *err)
{
	struct buf value = BUF_INIT;
	*out = (struct keylog){ .n = 0 };
	int code = store_kv_get(store, name, &value, err);
	if (!code) {
		const void *bytes = arena_memdup(arena, value.data, value.len_bytes);
		code = bytes ? keylog_parse(out, span_of(bytes, value.len_bytes), arena, err) : no_memory(err);
	}
	buf_free(&value);
	return code == ERR_NOTFOUND ? 0 : code;
}

struct below_walk {
	struct arena *arena;
	struct keys *keys;
	struct error *err;
	int code;
};

static bool add_below(void *arg, const char *name, struct span value)
{
	struct below_walk *walk = arg;
	struct keys *keys = walk->keys;
	const void *bytes = arena_memdup(walk->arena, value.data, value.len_bytes);
	(void)name;
	if (keys->n_below == BELOW_MAX)
		return false;
	walk->code = bytes ? keylog_parse(&keys->below[keys->n_below++], span_of(bytes, value.len_bytes),
	                                  walk->arena, walk->err)
	                   : no_memory(walk->err);
	return !walk->code;
}

int keys_load(struct store *store, struct arena *arena, struct keys *out, struct error *err)
{
	memset(out, 0, sizeof(*out));
	int code = load_ring(store, KEYS_OWN, arena, &out->own, err);
	if (code || (code = load_ring(store, KEYS_UPPER, arena, &out->upper, err)) ||
	    (code = load_ring(store, KEYS_ROOT, arena, &out->root, err)) ||
	    (code = load_ring(store, KEYS_LOST, arena, &out->lost, err)))
		return code;
	struct below_walk walk = { .arena = arena, .keys = out, .err = err };
	out->below = arena_array(arena, BELOW_MAX, sizeof(*out->below));
	if (!out->below)
		return no_memory(err);
	code = store_kv_each(store, KEYS_BELOW, add_below, &walk, err);
	return code ? code : walk.code;
}

int keys_own_bytes(struct store *store, struct buf *out, struct error *err)
{
	int code = store_kv_get(store, KEYS_OWN, out, err);
	return code == ERR_NOTFOUND ? 0 : code;
}

int keys_months(struct store *store, const char *rule, int *out, struct error *err)
{
	const struct form_set *forms = store_forms(store);
	double months;
	if (!forms || !rule_number(form_set_rules(forms), "keys", rule, -1, date_today(), &months) || months < 0 ||
	    months > 1200)
		return error_set(err, ERR_NOTFOUND, _("data/rules/keys.csv says nothing of %s"), rule);
	*out = (int)months;
	return 0;
}

/* --- what they say of one device --- */

static bool is_of_line(const struct keylog *log, const struct store_device *device)
{
	const struct store_device *owner = keylog_owner(log);
	return owner->level == device->level && !strcmp(owner->region, device->region);
}

static void add_block(struct store_device *device, const struct keylog_record *record)
{
	if (device->n_blocks == DEVICE_BLOCKS_MAX) { /* too many to tell apart: all from the lowest on */
		struct device_block *first = &device->blocks[0];
		for (size_t i = 1; i < device->n_blocks; i++)
			if (device->blocks[i].first < first->first)
				first->first = device->blocks[i].first;
		first->last = UINT64_MAX;
		device->n_blocks = 1;
	}
	device->blocks[device->n_blocks++] =
		(struct device_block){ record->first, record->last, (uint8_t)record->why };
	device->ended = device->ended || record->why != KEYLOG_WHY_SUSPECT;
}

static bool speaks_of(const struct keylog_record *record, const struct store_device *device)
{
	return record->type == KEYLOG_BLOCK && !memcmp(record->subject, device->id, DEVICE_ID_BYTES);
}

/* A keeper's word counts for its own region and what lies in it. */
static void add_blocks(struct store_device *device, const struct keylog *log, const struct keylog *lifts,
                       const char *region)
{
	for (size_t i = 0; i < log->n; i++) {
		const struct keylog_record *record = &log->records[i];
		if (speaks_of(record, device) && !keylog_is_lifted(lifts, record->number) &&
		    region_holds(region, device->region))
			add_block(device, record);
	}
}

/* What a place below said before it was set back, and what it says since, stand beside each other, the newest last: of a
 * block that lies in several of them the last says whether it was lifted. */
static bool counts_below(const struct keys *keys, size_t ring, const struct keylog_record *block)
{
	const struct keylog *log = &keys->below[ring];
	for (size_t i = ring + 1; i < keys->n_below; i++)
		if (keylog_same_owner(log, &keys->below[i]) && keylog_has(&keys->below[i], block->digest))
			return false;
	return !keylog_is_lifted(log, block->number);
}

static void add_blocks_below(struct store_device *device, const struct keys *keys, size_t ring)
{
	const struct keylog *log = &keys->below[ring];
	const char *region = log->n ? keylog_owner(log)->region : "";
	for (size_t i = 0; i < log->n; i++)
		if (speaks_of(&log->records[i], device) && counts_below(keys, ring, &log->records[i]) &&
		    region_holds(region, device->region))
			add_block(device, &log->records[i]);
}

static void say_certificate(struct store_device *device, const struct keylog *log)
{
	const struct keylog_record *certificate = log->n ? keylog_certificate(log, device->id) : NULL;
	if (!log->n)
		return;
	if (certificate && !is_of_line(log, &certificate->device)) {
		device->valid_from = certificate->valid_from;
		device->valid_to = certificate->valid_to;
	}
	if (certificate && !device->enrolled) { /* one that was only heard of has no keys yet */
		struct store_device known = certificate->device;
		known.valid_from = device->valid_from;
		known.valid_to = device->valid_to;
		memcpy(known.blocks, device->blocks, sizeof(known.blocks));
		known.n_blocks = device->n_blocks;
		known.ended = device->ended;
		known.self = device->self;
		known.enrolled = true;
		*device = known;
	}
}

static void say_log(struct store_device *device, const struct keylog *log)
{
	say_certificate(device, log);
	if (log->n)
		add_blocks(device, log, log, keylog_owner(log)->region);
}

/* From the nearest to the highest: the certificate of the highest counts. */
static void say_all(struct store_device *device, const struct keys *keys)
{
	device->n_blocks = 0;
	device->ended = false;
	device->valid_from = device->valid_to = 0;
	memset(device->blocks, 0, sizeof(device->blocks));
	for (size_t i = 0; i < keys->n_below; i++) {
		say_certificate(device, &keys->below[i]);
		add_blocks_below(device, keys, i);
	}
	say_log(device, &keys->own);
	say_log(device, &keys->upper);
	say_log(device, &keys->root);
	if (keys->lost.n && keys->upper.n)
		add_blocks(device, &keys->lost, &keys->upper, keylog_owner(&keys->upper)->region);
}

static bool same_blocks(const struct store_device *a, const struct store_device *b)
{
	if (a->n_blocks != b->n_blocks || a->enrolled != b->enrolled)
		return false;
	for (size_t i = 0; i < a->n_blocks; i++)
		if (a->blocks[i].first != b->blocks[i].first || a->blocks[i].last != b->blocks[i].last ||
		    a->blocks[i].why != b->blocks[i].why)
			return false;
	return true;
}

/* --- whether they were written there --- */

static void hash_log(struct crypto_hash_state *state, const struct keylog *log)
{
	uint8_t count[8];
	put_u64_be(count, log->n);
	crypto_hash_add(state, count, sizeof(count));
	for (size_t i = 0; i < log->n; i++)
		crypto_hash_add(state, log->records[i].digest, CRYPTO_DIGEST_BYTES);
}

static void hash_all(const struct keys *keys, uint8_t hash[CRYPTO_DIGEST_BYTES])
{
	const struct keylog *const logs[] = { &keys->own, &keys->upper, &keys->root, &keys->lost };
	struct crypto_hash_state state;
	crypto_hash_begin(&state, CRYPTO_DIGEST_BYTES, NULL);
	for (size_t i = 0; i < sizeof(logs) / sizeof(*logs); i++)
		hash_log(&state, logs[i]);
	for (size_t i = 0; i < keys->n_below; i++)
		hash_log(&state, &keys->below[i]);
	crypto_hash_end(&state, hash, CRYPTO_DIGEST_BYTES);
}

static bool is_applied(struct store *store, const uint8_t hash[CRYPTO_DIGEST_BYTES])
{
	struct buf value = BUF_INIT;
	bool same = !store_kv_get(store, KEYS_APPLIED, &value, NULL) && value.len_bytes == CRYPTO_DIGEST_BYTES &&
	            !memcmp(value.data, hash, CRYPTO_DIGEST_BYTES);
	buf_free(&value);
	return same;
}

/* unfinished: rows may have been written without judging what depends on them. */
static int apply(struct store *store, bool unfinished, struct progress *progress, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	const struct store_device *known;
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	bool judge = unfinished;
	int code = keys_load(store, &arena, &keys, err);
	for (size_t i = 0; !code && (known = store_device_at(store, i)); i++) {
		struct store_device before = *known, device = *known;
		say_all(&device, &keys);
		bool same = same_blocks(&before, &device);
		judge = judge || !same;
		if (!same || before.ended != device.ended || before.valid_from != device.valid_from ||
		    before.valid_to != device.valid_to)
			code = store_device_put(store, &device, err);
	}
	if (!code && judge)
		code = store_rejudge(store, progress, err);
	if (!code) {
		hash_all(&keys, hash);
		if (!is_applied(store, hash))
			code = store_kv_put(store, KEYS_APPLIED, span_of(hash, sizeof(hash)), err);
	}
	arena_free(&arena);
	return code;
}

int keys_apply(struct store *store, struct progress *progress, struct error *err)
{
	return apply(store, false, progress, err);
}

static int forget_applied(struct store *store, struct error *err)
{
	struct buf value = BUF_INIT;
	bool noted = !store_kv_get(store, KEYS_APPLIED, &value, NULL) && value.len_bytes;
	buf_free(&value);
	return noted ? store_kv_put(store, KEYS_APPLIED, span_of("", 0), err) : 0;
}

int keys_enrol(struct store *store, struct store_device *device, bool *elsewhere, struct error *err)
{
	const struct store_device *known = store_device_find(store, device->id);
	if (known && *known->region && strcmp(known->region, device->region) != 0)
		*elsewhere = true;
	device->enrolled = true;
	int code = forget_applied(store, err);
	return code ? code : store_device_put(store, device, err);
}

int keys_enrolled(struct store *store, bool elsewhere, struct progress *progress, struct error *err)
{
	int code = elsewhere ? store_rejudge(store, progress, err) : store_rejudge_held(store, progress, err);
	return code ? code : keys_apply(store, progress, err);
}

int keys_catch_up(struct store *store, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	int code = keys_load(store, &arena, &keys, err);
	bool any = !code && (keys.own.n || keys.upper.n || keys.n_below);
	if (any)
		hash_all(&keys, hash);
	bool due = any && !is_applied(store, hash);
	arena_free(&arena);
	return due ? apply(store, true, NULL, err) : code;
}

/* --- whom to seal for --- */

static const struct keylog_record *newest_box(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES])
{
	return log->n && keylog_in_line(log, device) ? keylog_newest(log, KEYLOG_BOX, device) : NULL;
}

int keys_recipients(struct store *store, const struct store_device *upper,
                    uint8_t out[KEYS_RECIPIENTS][CRYPTO_KEY_BYTES], size_t *n, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keylog log;
	int code = load_ring(store, KEYS_UPPER, &arena, &log, err);
	if (!code) {
		const struct keylog_record *box = newest_box(&log, upper->id);
		const struct keylog_record *recovery = box ? keylog_newest(&log, KEYLOG_RECOVERY, NULL) : NULL;
		memcpy(out[0], box ? box->key : upper->box_pk, CRYPTO_KEY_BYTES);
		*n = 1;
		if (recovery && memcmp(recovery->key, out[0], CRYPTO_KEY_BYTES))
			memcpy(out[(*n)++], recovery->key, CRYPTO_KEY_BYTES);
	}
	arena_free(&arena);
	return code;
}
