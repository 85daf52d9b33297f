/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fill a village's store with invented hypertension visits as a doctor leaves them: every resident has values of
 * his own that drift, the doctor likes round numbers, a third has a note, some have drugs. The same visits go to
 * FILE.json (one object a line) and FILE.tsv (for SQLite), so that everything is measured on the same records.
 * Usage: visits DIR OPERATOR PASSWORD N SEED FILE. Forms come from XIANGYI_DATA.
 */
#include "config.h"

#include "care/care.h"
#include "db/store.h"
#include "sync/sync.h"
#include "tests/bench/bench.h"

static struct form_set *forms;
static struct store *store;
static unsigned seed;

struct life { /* a resident's own values, in the units of the form */
	rid_t id;
	int sbp, dbp, heart_rate, cigarettes;
	int weight, height; /* 0.1 kg, cm */
	date_t last;
	unsigned drug;
};

static struct {
	struct life *list;
	size_t n, room;
} people;

static void check(int code, const char *what, const struct error *err)
{
	if (code)
		bench_die(what, err->text);
}

static unsigned draw(unsigned below)
{
	return bench_random(&seed) % below;
}

static bool take_resident(void *arg, const struct record *record, struct arena *arena)
{
	(void)arg;
	(void)arena;
	if (people.n == people.room) {
		people.room = people.room ? people.room * 2 : 1024;
		people.list = realloc(people.list, people.room * sizeof *people.list);
		if (!people.list)
			bench_die("memory", "not enough");
	}
	people.list[people.n++] = (struct life){
		.id = record->id, .sbp = 118 + (int)draw(48), .dbp = 70 + (int)draw(28), .heart_rate = 62 + (int)draw(26),
		.cigarettes = draw(4) ? 0 : (int)draw(4) * 5, .weight = 450 + (int)draw(350), .height = 148 + (int)draw(30),
		.last = date_today() - 1100 - (int)draw(90), .drug = draw(8) };
	return true;
}

/* Doctors write 0 and 5, even numbers, and sometimes what they read. */
static int preferred(int value)
{
	unsigned habit = draw(10);
	return habit < 4 ? (value + 5) / 10 * 10 : habit < 6 ? (value + 2) / 5 * 5 : habit < 9 ? value / 2 * 2 : value;
}

static void drift(struct life *life)
{
	life->sbp += (int)draw(9) - 4 + (life->sbp < 128) - (life->sbp > 150);
	life->dbp += (int)draw(7) - 3 + (life->dbp < 76) - (life->dbp > 92);
	life->heart_rate += (int)draw(5) - 2 + (life->heart_rate < 66) - (life->heart_rate > 84);
	life->weight += (int)draw(15) - 7;
	life->last += 80 + (int)draw(25);
	life->drug = draw(20) ? life->drug : draw(8);
}

/* --- one visit as texts: the columns of FILE.tsv, empty where nothing is written --- */

static const char *const columns[] = {
	"visit_date", "mode", "symptoms", "symptoms_text", "sbp", "dbp", "weight", "weight_target", "height", "bmi",
	"bmi_target", "heart_rate", "other_signs", "cigarettes", "cigarettes_target", "alcohol", "alcohol_target",
	"exercise_times", "exercise_minutes", "exercise_times_target", "exercise_minutes_target", "salt", "salt_target",
	"psychology", "compliance", "tests", "adherence", "adverse", "class_suggested", "class", "next_date", "doctor",
	"outcome",
};
enum { N_COLUMNS = sizeof columns / sizeof *columns, TEXT_BYTES = 128 };
static const char *const drugs[] = { "苯磺酸氨氯地平片", "硝苯地平缓释片", "厄贝沙坦片", "缬沙坦胶囊",
	                             "卡托普利片", "氢氯噻嗪片", "美托洛尔缓释片", "吲达帕胺片" };
static const char *const notes[] = { "血压控制可，继续目前治疗", "嘱低盐饮食，按时服药", "近日头晕，休息后好转", "踝部轻度水肿，两周后复查",
	                             "自述睡眠差，已嘱规律作息", "家属陪同，已讲解用药方法" };

struct visit {
	char texts[N_COLUMNS][TEXT_BYTES];
	const char *drug;
};

__attribute__((format(printf, 3, 4))) static void put(struct visit *visit, const char *name, const char *fmt, ...)
{
	va_list args;
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (!strcmp(columns[i], name)) {
			va_start(args, fmt);
			vsnprintf(visit->texts[i], TEXT_BYTES, fmt, args);
			va_end(args);
			return;
		}
	bench_die(name, "no such column");
}

static void put_decimal(struct visit *visit, const char *name, int tenths)
{
	if (tenths % 10)
		put(visit, name, "%d.%d", tenths / 10, tenths % 10);
	else
		put(visit, name, "%d", tenths / 10);
}

static void put_signs(struct visit *visit, const struct life *life, int sbp, int dbp)
{
	int weight = preferred(life->weight), bmi = weight * 10000 / (life->height * life->height);
	put(visit, "sbp", "%d", sbp);
	put(visit, "dbp", "%d", dbp);
	put_decimal(visit, "weight", weight);
	put_decimal(visit, "weight_target", weight / 50 * 50);
	put(visit, "height", "%d", life->height);
	put_decimal(visit, "bmi", bmi);
	put_decimal(visit, "bmi_target", bmi > 239 ? 239 : bmi);
	put(visit, "heart_rate", "%d", preferred(life->heart_rate));
}

static void put_habits(struct visit *visit, const struct life *life)
{
	put(visit, "cigarettes", "%d", life->cigarettes);
	put(visit, "cigarettes_target", "0");
	put(visit, "alcohol", "0");
	put(visit, "alcohol_target", "0");
	put(visit, "exercise_times", "%u", 3 + draw(5));
	put(visit, "exercise_minutes", "%u", 10 * (2 + draw(3)));
	put(visit, "exercise_times_target", "7");
	put(visit, "exercise_minutes_target", "30");
	put(visit, "salt", "%u", draw(4) ? 1 : 2);
	put(visit, "salt_target", "1");
	put(visit, "psychology", "1");
	put(visit, "compliance", "%u", draw(8) ? 1 : 2);
}

static void invent(struct visit *visit, struct life *life)
{
	char day[DATE_TEXT_BYTES];
	int sbp = preferred(life->sbp + (int)draw(15) - 7), dbp = preferred(life->dbp + (int)draw(11) - 5);
	bool high = sbp >= 140 || dbp >= 90;
	memset(visit, 0, sizeof *visit);
	drift(life);
	put(visit, "visit_date", "%s", date_format(life->last, day));
	put(visit, "mode", "%u", draw(5) ? 1 : 3);
	put(visit, "symptoms", "%s", draw(5) ? "1" : draw(2) ? "2" : "2 4");
	put_signs(visit, life, sbp, dbp);
	put_habits(visit, life);
	if (!draw(3))
		put(visit, "tests", "%s", notes[draw(sizeof notes / sizeof *notes)]);
	if (!draw(20))
		put(visit, "other_signs", "踝部水肿%u度", 1 + draw(3));
	put(visit, "adherence", "%u", draw(6) ? 1 : 2);
	put(visit, "adverse", "1");
	put(visit, "class_suggested", "%d", high ? 2 : 1);
	put(visit, "class", "%d", high ? 2 : 1);
	put(visit, "next_date", "%s", date_format(life->last + (high ? 14 : 90), day));
	put(visit, "doctor", "%s", draw(4) ? "张示范" : "李示范");
	put(visit, "outcome", "1");
	visit->drug = life->drug < 6 ? drugs[life->drug] : NULL;
}

/* --- into the store and the files --- */

static int compare_tags(const void *a, const void *b)
{
	const struct change_field *x = a, *y = b;
	return (x->tag > y->tag) - (x->tag < y->tag);
}

/* One row of the drugs of the form: name, times a day, dose, unit. */
static void drug_rows(struct buf *out, const struct form *form, const char *drug)
{
	static const char *const names[] = { "drug_name", "times_per_day", "dose", "dose_unit" };
	const char *const texts[] = { drug, "1", "5", "mg" };
	buf_put_varint(out, 1);
	buf_put_varint(out, 4);
	for (size_t i = 0; i < 4; i++) {
		buf_put_varint(out, form_tag(form, names[i]));
		buf_put_u8(out, ENTRY_TEXT);
		buf_put_text(out, texts[i]);
	}
}

static void save(const struct visit *visit, rid_t resident)
{
	const struct form *form = form_set_find(forms, "hypertension_visit");
	struct change_field fields[N_COLUMNS + 1] = { 0 };
	struct change change = { .form = form->id, .subject = resident, .fields = fields };
	struct buf rows = BUF_INIT;
	struct error err = { 0 };
	rid_t record;

	for (size_t i = 0; i < N_COLUMNS; i++)
		if (*visit->texts[i])
			fields[change.n_fields++] = (struct change_field){
				.tag = form_tag(form, columns[i]), .kind = ENTRY_TEXT,
				.value = span_of(visit->texts[i], strlen(visit->texts[i])) };
	if (visit->drug) {
		drug_rows(&rows, form, visit->drug);
		fields[change.n_fields++] = (struct change_field){
			.tag = form_tag(form, "drugs"), .kind = ENTRY_ROWS, .value = span_of_buf(&rows) };
	}
	qsort(fields, change.n_fields, sizeof *fields, compare_tags);
	check(store_save(store, &change, 1, &record, &err), "save", &err);
	buf_free(&rows);
}

static void write_texts(FILE *json, FILE *tsv, const struct visit *visit, rid_t resident)
{
	fprintf(json, "{\"resident\":%llu", (unsigned long long)resident);
	fprintf(tsv, "%llu", (unsigned long long)resident);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		if (*visit->texts[i])
			fprintf(json, ",\"%s\":\"%s\"", columns[i], visit->texts[i]);
		fprintf(tsv, "\t%s", visit->texts[i]);
	}
	if (visit->drug)
		fprintf(json, ",\"drugs\":[{\"drug_name\":\"%s\",\"times_per_day\":\"1\",\"dose\":\"5\","
		              "\"dose_unit\":\"mg\"}]", visit->drug);
	fputs("}\n", json);
	fprintf(tsv, "\t%s\n", visit->drug ? visit->drug : "");
}

static FILE *open_text(const char *name, const char *suffix)
{
	char path[4096];
	FILE *file;
	snprintf(path, sizeof path, "%s.%s", name, suffix);
	file = fopen(path, "w");
	if (!file)
		bench_die(path, "cannot be written");
	return file;
}

static void open_store(char **argv)
{
	struct session session;
	struct error err = { 0 };
	check(form_set_load(&forms, bench_data(), NULL, NULL, &err), "forms", &err);
	check(account_unlock(argv[1], argv[2], argv[3], &session, &err), "unlock", &err);
	check(store_open(&store, argv[1], &session, forms, STORE_WAIT, &err), "open", &err);
	check(care_register(store, NULL, &err), "care", &err);
	session_end(&session);
	check(store_each_master(store, "resident", take_resident, NULL, &err), "residents", &err);
	if (!people.n)
		bench_die("residents", "the store has none");
}

int main(int argc, char **argv)
{
	static struct visit visit;
	struct error err = { 0 };
	long n = argc == 7 ? atol(argv[4]) : 0;
	if (n < 1)
		bench_die("usage", "visits DIR OPERATOR PASSWORD N SEED FILE");
	seed = (unsigned)atoi(argv[5]);
	open_store(argv);
	FILE *json = open_text(argv[6], "json"), *tsv = open_text(argv[6], "tsv");
	check(store_bulk_begin(store, &err), "bulk", &err);
	for (long i = 0; i < n; i++) {
		struct life *life = &people.list[draw((unsigned)people.n)];
		invent(&visit, life);
		save(&visit, life->id);
		write_texts(json, tsv, &visit, life->id);
	}
	check(store_bulk_end(store, &err), "bulk", &err);
	if (fclose(json) || fclose(tsv))
		bench_die(argv[6], "cannot be written");
	store_close(store);
	form_set_free(forms);
	free(people.list);
	return 0;
}
