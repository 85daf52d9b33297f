/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our store, measured through its own calls.
 * Usage: store save DIR OPERATOR PASSWORD SAVES BULK    visits of residents that the store has
 *        store search DIR OPERATOR PASSWORD PAGE        first page for names typed key by key
 *        store scan DIR OPERATOR PASSWORD ROUNDS        all derived tables anew, without the derivers' own work
 *        store derive DIR OPERATOR PASSWORD ROUNDS      the same with it
 * BENCH_NAME in the environment is the figures' prefix. Forms come from XIANGYI_DATA.
 */
#include "config.h"

#include "care/care.h"
#include "db/derive.h"
#include "db/exchange.h"
#include "db/store.h"
#include "sync/sync.h"
#include "tests/bench/bench.h"

static struct form_set *forms;
static struct store *store;
static const char *name;
static unsigned seed = 1;

static void check(int code, const char *what, const struct error *err)
{
	if (code)
		bench_die(what, err->text);
}

static uint64_t seen_records;

/* In the place of a real deriver: looks at what it is given and says nothing. */
static int look_only(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                     struct derive_sink *sink, struct error *err)
{
	(void)deriver;
	(void)prepared;
	(void)sink;
	(void)err;
	seen_records += in->n;
	return 0;
}

/* In the place of all that care_register() knows: while a known table has no deriver, nothing is derived. */
static void register_lookers(void)
{
	static const char *const tables[] = { "fact", "duty", "alert", "link", "moving", "concern" };
	struct error err = { 0 };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		check(store_register(store, &(struct deriver){ tables[i], UINT32_MAX, NULL, look_only, NULL }, NULL, &err),
		      "derivers", &err);
}

static void open_store(const char *dir, const char *operator_name, const char *password, bool lookers)
{
	struct session session;
	struct error err = { 0 };
	double start;
	char figure[80];

	check(form_set_load(&forms, bench_data(), NULL, NULL, &err), "forms", &err);
	start = bench_now();
	check(account_unlock(dir, operator_name, password, &session, &err), "unlock", &err);
	snprintf(figure, sizeof figure, "%s.argon2id", name);
	bench_figure(figure, (bench_now() - start) * 1e3, "ms");
	start = bench_now();
	check(store_open(&store, dir, &session, forms, STORE_WAIT, &err), "open", &err);
	if (lookers)
		register_lookers();
	else
		check(care_register(store, NULL, &err), "care", &err);
	sync_register(store);
	snprintf(figure, sizeof figure, "%s.open", name);
	bench_figure(figure, (bench_now() - start) * 1e3, "ms");
	session_end(&session);
}

struct people {
	rid_t *ids;
	size_t n, room;
};

static bool take_resident(void *arg, const struct record *record, struct arena *arena)
{
	struct people *people = arg;

	(void)arena;
	if (people->n == people->room) {
		people->room = people->room ? people->room * 2 : 1024;
		people->ids = realloc(people->ids, people->room * sizeof *people->ids);
		if (!people->ids)
			bench_die("memory", "not enough");
	}
	people->ids[people->n++] = record->id;
	return true;
}

static struct people everyone(void)
{
	struct people people = { 0 };
	struct error err = { 0 };

	check(store_each_master(store, "resident", take_resident, &people, &err), "residents", &err);
	if (!people.n)
		bench_die("residents", "the store has none");
	return people;
}

/* A visit as a doctor leaves it, with the carried-over fields. */
static const struct {
	const char *field, *value;
} visit[] = {
	{ "visit_date", NULL }, { "mode", "1" },        { "symptoms", "1" },   { "sbp", NULL },
	{ "dbp", NULL },        { "weight", NULL },     { "weight_target", "62" }, { "height", "163" },
	{ "bmi", "24.5" },      { "bmi_target", "23.3" }, { "heart_rate", NULL }, { "cigarettes", "0" },
	{ "alcohol", "0" },     { "exercise_times", "5" }, { "exercise_minutes", "30" }, { "salt", "1" },
	{ "salt_target", "1" }, { "psychology", "1" },  { "compliance", "1" }, { "adherence", "1" },
	{ "adverse", "1" },     { "class_suggested", "1" }, { "class", "1" },  { "next_date", NULL },
	{ "doctor", "张示范" }, { "outcome", "1" },
};
enum { VISIT_FIELDS = sizeof visit / sizeof *visit };

static int compare_tags(const void *a, const void *b)
{
	const struct change_field *x = a, *y = b;

	return (x->tag > y->tag) - (x->tag < y->tag);
}

static void save_visit(rid_t resident, date_t day)
{
	const struct form *form = form_set_find(forms, "hypertension_visit");
	struct change_field fields[VISIT_FIELDS] = { 0 };
	char texts[VISIT_FIELDS][16];
	struct change change = { .form = form->id, .subject = resident, .fields = fields };
	struct error err = { 0 };
	rid_t record;

	for (size_t i = 0; i < VISIT_FIELDS; i++) {
		const char *field = visit[i].field, *value = visit[i].value;

		if (!value && strstr(field, "date"))
			date_format(day + (strcmp(field, "next_date") ? 0 : 90), texts[i]);
		else if (!value)
			snprintf(texts[i], sizeof texts[i], "%u", 60 + bench_random(&seed) % 80);
		if (!value)
			value = texts[i];
		fields[i].tag = form_tag(form, field);
		fields[i].kind = ENTRY_TEXT;
		fields[i].value = span_of(value, strlen(value));
	}
	qsort(fields, VISIT_FIELDS, sizeof *fields, compare_tags);
	change.n_fields = VISIT_FIELDS;
	check(store_save(store, &change, 1, &record, &err), "save", &err);
}

static void figure(const char *what, double value, const char *unit)
{
	char full[96];

	snprintf(full, sizeof full, "%s.%s", name, what);
	bench_figure(full, value, unit);
}

static void bench_save(long saves, long bulk)
{
	struct people people = everyone();
	double *times = calloc((size_t)saves, sizeof *times), start;
	date_t day = date_today();
	struct error err = { 0 };

	if (!times)
		bench_die("memory", "not enough");
	for (long i = 0; i < saves; i++) {
		start = bench_now();
		save_visit(people.ids[bench_random(&seed) % people.n], day);
		times[i] = bench_now() - start;
	}
	figure("save.median", bench_quantile(times, (size_t)saves, 0.5) * 1e3, "ms");
	figure("save.p95", bench_quantile(times, (size_t)saves, 0.95) * 1e3, "ms");
	start = bench_now();
	check(store_bulk_begin(store, &err), "bulk", &err);
	for (long i = 0; i < bulk; i++)
		save_visit(people.ids[bench_random(&seed) % people.n], day - 1);
	check(store_bulk_end(store, &err), "bulk", &err);
	figure("bulk", (double)bulk / (bench_now() - start), "visits/s");
	free(times);
	free(people.ids);
}

static void bench_search(long page)
{
	static const char *const names[] = { "zgf", "lm", "wxh", "zhangwei", "li", "王", "王小", "chenj", "1234", "yang" };
	double times[256] = { 0 }, start;
	size_t n = 0, hits;
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct hit *found;
	char typed[32];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t length = 1; length <= strlen(names[i]); length++) {
			if (((unsigned char)names[i][length] & 0xc0) == 0x80)
				continue;
			snprintf(typed, sizeof typed, "%.*s", (int)length, names[i]);
			for (int round = 0; round < 3; round++) {
				start = bench_now();
				check(store_search(store, typed, (size_t)page, &arena, &found, &hits, &err),
				      "search", &err);
				times[n] = bench_now() - start;
				arena_free(&arena);
			}
			n++;
		}
	figure("search.median", bench_quantile(times, n, 0.5) * 1e3, "ms");
	figure("search.worst", bench_quantile(times, n, 1.0) * 1e3, "ms");
}

static void bench_derive(long rounds, bool lookers)
{
	struct error err = { 0 };
	struct store_info info;
	double best = 0;

	check(store_info_get(store, &info, &err), "figures", &err);
	for (long i = 0; i < rounds; i++) {
		double start = bench_now(), rate;
		seen_records = 0;
		check(store_derive_all(store, NULL, &err), "derived tables", &err);
		rate = (double)info.n_records / (bench_now() - start);
		best = rate > best ? rate : best;
		if (lookers && seen_records < info.n_records)
			bench_die("scan", "not all records were looked at");
	}
	figure("derive", best, "records/s");
}

int main(int argc, char **argv)
{
	bool lookers;

	name = getenv("BENCH_NAME") ? getenv("BENCH_NAME") : "xiangyi";
	if (argc < 6)
		bench_die("usage", "save DIR OPERATOR PASSWORD SAVES BULK | search|scan|derive DIR OPERATOR PASSWORD N");
	lookers = !strcmp(argv[1], "scan");
	open_store(argv[2], argv[3], argv[4], lookers);
	if (lookers || !strcmp(argv[1], "derive"))
		bench_derive(atol(argv[5]), lookers);
	else if (!strcmp(argv[1], "save") && argc == 7)
		bench_save(atol(argv[5]), atol(argv[6]));
	else
		bench_search(atol(argv[5]));
	store_close(store);
	form_set_free(forms);
	return 0;
}
