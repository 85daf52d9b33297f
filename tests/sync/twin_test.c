/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copied, restored and renewed stores: nothing that was written anywhere is missing at the township, and in the
 * end nothing is left to send. Rights: what a village may not change stays in quarantine and is said.
 */
#include "config.h"

#include "sync/keys.h"
#include "tests/sync/folk.h"
#include "tests/sync/forge.h"

static struct site township;

static void copy(const struct site *from, struct site *to, const char *folder)
{
	char command[3 * SYNC_PATH_BYTES];
	*to = site_at(folder, from->name, from->region);
	snprintf(command, sizeof(command), "rm -rf '%s'; cp -a '%s' '%s'", to->dir, from->dir, to->dir);
	if (system(command))
		site_must(ERR_IO, "copy");
}

static void carry(struct site *from, const char *folder, struct merge_report *merged)
{
	static struct arena arena;
	struct export_report out;
	arena_reset(&arena);
	site_must(sync_export(from->store, scratch_path(folder), NULL, &out, &site_err), "export");
	if (!out.nothing_new)
		site_must(sync_merge(township.store, out.path, &arena, NULL, merged, &site_err), "merge");
}

static struct import_report take(struct site *to, const char *folder)
{
	static struct arena arena;
	struct import_report report;
	arena_reset(&arena);
	site_must(sync_import(to->store, scratch_path(folder), &arena, &SITE_TRUST, &report, &site_err), "import");
	return report;
}

static void enrol_again(struct site *village)
{
	char request[SYNC_PATH_BYTES], answer[SYNC_PATH_BYTES];
	struct enrol_request read;
	struct import_report report;
	struct arena arena = ARENA_INIT;
	snprintf(request, sizeof(request), "%s/request.xyr", village->dir);
	site_must(enrol_read_request(&read, request, &site_err), "read request");
	is(enrol_accept(township.store, &read, false, answer, &site_err), ERR_EXISTS,
	   "a second installation of a region needs a word");
	site_must(enrol_accept(township.store, &read, true, answer, &site_err), "accept");
	site_must(sync_import(village->store, answer, &arena, &SITE_TRUST, &report, &site_err), "import answer");
	arena_free(&arena);
}

static uint64_t entries_of(struct site *site)
{
	struct store_info info;
	site_must(store_info_get(site->store, &info, &site_err), "info");
	return info.n_entries;
}

static void test_clone(void)
{
	struct site one, two;
	struct merge_report merged;
	struct import_report report;
	rid_t resident;
	site_make(&one, "A", "甲村卫生室", "430599101201");
	site_enrol(&one, &township);
	resident = site_save(&one, 0, 0, "resident", "before the copy");
	site_save(&one, 0, resident, "hypertension_visit", "120");
	carry(&one, "stick", &merged);
	take(&one, "stick");
	site_close(&one);
	copy(&one, &two, "A2");
	site_open(&one);
	site_open(&two);
	for (int i = 0; i < 4; i++) { /* both go on under the same numbers */
		site_save(&one, 0, resident, "hypertension_visit", "first copy");
		site_save(&two, 0, resident, "hypertension_visit", "second copy");
	}
	carry(&one, "stick1", &merged);
	is((long long)merged.total.fresh, 4, "the first copy's entries arrive");
	carry(&two, "stick2", &merged);
	is((long long)merged.total.fresh, 4, "the second copy's arrive too, under the same numbers");
	ok(merged.total.forks > 0, "and the township says so");
	is((long long)entries_of(&township), 10, "it holds all entries of both");

	report = take(&two, "stick2");
	ok(report.tripwire, "the second copy learns that it is one");
	report = take(&one, "stick2");
	ok(report.tripwire, "and so does the first");
	ok(sync_export(one.store, scratch_path("x"), NULL, &(struct export_report){ 0 }, &site_err) ==
	   ERR_STRANGER, "a renewed store must be enrolled again");
	enrol_again(&one);
	enrol_again(&two);
	site_save(&one, 0, resident, "hypertension_visit", "renewed first");
	site_save(&two, 0, resident, "hypertension_visit", "renewed second");
	carry(&one, "stick3", &merged);
	carry(&two, "stick4", &merged);
	is((long long)entries_of(&township), 12, "what they write afterwards arrives");
	is((long long)merged.total.quarantined, 0, "and counts");
	take(&one, "stick3");
	take(&two, "stick4");
	is((long long)site_pending(&one), 0, "the first has nothing left to send");
	is((long long)site_pending(&two), 0, "nor has the second");
	site_close(&one);
	site_close(&two);
}

static void test_set_back(void)
{
	struct site village, old;
	struct merge_report merged;
	struct export_report out;
	site_make(&village, "B", "乙村卫生室", "430599101202");
	site_enrol(&village, &township);
	site_save(&village, 0, 0, "resident", "one");
	site_close(&village);
	copy(&village, &old, "B-old");
	site_open(&village);
	site_save(&village, 0, 0, "resident", "two");
	carry(&village, "stickb", &merged);
	site_close(&village);

	/* the whole folder comes back from an image, its fence too: the receipt tells */
	copy(&old, &village, "B");
	site_open(&village);
	struct import_report report = take(&village, "stickb");
	ok(report.tripwire, "a store that came back from an image learns it from the receipt");
	enrol_again(&village);
	site_save(&village, 0, 0, "resident", "three");
	carry(&village, "stickc", &merged);
	is((long long)merged.total.forks, 0, "it writes under new numbers");
	is((long long)entries_of(&township), 12 + 3, "the township has what was lost and what is new");
	site_close(&village);

	/* only the database comes back: the fence tells before anything leaves */
	char command[4 * SYNC_PATH_BYTES];
	copy(&village, &old, "B-old");
	site_open(&village);
	site_save(&village, 0, 0, "resident", "four");
	site_must(sync_export(village.store, scratch_path("stickd"), NULL, &out, &site_err), "export");
	site_close(&village);
	snprintf(command, sizeof(command), "cp -a '%s/fence' '%s/fence' && rm -rf '%s' && cp -a '%s' '%s'",
	         village.dir, old.dir, village.dir, old.dir, village.dir);
	if (system(command))
		site_must(ERR_IO, "copy");
	struct session session;
	site_must(account_unlock(village.dir, "li", "correct horse", &session, &site_err), "unlock");
	int code = store_open(&village.store, village.dir, &session, NULL, 0, &site_err);
	session_end(&session);
	is(code, 0, "a store behind its fence opens");
	sync_register(village.store);
	code = sync_export(village.store, scratch_path("sticke"), NULL, &out, &site_err);
	ok(code == ERR_UNSURE || code == ERR_STRANGER, "but nothing leaves under its old identity (%d)", code);
	enrol_again(&village);
	carry(&village, "stickd2", &merged);
	is((long long)site_pending(&village) > 0, 1, "its request is that of the new one");
	site_close(&village);
}

static void test_new_epoch(void)
{
	struct site village, before;
	struct merge_report merged;
	site_make(&village, "C", "丙村卫生室", "430599101203");
	site_enrol(&village, &township);
	site_save(&village, 0, 0, "resident", "c1");
	carry(&village, "stickf", &merged);
	take(&village, "stickf");
	site_close(&township);
	copy(&township, &before, "T-before");
	site_open(&township);
	site_save(&village, 0, 0, "resident", "c2");
	carry(&village, "stickg", &merged);
	take(&village, "stickg");
	is((long long)site_pending(&village), 0, "all is acknowledged");
	/* the township loses its disk and comes back as it was before, in a new life */
	site_close(&township);
	copy(&before, &township, "T");
	site_open(&township);
	uint64_t had = entries_of(&township);
	site_must(store_renew(township.store, "restored", &site_err), "renew");
	char answer[SYNC_PATH_BYTES], request[SYNC_PATH_BYTES];
	struct enrol_request read;
	struct import_report report;
	struct arena arena = ARENA_INIT;
	snprintf(request, sizeof(request), "%s/request.xyr", village.dir);
	site_must(enrol_write_request(village.store, request, &site_err), "request");
	site_must(enrol_read_request(&read, request, &site_err), "read request");
	site_must(enrol_accept(township.store, &read, false, answer, &site_err), "accept");
	ok(sync_import_anew(village.store, request, &arena, &SITE_TRUST, &report, &site_err) &&
	   !sync_import(village.store, scratch_path("stickg"), &arena, &SITE_TRUST, &report, &site_err),
	   "a file that is no answer does not part it from the old one");
	is(sync_import(village.store, answer, &arena, NULL, &report, &site_err), 0,
	   "a township with new keys is followed without a question when its old ones vouch for them");
	ok(report.keys.replaced && !report.enrolled_now && *report.fingerprint, "which is reported with its words");
	is((long long)site_pending(&village), 1, "the new epoch's receipt replaces the belief");
	is(sync_import(village.store, scratch_path("stickg"), &arena, &SITE_TRUST, &report, &site_err), ERR_STRANGER,
	   "receipts of the old life count no more");
	carry(&village, "stickh", &merged);
	is((long long)entries_of(&township), (long long)had + 1, "what the township had lost is there again");
	arena_free(&arena);
	site_close(&village);
}

/* The township's whole folder comes back from an image, and nobody says so: the next bundle does. */
static void test_township_set_back(void)
{
	struct site village, before;
	struct merge_report merged;
	site_make(&village, "F", "己村卫生室", "430599101206");
	site_enrol(&village, &township);
	site_close(&township);
	copy(&township, &before, "T-old");
	site_open(&township);
	uint64_t had = entries_of(&township);
	for (int i = 0; i < 3; i++) {
		site_save(&village, 0, 0, "resident", "f1");
		carry(&village, "stickt", &merged);
		take(&village, "stickt");
	}
	is((long long)site_pending(&village), 0, "all is acknowledged by a later receipt");
	site_close(&township);
	copy(&before, &township, "T");
	site_open(&township);
	site_save(&village, 0, 0, "resident", "f2");
	carry(&village, "sticku", &merged);
	ok(merged.set_back, "a township that was set back learns it from the receipt that a bundle names");
	take(&village, "sticku");
	is((long long)site_pending(&village), 3, "the village believes what the township holds now");
	carry(&village, "stickv", &merged);
	ok(!merged.set_back, "it is told once");
	is((long long)entries_of(&township), (long long)had + 4, "and what was lost is there again");
	site_close(&village);
}

static void carry_up(struct site *from, struct site *to, const char *folder, struct merge_report *merged, int expected)
{
	static struct arena arena;
	struct export_report out;
	arena_reset(&arena);
	site_must(sync_export(from->store, scratch_path(folder), NULL, &out, &site_err), "export");
	is(sync_merge(to->store, out.path, &arena, NULL, merged, &site_err), expected, folder);
}

/* A county that was set back does not know a village any more, and the township, which goes by an older receipt, does not
 * introduce it: the refusal is answered, and the answer makes the township begin anew. */
static void test_forgotten_village(void)
{
	struct site county, town, village, before;
	struct merge_report merged;
	site_make(&county, "N", "示范县", "430599");
	site_make(&town, "N1", "另镇卫生院", "430599102");
	site_make(&village, "N2", "庚村卫生室", "430599102201");
	site_enrol(&town, &county);
	site_enrol(&village, &town);
	site_close(&county);
	copy(&county, &before, "N-old");
	site_open(&county);
	site_save(&village, 0, 0, "resident", "g1");
	carry_up(&village, &town, "stickn1", &merged, 0);
	carry_up(&town, &county, "stickn2", &merged, 0);
	take(&town, "stickn2");
	is((long long)site_pending(&town), 0, "the county has it");
	site_close(&county);
	copy(&before, &county, "N");
	site_open(&county);
	site_save(&village, 0, 0, "resident", "g2");
	carry_up(&village, &town, "stickn3", &merged, 0);
	carry_up(&town, &county, "stickn4", &merged, ERR_INVALID);
	ok(merged.files[0].error.code == ERR_UNSURE && merged.receipts == 1, "a file of a village that was forgotten is "
	   "refused and answered: %s", merged.files[0].error.text);
	ok(merged.set_back, "and the county has learnt that it was set back");
	is((long long)entries_of(&county), 0, "nothing of it was taken");
	take(&town, "stickn4");
	is((long long)site_pending(&town), 2, "the township believes nothing any more");
	carry_up(&town, &county, "stickn5", &merged, 0);
	is((long long)entries_of(&county), 2, "and introduces the village: all is there");
	take(&town, "stickn5");
	is((long long)site_pending(&town), 0, "and acknowledged");
	site_close(&county);
	site_close(&town);
	site_close(&village);
}

static void rotate(struct site *office)
{
	struct self self;
	site_must(self_begin(office->store, &self, &site_err), "self");
	site_must(keys_rotate(office->store, &self, &site_err), "rotate");
	self_end(&self);
}

/* Of one entry. The same words in the same second are the same record. */
static void block(struct site *office, const struct store_device *device, uint64_t seq)
{
	struct self self;
	const struct keys_block suspect = { .range = { .first = seq, .last = seq }, .why = KEYLOG_WHY_SUSPECT, .note = "" };
	site_must(self_begin(office->store, &self, &site_err), "self");
	site_must(keys_block(office->store, &self, device, &suspect, &site_err), "block");
	self_end(&self);
}

/* A township is set back to before it replaced its box key: nothing that its places seal can be opened, and the number of
 * its keyring lags behind what they know. */
static void test_keys_set_back(void)
{
	struct site town, village, before;
	struct merge_report merged;
	struct store_info info;
	site_make(&town, "P", "再镇卫生院", "430599103");
	site_make(&village, "P1", "辛村卫生室", "430599103201");
	site_enrol(&village, &town);
	site_must(store_info_get(village.store, &info, &site_err), "info");
	site_close(&town);
	copy(&town, &before, "P-old");
	site_open(&town);
	rotate(&town);
	rotate(&town);
	site_save(&village, 0, 0, "resident", "p1");
	carry_up(&village, &town, "stickp1", &merged, 0);
	take(&village, "stickp1");
	site_close(&town);
	copy(&before, &town, "P");
	site_open(&town);
	site_save(&village, 0, 0, "resident", "p2");
	carry_up(&village, &town, "stickp2", &merged, ERR_INVALID);
	ok(merged.files[0].error.code == ERR_UNSURE && merged.set_back && merged.receipts == 1,
	   "what is sealed for a lost key is refused and answered, and tells that the store was set back: %s",
	   merged.files[0].error.text);
	block(&town, &info.self, 1);
	struct arena arena = ARENA_INIT;
	is(sync_merge(town.store, scratch_path("stickp2"), &arena, NULL, &merged, &site_err), ERR_INVALID,
	   "the same file again");
	ok(!merged.set_back && merged.receipts == 1, "is answered again, but is no new sign");
	struct import_report report = take(&village, "stickp2");
	ok(report.keys.branched && !report.keys.rollback, "its keyring counts, though its number is not above the one known");
	const struct store_device *own = store_device_find(village.store, info.self.id);
	is((long long)own->n_blocks, 1, "and what it says now is heard");
	carry_up(&village, &town, "stickp3", &merged, 0);
	is((long long)entries_of(&town), 2, "what comes next is sealed for a key that is there");
	take(&village, "stickp3");
	is((long long)site_pending(&village), 0, "and acknowledged");
	arena_free(&arena);
	site_close(&town);
	site_close(&village);
}

/* The same one level up: the county seals its answers for the key that a township names now. */
static void test_answer_to_set_back(void)
{
	struct site county, town, before;
	struct merge_report merged;
	site_make(&county, "Q", "再县", "430598");
	site_make(&town, "Q1", "丙镇卫生院", "430598101");
	site_enrol(&town, &county);
	block(&town, store_device_at(town.store, 0), 1); /* it keeps a keyring from now on */
	site_save(&town, 0, 0, "resident", "q1");
	carry_up(&town, &county, "stickq1", &merged, 0);
	take(&town, "stickq1");
	site_close(&town);
	copy(&town, &before, "Q1-old");
	site_open(&town);
	rotate(&town);
	site_save(&town, 0, 0, "resident", "q2");
	carry_up(&town, &county, "stickq2", &merged, 0);
	take(&town, "stickq2");
	ok(!site_pending(&town), "an answer is sealed for the new key");
	site_close(&town);
	copy(&before, &town, "Q1");
	site_open(&town);
	site_save(&town, 0, 0, "resident", "q3");
	carry_up(&town, &county, "stickq3", &merged, 0);
	struct import_report report = take(&town, "stickq3");
	ok(report.tripwire, "a township that was set back opens its next answer, and learns it there");
	site_close(&county);
	site_close(&town);
}

static long long blocks_at(struct site *office, const struct person *village)
{
	const struct store_device *known = store_device_find(office->store, village->device.id);
	return known ? (long long)known->n_blocks : -1;
}

static void lift(struct site *office, size_t at_block)
{
	struct self self;
	struct keys keys;
	struct arena arena = ARENA_INIT;
	uint64_t number = 0;
	site_must(keys_load(office->store, &arena, &keys, &site_err), "keys");
	for (size_t i = 0; i < keys.own.n; i++)
		if (keys.own.records[i].type == KEYLOG_BLOCK && !at_block--)
			number = keys.own.records[i].number;
	site_must(self_begin(office->store, &self, &site_err), "self");
	site_must(keys_lift(office->store, &self, number, &site_err), "lift");
	self_end(&self);
	arena_free(&arena);
}

/* What a township said of keys before it was set back and what it says since both count at the county, though the numbers
 * begin again. */
static void test_word_of_set_back(void)
{
	struct site county, town, before;
	struct merge_report merged;
	const struct person village = person_make(LEVEL_VILLAGE, "430597101201", "壬村卫生室");
	struct store_device device = village.device;
	device.enrolled = true;
	site_make(&county, "R", "又县", "430597");
	site_make(&town, "R1", "丁镇卫生院", "430597101");
	site_must(store_device_put(county.store, &device, &site_err), "device");
	site_must(store_device_put(town.store, &device, &site_err), "device");
	site_enrol(&town, &county);
	block(&town, &device, 1);
	site_save(&town, 0, 0, "resident", "r1");
	carry_up(&town, &county, "stickr1", &merged, 0);
	is(blocks_at(&county, &village), 1, "a county hears of a block of its township");
	site_close(&town);
	copy(&town, &before, "R1-old");
	site_open(&town);
	block(&town, &device, 2);
	rotate(&town);
	site_save(&town, 0, 0, "resident", "r2");
	carry_up(&town, &county, "stickr2", &merged, 0);
	is(blocks_at(&county, &village), 2, "and of another one");
	site_close(&town);
	copy(&before, &town, "R1");
	site_open(&town);
	block(&town, &device, 3);
	site_save(&town, 0, 0, "resident", "r3");
	carry_up(&town, &county, "stickr3", &merged, 0);
	is(blocks_at(&county, &village), 3, "one that it says after it was set back counts beside the one it forgot");
	lift(&town, 0);
	site_save(&town, 0, 0, "resident", "r4");
	carry_up(&town, &county, "stickr4", &merged, 0);
	is(blocks_at(&county, &village), 2, "what it lifts now counts no more");
	lift(&town, 1);
	site_save(&town, 0, 0, "resident", "r5");
	carry_up(&town, &county, "stickr5", &merged, 0);
	is(blocks_at(&county, &village), 1, "and a lift reaches the block it means, not another one of that number");
	struct arena arena = ARENA_INIT;
	site_must(sync_merge(county.store, scratch_path("stickr2"), &arena, NULL, &merged, &site_err), "merge");
	is(blocks_at(&county, &village), 1, "an old stick changes nothing");
	arena_free(&arena);
	site_close(&county);
	site_close(&town);
}

static struct span taken[16];
static size_t n_taken;

static bool take_entry(void *arg, const struct version *version, struct span canonical)
{
	struct arena *arena = arg;
	(void)version;
	taken[n_taken++] = span_of(arena_memdup(arena, canonical.data, canonical.len_bytes), canonical.len_bytes);
	return n_taken < 16;
}

/* Village e gets hold of village d's resident and changes it. */
static void test_rights(void)
{
	struct site d, e;
	struct arena arena = ARENA_INIT;
	struct merge_report merged;
	struct apply_result result = { 0 };
	struct store_info info;
	site_make(&d, "D", "丁村卫生室", "430599101204");
	site_make(&e, "E", "戊村卫生室", "430599101205");
	site_enrol(&d, &township);
	site_enrol(&e, &township);
	site_save(&d, 0, 0, "resident", "of d");
	carry(&d, "stickd1", &merged);
	site_must(store_info_get(d.store, &info, &site_err), "info");
	site_must(store_device_put(e.store, &info.self, &site_err), "device");
	site_must(store_entries_each(d.store, info.self.id, 1, 9, take_entry, &arena, &site_err), "entries");
	struct span none = { NULL, 0 };
	site_must(store_apply(e.store, taken, n_taken, NULL, none, &result, &site_err), "apply");
	struct version version = { .seq = 1 };
	rid_t record;
	memcpy(version.device, info.self.id, DEVICE_ID_BYTES);
	entry_digest(version.digest, taken[0]);
	site_must(store_find_version(e.store, &version, &record, &site_err), "find");
	site_save(&e, 0, record, "hypertension_visit", "a guest");
	site_save(&e, record, 0, "resident", "not theirs");
	site_save(&e, 0, 0, "resident", "of e");
	struct export_report out;
	site_must(sync_export(e.store, scratch_path("sticke1"), NULL, &out, &site_err), "export");
	is((long long)out.entries, 3, "what another village wrote is not sent on");
	is(sync_merge(township.store, out.path, &arena, NULL, &merged, &site_err), 0, "merge");
	is((long long)merged.total.quarantined, 1, "only the change of another village's record is held back");
	is((long long)merged.total.fresh, 3, "its visit of a guest and its own resident count");
	struct import_report report = take(&e, "sticke1");
	is((long long)report.quarantined, 1, "the receipt says so");
	ok(report.n_notes == 1 && strstr(report.notes[0].reason, "another village"), "and why: %s",
	   report.n_notes ? report.notes[0].reason : "");
	is((long long)site_pending(&e), 0, "what is held back is not sent again");
	arena_free(&arena);
	site_close(&d);
	site_close(&e);
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	test_clone();
	test_set_back();
	test_new_epoch();
	test_township_set_back();
	test_forgotten_village();
	test_rights();
	folk_load_forms(); /* how long keys count is a rule */
	test_keys_set_back();
	test_answer_to_set_back();
	test_word_of_set_back();
	site_close(&township);
	form_set_free(folk_forms);
	return done_testing();
}
