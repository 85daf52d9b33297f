/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "sync/coverage.h"
#include "sync/envelope.h"
#include "sync/sync.h"

/* --- numbers used twice --- */

struct fork_walk {
	struct arena *arena;
	struct fork_range *ranges; /* of n, with room for the power of two above */
	size_t n;
	uint64_t seq, branches;
	bool failed;
};

static void close_number(struct fork_walk *walk)
{
	struct fork_range *last = walk->n ? &walk->ranges[walk->n - 1] : NULL;
	if (walk->branches < 2)
		return;
	if (last && last->last + 1 == walk->seq && last->branches == walk->branches) {
		last->last = walk->seq;
		return;
	}
	if (!(walk->n & (walk->n - 1))) {
		struct fork_range *more = arena_array(walk->arena, walk->n ? 2 * walk->n : 1, sizeof(*more));
		if (!more) {
			walk->failed = true;
			return;
		}
		if (walk->n)
			memcpy(more, walk->ranges, walk->n * sizeof(*more));
		walk->ranges = more;
	}
	walk->ranges[walk->n++] = (struct fork_range){ walk->seq, walk->seq, walk->branches };
}

static bool walk_version(void *arg, const struct version *version)
{
	struct fork_walk *walk = arg;
	if (version->seq != walk->seq) {
		close_number(walk);
		walk->seq = version->seq;
		walk->branches = 0;
	}
	walk->branches++;
	return !walk->failed;
}

int sync_forks(struct store *store, const uint8_t device[DEVICE_ID_BYTES], struct arena *arena,
               struct fork_range **out, size_t *n, struct error *err)
{
	struct fork_walk walk = { .arena = arena };
	struct device_reach reach;
	int code = store_reach(store, device, &reach, err);
	if (!code && reach.forks && !(code = store_versions_each(store, device, 1, reach.max, walk_version, &walk, err)))
		close_number(&walk);
	*out = walk.ranges;
	*n = walk.n;
	return walk.failed && !code ? error_set(err, ERR_NOMEM, _("out of memory")) : code;
}

/* What the last receipt says beyond what is held here. */
static void fill_above(struct sync_state *out, const struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->receipt.n_devices; i++) {
		const struct receipt_device *above = &coverage->receipt.devices[i];
		uint64_t here = 0, forks_here = 0, forks_above = 0;
		for (size_t c = 0; c < coverage->n_devices; c++)
			if (coverage->devices[c].receipt == above) {
				here = coverage->devices[c].vector->max;
				forks_here = coverage->devices[c].vector->forks;
			}
		for (size_t f = 0; f < above->n_forks; f++)
			forks_above += !f || above->forks[f].seq != above->forks[f - 1].seq;
		out->stable += above->stable;
		out->lost += above->max > here ? above->max - here : 0;
		out->forks += forks_above > forks_here ? forks_above : forks_here;
	}
}

int sync_status(struct store *store, struct sync_state *out, struct error *err)
{
	struct store_info info;
	struct store_device upper;
	struct coverage coverage;
	struct arena arena = ARENA_INIT;
	int64_t exported = 0;
	memset(out, 0, sizeof(*out));
	out->last_export = out->last_receipt = DATE_NONE;
	int code = store_info_get(store, &info, err);
	if (code)
		return code;
	if (!peer_upper(store, &info, &upper, NULL)) {
		out->enrolled = true;
		snprintf(out->township, sizeof(out->township), "%s", upper.name);
		snprintf(out->township_region, sizeof(out->township_region), "%s", upper.region);
	}
	if (!(code = coverage_compute(store, &info, &arena, &coverage, err)) &&
	    !(code = peer_number(store, PEER_LAST_EXPORT, &exported, err))) {
		out->own_entries = coverage.n_entries;
		out->pending = coverage.n_uncovered;
		out->acknowledged = coverage.n_entries - coverage.n_uncovered;
		if (coverage.any_receipt) {
			out->quarantined = coverage.receipt.n_quarantined;
			out->last_receipt = date_of_seconds(coverage.receipt.wall);
			fill_above(out, &coverage);
		}
		if (exported)
			out->last_export = (date_t)exported;
	}
	arena_free(&arena);
	return code;
}

static void fill_clinic(struct sync_clinic *clinic, const struct device_vector *vectors, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct device_vector *vector = &vectors[i];
		if (memcmp(vector->device, clinic->device->id, DEVICE_ID_BYTES))
			continue;
		clinic->entries = vector->prefix;
		for (size_t r = 0; r < vector->n_held; r++)
			clinic->entries += vector->held[r].last - vector->held[r].first + 1;
		clinic->highest = vector->max;
		clinic->missing = vector->max - clinic->entries;
		clinic->forks = vector->forks;
	}
}

int sync_clinics_each(struct store *store, void (*each)(void *arg, const struct sync_clinic *clinic),
                      void *arg, struct error *err)
{
	struct store_info info;
	struct arena arena = ARENA_INIT;
	struct device_vector *vectors;
	const struct store_device *device;
	size_t n;
	int code = store_info_get(store, &info, err);
	if (!code)
		code = store_vectors(store, &arena, &vectors, &n, err);
	for (size_t i = 0; !code && (device = store_device_at(store, i)); i++) {
		struct sync_clinic clinic = { .device = device, .last_merge = DATE_NONE };
		struct peer_progress progress;
		if (device->level >= info.self.level || !*device->region)
			continue;
		fill_clinic(&clinic, vectors, n);
		code = peer_progress_get(store, device->id, &progress, err);
		if (!code) {
			clinic.last_merge = date_of_seconds(progress.wall);
			clinic.clock_offset_s = progress.clock_offset_s;
		}
		code = code == ERR_NOTFOUND ? 0 : code;
		if (!code)
			each(arg, &clinic);
	}
	arena_free(&arena);
	return code;
}

static const char *kind_word(uint8_t kind)
{
	switch (kind) {
#define KIND_CASE(name, number, word) case ENVELOPE_##name: return word;
	ENVELOPE_KIND_LIST(KIND_CASE)
#undef KIND_CASE
	default: return "unknown";
	}
}

int bundle_inspect(struct store *store, const char *path, struct bundle_facts *out, struct error *err)
{
	struct envelope *envelope = NULL;
	memset(out, 0, sizeof(*out));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_errno(err, errno, "%s", path);
	int code = envelope_open(&envelope, fd, err);
	if (code) {
		error_prefix(err, "%s", path);
		close(fd);
		return code;
	}
	const struct envelope_head *head = envelope_head(envelope);
	snprintf(out->kind, sizeof(out->kind), "%s", kind_word(head->kind));
	memcpy(out->sender, head->sender, DEVICE_ID_BYTES);
	memcpy(out->recipient, head->recipient, DEVICE_ID_BYTES);
	memcpy(out->bundle_id, head->bundle_id, BUNDLE_ID_BYTES);
	out->bytes = envelope_bytes(envelope);
	out->frames = envelope_frames(envelope);
	out->major = head->major;
	out->minor = head->minor;
	out->suite = head->suite;
	const struct store_device *sender = store ? store_device_find(store, head->sender) : NULL;
	if (sender && (sender->enrolled || sender->self)) {
		code = envelope_verify(envelope, sender->sign_pk, err);
		if (code)
			error_prefix(err, "%s", path);
		out->signature_known = !code;
	}
	envelope_close(envelope);
	close(fd);
	return code;
}
