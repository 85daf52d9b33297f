/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/engine.h"

#include <db.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/engine_home.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum {
	PAGE_BYTES = 4096,        /* the block of ext4 and the sector of disks: least tearing */
	BULK_BYTES = 64 * 1024,
	VERIFY_CACHE_BYTES = 4 * 1024 * 1024,
	LOG_BUFFER_BYTES = 64 * 1024,
	LOG_BUFFER_LARGE_BYTES = 256 * 1024,
	LOG_LARGE_BYTES = 2 * 1024 * 1024,
	KEY_TEXT_BYTES = 2 * CRYPTO_KEY_BYTES + 1,
};

struct engine {
	DB_ENV *env;
	DB *tables[TABLE_N];
	DB_TXN *txn;
	bool failed, damaged, full;
	char message[256]; /* Berkeley DB's first words since the last error, which name the cause */
};

struct engine_cursor {
	struct engine *engine;
	DBC *dbc;
	enum engine_read read;
	uint8_t *bulk;
	uint32_t bulk_bytes;
	DBT bulk_dbt;
	void *bulk_at; /* NULL: the buffer is used up */
};

/* --- errors --- */

static void engine_note(struct engine *engine, const char *message)
{
	if (!engine->message[0])
		snprintf(engine->message, sizeof engine->message, "%s", message);
	if (strstr(message, strerror(ENOSPC)) || strstr(message, strerror(EDQUOT)))
		engine->full = true;
	if (strstr(message, "checksum error") || strstr(message, "catastrophic recovery"))
		engine->damaged = true;
}

static void on_env_message(const DB_ENV *env, const char *prefix, const char *message)
{
	(void)prefix;
	engine_note(env->app_private, message);
}

static void on_event(DB_ENV *env, u_int32_t event, void *info)
{
	struct engine *engine = env->app_private;
	(void)info;
	if (event == DB_EVENT_PANIC)
		engine->failed = true;
}

/* After a failed reopening there is no engine. */
static int no_engine(struct error *err)
{
	return error_set(err, ERR_IO, _("the database is closed"));
}

/* Berkeley DB's positive codes are errno values, its own are negative. A full disk often comes back as a call
 * for recovery, with the cause in the message only. */
static int engine_error(struct engine *engine, int code, const char *what, struct error *err)
{
	if (code == DB_NOTFOUND || code == DB_KEYEMPTY)
		return ERR_NOTFOUND;
	if (!engine)
		return no_engine(err);
	if (code == DB_RUNRECOVERY)
		engine->failed = true;
	if (engine->full || code == ENOSPC || code == EDQUOT) {
		engine->full = false;
		engine->message[0] = '\0';
		return error_errno(err, ENOSPC, "%s", what);
	}
	if (code == EINVAL || (code < 0 && code != DB_RUNRECOVERY && code != DB_BUFFER_SMALL))
		engine->damaged = true;
	if (code > 0 && code != EINVAL) {
		engine->message[0] = '\0';
		return error_errno(err, code, "%s", what);
	}
	error_set(err, ERR_CORRUPT, "%s: %s", what,
	          engine->message[0] ? engine->message : db_strerror(code));
	engine->message[0] = '\0';
	return ERR_CORRUPT;
}

bool engine_failed(const struct engine *engine)
{
	return !engine || engine->failed;
}

bool engine_damaged(const struct engine *engine)
{
	return engine && engine->damaged;
}

/* --- opening and closing --- */

static int set_key(DB_ENV *env, const uint8_t *key)
{
	char text[KEY_TEXT_BYTES];
	int code;
	hex_encode(text, key, CRYPTO_KEY_BYTES);
	code = env->set_encrypt(env, text, DB_ENCRYPT_AES);
	crypto_wipe(text, sizeof text);
	return code;
}

static int open_env(struct engine *engine, const struct engine_params *params)
{
	const uint32_t flags = DB_CREATE | DB_INIT_TXN | DB_INIT_LOG | DB_INIT_MPOOL | DB_PRIVATE |
	                       (params->catastrophic ? DB_RECOVER_FATAL : DB_RECOVER);
	DB_ENV *env;
	int code = db_env_create(&engine->env, 0);
	if (code) {
		engine->env = NULL;
		return code;
	}
	env = engine->env;
	env->app_private = engine;
	env->set_errcall(env, on_env_message);
	env->set_event_notify(env, on_event);
	code = env->set_cachesize(env, 0, params->cache_bytes, 1);
	code = code ? code : env->set_data_dir(env, "data");
	code = code ? code : env->set_lg_dir(env, "log");
	code = code ? code : env->set_lg_max(env, params->log_file_bytes);
	code = code ? code : env->set_lg_bsize(env, params->log_file_bytes >= LOG_LARGE_BYTES
	                                                    ? LOG_BUFFER_LARGE_BYTES
	                                                    : LOG_BUFFER_BYTES);
	code = code || !params->key ? code : set_key(env, params->key);
	return code ? code : env->open(env, params->home, flags, 0600);
}

static int open_tables(struct engine *engine, const struct engine_params *params)
{
	const uint32_t page_flags = DB_CHKSUM | (params->key ? DB_ENCRYPT : 0);
	DB_TXN *txn;
	int code = engine->env->txn_begin(engine->env, NULL, &txn, 0);
	if (code)
		return code;
	for (int i = 0; i < TABLE_N && !code; i++) {
		DB *db;
		code = db_create(&db, engine->env, 0);
		if (code)
			break;
		engine->tables[i] = db;
		code = db->set_pagesize(db, PAGE_BYTES);
		code = code ? code : db->set_flags(db, page_flags);
		code = code ? code
		            : db->open(db, txn, engine_table_name(i), NULL, DB_BTREE,
		                       params->create ? DB_CREATE : 0, 0600);
	}
	if (code) {
		txn->abort(txn);
		return code;
	}
	return txn->commit(txn, params->create ? DB_TXN_SYNC : DB_TXN_NOSYNC);
}

int engine_open(struct engine **out, const struct engine_params *params, struct error *err)
{
	struct engine *engine;
	int code, ret = home_refuse_config(params->home, err);
	*out = NULL;
	if (!ret && params->create)
		ret = home_make(params->home, err);
	if (ret)
		return ret;
	engine = calloc(1, sizeof *engine);
	if (!engine)
		return error_errno(err, ENOMEM, "%s", params->home);
	code = open_env(engine, params);
	code = code ? code : open_tables(engine, params);
	if (code) {
		struct error ignored;
		ret = engine_error(engine, code, _("the database cannot be opened"), err);
		if (ret == ERR_NOTFOUND)
			ret = error_set(err, ERR_CORRUPT, _("the database cannot be opened"));
		engine->failed = true;
		engine_close(engine, &ignored);
		return ret;
	}
	if (params->create && (ret = home_sync(params->home, err))) {
		struct error ignored;
		engine_close(engine, &ignored);
		return ret;
	}
	*out = engine;
	return 0;
}

int engine_close(struct engine *engine, struct error *err)
{
	int code, ret = 0;
	if (!engine)
		return 0;
	engine_abort(engine);
	if (engine->env && !engine->failed)
		ret = engine_checkpoint(engine, 0, err);
	for (int i = 0; i < TABLE_N; i++)
		if (engine->tables[i])
			engine->tables[i]->close(engine->tables[i], DB_NOSYNC);
	if (engine->env) {
		code = engine->env->close(engine->env, 0);
		if (code && !ret && !engine->failed)
			ret = engine_error(engine, code, _("the database cannot be closed"), err);
	}
	free(engine);
	return ret;
}

/* --- transactions --- */

int engine_begin(struct engine *engine, struct error *err)
{
	int code;
	if (!engine)
		return no_engine(err);
	if (engine->txn)
		return error_set(err, ERR_INVALID, "a transaction is open already");
	code = engine->env->txn_begin(engine->env, NULL, &engine->txn, 0);
	if (!code)
		return 0;
	engine->txn = NULL;
	return engine_error(engine, code, _("the database cannot be written"), err);
}

int engine_commit(struct engine *engine, bool durable, struct error *err)
{
	DB_TXN *txn;
	int code;
	if (!engine || !engine->txn)
		return no_engine(err);
	txn = engine->txn;
	engine->txn = NULL;
	code = txn->commit(txn, durable ? DB_TXN_SYNC : DB_TXN_NOSYNC);
	if (!code)
		return 0;
	engine->failed = true;
	return engine_error(engine, code, _("the database cannot be written"), err);
}

void engine_abort(struct engine *engine)
{
	if (!engine || !engine->txn)
		return;
	if (engine->txn->abort(engine->txn))
		engine->failed = true;
	engine->txn = NULL;
}

bool engine_in_txn(const struct engine *engine)
{
	return engine && engine->txn;
}

/* --- rows --- */

static int need_txn(const struct engine *engine, struct error *err)
{
	if (!engine)
		return no_engine(err);
	return engine->txn ? 0 : error_set(err, ERR_INVALID, "no transaction is open");
}

static DBT dbt_of(struct span span)
{
	DBT dbt;
	memset(&dbt, 0, sizeof dbt);
	dbt.data = (void *)(uintptr_t)span.data;
	dbt.size = (uint32_t)span.len_bytes;
	return dbt;
}

static int written(struct engine *engine, int code, struct error *err)
{
	return code ? engine_error(engine, code, _("the database cannot be written"), err) : 0;
}

int engine_put(struct engine *engine, enum engine_table table, struct span key, struct span value,
               struct error *err)
{
	DBT k = dbt_of(key), v = dbt_of(value);
	int ret = need_txn(engine, err);
	DB *db = ret ? NULL : engine->tables[table];
	return ret ? ret : written(engine, db->put(db, engine->txn, &k, &v, 0), err);
}

static bool bulk_add(void **at, DBT *bulk, const struct engine_row *row)
{
	DB_MULTIPLE_KEY_WRITE_NEXT(*at, bulk, row->key.data, row->key.len_bytes, row->value.data,
	                           row->value.len_bytes);
	return *at != NULL;
}

/* As many rows as the buffer takes, at least one. */
static int put_some(struct engine *engine, enum engine_table table, DBT *bulk,
                    const struct engine_row *rows, size_t n, size_t *n_put, struct error *err)
{
	DB *db = engine->tables[table];
	DBT none;
	void *at;
	size_t i = 0;
	DB_MULTIPLE_WRITE_INIT(at, bulk);
	while (i < n && bulk_add(&at, bulk, &rows[i]))
		i++;
	*n_put = i ? i : 1;
	if (i < 2)
		return engine_put(engine, table, rows[0].key, rows[0].value, err);
	memset(&none, 0, sizeof none);
	return written(engine, db->put(db, engine->txn, bulk, &none, DB_MULTIPLE_KEY), err);
}

int engine_put_rows(struct engine *engine, enum engine_table table, const struct engine_row *rows, size_t n,
                    struct error *err)
{
	DBT bulk;
	int ret = need_txn(engine, err);
	memset(&bulk, 0, sizeof bulk);
	bulk.ulen = BULK_BYTES;
	bulk.flags = DB_DBT_USERMEM;
	bulk.data = ret ? NULL : malloc(BULK_BYTES);
	if (!ret && !bulk.data)
		return error_errno(err, ENOMEM, "%s", engine_table_name(table));
	for (size_t done = 0, n_put; !ret && done < n; done += n_put)
		ret = put_some(engine, table, &bulk, rows + done, n - done, &n_put, err);
	free(bulk.data);
	return ret;
}

int engine_del(struct engine *engine, enum engine_table table, struct span key, struct error *err)
{
	DBT k = dbt_of(key);
	int ret = need_txn(engine, err);
	DB *db = ret ? NULL : engine->tables[table];
	return ret ? ret : written(engine, db->del(db, engine->txn, &k, 0), err);
}

int engine_get(struct engine *engine, enum engine_table table, struct span key, struct span *value,
               struct error *err)
{
	DBT k = dbt_of(key), v;
	DB *db;
	int code;
	if (!engine)
		return no_engine(err);
	db = engine->tables[table];
	memset(&v, 0, sizeof v);
	if (!value)
		v.flags = DB_DBT_PARTIAL | DB_DBT_USERMEM;
	code = db->get(db, NULL, &k, &v, 0);
	if (code)
		return engine_error(engine, code, _("the database cannot be read"), err);
	if (value)
		*value = span_of(v.data, v.size);
	return 0;
}

int engine_clear(struct engine *engine, enum engine_table table, struct error *err)
{
	u_int32_t count;
	int ret = need_txn(engine, err);
	DB *db = ret ? NULL : engine->tables[table];
	return ret ? ret : written(engine, db->truncate(db, engine->txn, &count, 0), err);
}

/* --- cursors --- */

int engine_cursor_open(struct engine_cursor **out, struct engine *engine, enum engine_table table,
                       enum engine_read read, struct error *err)
{
	struct engine_cursor *cursor;
	int code;
	*out = NULL;
	if (!engine)
		return no_engine(err);
	cursor = calloc(1, sizeof *cursor);
	if (!cursor)
		return error_errno(err, ENOMEM, "%s", engine_table_name(table));
	cursor->engine = engine;
	cursor->read = read;
	if (read == ENGINE_BULK) {
		cursor->bulk_bytes = BULK_BYTES;
		cursor->bulk = malloc(BULK_BYTES);
		if (!cursor->bulk) {
			free(cursor);
			return error_errno(err, ENOMEM, "%s", engine_table_name(table));
		}
	}
	/* Without locks a cursor outside the transaction reads the same pages, and may outlive it. */
	code = engine->tables[table]->cursor(engine->tables[table], NULL, &cursor->dbc, 0);
	if (code) {
		free(cursor->bulk);
		free(cursor);
		return engine_error(engine, code, _("the database cannot be read"), err);
	}
	*out = cursor;
	return 0;
}

void engine_cursor_close(struct engine_cursor *cursor)
{
	if (!cursor)
		return;
	cursor->dbc->close(cursor->dbc);
	free(cursor->bulk);
	free(cursor);
}

static int bulk_grow(struct engine_cursor *cursor, uint32_t n_bytes, struct error *err)
{
	uint32_t wanted = (n_bytes + BULK_BYTES) / 1024 * 1024;
	uint8_t *bulk = realloc(cursor->bulk, wanted);
	if (!bulk)
		return error_errno(err, ENOMEM, "%s", _("the database cannot be read"));
	cursor->bulk = bulk;
	cursor->bulk_bytes = wanted;
	return 0;
}

static int bulk_fill(struct engine_cursor *cursor, struct span from, uint32_t how, struct error *err)
{
	for (;;) {
		DBT k = dbt_of(from);
		DBT *v = &cursor->bulk_dbt;
		int code, ret;
		memset(v, 0, sizeof *v);
		v->data = cursor->bulk;
		v->ulen = cursor->bulk_bytes;
		v->flags = DB_DBT_USERMEM;
		code = cursor->dbc->get(cursor->dbc, &k, v, how | DB_MULTIPLE_KEY);
		cursor->bulk_at = NULL;
		if (!code) {
			DB_MULTIPLE_INIT(cursor->bulk_at, v);
			return 0;
		}
		if (code != DB_BUFFER_SMALL)
			return engine_error(cursor->engine, code, _("the database cannot be read"), err);
		ret = bulk_grow(cursor, v->size, err);
		if (ret)
			return ret;
	}
}

static bool bulk_take(struct engine_cursor *cursor, struct span *out_key, struct span *out_value)
{
	uint8_t *key = NULL, *value = NULL;
	size_t key_bytes = 0, value_bytes = 0;
	if (cursor->bulk_at)
		DB_MULTIPLE_KEY_NEXT(cursor->bulk_at, &cursor->bulk_dbt, key, key_bytes, value,
		                     value_bytes);
	if (!key)
		return false;
	*out_key = span_of(key, key_bytes);
	if (out_value)
		*out_value = span_of(value, value_bytes);
	return true;
}

static int cursor_get(struct engine_cursor *cursor, struct span from, uint32_t how,
                      struct span *out_key, struct span *out_value, struct error *err)
{
	DBT k = dbt_of(from), v;
	int code;
	if (cursor->read == ENGINE_BULK) {
		while (how != DB_NEXT || !bulk_take(cursor, out_key, out_value)) {
			int ret = bulk_fill(cursor, from, how, err);
			if (ret)
				return ret;
			how = DB_NEXT;
		}
		return 0;
	}
	memset(&v, 0, sizeof v);
	if (cursor->read == ENGINE_KEYS)
		v.flags = DB_DBT_PARTIAL | DB_DBT_USERMEM;
	code = cursor->dbc->get(cursor->dbc, &k, &v, how);
	if (code)
		return engine_error(cursor->engine, code, _("the database cannot be read"), err);
	*out_key = span_of(k.data, k.size);
	if (out_value)
		*out_value = span_of(v.data, v.size);
	return 0;
}

int engine_seek(struct engine_cursor *cursor, struct span key, struct span *out_key,
                struct span *out_value, struct error *err)
{
	return cursor_get(cursor, key, key.len_bytes ? DB_SET_RANGE : DB_FIRST, out_key, out_value,
	                  err);
}

int engine_next(struct engine_cursor *cursor, struct span *out_key, struct span *out_value,
                struct error *err)
{
	return cursor_get(cursor, span_of(NULL, 0), DB_NEXT, out_key, out_value, err);
}

int engine_prev(struct engine_cursor *cursor, struct span *out_key, struct span *out_value,
                struct error *err)
{
	return cursor_get(cursor, span_of(NULL, 0), DB_PREV, out_key, out_value, err);
}

int engine_last(struct engine_cursor *cursor, struct span *out_key, struct span *out_value,
                struct error *err)
{
	return cursor_get(cursor, span_of(NULL, 0), DB_LAST, out_key, out_value, err);
}

/* --- the whole environment --- */

int engine_checkpoint(struct engine *engine, uint32_t min_log_bytes, struct error *err)
{
	int code;
	if (!engine)
		return no_engine(err);
	code = engine->env->txn_checkpoint(engine->env, min_log_bytes / 1024, 0, 0);
	return code ? engine_error(engine, code, _("the database cannot be written"), err) : 0;
}

int engine_finished_logs(struct engine *engine,
                         int (*each)(void *arg, const char *path, struct error *err), void *arg,
                         struct error *err)
{
	char **paths = NULL;
	int ret = 0, code;
	if (!engine)
		return no_engine(err);
	code = engine->env->log_archive(engine->env, &paths, DB_ARCH_ABS);
	if (code)
		return engine_error(engine, code, _("the database's log cannot be read"), err);
	for (char **path = paths; path && *path && !ret; path++)
		ret = each(arg, *path, err);
	free(paths);
	return ret;
}

int engine_backup(struct engine *engine, const char *target, struct error *err)
{
	int code, ret = engine ? home_make(target, err) : no_engine(err);
	if (ret)
		return ret;
	code = engine->env->backup(engine->env, target, DB_CREATE);
	if (code)
		return engine_error(engine, code, _("the database cannot be copied"), err);
	return home_sync(target, err);
}

static void on_db_message(const DB_ENV *env, const char *prefix, const char *message)
{
	(void)env;
	(void)prefix;
	(void)message;
}

static int verify_file(const char *path, const uint8_t *key)
{
	DB *db;
	int code = db_create(&db, NULL, 0);
	if (code)
		return code;
	db->set_errcall(db, on_db_message);
	code = db->set_cachesize(db, 0, VERIFY_CACHE_BYTES, 1);
	if (!code && key) {
		char text[KEY_TEXT_BYTES];
		hex_encode(text, key, CRYPTO_KEY_BYTES);
		code = db->set_encrypt(db, text, DB_ENCRYPT_AES);
		crypto_wipe(text, sizeof text);
	}
	if (code) {
		db->close(db, DB_NOSYNC);
		return code;
	}
	return db->verify(db, path, NULL, NULL, 0); /* also closes db */
}

int engine_verify(const char *home, const uint8_t *key, void (*report)(void *arg, const char *line),
                  void *arg, struct error *err)
{
	int n_bad = 0;
	for (int i = 0; i < TABLE_N; i++) {
		char path[4096], line[300];
		int code;
		if (snprintf(path, sizeof path, "%s/data/%s", home, engine_table_name(i)) >= (int)sizeof path)
			return error_set(err, ERR_LIMIT, _("%s: path too long"), home);
		code = verify_file(path, key);
		if (code == ENOMEM)
			return error_errno(err, code, "%s", engine_table_name(i));
		if (!code)
			continue;
		n_bad++;
		snprintf(line, sizeof line, "%s: %s", engine_table_name(i), db_strerror(code));
		if (report)
			report(arg, line);
	}
	if (n_bad)
		return error_set(err, ERR_CORRUPT, _("%d database files are damaged"), n_bad);
	return 0;
}

static int position_of(DB_ENV *env, struct engine_position *out)
{
	DB_LOG_STAT *log = NULL;
	int code = env->log_stat(env, &log, 0);
	if (code)
		return code;
	out->file = log->st_cur_file;
	out->offset = log->st_cur_offset;
	free(log);
	return 0;
}

int engine_log_position(struct engine *engine, struct engine_position *out, struct error *err)
{
	/* What opening the tables logs stays in the buffer: the position must not promise more than the disk has. */
	int code = engine ? engine->env->log_flush(engine->env, NULL) : EINVAL;
	code = code ? code : position_of(engine->env, out);
	return code ? engine_error(engine, code, _("the database's log cannot be read"), err) : 0;
}

/* Open an environment of some subsystems only, without recovery, in an empty *engine; close engine->env. */
static int open_part(struct engine *engine, const char *home, const uint8_t *key, uint32_t flags)
{
	DB_ENV *env;
	int code = db_env_create(&env, 0);
	if (code)
		return code;
	*engine = (struct engine){ .env = env };
	env->app_private = engine;
	env->set_errcall(env, on_env_message);
	code = env->set_data_dir(env, "data");
	code = code ? code : env->set_lg_dir(env, "log");
	code = code || !key ? code : set_key(env, key);
	return code ? code : env->open(env, home, DB_CREATE | DB_PRIVATE | flags, 0600);
}

/* With nothing but the log subsystem Berkeley DB reads to the log's end and writes nothing. */
int engine_log_peek(const char *home, const uint8_t *key, struct engine_position *out,
                    struct error *err)
{
	struct engine engine = { .env = NULL };
	int code = open_part(&engine, home, key, DB_INIT_LOG);
	code = code ? code : position_of(engine.env, out);
	if (engine.env)
		engine.env->close(engine.env, 0);
	return code ? engine_error(&engine, code, _("the database's log cannot be read"), err) : 0;
}

int engine_forget_log(const char *home, const uint8_t *key, struct error *err)
{
	struct engine engine = { .env = NULL };
	int code = open_part(&engine, home, key, DB_INIT_MPOOL);
	for (int i = 0; i < TABLE_N && !code; i++)
		code = engine.env->lsn_reset(engine.env, engine_table_name(i), key ? DB_ENCRYPT : 0);
	if (engine.env && engine.env->close(engine.env, 0) && !code)
		code = EIO;
	return code ? engine_error(&engine, code, _("the database cannot be repaired"), err) : 0;
}

void engine_figures_get(struct engine *engine, struct engine_figures *out)
{
	DB_LOG_STAT *log = NULL;
	DB_MPOOL_STAT *pool = NULL;
	memset(out, 0, sizeof *out);
	if (!engine)
		return;
	if (!engine->env->log_stat(engine->env, &log, 0)) {
		out->log_bytes = (uint64_t)log->st_w_mbytes << 20 | log->st_w_bytes;
		out->log_syncs = log->st_scount;
	}
	if (!engine->env->memp_stat(engine->env, &pool, NULL, 0)) {
		out->cache_hits = pool->st_cache_hit;
		out->cache_misses = pool->st_cache_miss;
	}
	free(log);
	free(pool);
}
