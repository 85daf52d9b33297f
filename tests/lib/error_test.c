/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/error.h"

#include <errno.h>

#include "lib/utf8.h"
#include "tests/tap.h"

static void test_set(void)
{
	struct error err;
	char text[1200] = "";

	is(error_set(&err, ERR_INVALID, "line %d is %s", 7, "bad"), ERR_INVALID, "returns its code");
	is(err.code, ERR_INVALID, "keeps the code");
	is_text(err.text, "line 7 is bad", "formats the sentence");
	is(error_set(NULL, ERR_IO, "x"), ERR_IO, "no struct: only the code");
	error_set(&err, ERR_IO, "again: %s", err.text);
	is_text(err.text, "again: line 7 is bad", "the arguments may point into the struct");
	is(error_prefix(&err, "%s", "bundle.xyb"), ERR_IO, "a prefix keeps the code");
	is_text(err.text, "bundle.xyb: again: line 7 is bad", "a prefix goes before the sentence");
	for (int shift = 0; shift < 4; shift++) {
		memset(text, 'a', (size_t)shift);
		text[shift] = '\0';
		for (int i = 0; i < 250; i++)
			strcat(text, i % 3 ? "医" : "𠮷");
		error_set(&err, ERR_IO, "%s", text);
		ok(utf8_valid(err.text, strlen(err.text)) && strlen(err.text) >= 508,
		   "a long text is cut at a character's end (shift %d)", shift);
		error_prefix(&err, "前缀");
		ok(utf8_valid(err.text, strlen(err.text)) && !strncmp(err.text, "前缀: ", 8),
		   "and again with a prefix");
	}
}

static void test_errno(void)
{
	static const int numbers[][2] = {
		{ ENOSPC, ERR_NOSPACE }, { EDQUOT, ERR_NOSPACE }, { ENOENT, ERR_NOTFOUND },
		{ EEXIST, ERR_EXISTS },  { ENOMEM, ERR_NOMEM },   { EACCES, ERR_IO },
		{ EIO, ERR_IO },         { ELOOP, ERR_IO },       { 0, ERR_IO },
	};
	struct error err;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		is(error_errno(&err, numbers[i][0], "%s", "/x"), numbers[i][1], "errno to code");
		ok(err.code == numbers[i][1] && !strncmp(err.text, "/x: ", 4) && strlen(err.text) > 4,
		   "errno to text: %s", err.text);
		is(error_errno(NULL, numbers[i][0], "x"), numbers[i][1], "without a struct");
	}
}

static void test_names(void)
{
	is_text(error_name(0), "OK", "name of 0");
	is_text(error_name(ERR_NOMEM), "NOMEM", "first name");
	is_text(error_name(ERR_UNSUPPORTED), "UNSUPPORTED", "last name");
	is(ERR_UNSUPPORTED, -20, "numbers stay");
	is_text(error_kind(ERR_NOTFOUND), "not found", "kind");
	is_text(error_kind(-9999), "unknown error", "kind of a strange number");
	is_text(error_kind(3), "unknown error", "kind of a positive number");
	is_text(error_name(-21), "UNKNOWN", "name of a strange number");
}

int main(void)
{
	test_set();
	test_errno();
	test_names();
	return done_testing();
}
