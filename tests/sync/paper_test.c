/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of QR codes: any order, repeated, misread, mixed up, missing. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/crypto.h"
#include "lib/qr.h"
#include "sync/paper.h"
#include "tests/tap.h"

enum { BYTES = 2048 };

static struct error err;
static uint8_t file[PAPER_MAX_BYTES + 1];
static struct arena arena = ARENA_INIT;

static bool join_is(const struct paper *paper, size_t n_bytes)
{
	struct buf joined = BUF_INIT;
	bool same = !paper_join(paper, &joined, &err) && joined.len_bytes == n_bytes && !memcmp(joined.data, file, n_bytes);
	buf_free(&joined);
	return same;
}

static void test_sizes(void)
{
	char **lines;
	size_t n, number;
	bool all = true;
	for (size_t n_bytes = 1; n_bytes < 700; n_bytes += 13)
		for (size_t chars = PAPER_OVERHEAD + 3; chars < 500; chars += 37) {
			struct paper *paper = paper_new();
			bool fits = !paper_split(file, n_bytes, chars, &arena, &lines, &n, &err);
			for (size_t i = 0; fits && i < n; i++)
				all = all && strlen(lines[i]) <= chars && !paper_take(paper, lines[i], &number, &err) && number == i + 1;
			all = all && fits && n == paper_parts(n_bytes, chars) && join_is(paper, n_bytes);
			paper_free(paper);
			arena_reset(&arena);
		}
	ok(all, "every length in lines of every length comes back");
	ok(paper_parts(BYTES, qr_capacity(6)) == 19, "2 KB are 19 codes in a window of 80 by 24");
	ok(paper_parts(BYTES, qr_capacity(QR_VERSION_MAX)) == 1, "and one code in a large window");
	is(paper_split(file, PAPER_MAX_BYTES + 1, 4000, &arena, &lines, &n, &err), ERR_LIMIT, "more is too much");
	is(paper_split(file, 10, PAPER_OVERHEAD, &arena, &lines, &n, &err), ERR_LIMIT, "lines without room");
}

static void test_typing(void)
{
	char **lines, **others, typed[600], missing[100];
	size_t n, n_others, number;
	struct paper *paper = paper_new();
	paper_split(file, BYTES, qr_capacity(10), &arena, &lines, &n, &err);
	paper_split(file + 1, BYTES, qr_capacity(10), &arena, &others, &n_others, &err);
	struct buf joined = BUF_INIT;
	is(paper_join(paper, &joined, &err), ERR_NOTFOUND, "no line, no file");
	for (size_t i = n; i-- > 1;)
		if (i != 3)
			paper_take(paper, lines[i], &number, &err);
	snprintf(typed, sizeof(typed), " \t%s\r\n", lines[n - 1]);
	for (char *c = typed; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	ok(!paper_take(paper, typed, &number, &err) && number == n, "small letters and white space around do no harm");
	paper_missing(paper, missing, sizeof(missing));
	is_text(missing, "1, 4", "what is missing is named");
	ok(paper_join(paper, &joined, &err) == ERR_TRUNCATED && strstr(err.text, "1, 4"), "and said: %s", err.text);
	is(paper_take(paper, others[3], &number, &err), ERR_EXISTS, "a line of another bundle is refused");
	is(paper_take(paper, "430599190001011234", &number, &err), ERR_INVALID, "something else that was scanned");
	long wrong = 0, tried = 0;
	snprintf(typed, sizeof(typed), "%s", lines[3]);
	for (size_t i = 0; typed[i]; i++) {
		char right = typed[i];
		typed[i] = right == 'K' ? 'L' : 'K';
		tried++;
		wrong += !paper_take(paper, typed, &number, &err);
		typed[i] = right;
	}
	ok(!wrong, "each of %ld misread characters is noticed", tried);
	typed[strlen(typed) - 1] = '\0';
	ok(paper_take(paper, typed, &number, &err), "a line that lost its end, too");
	ok(!paper_take(paper, lines[3], &number, &err) && !paper_take(paper, lines[3], &number, &err) && !paper_whole(paper),
	   "a line twice counts once");
	ok(!paper_take(paper, lines[0], &number, &err) && paper_whole(paper) && join_is(paper, BYTES), "then the file is whole");
	buf_free(&joined);
	paper_free(paper);
}

int main(void)
{
	if (crypto_init(&err))
		return 99;
	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)(i * i / 7 + i);
	test_sizes();
	test_typing();
	arena_free(&arena);
	return done_testing();
}
