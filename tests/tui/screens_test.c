/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every screen by a script of keys on a small real store; SCREENS_LANG is set by the makefile. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"
#include "tests/tui/fixture.h"
#include "tests/tui/snapshot.h"
#include "tui/screens.h"

static struct app app;

#define PROGRAMME (i18n_lang() == LANG_ZH ? "高血压 >" : "Hypertension >")
#define VISIT_TITLE (i18n_lang() == LANG_ZH ? "高血压随访" : "Hypertension visit")

static void step(const char *keys, const char *name)
{
	char file[64];

	snapshot_keys(&app, keys);
	app_draw(&app);
	snprintf(file, sizeof(file), "%s-%s", name, SCREENS_LANG);
	ok(snapshot_matches(file), "screen %s", file);
}

static void unlock(void)
{
	app.next = unlock_new(&app);
	app.stack[app.depth++] = app.next;
	app.next = NULL;
	step("", "unlock");
	step("'wrong-one' Enter", "unlock-wrong");
	step("'" FIXTURE_PASSWORD "' Enter", "today");
}

static void look_around(void)
{
	step("F1", "today-help");
	step("Esc F4", "today-filter");
	step("Esc F6", "today-by-date");
	step("2", "residents");
	step("'cqf'", "residents-found");
	step("Enter", "resident");
	step("2", "resident-pressure");
	step("3", "resident-contract");
	step("4", "resident-family");
	step("5", "resident-duties");
	snapshot_keys(&app, "Esc Esc 'wxy' Enter");
	step("2", "resident-chart");
	step("Space", "resident-weight");
	step("F1", "resident-weight-help");
	snapshot_keys(&app, "Esc");
	step("3", "resident-signed");
	snapshot_keys(&app, "Esc Esc Esc");
	step("3", "sync");
	step("Esc 4", "indicators");
	snapshot_keys(&app, "Esc");
}

static void home(void)
{
	snapshot_home(&app);
}

static void to_visit(const char *initials)
{
	char keys[32];

	home();
	snprintf(keys, sizeof(keys), "2 '%s' Enter F2", initials);
	snapshot_keys(&app, keys);
	ok(snapshot_choose(&app, VISIT_TITLE) ||
	   (snapshot_choose(&app, PROGRAMME) && snapshot_choose(&app, VISIT_TITLE)), "the follow-up is offered");
}

static void fill_forms(void)
{
	home();
	snapshot_keys(&app, "2 'wxy' Enter");
	snapshot_keys(&app, "F2");
	snapshot_choose(&app, i18n_lang() == LANG_ZH ? "儿童 >" : "Children >");
	step("", "resident-add-child");
	home();
	to_visit("lgl");
	step("", "visit-new");
	step("F2", "visit-problems");
	snapshot_keys(&app, "Esc");
	to_visit("wxy");
	step("PgDn", "visit-second-page");
	step("PgUp Tab Tab Tab '88' Tab '180' Tab", "visit-wrong");
	step("Esc", "visit-leave");
	snapshot_keys(&app, "2 F2");
	snapshot_choose(&app, VISIT_TITLE);
	step("", "visit-draft");
	step("2", "visit-carried");
	home();
	snapshot_keys(&app, "2");
	step("F2", "resident-new");
	home();
	step("2", "residents-again");
	home();
}

/* Key count of the commonest work: a follow-up in which only the blood pressure is another. */
static void count_follow_up(void)
{
	static const char keys[] = "F2 1 '138' Enter '86' F2";
	size_t n = snapshot_count_keys(keys);

	snapshot_keys(&app, "2 'wxy' Enter");
	snapshot_keys(&app, keys);
	printf("# a follow-up with a new blood pressure takes %zu keys\n", n);
	ok(n <= 25, "a follow-up takes at most 25 keys");
	step("", "visit-saved");
	snapshot_keys(&app, "h");
	ok(snapshot_has("138"), "the history shows the new pressure");
	snapshot_keys(&app, "Esc Esc Esc Esc");
}

/* What belongs to no resident, all by keys: an activity, and an event of a clinic that is added on the way. */
static void keep_registers(void)
{
	home();
	step("6", "registers");
	step("Enter", "registers-empty");
	step("F2", "registers-new");
	snapshot_keys(&app, "'村部广场' Enter 1 Enter 1 Enter '02' Enter '冬季预防流感' Enter '王站长' Enter '李医生' "
	                    "Enter '23' Enter '32' Enter Enter Enter '咳嗽礼仪' Enter '反应好' Enter Enter '张医生' "
	                    "Enter '王站长' F2");
	step("", "registers-saved");
	ok(snapshot_has("冬季预防流感"), "the activity stands in the list");
	snapshot_keys(&app, "h");
	ok(snapshot_has("反应好"), "the history shows what was entered");
	snapshot_keys(&app, "Esc Enter Tab Tab");
	ok(snapshot_has("村部广场"), "Enter opens it again");
	snapshot_keys(&app, "Esc F2");
	ok(snapshot_has("王站长") && !snapshot_has("村部广场"), "a new one takes over the organiser, not the place");
	snapshot_keys(&app, "Esc Esc");
	ok(snapshot_has(i18n_lang() == LANG_ZH ? "卫生室与人员" : "Clinic and staff"), "Esc goes back to the forms");
	step("Down Down Down Down Down Down F2", "registers-whose");
	home();
}

/* The same field changed elsewhere without knowledge of what stands here. */
static void decide_conflict(void)
{
	const char *phone = "13700000000";
	struct arena arena = ARENA_INIT;
	struct error err = { 0 };
	struct hit *hits;
	size_t n = 0;

	ok(!store_search(app.store, "wxy", 1, &arena, &hits, &n, &err) && n == 1, "a resident");
	struct change_field field = { .tag = form_tag(form_set_find(app.forms, "resident"), "phone"),
		                      .value = span_of(phone, strlen(phone)) };
	struct change change = { .record = n ? hits[0].resident : 0, .form = "resident", .fields = &field,
		                 .n_fields = 1 };
	ok(!store_save(app.store, &change, 1, NULL, &err), "a change from elsewhere");
	arena_free(&arena);
	home();
	step("7", "checks-differences");
	step("Enter", "checks-decide");
	step("2", "checks-decided");
	home();
}

int main(void)
{
	struct term_options terminal = { .theme = THEME_DARK, .type = "xterm-256color", .rows = 24,
		                         .cols = 80 };
	struct error err = { 0 };
	char cwd[4096], *srcdir = realpath(getenv("srcdir") ? getenv("srcdir") : ".", NULL);

	if (!srcdir)
		return 99;
	setenv("srcdir", srcdir, 1);
	free(srcdir);
	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	unsetenv("NO_COLOR");
	i18n_init(SCREENS_LANG);
	if (!getcwd(cwd, sizeof(cwd)) || chdir(scratch_begin()))
		return 99;
	if (fixture_make("store", &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}
	terminal.out = fopen("/dev/null", "w");
	if (term_start(&terminal, &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}
	app_start(&app, "store");
	unlock();
	look_around();
	fill_forms();
	count_follow_up();
	keep_registers();
	decide_conflict();
	app_stop(&app);
	term_stop();
	fclose(terminal.out);
	ok(!chdir(cwd), "back");
	return done_testing();
}
