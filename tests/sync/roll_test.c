/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rolls prove some rows of what was sealed, and go on with fewer; whom a file may introduce; what a place holds of others
 * is compared with what is here. */
#include "config.h"

#include <stdlib.h>

#include "sync/gather.h"
#include "sync/others.h"
#include "sync/vouch.h"
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

/* --- kept ones --- */

static void keep(const struct roll *roll, const struct seal *seal, const uint8_t *author, size_t *n_bytes)
{
	char name[ROLL_NAME_BYTES];
	struct buf value = BUF_INIT;
	site_must(roll_value(other.store, roll, seal, author, name, &value, &site_err), "value");
	*n_bytes = value.len_bytes;
	if (value.len_bytes)
		site_must(store_kv_put(other.store, name, span_of_buf(&value), &site_err), "keep");
	buf_free(&value);
}

static void test_kept(struct roll *roll, struct roll *back)
{
	struct arena arena = ARENA_INIT;
	struct roll_name *names;
	struct self self;
	struct seal seal = { .root = { 0 } }, again;
	size_t n, first, second;

	fill(roll, 42);
	roll_mark(roll, 5);
	roll_root(roll, seal.root);
	site_must(self_begin(village.store, &self, &site_err), "self");
	seal_make(&seal, &self, self.info.self.id, roll->n, seal.root);
	keep(roll, &seal, self.info.self.id, &first);
	roll_mark(roll, 6);
	keep(roll, &seal, self.info.self.id, &second);
	ok(first && !second, "a roll is kept once, whichever of its rows came");
	site_must(roll_list(other.store, self.info.self.id, &arena, &names, &n, &site_err), "list");
	is((long long)n, 1, "it is listed under its author");
	is(roll_recall(other.store, names[0].text, back, &again, &site_err), 0, "and read again");
	ok(back->n == 42 && !back->n_marked && !memcmp(back->digests, roll->digests, sizeof(back->digests[0]) * 42),
	   "with all digests and no marks");
	is(seal_check(&again, &self.info.self, &self.info.self, back->n, &site_err), 0, "its seal is good");
	site_must(store_kv_put(other.store, names[0].text, span_of("cut", 3), &site_err), "cut");
	is(roll_recall(other.store, names[0].text, back, &again, &site_err), ERR_CORRUPT, "one that is damaged says so");
	self_end(&self);
	arena_free(&arena);
}

/* Entries 1 to 5 of the village are there; the roll names 2, 3, 4 and others; 2, 4 and 5 are wanted. */
static void test_gather(struct roll *roll)
{
	struct gathered *rows = calloc(1, sizeof(*rows));
	struct version versions[3];
	bool sent[3] = { false, false, false };
	struct chosen chosen = { versions, sent, 3 };
	struct store_info info;
	static const uint64_t wanted[] = { 2, 4, 5 };

	if (!rows)
		return;
	site_must(store_info_get(village.store, &info, &site_err), "info");
	for (int i = 0; i < 5; i++)
		site_save(&village, 0, 0, "resident", "one more");
	for (size_t i = 0; i < 3; i++) {
		versions[i].seq = wanted[i];
		memcpy(versions[i].device, info.self.id, DEVICE_ID_BYTES);
		site_must(store_digest_of(village.store, info.self.id, wanted[i], versions[i].digest, &site_err), "digest");
	}
	fill(roll, 42);
	for (uint64_t seq = 2; seq <= 4; seq++)
		site_must(store_digest_of(village.store, info.self.id, seq, roll->digests[10 + seq], &site_err), "digest");
	site_must(gather_rolled(village.store, &chosen, roll, rows, &site_err), "gather");
	ok(rows->n == 2 && gathered_seq(rows, 0) == 2 && gathered_seq(rows, 1) == 4, "what is wanted and named is gathered");
	ok(sent[0] && sent[1] && !sent[2], "and only that is sent");
	ok(roll_fits(roll, rows->n, rows->root), "the marks fit the rows");
	site_must(gather_rolled(village.store, &chosen, roll, rows, &site_err), "gather");
	is((long long)rows->n, 0, "nothing is sent twice");
	gather_free(rows);
}

/* --- whom a file may introduce --- */

static struct store_device place(const char *region, enum level level, uint8_t id)
{
	struct store_device device = { .level = level, .id = { id } };
	snprintf(device.region, sizeof(device.region), "%s", region);
	return device;
}

static void test_vouch(void)
{
	const struct store_device sender = place("430599102", LEVEL_TOWNSHIP, 1);
	struct keylog_record records[] = {
		{ .type = KEYLOG_CERTIFY, .device = place("430599", LEVEL_COUNTY, 2), .subject = { 2 } },
		{ .type = KEYLOG_CERTIFY, .device = place("430599102", LEVEL_TOWNSHIP, 1), .subject = { 1 } },
	};
	struct vouch up = { .sender = &sender, .region = sender.region }, down = up;
	const struct store_device below = place("430599102201", LEVEL_VILLAGE, 3),
	                          near = place("430599101201", LEVEL_VILLAGE, 4),
	                          far = place("430600101201", LEVEL_VILLAGE, 5),
	                          neighbour = place("430599101", LEVEL_TOWNSHIP, 6),
	                          county = place("430599", LEVEL_COUNTY, 2), other_county = place("430599", LEVEL_COUNTY, 7);

	down.region = "430599";
	down.keys.root = (struct keylog){ .records = records, .n = 2 };
	ok(vouch_for(&up, &below) && vouch_for(&down, &below), "a township introduces its own villages");
	ok(!vouch_for(&up, &near) && vouch_for(&down, &near), "those of its neighbours only to its own");
	ok(vouch_for(&down, &neighbour), "and the neighbour itself");
	ok(!vouch_for(&down, &far), "nobody of another county");
	ok(vouch_for(&down, &county), "the county when its keyring is known");
	ok(!vouch_for(&down, &other_county), "another that calls itself so is not believed");
	down.keys.root.n = 0;
	ok(!vouch_for(&down, &county), "nor without a keyring");
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
	test_kept(roll, back);
	test_gather(roll);
	test_vouch();
	site_close(&township);
	site_close(&village);
	site_close(&other);
	free(roll);
	free(back);
	return done_testing();
}
