/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linter: file, line and column of every fault it knows, nothing where there is none; the tags' lock. */
#include "config.h"

#include <stdlib.h>
#include "form/lint.h"
#include "form/lock.h"
#include "form/values.h"
#include "lib/file.h"
#include "tests/tap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static char folder[256];

static void write_file(const char *name, const char *text)
{
	char path[512];
	struct error err = { 0 };
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (file_write_atomic(path, text, strlen(text), &err))
		ok(false, "%s: %s", name, err.text);
}

#define HEAD                                                                                       \
	"survey\n"                                                                                 \
	",type,name,label::Chinese (zh),label::English (en),tag,relevant,constraint,calculation,"  \
	"default,choice_filter,warning,warning_message::Chinese (zh),warning_message::English (en)\n"
#define CHOICES                                                                                    \
	"choices\n,list_name,name,label::Chinese (zh),label::English (en)\n"                       \
	",yn,1,是,yes\n,yn,2,否,no\n,abc,1,甲,A\n,abc,2,乙,B\n,abc,3,丙,C\n"
#define SETTINGS_HEAD                                                                              \
	"settings\n,form_id,version,form_title::Chinese (zh),form_title::English (en),kind,subject," \
	"date_field,programme,restricted\n"
#define SETTINGS SETTINGS_HEAD ",f,1,表,Form,master,person,,,\n"
#define PERSON                                                                                     \
	HEAD ",select_one yn,sex,性别,Sex,16\n" CHOICES SETTINGS_HEAD ",person,1,人,Person,master,,,,\n"

struct lines {
	char first[1024], note[1024];
	int n;
	bool loaded, never; /* never: a question is said to be never asked */
};

static void take_problem(void *arg, const char *line)
{
	struct lines *lines = arg;
	if (lines->n++ == 0)
		snprintf(lines->first, sizeof lines->first, "%s", line);
	lines->never |= strstr(line, "it is never true") != NULL;
}

static void take_note(void *arg, const char *line)
{
	struct lines *lines = arg;
	if (strstr(line, "forms/f.csv") && !*lines->note)
		snprintf(lines->note, sizeof lines->note, "%s", line);
}

/* Load and lint; what the first problem says behind the path of f.csv. */
static int lint(struct lines *lines, const char *const files[], size_t n_files, bool new_tags)
{
	struct form_set *set = NULL;
	struct error err = { 0 };
	*lines = (struct lines){ .n = 0 };
	const struct lint_report report = { take_problem, take_note, lines, new_tags };
	int code = form_set_load_with(&set, folder, files, n_files, take_problem, lines, &err);
	lines->loaded = !code;
	if (!code)
		code = form_lint(set, folder, files, n_files, &report, &err);
	if (code && code != ERR_INVALID)
		printf("# %s\n", err.text);
	form_set_free(set);
	return code;
}

static const char *place(const struct lines *lines)
{
	const char *name = strstr(lines->first, "/f.csv:");
	return name ? name + strlen("/f.csv:") : lines->first;
}

static void write_form(const char *rows)
{
	char text[8192];
	snprintf(text, sizeof text, "%s%s%s%s", HEAD, rows, CHOICES, SETTINGS);
	write_file("forms/f.csv", text);
}

#define ONE ",select_one yn,a,甲,A,16\n"
#define NUMBER ",integer,n,数,N,16,,. >= 10 and . <= 20\n"

/* Rows of the survey sheet from line 3 on, and the fault they must cause. */
static const struct {
	const char *rows, *fault;
} faults[] = {
	/* reach */
	{ ",text,a,甲,A,16,1 = 2\n", "3:7: it is never true, so \"a\" is never asked" },
	{ ",text,a,甲,A,16,false()\n", "3:7: it is never true, so \"a\" is never asked" },
	{ ",text,a,甲,A,16,not(true() or today() > 3)\n", "3:7: it is never true, so \"a\" is never asked" },
	{ ",text,a,甲,A,16,'' and today() > 3\n", "3:7: it is never true, so \"a\" is never asked" },
	{ ",begin_group,g,组,G,,false()\n,text,a,甲,A,16,true()\n,end_group\n",
	  "3:7: it is never true, so \"g\" is never asked" },
	{ ONE ",text,b,乙,B,17,${a} = '1' and ${a} = '2'\n",
	  "4:7: it is never true, so \"b\" is never asked: \"a\" cannot be all that it asks for" },
	{ ONE ",begin_group,g,组,G,,${a} = '1'\n,text,b,乙,B,17,${a} = '2'\n,end_group\n",
	  "5:7: it is never true, so \"b\" is never asked: \"a\" cannot be all that it asks for" },
	{ ONE ",select_one yn,b,乙,B,17,${a} = '1'\n,text,c,丙,C,18,${b} = '1' and ${a} = '2'\n",
	  "5:7: it is never true, so \"c\" is never asked: \"a\" cannot be all that it asks for" },
	{ NUMBER ",text,b,乙,B,17,${n} > 20\n",
	  "4:7: it is never true, so \"b\" is never asked: \"n\" cannot be all that it asks for" },
	{ NUMBER ",text,b,乙,B,17,9 >= ${n}\n",
	  "4:7: it is never true, so \"b\" is never asked: \"n\" cannot be all that it asks for" },
	{ NUMBER ",text,b,乙,B,17,${n} > 15 and ${n} < 12\n",
	  "4:7: it is never true, so \"b\" is never asked: \"n\" cannot be all that it asks for" },
	/* ranges */
	{ ",integer,a,甲,A,16,,. >= 10 and . <= 5\n", "3:8: no value can fulfil it" },
	{ ",decimal,a,甲,A,16,,. > 5 and . < 5\n", "3:8: no value can fulfil it" },
	{ ",integer,a,甲,A,16,,. > 5 and 5 > .\n", "3:8: no value can fulfil it" },
	{ ",select_one abc,a,甲,A,16,,. <= 2\n", "3:8: it refuses a code of the list \"abc\": 3" },
	{ ",select_one abc,a,甲,A,16,,. > 1 and . < 3\n",
	  "3:8: it refuses several codes of the list \"abc\", the first is 1" },
	{ ",select_multiple abc,a,甲,A,16,,\"not(selected(., '2'))\"\n",
	  "3:8: it refuses a code of the list \"abc\": 2" },
	{ ",integer,a,甲,A,16,,. >= 10,,5\n", "3:10: the constraint refuses the default \"5\"" },
	{ ",integer,a,甲,A,16,,. >= 10,,,,. >= 5,看,look\n",
	  "3:12: it never warns: the constraint refuses whatever it would warn of" },
	{ ",integer,a,甲,A,16,,. >= 10,,,,. < 10,看,look\n",
	  "3:12: it warns of every value that the constraint permits" },
	{ ",integer,a,甲,A,16,,,,,,,看,look\n", "3:14: a message without a warning never shows" },
	/* codes */
	{ ONE ",text,b,乙,B,17,${a} = '3'\n", "4:7: relevant, character 8: the list \"yn\" has no code \"3\"" },
	{ ONE ",text,b,乙,B,17,3 != ${a}\n", "4:7: relevant, character 1: the list \"yn\" has no code \"3\"" },
	{ ONE ",text,b,乙,B,17,\"selected(${a}, '0')\"\n",
	  "4:7: relevant, character 16: the list \"yn\" has no code \"0\"" },
	{ ",select_one yn,a,甲,A,16,,. != '9'\n", "3:8: constraint, character 6: the list \"yn\" has no code \"9\"" },
	{ ",text,a,甲,A,16,subject('sex') = '3'\n",
	  "3:7: relevant, character 18: the list \"yn\" has no code \"3\"" },
	{ ONE ",text,b,乙,B,17,last-visit('a') = '7'\n",
	  "4:7: relevant, character 19: the list \"yn\" has no code \"7\"" },
	{ ",integer,n,数,N,16\n,select_one yn,b,乙,B,17,,,,\"if(${n} > 1, '1', '3')\"\n",
	  "4:10: default, character 19: the list \"yn\" has no code \"3\"" },
	{ ",integer,n,数,N,16\n,select_one yn,b,乙,B,17,,,\"if(${n} > 1, '1', if(${n} > 0, 2, 4))\"\n",
	  "4:9: calculation, character 35: the list \"yn\" has no code \"4\"" },
};

#define REPEAT                                                                                     \
	",begin_repeat,r,行,R,16\n,select_one yn,a,甲,A,17\n,text,b,乙,B,18,${a} = '1'\n"           \
	",text,c,丙,C,19,${a} = '2'\n,end_repeat\n"

/* What only looks like a fault. */
static const char *const good[] = {
	ONE ",text,b,乙,B,17,${a} = '1' or ${a} = '2'\n",
	ONE ",text,b,乙,B,17,${a} = ''\n",
	ONE ",text,b,乙,B,17,${a} != '1' and ${a} != '2'\n",
	NUMBER ",text,b,乙,B,17,${n} = 20\n",
	NUMBER ",text,b,乙,B,17,${n} > 15 and not(${n} < 12)\n",
	NUMBER ",text,b,乙,B,17,not(${n} > 25)\n",
	",integer,a,甲,A,16,,. >= 10 and . <= 90,,12,,. >= 20 and . <= 60,看,look\n",
	",integer,a,甲,A,16,,. >= 10 or . <= 5\n",
	",date,a,日,A,16,,. <= today() and . >= '1900-01-01'\n",
	",select_multiple abc,a,甲,A,16,,\"not(selected(., '1') and count-selected(.) > 1)\"\n",
	",select_one abc,a,甲,A,16,,,,,name != '3'\n",
	",text,a,甲,A,16,,\"regex(., '[0-9]+')\",,12\n",
	",text,a,甲,A,16,subject('sex') = 2 and subject('sex') != ''\n",
	ONE ",select_one yn,b,乙,B,17,${a} = 2\n,text,c,丙,C,18,${b} = '1' and ${a} = '2'\n",
	REPEAT,
};

static void test_faults(void)
{
	struct lines lines;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		write_form(faults[i].rows);
		int code = lint(&lines, NULL, 0, true);
		if (!is_text(place(&lines), faults[i].fault, faults[i].fault) || code != ERR_INVALID)
			ok(code == ERR_INVALID, "and is refused");
		ok(lines.n == 1 || strstr(faults[i].fault, "has no code"), "it is said once");
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		write_form(good[i]);
		ok(lint(&lines, NULL, 0, true) == 0, "no fault in form %zu", i + 1);
	}
	write_form(ONE);
	lint(&lines, NULL, 0, true);
	ok(strstr(lines.note, "f.csv:8:2: no question takes its answers from the list \"abc\"") != NULL,
	   "an unused list is a note: %s", lines.note);
	write_file("codes/lone.csv", "name,label::Chinese (zh),label::English (en)\n1,,one\n");
	lint(&lines, NULL, 0, true);
	ok(strstr(lines.first, "codes/lone.csv:2:2: the Chinese text is missing") != NULL,
	   "a code list that no form uses is read: %s", lines.first);
	write_file("codes/lone.csv", "name,label::Chinese (zh),label::English (en)\n1,一,one\n");
}

/* --- tags --- */

#define LOCK                                                                                       \
	"form,tag,name,type\nf,16,a,select_one\nf,17,gone,text\nf,18,r,begin_repeat\nf,19,r/x,text\n" \
	"person,16,sex,select_one\n"
#define ROWS ",begin_repeat,r,行,R,18\n,text,x,字,X,19\n,end_repeat\n"

static const struct {
	const char *rows, *fault;
} lock_faults[] = {
	{ ONE ROWS ",text,b,乙,B,17\n",
	  "7:6: the tag 17 belongs to \"gone\" (tags.lock line 3): a tag is never used again, take a new one" },
	{ ",text,a,甲,A,16\n" ROWS,
	  "3:2: the tag 16 is of type \"select_one\" (tags.lock line 2): a type never changes, take a new tag" },
	{ ",select_one yn,a,甲,A,26\n" ROWS, "3:6: \"a\" had the tag 16 (tags.lock line 2) and must keep it" },
	{ ONE ",begin_repeat,r,行,R,18\n,text,y,字,Y,20\n,end_repeat\n,text,x,字,X,19\n",
	  "7:6: the tag 19 belongs to \"r/x\" (tags.lock line 5): a tag is never used again, take a new one" },
	{ ONE ROWS ",text,b,乙,B,20\n,text,c,丙,C,21\n",
	  "7:6: tags.lock lacks 2 tags of this form: add them with xiangyi-admin form check --update-lock" },
};

static size_t update(int *code)
{
	struct form_set *set = NULL;
	struct error err = { 0 };
	size_t added = 0;
	*code = form_set_load(&set, folder, NULL, NULL, &err);
	if (!*code)
		*code = tag_lock_update(set, folder, &added, &err);
	if (*code)
		printf("# %s\n", err.text);
	form_set_free(set);
	return added;
}

static void test_lock(void)
{
	struct lines lines;
	struct buf bytes = BUF_INIT;
	struct error err = { 0 };
	char path[300], given[300];
	const char *files[] = { given };
	int code;
	write_file("forms/tags.lock", LOCK);
	write_form(ONE ROWS);
	is(lint(&lines, NULL, 0, false), 0, "a form may lose a field");
	for (size_t i = 0; i < ARRAY_SIZE(lock_faults); i++) {
		write_form(lock_faults[i].rows);
		is(lint(&lines, NULL, 0, i < ARRAY_SIZE(lock_faults) - 1), ERR_INVALID, "refused");
		is_text(place(&lines), lock_faults[i].fault, lock_faults[i].fault);
	}
	is((long long)update(&code), 2, "two rows are added");
	is(code, 0, "to the lock");
	is(lint(&lines, NULL, 0, false), 0, "which then has all");
	is((long long)update(&code), 0, "nothing is added twice");
	snprintf(path, sizeof path, "%s/forms/tags.lock", folder);
	is(file_read(path, 1 << 20, &bytes, &err), 0, "the lock can be read");
	is_text(buf_text(&bytes),
	        "form,tag,name,type\nf,16,a,select_one\nf,17,gone,text\nf,18,r,begin_repeat\nf,19,r/x,text\n"
	        "f,20,b,text\nf,21,c,text\nperson,16,sex,select_one\n", "old rows stay as they were");
	buf_free(&bytes);
	/* another version of the form beside the shipped one */
	snprintf(given, sizeof given, "%s/f.csv", folder);
	write_file("f.csv", HEAD ONE ROWS ",text,b,乙,B,20\n,text,d,丁,D,22\n" CHOICES SETTINGS);
	is(lint(&lines, files, 1, false), 0, "a file that is given may have new tags");
	write_file("f.csv", HEAD ONE ROWS ",text,d,丁,D,17\n" CHOICES SETTINGS);
	is(lint(&lines, files, 1, false), ERR_INVALID, "but none that meant something else");
	ok(!strncmp(lines.first, given, strlen(given)), "and it is named by its path");
	write_file("f.csv", "nothing,of,this\n");
	is(lint(&lines, files, 1, false), ERR_INVALID, "a strange file is refused");
	is_text(place(&lines), "1:1: this is neither a form nor a code list nor a rule table", "as such");
	write_file("forms/tags.lock", "form,tag,name,type\nf,sixteen,a,text\n");
	is(lint(&lines, NULL, 0, false), ERR_INVALID, "a broken lock is refused");
}

/* --- chance --- */

static unsigned seed = 7;

static size_t random_below(size_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

/* A random expression, at most depth deep. */
static void put_random(struct buf *out, size_t depth)
{
	static const char *const leaves[] = { "${a}", "${n}", "${m}", "'1'", "'2'", "''", "3", "-5", ".", "today()",
		                              "subject('sex')", "last-visit('a')", "string-length()", "true()" };
	static const char *const operators[] = { "=", "!=", "<", ">=", "and", "or", "+", "div", "mod" };
	static const char *const calls[] = { "not(", "selected(${m}, ", "if(${n} > 1, '1', ", "coalesce(., ",
		                             "number(", "concat('x', ", "regex('1', " };
	size_t way = depth ? random_below(4) : 0;
	if (way == 0) {
		buf_printf(out, "%s", leaves[random_below(ARRAY_SIZE(leaves))]);
	} else if (way == 1) {
		buf_printf(out, "%s", calls[random_below(ARRAY_SIZE(calls))]);
		put_random(out, depth - 1);
		buf_printf(out, ")");
	} else {
		buf_printf(out, "(");
		put_random(out, depth - 1);
		buf_printf(out, " %s ", operators[random_below(ARRAY_SIZE(operators))]);
		put_random(out, depth - 1);
		buf_printf(out, ")");
	}
}

static const char *chance_answer(void *arg, const char *name)
{
	(void)arg, (void)name;
	return random_below(2) ? "1" : "2";
}

/* How many of all answers to a, n and m let x be asked. */
static int times_asked(void)
{
	static const char *const a[] = { "", "1", "2" }, *const n[] = { "", "2", "5", "8" },
		*const m[] = { "", "1", "1 2", "3" };
	const struct expr_context context = { .today = 20779, .last_visit = chance_answer,
		                              .subject = chance_answer };
	struct form_set *set;
	struct form_values *values;
	struct error err = { 0 };
	int asked = 0;
	if (form_set_load(&set, folder, NULL, NULL, &err) ||
	    values_new(&values, form_set_find(set, "f"), &context, &err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(a) * ARRAY_SIZE(n) * ARRAY_SIZE(m); i++) {
		int wrong = values_set(values, 0, ROW_NONE, a[i % 3], &err) ||
		            values_set(values, 1, ROW_NONE, n[i / 3 % 4], &err) ||
		            values_set(values, 2, ROW_NONE, m[i / 12], &err);
		asked += wrong || values_is_relevant(values, 3, ROW_NONE);
	}
	values_free(values);
	form_set_free(set);
	return asked;
}

/* Whatever loads can be judged, and a question that is said to be never asked is not, whatever is answered. */
static void test_chance(void)
{
	enum { ROUNDS = 1000 };
	struct lines lines;
	int loaded = 0, judged = 0, good_ones = 0, never = 0, asked = 0;
	write_file("forms/tags.lock", "form,tag,name,type\n");
	for (int i = 0; i < ROUNDS; i++) {
		struct buf text = BUF_INIT;
		buf_printf(&text, HEAD ",select_one yn,a,甲,A,16\n,integer,n,数,N,17,,. > 1 and . < 9\n"
		                       ",select_multiple abc,m,多,M,18\n,select_one abc,x,末,X,19");
		for (int c = 0; c < 3; c++) {
			buf_printf(&text, ",\"");
			put_random(&text, 1 + random_below(5));
			buf_printf(&text, "\"");
		}
		buf_printf(&text, "\n" CHOICES SETTINGS);
		write_file("forms/f.csv", buf_text(&text));
		int code = lint(&lines, NULL, 0, true);
		loaded += lines.loaded;
		judged += code == 0 || (code == ERR_INVALID && lines.n > 0);
		good_ones += code == 0;
		never += lines.never;
		if (lines.never)
			asked += times_asked();
		buf_free(&text);
	}
	is(judged, ROUNDS, "expressions of chance are judged");
	ok(never > 10, "%d questions are never asked", never);
	is(asked, 0, "and no answers let them be asked");
	ok(loaded > ROUNDS / 2 && good_ones > 0 && good_ones < loaded, "%d load, %d are without fault", loaded,
	   good_ones);
}

int main(void)
{
	struct error err = { 0 };
	char path[300];
	const char *tmp = getenv("TMPDIR");
	snprintf(folder, sizeof folder, "%s/xiangyi-test-XXXXXX", tmp && strlen(tmp) < 200 ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return 99;
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "forms", "codes", "rules" };
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		if (file_make_dirs(path, 0700, &err))
			return 99;
	}
	write_file("forms/person.csv", PERSON);
	test_faults();
	test_lock();
	test_chance();
	file_remove_tree(folder, &err);
	return done_testing();
}
