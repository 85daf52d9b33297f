/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/utf8.h"

#include <locale.h>
#include <wchar.h>

#include "tests/tap.h"

static void test_scalars(void)
{
	bool round = true, valid = true, walk = true;
	char text[16];

	for (uint32_t cp = 1; cp <= 0x10FFFF + 10; cp++) {
		bool scalar = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
		size_t n = utf8_put(cp, text);
		uint32_t back = 0;

		if (!scalar) {
			round &= n == 0;
			continue;
		}
		round &= n == (cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
		round &= utf8_next(text, &back) == n && back == cp;
		valid &= utf8_valid(text, n) && (n == 1 || !utf8_valid(text, n - 1));
		memmove(text + 1, text, n + 1);
		text[0] = 'x';
		walk &= utf8_prev_at(text, n + 1) == 1 && utf8_next_at(text, 1) == n + 1;
	}
	ok(round, "every scalar value comes back, nothing else is written");
	ok(valid, "every scalar value is valid, its front is not");
	ok(walk, "steps forth and back agree");
}

static void test_broken(void)
{
	static const char *const broken[] = {
		"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
		"\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
		"\xE4\xB9", "\xE4!", "\xF0\xA0\xAE",
	};
	uint32_t cp;

	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		size_t len = strlen(broken[i]);

		ok(!utf8_valid(broken[i], len) && utf8_next(broken[i], &cp) == 1 && cp == 0xFFFD &&
			   utf8_chars(broken[i]) == len && utf8_prev_at(broken[i], len) == len - 1,
		   "broken sequence %zu is refused and read byte by byte", i);
	}
	ok(!utf8_valid("a\0b", 3), "a NUL inside is not valid");
	ok(utf8_valid("", 0), "nothing is valid");
	is((long long)utf8_next("", &cp), 0, "the end");
	is((long long)utf8_prev_at("a", 0), 0, "before the beginning");
	is((long long)utf8_next_at("a", 1), 1, "behind the end");
}

static void test_cols(void)
{
	int differ = 0;
	size_t used;

	is(utf8_char_cols('a'), 1, "ASCII");
	is(utf8_char_cols(0x533B), 2, "Han");
	is(utf8_char_cols(0x3400), 2, "extension A");
	is(utf8_char_cols(0x31350), 2, "extension H, unknown to the C library");
	is(utf8_char_cols(0x2EBF0), 2, "extension I, unknown to the C library");
	is(utf8_char_cols(0x3FFFD), 2, "the last of plane 3");
	is(utf8_char_cols(0xF900), 2, "compatibility");
	is(utf8_char_cols(0xFF11), 2, "full-width digit");
	is(utf8_char_cols(0x301), 0, "combining accent");
	is(utf8_char_cols(0x200D), 0, "joiner");
	is(utf8_char_cols(7), 0, "control");
	is(utf8_char_cols(0xB7), 1, "the dot in Uyghur names");
	is(utf8_char_cols(0x2014), 1, "dash");
	if (setlocale(LC_CTYPE, "C.UTF-8")) {
		for (uint32_t cp = 0x20; cp < 0x3400; cp++) {
			int width = wcwidth((wchar_t)cp);

			if (width >= 0 && width != utf8_char_cols(cp) && ++differ)
				printf("# U+%04X: wcwidth %d, ours %d\n", cp, width, utf8_char_cols(cp));
		}
		is(differ, 0, "below U+3400 we agree with the C library, and so with ncurses");
	}
	is((long long)utf8_cols("乡医 abc"), 8, "columns of a text");
	is((long long)utf8_chars("乡医 abc"), 6, "characters of a text");
	is((long long)utf8_clip("乡医", 3, &used), 3, "clip never splits a character");
	is((long long)used, 2, "and says what it fills");
	is((long long)utf8_clip("e\xCC\x81x", 1, &used), 3, "an accent stays with its letter");
	is((long long)utf8_clip("abc", 0, NULL), 0, "clip to nothing");
	is((long long)utf8_clip("abc", 9, NULL), 3, "clip to more than all");
}

static void test_plain(void)
{
	static const char *const BAD[] = { "a\nb", "\t", "\033[2J", "a\x7F", "\xC2\x9B", "\xE2\x80\xAE",
		                           "\xE2\x80\xA8", "\xE2\x81\xA6", "\xFF" };

	ok(utf8_plain("") && utf8_plain("甲村卫生室 No. 1·é"), "names are plain");
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++)
		ok(!utf8_plain(BAD[i]), "text %zu that a terminal would obey is not", i);
}

static void test_change(void)
{
	char text[64];

	utf8_to_halfwidth(strcpy(text, "ＡＢｃ１２３（甲村）　～！"));
	is_text(text, "ABc123(甲村) ~!", "half-width");
	is_text(utf8_trim(strcpy(text, " \t　甲 村\r\n　")), "甲 村", "trim");
	is_text(utf8_trim(strcpy(text, "　 ")), "", "trim of white space only");
	is_text(utf8_trim(strcpy(text, "")), "", "trim of nothing");
	is_text(utf8_trim(strcpy(text, "\xE3\x80")), "\xE3\x80", "trim leaves broken bytes");
}

static void test_words(void)
{
	ok(utf8_has_word("1 20 3", "20", 2), "a word of a list");
	ok(utf8_has_word("1 20 3", "3", 1) && utf8_has_word("1", "1", 1), "the last, the only one");
	ok(!utf8_has_word("1 20 3", "2", 1) && !utf8_has_word("1 20 3", "0", 1), "no part of a word");
	ok(!utf8_has_word("", "1", 1), "none of an empty list");
}

int main(void)
{
	test_scalars();
	test_broken();
	test_cols();
	test_plain();
	test_change();
	test_words();
	return done_testing();
}
