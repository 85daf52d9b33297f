/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/engine.h"
#include "lib/file.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static const uint8_t key[CRYPTO_KEY_BYTES] = "thirty-two bytes, or nearly so";
static struct error err;

static struct span text_span(const char *text)
{
	return span_of(text, strlen(text));
}

static struct engine *open_at(const char *home, const uint8_t *with, bool create, bool catastrophic)
{
	const struct engine_params params = {
		.home = home, .key = with, .cache_bytes = 1 << 20, .log_file_bytes = 1 << 20,
		.create = create, .catastrophic = catastrophic,
	};
	struct engine *engine;
	int ret = engine_open(&engine, &params, &err);
	if (ret)
		printf("# %s\n", err.text);
	return ret ? NULL : engine;
}

static bool put(struct engine *engine, const char *name, const char *value)
{
	return engine_put(engine, TABLE_KV, text_span(name), text_span(value), &err) == 0;
}

static bool has(struct engine *engine, const char *name, const char *value)
{
	struct span got;
	return engine_get(engine, TABLE_KV, text_span(name), &got, &err) == 0 &&
	       got.len_bytes == strlen(value) && !memcmp(got.data, value, got.len_bytes);
}

static void test_rows(struct engine *engine)
{
	struct span value;
	is(engine_put(engine, TABLE_KV, text_span("a"), text_span("1"), &err), ERR_INVALID,
	   "no writing outside a transaction");
	is(engine_begin(engine, &err), 0, "begin");
	ok(put(engine, "a", "1") && put(engine, "b", ""), "put");
	ok(has(engine, "a", "1"), "reads see the open transaction");
	is(engine_commit(engine, true, &err), 0, "commit");
	ok(has(engine, "b", ""), "an empty value is a value");
	is(engine_get(engine, TABLE_KV, text_span("c"), &value, &err), ERR_NOTFOUND, "absent");
	is(engine_get(engine, TABLE_KV, text_span("a"), NULL, &err), 0, "only whether it is there");
	engine_begin(engine, &err);
	put(engine, "c", "3");
	is(engine_del(engine, TABLE_KV, text_span("a"), &err), 0, "delete");
	is(engine_del(engine, TABLE_KV, text_span("zz"), &err), ERR_NOTFOUND, "delete what is not there");
	engine_abort(engine);
	ok(has(engine, "a", "1") && !has(engine, "c", "3"), "abort takes all back");
}

static void test_cursor(struct engine *engine)
{
	static const enum engine_read reads[] = { ENGINE_ROWS, ENGINE_KEYS, ENGINE_BULK };
	enum { ROWS = 3000 };
	uint8_t value[100] = { 7 };
	engine_begin(engine, &err);
	for (uint32_t i = 0; i < ROWS; i++) {
		uint8_t k[4];
		put_u32_be(k, i * 2);
		engine_put(engine, TABLE_ENTRY, span_of(k, 4),
		           span_of(value, i == 1000 ? 100 : i % 100), &err);
	}
	is(engine_commit(engine, false, &err), 0, "many rows");
	for (size_t r = 0; r < 3; r++) {
		struct engine_cursor *cursor;
		struct span k, v;
		uint32_t n = 0, expected = 501;
		uint8_t from[4];
		bool good = true;
		put_u32_be(from, 1001);
		engine_cursor_open(&cursor, engine, TABLE_ENTRY, reads[r], &err);
		for (int ret = engine_seek(cursor, span_of(from, 4), &k, &v, &err); ret == 0;
		     ret = engine_next(cursor, &k, &v, &err), n++, expected++)
			good = good && k.len_bytes == 4 && get_u32_be(k.data) == expected * 2 &&
			       v.len_bytes == (reads[r] == ENGINE_KEYS ? 0
			                       : expected == 1000      ? 100
			                                               : expected % 100);
		ok(good && n == ROWS - 501, "range %zu: %u rows in order", r, n);
		good = engine_seek(cursor, span_of(NULL, 0), &k, &v, &err) == 0 &&
		       get_u32_be(k.data) == 0;
		ok(good, "range %zu: from the first", r);
		if (reads[r] != ENGINE_BULK) {
			good = engine_last(cursor, &k, &v, &err) == 0 &&
			       get_u32_be(k.data) == (ROWS - 1) * 2 &&
			       engine_prev(cursor, &k, &v, &err) == 0 &&
			       get_u32_be(k.data) == (ROWS - 2) * 2;
			ok(good, "range %zu: backwards", r);
		}
		engine_cursor_close(cursor);
	}
}

static void test_bulk_large(struct engine *engine)
{
	enum { LARGE = 200000 };
	uint8_t *large = calloc(1, LARGE);
	struct engine_cursor *cursor;
	struct span k, v;
	engine_begin(engine, &err);
	engine_put(engine, TABLE_DERIVED, text_span("1"), text_span("small"), &err);
	engine_put(engine, TABLE_DERIVED, text_span("2"), span_of(large, LARGE), &err);
	engine_put(engine, TABLE_DERIVED, text_span("3"), text_span("small"), &err);
	engine_commit(engine, true, &err);
	engine_cursor_open(&cursor, engine, TABLE_DERIVED, ENGINE_BULK, &err);
	ok(engine_seek(cursor, span_of(NULL, 0), &k, &v, &err) == 0 && v.len_bytes == 5, "bulk: small");
	ok(engine_next(cursor, &k, &v, &err) == 0 && v.len_bytes == LARGE,
	   "bulk: a value larger than the buffer");
	ok(engine_next(cursor, &k, &v, &err) == 0 && v.len_bytes == 5, "bulk: the row behind it");
	is(engine_next(cursor, &k, &v, &err), ERR_NOTFOUND, "bulk: the end");
	engine_cursor_close(cursor);
	engine_begin(engine, &err);
	is(engine_clear(engine, TABLE_DERIVED, &err), 0, "empty a table");
	engine_commit(engine, true, &err);
	is(engine_get(engine, TABLE_DERIVED, text_span("1"), NULL, &err), ERR_NOTFOUND, "it is empty");
	free(large);
}

static int count_log(void *arg, const char *path, struct error *e)
{
	(void)e;
	*(int *)arg += path[0] == '/';
	return 0;
}

static void test_copy(struct engine *engine, const uint8_t *with, const char *name)
{
	const char *target = scratch_path(name);
	struct engine *copy;
	int n = 0;
	is(engine_checkpoint(engine, 0, &err), 0, "checkpoint");
	is(engine_finished_logs(engine, count_log, &n, &err), 0, "finished logs");
	engine_begin(engine, &err);
	put(engine, "late", "yes");
	engine_commit(engine, true, &err);
	is(engine_backup(engine, target, &err), 0, "copy of the live environment");
	copy = open_at(target, with, false, true);
	ok(copy != NULL, "the copy opens with catastrophic recovery");
	if (!copy)
		return;
	ok(has(copy, "late", "yes") && has(copy, "a", "1"), "and has everything");
	is(engine_close(copy, &err), 0, "close the copy");
	is(engine_verify(target, with, NULL, NULL, &err), 0, "the copy verifies");
}

static void test_reopen(const char *home, const uint8_t *with)
{
	struct engine *engine = open_at(home, with, false, false);
	struct engine_figures figures;
	ok(engine != NULL, "open again");
	if (!engine)
		return;
	ok(has(engine, "late", "yes"), "what was committed is there");
	engine_begin(engine, &err);
	put(engine, "open", "never");
	engine_figures_get(engine, &figures);
	ok(figures.cache_hits > 0, "figures");
	is(engine_close(engine, &err), 0, "closing aborts an open transaction");
	engine = open_at(home, with, false, false);
	ok(engine && !has(engine, "open", "never"), "and its rows are not there");
	engine_close(engine, &err);
	is(engine_verify(home, with, NULL, NULL, &err), 0, "the files verify");
}

/* More rows than one call to the database takes, and among them values larger than it takes. */
static void test_many_rows(struct engine *engine)
{
	enum { N = 500, LARGE = 200 * 1024 };
	static uint8_t names[N][8], large[LARGE];
	struct engine_row rows[N];
	struct span value;
	int n_same = 0;
	memset(large, 'x', LARGE);
	for (size_t i = 0; i < N; i++) {
		put_u64_be(names[i], 1000 + i);
		rows[i].key = span_of(names[i], 8);
		rows[i].value = span_of(large, i == 7 || i == 8 ? LARGE : i % 3 ? i : 0);
	}
	is(engine_put_rows(engine, TABLE_ENTRY, rows, N, &err), ERR_INVALID,
	   "no rows outside a transaction");
	engine_begin(engine, &err);
	is(engine_put_rows(engine, TABLE_ENTRY, rows, N, &err), 0, "many rows");
	is(engine_put_rows(engine, TABLE_ENTRY, rows, 0, &err), 0, "no rows");
	rows[0].value = text_span("anew");
	is(engine_put_rows(engine, TABLE_ENTRY, rows, 1, &err), 0, "one row again");
	for (size_t i = 0; i < N; i++)
		n_same += !engine_get(engine, TABLE_ENTRY, rows[i].key, &value, &err) &&
		          value.len_bytes == rows[i].value.len_bytes &&
		          (!value.len_bytes || !memcmp(value.data, rows[i].value.data, value.len_bytes));
	is(n_same, N, "all rows are there with their values");
	engine_abort(engine);
	is(engine_get(engine, TABLE_ENTRY, rows[1].key, &value, &err), ERR_NOTFOUND, "abort takes them back");
}

static void test_refusals(const char *home)
{
	const char *config = scratch_path("plain/DB_CONFIG");
	uint8_t other[CRYPTO_KEY_BYTES] = "another key";
	ok(open_at(scratch_path("none"), NULL, false, false) == NULL, "nothing there: refused");
	ok(open_at(scratch_path("locked"), other, false, false) == NULL, "wrong key: refused");
	is(file_write_atomic(config, "set_cachesize 0 1 1\n", 20, &err), 0, "a DB_CONFIG");
	ok(open_at(home, NULL, false, false) == NULL && err.code == ERR_INVALID &&
	           strstr(err.text, "DB_CONFIG"),
	   "is refused by name");
	unlink(config);
}

static bool file_has(const char *path, const char *text)
{
	struct buf bytes = BUF_INIT;
	bool found = file_read(path, 1 << 26, &bytes, &err) == 0 &&
	             memmem(bytes.data, bytes.len_bytes, text, strlen(text)) != NULL;
	buf_free(&bytes);
	return found;
}

static void test_life(const char *name, const uint8_t *with)
{
	char home[4096], copy[64];
	struct engine *engine;
	snprintf(home, sizeof home, "%s", scratch_path(name));
	snprintf(copy, sizeof copy, "%s-copy", name);
	engine = open_at(home, with, true, false);
	if (!ok(engine != NULL, "%s: create", name))
		return;
	test_rows(engine);
	test_many_rows(engine);
	test_cursor(engine);
	test_bulk_large(engine);
	test_copy(engine, with, copy);
	is(engine_close(engine, &err), 0, "close");
	test_reopen(home, with);
}

int main(void)
{
	scratch_begin();
	is(crypto_init(&err), 0, "crypto");
	test_life("plain", NULL);
	test_life("locked", key);
	test_refusals(scratch_path("plain"));
	ok(file_has(scratch_path("plain/data/kv.db"), "late"), "a plain file shows its rows");
	ok(!file_has(scratch_path("locked/data/kv.db"), "late"), "an encrypted one does not");
	return done_testing();
}
