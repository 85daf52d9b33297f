/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving and reading records, derived rows, roles. */
#include "config.h"
#include "db/derive.h"

#include "db/exchange.h"
#include "tests/db/people.h"

static struct store *store;
static unsigned derived_calls;

/* One row per event: "visit" + date -> number of records; so that changes of each record show. */
static int derive_count(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                        struct derive_sink *sink, struct error *err)
{
	(void)deriver;
	(void)prepared;
	derived_calls++;
	for (size_t i = 0; i < in->n; i++) {
		const struct record *record = &in->records[i];
		uint8_t key[4], value = (uint8_t)in->n;
		int rc;
		if (record->date == DATE_NONE || record->retired)
			continue;
		put_u32_be(key, (uint32_t)record->date);
		rc = derive_put(sink, span_of(key, 4), span_of(&value, 1), err);
		if (rc)
			return rc;
	}
	return 0;
}

static const struct deriver counter = { .name = "count", .version = 1, .derive = derive_count };

/* Two tables that are made of one count of the records. */
static unsigned prepared_calls;

static int prepare_count(const struct derive_input *in, const void **prepared, struct error *err)
{
	size_t *n = arena_alloc(in->arena, sizeof(*n));

	*prepared = n;
	if (!n)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	*n = in->n;
	prepared_calls++;
	return 0;
}

static int derive_prepared(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                           struct derive_sink *sink, struct error *err)
{
	uint8_t value = (uint8_t)*(const size_t *)prepared;

	(void)deriver;
	(void)in;
	return derive_put(sink, span_of("n", 1), span_of(&value, 1), err);
}

static const struct deriver twins[] = {
	{ .name = "twin", .version = 1, .prepare = prepare_count, .derive = derive_prepared },
	{ .name = "other twin", .version = 1, .prepare = prepare_count, .derive = derive_prepared },
};

struct rows { unsigned n, sum; rid_t subject; };

static bool note_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct rows *rows = arg;

	(void)key;
	rows->n++;
	rows->sum += value.data[0];
	rows->subject = subject;
	return true;
}

static struct rows derived(uint32_t from, uint32_t to)
{
	struct rows rows = { 0 };
	uint8_t a[4], b[4];

	put_u32_be(a, from);
	put_u32_be(b, to);
	if (store_derived_each(store, "count", span_of(a, 4), span_of(b, to ? 4 : 0), note_row, &rows,
	                       &village_err))
		printf("# %s\n", village_err.text);
	return rows;
}

static bool refuse(struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	(void)progress;
	(void)what;
	(void)done;
	(void)total;
	return false;
}

static rid_t add_visit(rid_t resident, const char *date, const char *sbp)
{
	const struct change_field fields[] = { people_text("hypertension_visit", "sbp", sbp),
		                               people_text("hypertension_visit", "visit_date", date) };
	const struct change change = { .form = "hypertension_visit", .subject = resident, .fields = fields,
		                       .n_fields = 2 };
	rid_t rid = 0;

	if (store_save(store, &change, 1, &rid, &village_err))
		printf("# %s\n", village_err.text);
	return rid;
}

static void test_records(void)
{
	struct arena arena = ARENA_INIT;
	const struct change_field house = people_text("household", "head_name", "王小明");
	const struct change_field name = people_text("resident", "name", "王芳");
	const struct change_field visit = people_text("hypertension_visit", "visit_date", "2026-05-01");
	const struct change together[] = {
		{ .form = "household", .fields = &house, .n_fields = 1 },
		{ .form = "resident", .fields = &name, .n_fields = 1 },
		{ .form = "hypertension_visit", .subject = REF_CHANGE(1), .fields = &visit, .n_fields = 1 },
	};
	struct entry_field *fields;
	struct entry_origin origin;
	struct record record, *list;
	rid_t made[3], older, newer, *history;
	size_t n, n_fields;

	is(store_save(store, together, 3, made, &village_err), 0, "three records in one transaction");
	is(store_record(store, made[2], &arena, &record, &village_err), 0, "the visit is read");
	ok(record.subject == made[1], "it belongs to the resident saved with it");
	is(record.date, date_parse("2026-05-01"), "its day");
	is_text(record.form, "hypertension_visit", "its form");
	older = add_visit(made[1], "2026-01-31", "150");
	newer = add_visit(made[1], "2026-08-01", "130");
	is(store_records_of(store, made[1], NULL, &arena, &list, &n, &village_err), 0, "all of a resident");
	ok(n == 4 && list[0].id == made[1] && list[1].id == newer && list[2].id == made[2] &&
	           list[3].id == older,
	   "itself, then events newest first");
	is(store_records_of(store, made[1], "resident", &arena, &list, &n, &village_err), 0, "one form only");
	is((long long)n, 1, "the resident");
	is(people_edit(store, older, people_tag("hypertension_visit", "sbp"), "155"), 0, "a correction");
	store_record(store, older, &arena, &record, &village_err);
	is_text(record_text(&record, people_tag("hypertension_visit", "sbp")), "155", "is shown");
	is(record_entry_fields(&record, &arena, &fields, &n_fields, &village_err), 0, "as a form's values");
	is((long long)n_fields, 2, "two");
	is(store_history(store, older, &arena, &history, &n, &village_err), 0, "its history");
	is((long long)n, 2, "has two entries");
	is(store_origin(store, history[1], &origin, &village_err), 0, "the origin of the second");
	is_text(origin.operator_name, "li", "names the operator");
	ok(origin.device->self && origin.version.seq == 6, "the device and the number");
	is(store_record(store, 12345, &arena, &record, &village_err), ERR_NOTFOUND, "no such record");
	is(store_save(store, &(struct change){ .form = "resident", .record = 12345 }, 1, NULL, &village_err),
	   ERR_NOTFOUND, "nothing is written to a record that does not exist");
	is(store_save(store,
	              &(struct change){ .form = "contract", .subject = REF_CHANGE(0) }, 1, NULL,
	              &village_err),
	   ERR_INVALID, "nor to a later change");
	arena_free(&arena);
}

static void test_derived(void)
{
	struct rows rows;
	unsigned before;
	rid_t other;

	is(store_register(store, &counter, NULL, &village_err), 0, "a derived table is registered");
	rows = derived(0, 0);
	is(rows.n, 3, "it has a row for every visit there is");
	is(rows.sum, 12, "each from all four records");
	rows = derived((uint32_t)date_parse("2026-01-31"), (uint32_t)date_parse("2026-05-01"));
	is(rows.n, 1, "a range without its end");
	before = derived_calls;
	other = people_add(store, &(struct person){ .name = "李四" });
	add_visit(other, "2026-01-31", "120");
	is(derived_calls - before, 2, "each save derives one resident");
	is((int)derived(0, 0).n, 4, "the same day of two residents is two rows");
	store_bulk_begin(store, &village_err);
	for (int i = 1; i <= 20; i++) {
		char day[16];
		snprintf(day, sizeof(day), "2026-03-%02d", i);
		add_visit(other, day, "120");
	}
	before = derived_calls;
	is(store_bulk_end(store, &village_err), 0, "twenty visits in bulk");
	rows = derived(0, 0);
	is(rows.n, 24, "have their rows when somebody looks");
	is(derived_calls - before, 1, "from one derivation");
	people_check(store, "all tables fit the entries");
	is(store_derive_all(store, &(struct progress){ refuse, NULL }, &village_err), ERR_CANCELLED,
	   "computing all anew is broken off");
	rows = derived(0, 0);
	is(rows.n, 24, "whoever reads next does it");
	is(store_derive_all(store, NULL, &village_err), 0, "all anew");
	is((int)derived(0, 0).sum, rows.sum, "the same rows");
	people_check(store, "and lists of rows");
}

static struct rows twin_of(const char *table, rid_t subject)
{
	struct rows rows = { 0 };

	if (store_derived_of(store, table, subject, note_row, &rows, &village_err))
		printf("# %s\n", village_err.text);
	return rows;
}

static void test_prepared(void)
{
	rid_t rid = people_add(store, &(struct person){ .name = "孙七" });
	unsigned before;

	for (size_t i = 0; i < 2; i++)
		is(store_register(store, &twins[i], NULL, &village_err), 0, twins[i].name);
	before = prepared_calls;
	add_visit(rid, "2026-02-01", "120");
	is(prepared_calls - before, 1, "what two tables need is prepared once when a record is saved");
	is((int)twin_of("twin", rid).sum, 2, "one has the resident's two records");
	is((int)twin_of("other twin", rid).sum, 2, "so has the other");
	is(store_derive_all(store, NULL, &village_err), 0, "all anew");
	is((int)twin_of("other twin", rid).sum, 2, "the same");
	people_check(store, "tables that share fit the entries");
}

static void test_damage(void)
{
	struct check_result result;
	rid_t rid = people_add(store, &(struct person){ .name = "赵六" });
	uint8_t key[8];
	char name_key[64] = "N赵六";

	put_u64_be(key, rid);
	memcpy(name_key + 8, key, 8);
	store_begin(store, &village_err);
	engine_del(store->engine, TABLE_IX_NAME, span_of(name_key, 16), &village_err);
	engine_put(store->engine, TABLE_IX_NAME, span_of("Nxx\0\0\0\0\0\0\0\1", 11), span_of("", 0),
	           &village_err);
	engine_put(store->engine, TABLE_IX_PHONE, span_of("Pxx\0\0\0\0\0\0\0\1", 11), span_of("", 0),
	           &village_err);
	store->mark.n_records += 3;
	is(store_commit(store, &village_err), 0, "an index is damaged by hand");
	is(store_check(store, false, people_report, NULL, &result, NULL, &village_err), ERR_CORRUPT,
	   "the check finds it");
	ok(result.problems >= 3, "all of it");
	is(store_check(store, true, people_report, NULL, &result, NULL, &village_err), 0, "rebuilding mends it");
	people_check(store, "and nothing is wrong any more");
}

/* Whoever supports the machine sees no patient. */
static void test_support(const char *dir)
{
	struct arena arena = ARENA_INIT;
	struct session doctor = village_session, support;
	struct store_info info;
	struct record record, *records;
	struct entry_origin origin;
	struct hit *hits;
	struct rows rows = { 0 };
	uint8_t digest[CRYPTO_HASH_BYTES];
	rid_t *rids;
	size_t n;

	is(account_add(dir, &doctor, "it", "支持", ROLE_SUPPORT, village_password, &village_err), 0,
	   "a supporter is added");
	is(account_unlock(dir, "it", village_password, &support, &village_err), 0, "and logs in");
	is(store_open(&store, dir, &support, people_forms, 0, &village_err), 0, "opens the store");
	is(store_register(store, &counter, NULL, &village_err), 0, "derived tables are there");
	for (size_t i = 0; i < 2; i++)
		is(store_register(store, &twins[i], NULL, &village_err), 0, twins[i].name);
	is(store_record(store, 1, &arena, &record, &village_err), ERR_DENIED, "store_record is denied");
	is(store_records_of(store, 1, NULL, &arena, &records, &n, &village_err), ERR_DENIED,
	   "store_records_of");
	is(store_each_master(store, "resident", NULL, NULL, &village_err), ERR_DENIED, "store_each_master");
	is(store_origin(store, 1, &origin, &village_err), ERR_DENIED, "store_origin");
	is(store_history(store, 1, &arena, &rids, &n, &village_err), ERR_DENIED, "store_history");
	is(store_search(store, "", 9, &arena, &hits, &n, &village_err), ERR_DENIED, "store_search");
	is(store_members(store, 1, &arena, &rids, &n, &village_err), ERR_DENIED, "store_members");
	is(store_derived_each(store, "count", span_of("", 0), span_of("", 0), note_row, &rows, &village_err),
	   ERR_DENIED, "store_derived_each");
	is(store_derived_of(store, "count", 1, note_row, &rows, &village_err), ERR_DENIED,
	   "store_derived_of");
	is(store_save(store, &(struct change){ .form = "resident" }, 1, NULL, &village_err), ERR_DENIED,
	   "store_save");
	is(store_info_get(store, &info, &village_err), 0, "figures can be read");
	is(store_digest(store, digest, &village_err), 0, "the digest too");
	people_check(store, "and the store checked");
	store_close(store);
	arena_free(&arena);
}

int main(void)
{
	const char *dir;

	scratch_begin();
	dir = scratch_path("a");
	if (!ok(people_load_forms(), "forms"))
		return done_testing();
	store = people_store(dir, false);
	if (!ok(store != NULL, "a store"))
		return done_testing();
	test_records();
	test_derived();
	test_damage();
	test_prepared();
	store_close(store);
	test_support(dir);
	form_set_free(people_forms);
	return done_testing();
}
