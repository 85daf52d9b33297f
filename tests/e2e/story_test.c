/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main job as people do it, key by key in Chinese on a real pty: a village doctor finds a resident by
 * initials and records a visit; the records travel on a stick; the township merges and answers; the receipt comes
 * home; the indicator is printed. Then what happens when the power goes in the middle of a form.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/place.h"
#include "tests/e2e/term.h"
#include "tests/tap.h"

#define DOCTOR "--operator doctor --password-file password"
#define OFFICE "--operator office --password-file password"

/* Invented: nobody has these names and numbers. */
static const char *const tables[][2] = {
	{ "resident",
	  "name,id_number,phone,contact_name,contact_phone,education,occupation,marital,payment,allergy,exposure,"
	  "disease,surgery_has,trauma_has,transfusion_has,family_father,family_mother,family_siblings,"
	  "family_children,hereditary,disability,address_now,township,village,built_by_unit,built_by\n"
	  "曾国芳,430599195506070025,13800000001,曾小军,13900000001,8,4,2,2,1,1,2,1,1,1,1,1,1,1,1,1,甲村1组,"
	  "示范镇,甲村,甲村卫生室,张示范\n"
	  "李长根,430599194803120012,13800000002,李小红,13900000002,8,4,2,2,1,1,1,1,1,1,1,1,1,1,1,1,甲村2组,"
	  "示范镇,甲村,甲村卫生室,张示范\n" },
	{ "category_span", "id_number,category,valid_from,source_list\n430599195506070025,31,2024-01-01,1\n" },
	{ "contract",
	  "id_number,groups,team,village_doctor,institution,packages,signed_date,start_date,end_date,status,"
	  "agreement_read,agreement_signed\n"
	  "430599195506070025,04,一队,张示范,示范镇卫生院,1,2026-01-05,2026-01-05,2027-01-04,1,1,1\n" },
	{ "hypertension_enrolment",
	  "id_number,enrolled_date,diagnosed_date,diagnosing_unit,source,doctor\n"
	  "430599195506070025,2025-01-10,2025-01-10,示范镇卫生院,1,张示范\n" },
	{ "hypertension_visit",
	  "id_number,visit_date,sbp,dbp,weight,height,heart_rate,cigarettes,alcohol,exercise_times,exercise_minutes,"
	  "salt,psychology,compliance,adherence,doctor\n"
	  "430599195506070025,2026-02-20,136,84,62,158,72,0,0,5,30,1,1,1,1,张示范\n"
	  "430599195506070025,2026-05-18,134,82,62,158,72,0,0,5,30,1,1,1,1,张示范\n"
	  "430599195506070025,2026-08-14,136,84,62,158,72,0,0,5,30,1,1,1,1,张示范\n" },
};

static struct term *start(const char *type, int rows, int cols, const char *const *env)
{
	static char program[4096];
	static const char *argv[] = { program, "--store", "A", NULL };

	snprintf(program, sizeof program, "%s", place_program("xiangyi"));
	return term_start(&(struct term_start){ .argv = argv, .type = type, .rows = rows, .cols = cols,
	                                        .env = env });
}

static bool unlock(struct term *t)
{
	return term_wait_text(t, "密码") && term_type(t, PLACE_PASSWORD "<Enter>") &&
	       term_wait_text(t, "待送卫生院");
}

/* Type the code that a menu shows before a label. */
static bool choose(struct term *t, const char *label)
{
	char digits[8];
	size_t n = 0;

	for (const char *at = term_text(t); (at = strstr(at, label)) != NULL; at++) {
		const char *from = at - 1;

		while (from[-1] >= '0' && from[-1] <= '9' && n + 1 < sizeof digits)
			from--, n++;
		if (n && *from != ' ') {
			memcpy(digits, from, n);
			digits[n] = '\0';
			return term_type(t, digits);
		}
	}
	printf("# no menu line with %s\n", label);
	term_show(t);
	return false;
}

static void make_stores(void)
{
	is(place_run(0, NULL, "xiangyi-admin init --role township --name 示范镇卫生院 --region 430599101 --store T " OFFICE),
	   0, "the township's store");
	is(place_run(0, NULL, "xiangyi-admin init --role village --name 甲村卫生室 --region 430599101201 --store A " DOCTOR),
	   0, "the village's store");
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		place_write("table.csv", tables[i][1]);
		is(place_run(0, NULL, "xiangyi-admin import %s table.csv --store A " DOCTOR, tables[i][0]), 0,
		   tables[i][0]);
	}
	is(place_run(0, NULL, "xiangyi-merge enrol A/request.xyr --store T --yes " OFFICE), 0, "enrolment");
	is(place_run(0, NULL, "xiangyi-sync import T/answers --yes --store A " DOCTOR), 0, "the answer comes home");
}

/* From the unlock screen to a saved visit. */
static void record_visit(void)
{
	struct term *t = start("xterm-256color", 24, 80, NULL);
	size_t bytes;

	ok(t && unlock(t), "unlocked, and Today is there");
	ok(term_has(t, "今日工作") && term_has(t, "甲村卫生室"), "Today says where we are");
	term_type(t, "/");
	ok(term_wait_text(t, "首字母"), "the search");
	term_type(t, "cgf");
	ok(term_wait_text(t, "曾国芳"), "a resident is found by initials, in one of the surname's two readings");
	term_type(t, "<Enter>");
	ok(term_wait_text(t, "高血压随访"), "the resident's page with its timeline");

	term_count_reset(t);
	term_type(t, "<F2>");
	ok(term_wait_text(t, "录入什么"), "what to record");
	choose(t, "高血压随访");
	ok(term_wait_text(t, "收缩压"), "the visit");
	bytes = term_bytes(t);
	term_type(t, "138");
	bytes = term_bytes(t) - bytes;
	ok(bytes < 3 * 200, "typing costs %zu bytes a key", bytes / 3);
	term_type(t, "<Enter>86<F2>");
	ok(term_wait_text(t, "已保存"), "saved");
	ok(term_keys(t) <= 25, "a visit with another blood pressure takes %d keys, at most 25", term_keys(t));
	ok(term_wait_text(t, "138/86"), "the timeline shows it");
	term_type(t, "<Esc>");
	ok(term_wait_text(t, "首字母"), "one step back");
	term_type(t, "<Esc>");
	ok(term_wait_text(t, "李长根"), "the next takes the search away");
	term_type(t, "<Esc>");
	ok(term_wait_text(t, "待送卫生院"), "and the last leads to Today");
	term_type(t, "<F10>");
	ok(term_wait_text(t, "退出乡医"), "leaving is asked");
	term_type(t, "1");
	is(term_wait_exit(t), 0, "leaving");
	term_free(t);
}

static void carry(void)
{
	const char *out;
	char digest[256] = "";

	is(place_run(0, NULL, "xiangyi-merge report close 2026-10 --store A " DOCTOR), 0, "the village closes a month");
	is(place_run(0, NULL, "mkdir STICK && xiangyi-sync export --store A --to STICK " DOCTOR), 0, "export");
	is(place_run(0, NULL, "xiangyi-merge merge STICK --store T " OFFICE), 0, "merge");
	is(place_run(0, &out, "xiangyi-merge digest --store T " OFFICE), 0, "digest");
	snprintf(digest, sizeof digest, "%s", out);
	is(place_run(0, NULL, "xiangyi-merge merge STICK --store T " OFFICE), 0, "the same bundle again");
	place_run(0, &out, "xiangyi-merge digest --store T " OFFICE);
	is_text(out, digest, "merging again changes nothing");
	is(place_run(0, &out, "xiangyi-sync status --store A --json " DOCTOR), 0, "status before the receipt");
	ok(place_json_number(out, "pending") > 0, "what was exported is not yet acknowledged");
	is(place_run(0, NULL, "xiangyi-sync import STICK --store A " DOCTOR), 0, "the receipt");
	place_run(0, &out, "xiangyi-sync status --store A --json " DOCTOR);
	is(place_json_number(out, "pending"), 0, "the township holds everything");
	is(place_run(0, &out, "xiangyi-merge report indicators annex4_htn --store T --json " OFFICE), 0, "the indicator");
	is(place_json_number(out, "denominator"), 1, "one resident counts");
	is(place_run(0, &out, "xiangyi-merge report indicators annex4_htn --store T " OFFICE), 0, "and in words");
	ok(strstr(out, "甲村卫生室") != NULL, "by village");
	is(place_run(1, NULL, "xiangyi-merge report closed 2026-10 --store T " OFFICE), 1,
	   "what the village has closed is not closed at the township");
	is(place_run(0, NULL, "xiangyi-merge report close 2026-10 --store T " OFFICE), 0, "which closes for itself");
	is(place_run(0, &out, "xiangyi-merge report closed 2026-10 --store T --json " OFFICE), 0, "its own figures");
	ok(strstr(out, "2026-11-20") != NULL, "of that day");
}

/* Open the visit form of the resident that was found before. */
static bool open_visit(struct term *t)
{
	return unlock(t) && term_type(t, "/") && term_wait_text(t, "首字母") && term_type(t, "zgf") &&
	       term_wait_text(t, "曾国芳") && term_type(t, "<Enter>") && term_wait_text(t, "签约") &&
	       term_type(t, "<F2>") && term_wait_text(t, "录入什么") && choose(t, "高血压随访");
}

static void power_cut(void)
{
	struct term *t = start("xterm-256color", 24, 80, NULL);

	ok(open_visit(t) && term_wait_text(t, "收缩压"), "a form is open");
	term_type(t, "151<Enter>");
	ok(term_wait_text(t, "151"), "a value is typed and its field left");
	term_signal(t, SIGKILL);
	is(term_wait_exit(t), 128 + SIGKILL, "the program is killed");
	term_free(t);

	t = start("xterm-256color", 24, 80, NULL);
	ok(open_visit(t) && term_wait_text(t, "草稿"), "the draft is offered");
	term_type(t, "1");
	ok(term_wait_text(t, "151"), "with the value that was typed");
	term_hang_up(t);
	ok(term_wait_exit(t) >= 0, "the line drops");
	term_free(t);

	t = start("xterm-256color", 24, 80, NULL);
	ok(open_visit(t) && term_wait_text(t, "草稿"), "the draft is still offered");
	term_type(t, "2");
	ok(term_wait_gone(t, "草稿") && !term_has(t, "151"), "thrown away, the form is empty");
	term_free(t);
}

static bool open_alerts(struct term *t)
{
	return t && unlock(t) && term_type(t, "8") && term_wait_text(t, "负责人");
}

/* A danger value is acknowledged, closed with a reason and opened again; the program is killed in between. */
static void answer_alert(void)
{
	struct term *t;

	place_write("danger.csv",
	            "id_number,visit_date,sbp,dbp,weight,height,heart_rate,cigarettes,alcohol,exercise_times,"
	            "exercise_minutes,salt,psychology,compliance,adherence,refer_to,doctor\n"
	            "430599194803120012,2026-11-18,186,112,62,158,72,0,0,5,30,1,1,1,1,示范镇卫生院,张示范\n");
	is(place_run(0, NULL, "xiangyi-admin import hypertension_visit danger.csv --store A " DOCTOR), 0, "a danger value");

	t = start("xterm-256color", 24, 80, NULL);
	ok(open_alerts(t) && term_has(t, "危急值") && term_has(t, "李长根"), "it is an alert, with the name");
	term_type(t, "<F1>");
	ok(term_wait_text(t, "danger_sbp"), "F1 names the rule");
	term_type(t, "<Esc><F2>");
	ok(term_wait_text(t, "知道了") && choose(t, "知道了") && term_wait_text(t, "已知悉"), "acknowledged");
	term_signal(t, SIGKILL);
	is(term_wait_exit(t), 128 + SIGKILL, "the program is killed");
	term_free(t);

	t = start("xterm-256color", 24, 80, NULL);
	ok(open_alerts(t) && term_has(t, "危急值") && term_has(t, "已知悉"), "it is still acknowledged");
	term_type(t, "<F2>");
	ok(term_wait_text(t, "写明原因关闭") && choose(t, "写明原因关闭") && term_wait_text(t, "关闭这条预警"), "a reason is asked");
	term_type(t, "<Enter>");
	ok(term_wait_text(t, "原因") && term_has(t, "危急值"), "without one it stays");
	term_type(t, "<F2>");
	ok(term_wait_text(t, "写明原因关闭") && choose(t, "写明原因关闭") && term_wait_text(t, "关闭这条预警"), "once more");
	term_type(t, "已送卫生院<Enter>");
	ok(term_wait_text(t, "没有要处理的预警"), "with one it is gone");
	term_signal(t, SIGKILL);
	term_wait_exit(t);
	term_free(t);

	t = start("xterm-256color", 24, 80, NULL);
	ok(open_alerts(t) && term_has(t, "没有要处理的预警"), "and stays closed");
	term_type(t, "<Esc>/lcg<Enter>a");
	ok(term_wait_text(t, "已送卫生院"), "on the resident's own list it stands with its reason");
	term_type(t, "<F2>");
	ok(term_wait_text(t, "重新打开") && choose(t, "重新打开") && term_wait_text(t, "未处理"), "opened again");
	term_type(t, "<F2>");
	ok(term_wait_text(t, "去处理") && choose(t, "去处理") && term_wait_text(t, "转诊日期"), "the form that answers it");
	term_free(t);
}

static void test_terminal(const char *type)
{
	static const char *const english[] = { "LANGUAGE=en", NULL };
	bool linux_console = !strcmp(type, "linux");
	struct term *t = start(type, 24, 80, linux_console ? english : NULL);

	ok(t && term_wait_text(t, linux_console ? "Password" : "密码"), "%s: the unlock screen", type);
	ok(term_type(t, PLACE_PASSWORD "<Enter>") &&
	   term_wait_text(t, linux_console ? "Today" : "待送卫生院"), "%s: Today", type);
	term_type(t, "2");
	ok(term_wait_text(t, linux_console ? "initials" : "首字母"), "%s: residents", type);
	term_type(t, "<Down><Up><Esc>");
	ok(term_wait_text(t, linux_console ? "Today" : "待送卫生院"), "%s: arrows and Esc", type);
	term_type(t, "<C-q>1");
	is(term_wait_exit(t), 0, "left");
	term_free(t);
}

static bool write_keys(struct term *t, const char *bytes)
{
	return term_write(t, bytes, strlen(bytes)) && term_settle(t);
}

/* PuTTY's F-keys while $TERM says xterm, a console's, and keys that nobody knows. */
static void test_other_keys(const char *type)
{
	struct term *t = start(type, 24, 80, NULL);

	ok(t && unlock(t), "%s: F-keys as other terminals send them", type);
	write_keys(t, "\x1b[11~");
	ok(term_wait_text(t, "到处可用的按键"), "%s: F1 helps", type);
	write_keys(t, "\x1b[21~");
	ok(term_wait_gone(t, "到处可用的按键"), "%s: F10 leaves it", type);
	write_keys(t, "\x1b[[C");
	ok(term_wait_text(t, "首字母"), "%s: F3 searches", type);
	write_keys(t, "\x1b[25~\x1b[1;7Pcgf");
	ok(term_wait_text(t, "cgf") && !term_has(t, "25~") && !term_has(t, "1;7"), "%s: a key without a meaning is no text", type);
	term_free(t);
}

static void test_line(void)
{
	static const char *const ssh[] = { "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22", NULL };
	struct term *t = start("xterm-256color", 24, 80, ssh);
	int row, col, row2, col2;

	ok(t && unlock(t), "over a slow line");
	term_type(t, "2");
	term_wait_text(t, "曾国芳");
	term_cursor(t, &row, &col);
	term_write(t, "\x1b", 1);
	term_write(t, "O", 1);
	term_write(t, "A", 1);
	term_settle(t);
	ok(term_has(t, "首字母") && !term_has(t, "待送卫生院"), "an arrow key that comes in pieces is no Esc");
	term_cursor(t, &row2, &col2);
	ok(row2 >= 0 && col2 >= 0, "the cursor stands at %d,%d", row2, col2);

	term_resize(t, 20, 60);
	ok(!term_has(t, "首字母"), "a small window shows a note");
	term_show(t);
	term_resize(t, 40, 120);
	ok(term_wait_text(t, "曾国芳") && term_has(t, "首字母"), "and everything is back in a large one");
	term_free(t);
}

int main(void)
{
	place_open();
	make_stores();
	record_visit();
	carry();
	power_cut();
	answer_alert();
	test_terminal("xterm-256color");
	test_terminal("screen");
	test_terminal("vt100");
	test_terminal("linux");
	test_other_keys("xterm");
	test_other_keys("vt100");
	test_line();
	place_close();
	return done_testing();
}
