/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a township passes on counts at the county only under the seals of the places that wrote it. */
#include "config.h"

#include "sync/gather.h"
#include "tests/sync/site.h"

static struct site county, township, village, other;

static int merge_at(struct site *site, const char *folder, struct merge_report *out)
{
	static struct arena arena;
	arena_reset(&arena);
	return sync_merge(site->store, scratch_path(folder), &arena, NULL, out, &site_err);
}

static void carry(struct site *from, struct site *to, const char *folder)
{
	struct export_report out;
	struct merge_report merged;
	site_must(sync_export(from->store, scratch_path(folder), NULL, &out, &site_err), "export");
	site_must(merge_at(to, folder, &merged), "merge");
}

/* Lay entries of author into the township as a dishonest one would, signed by signer (NULL: not at all). */
static void plant(struct site *author, const struct self *signer)
{
	struct store_info info;
	struct gathered *rows = calloc(1, sizeof(*rows));
	struct whole_entry entries[16];
	struct buf bytes[16] = { BUF_INIT };
	struct span spans[16], none = { NULL, 0 };
	struct apply_result result = { 0 };
	site_must(rows ? 0 : ERR_NOMEM, "memory");
	site_must(store_info_get(author->store, &info, &site_err), "info");
	site_must(gather_range(author->store, info.self.id, (struct seq_range){ 1, 16 }, rows, &site_err), "gather");
	for (size_t i = 0; i < rows->n; i++) {
		site_must(entry_encode(&bytes[i], rows->rows[i].entry, &site_err), "encode");
		spans[i] = span_of_buf(&bytes[i]);
		entries[i] = (struct whole_entry){ spans[i], rows->rows[i].entry, rows->digests[i] };
	}
	if (signer) {
		struct buf value = BUF_INIT;
		char name[SEAL_NAME_BYTES];
		struct seal seal;
		seal_make(&seal, signer, info.self.id, rows->n, rows->root);
		site_must(seal_value(township.store, &seal, entries, rows->n, name, &value, &site_err), "seal");
		site_must(store_kv_put(township.store, name, span_of_buf(&value), &site_err), "keep");
		buf_free(&value);
	}
	site_must(store_apply(township.store, spans, rows->n, NULL, none, &result, &site_err), "apply");
	for (size_t i = 0; i < rows->n; i++)
		buf_free(&bytes[i]);
	gather_free(rows);
}

static uint64_t entries_of(struct site *site)
{
	struct store_info info;
	site_must(store_info_get(site->store, &info, &site_err), "info");
	return info.n_entries;
}

static void test_honest(void)
{
	struct export_report out;
	for (int i = 0; i < 5; i++)
		site_save(&village, 0, 0, "resident", "signed by the village");
	carry(&village, &township, "stick1");
	site_save(&township, 0, 0, "resident", "the township's own");
	carry(&township, &county, "up1");
	is((long long)entries_of(&county), 6, "what the village signed and the township wrote arrives");
	site_must(sync_export(township.store, scratch_path("up1b"), NULL, &out, &site_err), "export");
	is((long long)out.unsigned_rest, 0, "nothing was left behind");
}

static void test_unsigned(void)
{
	struct export_report out;
	struct merge_report merged;
	for (int i = 0; i < 3; i++)
		site_save(&other, 0, 0, "resident", "never signed");
	plant(&other, NULL);
	site_must(sync_export(township.store, scratch_path("up2"), NULL, &out, &site_err), "export");
	ok(out.unsigned_rest == 3, "entries that nobody signed stay at the township, and are counted");
	if (out.files)
		site_must(merge_at(&county, "up2", &merged), "merge");
	is((long long)entries_of(&county), 6, "none of them reaches the county");
}

static void test_forged(void)
{
	struct export_report out;
	struct merge_report merged;
	struct self self;
	char digest[65], after[65];
	site_must(self_begin(township.store, &self, &site_err), "self");
	plant(&other, &self);
	self_end(&self);
	site_must(sync_export(township.store, scratch_path("up3"), NULL, &out, &site_err), "export");
	ok(out.files > 0, "a township that signs for a village can write such a bundle");
	site_digest(&county, digest);
	is(merge_at(&county, "up3", &merged), ERR_INVALID, "the county refuses it");
	ok(merged.n_files == 1 && merged.files[0].error.code == ERR_SIGNATURE &&
	   strstr(merged.files[0].error.text, "not signed there"), "and says whose signature is missing: %s",
	   merged.n_files ? merged.files[0].error.text : "");
	site_digest(&county, after);
	ok(!strcmp(digest, after), "nothing of it is taken over");
}

/* Everything that was tried is taken back, also when the store is used on. */
static void test_try(void)
{
	static struct arena arena;
	struct export_report out;
	struct merge_report tried, merged;
	char before[65], after[65];
	for (int i = 0; i < 4; i++)
		site_save(&village, 0, 0, "resident", "tried first");
	site_must(sync_export(village.store, scratch_path("stick4"), NULL, &out, &site_err), "export");
	site_digest(&township, before);
	uint64_t had = entries_of(&township);
	is(sync_merge_try(township.store, scratch_path("stick4"), &arena, NULL, &tried, &site_err), 0, "a merge is tried");
	site_digest(&township, after);
	ok(!strcmp(before, after) && entries_of(&township) == had, "nothing is changed by it");
	is(merge_at(&township, "stick4", &merged), 0, "then it is merged");
	ok(tried.total.fresh == merged.total.fresh && tried.total.known == merged.total.known && merged.total.fresh >= 4,
	   "the trial told the truth: %d new, %d known", (int)tried.total.fresh, (int)tried.total.known);
	arena_free(&arena);
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	site_make(&county, "C", "示范县卫生局", "430599");
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&village, "A", "甲村卫生室", "430599101201");
	site_make(&other, "B", "乙村卫生室", "430599101202");
	site_enrol(&township, &county);
	site_enrol(&village, &township);
	site_enrol(&other, &township);
	test_honest();
	test_unsigned();
	test_forged();
	test_try();
	site_close(&county);
	site_close(&township);
	site_close(&village);
	site_close(&other);
	return done_testing();
}
