/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Validly signed bundles and answers of a hostile installation: refused or held back, and harmless to others. */
#include "config.h"

#include "tests/sync/forge.h"

enum { BASES = ENTRY_MAX_BASES };

static struct site township, hostile, honest;
static struct merge_report merged;
static struct forge f;
static struct entry rows[CHUNK_MAX_ROWS];
static char names[CHUNK_MAX_ROWS][16];
static struct entry_field name_fields[CHUNK_MAX_ROWS];

static int merge(const char *path)
{
	static struct arena arena;
	arena_reset(&arena);
	return sync_merge(township.store, path, &arena, NULL, &merged, &site_err);
}

static struct entry_field text_field(uint32_t tag, const char *text)
{
	return (struct entry_field){ .tag = tag, .kind = ENTRY_TEXT, .value = span_of(text, strlen(text)) };
}

static struct entry entry_of(uint64_t seq, const struct entry_field *fields, size_t n)
{
	struct entry entry = { .seq = seq, .lamport = 1, .wall = 1700000000, .operator_name = "li",
		               .form = "resident", .fields = fields, .n_fields = n };
	memcpy(entry.device, f.from.self.id, DEVICE_ID_BYTES);
	return entry;
}

static struct version version_of(const uint8_t *device, uint64_t seq, unsigned salt)
{
	struct version version = { .seq = seq };
	memcpy(version.device, device, DEVICE_ID_BYTES);
	put_u32_be(version.digest, salt);
	return version;
}

static void begin(void)
{
	forge_begin(&f, &hostile, &township, ENVELOPE_ENTRIES);
}

static int merge_forged(void)
{
	const char *path = scratch_path("FORGED.XYB");
	forge_end_section(&f);
	forge_write(&f, path);
	return merge(path);
}

/* A good chunk and behind it the first n rows: the file is refused as a whole, or taken. */
static void check(size_t n, int code, const char *what)
{
	char before[65], after[65];
	static uint64_t good = 500;
	struct entry entry = entry_of(good++, name_fields, 1);
	site_digest(&township, before);
	forge_chunk(&f, &entry, 1);
	if (n)
		forge_chunk(&f, rows, n);
	bool refused = merge_forged() == ERR_INVALID && merged.files[0].error.code == code &&
	               merged.files[0].error.text[0];
	site_digest(&township, after);
	if (code)
		ok(refused && !strcmp(before, after), "%s: refused, nothing is changed", what);
	else
		ok(!refused && !merged.n_refused, "%s: taken", what);
}

static void one(struct entry entry, int code, const char *what)
{
	rows[0] = entry;
	check(1, code, what);
}

static void test_numbers(void)
{
	struct version base;
	struct entry_field based = name_fields[0];
	struct entry entry;
	begin(), forge_manifest(&f);
	one(entry_of(UINT64_C(1) << 40, name_fields, 1), ERR_CORRUPT, "a number of 41 bits");
	begin(), forge_manifest(&f);
	one(entry_of((UINT64_C(1) << 40) - 1, name_fields, 1), 0, "the highest number");
	begin(), forge_manifest(&f);
	entry = entry_of(10, name_fields, 1);
	entry.subject = version_of(f.from.self.id, UINT64_C(1) << 41, 1);
	one(entry, ERR_CORRUPT, "a subject of an impossible number");
	base = version_of(f.from.self.id, UINT64_C(1) << 63, 1);
	based.bases = &base;
	based.n_bases = 1;
	begin(), forge_manifest(&f);
	one(entry_of(11, &based, 1), ERR_CORRUPT, "a base of an impossible number");
	base = version_of(f.from.self.id, 12, 1);
	begin(), forge_manifest(&f);
	one(entry_of(12, &based, 1), 0, "an entry that replaces its own number");
	is((long long)merged.total.waiting, 1, "waits for it");
	begin(), forge_manifest(&f);
	rows[1] = entry_of(14, name_fields, 1);
	rows[1].wall = INT64_MAX;
	entry = entry_of(13, name_fields, 1);
	entry.wall = INT64_MIN;
	rows[0] = entry;
	check(2, 0, "clocks of the first and the last second");
	for (int i = 0; i < 2; i++) {
		begin();
		f.manifest.wall = i ? INT64_MAX : INT64_MIN;
		forge_manifest(&f);
		check(0, 0, i ? "a sender's clock at the end of time" : "a sender's clock before all times");
		ok(i ? merged.files[0].clock_offset_s > 0 : merged.files[0].clock_offset_s < 0, "is seen as wrong");
	}
}

static void test_names(void)
{
	static const char *const BAD[] = { "../../etc/passwd", "a\nb", "\033[2J", "", "\342\200\256x",
		                           "a_name_of_a_form_that_is_longer_than_any_form_that_is_worth_a_name" };
	int taken = 0;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++) {
		struct entry entry;
		begin(), forge_manifest(&f);
		entry = entry_of(20, name_fields, 1);
		entry.form = BAD[i];
		forge_chunk(&f, &entry, 1);
		taken += merge_forged() != ERR_INVALID || merged.files[0].error.code != ERR_CORRUPT;
	}
	is(taken, 0, "forms with names that are none are refused");
	begin(), forge_manifest(&f);
	for (size_t i = 0; i < CHUNK_MAX_ROWS; i++) {
		rows[i] = entry_of(30000 + i, NULL, 0);
		rows[i].form = names[i];
	}
	forge_chunk(&f, rows, CHUNK_MAX_ROWS);
	is(merge_forged(), ERR_INVALID, "4000 kinds of forms are refused");
	is(merged.files[0].error.code, ERR_LIMIT, "as too many");
	begin();
	struct store_device device = f.from.self;
	snprintf(device.name, sizeof(device.name), "甲村\033[8m");
	forge_device(&f, &device, true);
	forge_manifest(&f);
	check(0, ERR_CORRUPT, "a name that writes on the screen");
}

static void test_others(void)
{
	struct export_report out;
	struct store_info info;
	static struct version bases[4][BASES];
	static struct entry_field fields[4];
	static struct entry entry;
	site_must(store_info_get(honest.store, &info, &site_err), "info");
	site_save(&honest, 0, 0, "resident", "好人");
	site_must(sync_export(honest.store, scratch_path("honest"), NULL, &out, &site_err), "export");
	is(merge(out.path), 0, "an honest village's bundle is merged");
	begin();
	forge_device(&f, &info.self, false);
	forge_manifest(&f);
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned b = 0; b < BASES; b++)
			bases[i][b] = version_of(info.self.id, 2, 1 + i * BASES + b);
		fields[i] = text_field(100 + i, "x");
		fields[i].bases = bases[i];
		fields[i].n_bases = BASES;
	}
	entry = entry_of(40, fields, 4);
	forge_chunk(&f, &entry, 1);
	is(merge_forged(), ERR_INVALID, "who names 256 entries under another's next number is refused");
	begin();
	forge_device(&f, &info.self, false);
	forge_manifest(&f);
	entry = entry_of(41, fields, 2);
	forge_chunk(&f, &entry, 1);
	is(merge_forged(), 0, "who names 128 waits");
	site_save(&honest, 0, 0, "resident", "好人二");
	site_must(sync_export(honest.store, scratch_path("honest"), NULL, &out, &site_err), "export");
	is(merge(out.path), 0, "and the honest village's next bundle is merged all the same");
	begin();
	for (int i = 1; i < FORGE_DEVICES; i++) {
		struct store_device device = f.from.self;
		crypto_random(device.id, sizeof(device.id));
		forge_device(&f, &device, false);
	}
	forge_manifest(&f);
	check(0, ERR_LIMIT, "4095 installations that nobody knows");
}

static void test_gaps(void)
{
	begin(), forge_manifest(&f);
	for (int chunk = 0; chunk < 3; chunk++) {
		for (size_t i = 0; i < CHUNK_MAX_ROWS; i++)
			rows[i] = entry_of(100000 + 2 * (chunk * UINT64_C(4000) + i), &name_fields[i], 1);
		forge_chunk(&f, rows, CHUNK_MAX_ROWS);
	}
	is(merge_forged(), 0, "12000 gaps are merged");
	is((long long)merged.total.fresh, 12000, "with all that lies between them");
	begin(), forge_manifest(&f);
	for (size_t i = 0; i < 300; i++)
		rows[i] = entry_of(50, &name_fields[i], 1);
	forge_chunk(&f, rows, 300);
	is(merge_forged(), ERR_INVALID, "300 entries under one number are refused");
}

static void test_answers(void)
{
	struct import_report report;
	struct arena arena = ARENA_INIT;
	const char *path = scratch_path("FORGED.XYA");
	struct receipt receipt = { .serial = 1 };
	struct buf bytes = BUF_INIT;
	wire_put_receipt(&bytes, &receipt);
	forge_begin(&f, &township, &honest, ENVELOPE_ANSWER);
	forge_manifest(&f);
	forge_section(&f, SECTION_RECEIPT, span_of_buf(&bytes));
	forge_section(&f, SECTION_RECEIPT, span_of_buf(&bytes));
	forge_section(&f, SECTION_END, span_of("", 0));
	forge_write(&f, path);
	is(sync_import(honest.store, path, &arena, &SITE_TRUST, &report, &site_err), ERR_CORRUPT,
	   "an answer with two receipts is refused");
	forge_begin(&f, &hostile, &honest, ENVELOPE_ANSWER);
	forge_manifest(&f);
	forge_section(&f, SECTION_RECEIPT, span_of_buf(&bytes));
	forge_section(&f, SECTION_END, span_of("", 0));
	forge_write(&f, path);
	is(sync_import(honest.store, path, &arena, &SITE_TRUST, &report, &site_err), ERR_STRANGER,
	   "a receipt of another village is refused");
	buf_free(&bytes);
	arena_free(&arena);
}

static void test_after(void)
{
	char before[65], after[65];
	site_digest(&township, before);
	site_close(&township);
	site_open(&township);
	site_digest(&township, after);
	is_text(after, before, "opened again, the store is the same");
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&hostile, "A", "甲村卫生室", "430599101201");
	site_make(&honest, "B", "乙村卫生室", "430599101202");
	site_enrol(&hostile, &township);
	site_enrol(&honest, &township);
	for (size_t i = 0; i < CHUNK_MAX_ROWS; i++) {
		snprintf(names[i], sizeof(names[i]), "name%zu", i);
		name_fields[i] = text_field(16, names[i]);
	}
	test_numbers();
	test_names();
	test_others();
	test_gaps();
	test_answers();
	test_after();
	site_close(&township);
	site_close(&hostile);
	site_close(&honest);
	return done_testing();
}
