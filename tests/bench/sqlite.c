/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The yardstick: the same rows and indexes as one saved visit writes in our store, in SQLite with WAL and
 * synchronous=FULL. Linked with SQLCipher it is the encrypted yardstick (raw key, so no key derivation is measured).
 * Usage: sqlite FILE RESIDENTS VISITS SAVES BULK; prints figures with the prefix BENCH_NAME.
 *        sqlite FILE merge ENTRIES RESIDENTS; a township taking over entries: entry, state, the progress of the
 *        bundle, 1,000 a durable transaction. Nothing is decoded or checked, which ours does in the same time.
 */
#include "config.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/bench.h"

#ifndef BENCH_NAME
#define BENCH_NAME "sqlite"
#endif

static sqlite3 *db;
static sqlite3_stmt *put_entry, *put_record, *put_date, *del_duty, *put_duty, *put_fact, *put_meta;
static unsigned seed = 1;

static void check(int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		bench_die(BENCH_NAME, sqlite3_errmsg(db));
}

static void run(const char *sql)
{
	check(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *statement;

	check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	return statement;
}

static void open_file(const char *path)
{
	check(sqlite3_open(path, &db));
#ifdef SQLITE_HAS_CODEC
	run("PRAGMA key = \"x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'\"");
	run("PRAGMA cipher_page_size = 4096");
#endif
	run("PRAGMA page_size = 4096");
	run("PRAGMA journal_mode = WAL");
	run("PRAGMA synchronous = FULL");
	run("PRAGMA cache_size = -8192");
	run("CREATE TABLE entry (device INTEGER, seq INTEGER, canonical BLOB, PRIMARY KEY (device, seq)) WITHOUT ROWID;"
	    "CREATE TABLE record (subject INTEGER, date INTEGER, id INTEGER, state BLOB,"
	    " PRIMARY KEY (subject, date, id)) WITHOUT ROWID;"
	    "CREATE TABLE by_date (form INTEGER, date INTEGER, id INTEGER, subject INTEGER,"
	    " PRIMARY KEY (form, date, id)) WITHOUT ROWID;"
	    "CREATE TABLE duty (resident INTEGER, rule INTEGER, due INTEGER, row BLOB,"
	    " PRIMARY KEY (resident, rule)) WITHOUT ROWID;"
	    "CREATE INDEX duty_due ON duty (due, resident);"
	    "CREATE TABLE fact (resident INTEGER PRIMARY KEY, row BLOB);"
	    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID");
	put_entry = prepare("INSERT INTO entry VALUES (1, ?1, ?2)");
	put_record = prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4)");
	put_date = prepare("INSERT INTO by_date VALUES (1, ?2, ?3, ?1)");
	del_duty = prepare("DELETE FROM duty WHERE resident = ?1");
	put_duty = prepare("INSERT INTO duty VALUES (?1, 1, ?2, ?3)");
	put_fact = prepare("INSERT OR REPLACE INTO fact VALUES (?1, ?2)");
	put_meta = prepare("INSERT OR REPLACE INTO meta VALUES ('clock', ?1)");
}

static void step(sqlite3_stmt *statement)
{
	check(sqlite3_step(statement));
	check(sqlite3_reset(statement));
}

/* One visit: entry, record, index, duty anew with its index, fact, the store's clock. */
static void save(int64_t seq, int64_t resident, int64_t day)
{
	static unsigned char bytes[BENCH_STATE_BYTES];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)bench_random(&seed);
	sqlite3_bind_int64(put_entry, 1, seq);
	sqlite3_bind_blob(put_entry, 2, bytes, BENCH_ENTRY_BYTES, SQLITE_STATIC);
	step(put_entry);
	sqlite3_bind_int64(put_record, 1, resident);
	sqlite3_bind_int64(put_record, 2, day);
	sqlite3_bind_int64(put_record, 3, seq);
	sqlite3_bind_blob(put_record, 4, bytes, BENCH_STATE_BYTES, SQLITE_STATIC);
	step(put_record);
	sqlite3_bind_int64(put_date, 1, resident);
	sqlite3_bind_int64(put_date, 2, day);
	sqlite3_bind_int64(put_date, 3, seq);
	step(put_date);
	sqlite3_bind_int64(del_duty, 1, resident);
	step(del_duty);
	sqlite3_bind_int64(put_duty, 1, resident);
	sqlite3_bind_int64(put_duty, 2, day + 90);
	sqlite3_bind_blob(put_duty, 3, bytes, BENCH_ROW_BYTES, SQLITE_STATIC);
	step(put_duty);
	sqlite3_bind_int64(put_fact, 1, resident);
	sqlite3_bind_blob(put_fact, 2, bytes, BENCH_ROW_BYTES, SQLITE_STATIC);
	step(put_fact);
	sqlite3_bind_int64(put_meta, 1, seq);
	step(put_meta);
}

enum { MERGED_ENTRY_BYTES = 400, MERGED_STATE_BYTES = 230, MERGED_AT_ONCE = 1000 };

static void bench_merge(long entries, long residents)
{
	static unsigned char bytes[MERGED_ENTRY_BYTES];
	sqlite3_stmt *put = prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4)");
	double start;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)bench_random(&seed);
	start = bench_now();
	run("BEGIN");
	for (int64_t seq = 1; seq <= entries; seq++) {
		sqlite3_bind_int64(put_entry, 1, seq);
		sqlite3_bind_blob(put_entry, 2, bytes, MERGED_ENTRY_BYTES, SQLITE_STATIC);
		step(put_entry);
		sqlite3_bind_int64(put, 1, bench_random(&seed) % residents);
		sqlite3_bind_int64(put, 2, 20000 + seq / 200);
		sqlite3_bind_int64(put, 3, seq);
		sqlite3_bind_blob(put, 4, bytes, MERGED_STATE_BYTES, SQLITE_STATIC);
		step(put);
		if (seq % MERGED_AT_ONCE && seq != entries)
			continue;
		sqlite3_bind_int64(put_meta, 1, seq);
		step(put_meta);
		run(seq == entries ? "COMMIT" : "COMMIT; BEGIN");
	}
	run("PRAGMA wal_checkpoint(TRUNCATE)");
	bench_figure(BENCH_NAME ".merge", (double)entries / (bench_now() - start), "entries/s");
}

int main(int argc, char **argv)
{
	long residents, visits, saves, bulk;
	int64_t seq = 0;
	double *times, start;

	if (argc == 5 && !strcmp(argv[2], "merge")) {
		open_file(argv[1]);
		bench_merge(atol(argv[3]), atol(argv[4]));
		sqlite3_close(db);
		return 0;
	}
	if (argc != 6)
		bench_die("usage", "FILE RESIDENTS VISITS SAVES BULK");
	residents = atol(argv[2]);
	visits = atol(argv[3]);
	saves = atol(argv[4]);
	bulk = atol(argv[5]);
	open_file(argv[1]);

	run("BEGIN");
	for (long i = 0; i < visits; i++) {
		save(++seq, i % residents, 20000 + i / residents * 30);
		if (i % 1000 == 999)
			run("COMMIT; BEGIN");
	}
	run("COMMIT");
	run("PRAGMA wal_checkpoint(TRUNCATE)");

	times = calloc((size_t)saves, sizeof *times);
	if (!times)
		bench_die("memory", "not enough");
	for (long i = 0; i < saves; i++) {
		start = bench_now();
		run("BEGIN IMMEDIATE");
		save(++seq, bench_random(&seed) % residents, 21000);
		run("COMMIT");
		times[i] = bench_now() - start;
	}
	bench_figure(BENCH_NAME ".save.median", bench_quantile(times, (size_t)saves, 0.5) * 1e3, "ms");
	bench_figure(BENCH_NAME ".save.p95", bench_quantile(times, (size_t)saves, 0.95) * 1e3, "ms");
	free(times);

	start = bench_now();
	run("BEGIN");
	for (long i = 0; i < bulk; i++)
		save(++seq, bench_random(&seed) % residents, 21001 + i / residents);
	run("COMMIT");
	bench_figure(BENCH_NAME ".bulk", (double)bulk / (bench_now() - start), "visits/s");
	sqlite3_close(db);
	return 0;
}
