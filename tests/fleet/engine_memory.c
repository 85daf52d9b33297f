/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * db/engine.h without Berkeley DB: ordered tables in memory, for as long as a seed lasts.
 *
 * Each commit makes a version: its changes and the version before. HOME/data/memory.db holds the number of the
 * version that is on the disk, so what the disk layer does to that file (copying, cutting, taking back) is what
 * happens to the database. A commit that is not durable stays in the process until one that is, a checkpoint, or a
 * question for the end of the log, as Berkeley DB's log buffer does.
 */
#include "config.h"

#include "db/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/engine_home.h"
#include "lib/file.h"
#include "tests/fleet/engine_memory.h"
#include "tests/fleet/pool.h"

enum { VERSION_MAGIC = 0x58595645, LOG_STEP_BYTES = 64 };

struct row {
	struct span key, value;
};

struct table { /* rows ascending; shared ones are copied before they change */
	struct row *rows;
	size_t n, cap;
	bool shared;
	uint64_t turn; /* grows with each change: cursors look again */
};

struct change { /* value.data NULL: removed */
	enum engine_table table;
	struct span key, value, before;
	struct change *next; /* older first in a version, newer first in a transaction */
};

struct version {
	const struct version *parent;
	const struct change *changes;
	const struct table *tables; /* whole, or NULL: the parent's and the changes */
};

struct engine {
	struct table tables[TABLE_N];
	char *file;
	uint64_t number, on_disk;    /* of the version: committed, in the file */
	uint64_t log_bytes;
	struct change *undo;         /* of the open transaction, newest first */
	bool in_txn, failed;
};

struct engine_cursor {
	struct engine *engine;
	enum engine_table table;
	size_t at;
	uint64_t turn;
	struct span key; /* of the row it stands on */
	bool keys_only;
};

static struct { struct version **all; size_t n, cap; } versions;

void engine_memory_begin(void)
{
	versions.n = versions.cap = 0;
	versions.all = NULL;
}

static uint64_t add_version(struct version version)
{
	if (versions.n == versions.cap) {
		size_t cap = versions.cap ? 2 * versions.cap : 256;
		struct version **more = pool_alloc(cap * sizeof(*more));
		if (versions.n)
			memcpy(more, versions.all, versions.n * sizeof(*more));
		versions.all = more;
		versions.cap = cap;
	}
	versions.all[versions.n++] = pool_copy(&version, sizeof(version));
	return versions.n;
}

/* --- tables --- */

static int compare(struct span a, struct span b)
{
	size_t n = a.len_bytes < b.len_bytes ? a.len_bytes : b.len_bytes;
	int cmp = n ? memcmp(a.data, b.data, n) : 0;
	return cmp ? cmp : (a.len_bytes > b.len_bytes) - (a.len_bytes < b.len_bytes);
}

/* The first row with a key >= key. */
static size_t find(const struct table *table, struct span key)
{
	size_t low = 0, high = table->n;
	if (table->n && compare(table->rows[table->n - 1].key, key) < 0)
		return table->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare(table->rows[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_at(const struct table *table, size_t at, struct span key)
{
	return at < table->n && !compare(table->rows[at].key, key);
}

static void own(struct table *table, size_t n)
{
	if (!table->shared && n <= table->cap)
		return;
	size_t cap = n < 16 ? 16 : n + n / 2;
	struct row *rows = pool_alloc(cap * sizeof(*rows));
	if (table->n)
		memcpy(rows, table->rows, table->n * sizeof(*rows));
	table->rows = rows;
	table->cap = cap;
	table->shared = false;
}

/* Key and value live in the pool. Gives the value before, NULL when there was none. */
static struct span set_row(struct table *table, struct span key, struct span value)
{
	size_t at = find(table, key);
	bool there = is_at(table, at, key);
	struct span before = there ? table->rows[at].value : (struct span){ NULL, 0 };
	if (!value.data && !there)
		return before;
	own(table, table->n + 1);
	table->turn++;
	if (!value.data) {
		table->n--;
		memmove(table->rows + at, table->rows + at + 1, (table->n - at) * sizeof(*table->rows));
		return before;
	}
	if (!there) {
		memmove(table->rows + at + 1, table->rows + at, (table->n - at) * sizeof(*table->rows));
		table->n++;
		table->rows[at].key = key;
	}
	table->rows[at].value = value;
	return before;
}

static void build(struct table out[TABLE_N], const struct version *version)
{
	if (version->tables) {
		memcpy(out, version->tables, TABLE_N * sizeof(*out));
	} else if (version->parent) {
		build(out, version->parent);
	} else {
		memset(out, 0, TABLE_N * sizeof(*out));
	}
	for (int i = 0; i < TABLE_N && version->tables; i++)
		out[i].shared = true;
	for (const struct change *c = version->tables ? NULL : version->changes; c; c = c->next)
		set_row(&out[c->table], c->key, c->value);
}

/* --- the file --- */

static char *file_of(const char *home)
{
	size_t n = strlen(home) + sizeof("/data/memory.db");
	char *path = pool_alloc(n);
	snprintf(path, n, "%s/data/memory.db", home);
	return path;
}

static int read_number(const char *file, uint64_t *number, struct error *err)
{
	struct buf bytes = BUF_INIT;
	uint32_t magic = 0;
	int ret = file_read(file, 64, &bytes, err);
	struct span in = span_of_buf(&bytes);
	if (!ret && (!span_u32(&in, &magic) || magic != VERSION_MAGIC || !span_u64(&in, number) || !*number ||
	             *number > versions.n))
		ret = error_set(err, ERR_CORRUPT, "%s: no version of this world", file);
	buf_free(&bytes);
	return ret;
}

static int write_number(struct engine *engine, bool sync, struct error *err)
{
	uint8_t bytes[12];
	int fd = open(engine->file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	put_u32_be(bytes, VERSION_MAGIC);
	put_u64_be(bytes + 4, engine->number);
	bool good = fd >= 0 && pwrite(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes) &&
	            (!sync || !fdatasync(fd));
	int number = errno;
	if (fd >= 0)
		close(fd);
	if (good) {
		engine->on_disk = engine->number;
		return 0;
	}
	engine->failed = true;
	return error_errno(err, number, "the database cannot be written");
}

/* --- opening and closing --- */

/* Recovery writes the log on: what a process that was ended left in the cache is on the disk from then on. */
static int make_durable(const struct engine *engine, struct error *err)
{
	int fd = open(engine->file, O_RDWR | O_CLOEXEC);
	bool good = fd >= 0 && !fdatasync(fd);
	int number = errno;
	if (fd >= 0)
		close(fd);
	return good ? 0 : error_errno(err, number, "the database cannot be opened");
}

int engine_open(struct engine **out, const struct engine_params *params, struct error *err)
{
	int ret = home_refuse_config(params->home, err);
	*out = NULL;
	if (!ret && params->create)
		ret = home_make(params->home, err);
	if (ret)
		return ret;
	struct engine *engine = calloc(1, sizeof(*engine));
	if (!engine)
		return error_errno(err, ENOMEM, "%s", params->home);
	engine->file = file_of(params->home);
	ret = read_number(engine->file, &engine->number, err);
	if (!ret) {
		engine->on_disk = engine->number;
		build(engine->tables, versions.all[engine->number - 1]);
		ret = make_durable(engine, err);
	} else if (ret == ERR_NOTFOUND && params->create) {
		engine->number = add_version((struct version){ NULL, NULL, NULL });
		ret = write_number(engine, true, err);
		ret = ret ? ret : home_sync(params->home, err);
	} else if (ret == ERR_NOTFOUND) {
		ret = error_set(err, ERR_CORRUPT, "the database cannot be opened");
	}
	if (ret) {
		free(engine);
		return ret;
	}
	*out = engine;
	return 0;
}

/* The tables go to the version, so that the next opening need not build them. */
static void leave_tables(struct engine *engine)
{
	struct version *version = versions.all[engine->number - 1];
	if (!version->tables)
		version->tables = pool_copy(engine->tables, sizeof(engine->tables));
}

int engine_close(struct engine *engine, struct error *err)
{
	int ret = 0;
	if (!engine)
		return 0;
	engine_abort(engine);
	if (!engine->failed)
		ret = engine_checkpoint(engine, 0, err);
	leave_tables(engine);
	free(engine);
	return ret;
}

bool engine_failed(const struct engine *engine)
{
	return !engine || engine->failed;
}

bool engine_damaged(const struct engine *engine)
{
	(void)engine;
	return false;
}

/* --- transactions --- */

static int closed(struct error *err)
{
	return error_set(err, ERR_IO, "the database is closed");
}

int engine_begin(struct engine *engine, struct error *err)
{
	if (!engine)
		return closed(err);
	if (engine->in_txn)
		return error_set(err, ERR_INVALID, "a transaction is open already");
	engine->in_txn = true;
	engine->undo = NULL;
	return 0;
}

int engine_commit(struct engine *engine, bool durable, struct error *err)
{
	const struct change *changes = NULL;
	if (!engine || !engine->in_txn)
		return closed(err);
	for (struct change *c = engine->undo, *next; c; c = next) { /* turned round: oldest first */
		next = c->next;
		c->next = (struct change *)(uintptr_t)changes;
		changes = c;
		engine->log_bytes += LOG_STEP_BYTES + c->key.len_bytes + c->value.len_bytes;
	}
	engine->in_txn = false;
	engine->undo = NULL;
	engine->number = add_version((struct version){ versions.all[engine->number - 1], changes, NULL });
	return durable ? write_number(engine, true, err) : 0;
}

void engine_abort(struct engine *engine)
{
	if (!engine || !engine->in_txn)
		return;
	for (const struct change *c = engine->undo; c; c = c->next)
		set_row(&engine->tables[c->table], c->key, c->before);
	engine->undo = NULL;
	engine->in_txn = false;
}

bool engine_in_txn(const struct engine *engine)
{
	return engine && engine->in_txn;
}

/* --- rows --- */

static int change_row(struct engine *engine, enum engine_table table, struct span key, struct span value,
                      struct error *err)
{
	if (!engine)
		return closed(err);
	if (!engine->in_txn)
		return error_set(err, ERR_INVALID, "no transaction is open");
	struct change *change = pool_alloc(sizeof(*change));
	change->table = table;
	change->key = span_of(pool_copy(key.data, key.len_bytes), key.len_bytes);
	if (value.data)
		change->value = span_of(pool_copy(value.data, value.len_bytes), value.len_bytes);
	change->before = set_row(&engine->tables[table], change->key, change->value);
	change->next = engine->undo;
	engine->undo = change;
	return 0;
}

int engine_put(struct engine *engine, enum engine_table table, struct span key, struct span value,
               struct error *err)
{
	return change_row(engine, table, key, value.data ? value : span_of("", 0), err);
}

int engine_put_rows(struct engine *engine, enum engine_table table, const struct engine_row *rows, size_t n,
                    struct error *err)
{
	int ret = 0;
	for (size_t i = 0; !ret && i < n; i++)
		ret = engine_put(engine, table, rows[i].key, rows[i].value, err);
	return ret;
}

int engine_del(struct engine *engine, enum engine_table table, struct span key, struct error *err)
{
	int ret = engine_get(engine, table, key, NULL, err);
	return ret ? ret : change_row(engine, table, key, (struct span){ NULL, 0 }, err);
}

int engine_get(struct engine *engine, enum engine_table table, struct span key, struct span *value,
               struct error *err)
{
	if (!engine)
		return closed(err);
	size_t at = find(&engine->tables[table], key);
	if (!is_at(&engine->tables[table], at, key))
		return ERR_NOTFOUND;
	if (value)
		*value = engine->tables[table].rows[at].value;
	return 0;
}

int engine_clear(struct engine *engine, enum engine_table table, struct error *err)
{
	int ret = engine ? 0 : closed(err);
	while (!ret && engine->tables[table].n)
		ret = change_row(engine, table, engine->tables[table].rows[engine->tables[table].n - 1].key,
		                 (struct span){ NULL, 0 }, err);
	return ret;
}

/* --- cursors --- */

int engine_cursor_open(struct engine_cursor **out, struct engine *engine, enum engine_table table,
                       enum engine_read read, struct error *err)
{
	*out = NULL;
	if (!engine)
		return closed(err);
	struct engine_cursor *cursor = calloc(1, sizeof(*cursor));
	if (!cursor)
		return error_errno(err, ENOMEM, "%s", engine_table_name(table));
	cursor->engine = engine;
	cursor->table = table;
	cursor->keys_only = read == ENGINE_KEYS;
	*out = cursor;
	return 0;
}

void engine_cursor_close(struct engine_cursor *cursor)
{
	free(cursor);
}

static int stand_on(struct engine_cursor *cursor, size_t at, struct span *out_key, struct span *out_value)
{
	const struct table *table = &cursor->engine->tables[cursor->table];
	if (at >= table->n)
		return ERR_NOTFOUND;
	cursor->at = at;
	cursor->turn = table->turn;
	cursor->key = table->rows[at].key;
	*out_key = cursor->key;
	if (out_value)
		*out_value = cursor->keys_only ? span_of(NULL, 0) : table->rows[at].value;
	return 0;
}

int engine_seek(struct engine_cursor *cursor, struct span key, struct span *out_key, struct span *out_value,
                struct error *err)
{
	(void)err;
	return stand_on(cursor, key.len_bytes ? find(&cursor->engine->tables[cursor->table], key) : 0, out_key,
	                out_value);
}

/* Where the cursor's row is now; there: whether it is still there. */
static size_t place(const struct engine_cursor *cursor, bool *there)
{
	const struct table *table = &cursor->engine->tables[cursor->table];
	size_t at = cursor->turn == table->turn ? cursor->at : find(table, cursor->key);
	*there = cursor->key.data && is_at(table, at, cursor->key);
	return cursor->key.data ? at : 0;
}

int engine_next(struct engine_cursor *cursor, struct span *out_key, struct span *out_value, struct error *err)
{
	bool there;
	size_t at = place(cursor, &there);
	(void)err;
	return stand_on(cursor, at + there, out_key, out_value);
}

int engine_prev(struct engine_cursor *cursor, struct span *out_key, struct span *out_value, struct error *err)
{
	bool there;
	size_t at = place(cursor, &there);
	return at || !cursor->key.data ? cursor->key.data ? stand_on(cursor, at - 1, out_key, out_value)
	                                                  : engine_last(cursor, out_key, out_value, err)
	                               : ERR_NOTFOUND;
}

int engine_last(struct engine_cursor *cursor, struct span *out_key, struct span *out_value, struct error *err)
{
	size_t n = cursor->engine->tables[cursor->table].n;
	(void)err;
	return n ? stand_on(cursor, n - 1, out_key, out_value) : ERR_NOTFOUND;
}

/* --- the whole environment --- */

int engine_checkpoint(struct engine *engine, uint32_t min_log_bytes, struct error *err)
{
	(void)min_log_bytes;
	if (!engine)
		return closed(err);
	return engine->on_disk == engine->number ? 0 : write_number(engine, true, err);
}

int engine_finished_logs(struct engine *engine, int (*each)(void *arg, const char *path, struct error *err),
                         void *arg, struct error *err)
{
	(void)each, (void)arg;
	return engine ? 0 : closed(err);
}

int engine_backup(struct engine *engine, const char *target, struct error *err)
{
	int ret = engine ? home_make(target, err) : closed(err);
	if (ret)
		return ret;
	char *own_file = engine->file;
	uint64_t on_disk = engine->on_disk;
	engine->file = file_of(target);
	ret = write_number(engine, true, err);
	engine->file = own_file;
	engine->on_disk = on_disk;
	return ret ? ret : home_sync(target, err);
}

int engine_verify(const char *home, const uint8_t *key, void (*report)(void *arg, const char *line), void *arg,
                  struct error *err)
{
	uint64_t number;
	(void)key, (void)report, (void)arg;
	return read_number(file_of(home), &number, err);
}

static struct engine_position position_of(uint64_t number)
{
	return (struct engine_position){ 1, (uint32_t)number };
}

int engine_log_position(struct engine *engine, struct engine_position *out, struct error *err)
{
	int ret = engine_checkpoint(engine, 0, err);
	if (!ret)
		*out = position_of(engine->on_disk);
	return ret;
}

int engine_log_peek(const char *home, const uint8_t *key, struct engine_position *out, struct error *err)
{
	uint64_t number = 0;
	int ret = read_number(file_of(home), &number, err);
	(void)key;
	*out = ret ? (struct engine_position){ 0, 0 } : position_of(number);
	return ret == ERR_NOTFOUND ? 0 : ret;
}

int engine_forget_log(const char *home, const uint8_t *key, struct error *err)
{
	(void)home, (void)key, (void)err;
	return 0;
}

void engine_figures_get(struct engine *engine, struct engine_figures *out)
{
	*out = (struct engine_figures){ .log_bytes = engine ? engine->log_bytes : 0 };
}

const char *engine_table_name(enum engine_table table);
