/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/store.h"

#include "tests/db/people.h"

static struct store *store;
static rid_t zeng, wang, wangxm, xiao, shan, anna, family;

/* The hits for what is typed, as "name:reason name:reason". */
static const char *found(const char *typed, size_t max)
{
	static char out[512];
	static const char *const reasons[] = { "name", "pinyin", "initials", "id", "phone", "house" };
	struct arena arena = ARENA_INIT;
	struct hit *hits;
	size_t n;

	out[0] = '\0';
	if (store_search(store, typed, max, &arena, &hits, &n, &village_err))
		return village_err.text;
	for (size_t i = 0; i < n; i++) {
		struct record record;
		size_t len = strlen(out);
		if (store_record(store, hits[i].resident, &arena, &record, &village_err))
			return village_err.text;
		snprintf(out + len, sizeof(out) - len, "%s%s:%s", i ? " " : "",
		         record_text(&record, people_tag("resident", "name")), reasons[hits[i].reason]);
	}
	arena_free(&arena);
	return out;
}

static void make_people(void)
{
	const struct change_field house[] = { people_text("household", "household_no", "0815"),
		                              people_text("household", "head_name", "王小明") };
	const struct change change = { .form = "household", .fields = house, .n_fields = 2 };

	is(store_save(store, &change, 1, &family, &village_err), 0, "a household is saved");
	zeng = people_add(store, &(struct person){ "曾国平", "430599195603120016", "19912340001", 0 });
	wang = people_add(store, &(struct person){ "王小", NULL, "19912340002", family });
	wangxm = people_add(store, &(struct person){ "王小明", "43059919700101002X", NULL, family });
	xiao = people_add(store, &(struct person){ "小王庄", NULL, NULL, 0 });
	shan = people_add(store, &(struct person){ "单雄", NULL, NULL, 0 });
	anna = people_add(store, &(struct person){ "Anna Li", NULL, "07391234567", 0 });
}

static void test_names(void)
{
	is_text(found("王小明", 9), "王小明:name", "a whole name");
	is_text(found("王小", 9), "王小:name 王小明:name", "an exact name before a longer one");
	is_text(found("小", 9), "小王庄:name 王小:name 王小明:name",
	        "a name that begins so before names that contain it");
	is_text(found("国平", 9), "曾国平:name", "the given name");
	is_text(found(" 王　小明 ", 9), "王小明:name", "white space does not matter");
	is_text(found("wxm", 9), "王小明:initials", "initials");
	is_text(found("WX", 9), "王小:initials 王小明:initials", "initials in capitals");
	is_text(found("ｗｘｍ", 9), "王小明:initials", "full-width letters");
	is_text(found("zgp", 9), "曾国平:initials", "initials with the surname's reading");
	is_text(found("cgp", 9), "曾国平:initials", "and with the other reading");
	is_text(found("wangxiao", 9), "王小:pinyin 王小明:pinyin", "full pinyin");
	is_text(found("wang'xiao'm", 9), "王小明:pinyin", "with apostrophes");
	is_text(found("sx", 9), "单雄:initials", "a surname with its own reading");
	is_text(found("anna", 9), "Anna Li:initials", "a Latin name in small letters");
	is_text(found("w", 1), "王小:initials", "no more than asked for");
	is_text(found("zzz", 9), "", "nothing");
	is_text(found("", 9), "Anna Li:name 单雄:name 王小:name 王小明:name 小王庄:name 曾国平:name",
	        "nothing typed: all in order");
}

static void test_numbers(void)
{
	is_text(found("430599195603120016", 9), "曾国平:id", "a whole ID number");
	is_text(found("43059919700101002x", 9), "王小明:id", "with a small x");
	is_text(found("0016", 9), "曾国平:id", "its last four");
	is_text(found("1002X", 9), "王小明:id", "its last five");
	is_text(found("01002x", 9), "王小明:id", "its last six");
	is_text(found("19912340001", 9), "曾国平:phone", "a phone number");
	is_text(found("1991234", 9), "曾国平:phone 王小:phone", "its beginning");
	is_text(found("40002", 9), "王小:phone", "its end");
	is_text(found("0815", 9), "王小:house 王小明:house", "a household number");
	is_text(found("08", 9), "王小:house 王小明:house", "the beginning of a household number");
	is_text(found("1956", 9), "", "the middle of an ID number is not searched");
}

static void test_changes(void)
{
	struct arena arena = ARENA_INIT;
	rid_t *members;
	size_t n;

	is(people_edit(store, wangxm, people_tag("resident", "name"), "王晓明"), 0, "a name is corrected");
	is_text(found("王小明", 9), "", "the old name is gone");
	is_text(found("王晓", 9), "王晓明:name", "the new one is found");
	is(store_members(store, family, &arena, &members, &n, &village_err), 0, "members of a household");
	ok(n == 2 && members[0] == wang && members[1] == wangxm, "both");
	is(people_edit(store, wangxm, TAG_RETIRED, "entered twice"), 0, "a record is retired");
	is_text(found("wxm", 9), "", "its name is not found");
	is_text(found("002X", 9), "", "nor the end of its ID number");
	is_text(found("43059919700101002X", 9), "王晓明:id", "but the whole number");
	is(store_members(store, family, &arena, &members, &n, &village_err), 0, "members again");
	is((long long)n, 1, "one");
	is(people_edit(store, wangxm, TAG_RETIRED, ""), 0, "it is taken back");
	is_text(found("wxm", 9), "王晓明:initials", "and found again");
	people_check(store, "the indexes fit the records");
	arena_free(&arena);
}

int main(void)
{
	scratch_begin();
	if (!ok(people_load_forms(), "forms"))
		return done_testing();
	store = people_store(scratch_path("a"), true);
	if (!ok(store != NULL, "an encrypted store"))
		return done_testing();
	make_people();
	ok(zeng && wang && wangxm && xiao && shan && anna, "six people");
	test_names();
	test_numbers();
	test_changes();
	store_close(store);
	form_set_free(people_forms);
	return done_testing();
}
