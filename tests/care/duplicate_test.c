/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which residents are proposed as one person, why, and that the work grows with their number only. */
#include "config.h"
#include "care/duplicate.h"
#include "care/link.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static struct arena arena;
static struct duplicate_report report;

/* Area 430599 was never assigned: nobody has such a number. */
static const char *number(const char *birth, int serial)
{
	static const int weights[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	char *out = arena_printf(&arena, "430599%.4s%.2s%.2s%03d?", birth, birth + 5, birth + 8, serial);
	int sum = 0;

	for (int i = 0; i < 17; i++)
		sum += (out[i] - '0') * weights[i];
	out[17] = "10X98765432"[sum % 11];
	return out;
}

static rid_t person(const char *name, const char *sex, const char *birth, const char *id, const char *phone)
{
	return SAVE("resident", 0, 0, "name", name, "sex", sex, "birth_date", birth, "id_number", id, "phone", phone);
}

static const struct duplicate_pair *find(rid_t a, rid_t b)
{
	for (size_t i = 0; i < report.n; i++)
		if ((report.pairs[i].a == a && report.pairs[i].b == b) || (report.pairs[i].a == b && report.pairs[i].b == a))
			return &report.pairs[i];
	return NULL;
}

static void search(rid_t only)
{
	const struct duplicate_question question = { .max = 100, .only = only };

	is(care_duplicates(store, &question, &arena, &report, NULL, &err), 0, "search");
}

/* People who have nothing to do with each other but common names. */
static void crowd(int n)
{
	static const char *const names[] = { "李建国", "王芳", "张伟", "刘洋", "陈静", "杨军", "赵敏", "周涛", "吴刚", "郑爽" };
	char birth[16], phone[16];

	for (int i = 0; i < n; i++) {
		snprintf(birth, sizeof(birth), "%04d-%02d-%02d", 1940 + i * 7 % 60, 1 + i * 5 % 12, 1 + i * 11 % 28);
		snprintf(phone, sizeof(phone), "139%08d", i * 7919 % 99999999);
		person(names[i % 10], i % 2 ? "1" : "2", birth, number(birth, 100 + i % 800), phone);
	}
}

static rid_t household(const char *no)
{
	return SAVE("household", 0, 0, "household_no", no);
}

static rid_t member(const char *name, const char *sex, const char *birth, rid_t house)
{
	const struct form *form = form_set_find(forms, "resident");
	struct buf bytes = BUF_INIT;
	struct version version;
	rid_t made = 0;

	store_version_of(store, house, &version, &err);
	version_put(&bytes, &version);
	const struct change_field fields[] = {
		{ .tag = form_tag(form, "name"), .value = span_of(name, strlen(name)) },
		{ .tag = form_tag(form, "sex"), .value = span_of(sex, 1) },
		{ .tag = form_tag(form, "birth_date"), .value = span_of(birth, strlen(birth)) },
		{ .tag = form_tag(form, "household"), .kind = ENTRY_RECORD, .value = span_of_buf(&bytes) },
	};
	struct change_field sorted[4];
	memcpy(sorted, fields, sizeof(fields));
	for (int i = 1; i < 4; i++)
		for (int k = i; k && sorted[k - 1].tag > sorted[k].tag; k--) {
			struct change_field one = sorted[k];
			sorted[k] = sorted[k - 1];
			sorted[k - 1] = one;
		}
	const struct change change = { .form = "resident", .fields = sorted, .n_fields = 4 };
	is(store_save(store, &change, 1, &made, &err), 0, "a member of a household");
	buf_free(&bytes);
	return made;
}

static void test_pairs(void)
{
	const char *id = number("1955-03-08", 2), *other = number("1961-01-15", 4);
	rid_t a = person("王秀英", "2", "1955-03-08", id, "13800000001");
	rid_t same = person("王秀瑛", "2", "1955-03-08", id, "");
	rid_t twice = person("赵大牛", "1", "1955-03-08", id, "");
	rid_t b = person("欧阳桂兰", "2", "1961-01-15", other, "13800000004");
	rid_t sound = person("欧阳贵兰", "2", "1961-01-15", "", "13800000004");
	rid_t lonely = person("单小梅", "2", "1988-09-09", "", "");
	rid_t house = household("0007");
	rid_t twin1 = member("陈大宝", "1", "2019-04-04", house), twin2 = member("陈小宝", "1", "2019-04-04", house);

	search(0);
	ok(find(a, same) && find(a, same)->kind == DUPLICATE_CERTAIN, "one number, one birth date, nearly one name: certain");
	ok(find(a, twice) && find(a, twice)->kind == DUPLICATE_NUMBER_TWICE, "one number and another name: used twice");
	ok(find(b, sound) && find(b, sound)->kind == DUPLICATE_PROBABLE, "same birth date, phone and sound: probable");
	const char *why = find(b, sound) ? duplicate_explain(find(b, sound), &arena) : "";
	ok(strstr(why, "name") && strstr(why, "birth date") && strstr(why, "phone"), "every field says what it adds: %s", why);
	ok(find(twin1, twin2) && find(twin1, twin2)->kind == DUPLICATE_TWINS, "twins are for a person");
	for (size_t i = 0; i < report.n; i++)
		if (report.pairs[i].a == lonely || report.pairs[i].b == lonely)
			ok(false, "nobody is like the lonely one");
	for (size_t i = 1; i < report.n; i++)
		if (report.pairs[i - 1].weight < report.pairs[i].weight)
			ok(false, "best first");

	size_t all = report.n, of_a = 0;
	for (size_t i = 0; i < report.n; i++)
		of_a += report.pairs[i].a == a || report.pairs[i].b == a;
	search(a);
	is((long long)report.n, (long long)of_a, "asked from one side the same pairs come");
	search(same);
	ok(find(a, same) != NULL, "and from the other side");

	is(care_link(store, b, sound, LINK_SAME, "问过", &err), 0, "link a pair");
	is(care_link(store, twin1, twin2, LINK_NOT_SAME, "双胞胎", &err), 0, "say that twins are two");
	search(0);
	ok(!find(b, sound) && !find(twin1, twin2), "nobody is asked again");
	is((long long)report.n, (long long)all - 2, "the others still stand");
	is(care_unlink(store, twin1, twin2, "试验", &err), 0, "taken back");
	search(0);
	ok(find(twin1, twin2) != NULL, "they come again");

	/* three records of one person, and a fourth that would make it larger */
	rid_t c1 = person("马三立", "1", "1950-10-10", "", "13700000001");
	rid_t c2 = person("马三立", "1", "1950-10-10", "", "13700000001");
	rid_t c3 = person("马三立", "1", "1950-10-10", "", "13700000001");
	care_link(store, c1, c2, LINK_SAME, "x", &err);
	care_link(store, c2, c3, LINK_SAME, "x", &err);
	rid_t c4 = person("马三立", "1", "1950-10-10", "", "13700000001");
	search(c4);
	ok(find(c4, c1) && find(c4, c1)->kind == DUPLICATE_LARGE, "more than three records are for a person");
}

static void test_before(void)
{
	const struct duplicate_person typed = { "欧阳桂兰", "2", "1961-01-15", "", "13800000004", "" };
	const struct duplicate_person slip = { "王秀英", "2", "1955-08-03", "", "13800000001", "" };
	const struct duplicate_person nobody = { "钱学深", "1", "2001-02-03", "", "13612345678", "" };

	is(care_duplicates_before(store, &typed, 5, &arena, &report, &err), 0, "before adding a resident");
	ok(report.n >= 1, "who is there already is named");
	is(care_duplicates_before(store, &slip, 5, &arena, &report, &err), 0, "with day and month turned");
	ok(report.n >= 1 && report.pairs[0].rules[DUPLICATE_FIELD_BIRTH] &&
	           !strcmp(report.pairs[0].rules[DUPLICATE_FIELD_BIRTH], "birth_close"), "as well");
	is(care_duplicates_before(store, &nobody, 5, &arena, &report, &err), 0, "a new one");
	is((long long)report.n, 0, "is like nobody");
}

/* Many with one phone and one birthday: the blocks are bounded. */
static void test_bounded(void)
{
	char name[32];
	uint64_t before;

	search(0);
	before = report.compared;
	is(store_bulk_begin(store, &err), 0, "many");
	for (int i = 0; i < 600; i++) {
		snprintf(name, sizeof(name), "张%c%c", 'A' + i / 26, 'A' + i % 26);
		person(name, "1", "1960-01-01", "", "07391234567");
	}
	is(store_bulk_end(store, &err), 0, "of one birthday and one phone");
	search(0);
	ok(report.cut_blocks >= 2, "their blocks are cut");
	ok(report.compared - before <= 600 * 2 * DUPLICATE_WINDOW + 600 * DUPLICATE_BLOCK,
	   "and compared with neighbours only: %llu pairs", (unsigned long long)(report.compared - before));
	ok(report.n <= 100, "no more come than were asked for");
}

int main(void)
{
	scratch_begin();
	forms = scene_forms();
	if (!make_store(scratch_path("T"), "示范镇卫生院", "430599101"))
		return 99;
	is(store_bulk_begin(store, &err), 0, "a crowd");
	crowd(300);
	is(store_bulk_end(store, &err), 0, "of 300");
	search(0);
	is((long long)report.n, 0, "a crowd of strangers with common names has no duplicates");
	test_pairs();
	test_before();
	test_bounded();
	store_close(store);
	form_set_free(forms);
	arena_free(&arena);
	return done_testing();
}
