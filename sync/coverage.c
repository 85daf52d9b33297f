/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "lib/i18n.h"
#include "sync/answer.h"
#include "sync/coverage.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

/* --- numbers with several entries above: the chain there went through one of them --- */

struct fork_walk {
	const struct receipt_device *receipt;
	size_t at;           /* in the list of forks */
	uint64_t seq;        /* last number of the chain */
	uint8_t head[CRYPTO_HASH_BYTES];
	size_t found;        /* entries of the list that are here */
	bool agrees;
};

static void extend(struct fork_walk *walk, const uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	uint8_t link[CRYPTO_HASH_BYTES + CRYPTO_DIGEST_BYTES];
	memcpy(link, walk->head, CRYPTO_HASH_BYTES);
	memcpy(link + CRYPTO_HASH_BYTES, digest, CRYPTO_DIGEST_BYTES);
	crypto_hash_data(walk->head, CRYPTO_HASH_BYTES, link, sizeof(link), NULL);
}

static bool walk_forks(void *arg, const struct version *version)
{
	struct fork_walk *walk = arg;
	const struct receipt_device *receipt = walk->receipt;
	while (walk->at < receipt->n_forks && receipt->forks[walk->at].seq < version->seq)
		walk->at++;
	bool forked = walk->at < receipt->n_forks && receipt->forks[walk->at].seq == version->seq;
	bool listed = !forked && version->seq != walk->seq;
	for (size_t i = walk->at; forked && i < receipt->n_forks && receipt->forks[i].seq == version->seq; i++)
		if (!memcmp(receipt->forks[i].digest, version->digest, CRYPTO_DIGEST_BYTES)) {
			listed = true;
			walk->found++;
		}
	if (version->seq != walk->seq)
		extend(walk, forked ? receipt->forks[walk->at].digest : version->digest);
	walk->seq = version->seq;
	walk->agrees = walk->agrees && listed;
	return walk->agrees;
}

static int agrees_with_forks(struct store *store, const struct receipt_device *receipt, bool *agrees,
                             bool *all_here, struct error *err)
{
	struct fork_walk walk = { .receipt = receipt, .agrees = true };
	int code = store_versions_each(store, receipt->id, 1, receipt->prefix, walk_forks, &walk, err);
	*agrees = walk.agrees && !memcmp(walk.head, receipt->head, CRYPTO_HASH_BYTES);
	*all_here = walk.found == receipt->n_forks;
	return code;
}

/* --- one device --- */

/* A place below that has more than was merged here yet lacks nothing of it, unless numbers were used twice. */
static bool reaches_beyond(const struct coverage_device *device)
{
	return device->receipt->prefix >= device->vector->max && !device->vector->forks;
}

static int cover_prefix(struct store *store, struct coverage_device *device, struct error *err)
{
	const struct receipt_device *receipt = device->receipt;
	uint8_t head[CRYPTO_HASH_BYTES];
	bool agrees = false, all_here = false;
	int code = 0;
	if (receipt->prefix > device->vector->prefix) {
		device->twin = true;
		return 0;
	}
	if (receipt->n_forks) {
		if (!receipt->more_forks)
			code = agrees_with_forks(store, receipt, &agrees, &all_here, err);
	} else if (!(code = store_head_at(store, receipt->id, receipt->prefix, head, err))) {
		/* entries here that share a number are in no chain: they are not provably there */
		agrees = !device->vector->forks && !memcmp(head, receipt->head, CRYPTO_HASH_BYTES);
		device->twin = memcmp(head, receipt->head, CRYPTO_HASH_BYTES) != 0;
	}
	device->twin = device->twin || (receipt->n_forks && !all_here);
	device->prefix = agrees ? receipt->prefix : 0;
	return code;
}

static int cover_above(struct store *store, struct coverage_device *device, struct arena *arena,
                       struct error *err)
{
	const struct receipt_device *receipt = device->receipt;
	struct seq_range *above = arena_array(arena, receipt->n_ranges + 1, sizeof(*above));
	if (!above)
		return no_memory(err);
	device->above = above;
	device->twin = device->twin || receipt->max > device->vector->max;
	for (size_t i = 0; i < receipt->n_ranges && device->prefix == receipt->prefix; i++) {
		uint8_t hash[CRYPTO_DIGEST_BYTES];
		const struct receipt_range *range = &receipt->ranges[i];
		int code = receipt_range_hash(store, receipt->id, range->range.first, range->range.last, hash,
		                              err);
		if (code)
			return code;
		if (!memcmp(hash, range->hash, sizeof(hash)))
			above[device->n_above++] = range->range;
	}
	return 0;
}

/* Cut the covered ranges out of what is held. */
static int find_missing(struct coverage_device *device, struct arena *arena, struct error *err)
{
	const struct device_vector *vector = device->vector;
	size_t most = vector->n_held + device->n_above + 2, above = 0;
	struct seq_range *missing = arena_array(arena, most, sizeof(*missing));
	if (!missing)
		return no_memory(err);
	device->missing = missing;
	for (size_t i = 0; i <= vector->n_held; i++) {
		struct seq_range range = i ? vector->held[i - 1] : (struct seq_range){ 1, vector->prefix };
		if (range.first > range.last)
			continue;
		device->n_entries += range.last - range.first + 1;
		if (range.first <= device->prefix)
			range.first = device->prefix + 1;
		while (above < device->n_above && device->above[above].last < range.first)
			above++;
		for (; above < device->n_above && device->above[above].first <= range.last; above++) {
			if (device->above[above].first > range.first)
				missing[device->n_missing++] =
					(struct seq_range){ range.first, device->above[above].first - 1 };
			range.first = device->above[above].last + 1;
			if (range.first > range.last)
				break;
		}
		if (range.first <= range.last)
			missing[device->n_missing++] = range;
	}
	for (size_t i = 0; i < device->n_missing; i++)
		device->n_uncovered += missing[i].last - missing[i].first + 1;
	return 0;
}

static int cover(struct store *store, const struct coverage_asked *asked, struct coverage_device *device,
                 struct arena *arena, struct error *err)
{
	const struct receipt *receipt = asked->receipt;
	int code = 0;
	for (size_t i = 0; receipt && i < receipt->n_devices; i++)
		if (!memcmp(receipt->devices[i].id, device->vector->device, DEVICE_ID_BYTES))
			device->receipt = &receipt->devices[i];
	if (!device->receipt && asked->down && !asked->all)
		return 0;
	if (device->receipt && asked->down && device->receipt->prefix > device->vector->prefix &&
	    reaches_beyond(device))
		return 0;
	if (device->receipt && !(code = cover_prefix(store, device, err)))
		code = cover_above(store, device, arena, err);
	return code ? code : find_missing(device, arena, err);
}

int coverage_of(struct store *store, const struct coverage_asked *asked, struct arena *arena,
                struct coverage *out, struct error *err)
{
	struct device_vector *vectors;
	size_t n;
	int code = store_vectors(store, arena, &vectors, &n, err);
	out->asked = *asked;
	if (code)
		return code;
	if (!(out->devices = arena_array(arena, n + 1, sizeof(*out->devices))))
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		const struct store_device *known = store_device_find(store, vectors[i].device);
		if (!known || !region_holds(asked->region, known->region))
			continue;
		struct coverage_device *device = &out->devices[out->n_devices++];
		device->vector = &vectors[i];
		if ((code = cover(store, asked, device, arena, err)))
			return code;
		out->n_entries += device->n_entries;
		out->n_uncovered += device->n_uncovered;
	}
	return 0;
}

int coverage_compute(struct store *store, const struct store_info *info, struct arena *arena,
                     struct coverage *out, struct error *err)
{
	struct coverage_asked asked = { .region = info->self.region, .receipt = &out->receipt };
	memset(out, 0, sizeof(*out));
	int code = peer_receipt(store, arena, &out->receipt, err);
	if (code && code != ERR_NOTFOUND)
		return code;
	out->any_receipt = !code;
	return coverage_of(store, &asked, arena, out, err);
}

const struct coverage_device *coverage_find(const struct coverage *coverage, const uint8_t device[DEVICE_ID_BYTES])
{
	for (size_t i = 0; i < coverage->n_devices; i++)
		if (!memcmp(coverage->devices[i].vector->device, device, DEVICE_ID_BYTES))
			return &coverage->devices[i];
	return NULL;
}

bool coverage_has(const struct coverage *coverage, const struct version *version)
{
	const struct coverage_device *device = coverage_find(coverage, version->device);
	if (!device || !device->receipt)
		return false;
	for (size_t f = 0; f < device->receipt->n_forks; f++)
		if (device->receipt->forks[f].seq == version->seq)
			return false;
	return version->seq <= device->prefix && !device->receipt->more_forks;
}
