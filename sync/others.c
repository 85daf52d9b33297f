/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/others.h"

#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"
#include "sync/answer.h"

#define OTHERS_NAME "sync/others/"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("its contents are malformed"));
}

/* --- saying --- */

static int put_device(struct store *store, const struct device_vector *vector, struct buf *out, struct error *err)
{
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	uint64_t last = vector->prefix;
	bool any = vector->prefix > 0;
	int code = receipt_range_hash(store, vector->device, 1, vector->max, hash, err);
	buf_put(out, vector->device, DEVICE_ID_BYTES);
	buf_put_varint(out, any + vector->n_held);
	if (any) {
		buf_put_varint(out, 1);
		buf_put_varint(out, vector->prefix - 1);
	}
	for (size_t i = 0; i < vector->n_held; i++) {
		buf_put_varint(out, vector->held[i].first - last);
		buf_put_varint(out, vector->held[i].last - vector->held[i].first);
		last = vector->held[i].last;
	}
	buf_put(out, hash, sizeof(hash));
	return code;
}

static bool is_other(struct store *store, const struct device_vector *vector, const char *region)
{
	const struct store_device *device = store_device_find(store, vector->device);
	return device && vector->max && !region_holds(region, device->region);
}

int others_put(struct store *store, const char *region, struct buf *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct device_vector *vectors;
	size_t n, n_others = 0, n_ranges = 0;
	int code = store_vectors(store, &arena, &vectors, &n, err);
	for (size_t i = 0; !code && i < n; i++) {
		if (!is_other(store, &vectors[i], region) || n_ranges + vectors[i].n_held >= OTHERS_MAX_RANGES ||
		    n_others == WIRE_MAX_DEVICES)
			continue;
		n_ranges += vectors[i].n_held + 1;
		vectors[n_others++] = vectors[i];
	}
	buf_put_varint(out, n_others);
	for (size_t i = 0; !code && i < n_others; i++)
		code = put_device(store, &vectors[i], out, err);
	arena_free(&arena);
	return !code && out->failed ? no_memory(err) : code;
}

/* --- hearing --- */

static int take_device(struct span *in, struct others_device *out, size_t *n_left, struct arena *arena, struct error *err)
{
	uint64_t n, step, length, last = 0;
	struct span hash;
	struct span id;
	if (!span_take(in, DEVICE_ID_BYTES, &id) || !span_varint(in, &n))
		return malformed(err);
	if (n > *n_left)
		return error_set(err, ERR_LIMIT, _("it names too many pieces of what it holds"));
	*n_left -= (size_t)n;
	struct seq_range *ranges = n > in->len_bytes ? NULL : arena_array(arena, (size_t)n + 1, sizeof(*ranges));
	if (!ranges)
		return n > in->len_bytes ? malformed(err) : no_memory(err);
	for (size_t i = 0; i < n; i++) {
		if (!span_varint(in, &step) || !span_varint(in, &length) || !step || step > UINT64_MAX - last ||
		    length > UINT64_MAX - last - step)
			return malformed(err);
		ranges[i].first = last + step;
		ranges[i].last = last = last + step + length;
	}
	if (!span_take(in, CRYPTO_DIGEST_BYTES, &hash))
		return malformed(err);
	memcpy(out->id, id.data, DEVICE_ID_BYTES);
	memcpy(out->hash, hash.data, CRYPTO_DIGEST_BYTES);
	out->ranges = ranges;
	out->n_ranges = (size_t)n;
	return 0;
}

int others_take(struct span in, struct others *out, struct arena *arena, struct error *err)
{
	size_t n_left = OTHERS_MAX_RANGES;
	uint64_t n;
	*out = (struct others){ .n_devices = 0 };
	if (!span_varint(&in, &n))
		return malformed(err);
	if (n > WIRE_MAX_DEVICES)
		return error_set(err, ERR_LIMIT, _("too many installations for one bundle"));
	if (!(out->devices = arena_array(arena, (size_t)n + 1, sizeof(*out->devices))))
		return no_memory(err);
	for (; out->n_devices < n; out->n_devices++) {
		int code = take_device(&in, &out->devices[out->n_devices], &n_left, arena, err);
		if (code)
			return code;
	}
	return in.len_bytes ? malformed(err) : 0;
}

static void kept_name(char out[sizeof(OTHERS_NAME) + 2 * DEVICE_ID_BYTES], const uint8_t device[DEVICE_ID_BYTES])
{
	memcpy(out, OTHERS_NAME, sizeof(OTHERS_NAME));
	hex_encode(out + sizeof(OTHERS_NAME) - 1, device, DEVICE_ID_BYTES);
}

int others_keep(struct store *store, const uint8_t device[DEVICE_ID_BYTES], struct span bytes, struct error *err)
{
	char name[sizeof(OTHERS_NAME) + 2 * DEVICE_ID_BYTES];
	struct buf before = BUF_INIT;
	kept_name(name, device);
	int code = store_kv_get(store, name, &before, NULL);
	bool same = !code && before.len_bytes == bytes.len_bytes && !memcmp(before.data, bytes.data, bytes.len_bytes);
	buf_free(&before);
	return same ? 0 : store_kv_put(store, name, bytes, err);
}

int others_recall(struct store *store, const uint8_t device[DEVICE_ID_BYTES], struct arena *arena, struct others *out,
                  struct error *err)
{
	char name[sizeof(OTHERS_NAME) + 2 * DEVICE_ID_BYTES];
	struct buf bytes = BUF_INIT;
	kept_name(name, device);
	*out = (struct others){ .n_devices = 0 };
	int code = store_kv_get(store, name, &bytes, err);
	if (!code)
		code = others_take(span_of_buf(&bytes), out, arena, err);
	buf_free(&bytes);
	return code == ERR_NOTFOUND ? 0 : code;
}

/* --- comparing --- */

static bool in_ranges(const struct others_device *device, uint64_t seq)
{
	size_t low = 0, high = device->n_ranges;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (device->ranges[mid].last < seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low < device->n_ranges && device->ranges[low].first <= seq;
}

struct range_walk {
	const struct others_device *device;
	struct crypto_hash_state state;
	size_t at;
};

static bool hash_held(void *arg, const struct version *version)
{
	struct range_walk *walk = arg;
	const struct others_device *device = walk->device;
	while (walk->at < device->n_ranges && device->ranges[walk->at].last < version->seq)
		walk->at++;
	if (walk->at < device->n_ranges && device->ranges[walk->at].first <= version->seq)
		crypto_hash_add(&walk->state, version->digest, CRYPTO_DIGEST_BYTES);
	return walk->at < device->n_ranges;
}

static int compare(struct store *store, struct others_device *device, struct error *err)
{
	struct range_walk walk = { .device = device };
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	uint64_t last = device->n_ranges ? device->ranges[device->n_ranges - 1].last : 0;
	crypto_hash_begin(&walk.state, sizeof(hash), NULL);
	int code = store_versions_each(store, device->id, 1, last, hash_held, &walk, err);
	crypto_hash_end(&walk.state, hash, sizeof(hash));
	if (code == ERR_NOTFOUND) { /* nobody who is known here */
		device->standing = OTHERS_DIFFERS;
		return 0;
	}
	device->standing = !code && !memcmp(hash, device->hash, sizeof(hash)) ? OTHERS_AGREES : OTHERS_DIFFERS;
	return code;
}

int others_has(struct store *store, struct others *others, const struct version *version, bool *has, struct error *err)
{
	*has = false;
	for (size_t i = 0; i < others->n_devices; i++) {
		struct others_device *device = &others->devices[i];
		if (memcmp(device->id, version->device, DEVICE_ID_BYTES))
			continue;
		int code = device->standing == OTHERS_UNKNOWN ? compare(store, device, err) : 0;
		*has = !code && device->standing == OTHERS_AGREES && in_ranges(device, version->seq);
		return code;
	}
	return 0;
}
