/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two places change the same fields; what settles by itself, what a person decides, and that it travels. */
#include "config.h"
#include "sync/conflict.h"

#include "db/derive.h"
#include "tests/sync/folk.h"

static struct site township, village;
static struct arena arena;

static size_t conflicts(struct site *site, rid_t record, struct conflict **out)
{
	size_t n = 0;

	site_must(conflict_of(site->store, record, &arena, out, &n, &site_err), "conflicts");
	return n;
}

static bool count_one(void *arg, rid_t record)
{
	(void)record;
	++*(size_t *)arg;
	return true;
}

static size_t listed(struct site *site)
{
	size_t n = 0;

	site_must(store_conflicts_each(site->store, count_one, &n, &site_err), "list");
	return n;
}

/* One resident that both hold; then each changes it without the other. */
static rid_t split(const char *name, rid_t *there)
{
	rid_t here = folk_resident(&village, name, "1955-03-08", "13800000001");

	folk_carry(&village, &township);
	*there = folk_there(&village, here, &township);
	return here;
}

static void meet(void)
{
	folk_carry(&village, &township);
	folk_carry(&township, &village);
}

static void test_open(void)
{
	struct conflict *one;
	char a[65], b[65];
	rid_t there, here = split("王秀英", &there);

	FOLK(&village, "resident", here, 0, "phone", "13800000002");
	FOLK(&township, "resident", there, 0, "phone", "13800000003");
	meet();
	is((long long)conflicts(&township, there, &one), 1, "a conflict");
	is(one->kind, CONFLICT_OPEN, "for a person");
	is((long long)one->n_sides, 2, "with two values");
	ok(strcmp(one->sides[0].text, one->sides[1].text) != 0 && *one->label, "and a label: %s", one->label);
	ok(one->sides[0].origin.device && one->sides[1].origin.device && !one->sides[0].clock_doubt,
	   "whose authors are known");
	size_t other = strcmp(one->sides[0].text, one->shown) ? 0 : 1;
	char taken[64];
	snprintf(taken, sizeof(taken), "%s", one->sides[other].text);
	is(conflict_take(township.store, one, other, "", &site_err), 0, "take the one that is not shown");
	is_text(folk_text(&township, there, "phone"), taken, "it is shown now");
	is((long long)conflicts(&township, there, &one), 0, "and nobody is asked again");
	meet();
	is_text(folk_text(&village, here, "phone"), taken, "the decision travels");
	is((long long)conflicts(&village, here, &one), 0, "the village is not asked");
	is((long long)listed(&village), 0, "nor is it listed there");
	site_digest(&township, a);
	site_digest(&village, b);
	is_text(a, b, "both have the same");
}

static void test_both_wrong(void)
{
	struct conflict *one;
	rid_t there, here = split("李建国", &there);

	FOLK(&village, "resident", here, 0, "phone", "13800000004");
	FOLK(&township, "resident", there, 0, "phone", "13800000005");
	meet();
	is((long long)conflicts(&village, here, &one), 1, "a conflict");
	is(conflict_decide(village.store, one, ENTRY_TEXT, span_of("13800000006", 11), "问过本人", &site_err), 0,
	   "both are wrong, decided in the village");
	/* the township decided at the same time: once more two values, not a silent one */
	conflicts(&township, there, &one);
	is(conflict_take(township.store, one, 0, "", &site_err), 0, "and at the township, at the same time");
	meet();
	is((long long)conflicts(&township, there, &one), 1, "two decisions stand against each other");
	is((long long)one->n_sides, 2, "they and nothing older");
	is(conflict_take(township.store, one, 1, "", &site_err), 0, "a third ends it");
	meet();
	is((long long)conflicts(&village, here, &one) + (long long)conflicts(&township, there, &one), 0, "everywhere");
	is(conflict_take(township.store, &(struct conflict){ .record = there, .n_sides = 2 }, 2, "", &site_err),
	   ERR_INVALID, "there is no third of two values");
}

static void test_sets(void)
{
	struct conflict *one;
	struct record record;
	rid_t there, here = split("曾庆福", &there);

	FOLK(&village, "resident", here, 0, "allergy", "2 3");
	FOLK(&township, "resident", there, 0, "allergy", "2 4");
	meet();
	is_text(folk_text(&township, there, "allergy"), "2 3 4", "what both added is there");
	is_text(folk_text(&village, here, "allergy"), "2 3 4", "in both places");
	site_must(store_record(township.store, there, &arena, &record, &site_err), "record");
	ok(!record.conflicted, "nobody has to decide");
	is((long long)conflicts(&township, there, &one), 1, "but it is listed");
	is(one->kind, CONFLICT_UNITED, "as settled by itself");
	ok(strcmp(one->sides[0].text, one->shown) && strcmp(one->sides[1].text, one->shown),
	   "with what each wrote: %s / %s", one->sides[0].text, one->sides[1].text);
	is(conflict_take(township.store, one, 0, "", &site_err), 0, "it can be decided otherwise");
	is((long long)strlen(folk_text(&township, there, "allergy")), 3, "then one of them counts");
	meet();
	is_text(folk_text(&village, here, "allergy"), folk_text(&township, there, "allergy"), "everywhere");

	/* "none" beside something else is no answer */
	FOLK(&village, "resident", here, 0, "exposure", "1");
	FOLK(&township, "resident", there, 0, "exposure", "2");
	meet();
	is((long long)conflicts(&township, there, &one), 1, "none here and something there");
	is(one->kind, CONFLICT_OPEN, "is for a person");
	conflict_take(township.store, one, 0, "", &site_err);
	meet();
}

/* The row of a resident is its allergies. */
static int derive_allergy(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                          struct derive_sink *sink, struct error *err)
{
	uint32_t tag = form_tag(form_set_find(folk_forms, "resident"), "allergy");
	const char *text = record_text(&in->records[0], tag);

	(void)deriver;
	(void)prepared;
	return derive_put(sink, span_of("a", 1), span_of(text, strlen(text)), err);
}

static bool take_text(void *arg, struct span key, rid_t subject, struct span value)
{
	(void)key;
	(void)subject;
	snprintf(arg, 64, "%.*s", (int)value.len_bytes, (const char *)value.data);
	return true;
}

static const char *derived_allergy(rid_t resident)
{
	static char text[64];

	*text = '\0';
	site_must(store_derived_of(township.store, "allergy", resident, take_text, text, &site_err), "derived row");
	return text;
}

static void test_derived(void)
{
	static const struct deriver deriver = { .name = "allergy", .version = 1, .derive = derive_allergy };
	rid_t there, here = split("温冬生", &there);

	site_must(store_register(township.store, &deriver, NULL, &site_err), "register");
	FOLK(&village, "resident", here, 0, "allergy", "2 3");
	FOLK(&township, "resident", there, 0, "allergy", "2 4");
	meet();
	is_text(derived_allergy(there), "2 3 4", "a derived row is made from what is shown");
	site_must(store_derive_all(township.store, NULL, &site_err), "derive");
	is_text(derived_allergy(there), "2 3 4", "also when all are made anew");
}

static void test_spaces(void)
{
	struct conflict *one;
	rid_t there, here = split("刘桂兰", &there);

	FOLK(&village, "resident", here, 0, "employer", "甲村小学 ");
	FOLK(&township, "resident", there, 0, "employer", "甲村小学");
	meet();
	is_text(folk_text(&township, there, "employer"), "甲村小学", "spaces at the end do not count");
	is((long long)conflicts(&township, there, &one), 1, "it is listed");
	is(one->kind, CONFLICT_TRIMMED, "as settled by itself");
}

static void test_retired(void)
{
	struct conflict *one;
	struct record record;
	rid_t there, here = split("单小梅", &there);

	site_must(store_retire(township.store, there, "建重了", &site_err), "retire");
	FOLK(&village, "resident", here, 0, "phone", "13800000009");
	meet();
	site_must(store_record(village.store, here, &arena, &record, &site_err), "record");
	ok(!record.retired && record.contested && record.conflicted, "an edit that was not seen keeps the record");
	is((long long)conflicts(&village, here, &one), 1, "it is listed");
	is(one->kind, CONFLICT_CONTESTED, "as retired and changed");
	is_text(one->sides[0].text, "建重了", "with the reason");
	ok(one->n_sides == 2 && strstr(one->sides[1].text, "13800000009"), "and the change: %s", one->sides[1].text);
	is(conflict_take(village.store, one, 0, "", &site_err), 0, "it is retired all the same");
	meet();
	site_must(store_record(township.store, there, &arena, &record, &site_err), "record");
	ok(record.retired && !record.conflicted, "which travels");
	site_must(store_retire(township.store, there, "", &site_err), "take back");
	FOLK(&village, "resident", here, 0, "phone", "13800000010");
	meet();
	site_must(store_record(village.store, here, &arena, &record, &site_err), "record");
	ok(!record.retired && !record.conflicted, "taken back it is as before");

	/* known to the one who edits: no conflict */
	site_must(store_retire(township.store, there, "去世", &site_err), "retire");
	meet();
	site_must(store_record(village.store, here, &arena, &record, &site_err), "record");
	ok(record.retired && !record.contested, "nothing unseen, nothing to ask");
}

/* Two corrections of one visit, each with its reason. */
static void test_amendments(void)
{
	struct conflict *one;
	rid_t there, here = split("赵德明", &there), visit, seen;

	visit = FOLK(&village, "hypertension_visit", 0, here, "visit_date", "2026-03-01", "mode", "1", "sbp", "168", "dbp",
	             "90");
	folk_carry(&village, &township);
	seen = folk_there(&village, visit, &township);
	FOLK(&village, "hypertension_visit", visit, here, "sbp", "158");
	FOLK(&township, "hypertension_visit", seen, there, "sbp", "148");
	meet();
	is((long long)conflicts(&village, visit, &one), 1, "two corrections of one visit");
	is(conflict_take(village.store, one, 1, "听诊复测", &site_err), 0, "are decided with a reason");
	meet();
	is((long long)conflicts(&township, seen, &one), 0, "for both");
	rid_t *history;
	size_t n;
	site_must(store_history(township.store, seen, &arena, &history, &n, &site_err), "history");
	is((long long)n, 4, "all versions stay in the history");
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	folk_load_forms();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&village, "A", "甲村卫生室", "430599101201");
	test_open();
	test_both_wrong();
	test_sets();
	test_derived();
	test_spaces();
	test_retired();
	test_amendments();
	arena_free(&arena);
	site_close(&township);
	site_close(&village);
	form_set_free(folk_forms);
	return done_testing();
}
