/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/paper.h"

#include <string.h>

#include "tests/tap.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static bool taken(const char *typed)
{
	char clean[PAPER_CODE_BYTES];
	return !paper_code_clean(clean, typed, NULL);
}

static bool every_wrong_digit_noticed(const char *code)
{
	char typed[PAPER_CODE_BYTES];
	strcpy(typed, code);
	for (size_t i = 0; code[i]; i++) {
		for (const char *d = digits; *d && code[i] != '-'; d++) {
			typed[i] = *d;
			if (*d != code[i] && taken(typed))
				return false;
		}
		typed[i] = code[i];
	}
	return taken(typed);
}

static bool every_swap_noticed(const char *code)
{
	for (size_t i = 0; code[i + 1]; i++) {
		char typed[PAPER_CODE_BYTES];
		size_t j = code[i + 1] == '-' ? i + 2 : i + 1;
		strcpy(typed, code);
		typed[i] = code[j];
		typed[j] = code[i];
		if (code[i] != '-' && code[i] != code[j] && taken(typed))
			return false;
	}
	return true;
}

static void test_mistakes(void)
{
	int wrong = 0, swapped = 0;
	for (int i = 0; i < 100; i++) {
		char code[PAPER_CODE_BYTES];
		paper_code_make(code);
		wrong += !every_wrong_digit_noticed(code);
		swapped += !every_swap_noticed(code);
	}
	is(wrong, 0, "one wrong digit is noticed in each place of 100 codes");
	is(swapped, 0, "so are two neighbours swapped");
}

static void test_shape(void)
{
	char code[PAPER_CODE_BYTES], typed[2 * PAPER_CODE_BYTES], clean[PAPER_CODE_BYTES];
	struct error err;
	paper_code_make(code);
	is((long long)strlen(code), 39, "32 digits in groups of four");
	strcpy(typed, code);
	typed[39 - 1] = '\0';
	is(paper_code_clean(clean, typed, &err), ERR_INVALID, "one digit too few");
	snprintf(typed, sizeof typed, "%s0", code);
	is(paper_code_clean(clean, typed, &err), ERR_INVALID, "one too many");
	snprintf(typed, sizeof typed, "u%s", code + 1);
	is(paper_code_clean(clean, typed, &err), ERR_INVALID, "no digit of this alphabet");
	snprintf(typed, sizeof typed, " %.4s %s ", code, code + 5);
	is(paper_code_clean(clean, typed, &err), 0, "blanks where people put them");
	is_text(clean, code, "come back as printed");
}

int main(void)
{
	test_mistakes();
	test_shape();
	return done_testing();
}
