/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stick is pulled out, fills up, lies or stutters at every call that an export or an answer makes: nothing is
 * lost, nothing half-written counts, and "safe to remove" is said only when it is.
 */
#include "config.h"

#include "sync/stick.h"
#include "tests/sync/fault.h"
#include "tests/sync/site.h"

enum { VISITS = 40 };

static struct site village, township;
static char stick[4096], folder[5000];

static int export_once(struct export_report *report)
{
	return sync_export(village.store, stick, NULL, report, &site_err);
}

/* Every bundle and answer that has its final name is whole. */
static bool all_whole(void)
{
	static const char *const kinds[] = { "XYB", "XYA" };
	struct arena arena = ARENA_INIT;
	bool whole = true;
	for (size_t k = 0; k < 2; k++) {
		struct bundle_facts facts;
		char **paths;
		size_t n = 0;
		if (stick_scan(stick, kinds[k], &arena, &paths, &n, &site_err))
			whole = false;
		for (size_t i = 0; i < n; i++)
			whole = whole && !bundle_inspect(NULL, paths[i], &facts, &site_err);
	}
	arena_free(&arena);
	return whole;
}

static size_t count_files(const char *extension)
{
	struct arena arena = ARENA_INIT;
	char **paths;
	size_t n = 0;
	stick_scan(folder, extension, &arena, &paths, &n, &site_err);
	arena_free(&arena);
	return n;
}

static void sweep_export(void)
{
	struct export_report report;
	long calls, refused = 0, unexplained = 0, broken = 0, unsafe = 0;
	fault_begin(stick);
	ok(!export_once(&report) && report.safe_to_remove, "an export to a sound stick: it is safe to remove");
	calls = fault.count;
	ok(calls >= 10, "it makes %ld changing calls on the stick", calls);
	for (long n = 1; n <= calls; n++)
		for (int how = 0; how < 3; how++) {
			static const int numbers[] = { EIO, ENOSPC, EROFS };
			fault_begin(stick);
			fault.number = numbers[how];
			*(how ? &fault.fail_at : &fault.gone_at) = n;
			int code = export_once(&report);
			fault_begin(NULL);
			refused += code != 0;
			unsafe += code && report.safe_to_remove;
			unexplained += code && code != ERR_IO && code != ERR_NOSPACE && code != ERR_DENIED;
			broken += !all_whole();
		}
	ok(refused > calls, "%ld of %ld faults are noticed; the others do no harm", refused, 3 * calls);
	is(unexplained, 0, "each is called pulled out, full or write-protected");
	is(broken, 0, "whatever has its final name is whole");
	is(unsafe, 0, "safe to remove is never said after a failure");
	is(site_pending(&village), VISITS, "everything is still to be carried");
	ok(!export_once(&report), "the next export to the stick succeeds");
	is(count_files("TMP"), 0, "no temporary file is left");
	is(count_files("XYB"), STICK_GENERATIONS, "two generations stay");
}

static void sweep_answer(void)
{
	struct merge_report merged;
	struct arena arena = ARENA_INIT;
	long calls, lost = 0, unsafe = 0, broken = 0;
	fault_begin(stick);
	ok(!sync_merge(township.store, stick, &arena, NULL, &merged, &site_err) && merged.safe_to_remove,
	   "the township merges and answers: safe to remove");
	calls = fault.count;
	for (long n = 1; n <= calls; n++) {
		fault_begin(stick);
		fault.number = EIO;
		fault.gone_at = n;
		int code = sync_merge(township.store, stick, &arena, NULL, &merged, &site_err);
		fault_begin(NULL);
		lost += merged.total.fresh;
		unsafe += code && merged.safe_to_remove;
		broken += !all_whole();
	}
	ok(!lost, "pulled out while it is answered %ld times: nothing is new any more", calls);
	is(unsafe, 0, "safe to remove is not said");
	is(broken, 0, "no half answer has a final name");
	site_must(sync_merge(township.store, stick, &arena, NULL, &merged, &site_err), "merge");
	struct import_report report;
	site_must(sync_import(village.store, stick, &arena, NULL, &report, &site_err), "import");
	is(site_pending(&village), 0, "the receipt arrives in the end");
	arena_free(&arena);
}

static void odd_sticks(void)
{
	struct export_report report;
	site_save(&village, 0, 0, "visit", "one more");
	fault_begin(stick);
	fault.short_bytes = 7;
	ok(!export_once(&report) && all_whole(), "a stick that takes seven bytes at a time");
	file_remove_tree(folder, NULL);
	fault_begin(stick);
	fault.capacity = 300;
	is(export_once(&report), ERR_IO, "a stick of false capacity is refused");
	ok(strstr(site_err.text, "reads back differently") != NULL, "and the message says why: %s", site_err.text);
	fault_begin(NULL);
	ok(!report.safe_to_remove && !count_files("XYB") && !count_files("TMP"), "nothing is left on it");
}

/* One USB stick that is a folder here. */
static void make_system(void)
{
	char path[5000], text[5000];
	struct error err;
	setenv("XIANGYI_SYSTEM", scratch_path("system"), 1);
	file_make_dirs(scratch_path("system/sys/devices/usb1/block/sdb/sdb1"), 0700, &err);
	file_make_dirs(scratch_path("system/sys/dev/block"), 0700, &err);
	file_make_dirs(scratch_path("system/proc/self"), 0700, &err);
	file_write_atomic(scratch_path("system/sys/devices/usb1/block/sdb/sdb1/partition"), "1\n", 2, &err);
	snprintf(path, sizeof(path), "%s", scratch_path("system/sys/dev/block/8:17"));
	if (symlink(scratch_path("system/sys/devices/usb1/block/sdb/sdb1"), path))
		site_must(ERR_IO, "link");
	snprintf(text, sizeof(text), "30 1 8:17 / %s rw - vfat /dev/sdb1 rw\n", stick);
	site_must(file_write_atomic(scratch_path("system/proc/self/mountinfo"), text, strlen(text), &site_err), "mountinfo");
}

int main(void)
{
	site_must(crypto_init(&site_err), "crypto");
	scratch_begin();
	snprintf(stick, sizeof(stick), "%s", scratch_path("stick"));
	snprintf(folder, sizeof(folder), "%s/XIANGYI/430599101201", stick);
	site_must(file_make_dirs(stick, 0700, &site_err), "stick");
	make_system();
	site_make(&village, "village", "甲村卫生室", "430599101201");
	site_make(&township, "township", "示范镇卫生院", "430599101");
	site_enrol(&village, &township);
	for (int i = 0; i < VISITS; i++)
		site_save(&village, 0, 0, "visit", "an invented visit");
	sweep_export();
	sweep_answer();
	odd_sticks();
	site_close(&village);
	site_close(&township);
	return done_testing();
}
