/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store's life: made, opened, written, closed, opened again; what lies on the disk; drafts; fence. */
#include "config.h"

#include <dirent.h>
#include <sys/stat.h>

#include "db/maintain.h"
#include "tests/db/village.h"

static struct error err;

static void test_create(const char *dir)
{
	struct store_params params = {
		.level = LEVEL_VILLAGE, .name = "甲村卫生室", .region = "430599101",
		.operator_name = "li", .display_name = "李医生", .password = village_password,
	};
	char recovery[RECOVERY_CODE_BYTES];
	struct stat st;
	is(store_create(dir, &params, recovery, &err), ERR_INVALID, "a village has 12 digits");
	params.region = "430599101201";
	params.password = "short";
	is(store_create(dir, &params, recovery, &err), ERR_INVALID, "a short password");
	ok(!file_exists(scratch_path("a/keys")) && !file_exists(scratch_path("a/unfinished")),
	   "leaves nothing behind");
	ok(village_make(dir, true), "make a store");
	ok(stat(dir, &st) == 0 && (st.st_mode & 0777) == 0700, "only for its owner");
	params.password = village_password;
	is(store_create(dir, &params, recovery, &err), ERR_EXISTS, "not over another one");
	file_make_dirs(scratch_path("b"), 0700, &err);
	file_write_atomic(scratch_path("b/unfinished"), "1\n", 2, &err);
	file_write_atomic(scratch_path("b/keys"), "1\n", 2, &err);
	ok(village_open(scratch_path("b"), 0) == NULL && strstr(village_err.text, "not finished"),
	   "an unfinished store does not open");
	is(store_create(scratch_path("b"), &params, recovery, &err), 0, "but can be made anew");
}

static void test_reopen(const char *dir)
{
	struct store *store = village_open(dir, 0);
	struct store_info info;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], box_sk[CRYPTO_KEY_BYTES], sig[CRYPTO_SIG_BYTES];
	if (!ok(store != NULL, "open"))
		return;
	is(store_info_get(store, &info, &err), 0, "its figures");
	is_text(info.self.name, "甲村卫生室", "the clinic's name");
	is_text(info.self.region, "430599101201", "the region");
	ok(info.encrypted && info.n_entries == 0 && !info.repaired && info.bytes > 0, "new and sound");
	ok(village_write(store, 0, 20), "twenty notes");
	is(village_notes(store), 20, "are there");
	is(store_secrets(store, sign_sk, box_sk, &err), 0, "secret keys");
	crypto_sign_data(sig, "test", "x", 1, sign_sk);
	is(crypto_verify(sig, "test", "x", 1, info.self.sign_pk, &err), 0, "fit the public ones");
	store_close(store);
	store = village_open(dir, 0);
	ok(store && village_notes(store) == 20, "and after closing and opening");
	ok(store && store->repaired.len_bytes == 0, "without a repair");
	ok(store && store->mark.n_entries == 20 && store->mark.self_seq == 20, "the counters too");
	store_close(store);
}

static void test_devices(const char *dir)
{
	struct store_device township = { .id = "township", .level = LEVEL_TOWNSHIP, .enrolled = true,
		                         .region = "430599101", .name = "示范镇卫生院" };
	struct store *store = village_open(dir, 0);
	const struct store_device *found;
	uint16_t number;
	ok(store_device_find(store, township.id) == NULL, "unknown device");
	is(store_device_put(store, &township, &err), 0, "take it over");
	is(store_begin(store, &err), 0, "begin");
	is(device_number_for(store, (const uint8_t *)"stranger", &number, &err), 0, "a stranger's number");
	is(number, 3, "is the next");
	store_abort(store);
	is(device_number(store, (const uint8_t *)"stranger"), 0, "and is forgotten with the transaction");
	store_close(store);
	store = village_open(dir, 0);
	found = store_device_find(store, township.id);
	ok(found && found->level == LEVEL_TOWNSHIP && found->enrolled && !found->self, "after reopening");
	is_text(found ? found->name : NULL, "示范镇卫生院", "with its name");
	ok(store_device_at(store, 0)->self && !store_device_at(store, 2), "in their order");
	store_close(store);
}

struct seen { unsigned n; char name[64]; };

static bool see_draft(void *arg, const char *name, int64_t modified)
{
	struct seen *seen = arg;
	seen->n += modified > 0;
	snprintf(seen->name, sizeof seen->name, "%s", name);
	return true;
}

static void test_drafts(const char *dir)
{
	struct store *store = village_open(dir, 0);
	struct buf out = BUF_INIT;
	struct seen seen = { 0 };
	is(draft_load(store, "visit/17", &out, &err), ERR_NOTFOUND, "no draft");
	is(draft_save(store, "visit/17", span_of("血压 150", 10), &err), 0, "save a draft");
	is(draft_save(store, "visit/17", span_of("血压 152", 10), &err), 0, "and again");
	is(draft_load(store, "visit/17", &out, &err), 0, "load it");
	ok(out.len_bytes == 10 && !memcmp(out.data, "血压 152", 10), "the last one");
	is(draft_each(store, see_draft, &seen, &err), 0, "list drafts");
	ok(seen.n == 1 && !strcmp(seen.name, "visit/17"), "one, with its name");
	is(draft_remove(store, "visit/17", &err), 0, "remove");
	is(draft_remove(store, "visit/17", &err), 0, "twice is fine");
	is(draft_save(store, "visit/18", span_of("王小明", 9), &err), 0, "one stays on the disk");
	buf_free(&out);
	store_close(store);
}

/* Whether any file below dir has these bytes. */
static bool tree_has_bytes(const char *dir, struct span what)
{
	struct dirent *entry;
	DIR *stream = opendir(dir);
	bool found = false;
	while (stream && !found && (entry = readdir(stream))) {
		struct buf bytes = BUF_INIT;
		struct stat st;
		char path[4096];
		if (entry->d_name[0] == '.' || path_join(path, sizeof path, dir, entry->d_name, &err) ||
		    lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			found = tree_has_bytes(path, what);
		else if (S_ISREG(st.st_mode) && file_read(path, 1 << 26, &bytes, &err) == 0)
			found = memmem(bytes.data, bytes.len_bytes, what.data, what.len_bytes) != NULL;
		if (found)
			printf("# found in %s\n", path);
		buf_free(&bytes);
	}
	if (stream)
		closedir(stream);
	return found;
}

static bool tree_has(const char *dir, const char *text)
{
	return tree_has_bytes(dir, span_of(text, strlen(text)));
}

static void test_no_plaintext(const char *dir)
{
	struct store *store;
	char hex[2 * CRYPTO_KEY_BYTES + 1];
	ok(!tree_has(dir, "王小明"), "no patient's name on the disk, logs and copies included");
	ok(!tree_has(dir, village_password), "no password");
	hex_encode(hex, village_session.master, CRYPTO_KEY_BYTES);
	ok(!tree_has(dir, hex), "no master key");
	ok(!tree_has_bytes(dir, span_of(village_session.master, CRYPTO_KEY_BYTES)), "nor its bytes");
	ok(tree_has(dir, "xiangyi-keys"), "and the search does read files");
	if (!village_make(scratch_path("plain"), false))
		return;
	store = village_open(scratch_path("plain"), 0);
	ok(store && village_write(store, 0, 1), "a note in a store without encryption");
	store_close(store);
	ok(tree_has(scratch_path("plain"), "王小明"), "can be read: the search would have found it");
}

static void test_fence(const char *dir)
{
	struct store *store;
	struct fence fence;
	uint8_t id[8], epoch[8];
	store = village_open(dir, 0);
	is(store_fence(store, 21, &err), ERR_UNSURE, "what is not there cannot leave");
	is(store_fence(store, 12, &err), 0, "twelve entries leave");
	is(store_fence(store, 5, &err), 0, "five of them again");
	is(fence_read(dir, &fence, &err), 0, "read the fence");
	is((long long)fence.highest_seq, 12, "it does not go back");
	memcpy(id, store->devices[store->self - 1].id, 8);
	memcpy(epoch, store->epoch, 8);
	fence.highest_seq = 500; /* as if a bundle had left that this database does not know */
	is(fence_write(dir, &fence, &err), 0, "set the database back");
	is(store_fence(store, 13, &err), ERR_UNSURE, "now nothing leaves");
	store_close(store);
	store = village_open(dir, 0);
	ok(store && memcmp(store->devices[store->self - 1].id, id, 8), "opening renews the device");
	ok(store && memcmp(store->epoch, epoch, 8), "and the epoch");
	ok(store && store->mark.self_seq == 0 && store->mark.n_entries == 20, "the entries stay");
	ok(store && strstr(buf_text(&store->repaired), "set back"), "and it is told");
	ok(store && village_write(store, 0, 3), "writing goes on");
	is(store_fence(store, 3, &err), 0, "and leaving");
	store_close(store);
	store = village_open(dir, 0);
	ok(store && village_notes(store) == 3 && store->repaired.len_bytes == 0, "sound from now on");
	store_close(store);
}

static void test_base(const char *dir)
{
	struct store *store = village_open(dir, 0);
	ok(store_base_due(store) == false, "a copy of today serves");
	ok(village_write(store, 3, 5), "more notes");
	is(store_make_base(store, NULL, &err), 0, "make a base copy");
	is(store_make_base(store, NULL, &err), 0, "and another");
	ok(file_exists(scratch_path("a/base/ready")) && file_exists(scratch_path("a/base.prev/ready")) &&
	           !file_exists(scratch_path("a/base.new")) && file_exists(scratch_path("a/base/keys")),
	   "the chain");
	store_close(store);
}

int main(void)
{
	char dir[4096];
	scratch_begin();
	is(crypto_init(&err), 0, "crypto");
	snprintf(dir, sizeof dir, "%s", scratch_path("a"));
	test_create(dir);
	test_reopen(dir);
	test_devices(dir);
	test_drafts(dir);
	test_no_plaintext(dir);
	is(account_unlock(dir, "li", village_password, &village_session, &err), 0, "unlock again");
	test_fence(dir);
	test_base(dir);
	return done_testing();
}
