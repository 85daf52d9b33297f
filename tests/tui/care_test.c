/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts, cohorts, honest data and closed periods on the screen, by keys, in Chinese. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"
#include "tests/tui/snapshot.h"
#include "tui/screens.h"

static struct app app;

static void step(const char *keys, const char *name)
{
	snapshot_keys(&app, keys);
	app_draw(&app);
	ok(snapshot_matches(name), "screen %s", name);
}

static void see(const char *text, const char *name)
{
	ok(snapshot_shows(&app, text), "%s", name);
}

static void enter(const char *operator_name)
{
	app_start(&app, "store");
	app.operator_name = operator_name;
	app.next = unlock_new(&app);
	app.stack[app.depth++] = app.next;
	app.next = NULL;
	snapshot_keys(&app, "'correct' Space 'horse' Enter");
}

static void home(void)
{
	snapshot_home(&app);
}

static rid_t person(const char *name, const char *id, const char *birth)
{
	return SAVE("resident", 0, 0, "name", name, "sex", "2", "birth_date", birth, "id_number", id, "phone",
	            "13800000001", "allergy", "1", "payment", "2", "status", "1", "village_group", "3组");
}

static bool fill(void)
{
	forms = scene_forms();
	if (!make_store("store", "甲村卫生室", "430599101201"))
		return false;
	rid_t well = managed("王小明"), ill = person("王秀英", "430599195503080025", "1955-03-08"),
	      sad = person("刘桂兰", "430599196101150048", "1961-01-15");
	visit(well, "2026-11-03", "128", "78");
	SAVE("hypertension_enrolment", 0, ill, "enrolled_date", "2026-09-02");
	visit(ill, "2026-10-15", "150", "92");
	visit(ill, "2026-11-20", "186", "112");
	SAVE("phq9", 0, sad, "screen_date", "2026-11-21", "full", "1", "q9_harm", "1", "score", "8");
	SAVE("tb_visit", 0, sad, "visit_date", "2026-11-10", "missed_doses", "2");
	SAVE("referral", 0, sad, "referral_date", "2026-11-01", "kind", "2");
	SAVE("category_span", 0, sad, "category", "31", "valid_from", "2026-01-01");
	SAVE("staff", 0, 0, "name", "张医生", "role", "2", "licence_until", "2026-12-31");
	SAVE("symptom_log", 0, 0, "log_date", "2026-11-21", "fever", "4");
	store_close(store);
	store = NULL;
	form_set_free(forms);
	return true;
}

static void test_alerts(void)
{
	step("", "today-alerts-zh");
	is(snapshot_notes(&app), 0, "nothing restricted was listed");
	step("8", "alerts-zh");
	is(snapshot_notes(&app), 1, "that restricted records were listed is noted");
	step("F1", "alerts-rule-zh");
	snapshot_keys(&app, "Esc");
	step("F2", "alerts-deal-zh");
	snapshot_keys(&app, "2");
	see("已知悉", "acknowledged: it stays, as such");
	snapshot_keys(&app, "Home F2");
	snapshot_choose(&app, "写明原因关闭");
	step("", "alerts-reason-zh");
	snapshot_keys(&app, "Enter");
	see("原因", "it is not closed without a reason");
	see("危急值", "and stays");
	snapshot_keys(&app, "F2");
	snapshot_choose(&app, "写明原因关闭");
	snapshot_keys(&app, "'已复测138/86' Enter");
	ok(!snapshot_has("!! 危急值"), "with one it is closed and gone");
	step("F4", "alerts-filter-zh");
	snapshot_keys(&app, "2");
	see("执业证", "those of the township");
	ok(!snapshot_has("转诊"), "and no others");
	snapshot_keys(&app, "F4 0 End Up Enter");
	see("张医生", "Enter opens the member of staff");
	home();
}

/* Its check stands in the referral: a second one would leave the first open for ever. */
static void test_referral_is_gone_on_with(void)
{
	snapshot_keys(&app, "End Enter F2");
	see("1 转诊追访", "the menu begins with what the person was opened for");
	snapshot_keys(&app, "1");
	see("2026-11-01", "it opens the referral that there is");
	snapshot_keys(&app, "Esc 5 Down Down Enter");
	see("2026-11-01", "and so does the duty");
	home();
}

static void test_alerts_of_one(void)
{
	snapshot_keys(&app, "2 'wxy' Enter");
	see("a：预警 1", "one that nobody has closed");
	snapshot_keys(&app, "a");
	step("Down", "alerts-closed-zh");
	snapshot_keys(&app, "F2");
	snapshot_choose(&app, "重新打开");
	ok(!snapshot_has("已结案"), "opened again");
	snapshot_keys(&app, "Home");
	see("危急症状", "the most urgent first");
	snapshot_keys(&app, "Enter");
	see("186", "Enter opens the visit that made it");
	snapshot_keys(&app, "Esc Esc");
	step("", "resident-alerts-zh");
	snapshot_keys(&app, "a F2 1");
	see("转诊", "the form that answers it");
	home();
	snapshot_keys(&app, "2 'wxm' Enter a");
	see("没有预警", "one who has none is told");
	home();
}

static void test_windows(void)
{
	snapshot_keys(&app, "8");
	snapshot_resize(30, 120);
	app_draw(&app);
	ok(snapshot_matches("alerts-wide-zh"), "screen alerts-wide-zh");
	snapshot_resize(20, 70);
	see("窗口现在是 70×20", "a small window is explained");
	snapshot_resize(24, 80);
	home();
}

static void test_sources(void)
{
	snapshot_keys(&app, "2 'wxy' Enter 5 F1");
	see("依据", "F1 on a duty of the resident names its source");
	snapshot_keys(&app, "Esc 6 F1");
	see("依据", "and on a figure");
	home();
	snapshot_keys(&app, "F1");
	see("依据", "and on Today");
	home();
}

static void test_cohorts(void)
{
	snapshot_keys(&app, "4");
	step("4", "cohorts-zh");
	step("F1", "cohorts-rules-zh");
	snapshot_keys(&app, "Esc");
	step("4", "cohorts-quarters-zh");
	step("2", "cohorts-empty-zh");
	home();
}

static void test_honest(void)
{
	snapshot_keys(&app, "4");
	step("5", "honest-zh");
	step("Down Down F1", "honest-rule-zh");
	snapshot_keys(&app, "Esc");
	int before = snapshot_notes(&app);
	step("Enter", "honest-cases-zh");
	is(snapshot_notes(&app), before + 1, "that names were shown is noted");
	snapshot_keys(&app, "Enter");
	see("收缩压", "Enter opens the visit");
	snapshot_keys(&app, "Esc Esc Home Enter");
	see("背后没有名单", "a digit has no list");
	snapshot_keys(&app, "F7 F7 F7 F7 F7 F7");
	see("没有随访", "a time without visits says so");
	home();
}

static void test_closing(void)
{
	snapshot_keys(&app, "4");
	step("6", "closings-zh");
	step("F2", "closings-ask-zh");
	snapshot_keys(&app, "1");
	step("", "closings-closed-zh");
	snapshot_keys(&app, "F2");
	see("已经关账", "not twice");
	snapshot_keys(&app, "Enter");
	see("2026-10，2026-11-22 关账", "Enter shows the frozen figures");
	home();
	/* a visit of October is written down after the closing */
	store = app.store;
	forms = app.forms;
	struct hit *hits;
	struct arena arena = ARENA_INIT;
	size_t n = 0;
	ok(!store_search(store, "wxm", 1, &arena, &hits, &n, &err) && n == 1, "a resident");
	visit(n ? hits[0].resident : 0, "2026-10-20", "150", "95");
	arena_free(&arena);
	app_reload(&app);
	snapshot_keys(&app, "4 3 F7");
	step("", "indicators-closed-zh");
	snapshot_keys(&app, "PgDn PgDn");
	step("", "indicators-late-zh");
	snapshot_keys(&app, "Home Down Down Down Down Down Down Down Enter");
	step("", "indicator-closed-zh");
	int notes = snapshot_notes(&app);
	snapshot_keys(&app, "F5");
	is(snapshot_notes(&app), notes, "the names of a period are noted once");
	snapshot_keys(&app, "F8");
	is(snapshot_notes(&app), notes + 1, "those of another one again");
	home();
}

static void test_roles(void)
{
	app_stop(&app);
	enter("audit");
	snapshot_keys(&app, "8");
	see("危急值", "an auditor sees the alerts");
	snapshot_keys(&app, "F2");
	ok(!snapshot_has("写明原因关闭"), "and answers none");
	snapshot_keys(&app, "Esc 4 6");
	see("不能关账", "nor closes a period");
	app_stop(&app);
	enter("it");
	ok(!snapshot_has("预警"), "IT support is told of none");
	snapshot_keys(&app, "8");
	see("不能查看病人", "and sees none");
}

int main(void)
{
	char cwd[4096], *srcdir = realpath(getenv("srcdir") ? getenv("srcdir") : ".", NULL);
	struct term_options terminal = { .theme = THEME_DARK, .type = "xterm-256color", .rows = 24, .cols = 80 };

	if (!srcdir)
		return 99;
	setenv("srcdir", srcdir, 1);
	free(srcdir);
	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	unsetenv("NO_COLOR");
	i18n_init("zh");
	if (!getcwd(cwd, sizeof(cwd)) || chdir(scratch_begin()))
		return 99;
	terminal.out = fopen("/dev/null", "w");
	if (!fill() || term_start(&terminal, &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}
	enter("li");
	test_alerts();
	test_referral_is_gone_on_with();
	test_alerts_of_one();
	test_windows();
	test_sources();
	test_cohorts();
	test_honest();
	test_closing();
	test_roles();
	app_stop(&app);
	term_stop();
	fclose(terminal.out);
	ok(!chdir(cwd) && !file_remove_tree(scratch_dir, &err), "the folder is removed");
	return done_testing();
}
