/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random entries of invented devices, for property tests of merging. Same seed, same entries. */
#ifndef TESTS_DB_WORLD_H
#define TESTS_DB_WORLD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "form/entry.h"

enum { WORLD_DEVICES = 4, WORLD_TAGS = 6 };

struct world_entry {
	struct span canonical; /* malloc'ed */
	struct version version;
	struct version record; /* its own version for a creating entry */
	bool creates, resident, lost; /* lost: arrives nowhere */
	uint32_t tags; /* bit set of 16 + i */
};

struct world {
	uint64_t state;
	uint64_t seqs[WORLD_DEVICES];
	struct world_entry *entries;
	size_t n;
};

__attribute__((unused)) static uint64_t world_random(struct world *world, uint64_t below)
{
	world->state ^= world->state << 13;
	world->state ^= world->state >> 7;
	world->state ^= world->state << 17;
	return (world->state * UINT64_C(0x2545F4914F6CDD1D) >> 33) % below;
}

static size_t world_pick(struct world *world, bool creating)
{
	for (int tries = 0; tries < 50; tries++) {
		size_t i = world_random(world, world->n);
		if (world->entries[i].creates == creating)
			return i;
	}
	return 0;
}

/* Some entries of the same record that wrote the tag. */
static size_t world_bases(struct world *world, const struct version *record, int tag,
                          struct version out[8])
{
	size_t n = 0;

	for (size_t i = 0; i < world->n && n < 8; i++)
		if (!version_compare(&world->entries[i].record, record) &&
		    (world->entries[i].tags & 1u << tag) && world_random(world, 100) < 70)
			out[n++] = world->entries[i].version;
	return n;
}

static void world_add(struct world *world)
{
	struct world_entry *made = &world->entries[world->n];
	struct version bases[WORLD_TAGS][8];
	struct entry_field fields[WORLD_TAGS];
	char values[WORLD_TAGS][16];
	struct buf bytes = BUF_INIT;
	struct error err;
	size_t device = world_random(world, WORLD_DEVICES);
	uint64_t dice = world_random(world, 100);
	struct entry entry = { .operator_name = "wang", .form = "resident" };

	memset(made, 0, sizeof(*made));
	memset(entry.device, 'a' + (int)device, sizeof(entry.device));
	if (world_random(world, 100) < 4 && world->seqs[device])
		entry.seq = 1 + world_random(world, world->seqs[device]); /* a twin */
	else
		entry.seq = ++world->seqs[device];
	entry.lamport = 1 + world_random(world, 5) + world->n / 3;
	entry.wall = 1700000000 + (int64_t)world_random(world, 1000000);
	made->creates = world->n < 3 || dice < 45;
	made->resident = world->n < 3 || dice < 20;
	if (made->creates && !made->resident) {
		entry.form = "visit";
		entry.subject = world->entries[world_pick(world, true)].version;
	} else if (!made->creates) {
		const struct world_entry *old = &world->entries[world_pick(world, dice < 98)];
		entry.record = old->version;
		entry.form = old->resident == (dice < 96) ? "resident" : "visit";
	}
	for (int tag = 0; tag < WORLD_TAGS; tag++) {
		struct entry_field *field = &fields[entry.n_fields];
		if (world_random(world, 100) < 50)
			continue;
		snprintf(values[tag], sizeof(values[tag]), "%.*s", (int)world_random(world, 3), "xyz");
		*field = (struct entry_field){ .tag = 16 + (uint32_t)tag, .bases = bases[tag],
			                       .value = span_of(values[tag], strlen(values[tag])) };
		if (!made->creates)
			field->n_bases = world_bases(world, &entry.record, tag, bases[tag]);
		made->tags |= 1u << tag;
		entry.n_fields++;
	}
	entry.fields = fields;
	if (entry_encode(&bytes, &entry, &err)) {
		printf("Bail out! %s\n", err.text);
		exit(99);
	}
	made->canonical = span_of_buf(&bytes);
	memcpy(made->version.device, entry.device, DEVICE_ID_BYTES);
	made->version.seq = entry.seq;
	entry_digest(made->version.digest, made->canonical);
	made->record = made->creates ? made->version : entry.record;
	made->lost = world_random(world, 100) < 2;
	world->n++;
}

__attribute__((unused)) static void world_make(struct world *world, uint64_t seed, size_t n)
{
	memset(world, 0, sizeof(*world));
	world->state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
	world->entries = calloc(n, sizeof(*world->entries));
	if (!world->entries)
		exit(99);
	while (world->n < n)
		world_add(world);
}

__attribute__((unused)) static void world_free(struct world *world)
{
	for (size_t i = 0; i < world->n; i++)
		free((void *)(uintptr_t)world->entries[i].canonical.data);
	free(world->entries);
}

#endif
