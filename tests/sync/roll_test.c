/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rolls prove some rows of what was sealed; what a place holds of others is compared with what is here. */
#include "config.h"

#include <stdlib.h>

#include "sync/others.h"
#include "sync/roll.h"
#include "sync/seal.h"
#include "tests/sync/site.h"

static struct site township, village, other;

static void fill(struct roll *roll, size_t n)
{
	memset(roll, 0, sizeof(*roll));
	roll->n = n;
	for (size_t i = 0; i < n; i++)
		crypto_hash_data(roll->digests[i], CRYPTO_DIGEST_BYTES, &i, sizeof(i), NULL);
}

static void root_of(const struct roll *roll, const size_t *rows, size_t n, uint8_t root[CRYPTO_DIGEST_BYTES])
{
	uint8_t digests[16][CRYPTO_DIGEST_BYTES];
	for (size_t i = 0; i < n; i++)
		memcpy(digests[i], roll->digests[rows[i]], CRYPTO_DIGEST_BYTES);
	crypto_hash_data(root, CRYPTO_DIGEST_BYTES, digests, n * CRYPTO_DIGEST_BYTES, NULL);
}

static void test_roll(struct roll *roll, struct roll *back)
{
	static const size_t rows[] = { 0, 7, 8, 41 }, others[] = { 0, 7, 8, 40 };
	struct buf bytes = BUF_INIT;
	uint8_t root[CRYPTO_DIGEST_BYTES], sealed[CRYPTO_DIGEST_BYTES], again[CRYPTO_DIGEST_BYTES];

	fill(roll, 42);
	for (size_t i = 0; i < 4; i++)
		roll_mark(roll, rows[i]);
	roll_mark(roll, 7);
	roll_put(&bytes, roll);
	ok(roll_take(span_of_buf(&bytes), back) && back->n == 42 && back->n_marked == 4, "a roll is written and read");
	roll_root(roll, sealed);
	roll_root(back, again);
	ok(!memcmp(sealed, again, sizeof(sealed)), "what was sealed is the same");
	root_of(roll, rows, 4, root);
	ok(roll_fits(back, 4, root), "a chunk of the marked rows fits");
	ok(!roll_fits(back, 3, root), "not with fewer rows");
	root_of(roll, others, 4, root);
	ok(!roll_fits(back, 4, root), "not with another row");
	unsigned taken = 0;
	for (size_t n = 0; n < bytes.len_bytes; n++)
		taken += roll_take(span_of(bytes.data, n), back);
	buf_put_u8(&bytes, 0);
	taken += roll_take(span_of_buf(&bytes), back);
	is((long long)taken, 0, "cut short anywhere, or longer, it is none");
	buf_free(&bytes);
}

static void test_seal(struct roll *roll)
{
	struct self self;
	struct seal seal;
	uint8_t root[CRYPTO_DIGEST_BYTES];

	fill(roll, 42);
	roll_root(roll, root);
	site_must(self_begin(village.store, &self, &site_err), "self");
	seal_make(&seal, &self, self.info.self.id, roll->n, root);
	roll_root(roll, seal.root);
	is(seal_check(&seal, &self.info.self, &self.info.self, roll->n, &site_err), 0, "the seal is over the whole roll");
	roll->digests[3][0] ^= 1;
	roll_root(roll, seal.root);
	is(seal_check(&seal, &self.info.self, &self.info.self, roll->n, &site_err), ERR_SIGNATURE,
	   "a row that was put in breaks it");
	self_end(&self);
}

static void test_others(void)
{
	struct arena arena = ARENA_INIT;
	struct buf bytes = BUF_INIT;
	struct store_info info;
	struct others others;
	struct version version = { .seq = 1 };
	struct export_report out;
	struct merge_report merged;
	bool has = true;

	for (int i = 0; i < 3; i++)
		site_save(&village, 0, 0, "resident", "of the village");
	site_must(sync_export(village.store, scratch_path("up"), NULL, &out, &site_err), "export");
	site_must(sync_merge(township.store, scratch_path("up"), &arena, NULL, &merged, &site_err), "merge");
	site_must(others_put(township.store, "430599101202", &bytes, &site_err), "put");
	is(others_take(span_of_buf(&bytes), &others, &arena, &site_err), 0, "what is held of others is written and read");
	site_must(store_info_get(village.store, &info, &site_err), "info");
	memcpy(version.device, info.self.id, DEVICE_ID_BYTES);
	site_must(store_digest_of(village.store, version.device, 1, version.digest, &site_err), "digest");
	site_must(others_has(village.store, &others, &version, &has, &site_err), "has");
	ok(has, "the entry is held there");
	version.seq = 4;
	site_must(others_has(village.store, &others, &version, &has, &site_err), "has");
	ok(!has, "one beyond is not");
	site_must(others_take(span_of_buf(&bytes), &others, &arena, &site_err), "take");
	version.seq = 1;
	site_must(others_has(other.store, &others, &version, &has, &site_err), "has");
	ok(!has, "a store that holds something else believes nothing");
	unsigned taken = 0;
	for (size_t n = 0; n < bytes.len_bytes; n++)
		taken += !others_take(span_of(bytes.data, n), &others, &arena, &site_err);
	is((long long)taken, 0, "cut short anywhere it is refused");
	buf_free(&bytes);
	arena_free(&arena);
}

int main(void)
{
	struct roll *roll = calloc(1, sizeof(*roll)), *back = calloc(1, sizeof(*back));

	if (!roll || !back)
		return 1;
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&village, "A", "甲村卫生室", "430599101201");
	site_make(&other, "B", "乙村卫生室", "430599101202");
	site_enrol(&village, &township);
	test_roll(roll, back);
	test_seal(roll);
	test_others();
	site_close(&township);
	site_close(&village);
	site_close(&other);
	free(roll);
	free(back);
	return done_testing();
}
