/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keyrings: what they prove, what is refused and with which words; what stores make of them. */
#include "config.h"

#include <stdlib.h>

#include "lib/i18n.h"
#include "sync/keys.h"
#include "tests/sync/forge.h"

static struct arena arena;
static struct error err;

/* log and one record more, signed by issuer. */
static struct keylog grown(struct keylog log, const struct keylog_record *record, const struct person *issuer)
{
	struct buf bytes = BUF_INIT;
	struct keylog out;
	site_must(keylog_append(&bytes, &log, record, issuer->device.id, issuer->sign_sk, &site_err), "append");
	const void *kept = arena_memdup(&arena, bytes.data, bytes.len_bytes);
	site_must(keylog_parse(&out, span_of(kept, bytes.len_bytes), &arena, &site_err), "parse");
	buf_free(&bytes);
	return out;
}

static struct keylog certified(struct keylog log, const struct person *who, const struct person *issuer)
{
	struct keylog_record record = { .type = KEYLOG_CERTIFY, .device = who->device, .valid_from = 20000 };
	return grown(log, &record, issuer);
}

static struct keylog blocked(struct keylog log, const struct person *who, enum keylog_why why,
                             const struct person *issuer)
{
	struct keylog_record record = { .type = KEYLOG_BLOCK, .first = 1, .last = UINT64_MAX, .why = why };
	memcpy(record.subject, who->device.id, DEVICE_ID_BYTES);
	return grown(log, &record, issuer);
}

static void refuses(struct keylog log, int code, const char *words, const char *name)
{
	err = (struct error){ 0 };
	is(keylog_verify(&log, &err), code, name);
	if (!ok(strstr(err.text, words) != NULL, "with its sentence"))
		printf("# %s\n", err.text);
}

/* The bytes of log with the one at offset changed, parsed anew; false when that does not parse. */
static bool changed(const struct keylog *log, size_t at, struct keylog *out)
{
	struct buf bytes = BUF_INIT;
	keylog_put(&bytes, log);
	uint8_t *copy = arena_memdup(&arena, bytes.data, bytes.len_bytes);
	copy[at] ^= 1;
	int code = keylog_parse(out, span_of(copy, bytes.len_bytes), &arena, &err);
	buf_free(&bytes);
	return !code;
}

static void test_proofs(void)
{
	static const struct keylog nothing;
	struct person county = person_make(LEVEL_COUNTY, "430599", "县"), later = person_make(LEVEL_COUNTY, "430599", "县");
	struct person town = person_make(LEVEL_TOWNSHIP, "430599101", "镇");
	struct person foreign = person_make(LEVEL_TOWNSHIP, "430522101", "别处");
	struct keylog log = certified(nothing, &county, &county), two = certified(log, &town, &county);
	is(keylog_verify(&two, &err), 0, "a keeper vouches for a place of its region");
	ok(keylog_certificate(&two, town.device.id) && !keylog_in_line(&two, town.device.id), "which joins no line");
	refuses(certified(log, &foreign, &county), ERR_STRANGER, "does not belong", "not for one of another region");
	refuses(certified(log, &town, &town), ERR_STRANGER, "does not keep it", "and nobody else writes in its keyring");
	refuses(certified(nothing, &town, &county), ERR_CORRUPT, "begin with its keeper", "a keyring begins with its keeper");
	struct keylog line = certified(certified(log, &later, &county), &town, &later);
	is(keylog_verify(&line, &err), 0, "a later life goes on with it");
	refuses(certified(blocked(line, &county, KEYLOG_WHY_STOLEN, &later), &foreign, &county), ERR_STRANGER,
	        "does not keep it", "a key that was ended writes no more");
	struct keylog doubt = certified(blocked(line, &county, KEYLOG_WHY_SUSPECT, &later), &town, &county);
	is(keylog_verify(&doubt, &err), 0, "one with a suspect range does");
	struct keylog skipped = { .records = two.records + 1, .n = 1, .number = two.number };
	refuses(skipped, ERR_CORRUPT, "begin", "a keyring without its first record is none");
	struct keylog_record *three = arena_array(&arena, 3, sizeof(*three));
	three[0] = line.records[0];
	three[1] = line.records[2];
	refuses((struct keylog){ three, 2, line.number }, ERR_CORRUPT, "lacks a record", "nor one that lacks a record");
}

/* One bit anywhere: it does not parse, or it proves nothing. */
static void test_forged(void)
{
	static const struct keylog nothing;
	struct person county = person_make(LEVEL_COUNTY, "430599", "县");
	struct person town = person_make(LEVEL_TOWNSHIP, "430599101", "镇");
	struct keylog log = certified(certified(nothing, &county, &county), &town, &county), other;
	struct buf bytes = BUF_INIT;
	size_t believed = 0, forged = 0, n;
	keylog_put(&bytes, &log);
	n = bytes.len_bytes;
	buf_free(&bytes);
	for (size_t at = 0; at < n; at++) {
		if (!changed(&log, at, &other))
			continue;
		believed += !keylog_verify(&other, &err);
		forged += err.code == ERR_SIGNATURE && strstr(err.text, "is forged") != NULL;
	}
	is((long long)believed, 0, "no changed bit of a keyring is believed");
	ok(forged > 0, "a forged certificate is called so");
	is(keylog_parse(&other, span_of("\x01\x85", 2), &arena, &err), ERR_CORRUPT, "half a keyring is malformed");
	is(keylog_parse(&other, span_of("\x81\x20", 2), &arena, &err), ERR_LIMIT, "too many records are beyond a limit");
}

/* An answer of the township whose keyring is what is given. */
static void forge_answer(struct site *from, struct site *to, const struct keylog *ring, const char *path)
{
	static struct forge f;
	struct buf bytes = BUF_INIT;
	forge_begin(&f, from, to, ENVELOPE_ANSWER);
	forge_manifest(&f);
	wire_put_device(&bytes, &f.from.self);
	wire_put_device(&bytes, &f.to.self);
	forge_section(&f, SECTION_CERTIFICATE, span_of_buf(&bytes));
	buf_clear(&bytes);
	keylog_put(&bytes, ring);
	forge_section(&f, SECTION_KEYRING, span_of_buf(&bytes));
	forge_section(&f, SECTION_END, span_of("", 0));
	forge_write(&f, path);
	buf_free(&bytes);
}

static void test_answers(struct site *village, struct site *town)
{
	static const struct keylog nothing;
	struct import_report report;
	struct person stranger = person_make(LEVEL_TOWNSHIP, "430599101", "镇");
	struct keylog foreign = certified(nothing, &stranger, &stranger), forged;
	char path[SYNC_PATH_BYTES];
	struct keys keys;
	snprintf(path, sizeof(path), "%s", scratch_path("forged.xya"));
	forge_answer(town, village, &foreign, path);
	is(sync_import(village->store, path, &arena, &SITE_TRUST, &report, &err), ERR_STRANGER,
	   "an answer with a keyring of somebody else is refused");
	ok(strstr(err.text, "does not vouch for its sender") != NULL, "with its sentence");
	site_must(keys_load(town->store, &arena, &keys, &site_err), "keys");
	struct buf bytes = BUF_INIT;
	keylog_put(&bytes, &keys.own);
	size_t last = bytes.len_bytes - 1;
	buf_free(&bytes);
	ok(changed(&keys.own, last, &forged), "a changed signature still parses");
	forge_answer(town, village, &forged, path);
	is(sync_import(village->store, path, &arena, &SITE_TRUST, &report, &err), ERR_SIGNATURE,
	   "one with a forged record is refused");
	ok(strstr(err.text, "is forged") != NULL, "with its sentence");
	site_must(keys_load(village->store, &arena, &keys, &site_err), "keys");
	is((long long)keys.upper.n, 0, "and nothing was taken over");
	is(sync_import(village->store, path, &arena, NULL, &report, &err), ERR_SIGNATURE, "nor without anybody to ask");
}

/* The township is set back to an older copy and goes on: what it had ended stays ended. */
static void test_branch(struct site *village, struct site *town)
{
	struct self self;
	struct store_info info;
	struct keys_news news = { .number = 0 };
	struct keys_offer offer = { .has_upper = true };
	struct keys keys;
	struct person later = person_make(LEVEL_VILLAGE, "430599101209", "丁村"),
	              thief = person_make(LEVEL_VILLAGE, "430599101208", "戊村");
	site_must(self_begin(town->store, &self, &site_err), "self");
	site_must(store_info_get(town->store, &info, &site_err), "info");
	struct person keeper = { .device = info.self };
	memcpy(keeper.sign_sk, self.sign_sk, sizeof(keeper.sign_sk));
	site_must(keys_load(village->store, &arena, &keys, &site_err), "keys");
	struct keylog before = keys.upper;
	offer.upper = blocked(certified(before, &thief, &keeper), &thief, KEYLOG_WHY_STOLEN, &keeper);
	site_must(keys_take(village->store, &offer, false, &news, &site_err), "take");
	is((long long)news.n_blocks, 1, "a village hears of a stolen computer");
	struct keylog seen = offer.upper;
	offer.upper = before;
	news = (struct keys_news){ .number = 0 };
	site_must(keys_take(village->store, &offer, false, &news, &site_err), "take");
	ok(news.rollback && news.number < news.seen, "an older keyring is not taken over");
	offer.upper = certified(before, &later, &keeper);
	while (offer.upper.number <= seen.number)
		offer.upper = certified(offer.upper, &later, &keeper);
	news = (struct keys_news){ .number = 0 };
	site_must(keys_take(village->store, &offer, false, &news, &site_err), "take");
	ok(news.branched && !news.rollback, "a newer one of a township that was set back is");
	site_must(keys_load(village->store, &arena, &keys, &site_err), "keys");
	ok(keys.lost.n == 1 && !memcmp(keys.lost.records[0].subject, thief.device.id, DEVICE_ID_BYTES),
	   "and what it forgot of stolen keys stays known");
	self_end(&self);
}

/* A bundle on its way when the township gets new keys, and one sealed for a key that is gone. */
static void test_lives(struct site *village, struct site *town)
{
	struct merge_report merged;
	struct import_report report;
	char stick[SYNC_PATH_BYTES];
	struct export_report out;
	snprintf(stick, sizeof(stick), "%s", scratch_path("late"));
	site_save(village, 0, 0, "resident", "a1");
	site_must(sync_export(village->store, stick, NULL, &out, &site_err), "export");
	site_must(store_renew(town->store, "a new computer", &site_err), "renew");
	site_must(sync_merge(town->store, stick, &arena, NULL, &merged, &site_err), "merge");
	is((long long)merged.total.fresh, 1, "a bundle for an earlier life of the township is merged");
	site_must(sync_import(village->store, stick, &arena, NULL, &report, &site_err), "import");
	ok(report.keys.replaced, "its answer is followed: the old key vouches for the new one");
	is((long long)site_pending(village), 0, "and everything is acknowledged");
}

int main(void)
{
	struct site town, village;
	i18n_init("en");
	if (crypto_init(&err))
		return 99;
	scratch_begin();
	test_proofs();
	test_forged();
	site_make(&town, "T", "示范镇卫生院", "430599101");
	site_make(&village, "V", "甲村卫生室", "430599101201");
	struct enrol_request read;
	char request[SYNC_PATH_BYTES], answer[SYNC_PATH_BYTES];
	snprintf(request, sizeof(request), "%s/request.xyr", village.dir);
	site_must(enrol_write_request(village.store, request, &site_err), "request");
	site_must(enrol_read_request(&read, request, &site_err), "read request");
	site_must(enrol_accept(town.store, &read, false, answer, &site_err), "accept");
	test_answers(&village, &town);
	site_enrol(&village, &town);
	test_branch(&village, &town);
	test_lives(&village, &town);
	site_close(&village);
	site_close(&town);
	arena_free(&arena);
	return done_testing();
}
