/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packages as bytes: what a hostile one may try, and that nothing of it is left. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/deflate.h"
#include "lib/file.h"
#include "sync/package_format.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static struct error err;

static const char TABLE[] = "rule,min_age,max_age,value,unit,valid_from,valid_to,source,note\n"
                            "days,,,3,days,,,示范镇 2026,\n";

static void put_table(struct buf *plain, int kind, const char *name, size_t n_name, const char *bytes)
{
	buf_put_u8(plain, (uint8_t)kind);
	buf_put_varint(plain, n_name);
	buf_put(plain, name, n_name);
	buf_put_text(plain, bytes);
}

static struct span packed(struct buf *out, uint64_t number, const struct buf *plain)
{
	buf_clear(out);
	buf_put_varint(out, number);
	if (deflate_bytes(out, span_of_buf(plain), span_of(NULL, 0), DEFLATE_DEFAULT, &err))
		out->failed = true;
	return span_of_buf(out);
}

/* A package with one table of this name, unpacked below a new folder. */
static int unpack_name(const char *name, size_t n_name, int kind)
{
	struct buf plain = BUF_INIT, section = BUF_INIT;
	buf_put_varint(&plain, 1);
	put_table(&plain, kind, name, n_name, TABLE);
	int code = package_unpack(packed(&section, 7, &plain), scratch_path("unpacked"), &err);
	buf_free(&plain);
	buf_free(&section);
	return code;
}

static void test_names(void)
{
	static const char *const bad[] = { "../evil", "..", ".", "a/b", "/etc/passwd", "a.csv", "A", "a b", "a\\b",
		                           "药", "-a", "" };
	char longest[PACKAGE_MAX_NAME + 2];
	int taken = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		taken += unpack_name(bad[i], strlen(bad[i]), PACKAGE_RULES) != ERR_INVALID;
	is(taken, 0, "names that could leave the folder are refused");
	is(unpack_name("a\0b", 3, PACKAGE_RULES), ERR_INVALID, "so is a NUL inside");
	memset(longest, 'a', sizeof(longest));
	is(unpack_name(longest, PACKAGE_MAX_NAME + 1, PACKAGE_RULES), ERR_INVALID, "and a long one");
	is(unpack_name("tb", 2, PACKAGE_KINDS), ERR_CORRUPT, "there are three folders");
	ok(!file_exists(scratch_path("unpacked")), "nothing was written");
	is(unpack_name(longest, PACKAGE_MAX_NAME, PACKAGE_RULES), 0, "the longest name is fine");
	file_remove_tree(scratch_path("unpacked"), &err);
}

static void test_bytes(void)
{
	struct buf plain = BUF_INIT, section = BUF_INIT;
	const char *dir = scratch_path("unpacked");
	int taken = 0;
	buf_put_varint(&plain, 2);
	put_table(&plain, PACKAGE_RULES, "tb", 2, TABLE);
	put_table(&plain, PACKAGE_RULES, "tb", 2, TABLE);
	is(package_unpack(packed(&section, 7, &plain), dir, &err), ERR_CORRUPT, "one table twice");
	buf_clear(&plain);
	buf_put_varint(&plain, 2);
	put_table(&plain, PACKAGE_RULES, "tb", 2, TABLE);
	put_table(&plain, PACKAGE_CODES, "tb", 2, TABLE);
	struct span whole = packed(&section, 7, &plain);
	for (size_t n = 0; n < whole.len_bytes; n++)
		taken += package_unpack(span_of(whole.data, n), dir, &err) == 0;
	is(taken, 0, "cut short anywhere");
	ok(!file_exists(dir), "nothing was written");
	is(package_unpack(whole, dir, &err), 0, "two folders may have one name");
	file_remove_tree(dir, &err);
	buf_put_u8(&plain, 0);
	is(package_unpack(packed(&section, 7, &plain), dir, &err), ERR_CORRUPT, "something behind the end");
	buf_clear(&plain);
	buf_put_varint(&plain, PACKAGE_MAX_FILES + 1);
	is(package_unpack(packed(&section, 7, &plain), dir, &err), ERR_LIMIT, "too many tables");
	buf_clear(&plain);
	buf_put_varint(&plain, 0);
	is(package_unpack(packed(&section, 7, &plain), dir, &err), ERR_CORRUPT, "none");
	buf_clear(&plain);
	if (buf_reserve(&plain, PACKAGE_MAX_BYTES + 1)) {
		memset(plain.data, 0, PACKAGE_MAX_BYTES + 1);
		plain.len_bytes = PACKAGE_MAX_BYTES + 1;
	}
	is(package_unpack(packed(&section, 7, &plain), dir, &err), ERR_LIMIT, "a bomb");
	ok(!file_exists(dir), "nothing was written");
	buf_free(&plain);
	buf_free(&section);
}

static void test_install(void)
{
	struct buf plain = BUF_INIT, section = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct package_report report;
	char store[512];
	uint64_t number;
	snprintf(store, sizeof(store), "%.500s", scratch_path("store"));
	file_make_dirs(store, 0700, &err);
	is(package_number(store, &number, &err), 0, "a store without a package");
	is((long long)number, 0, "has number 0");
	buf_put_varint(&plain, 1);
	put_table(&plain, PACKAGE_RULES, "goose", 5, TABLE);
	is(package_install(store, packed(&section, 7, &plain), &arena, &report, &err), 0, "install");
	ok(report.fresh && report.number == 7 && !report.refused, "it is in force");
	ok(report.n_changes == 1 && !strcmp(report.changes[0].what, "rules/goose.csv") &&
	   report.changes[0].how == PACKAGE_ADDED, "what it adds is named");
	is(package_install(store, packed(&section, 6, &plain), &arena, &report, &err), 0, "an older one");
	ok(!report.fresh && report.number == 7 && !report.refused, "changes nothing");
	buf_clear(&plain);
	buf_put_varint(&plain, 1);
	put_table(&plain, PACKAGE_RULES, "goose", 5, "rule,what\ndays,3\n");
	is(package_install(store, packed(&section, 8, &plain), &arena, &report, &err), 0, "a broken one");
	ok(!report.fresh && report.number == 7 && report.refused && strstr(report.refused, "rules/goose.csv:1:") &&
	   !strstr(report.refused, store), "is refused with file and line");
	is(package_install(store, span_of("\x09garbage", 8), &arena, &report, &err), 0, "garbage");
	ok(!report.fresh && report.refused, "is refused");
	is(package_number(store, &number, &err), 0, "number");
	is((long long)number, 7, "the old one stays");
	arena_free(&arena);
	buf_free(&plain);
	buf_free(&section);
}

int main(void)
{
	scratch_begin();
	test_names();
	test_bytes();
	test_install();
	return done_testing();
}
