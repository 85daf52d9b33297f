/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * care STORE OPERATOR PASSWORD-FILE: derive everything anew, compute all indicators of everybody, then the
 * board again after one more save. tests/care/population makes the store.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "care/care.h"
#include "lib/file.h"
#include "tests/bench/bench.h"

static struct form_set *forms;
static struct store *store;

static void check(int code, const char *what, const struct error *err)
{
	if (code)
		bench_die(what, err->text);
}

static void open_store(const char *dir, const char *operator_name, const char *password_file)
{
	char password[256] = "";
	struct session session;
	struct error err = { 0 };
	FILE *file = fopen(password_file, "r");
	if (!file || !fgets(password, sizeof password, file))
		bench_die("password", password_file);
	fclose(file);
	password[strcspn(password, "\n")] = '\0';
	check(form_set_load(&forms, bench_data(), NULL, NULL, &err), "forms", &err);
	check(account_unlock(dir, operator_name, password, &session, &err), "unlock", &err);
	check(store_open(&store, dir, &session, forms, STORE_WAIT, &err), "open", &err);
	check(care_register(store, NULL, &err), "care", &err);
	session_end(&session);
}

static bool take_first(void *arg, const struct record *record, struct arena *arena)
{
	(void)arena;
	*(rid_t *)arg = record->id;
	return false;
}

static void save_visit(rid_t resident)
{
	const struct form *form = form_set_find(forms, "hypertension_visit");
	static const char *const pairs[][2] = { { "visit_date", "2026-11-20" }, { "mode", "1" }, { "sbp", "128" },
		                                { "dbp", "80" }, { "outcome", "1" }, { "class", "1" } };
	struct change_field fields[6];
	struct error err = { 0 };
	for (size_t i = 0; i < 6; i++)
		fields[i] = (struct change_field){ .tag = form_tag(form, pairs[i][0]), .kind = ENTRY_TEXT,
			                           .value = span_of(pairs[i][1], strlen(pairs[i][1])) };
	const struct change change = { 0, "hypertension_visit", resident, fields, 6 };
	check(store_save(store, &change, 1, NULL, &err), "save", &err);
}

/* One more save, and the board as it stands then. */
static void measure_one_more(struct care_board *board)
{
	const struct indicator_table *table;
	struct error err = { 0 };
	rid_t resident = 0;
	check(store_each_master(store, "resident", take_first, &resident, &err), "resident", &err);
	save_visit(resident);
	double start = bench_now();
	check(care_board_update(board, resident, &err), "update", &err);
	check(care_board_table(board, &table, &err), "table", &err);
	bench_figure("care.one-more", (bench_now() - start) * 1e3, "ms");
}

static void measure(void)
{
	struct indicator_question question = { .by = GROUP_VILLAGE };
	const struct indicator_table *table;
	struct care_board *board;
	struct store_info info;
	struct error err = { 0 };
	struct rusage usage;
	check(store_info_get(store, &info, &err), "info", &err);
	bench_figure("care.records", (double)info.n_records, "");
	double start = bench_now(), cpu = bench_cpu();
	check(store_derive_all(store, NULL, &err), "derive", &err);
	double derived = bench_now();
	bench_figure("care.derive", derived - start, "s");
	bench_figure("care.derive.cpu", bench_cpu() - cpu, "s");
	check(care_period_parse(&question.period, "2026", date_today(), &err), "period", &err);
	check(care_board_new(&board, store, &question, NULL, &err), "board", &err);
	check(care_board_table(board, &table, &err), "table", &err);
	bench_figure("care.indicators", bench_now() - derived, "s");
	bench_figure("care.both", bench_now() - start, "s");
	bench_figure("care.both.cpu", bench_cpu() - cpu, "s");
	measure_one_more(board);
	care_board_free(board);
	getrusage(RUSAGE_SELF, &usage);
	bench_figure("care.memory", (double)usage.ru_maxrss / 1024, "MB");
}

int main(int argc, char **argv)
{
	struct error err = { 0 };
	if (argc != 4)
		bench_die("usage", "care STORE OPERATOR PASSWORD-FILE");
	check(crypto_init(&err), "crypto", &err);
	open_store(argv[1], argv[2], argv[3]);
	measure();
	store_close(store);
	form_set_free(forms);
	return 0;
}
