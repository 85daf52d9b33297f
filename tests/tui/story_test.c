/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a doctor does beside the common way: wrong values, drafts, corrections, duplicates, retiring, export. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lib/file.h"
#include "lib/i18n.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"
#include "tests/tui/fixture.h"
#include "tests/tui/snapshot.h"
#include "tui/screens.h"

static struct app app;

static void enter(void)
{
	app_start(&app, "store");
	app.next = unlock_new(&app);
	app.stack[app.depth++] = app.next;
	app.next = NULL;
	snapshot_keys(&app, "'" FIXTURE_PASSWORD "' Enter");
}

static void home(void)
{
	snapshot_home(&app);
}

static void see(const char *text, const char *name)
{
	ok(snapshot_shows(&app, text), "%s", name);
}

/* From Today to a new follow-up of the resident with these initials. */
static void to_visit(const char *initials)
{
	char keys[32];

	snprintf(keys, sizeof(keys), "2 '%s' Enter F2", initials);
	snapshot_keys(&app, keys);
	if (!snapshot_choose(&app, "高血压随访")) {
		snapshot_choose(&app, "高血压 >");
		snapshot_choose(&app, "高血压随访");
	}
}

static void test_values(void)
{
	to_visit("wxy");
	snapshot_keys(&app, "'x'");
	see("这里要填", "a letter in a number is refused at the key");
	snapshot_keys(&app, "'400' Enter");
	see("!!", "a value out of range is marked when the field is left");
	see("收缩压：应在 50 到 300 之间", "and it is said why");
	snapshot_keys(&app, "F2");
	see("应在 50 到 300 之间", "and is named when saving");
	snapshot_keys(&app, "Enter '１３８' Enter");
	see("138", "full-width digits are taken");
	snapshot_keys(&app, "Esc 3");
}

static void test_choices(void)
{
	home();
	to_visit("wxy");
	snapshot_keys(&app, "Up");
	snapshot_keys(&app, "1 2");
	see("2 头痛头晕", "a digit picks a code");
	snapshot_keys(&app, "1 0");
	see("10 其他", "1 and 0 are 10");
	see("其他症状", "and what depends on it appears");
	snapshot_keys(&app, "F4");
	see("[x]", "F4 shows what is picked");
	snapshot_keys(&app, "Down Down Space Enter");
	see("3 恶心呕吐", "Space picks in the list");
	snapshot_keys(&app, "F1");
	see("帮助", "help opens in a form");
	snapshot_keys(&app, "Esc Esc");
	see("还没保存", "Esc asks before anything is lost");
	snapshot_keys(&app, "3");
	see("已丢弃", "throwing away is a choice of its own");
}

static void test_rows(void)
{
	home();
	to_visit("wxy");
	snapshot_keys(&app, "PgDn Down Down");
	see("硝苯地平控释片", "the drugs of the last visit are there");
	snapshot_keys(&app, "Ctrl-A '缬沙坦' Enter '1' Enter '80' Enter");
	see("(2)", "a row was added");
	see("Ctrl-A 加一行  Ctrl-D 删这行", "with the keys that the key bar says: F2 saves here");
	snapshot_keys(&app, "Ctrl-D");
	see("(1)", "and taken away");
	snapshot_keys(&app, "Esc 3");
}

/* The program dies in the middle of a form: all but the field being typed is in the draft. */
static void test_draft(void)
{
	fflush(stdout);
	app_stop(&app);
	pid_t child = fork();
	if (!child) {
		enter();
		to_visit("lgl");
		snapshot_keys(&app, "'139' Enter '87' Enter '61.5");
		_exit(3);
	}
	int status = 0;
	waitpid(child, &status, 0);
	is(WEXITSTATUS(status), 3, "a program dies while a form is filled");
	enter();
	see("草稿 1", "Today counts the draft");
	snapshot_keys(&app, "9");
	see("刘桂兰", "and says whose it is");
	snapshot_keys(&app, "1");
	see("接着填草稿", "its form opens from there");
	snapshot_keys(&app, "Esc");
	home();
	to_visit("lgl");
	see("接着填草稿", "the form offers it");
	snapshot_keys(&app, "1");
	see("139", "the first field is back");
	see("87", "and the second");
	snapshot_keys(&app, "Esc 2");
	home();
	see("9 草稿 1", "what is kept on purpose is counted at once");
	snapshot_keys(&app, "9 1 2");
	home();
	see("草稿 0", "and what is thrown away is not");
}

/* An ordinary visit leaves no note; a form that data/forms marks as restricted does, each time it is opened. */
static void test_reading_is_noted(void)
{
	home();
	int before = snapshot_notes(&app);
	snapshot_keys(&app, "2 'ljg' Enter Enter Down Down Esc");
	is(snapshot_notes(&app), before, "opening a blood pressure visit leaves no note");
	home();
	snapshot_keys(&app, "2 'ljg' Enter F2");
	ok(snapshot_choose(&app, "修改"), "the basic data may be changed");
	see("个人基本信息", "the basic record opens");
	is(snapshot_notes(&app), before + 1, "and that is noted");
	home();
}

static void test_correction(void)
{
	home();
	setenv("XIANGYI_TODAY", "2026-11-23", 1);
	app.today = date_today();
	snapshot_keys(&app, "2 'ljg' Enter Enter Down Down");
	see("更正", "a record opens for correction");
	snapshot_keys(&app, "'166' Enter F2");
	if (snapshot_has("少见的值"))
		snapshot_keys(&app, "1");
	see("为什么更正", "a correction on a later day asks why");
	snapshot_keys(&app, "Enter");
	see("没有保存", "without a reason it is not saved");
	snapshot_keys(&app, "F2");
	if (snapshot_has("少见的值"))
		snapshot_keys(&app, "1");
	snapshot_keys(&app, "'抄错了' Enter");
	see("已保存", "with one it is");
	see("166/98", "the timeline shows the new value");
	snapshot_keys(&app, "h End");
	see("168  →  166", "the history shows old and new");
	see("抄错了", "and the reason");
	snapshot_keys(&app, "Esc Ctrl-D");
	see("为什么作废", "retiring asks why");
	snapshot_keys(&app, "'录错了人' Enter");
	see("已作废", "and the record stays, marked");
	home();
}

/* What was left empty is filled on a later day: no correction, so nobody asks why. */
static void test_addition(void)
{
	home();
	snapshot_keys(&app, "2 'wxy' Enter Enter");
	snapshot_keys(&app, "Enter Enter Enter Enter Enter Enter '60' Enter F2");
	see("已保存", "what was left empty is added without a reason");
	home();
}

/* Somebody else changed the same field without having seen this value. */
static void test_conflict(void)
{
	struct arena arena = ARENA_INIT;
	struct record *records = NULL;
	struct error err = { 0 };
	struct hit *hits;
	size_t n;
	uint32_t tag = form_tag(form_set_find(app.forms, "resident"), "phone");
	const char *phone = "13700000000";

	home();
	ok(!store_search(app.store, "cqf", 1, &arena, &hits, &n, &err) && n == 1 &&
	           !store_records_of(app.store, hits[0].resident, "resident", &arena, &records, &n, &err),
	   "a resident");
	if (!records)
		return;
	struct change_field field = { .tag = tag, .kind = ENTRY_TEXT, .value = span_of(phone, strlen(phone)) };
	struct change change = { .record = records[0].id, .form = "resident", .subject = records[0].subject,
		                 .fields = &field, .n_fields = 1 };
	ok(!store_save(app.store, &change, 1, NULL, &err), "a change from elsewhere");
	arena_free(&arena);
	snapshot_keys(&app, "7");
	see("曾庆福", "what is to be decided is listed with the name");
	snapshot_keys(&app, "Enter");
	see("13700000000", "with one value");
	see("13800000003", "and the other");
	snapshot_keys(&app, "4 Esc");
	snapshot_keys(&app, "2 'cqf' Enter");
	see("F4", "the resident's page says so");
	snapshot_keys(&app, "F4 Enter 3");
	see("居民", "another value is given in the form");
	home();
	snapshot_keys(&app, "2 'cqf' Enter F2 0 F2");
	see("在两处改过", "the form says that two values stand against each other");
	see("13800000003", "with one value");
	see("13700000000", "and the other");
	snapshot_keys(&app, "1");
	see("已保存", "the doctor settles it");
	snapshot_keys(&app, "F2 0 F2");
	ok(!snapshot_has("在两处改过"), "then it is settled");
	home();
}

/* The forms of a programme stand in the order of the work; an alert is answered where it is shown. */
static void test_menu(void)
{
	home();
	snapshot_keys(&app, "2 'cqf' Enter F2");
	ok(!snapshot_has("预警处理"), "no answer to an alert in the menu");
	see("1 高血压随访", "what is due comes first");
	snapshot_choose(&app, "肺结核 >");
	see("1 结核可疑症状筛查", "tuberculosis begins with the suspicion");
	see("4 肺结核结案", "and ends with the closing");
	snapshot_keys(&app, "Esc");
	see("肺结核 >", "Esc goes back to the list of programmes");
	snapshot_keys(&app, "Esc");
	ok(!snapshot_has("肺结核 >"), "and then out of it");
	home();
}

/* Codes of a list with letters: typed in small ones, and whole in the list of all. */
static void test_letter_codes(void)
{
	home();
	snapshot_keys(&app, "2 'cqf' Enter F2");
	snapshot_choose(&app, "大病与健康帮扶 >");
	ok(snapshot_choose(&app, "大病专项救治登记"), "a major disease");
	snapshot_keys(&app, "'n08'");
	see("N08 肺癌", "n08 is N08");
	snapshot_keys(&app, "F4");
	see("> N08 肺癌", "the list shows the whole code");
	snapshot_keys(&app, "Esc Esc 3");
	home();
}

/* What the clinic writes into every contract is not typed again for the next resident. */
static void test_next_contract(void)
{
	home();
	snapshot_keys(&app, "2 'cqf' Enter F2");
	ok(snapshot_choose(&app, "家庭医生签约"), "a contract for someone who has none");
	snapshot_keys(&app, "PgUp");
	see("示范镇卫生院第一团队", "the team is that of the clinic's last contract");
	see("村医        张医生", "and the doctor who is at the keyboard");
	home();
}

/* A record that names another of the same resident finds it. */
static void test_own_records(void)
{
	home();
	snapshot_keys(&app, "2 'wxy' Enter F2");
	snapshot_choose(&app, "签约服务 >");
	ok(snapshot_choose(&app, "签约服务项目"), "an item of the contract");
	see("示范镇卫生院第一团队", "the only contract stands there already");
	snapshot_keys(&app, "Up Up Up F4");
	see("2026-01-05", "and can be chosen from the resident's own");
	home();
}

static void test_next_search(void)
{
	home();
	snapshot_keys(&app, "2 'wxy' Enter Esc 'cqf'");
	see("曾庆福", "back in the list, the next search is typed over the last");
	home();
}

static void test_new_resident(void)
{
	home();
	snapshot_keys(&app, "2 F2 '王秀英' Enter F2");
	see("还不能保存", "an incomplete resident is not saved");
	/* the first problem is the sex; the same ID number as in the fixture: sex and birth date follow from it */
	snapshot_keys(&app, "Enter Up Tab '430599195503080025' Enter");
	see("1955-03-08", "the birth date follows from the ID number");
	see("2 女", "and the sex");
	snapshot_keys(&app, "Tab Tab Tab Tab '13800000001' Enter '王小军' Enter '13900000009' Enter Enter Enter Enter Enter");
	snapshot_keys(&app, "8 Enter 4 Enter 2 Enter 2 Enter");
	see("药物过敏史", "Enter walks on to the next page");
	snapshot_keys(&app, "1 Enter 1 Enter Enter 1 Enter 1 Enter 1 Enter");
	snapshot_keys(&app, "1 Enter 1 Enter 1 Enter 1 Enter 1 Enter 1 Enter");
	see("生活环境", "and to the last");
	snapshot_keys(&app, "Enter Enter Enter Enter Enter F4 Enter Enter");
	see("李建国", "a household is chosen from the list");
	see("3组", "its members live in its group");
	see("«", "what the neighbours have is proposed");
	snapshot_keys(&app, "F2");
	see("是不是已经建过档", "the same ID number is found before saving");
	see("看看：王秀英", "with the resident who has it");
	snapshot_keys(&app, "2");
	see("已保存", "the doctor decides that it is another");
	see("居民档案", "and the new resident opens");
	home();
	snapshot_keys(&app, "2 'wxy'");
	see("2 人", "both are found");
	home();
}

static void test_export_and_window(void)
{
	char line[256] = "";

	home();
	snapshot_keys(&app, "F9 'list.csv' Enter");
	see("已导出", "the list is exported");
	FILE *file = fopen("list.csv", "r");
	ok(file && fgets(line, sizeof(line), file) && strstr(line, "姓名"), "with a heading");
	if (file)
		fclose(file);
	snapshot_keys(&app, "F9 'list.csv' Enter");
	see("没有导出", "and never over another file");
	snapshot_resize(20, 70);
	app_draw(&app);
	see("窗口现在是 70×20", "a small window is explained");
	snapshot_resize(30, 100);
	app_draw(&app);
	see("今日工作", "a larger one is used");
	snapshot_resize(24, 80);
	app_draw(&app);
}

static void test_pinyin(void)
{
	home();
	snapshot_keys(&app, "2 F12 'wangxiuying'");
	see("拼音", "the pinyin bar stands below");
	snapshot_keys(&app, "Space F12");
	ok(!snapshot_has("wangxiuying"), "and gives characters");
	home();
}

int main(void)
{
	char cwd[4096];
	struct term_options terminal = { .theme = THEME_DARK, .type = "xterm-256color", .rows = 24,
		                         .cols = 80 };
	struct error err = { 0 };

	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	unsetenv("NO_COLOR");
	i18n_init("zh");
	if (!getcwd(cwd, sizeof(cwd)) || chdir(scratch_begin()))
		return 99;
	terminal.out = fopen("/dev/null", "w");
	if (fixture_make("store", &err) || term_start(&terminal, &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}
	enter();
	test_values();
	test_choices();
	test_rows();
	test_draft();
	test_pinyin();
	test_conflict();
	test_menu();
	test_letter_codes();
	test_next_contract();
	test_own_records();
	test_next_search();
	test_new_resident();
	test_export_and_window();
	test_reading_is_noted();
	test_correction();
	test_addition();
	app_stop(&app);
	term_stop();
	fclose(terminal.out);
	ok(!chdir(cwd) && !file_remove_tree(scratch_dir, &err), "the folder is removed");
	return done_testing();
}
