/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The harness that the end-to-end tests trust: sizes, keys, texts, attributes, resizing, ends. */
#include "config.h"

#include "tests/e2e/term.h"

#include <signal.h>

#include "tests/tap.h"

#ifndef FIXTURE
#define FIXTURE "tests/e2e/fixture"
#endif

static const char *const fixture[] = { FIXTURE, NULL };

static void test_keys(const char *type, const char *bytes)
{
	struct term *t = term_start(&(struct term_start){ .argv = fixture, .type = type });
	int row = -1, col = -1;

	term_settle(t);
	ok(term_has(t, type) && term_has(t, "80x24"), "%s: type and size", type);
	ok(term_find(t, "医", &row, &col) && row == 1 && col == 4, "%s: wide characters have their columns", type);
	ok(term_is_reverse(t, 1, 2) && !term_is_reverse(t, 1, 7), "%s: attributes", type);
	term_count_reset(t);
	ok(term_type(t, "a<Up><F2><Enter>单<C-s>"), "%s: keys are typed one by one", type);
	is_text(term_row(t, 2), bytes, type);
	is(term_keys(t), 6, "keys are counted");
	is((long long)term_bytes(t), (long long)strlen(bytes) + 1, "bytes are counted");
	ok(!term_type(t, "<F99>"), "%s: a key that does not exist fails", type);
	term_cursor(t, &row, &col);
	ok(row == 2 && col == (int)strlen(bytes) + 1, "%s: the cursor", type);
	term_free(t);
}

static void test_life(void)
{
	const char *const env[] = { "XIANGYI_NONE=1", "HOME", NULL };
	struct term *t = term_start(&(struct term_start){ .argv = fixture, .rows = 20, .cols = 60, .env = env });

	ok(term_wait_text(t, "60x20"), "a size of its own");
	ok(term_resize(t, 30, 100) && term_has(t, "100x30"), "a new size is told");
	ok(term_type(t, "q"), "typing the last key");
	is(term_wait_exit(t), 7, "the exit status");
	ok(!term_type(t, "a"), "nothing can be typed after the end");
	term_free(t);

	t = term_start(&(struct term_start){ .argv = fixture });
	term_settle(t);
	term_signal(t, SIGKILL);
	is(term_wait_exit(t), 128 + SIGKILL, "killed");
	term_free(t);

	t = term_start(&(struct term_start){ .argv = fixture });
	term_settle(t);
	term_hang_up(t);
	is(term_wait_exit(t), 128 + SIGHUP, "the line drops");
	term_free(t);
}

int main(void)
{
	test_keys("xterm-256color", "61 1b4f41 1b4f51 0d e58d95 13");
	test_keys("linux", "61 1b5b41 1b5b5b42 0d e58d95 13");
	test_life();
	return done_testing();
}
