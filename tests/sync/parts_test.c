/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An export in several files: each applies alone and in any order, and together they are the whole. */
#include "config.h"

#include <stdlib.h>

#include "sync/export.h"
#include "sync/stick.h"
#include "tests/sync/site.h"

enum { RECORDS = 200, TEXT_BYTES = 20 * 1024 };

static struct site township, village;

/* Records too large for one chunk, and then a change of each: its base stands in another file. */
static void fill(void)
{
	static char text[TEXT_BYTES + 1];
	rid_t ids[RECORDS];
	uint32_t draw = 1;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < RECORDS; i++) {
			for (int at = 0; at < TEXT_BYTES; at++)
				text[at] = (char)('a' + ((draw = draw * 1664525 + 1013904223) >> 24) % 26);
			rid_t id = site_save(&village, round ? ids[i] : 0, 0, "resident", round ? "改过" : text);
			if (!round)
				ids[i] = id;
		}
	}
}

static int merge(const char *path, struct merge_report *merged)
{
	static struct arena arena;
	arena_reset(&arena);
	return sync_merge(township.store, path, &arena, NULL, merged, &site_err);
}

static void test_alone(char **paths, size_t n, uint64_t n_entries)
{
	struct merge_report merged;
	int refused = 0;
	char sent[65], held[65];
	is(merge(paths[n - 1], &merged), 0, "the last file applies alone");
	uint64_t fresh = merged.total.fresh;
	ok(fresh && !merged.total.quarantined, "with all that is in it");
	for (size_t i = n - 1; i-- > 0; fresh += merged.total.fresh)
		refused += merge(paths[i], &merged) != 0;
	is(refused, 0, "so does every other, from the last to the first");
	is((long long)fresh, (long long)n_entries, "and together they are the whole");
	site_digest(&village, sent);
	site_digest(&township, held);
	is_text(held, sent, "byte for byte");
}

int main(void)
{
	struct export_report out;
	struct arena arena = ARENA_INIT;
	char **paths;
	size_t n;
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&village, "A", "甲村卫生室", "430599101201");
	site_enrol(&village, &township);
	fill();
	site_must(sync_export_parts(village.store, scratch_path("stick"), 1 << 20, NULL, &out, &site_err), "export");
	site_must(stick_scan(scratch_path("stick"), "XYB", &arena, &paths, &n, &site_err), "scan");
	ok(n >= 4 && n == out.files, "an export of %zu files", n);
	test_alone(paths, n, out.entries);
	is(EXPORT_PART_BYTES, 32 << 20, "exports are split at 32 MiB");
	arena_free(&arena);
	site_close(&village);
	site_close(&township);
	return done_testing();
}
