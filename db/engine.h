/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The storage engine: ordered tables of bytes with transactions. Only engine.c knows Berkeley DB.
 *
 * One environment has one owner, one thread and at most one open transaction. Reads see the open transaction's
 * own writes. Errors: ERR_NOTFOUND leaves err alone; ERR_NOSPACE, ERR_NOMEM, ERR_IO; ERR_CORRUPT when
 * a page or file is damaged. After any error but ERR_NOTFOUND the caller aborts its transaction; after a
 * failed commit, or when engine_failed(), it closes the engine and opens it anew (store_recover()).
 */
#ifndef DB_ENGINE_H
#define DB_ENGINE_H

#include <stdbool.h>
#include "lib/buf.h"
#include "lib/crypto.h"
#include "lib/error.h"

/* X(NAME, file and purpose). Keys are big-endian, so that they sort. */
#define ENGINE_TABLE_LIST(X)                                                                       \
	X(ENTRY, "entry")            /* rid 8 -> local header, canonical bytes */                  \
	X(REC, "rec")                /* subject rid 8 | inverted date 4 | rid 8 -> state */        \
	X(WAIT, "wait")              /* missing or held rid 8 | rid 8 that waits for it -> empty */ \
	X(HIST, "hist")              /* record rid 8 | entry rid 8 -> empty */                     \
	X(IX_NAME, "ix_name")        /* kind 1, name or pinyin | resident rid 8 -> empty */        \
	X(IX_ID, "ix_id")            /* keyed hash | resident rid 8 -> empty */                    \
	X(IX_PHONE, "ix_phone")      /* kind 1, digits or reversed | resident rid 8 -> empty */    \
	X(IX_HOUSE, "ix_house")      /* kind 1, household digest or number | rid 8 -> empty */     \
	X(IX_FORM, "ix_form")        /* form number 2 | record rid 8 -> empty */                   \
	X(DERIVED, "derived")        /* deriver number 1 | key | subject rid 8 -> value; see derive_int.h */ \
	X(DERIVED_BY, "derived_by")  /* subject rid 8 -> deriver numbers and keys of its rows */   \
	X(CONFLICT, "conflict")      /* record rid 8 -> empty */                                   \
	X(HELD, "held")              /* entry rid 8 -> waiting or quarantined, reason */           \
	X(CHAIN, "chain")            /* device number 2 -> what is held; | seq 8 -> some chain heads */ \
	X(KV, "kv")                  /* name -> value of the rooms above */                        \
	X(META, "meta")              /* name -> the store's own values */
#define ENGINE_TABLE_ENUM(name, file) TABLE_##name,
enum engine_table { ENGINE_TABLE_LIST(ENGINE_TABLE_ENUM) TABLE_N };
#undef ENGINE_TABLE_ENUM

struct engine;

struct engine_params {
	const char *home;      /* absolute; holds data/ and log/ */
	const uint8_t *key;    /* CRYPTO_KEY_BYTES, or NULL: not encrypted */
	uint32_t cache_bytes, log_file_bytes;
	bool create;           /* make what is missing */
	bool catastrophic;     /* replay all logs that are there, for copies */
};

/* Open with recovery. ERR_INVALID when a DB_CONFIG lies in home. */
int engine_open(struct engine **out, const struct engine_params *params, struct error *err);
/* Close with a checkpoint unless the engine failed; NULL is fine. Aborts an open transaction. */
int engine_close(struct engine *engine, struct error *err);
bool engine_failed(const struct engine *engine);  /* must be closed and opened anew */
bool engine_damaged(const struct engine *engine); /* a page did not match its checksum */

int engine_begin(struct engine *engine, struct error *err);
/* durable: on the disk at return. Otherwise with the next durable commit or engine_checkpoint().
 * A failure has an unknown outcome. All cursors must be closed. */
int engine_commit(struct engine *engine, bool durable, struct error *err);
void engine_abort(struct engine *engine);
bool engine_in_txn(const struct engine *engine);

int engine_put(struct engine *engine, enum engine_table table, struct span key, struct span value,
               struct error *err);
struct engine_row {
	struct span key, value;
};
/* Put n rows, best in the order of their keys; faster than one at a time. */
int engine_put_rows(struct engine *engine, enum engine_table table, const struct engine_row *rows, size_t n,
                    struct error *err);
int engine_del(struct engine *engine, enum engine_table table, struct span key, struct error *err);
/* The value lives until the next call on this table; NULL value: only whether it is there. */
int engine_get(struct engine *engine, enum engine_table table, struct span key, struct span *value,
               struct error *err);
/* Empty a table (in the open transaction). */
int engine_clear(struct engine *engine, enum engine_table table, struct error *err);

enum engine_read {
	ENGINE_ROWS,      /* keys and values */
	ENGINE_KEYS,      /* values stay empty and unread */
	ENGINE_BULK       /* many rows at once, for full scans: no writes to the table and no engine_prev() */
};
struct engine_cursor;
/* engine_seek() goes to the first row with row key >= key (empty key: the first row), engine_last() to the last one,
 * engine_next() and engine_prev() to the neighbours. Key and value live until the cursor's next call.
 * ERR_NOTFOUND: no more rows. Writing the table in between is allowed, but for ENGINE_BULK. */
int engine_cursor_open(struct engine_cursor **out, struct engine *engine, enum engine_table table,
                       enum engine_read read, struct error *err);
int engine_seek(struct engine_cursor *cursor, struct span key, struct span *out_key,
                struct span *out_value, struct error *err);
int engine_next(struct engine_cursor *cursor, struct span *out_key, struct span *out_value,
                struct error *err);
int engine_prev(struct engine_cursor *cursor, struct span *out_key, struct span *out_value,
                struct error *err);
int engine_last(struct engine_cursor *cursor, struct span *out_key, struct span *out_value,
                struct error *err);
void engine_cursor_close(struct engine_cursor *cursor); /* NULL is fine */

/* Write all changed pages if min_log_bytes of log came since the last checkpoint (0: if anything did). */
int engine_checkpoint(struct engine *engine, uint32_t min_log_bytes, struct error *err);
/* Log files that recovery no longer needs, oldest first: each() gets absolute paths. */
int engine_finished_logs(struct engine *engine, int (*each)(void *arg, const char *path, struct error *err),
                         void *arg, struct error *err);
/* A copy of the live environment in the new folder target: open it with catastrophic before use. */
int engine_backup(struct engine *engine, const char *target, struct error *err);
/* Berkeley DB's own verification of every table file below home/data; no engine may be open there.
 * report (may be NULL) gets a line for each damaged file. ERR_CORRUPT. */
int engine_verify(const char *home, const uint8_t *key, void (*report)(void *arg, const char *line),
                  void *arg, struct error *err);

/* The end of the log. Before opening, engine_log_peek() finds it without writing anything: what lies behind damage
 * counts as not there. file 0: no log. */
struct engine_position { uint32_t file, offset; };
int engine_log_position(struct engine *engine, struct engine_position *out, struct error *err);
int engine_log_peek(const char *home, const uint8_t *key, struct engine_position *out,
                    struct error *err);
int engine_position_compare(struct engine_position a, struct engine_position b);
/* Make table files usable without the log that they were written with (copies only). */
int engine_forget_log(const char *home, const uint8_t *key, struct error *err);

struct engine_figures { uint64_t log_bytes, log_syncs, cache_hits, cache_misses; };
void engine_figures_get(struct engine *engine, struct engine_figures *out);
const char *engine_table_name(enum engine_table table);

#endif
