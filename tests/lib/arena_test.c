/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/tap.h"

static void test_many(struct arena *arena)
{
	static unsigned char *pieces[2000];
	static size_t sizes[2000];
	bool aligned = true, zeroed = true, kept = true;
	size_t sum = 0;

	for (size_t i = 0; i < 2000; i++) {
		sizes[i] = i % 97 == 0 ? 70000 + i : i * 7 % 300;
		pieces[i] = arena_alloc(arena, sizes[i]);
		aligned &= (uintptr_t)pieces[i] % alignof(max_align_t) == 0;
		for (size_t k = 0; k < sizes[i]; k++)
			zeroed &= pieces[i][k] == 0;
		memset(pieces[i], (int)(i & 255), sizes[i]);
		sum += sizes[i];
	}
	for (size_t i = 0; i < 2000; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			kept &= pieces[i][k] == (i & 255);
	ok(aligned, "aligned for any type");
	ok(zeroed, "zeroed, also memory used before");
	ok(kept, "no piece overlaps another");
	ok(arena->used_bytes >= sum && arena->used_bytes < sum + 2000 * 32, "used_bytes counts");
}

int main(void)
{
	struct arena arena = ARENA_INIT;

	test_many(&arena);
	arena_reset(&arena);
	is((long long)arena.used_bytes, 0, "reset forgets");
	ok(arena.head != NULL, "reset keeps a block");
	test_many(&arena);
	ok(arena_alloc(&arena, SIZE_MAX) == NULL, "too much is NULL");
	ok(arena_alloc(&arena, SIZE_MAX - 8) == NULL, "near the end of the address space too");
	ok(arena_array(&arena, SIZE_MAX / 2, 16) == NULL, "an overflowing array is NULL");
	ok(arena_array(&arena, 0, 16) != NULL, "an empty array is not NULL");
	is_text(arena_strdup(&arena, "乡医"), "乡医", "strdup");
	is_text(arena_strndup(&arena, "abcdef", 3), "abc", "strndup cuts");
	is_text(arena_strndup(&arena, "ab", 30), "ab", "strndup stops at the NUL");
	ok(!memcmp(arena_memdup(&arena, "a\0b", 3), "a\0b", 3), "memdup");
	ok(arena_memdup(&arena, NULL, 0) != NULL, "memdup of nothing");
	is_text(arena_printf(&arena, "%d-%s", 5, "x"), "5-x", "printf");
	is((long long)strlen(arena_printf(&arena, "%100000d", 1)), 100000, "a long printf");
	arena_free(&arena);
	ok(!arena.head && !arena.used_bytes, "free empties");
	is_text(arena_strdup(&arena, "again"), "again", "usable after free");
	arena_free(&arena);
	return done_testing();
}
