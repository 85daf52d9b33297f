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
