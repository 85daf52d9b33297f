/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of this store's entries the level above provably holds, by its last receipt only. */
#ifndef SYNC_COVERAGE_H
#define SYNC_COVERAGE_H

#include "sync/peer.h"

/* What another place provably holds of the devices of a region, by what it says. */
struct coverage_asked {
	const char *region;
	const struct receipt *receipt; /* NULL: it holds nothing; lives as long as the coverage */
	bool down;                     /* what it has beyond this store is no sign of a twin */
	bool all;                      /* down: also devices that the receipt does not name */
};
struct coverage_device {
	const struct device_vector *vector;
	const struct receipt_device *receipt; /* NULL: the receipt does not name it */
	uint64_t prefix;                      /* 1..prefix are covered */
	const struct seq_range *above;        /* and these */
	size_t n_above;
	const struct seq_range *missing;      /* what is held here and not covered, ascending */
	size_t n_missing;
	uint64_t n_entries, n_uncovered;      /* numbers, not forks */
	bool twin; /* the level above holds other entries under these numbers, or more than there are here */
};
struct coverage {
	struct coverage_asked asked;
	struct receipt receipt;       /* the last one of the level above, in coverage_compute() */
	bool any_receipt;
	struct coverage_device *devices;
	size_t n_devices;
	uint64_t n_entries, n_uncovered;
};
/* In arena. out->receipt stays as it is. */
int coverage_of(struct store *store, const struct coverage_asked *asked, struct arena *arena,
                struct coverage *out, struct error *err);
/* In arena. Only devices of this region count: what came from elsewhere is not sent up. */
int coverage_compute(struct store *store, const struct store_info *info, struct arena *arena,
                     struct coverage *out, struct error *err);
/* NULL: of this installation nothing is held here. */
const struct coverage_device *coverage_find(const struct coverage *coverage, const uint8_t device[DEVICE_ID_BYTES]);
/* Whether the level above holds one entry, and one only, under this version's number; whether it is this one only
 * its digest tells. */
bool coverage_has(const struct coverage *coverage, const struct version *version);

#endif
