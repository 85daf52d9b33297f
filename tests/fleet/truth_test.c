/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random calls to Berkeley DB and to the simulator's engine: every answer is the same, also after reopening. */
#include "config.h"

#include "tests/db/scratch.h"
#include "tests/fleet/pool.h"
#include "tests/fleet/truth.h"
#include "tests/tap.h"

enum { ROUNDS = 12, CALLS = 400, KEYS = 40, WALK = 12 };

static struct error err;
static struct engine *real, *memory;
static struct draw draw = { 20261129 };
static int differ;

static void compare(int a, int b)
{
	differ += a != b;
}

static void compare_rows(int a, int b, const struct span x[2], const struct span y[2])
{
	compare(a, b);
	for (int i = 0; !a && !b && i < 2; i++)
		differ += x[i].len_bytes != y[i].len_bytes ||
		          (x[i].len_bytes && memcmp(x[i].data, y[i].data, x[i].len_bytes) != 0);
}

static struct span draw_key(char text[16])
{
	int n = snprintf(text, 16, "%.*s%u", (int)draw_below(&draw, 3), "ab", (unsigned)draw_below(&draw, KEYS));
	return span_of(text, (size_t)n);
}

static void open_both(bool create)
{
	char a[4096];
	struct engine_params params = { .cache_bytes = 1 << 20, .log_file_bytes = 1 << 20, .create = create };
	snprintf(a, sizeof(a), "%s", scratch_path("real"));
	params.home = a;
	compare(engine_open(&real, &params, &err), 0);
	params.home = scratch_path("memory");
	compare(memory_open(&memory, &params, &err), 0);
}

static void close_both(void)
{
	compare(engine_close(real, &err), memory_close(memory, &err));
}

/* A cursor each, the same walk, with changes in between. */
static void walk(enum engine_table table)
{
	struct engine_cursor *a, *b;
	struct span x[2] = { { NULL, 0 } }, y[2] = { { NULL, 0 } };
	char key[16], other[16];
	bool standing = false;
	compare(engine_cursor_open(&a, real, table, ENGINE_ROWS, &err), 0);
	compare(memory_cursor_open(&b, memory, table, ENGINE_ROWS, &err), 0);
	for (int i = 0; i < WALK; i++) {
		struct span k = draw_key(key), o = draw_key(other);
		uint64_t what = standing ? draw_below(&draw, 5) : draw_below(&draw, 2);
		int code = 0;
		if (what == 0)
			compare_rows(code = engine_seek(a, k, &x[0], &x[1], &err), memory_seek(b, k, &y[0], &y[1], &err), x, y);
		else if (what == 1)
			compare_rows(code = engine_last(a, &x[0], &x[1], &err), memory_last(b, &y[0], &y[1], &err), x, y);
		else if (what == 2)
			compare_rows(code = engine_next(a, &x[0], &x[1], &err), memory_next(b, &y[0], &y[1], &err), x, y);
		else if (what == 3)
			compare_rows(code = engine_prev(a, &x[0], &x[1], &err), memory_prev(b, &y[0], &y[1], &err), x, y);
		else
			compare(engine_put(real, table, o, k, &err), memory_put(memory, table, o, k, &err));
		standing = what == 4 || !code;
	}
	engine_cursor_close(a);
	memory_cursor_close(b);
}

static void call(void)
{
	char key[16], value[16];
	enum engine_table table = draw_below(&draw, 2) ? TABLE_KV : TABLE_REC;
	struct span k = draw_key(key), v = draw_key(value), x[2] = { { NULL, 0 } }, y[2] = { { NULL, 0 } };
	uint64_t what = draw_below(&draw, 100);
	if (what < 45)
		compare(engine_put(real, table, k, v, &err), memory_put(memory, table, k, v, &err));
	else if (what < 60)
		compare(engine_del(real, table, k, &err), memory_del(memory, table, k, &err));
	else if (what < 80)
		compare_rows(engine_get(real, table, k, &x[0], &err), memory_get(memory, table, k, &y[0], &err), x, y);
	else if (what < 99)
		walk(table);
	else
		compare(engine_clear(real, table, &err), memory_clear(memory, table, &err));
}

int main(void)
{
	scratch_begin();
	open_both(true);
	for (int round = 0; round < ROUNDS; round++) {
		int before = differ;
		compare(engine_begin(real, &err), memory_begin(memory, &err));
		for (int i = 0; i < CALLS; i++)
			call();
		uint64_t end = draw_below(&draw, 3); /* kept, taken back, or closed over */
		if (end == 0)
			compare(engine_commit(real, true, &err), memory_commit(memory, true, &err));
		if (end == 1) {
			engine_abort(real);
			memory_abort(memory);
		}
		if (end == 2 || draw_percent(&draw, 30)) {
			close_both();
			open_both(false);
		}
		is(differ - before, 0, "both engines give the same answers");
	}
	close_both();
	return done_testing();
}
