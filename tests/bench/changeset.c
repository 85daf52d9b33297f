/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The yardstick of bundles: the visits of FILE.tsv as an SQLite session changeset, compressed by zlib at its best.
 * Numbers are stored as numbers, empty cells as NULL, the key is a small integer. Usage: changeset FILE.tsv; prints bytes.
 */
#include "config.h"

#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>
#include <zlib.h>

#include "tests/bench/bench.h"

enum { COLUMNS_MOST = 64, LINE_BYTES = 8192 };

static sqlite3 *db;

static void check(int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		bench_die("sqlite", sqlite3_errmsg(db));
}

static void bind(sqlite3_stmt *statement, int at, const char *text)
{
	char *end;
	long long whole = strtoll(text, &end, 10);
	if (!*text)
		sqlite3_bind_null(statement, at);
	else if (!*end)
		sqlite3_bind_int64(statement, at, whole);
	else if (strtod(text, &end), !*end)
		sqlite3_bind_double(statement, at, strtod(text, NULL));
	else
		sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

/* Cells of a line, cut at its tabs. */
static int cut(char *line, char *cells[COLUMNS_MOST])
{
	int n = 0;
	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at && n < COLUMNS_MOST; n++) {
		char *tab = strchr(at, '\t');
		if (tab)
			*tab++ = '\0';
		cells[n] = at;
		at = tab;
	}
	return n;
}

static sqlite3_stmt *make_table(int n)
{
	char create[2048] = "CREATE TABLE visit (id INTEGER PRIMARY KEY", insert[1024] = "INSERT INTO visit VALUES (?";
	sqlite3_stmt *statement;
	for (int i = 0; i < n; i++) {
		snprintf(create + strlen(create), sizeof create - strlen(create), ", c%d", i);
		strcat(insert, ",?");
	}
	strcat(create, ")");
	strcat(insert, ")");
	check(sqlite3_exec(db, create, NULL, NULL, NULL));
	check(sqlite3_prepare_v2(db, insert, -1, &statement, NULL));
	return statement;
}

int main(int argc, char **argv)
{
	static char line[LINE_BYTES];
	char *cells[COLUMNS_MOST];
	sqlite3_session *session = NULL;
	sqlite3_stmt *insert = NULL;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	void *changes;
	int n_bytes;

	if (!file)
		bench_die("usage", "changeset FILE.tsv");
	check(sqlite3_open(":memory:", &db));
	for (long long row = 1; fgets(line, sizeof line, file); row++) {
		int n = cut(line, cells);
		if (!insert) {
			insert = make_table(n);
			check(sqlite3session_create(db, "main", &session));
			check(sqlite3session_attach(session, "visit"));
			check(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
		}
		sqlite3_bind_int64(insert, 1, row);
		for (int i = 0; i < n; i++)
			bind(insert, i + 2, cells[i]);
		check(sqlite3_step(insert));
		check(sqlite3_reset(insert));
	}
	check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	check(sqlite3session_changeset(session, &n_bytes, &changes));
	uLongf stored = compressBound((uLong)n_bytes);
	Bytef *out = malloc(stored);
	if (!out || compress2(out, &stored, changes, (uLong)n_bytes, 9) != Z_OK)
		bench_die("zlib", "failed");
	printf("%lu\n", stored);
	return 0;
}
