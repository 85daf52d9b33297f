/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/ime.h"

#include <iconv.h>

#include "lib/ime_table.h"
#include "lib/pinyin.h"
#include "lib/utf8.h"
#include "tests/tap.h"

enum { PER_PAGE = 9 };

static struct ime_candidate page[PER_PAGE];

static const char *first(const char *pinyin)
{
	return ime_candidates(pinyin, 0, PER_PAGE, page) ? page[0].text : "";
}

/* Place of a text among all candidates, or -1. */
static int place(const char *pinyin, const char *text)
{
	for (size_t number = 0;; number++) {
		size_t n = ime_candidates(pinyin, number, PER_PAGE, page);

		for (size_t i = 0; i < n; i++)
			if (!strcmp(page[i].text, text))
				return (int)(number * PER_PAGE + i);
		if (n < PER_PAGE)
			return -1;
	}
}

static void test_choice(void)
{
	static const char *const firsts[][2] = {
		{ "zhongguo", "中国" }, { "de", "的" },            { "gaoxueya", "高血压" },
		{ "GaoXueYa", "高血压" }, { "weishengshi", "卫生室" }, { "erjiashuanggua", "二甲双胍" },
		{ "xi'an", "西安" },    { "nv", "女" },            { "xinlv", "心率" },
		{ "gaoxuey", "高血压" }, { "tnb", "糖尿病" },       { "lve", "略" },
		{ "cunwss", "村" },     { "zhangweix", "张伟" },
	};

	for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++)
		is_text(first(firsts[i][0]), firsts[i][1], firsts[i][0]);
	ok(place("zeng", "曾") >= 0 && place("zeng", "曾") < PER_PAGE, "曾 is on the first page of zeng");
	ok(place("ceng", "曾") >= 0, "and to be found under ceng");
	ok(place("xian", "先") >= 0 && place("xian", "西安") >= 0, "xian has both shapes");
	is(place("xi'an", "先"), -1, "xi'an only one");
	ok(place("z", "中") >= 0, "one letter is enough to begin");
}

static void test_used(void)
{
	ime_candidates("zhongguoren", 0, PER_PAGE, page);
	is((long long)page[0].used_bytes, 11, "a word for all of it uses all of it");
	ok(place("zhangxq", "张") >= 0, "a name: its first character");
	ime_candidates("zhangxq", 0, PER_PAGE, page);
	is((long long)page[0].used_bytes, 5, "uses its syllable only");
	ime_candidates("zhang'xq", 0, PER_PAGE, page);
	is((long long)page[0].used_bytes, 6, "and the separator behind it");
	ime_candidates("gxy", 0, PER_PAGE, page);
	is((long long)page[0].used_bytes, 3, "initials use all");
	ime_candidates("xi'an", 0, PER_PAGE, page);
	is((long long)page[0].used_bytes, 5, "separators count");
}

static void test_bad_input(void)
{
	char long_text[200];

	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	is((long long)ime_candidates("", 0, PER_PAGE, page), 0, "nothing typed");
	is((long long)ime_candidates("'", 0, PER_PAGE, page), 0, "only a separator");
	is((long long)ime_candidates("zh1", 0, PER_PAGE, page), 0, "a digit");
	is((long long)ime_candidates("中", 0, PER_PAGE, page), 0, "a character");
	is((long long)ime_candidates("vvv", 0, PER_PAGE, page), 0, "no pinyin");
	is((long long)ime_candidates(long_text, 0, PER_PAGE, page), 0, "too long");
	long_text[IME_PINYIN_BYTES - 1] = '\0';
	ok(ime_candidates(long_text, 0, PER_PAGE, page) > 0, "the longest is not");
	is((long long)ime_candidates("de", 0, 0, page), 0, "no room");
	is((long long)ime_candidates("de", (size_t)-1, PER_PAGE, page), 0, "no such page");
	is((long long)ime_candidates("zzzz'zz", 900, PER_PAGE, page), 0, "nor this");
	ok(ime_candidates("de'", 0, PER_PAGE, page) > 0, "a separator at the end");
}

static void test_pages(void)
{
	struct ime_candidate all[60], some[7];
	size_t n = ime_candidates("shi", 0, 60, all);
	bool same = n == 60;

	for (size_t i = 0; i < 8; i++) {
		same &= ime_candidates("shi", i, 7, some) == 7;
		for (size_t k = 0; k < 7; k++)
			same &= !strcmp(some[k].text, all[i * 7 + k].text);
	}
	ok(same, "pages follow on each other");
}

static void test_table(void)
{
	bool sorted = true, shaped = true;
	char before[64] = "", key[64];
	size_t rows = 0, words = 0;

	for (size_t block = 0; block < ime_n_blocks; block++)
		for (const char *row = ime_blocks[block]; *row; row = strchr(row, '\n') + 1) {
			const char *end = strchr(row, '\n');
			size_t n = strspn(row, "abcdefghijklmnopqrstuvwxyz");

			rows++;
			shaped &= n > 0 && n < sizeof key && utf8_valid(row, (size_t)(end - row));
			memcpy(key, row, n);
			key[n] = '\0';
			sorted &= strcmp(before, key) < 0;
			memcpy(before, key, sizeof key);
			for (const char *at = row + n, *stop; at < end; at = stop + 1) {
				stop = at + strcspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ\n");
				shaped &= stop < end && stop > at && stop - at < IME_TEXT_BYTES;
				words++;
			}
		}
	ok(sorted, "%zu rows are sorted", rows);
	ok(shaped, "%zu words are well formed", words);
}

/* GB 2312 as the C library knows it: every one of its 6763 characters can be typed. */
static void test_all_characters(void)
{
	iconv_t converter = iconv_open("UTF-8", "GB2312");
	int known = 0, missing = 0;

	for (int row = 0xB0; row <= 0xF7; row++)
		for (int column = 0xA1; column <= 0xFE; column++) {
			char gb[2] = { (char)row, (char)column }, text[8], *in = gb, *to = text;
			size_t in_left = 2, out_left = sizeof text - 1;
			const char *readings[12];
			bool found = false;
			size_t n;
			uint32_t cp;

			if (iconv(converter, &in, &in_left, &to, &out_left) == (size_t)-1)
				continue;
			*to = '\0';
			utf8_next(text, &cp);
			known++;
			n = pinyin_readings(cp, readings, 12);
			for (size_t i = 0; i < n && !found; i++)
				found = place(readings[i], text) >= 0;
			if (!found && missing++ < 10)
				printf("# %s\n", text);
		}
	iconv_close(converter);
	is(known, 6763, "characters of GB 2312");
	is(missing, 0, "all of them can be typed");
}

int main(void)
{
	test_choice();
	test_used();
	test_bad_input();
	test_pages();
	test_table();
	test_all_characters();
	return done_testing();
}
