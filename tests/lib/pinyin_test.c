/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/pinyin.h"

#include <stdlib.h>

#include "lib/utf8.h"
#include "tests/tap.h"

struct keys {
	char text[64][80];
	size_t n;
};

static void collect(const char *key, void *arg)
{
	struct keys *keys = arg;

	snprintf(keys->text[keys->n++ % 64], 80, "%s", key);
}

static bool has(const struct keys *keys, const char *text)
{
	for (size_t i = 0; i < keys->n && i < 64; i++)
		if (!strcmp(keys->text[i], text))
			return true;
	return false;
}

static bool initials(const char *name, const char *key)
{
	struct keys keys = { .n = 0 };

	pinyin_initials_each(name, 64, collect, &keys);
	return has(&keys, key);
}

static bool full(const char *name, const char *key)
{
	struct keys keys = { .n = 0 };

	pinyin_full_each(name, 64, collect, &keys);
	return has(&keys, key);
}

static void test_search(void)
{
	struct keys keys = { .n = 0 };

	ok(initials("曾国藩", "zgf") && initials("曾国藩", "cgf"), "zgf and cgf find 曾国藩");
	ok(full("曾国藩", "zengguofan") && full("曾国藩", "cengguofan"), "in full, too");
	ok(full("吕布", "lvbu"), "ü is v");
	ok(full("单雄信", "shanxiongxin") && full("仇和", "qiuhe") && full("覃飞", "qinfei") &&
		   full("覃飞", "tanfei"),
	   "surname readings");
	ok(initials("阿卜杜拉·买买提", "abdlmmt"), "the dot is left out");
	ok(initials("李 A9（乙）", "la9y"), "letters and digits stand for themselves");
	ok(full("王Ｂ", "wangb"), "full-width ones too");
	pinyin_initials_each("、。", 9, collect, &keys);
	pinyin_initials_each("", 9, collect, &keys);
	pinyin_initials_each("曾国藩", 0, collect, &keys);
	is((long long)keys.n, 0, "no key for nothing");
	pinyin_full_each("曾单解", 3, collect, &keys);
	is((long long)keys.n, 3, "at most max");
	keys.n = 0;
	pinyin_full_each("曾曾", 64, collect, &keys);
	is((long long)keys.n, 4, "each combination once");
	keys.n = 0;
	pinyin_full_each("\xE4\xB9" "李\xFF", 64, collect, &keys);
	is((long long)keys.n, 1, "broken bytes are left out");
	is_text(keys.text[0], "li", "and do no harm");
}

static void test_long_names(void)
{
	struct keys keys = { .n = 0 };
	char name[3 * 300 + 1] = "";

	for (int i = 0; i < 300; i++)
		strcat(name, "庄");
	pinyin_full_each(name, 1, collect, &keys);
	is((long long)keys.n, 1, "a monstrous name has a key");
	keys.n = 0;
	name[0] = '\0';
	for (int i = 0; i < 300; i++)
		strcat(name, "单");
	pinyin_full_each(name, 50, collect, &keys);
	is((long long)keys.n, 50, "and its combinations end");
}

static void test_readings(void)
{
	const char *out[16];
	size_t most = 0, with = 0;
	bool shaped = true;

	is((long long)pinyin_readings(0x66FE, out, 16), 2, "曾 has two readings");
	is_text(out[0], "ceng", "the common one first");
	is((long long)pinyin_readings(0x66FE, out, 1), 1, "at most max");
	is((long long)pinyin_readings(0x66FE, out, 0), 0, "at most none");
	is((long long)pinyin_readings('a', out, 16), 0, "a letter has none");
	is((long long)pinyin_readings(0xFFFFFFFF, out, 16), 0, "nor has a strange number");
	for (uint32_t cp = 0; cp < 0x40000; cp++) {
		size_t n = pinyin_readings(cp, out, 16);

		most = n > most ? n : most;
		with += n > 0;
		for (size_t i = 0; i < n; i++) {
			size_t len = strlen(out[i]);

			shaped &= len >= 1 && len <= 6 &&
				  strspn(out[i], "abcdefghijklmnopqrstuvwxyz") == len;
			for (size_t k = 0; k < i; k++)
				shaped &= strcmp(out[i], out[k]) != 0;
		}
	}
	ok(shaped, "readings are distinct and of letters only");
	ok(with > 41000, "%zu characters have readings", with);
	ok(most <= 12, "at most 12 readings (%zu)", most);
}

static int by_key(const void *a, const void *b)
{
	char key_a[128], key_b[128];

	return strcmp(pinyin_sort_key(*(const char *const *)a, key_a, sizeof key_a),
		      pinyin_sort_key(*(const char *const *)b, key_b, sizeof key_b));
}

static void test_sort(void)
{
	static const char *const wanted[] = { "艾山", "白雪", "曹操", "华山", "李明", "李一",
					      "黎二", "林一", "仇和", "任平", "单晓", "解珍", "尉迟恭",
					      "曾国", "查良", "长孙丽" };
	enum { N = sizeof wanted / sizeof wanted[0] };
	const char *names[N];
	bool sorted = true;
	char key[64], small[8];

	for (int i = 0; i < N; i++)
		names[i] = wanted[(i * 7 + 3) % N];
	qsort(names, N, sizeof names[0], by_key);
	for (int i = 0; i < N; i++)
		if (strcmp(names[i], wanted[i])) {
			printf("# place %d: %s, want %s\n", i, names[i], wanted[i]);
			sorted = false;
		}
	ok(sorted, "names in the order of a Chinese reader");
	ok(!strncmp(pinyin_sort_key("单于", key, sizeof key), "chan ", 5), "单于 is a compound surname");
	is_text(pinyin_sort_key("", key, sizeof key), "", "no name");
	ok(utf8_valid(pinyin_sort_key("曾国藩", small, sizeof small), strlen(small)) && strlen(small) < 8,
	   "a small buffer is enough for its part");
	pinyin_sort_key("曾", small, 1);
	is_text(small, "", "or none");
}

int main(void)
{
	test_search();
	test_long_names();
	test_readings();
	test_sort();
	return done_testing();
}
