/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores exchange: export, merge, receipt, import; again, in any order, with refusals in between. */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/sync/site.h"

static struct site township, villages[2];

static int merge(struct site *to, const char *path, struct merge_report *report)
{
	static struct arena arena;
	arena_reset(&arena);
	return sync_merge(to->store, path, &arena, NULL, report, &site_err);
}

static int import(struct site *to, const char *path, struct import_report *report)
{
	static struct arena arena;
	arena_reset(&arena);
	return sync_import(to->store, path, &arena, &SITE_TRUST, report, &site_err);
}

static void fill(struct site *site, int n, const char *word)
{
	char text[64];
	rid_t resident = 0;
	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s %d", word, i);
		if (i % 3 == 0)
			resident = site_save(site, 0, 0, "resident", text);
		else if (i % 3 == 1)
			site_save(site, 0, resident, "hypertension_visit", text);
		else
			site_save(site, resident, 0, "resident", text);
	}
}

static void test_round(void)
{
	struct export_report out;
	struct merge_report merged;
	struct import_report in;
	struct sync_state state;
	char before[65], after[65];
	const char *stick = scratch_path("stick");
	ok(sync_export(villages[0].store, stick, NULL, &out, &site_err) == ERR_STRANGER,
	   "before enrolment there is no export");
	site_enrol(&villages[0], &township);
	site_must(sync_status(villages[0].store, &state, &site_err), "status");
	ok(state.enrolled && !strcmp(state.township, township.name), "the answer makes it a member");
	fill(&villages[0], 90, "甲");
	is((long long)site_pending(&villages[0]), 90, "all entries are to be sent");
	is(sync_export(villages[0].store, stick, NULL, &out, &site_err), 0, "export");
	is((long long)out.entries, 90, "of all entries");
	is((long long)out.files, 1, "in one file");
	ok(strstr(out.path, "/XIANGYI/430599101201/00000001.XYB") != NULL, "with its name: %s", out.path);
	is((long long)site_pending(&villages[0]), 90, "exported is not delivered");
	is(merge(&township, stick, &merged), 0, "merge");
	is((long long)merged.total.fresh, 90, "all entries are new");
	is((long long)merged.total.quarantined, 0, "none is refused");
	is((long long)merged.receipts, 1, "a receipt lies beside the bundle");
	site_digest(&township, before);
	is(merge(&township, stick, &merged), 0, "merge again");
	is((long long)merged.total.fresh, 0, "nothing is new");
	is((long long)merged.total.known, 90, "all is known");
	site_digest(&township, after);
	is_text(after, before, "and the digest is the same");
	is(import(&villages[0], stick, &in), 0, "import the receipt");
	is((long long)in.held, 90, "the township holds all");
	is((long long)in.missing, 0, "and lacks none");
	is((long long)site_pending(&villages[0]), 0, "nothing is left to send");
	is(sync_export(villages[0].store, stick, NULL, &out, &site_err), 0, "export again");
	ok(out.nothing_new && !out.files, "writes no file");
	fill(&villages[0], 6, "后来");
	is(sync_export(villages[0].store, stick, NULL, &out, &site_err), 0, "export what came later");
	is((long long)out.entries, 6, "only that");
	is(merge(&township, stick, &merged), 0, "merge it");
	is((long long)merged.total.fresh, 6, "it is new");
	is(import(&villages[0], stick, &in), 0, "import the newest receipt of the stick");
	is((long long)in.missing, 0, "the township holds all");
}

/* The file of village 0 with one of its bytes changed, or cut, is refused and nothing changes. */
static void test_refusals(void)
{
	struct export_report out;
	struct merge_report merged;
	struct buf bytes = BUF_INIT;
	char before[65], after[65];
	const char *stick = scratch_path("damage"), *bad = scratch_path("damage/BAD.XYB");
	int taken = 0;
	fill(&villages[0], 3, "damage");
	site_must(sync_export(villages[0].store, stick, NULL, &out, &site_err), "export");
	site_must(file_read(out.path, 1 << 20, &bytes, &site_err), "read");
	site_digest(&township, before);
	for (size_t i = 0; i < bytes.len_bytes; i += 7) {
		bytes.data[i] ^= 0x10;
		site_must(file_write_atomic(bad, bytes.data, bytes.len_bytes, &site_err), "write");
		bytes.data[i] ^= 0x10;
		taken += merge(&township, bad, &merged) != ERR_INVALID || merged.n_refused != 1 ||
		         !merged.files[0].error.text[0];
		site_must(file_write_atomic(bad, bytes.data, i, &site_err), "write");
		taken += merge(&township, bad, &merged) != ERR_INVALID || merged.n_refused != 1;
	}
	is(taken, 0, "damaged and cut files are refused with a sentence each");
	ok(file_exists(bad), "and kept");
	site_digest(&township, after);
	is_text(after, before, "the digest is unchanged");

	struct site other;
	site_make(&other, "T2", "另镇卫生院", "430599102");
	is(merge(&other, out.path, &merged), ERR_INVALID, "another township refuses the file");
	is(merged.files[0].error.code, ERR_RECIPIENT, "as meant for another recipient");
	is(merge(&other, scratch_path("damage/XIANGYI"), &merged), ERR_NOTFOUND, "and finds none for itself in the folder");
	site_close(&other);

	is(merge(&township, stick, &merged), ERR_INVALID, "the bad file of a folder is named");
	is((long long)merged.n_refused, 1, "alone");
	is((long long)merged.total.fresh, 3, "and the good one beside it is merged");
	buf_free(&bytes);
}

static void test_stranger(void)
{
	struct site stranger, false_township;
	struct export_report out;
	struct merge_report merged;
	struct import_report in;
	char answer[SYNC_PATH_BYTES];
	/* a village that another store, posing as the same township, has enrolled: sealed for that store */
	site_make(&false_township, "T3", "示范镇卫生院", "430599101");
	site_make(&stranger, "S", "丙村卫生室", "430599101203");
	site_enrol(&stranger, &false_township);
	fill(&stranger, 3, "stranger");
	site_must(sync_export(stranger.store, scratch_path("stranger"), NULL, &out, &site_err), "export");
	is(merge(&township, out.path, &merged), ERR_INVALID, "a stranger's bundle is refused");
	ok(merged.files[0].error.code == ERR_RECIPIENT, "it is sealed for another");
	/* village 0 must not follow the false township */
	struct enrol_request request;
	snprintf(answer, sizeof(answer), "%s/request.xyr", villages[0].dir);
	site_must(enrol_read_request(&request, answer, &site_err), "read request");
	site_must(enrol_accept(false_township.store, &request, false, answer, &site_err), "accept");
	is(import(&villages[0], answer, &in), ERR_STRANGER, "an answer of another township is refused");
	site_close(&stranger);
	site_close(&false_township);
}

static void test_rights(void)
{
	struct export_report out;
	struct merge_report merged;
	struct import_report in;
	const char *stick = scratch_path("rights");
	site_enrol(&villages[1], &township);
	fill(&villages[1], 5, "乙");
	site_must(sync_export(villages[1].store, stick, NULL, &out, &site_err), "export");
	is(merge(&township, stick, &merged), 0, "the second village's bundle is merged");
	is((long long)merged.total.fresh, 5, "wholly");
	is(import(&villages[0], stick, &in), ERR_NOTFOUND, "its receipt is not for the first village");
	is(import(&villages[1], stick, &in), 0, "but for the second");
	is((long long)in.missing, 0, "which has nothing left to send");
}

/* Bundles of two villages in every order, repeated: one digest. */
static void test_orders(void)
{
	static const int ORDERS[][6] = { { 0, 1, 2, 3, -1 }, { 3, 2, 1, 0, -1 }, { 1, 0, 3, 2, 2, -1 },
		                         { 2, 3, 0, 1, 0, -1 }, { 1, 3, 0, 2, -1 } };
	char paths[4][SYNC_PATH_BYTES], first[65] = "", digest[65];
	struct export_report out;
	struct merge_report merged;
	int differ = 0;
	for (int v = 0; v < 2; v++) {
		for (int round = 0; round < 2; round++) {
			char stick[64];
			snprintf(stick, sizeof(stick), "orders%d%d", v, round);
			fill(&villages[v], 7, round ? "second" : "first");
			site_must(sync_export(villages[v].store, scratch_path(stick), NULL, &out, &site_err),
			          "export");
			if (out.nothing_new)
				site_must(ERR_INVALID, "nothing to export");
			snprintf(paths[2 * v + round], SYNC_PATH_BYTES, "%s", out.path);
		}
	}
	for (size_t o = 0; o < 5; o++) {
		char folder[32], command[3 * SYNC_PATH_BYTES];
		snprintf(folder, sizeof(folder), "order%zu", o);
		struct site again = site_at(folder, township.name, township.region);
		site_close(&township);
		snprintf(command, sizeof(command), "cp -a '%s' '%s'", township.dir, again.dir);
		if (system(command))
			site_must(ERR_IO, "copy");
		site_open(&township);
		site_open(&again);
		for (int i = 0; ORDERS[o][i] >= 0; i++)
			site_must(merge(&again, paths[ORDERS[o][i]], &merged), "merge");
		site_digest(&again, digest);
		if (!*first)
			snprintf(first, sizeof(first), "%s", digest);
		differ += strcmp(first, digest) != 0;
		site_close(&again);
	}
	is(differ, 0, "five orders of four bundles give one digest");
}

/* Asks for a stop at the first report. */
static bool stop(struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	(void)what, (void)total;
	*(uint64_t *)progress->arg = done;
	return false;
}

static void test_chunks(void)
{
	uint64_t stopped_at = 0;
	struct progress stopper = { stop, &stopped_at };
	struct arena arena = ARENA_INIT;
	struct export_report out;
	struct merge_report merged;
	struct import_report in;
	const char *stick = scratch_path("many");
	site_must(store_bulk_begin(villages[1].store, &site_err), "bulk");
	fill(&villages[1], 9000, "many");
	site_must(store_bulk_end(villages[1].store, &site_err), "bulk end");
	is(sync_export(villages[1].store, stick, NULL, &out, &site_err), 0, "export 9000 entries");
	ok(out.bytes < 9000 * 12, "in %d bytes", (int)out.bytes);
	is(sync_merge(township.store, stick, &arena, &stopper, &merged, &site_err), ERR_CANCELLED,
	   "a merge is stopped behind its first part");
	is((long long)stopped_at, 1, "which stays");
	uint64_t first = merged.total.fresh;
	ok(first > 0 && first < 9000, "with %d entries", (int)first);
	is(merge(&township, stick, &merged), 0, "merged again it goes on behind it");
	is((long long)merged.total.known, 0, "nothing is done twice");
	is((long long)(first + merged.total.fresh), (long long)out.entries, "and all are there");
	is(merge(&township, stick, &merged), 0, "merged once more");
	is((long long)merged.total.known, (long long)out.entries, "all are known");
	arena_free(&arena);
	is((long long)merged.total.waiting, 0, "none waits");
	is(import(&villages[1], stick, &in), 0, "import the receipt");
	is((long long)in.missing, 0, "all are held");
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&villages[0], "A", "甲村卫生室", "430599101201");
	site_make(&villages[1], "B", "乙村卫生室", "430599101202");
	test_round();
	test_refusals();
	test_stranger();
	test_rights();
	test_orders();
	test_chunks();
	site_close(&township);
	site_close(&villages[0]);
	site_close(&villages[1]);
	return done_testing();
}
