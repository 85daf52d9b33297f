/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three versions of one form (tests/form/data/versions): a program with any of them opens, edits, stores, sends and
 * merges a record of any other, and what it does not know stays byte for byte, in the rows of a repeat too.
 */
#include "config.h"

#include "form/lint.h"
#include "form/values.h"
#include "tests/sync/site.h"

enum { VERSIONS = 3, FIELDS_MOST = 64 };
enum { TAG_NAME = 16, TAG_WEIGHT = 17, TAG_MODE = 18, TAG_DRUGS = 20, TAG_WAIST = 24, TAG_PHONE = 26,
       TAG_DOCTOR = 27, TAG_LATER = 900, TAG_STRANGE = 901 };

static struct form_set *sets[VERSIONS + 1]; /* by version */

static void data_dir(char *out, size_t size, int version)
{
	snprintf(out, size, "%s/tests/form/data/versions/v%d", getenv("srcdir"), version);
}

static void load_sets(void)
{
	char dir[4096];
	for (int v = 1; v <= VERSIONS; v++) {
		data_dir(dir, sizeof dir, v);
		site_must(form_set_load(&sets[v], dir, NULL, NULL, &site_err), "forms");
	}
}

/* The same store under a program with another version of the form. */
static void reopen(struct site *site, int version)
{
	struct session session;
	if (site->store)
		site_close(site);
	site_must(account_unlock(site->dir, "li", "correct horse", &session, &site_err), "unlock");
	site_must(store_open(&site->store, site->dir, &session, sets[version], 0, &site_err), "open");
	session_end(&session);
	sync_register(site->store);
}

/* --- a record as it is stored: tag, kind and bytes --- */

struct stored {
	struct arena arena;
	struct record record;
	struct entry_field *fields;
	size_t n;
};

static void look(struct site *site, rid_t id, struct stored *out)
{
	arena_free(&out->arena);
	*out = (struct stored){ .arena = ARENA_INIT };
	site_must(store_record(site->store, id, &out->arena, &out->record, &site_err), "record");
	site_must(record_entry_fields(&out->record, &out->arena, &out->fields, &out->n, &site_err), "fields");
}

static const struct entry_field *find(const struct stored *stored, uint32_t tag)
{
	for (size_t i = 0; i < stored->n; i++)
		if (stored->fields[i].tag == tag)
			return &stored->fields[i];
	return NULL;
}

/* Tags, besides those listed, whose kind or bytes differ. */
static int differing(const struct stored *a, const struct stored *b, const uint32_t *changed, size_t n_changed)
{
	int n = 0;
	for (size_t i = 0; i < a->n; i++) {
		const struct entry_field *x = &a->fields[i], *y = find(b, x->tag);
		bool meant = false;
		for (size_t c = 0; c < n_changed; c++)
			meant |= changed[c] == x->tag;
		if (meant)
			continue;
		bool same = y && x->kind == y->kind && x->value.len_bytes == y->value.len_bytes &&
		            !memcmp(x->value.data, y->value.data, x->value.len_bytes);
		if (!same)
			printf("# tag %u differs\n", x->tag);
		n += !same;
	}
	return n;
}

static void is_value(const struct stored *stored, uint32_t tag, const char *want, const char *name)
{
	char text[256] = "(none)";
	const struct entry_field *field = find(stored, tag);
	if (field)
		snprintf(text, sizeof text, "%.*s", (int)field->value.len_bytes, (const char *)field->value.data);
	is_text(text, want, name);
}

/* --- editing through the form, as the screen does --- */

struct edit {
	const char *field;
	int row;
	const char *value;
};

static void save(struct site *site, const struct stored *before, struct form_values *values, rid_t *id)
{
	static struct change_field fields[FIELDS_MOST];
	static rid_t bases[FIELDS_MOST];
	struct arena arena = ARENA_INIT;
	struct entry_field *changed;
	size_t n;
	site_must(values_changes(values, before ? before->fields : NULL, before ? before->n : 0, &arena,
	                         &changed, &n, &site_err), "changes");
	for (size_t i = 0; i < n && i < FIELDS_MOST; i++) {
		const struct record_field *old = before ? record_field(&before->record, changed[i].tag) : NULL;
		fields[i] = (struct change_field){ changed[i].tag, changed[i].kind, changed[i].value, &bases[i],
			                           old ? 1 : 0 };
		bases[i] = old ? old->leaves[0].entry : 0;
	}
	struct change change = { .record = *id, .form = "person", .fields = fields, .n_fields = n };
	site_must(store_save(site->store, &change, 1, *id ? NULL : id, &site_err), "save");
	arena_free(&arena);
}

static void edit(struct site *site, int version, rid_t *id, const struct edit *edits, size_t n)
{
	const struct expr_context context = { .today = date_make(2026, 11, 22) };
	const struct form *form = form_set_find(sets[version], "person");
	struct stored before = { .arena = ARENA_INIT };
	struct form_values *values;
	site_must(values_new(&values, form, &context, &site_err), "values");
	if (*id) {
		look(site, *id, &before);
		site_must(values_load(values, before.fields, before.n, &site_err), "load");
	}
	for (size_t i = 0; i < n; i++) {
		int field = form_field_find(form, edits[i].field), repeat = form->fields[field].repeat;
		while (repeat >= 0 && (int)values_rows(values, repeat) <= edits[i].row)
			site_must(values_row_add(values, repeat, &site_err) < 0 ? ERR_LIMIT : 0, "row");
		site_must(values_set(values, field, edits[i].row, edits[i].value, &site_err), edits[i].field);
	}
	save(site, *id ? &before : NULL, values, id);
	values_free(values);
	arena_free(&before.arena);
}

/* Fields of a version that does not exist yet: an unknown tag, and one of an unknown kind. */
static void save_later(struct site *site, rid_t id)
{
	static const uint8_t strange[] = { 0x00, 0xff, 0x80, 0x01 };
	const struct change_field fields[] = {
		{ .tag = TAG_LATER, .kind = ENTRY_TEXT, .value = span_of("明年的字段", strlen("明年的字段")) },
		{ .tag = TAG_STRANGE, .kind = 9, .value = span_of(strange, sizeof strange) },
	};
	const struct change change = { .record = id, .form = "person", .fields = fields, .n_fields = 2 };
	site_must(store_save(site->store, &change, 1, NULL, &site_err), "save");
}

static rid_t carry(struct site *from, struct site *to, rid_t id, const char *folder)
{
	struct export_report out;
	struct merge_report merged;
	struct arena arena = ARENA_INIT;
	struct version version;
	rid_t there = 0;
	site_must(sync_export(from->store, scratch_path(folder), NULL, &out, &site_err), "export");
	site_must(sync_merge(to->store, out.path, &arena, NULL, &merged, &site_err), "merge");
	is((long long)merged.total.quarantined, 0, "nothing is refused at the township");
	site_must(store_version_of(from->store, id, &version, &site_err), "version");
	site_must(store_find_version(to->store, &version, &there, &site_err), "find");
	arena_free(&arena);
	return there;
}

/* --- the story --- */

static void test_story(struct site *village, struct site *township)
{
	static const struct edit made[] = {
		{ "name", ROW_NONE, "张示范" }, { "mode", ROW_NONE, "3" }, { "waist", ROW_NONE, "82.5" },
		{ "phone", ROW_NONE, "13800000000" }, { "drug", 0, "硝苯地平" }, { "times", 0, "2" },
		{ "unit", 0, "片" }, { "drug", 1, "二甲双胍" }, { "times", 1, "3" }, { "unit", 1, "粒" },
	};
	static const struct edit in_v1[] = { { "weight", ROW_NONE, "120" }, { "dose", 1, "0.5" } };
	static const struct edit in_v2[] = { { "waist", ROW_NONE, "83" }, { "times", 0, "1" } };
	static const struct edit in_v3[] = { { "phone", ROW_NONE, "13900000000" }, { "unit", 1, "瓶" } };
	static const uint32_t v1_changed[] = { TAG_DRUGS }, v2_changed[] = { TAG_WAIST, TAG_DRUGS },
		v3_changed[] = { TAG_PHONE, TAG_DRUGS };
	struct stored first = { .arena = ARENA_INIT }, now = { .arena = ARENA_INIT }, there = { .arena = ARENA_INIT };
	rid_t id = 0, far;

	reopen(village, 3);
	reopen(township, 1);
	edit(village, 3, &id, made, sizeof made / sizeof *made);
	save_later(village, id);
	look(village, id, &first);
	is((long long)first.n, 7, "this year's record has seven fields, two of them from next year");

	reopen(village, 1);
	look(village, id, &now);
	is(differing(&first, &now, NULL, 0), 0, "last year's program sees the same bytes");
	edit(village, 1, &id, in_v1, 2);
	look(village, id, &now);
	is(differing(&first, &now, v1_changed, 1), 0, "its edit leaves what it does not know");
	is_value(&now, TAG_WEIGHT, "120", "and adds its own");
	is_value(&now, TAG_MODE, "3", "a code that its list lacks stays");

	far = carry(village, township, id, "one");
	look(township, far, &there);
	is(differing(&now, &there, NULL, 0), 0, "a township with last year's form holds every byte");
	is((long long)there.n, (long long)now.n, "and nothing else");

	reopen(village, 2);
	edit(village, 2, &id, in_v2, 2);
	look(village, id, &there);
	is(differing(&now, &there, v2_changed, 2), 0, "so does an edit with the version between");
	is_value(&there, TAG_WAIST, "83", "which knows the waist");

	reopen(village, 3);
	look(village, id, &first);
	edit(village, 3, &id, in_v3, 2);
	look(village, id, &now);
	is(differing(&first, &now, v3_changed, 2), 0, "this year's program keeps what it has dropped");
	is_value(&now, TAG_WEIGHT, "120", "such as the weight");

	reopen(township, 2);
	far = carry(village, township, id, "two");
	look(township, far, &there);
	is(differing(&now, &there, NULL, 0), 0, "the township holds every byte again");
	is_value(&there, TAG_LATER, "明年的字段", "next year's field came all the way");
	const struct entry_field *strange = find(&there, TAG_STRANGE);
	ok(strange && strange->kind == 9 && strange->value.len_bytes == 4 && strange->value.data[1] == 0xff,
	   "one of an unknown kind too");
	arena_free(&first.arena);
	arena_free(&now.arena);
	arena_free(&there.arena);
}

/* Every cell of the two rows, each written by the version that knows it. */
static void test_rows(struct site *site, rid_t id)
{
	static const struct {
		int version, row;
		const char *field, *want;
	} cells[] = {
		{ 1, 0, "drug", "硝苯地平" }, { 1, 1, "dose", "0.5" }, { 2, 0, "times", "1" }, { 2, 1, "times", "3" },
		{ 3, 0, "unit", "片" }, { 3, 1, "unit", "瓶" }, { 3, 1, "drug", "二甲双胍" },
	};
	const struct expr_context context = { .today = date_make(2026, 11, 22) };
	struct stored stored = { .arena = ARENA_INIT };
	look(site, id, &stored);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		const struct form *form = form_set_find(sets[cells[i].version], "person");
		struct form_values *values;
		site_must(values_new(&values, form, &context, &site_err), "values");
		site_must(values_load(values, stored.fields, stored.n, &site_err), "load");
		is_text(values_get(values, form_field_find(form, cells[i].field), cells[i].row), cells[i].want,
		        cells[i].field);
		values_free(values);
	}
	arena_free(&stored.arena);
}

static bool take_person(void *arg, const struct record *record, struct arena *arena)
{
	(void)arena;
	*(rid_t *)arg = record->id;
	return true;
}

/* --- what the linter says of the versions --- */

struct change_case {
	const char *from, *to, *fault;
};

static void take_problem(void *arg, const char *line)
{
	if (!*(char *)arg)
		snprintf(arg, 512, "%s", line);
}

/* A version with one text replaced, against the tags that version 3 knows of. */
static int lint(const char *from, const char *to, int version, char problem[512])
{
	char dir[4096], path[4200];
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct form_set *set = NULL;
	const struct lint_report report = { .problem = take_problem, .arg = problem };
	data_dir(dir, sizeof dir, version);
	snprintf(path, sizeof path, "%s/forms/person.csv", dir);
	site_must(file_read(path, 1 << 20, &text, &site_err), "read");
	const char *whole = buf_text(&text), *at = strstr(whole, from);
	if (at)
		buf_printf(&out, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
	snprintf(path, sizeof path, "%s", scratch_path("person.csv"));
	site_must(at ? 0 : ERR_INVALID, from);
	site_must(file_write_atomic(path, out.data, out.len_bytes, &site_err), "write");
	const char *files[] = { path };
	data_dir(dir, sizeof dir, 3);
	problem[0] = '\0';
	site_must(form_set_load_with(&set, dir, files, 1, NULL, NULL, &site_err), "load");
	int code = form_lint(set, dir, files, 1, &report, &site_err);
	form_set_free(set);
	buf_free(&text);
	buf_free(&out);
	return code;
}

static void test_lint(void)
{
	static const struct change_case cases[] = {
		{ ",text,phone,电话,Phone,,26", ",integer,phone,电话,Phone,,26", "the tag 26 is of type \"text\"" },
		{ ",text,phone,电话,Phone,,26", ",text,phone,电话,Phone,,17", "the tag 17 is of type \"decimal\"" },
		{ ",decimal,waist,腰围,Waist,,24", ",decimal,hip,臀围,Hip,,24", "the tag 24 belongs to \"waist\"" },
		{ ",text,unit,单位,Unit,,28", ",text,unit,单位,Unit,,30", "\"unit\" had the tag 28" },
	};
	char problem[512];
	for (int v = 1; v <= VERSIONS; v++)
		is(lint("settings", "settings", v, problem), 0, "each version agrees with the lock");
	is(lint(",text,phone,电话,Phone,,26", ",text,phone,电话,Phone,,26\n,text,mail,邮箱,Mail,,29", 3, problem), 0,
	   "a new field with a new tag does too");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		is(lint(cases[i].from, cases[i].to, 3, problem), ERR_INVALID, cases[i].fault);
		ok(strstr(problem, cases[i].fault) != NULL, "and it is said: %s", problem);
	}
}

int main(void)
{
	struct site village, township;
	rid_t id = 0;
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	load_sets();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&village, "A", "甲村卫生室", "430599101201");
	site_enrol(&village, &township);
	test_story(&village, &township);
	site_must(store_each_master(township.store, "person", take_person, &id, &site_err), "person");
	test_rows(&township, id);
	test_lint();
	site_close(&village);
	site_close(&township);
	for (int v = 1; v <= VERSIONS; v++)
		form_set_free(sets[v]);
	return done_testing();
}
