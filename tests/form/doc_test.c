/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc/forms.md is true: every example in it gives what it says. */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include "form/expr.h"
#include "lib/file.h"
#include "tests/tap.h"

static void try_example(const char *text, const char *want, struct arena *arena)
{
	struct expr_context context = { .today = date_make(2026, 11, 22), .arena = arena };
	const struct expr *expr;
	struct error err = { 0 };
	if (expr_parse(&expr, text, NULL, NULL, arena, NULL, &err))
		ok(false, "%s: %s", text, err.text);
	else
		is_text(expr_text(expr, &context), want, text);
}

/* Examples look like "`1 + 1` → `2`". */
static int try_examples(const char *page, struct arena *arena)
{
	static const char arrow[] = "` → `";
	int n = 0;
	for (const char *at = page; (at = strstr(at, arrow)); n++) {
		const char *start = at, *want = at + strlen(arrow), *end = strchr(want, '`');
		while (start > page && start[-1] != '`')
			start--;
		if (!end)
			break;
		try_example(arena_strndup(arena, start, (size_t)(at - start)),
		            arena_strndup(arena, want, (size_t)(end - want)), arena);
		at = end;
	}
	return n;
}

int main(void)
{
	char path[4096];
	struct buf page = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	const char *srcdir = getenv("srcdir");
	setlocale(LC_CTYPE, "C.UTF-8");
	snprintf(path, sizeof path, "%s/doc/forms.md", srcdir ? srcdir : ".");
	if (file_read(path, 1 << 20, &page, &err)) {
		printf("# %s\n", err.text);
		return 1;
	}
	ok(try_examples(buf_text(&page), &arena) >= 50, "there are examples");
	buf_free(&page);
	arena_free(&arena);
	return done_testing();
}
