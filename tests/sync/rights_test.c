/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may write what: what is held back, why, and that it counts when the right comes, in any order. */
#include "config.h"
#include "care/care.h"
#include "care/concern.h"
#include "care/link.h"
#include "care/move.h"
#include "sync/held.h"

#include "tests/sync/folk.h"

static struct site township, a, b;
static struct arena arena;

static size_t held(struct site *site, const char *why)
{
	struct held_line *lines;
	uint64_t more;
	size_t n, found = 0;

	site_must(sync_held(site->store, 1000, &arena, &lines, &n, &more, &site_err), "held");
	for (size_t i = 0; i < n; i++)
		found += !strcmp(lines[i].word, why);
	return found;
}

static void prepare(struct site *site)
{
	site_must(care_register(site->store, NULL, &site_err), "register");
}

static void test_events(void)
{
	rid_t person = folk_resident(&a, "王秀英", "1955-03-08", "13800000001"), visitor;

	folk_carry(&a, &township);
	folk_carry(&township, &b);
	visitor = folk_there(&a, person, &b);
	FOLK(&b, "hypertension_visit", 0, visitor, "visit_date", "2026-03-01", "mode", "1", "sbp", "140", "dbp", "85");
	is((long long)folk_carry(&b, &township).quarantined, 0, "anyone treated may get an event");
	FOLK(&b, "hypertension_enrolment", 0, visitor, "enrolled_date", "2026-03-01");
	FOLK(&b, "resident", visitor, 0, "phone", "13900000009");
	is((long long)folk_carry(&b, &township).quarantined, 2, "master data of another village's resident is a proposal");
	is((long long)held(&township, "not-yours"), 2, "listed with its reason");
	is_text(folk_text(&township, folk_there(&a, person, &township), "phone"), "13800000001", "which does not count");

	rid_t there = folk_there(&a, person, &township);
	is(care_grant(township.store, there, "430599101202", "长期在乙村就诊", &site_err), 0, "the township grants it");
	is((long long)held(&township, "not-yours"), 0, "nothing is held back any more");
	is_text(folk_text(&township, there, "phone"), "13900000009", "the proposal counts");
	is(care_grant(b.store, visitor, "430599101202", "x", &site_err), ERR_DENIED, "a village grants nothing");
}

static void test_office(void)
{
	rid_t one = folk_resident(&a, "李建国", "1952-11-20", "13800000002");
	rid_t two = folk_resident(&a, "李建国", "1952-11-20", "13800000002");
	char number[32];

	snprintf(number, sizeof(number), "#%llu", (unsigned long long)two);
	FOLK(&a, "link", 0, one, "other", number, "relation", "1", "reason", "x");
	FOLK(&a, "transfer", 0, one, "from_region", "430599101201", "to_region", "430599101202", "transfer_date",
	     "2026-03-01", "reason", "x");
	is((long long)folk_carry(&a, &township).quarantined, 2, "identity and transfers are the township's");
	is((long long)held(&township, "township-only"), 2, "and the reason says so");
	rid_t there = folk_there(&a, one, &township), other = folk_there(&a, two, &township);
	is(care_link(township.store, there, other, LINK_SAME, "核对过", &site_err), 0, "the township links them");
	is((long long)folk_carry(&township, &a).quarantined, 0, "which counts in the village");
}

static void test_values(void)
{
	rid_t one = folk_resident(&a, "曾庆福", "1949-07-01", "13800000003");

	FOLK(&a, "hypertension_visit", 0, one, "visit_date", "2026-03-01", "mode", "1", "sbp", "9999", "dbp", "85");
	FOLK(&a, "hypertension_visit", 0, one, "visit_date", "2026-02-31", "mode", "1", "sbp", "140", "dbp", "85");
	FOLK(&a, "hypertension_visit", 0, one, "visit_date", "2026-03-01", "mode", "77", "sbp", "140", "dbp", "85");
	is((long long)folk_carry(&a, &township).quarantined, 2, "a value beyond its range and a day that is none are held back");
	is((long long)held(&township, "wrong-value"), 2, "with their reason; a code of a newer list is not");
}

static bool coprime(size_t x, size_t y)
{
	while (y) {
		size_t rest = x % y;
		x = y;
		y = rest;
	}
	return x == 1;
}

/* The same entries in other orders, with the grant before, between and behind what it allows. */
static void test_orders(void)
{
	struct folk_bundle *all = calloc(1, sizeof(*all));
	const struct store_device *device;
	char first[65] = "", digest[65];
	unsigned differ = 0;

	for (size_t i = 0; all && (device = store_device_at(township.store, i)); i++)
		site_must(store_entries_each(township.store, device->id, 1, UINT64_MAX >> 24, folk_take, all, &site_err),
		          "entries");
	for (unsigned order = 0; all && order < 6; order++) {
		struct site copy;
		char folder[16];
		struct apply_result result = { 0 };
		snprintf(folder, sizeof(folder), "order%u", order);
		site_make(&copy, folder, "示范镇卫生院", "430599101");
		prepare(&copy);
		for (size_t i = 0; (device = store_device_at(township.store, i)); i++) {
			struct store_device known = *device;
			known.self = false;
			known.enrolled = true;
			site_must(store_device_put(copy.store, &known, &site_err), "device");
		}
		for (size_t i = 0; i < all->n; i++) {
			/* coprime steps walk through all of them in another order each time */
			size_t at = order == 0 ? i : order == 1 ? all->n - 1 - i : 0;
			static const size_t steps[] = { 7, 11, 13, 17 };
			size_t step = order > 1 ? steps[order - 2] : 1;
			while (order > 1 && !coprime(step, all->n))
				step++;
			if (order > 1)
				at = (i * step + order) % all->n;
			size_t start = at ? all->ends[at - 1] : 0;
			all->entries[i] = span_of(all->bytes.data + start, all->ends[at] - start);
		}
		for (size_t i = 0; i < all->n; i += 3)
			site_must(store_apply(copy.store, all->entries + i, all->n - i < 3 ? all->n - i : 3, NULL, span_of("", 0),
			                      &result, &site_err), "apply");
		site_digest(&copy, digest);
		if (!*first)
			snprintf(first, sizeof(first), "%s", digest);
		differ += strcmp(first, digest) != 0;
		site_close(&copy);
	}
	is((long long)differ, 0, "six orders of arrival give one state");
	if (all)
		buf_free(&all->bytes);
	free(all);
}

static void test_move(void)
{
	rid_t person = folk_resident(&a, "刘桂兰", "1961-01-15", "13800000004");
	char region[REGION_BYTES];
	struct record *records;
	struct move move;
	size_t n, at_b;
	uint64_t answered;

	FOLK(&a, "hypertension_visit", 0, person, "visit_date", "2026-03-01", "mode", "1", "sbp", "140", "dbp", "85");
	folk_carry(&a, &township);
	rid_t there = folk_there(&a, person, &township);
	is(care_move(township.store, there, "12", "x", &site_err), ERR_INVALID, "no such region");
	is(care_move(township.store, there, "430599101201", "x", &site_err), ERR_INVALID, "there already");
	is(care_move(township.store, there, "430599101202", "嫁到乙村", &site_err), 0, "move to the other village");
	site_must(care_owner(township.store, there, region, &site_err), "owner");
	is_text(region, "430599101202", "which has her now");
	site_must(care_answer_transfers(a.store, &answered, &site_err), "what came before");
	folk_carry(&township, &a);
	folk_carry(&township, &b);
	is(care_answer_transfers(a.store, &answered, &site_err), 0, "the old village answers");
	is((long long)answered, 1, "once");
	site_must(care_answer_transfers(a.store, &answered, &site_err), "again");
	is((long long)answered, 0, "and not again");
	is(care_answer_transfers(b.store, &answered, &site_err), 0, "the new one answers");
	is((long long)answered, 1, "too");
	rid_t moved = folk_there(&a, person, &b);
	site_must(store_records_of(b.store, moved, NULL, &arena, &records, &at_b, &site_err), "records");
	FOLK(&b, "resident", moved, 0, "phone", "13900000004");
	FOLK(&b, "hypertension_enrolment", 0, moved, "enrolled_date", "2026-03-02");
	is((long long)folk_carry(&b, &township).quarantined, 0, "the new village may write her master data");
	is((long long)folk_carry(&a, &township).quarantined, 0, "the old one's receipt counts");
	is_text(folk_text(&township, there, "phone"), "13900000004", "the new phone is known");
	folk_carry(&township, &a);
	site_must(store_records_of(a.store, person, NULL, &arena, &records, &n, &site_err), "records");
	care_move_of(a.store, records, n, &move);
	ok(move.transfer && move.noted != DATE_NONE && move.received != DATE_NONE, "the old village sees both receipts");
	is_text(move.received_by, b.name, "and who received her");
	is(move.records, (long)at_b - 1, "with how many records");
	ok(n >= at_b, "none was left behind: %zu here, %zu there", n, at_b);
	FOLK(&a, "resident", person, 0, "phone", "13700000004");
	is((long long)folk_carry(&a, &township).quarantined, 0, "what the old village still writes is not lost");
}

static bool concerns(rid_t resident, const char *region)
{
	struct concern *list;
	size_t n;
	bool found = false;

	site_must(care_concerns(township.store, region, &arena, &list, &n, &site_err), "concerns");
	for (size_t i = 0; i < n; i++)
		found = found || list[i].resident == resident;
	return found;
}

/* A second computer of the village needs it, else it would wait for it for ever. */
static void test_written_over(void)
{
	rid_t one = folk_resident(&a, "陈德明", "1958-05-09", "13800000005");
	rid_t own = folk_resident(&a, "陈春花", "1960-02-11", "13800000006");

	FOLK(&a, "resident", own, 0, "phone", "13900000006");
	folk_carry(&a, &township);
	FOLK(&township, "resident", folk_there(&a, one, &township), 0, "phone", "13900000005");
	folk_carry(&township, &a);
	FOLK(&a, "resident", one, 0, "phone", "13700000005");
	folk_carry(&a, &township);
	is_text(folk_text(&township, folk_there(&a, one, &township), "phone"), "13700000005",
	        "nothing that the township wrote stands any more");
	ok(concerns(folk_there(&a, one, &township), "430599101201"), "the village hears of it all the same");
	ok(!concerns(folk_there(&a, own, &township), "430599101201"), "what it wrote over itself is not news");
	ok(!concerns(folk_there(&a, one, &township), "430599101202"), "another village has no part in it");
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	folk_load_forms();
	site_make(&township, "T", "示范镇卫生院", "430599101");
	site_make(&a, "A", "甲村卫生室", "430599101201");
	site_make(&b, "B", "乙村卫生室", "430599101202");
	prepare(&township);
	prepare(&a);
	prepare(&b);
	test_events();
	test_office();
	test_values();
	test_orders();
	test_move();
	test_written_over();
	arena_free(&arena);
	site_close(&township);
	site_close(&a);
	site_close(&b);
	form_set_free(folk_forms);
	return done_testing();
}
