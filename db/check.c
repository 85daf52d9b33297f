/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_check(): everything that follows from the entries is computed again and compared. */
#include "config.h"
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include "db/batch.h"
#include "db/body.h"
#include "db/derived.h"
#include "db/index.h"
#include "db/ladder.h"
#include "db/maintain.h"
#include "db/recompute.h"
#include "db/records.h"
#include "db/state.h"
#include "lib/file.h"
#include "lib/i18n.h"

struct check {
	struct store *store;
	void (*report)(void *arg, const char *line);
	void *arg;
	struct check_result *out;
	struct progress *progress;
	uint64_t found[TABLE_N]; /* rows that belong into each table */
	struct store_mark mark;  /* counted anew */
	uint64_t done;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static void problem(struct check *check, rid_t rid, const char *text)
{
	char version_text[VERSION_TEXT_BYTES] = "", line[256];
	struct version version;
	struct error ignored;

	check->out->problems++;
	if (!check->report)
		return;
	if (rid && !row_version(check->store, rid, &version, &ignored))
		version_format(&version, version_text);
	snprintf(line, sizeof(line), "%s%s%s", text, version_text[0] ? ": " : "", version_text);
	check->report(check->arg, line);
}

static int tick(struct check *check, struct error *err)
{
	if (++check->done % 1000 ||
	    progress_report(check->progress, _("checking records"), check->done,
	                    2 * check->store->mark.n_entries))
		return 0;
	return error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
}

/* --- entries --- */

static int is_there(struct check *check, enum engine_table table, struct span key, bool *there,
                    struct error *err)
{
	int rc = engine_get(check->store->engine, table, key, NULL, err);

	*there = rc == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int check_history(struct check *check, rid_t rid, const struct row *row, struct error *err)
{
	uint8_t key[16];
	bool there;
	int rc;

	if (row->record == rid)
		return 0;
	put_u64_be(key, row->record);
	put_u64_be(key + 8, rid);
	check->found[TABLE_HIST]++;
	rc = is_there(check, TABLE_HIST, span_of(key, 16), &there, err);
	if (!rc && !there)
		problem(check, rid, _("an entry is missing from its record's history"));
	return rc;
}

static int check_held(struct check *check, rid_t rid, const struct row *row, struct error *err)
{
	uint8_t key[8];
	bool there;
	int rc;

	check->mark.n_waiting += row->status == ROW_WAITING;
	check->mark.n_quarantined += row->status == ROW_QUARANTINED;
	if (row->status == ROW_OK)
		return 0;
	put_u64_be(key, rid);
	check->found[TABLE_HELD]++;
	rc = is_there(check, TABLE_HELD, span_of(key, 8), &there, err);
	if (!rc && !there)
		problem(check, rid, _("a held entry is missing from the list of held entries"));
	return rc;
}

/* What cannot be read is a problem to report, unless the database itself has failed. */
static bool only_damaged(const struct check *check, int code)
{
	const struct engine *engine = check->store->engine;

	return code == ERR_CORRUPT && !engine_failed(engine) && !engine_damaged(engine);
}

static int check_entry(struct check *check, rid_t rid, const struct row *row, struct span body,
                       struct arena *arena, struct error *err)
{
	struct row again = *row;
	struct span canonical;
	struct entry entry;
	int rc;

	check->out->entries++;
	rc = body_canonical(check->store, rid, row, body, arena, &canonical, err);
	if (!rc && entry_decode(&entry, canonical, arena, err))
		rc = ERR_CORRUPT;
	if (only_damaged(check, rc)) {
		problem(check, rid, _("a stored entry is damaged"));
		return 0;
	}
	if (rc)
		return rc;
	rc = recompute_header(check->store, rid, &entry, &again, err);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	if (rc || again.record != row->record || again.subject != row->subject ||
	    again.form_no != row->form_no || again.slot != row->slot || again.lamport != row->lamport)
		problem(check, rid, _("the header of an entry does not fit the entry"));
	if (row->lamport > check->mark.lamport)
		check->mark.lamport = row->lamport;
	rc = check_history(check, rid, row, err);
	return rc ? rc : check_held(check, rid, row, err);
}

typedef int (*entry_visit)(struct check *check, rid_t rid, const struct row *row, struct span value,
                           struct arena *arena, struct error *err);

/* Visit every stored entry in key order; row is NULL where its header cannot be read. */
static int walk_entries(struct check *check, entry_visit visit, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct arena arena = ARENA_INIT;
	struct span key, value;
	int rc = engine_cursor_open(&cursor, check->store->engine, TABLE_ENTRY, ENGINE_ROWS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	while (!rc) {
		rid_t rid = get_u64_be(key.data);
		struct row row;
		bool readable = row_decode(&row, rid, &value);
		rc = visit(check, rid, readable ? &row : NULL, value, &arena, err);
		arena_reset(&arena);
		if (!rc)
			rc = tick(check, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	arena_free(&arena);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int visit_entry(struct check *check, rid_t rid, const struct row *row, struct span value,
                       struct arena *arena, struct error *err)
{
	if (row)
		return row->status == ROW_STUB ? 0 : check_entry(check, rid, row, value, arena, err);
	problem(check, 0, _("the header of a stored entry cannot be read"));
	return 0;
}

/* --- records --- */

static int check_state(struct check *check, const struct row *row, const struct record *record,
                       struct error *err)
{
	struct buf bytes = BUF_INIT;
	struct span stored;
	uint8_t key[20];
	int rc;

	rec_key(key, row, record->id);
	state_encode(&bytes, record, row->form_no);
	rc = bytes.failed ? no_memory(err)
	                  : engine_get(check->store->engine, TABLE_REC, span_of(key, 20), &stored, err);
	if (rc == ERR_NOTFOUND || (!rc && (stored.len_bytes != bytes.len_bytes ||
	                                   memcmp(stored.data, bytes.data, bytes.len_bytes)))) {
		problem(check, record->id, _("the state of a record does not follow from its entries"));
		rc = 0;
	}
	buf_free(&bytes);
	return rc;
}

static int check_index(struct check *check, const struct row *row, const struct record *record,
                       struct arena *arena, struct error *err)
{
	struct index_list list = { .arena = arena };
	int rc = 0;

	index_rows(&list, check->store, record, row->form_no);
	index_sort(&list);
	if (list.failed)
		return no_memory(err);
	for (size_t i = 0; !rc && i < list.n; i++) {
		bool there;
		check->found[list.rows[i].table]++;
		check->out->index_rows++;
		rc = is_there(check, list.rows[i].table, list.rows[i].key, &there, err);
		if (!rc && !there)
			problem(check, record->id, _("a record is missing from an index"));
	}
	return rc;
}

static int check_record(struct check *check, rid_t rid, struct arena *arena, struct error *err)
{
	struct record record;
	struct row row;
	uint64_t wrong = 0, rows = 0;
	int rc = refresh_compute(check->store, rid, &row, arena, &record, err);

	if (rc) /* a damaged entry was reported when the entries were checked */
		return rc == ERR_NOTFOUND || only_damaged(check, rc) ? 0 : rc;
	check->out->records++;
	check->found[TABLE_REC]++;
	check->mark.n_records++;
	check->mark.n_residents += row.form_no == check->store->upper->resident_no && !row.subject;
	check->mark.n_conflicts += record.conflicted;
	rc = check_state(check, &row, &record, err);
	if (!rc)
		rc = check_index(check, &row, &record, arena, err);
	if (!rc && row.subject == 0)
		rc = derived_compare(check->store, rid, &rows, &wrong, err);
	check->out->derived_rows += rows;
	check->found[TABLE_DERIVED_BY] += rows > 0;
	if (!rc && wrong)
		problem(check, rid, _("derived rows do not follow from the records"));
	return rc;
}

static int visit_record(struct check *check, rid_t rid, const struct row *row, struct span value,
                        struct arena *arena, struct error *err)
{
	(void)value;
	return row && row->status == ROW_OK && row->record == rid ? check_record(check, rid, arena, err) : 0;
}

/* --- what must not be there, counters, chains --- */

static int check_rows(struct check *check, enum engine_table table, uint64_t wanted, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint64_t n = 0;
	char line[128];
	int rc = engine_cursor_open(&cursor, check->store->engine, table, ENGINE_KEYS, err);

	if (!rc)
		rc = engine_seek(cursor, span_of("", 0), &key, &value, err);
	for (; !rc; rc = engine_next(cursor, &key, &value, err))
		n++;
	engine_cursor_close(cursor);
	if (rc != ERR_NOTFOUND)
		return rc;
	if (n != wanted) {
		snprintf(line, sizeof(line), _("table %s has %llu rows instead of %llu"),
		         engine_table_name(table), (unsigned long long)n, (unsigned long long)wanted);
		problem(check, 0, line);
	}
	return 0;
}

static int check_tables(struct check *check, struct error *err)
{
	static const enum engine_table tables[] = { TABLE_REC,      TABLE_HIST,    TABLE_IX_NAME,
		                                    TABLE_IX_ID,    TABLE_IX_PHONE, TABLE_IX_HOUSE,
		                                    TABLE_IX_FORM,  TABLE_CONFLICT, TABLE_HELD };
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof(tables) / sizeof(*tables); i++)
		rc = check_rows(check, tables[i], check->found[tables[i]], err);
	if (!rc && check->store->n_derivers >= check->store->upper->n_known_derivers) {
		rc = check_rows(check, TABLE_DERIVED, check->out->derived_rows, err);
		if (!rc)
			rc = check_rows(check, TABLE_DERIVED_BY, check->found[TABLE_DERIVED_BY], err);
	}
	return rc;
}

static void check_counters(struct check *check)
{
	const struct store_mark *have = &check->store->mark, *want = &check->mark;

	if (have->n_entries != check->out->entries || have->n_records != want->n_records ||
	    have->n_residents != want->n_residents || have->n_waiting != want->n_waiting ||
	    have->n_quarantined != want->n_quarantined || have->n_conflicts != want->n_conflicts)
		problem(check, 0, _("the store's counters do not fit what is in it"));
}

static int check_holds(struct check *check, struct error *err)
{
	struct device_hold *again = NULL;
	size_t n = 0;
	int rc = recompute_holds(check->store, &again, &n, err);

	for (size_t i = 0; !rc && i < n; i++) {
		const struct device_hold *have = hold_of(check->store, (uint16_t)(i + 1));
		const struct device_hold *want = &again[i];
		if (!have || have->prefix != want->prefix || have->max != want->max ||
		    have->forks != want->forks || have->n_above != want->n_above ||
		    (!want->forks && memcmp(have->head, want->head, CRYPTO_HASH_BYTES)) ||
		    (have->n_above &&
		     memcmp(have->above, want->above, have->n_above * sizeof(*have->above))))
			problem(check, 0, _("the list of held entries does not fit the entries"));
	}
	recompute_holds_free(again, n);
	return rc;
}

static int compare_all(struct check *check, struct error *err)
{
	struct upper *upper;
	int rc = upper_get(check->store, &upper, err);

	if (!rc)
		rc = derived_settle(check->store, check->progress, err);
	if (!rc)
		rc = walk_entries(check, visit_entry, err);
	if (!rc)
		rc = walk_entries(check, visit_record, err);
	if (!rc)
		rc = check_tables(check, err);
	if (!rc)
		rc = check_holds(check, err);
	if (!rc)
		check_counters(check);
	return rc;
}

/* Berkeley DB's verification needs the files to itself. */
static int verify_files(struct check *check, struct error *err)
{
	struct store *store = check->store;
	struct error found = { 0 };
	char home[4096];
	int verdict, rc = path_join(home, sizeof(home), store->dir, "env", err);

	if (!rc)
		rc = store_checkpoint(store, err);
	if (rc)
		return rc;
	engine_close(store->engine, &found);
	store->engine = NULL;
	verdict = engine_verify(home, store->encrypted ? store->db_key : NULL, check->report, check->arg,
	                        &found);
	if (verdict)
		check->out->problems++;
	if (verdict == ERR_CORRUPT)
		ladder_mark_damaged(store);
	rc = ladder_climb(store, err);
	if (rc)
		return rc;
	if (verdict && verdict != ERR_CORRUPT && err)
		*err = found;
	return verdict == ERR_CORRUPT ? 0 : verdict;
}

static int compare_once(struct store *store, void (*report)(void *arg, const char *line), void *arg,
                        struct check_result *out, struct progress *progress, struct error *err)
{
	struct check check = { .store = store, .report = report, .arg = arg, .out = out,
		               .progress = progress };

	return compare_all(&check, err);
}

int store_check(struct store *store, bool rebuild, void (*report)(void *arg, const char *line),
                void *arg, struct check_result *out, struct progress *progress, struct error *err)
{
	struct check check = { .store = store, .report = report, .arg = arg, .out = out,
		               .progress = progress };
	struct check_result after = { 0 };
	struct error local = { 0 };
	int rc;

	err = err ? err : &local;
	memset(out, 0, sizeof(*out));
	rc = verify_files(&check, err);
	if (!rc)
		rc = compare_all(&check, err);
	if (rc)
		return rc;
	if (rebuild) {
		rc = recompute_all(store, progress, err);
		if (!rc)
			rc = compare_once(store, report, arg, &after, progress, err);
		if (rc)
			return rc;
		if (after.problems)
			return error_set(err, ERR_CORRUPT,
			                 _("%llu problems are left: restore a backup"),
			                 (unsigned long long)after.problems);
		out->records = after.records;
		out->index_rows = after.index_rows;
		out->derived_rows = after.derived_rows;
		return 0;
	}
	if (out->problems)
		return error_set(err, ERR_CORRUPT, _("%llu problems: run the check with --rebuild"),
		                 (unsigned long long)out->problems);
	return 0;
}
