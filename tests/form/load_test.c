/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loader: what it makes of a form, and file, line and column of every fault. */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>
#include "form/expr.h"
#include "form/form.h"
#include "form/rules.h"
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

/* --- faults --- */

#define HEAD                                                                                       \
	"survey\n"                                                                                 \
	",type,name,label::Chinese (zh),label::English (en),tag,relevant,constraint,calculation,"  \
	"default,choice_filter,required\n"
#define CHOICES                                                                                    \
	"choices\n,list_name,name,label::Chinese (zh),label::English (en),county\n"                \
	",yn,1,是,yes,a\n,yn,2,否,no,b\n"
#define SETTINGS_HEAD                                                                              \
	"settings\n,form_id,version,form_title::Chinese (zh),form_title::English (en),kind,subject," \
	"date_field,programme,restricted\n"
#define SETTINGS SETTINGS_HEAD ",f,1,表,Form,master,,,,\n"

/* Rows of the survey sheet from line 3 on, and the fault they must cause. */
static const struct {
	const char *rows, *fault;
} survey_faults[] = {
	{ ",integr,a,甲,A,16\n", "3:2: unknown type \"integr\"" },
	{ ",,a,甲,A,16\n", "3:2: the type is missing" },
	{ ",text,,甲,A,16\n", "3:3: the name is missing" },
	{ ",text,Name,甲,A,16\n", "3:3: \"Name\" is no name: use a-z, 0-9 and _, a letter first" },
	{ ",text,a,甲,A,16\n,text,a,乙,B,17\n", "4:3: the name \"a\" stands already in line 3" },
	{ ",text,a,甲,A,16\n,text,b,乙,B,16\n", "4:6: the tag 16 stands already in line 3" },
	{ ",text,a,甲,A,15\n", "3:6: tags below 16 are the system's own" },
	{ ",text,a,甲,A,\n", "3:6: the tag is missing" },
	{ ",calculate,a,,,,,,1\n", "3:6: the tag is missing" },
	{ ",begin_repeat,a,甲,A,\n,end_repeat\n", "3:6: the tag is missing" },
	{ ",text,a,甲,A,x1\n", "3:6: \"x1\" is no tag" },
	{ ",note,a,甲,A,16\n", "3:6: a note or group stores nothing and has no tag" },
	{ ",text,a,,A,16\n", "3:4: the Chinese text is missing" },
	{ ",text,a,甲,,16\n", "3:5: the English text is missing" },
	{ ",note,a,甲,\n", "3:5: the English text is missing" },
	{ ",begin_group,a,,A\n,end_group\n", "3:4: the Chinese text is missing" },
	{ ",begin_group,a,甲,A\n", "3:2: \"a\" is never closed" },
	{ ",end_group\n", "3:2: end_group closes nothing that is open here" },
	{ ",begin_group,a,甲,A\n,end_repeat\n,end_group\n", "4:2: end_repeat closes nothing that is open here" },
	{ ",begin_group,a,甲,A\n,end_group,,甲\n", "4:4: nothing may stand behind end_group" },
	{ ",begin_repeat,a,甲,A,16\n,begin_repeat,b,乙,B,17\n,end_repeat\n,end_repeat\n",
	  "4:2: a repeat cannot stand inside a repeat" },
	{ ",text more,a,甲,A,16\n", "3:2: nothing may stand behind \"text\"" },
	{ ",select_one,a,甲,A,16\n", "3:2: \"select_one\" needs one name behind it" },
	{ ",select_one yn or_other,a,甲,A,16\n", "3:2: \"select_one\" needs one name behind it" },
	{ ",select_one yesno,a,甲,A,16\n", "3:2: the choices have no list \"yesno\"" },
	{ ",select_one_from_file x.csv,a,甲,A,16\n", "3:2: there is no code list \"x.csv\" in the folder codes" },
	{ ",select_one_from_file ../c.csv,a,甲,A,16\n", "3:2: \"../c.csv\" is no file name of a code list" },
	{ ",record house,a,甲,A,16\n", "3:2: there is no form \"house\"" },
	{ ",text,a,甲,A,16,${b} = 1\n", "3:7: relevant, character 1: no field is called \"b\"" },
	{ ",text,a,甲,A,16,1 = = 2\n", "3:7: relevant, character 5: \"=\" is not understood here" },
	{ ",text,a,甲,A,16,,length(.) < 3\n", "3:8: constraint, character 1: there is no function length()" },
	{ ",text,a,甲,A,16,,county = 1\n",
	  "3:8: constraint, character 1: \"county\" is no value: a field is written ${county}" },
	{ ",select_one yn,a,甲,A,16,,,,,town = 1\n",
	  "3:11: choice_filter, character 1: the choices have no column \"town\"" },
	{ ",text,a,甲,A,16,,,,,county = 1\n", "3:11: choice_filter has no meaning for this type" },
	{ ",note,a,甲,A,,,,,,,yes\n", "3:12: required has no meaning for this type" },
	{ ",begin_group,a,甲,A,,,. = 1\n,end_group\n", "3:8: constraint has no meaning for this type" },
	{ ",calculate,a,,,16\n", "3:9: a calculate needs a calculation" },
	{ ",calculate,a,,,16,,,${b} + 1\n,calculate,b,,,17,,,${a} + 1\n",
	  "3:9: \"a\" depends on itself: its calculation, default or relevance comes back to it" },
	{ ",text,a,甲,A,16,${a} = ''\n",
	  "3:9: \"a\" depends on itself: its calculation, default or relevance comes back to it" },
	{ ",begin_group,g,甲,A,,${a} = ''\n,text,a,甲,A,16\n,end_group\n",
	  "3:9: \"g\" depends on itself: its calculation, default or relevance comes back to it" },
	{ ",begin_group,g,甲,A\n,end_group\n,text,a,甲,A,16,${g} = 1\n",
	  "5:7: relevant, character 1: \"g\" has no value" },
	{ ",begin_repeat,r,甲,A,16\n,integer,i,甲,A,17\n,end_repeat\n,calculate,c,,,18,,,${i} + 1\n",
	  "6:9: calculation, character 1: \"i\" is inside a repeat: use sum(), min(), max() or count()" },
	{ ",begin_repeat,r,甲,A,16\n,text,t,甲,A,17\n,end_repeat\n,calculate,c,,,18,,,${r}\n",
	  "6:9: calculation, character 1: \"r\" has no value" },
	{ ",begin_repeat,r,甲,A,16,,,,'1'\n,text,t,甲,A,17\n,end_repeat\n",
	  "3:10: the default of a repeat can only be last-visit('r')" },
	{ ",integer,a,甲,A,16,,,,many\n", "3:10: default: a whole number is wanted, such as 120" },
	{ ",select_one yn,a,甲,A,16,,,,3\n", "3:10: default: this is none of the choices" },
	{ ",date,a,甲,A,16,,,,2026-02-30\n", "3:10: default: a date is wanted, such as 2026-01-31" },
	{ ",text,a,甲,A,16,,,,last-visit('b')\n", "3:10: default, character 1: no field is called \"b\"" },
	{ ",text,a,甲,A,16,,,,\"rule('r', 'x')\"\n",
	  "3:10: default, character 1: there is no rule \"x\" in rules/r.csv" },
	{ ",text,a,甲,A,16,,,,subject('b')\n", "3:10: subject(b) in a form without a subject" },
	{ ",text,a,甲,A,16,,,,,,,surplus\n", "3:13: this cell stands below no heading" },
};

static const struct {
	const char *text, *fault;
} file_faults[] = {
	{ HEAD ",text,a,甲,A,16\n" CHOICES, "1:1: the sheet \"settings\" is missing" },
	{ CHOICES SETTINGS, "1:1: the sheet \"survey\" is missing" },
	{ HEAD SETTINGS HEAD, "6:1: the sheet \"survey\" stands here twice" },
	{ "surveys\n,type\n" HEAD SETTINGS, "1:1: unknown sheet \"surveys\"" },
	{ "survey\n" SETTINGS, "1:1: the sheet has no heading row" },
	{ ",type\n" HEAD SETTINGS, "1:1: the first sheet's name is missing here" },
	{ "survey\n,type,name,label::Chinese (zh),tag\n" SETTINGS, "2:1: the column \"label::English (en)\" is missing" },
	{ "survey\n,type,name,label::Chinese (zh),label::English (en),colour\n" SETTINGS, "2:6: unknown column \"colour\"" },
	{ "survey\n,type,name,label::Chinese (zh),label::English (en),name\n" SETTINGS,
	  "2:6: the column \"name\" stands here twice" },
	{ HEAD "choices\n,list_name,name,label::Chinese (zh),label::English (en)\n,x,1,是,\n" SETTINGS,
	  "5:5: the English text is missing" },
	{ HEAD "choices\n,list_name,name,label::Chinese (zh),label::English (en)\n,x,1,是,yes\n,x,1,否,no\n" SETTINGS,
	  "6:3: the choice \"1\" stands here twice" },
	{ HEAD "choices\n,list_name,name,label::Chinese (zh),label::English (en)\n,x,1 2,是,yes\n" SETTINGS,
	  "5:3: a choice needs a name without spaces" },
	{ HEAD "choices\n,list_name,name,label::Chinese (zh),label::English (en)\n,,1,是,yes\n" SETTINGS,
	  "5:2: the list_name is missing" },
	{ HEAD "choices\n,list_name,name,label::Chinese (zh),label::English (en),Überschrift\n" SETTINGS,
	  "4:6: unknown column \"Überschrift\"" },
	{ HEAD SETTINGS_HEAD ",g,1,表,Form,master\n", "5:2: form_id must be the file's name, \"f\"" },
	{ HEAD SETTINGS_HEAD ",f,,表,Form,master\n", "5:3: the form has no version" },
	{ HEAD SETTINGS_HEAD ",f,1,表,,master\n", "5:5: the English text is missing" },
	{ HEAD SETTINGS_HEAD ",f,1,表,Form,visit\n", "5:6: kind must be \"master\" or \"event\"" },
	{ HEAD SETTINGS_HEAD ",f,1,表,Form,event\n", "5:8: an event needs a date_field" },
	{ HEAD SETTINGS_HEAD ",f,1,表,Form,event,,when\n", "5:8: no field is called \"when\"" },
	{ HEAD ",text,when,甲,A,16\n" SETTINGS_HEAD ",f,1,表,Form,event,,when\n",
	  "6:8: \"when\" is no date outside of repeats" },
	{ HEAD SETTINGS_HEAD ",f,1,表,Form,master,person\n", "5:7: there is no form \"person\"" },
	{ HEAD SETTINGS_HEAD ",f,1,表,Form,master,,,,perhaps\n", "5:10: \"yes\" or \"no\" is wanted here" },
	{ HEAD SETTINGS ",f,1,表,Form,master,,,,\n", "6:1: settings have one row only" },
	{ HEAD SETTINGS_HEAD, "4:1: the settings have no row" },
	{ HEAD "settings\n,form_id,version,form_title::Chinese (zh),form_title::English (en),kind,order\n"
	       ",f,1,表,Form,master,first\n", "5:7: a number from 1 to 999 is wanted here" },
};

struct reports {
	char lines[64][512];
	size_t n;
};

static void keep_report(void *arg, const char *line)
{
	struct reports *reports = arg;
	if (reports->n < ARRAY_SIZE(reports->lines))
		snprintf(reports->lines[reports->n++], sizeof reports->lines[0], "%s", line);
}

static int load(struct reports *reports, struct form_set **set, struct error *err)
{
	reports->n = 0;
	*err = (struct error){ 0 };
	return form_set_load(set, folder, keep_report, reports, err);
}

static void expect_fault(const char *file, const char *fault)
{
	static struct reports reports;
	struct form_set *set;
	struct error err;
	char want[512];
	int code = load(&reports, &set, &err);
	snprintf(want, sizeof want, "%s/%s:%s", folder, file, fault);
	bool found = false;
	for (size_t i = 0; i < reports.n; i++)
		found |= !strcmp(reports.lines[i], want);
	if (!ok(code == ERR_INVALID && !set && found && reports.n == 1 && strstr(err.text, want), "%s", fault))
		for (size_t i = 0; i < reports.n; i++)
			printf("# reported %s\n", reports.lines[i]);
	if (set)
		form_set_free(set);
}

static void test_faults(void)
{
	char text[4096];
	for (size_t i = 0; i < ARRAY_SIZE(survey_faults); i++) {
		snprintf(text, sizeof text, "%s%s%s%s", HEAD, survey_faults[i].rows, CHOICES, SETTINGS);
		write_file("forms/f.csv", text);
		expect_fault("forms/f.csv", survey_faults[i].fault);
	}
	for (size_t i = 0; i < ARRAY_SIZE(file_faults); i++) {
		write_file("forms/f.csv", file_faults[i].text);
		expect_fault("forms/f.csv", file_faults[i].fault);
	}
}

static void test_other_files(void)
{
	static const struct {
		const char *row, *fault;
	} rules[] = {
		{ "a,x,,1,,,,s,\n", "2:2: an age in whole years is wanted here" },
		{ "a,65,64,1,,,,s,\n", "2:3: max_age is below min_age" },
		{ "a,,,1,,2026-1-1,,s,\n", "2:6: a date such as 2026-01-31 is wanted here" },
		{ "a,,,1,,2026-02-01,2026-01-01,s,\n", "2:7: valid_to is before valid_from" },
		{ "a,,,1,,,,,\n", "2:8: a rule must say its source" },
		{ ",,,1,,,,s,\n", "2:1: the rule's name is missing" },
	};
	char text[1024];
	write_file("forms/f.csv", HEAD ",text,a,甲,A,16\n" SETTINGS);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		snprintf(text, sizeof text, "rule,min_age,max_age,value,unit,valid_from,valid_to,source,note\n%s",
		         rules[i].row);
		write_file("rules/bad.csv", text);
		expect_fault("rules/bad.csv", rules[i].fault);
	}
	write_file("rules/bad.csv", "");
	expect_fault("rules/bad.csv", "1:1: the file is empty");
	snprintf(text, sizeof text, "%s/rules/bad.csv", folder);
	unlink(text);
	write_file("codes/bad.csv", "name,label::Chinese (zh),label::English (en)\n1,一,\n");
	write_file("forms/f.csv", HEAD ",select_one_from_file bad.csv,a,甲,A,16\n" SETTINGS);
	expect_fault("codes/bad.csv", "2:3: the English text is missing");
	write_file("forms/g.csv", HEAD ",text,a,甲,A,16,,,,\"subject('birth')\"\n" SETTINGS_HEAD
	                          ",g,1,表,Form,master,f,,,\n");
	write_file("forms/f.csv", HEAD ",text,a,甲,A,16\n" SETTINGS);
	expect_fault("forms/g.csv", "3:10: the form \"f\" has no field \"birth\"");
	write_file("forms/f.csv", HEAD ",date,birth,甲,A,16\n" SETTINGS_HEAD ",f,1,表,Form,event,,birth,,\n");
	expect_fault("forms/g.csv", "6:7: the subject \"f\" is no master form");
	snprintf(text, sizeof text, "%s/forms/g.csv", folder);
	unlink(text);
}

static void test_many(void)
{
	static struct reports reports;
	struct form_set *set;
	struct error err;
	char text[8192] = HEAD;
	for (int i = 0; i < 60; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), ",text,n%d,甲,,%d\n", i, 16 + i);
	strcat(text, SETTINGS);
	write_file("forms/f.csv", text);
	is(load(&reports, &set, &err), ERR_INVALID, "sixty faults");
	is((long long)reports.n, 50, "fifty are reported");
	ok(strstr(err.text, "f.csv:3:5") && strstr(err.text, "f.csv:4:5"), "the error holds the first ones");
	snprintf(text, sizeof text, "%s/forms/f.csv", folder);
	unlink(text);
	is(load(&reports, &set, &err), ERR_NOTFOUND, "no forms at all");
	ok(err.text[0], "is said");
}

/* --- a good set --- */

static void test_good(const char *data)
{
	struct form_set *set;
	struct error err = { 0 };
	if (form_set_load(&set, data, NULL, NULL, &err)) {
		ok(false, "%s", err.text);
		return;
	}
	is((long long)form_set_count(set), 2, "two forms");
	ok(!form_set_find(set, "visi") && !form_set_find(set, "visits"), "only whole names are found");
	const struct form *form = form_set_find(set, "visit");
	ok(form && form == form_set_at(set, 1) && !form_set_at(set, 2), "by name and by index");
	is_text(form->version, "1", "its version");
	is_text(form->title[LANG_ZH], "随访", "its Chinese title");
	is_text(form->title[LANG_EN], "Visit", "its English title");
	ok(form->kind == FORM_EVENT && form->restricted, "an event, restricted");
	is_text(form->subject, "person", "its subject");
	is_text(form->programme, "test", "its programme");
	is(form->date_field, form_field_find(form, "day"), "its day");
	is(form_tag(form, "sbp"), 18, "a tag by name");
	is(form_tag(form, "nothing"), 0, "no tag for no field");
	is(form_field_by_tag(form, 18), form_field_find(form, "sbp"), "a field by tag");
	is(form_field_by_tag(form, 17000), -1, "no field for no tag");
	int all = 1;
	for (int i = 0; i < form->n_fields; i++)
		all &= form_field_find(form, form->fields[i].name) == i &&
		       (!form->fields[i].tag || form_field_by_tag(form, form->fields[i].tag) == i);
	ok(all, "every field is found by name and tag");

	const struct form_field *sbp = &form->fields[form_field_find(form, "sbp")];
	is_text(sbp->label[LANG_ZH], "收缩压", "a label");
	is_text(sbp->unit, "mmHg", "a unit");
	is_text(sbp->constraint_message[LANG_EN], "50 to 300", "a message");
	is(sbp->parent, form_field_find(form, "signs"), "its group");
	is(sbp->line, 6, "its line");
	ok(sbp->required && sbp->warning && !sbp->relevant, "its expressions");
	const struct form_field *dose = &form->fields[form_field_find(form, "dose")];
	is(dose->repeat, form_field_find(form, "drugs"), "the repeat of a field");
	is(form->fields[dose->repeat].end, form_field_find(form, "note_text") + 1, "the end of a repeat");

	struct arena arena = ARENA_INIT;
	const struct form_field *fruit = &form->fields[form_field_find(form, "fruit")];
	const struct form_field *mode = &form->fields[form_field_find(form, "mode")];
	is(fruit->list->n, 3, "a shared list");
	is_text(fruit->list->choices[0].exchange, "01", "an exchange code");
	is_text(fruit->list->columns[0], "region", "a column for filters");
	is_text(fruit->list->choices[2].filters[0], "south", "its cell");
	is_text(form_value_label(mode, "2", LANG_ZH, &arena), "家庭", "the label of a code");
	is_text(form_value_label(mode, "7", LANG_ZH, &arena), "7", "a code without a label");
	is_text(form_value_label(fruit, "1 10", LANG_ZH, &arena), "苹果、香蕉", "labels of codes");
	is_text(form_value_label(fruit, "1 10", LANG_EN, &arena), "apple, banana", "in English");
	is_text(form_value_label(sbp, "120", LANG_ZH, &arena), "120", "a number stays");
	arena_free(&arena);

	const struct rule_set *rules = form_set_rules(set);
	is((long long)rule_count(rules, "pressure"), 4, "a table of rules");
	const struct rule *rule = rule_find(rules, "pressure", "target", 70, date_make(2026, 1, 1));
	ok(rule && !strcmp(rule->value, "150") && rule->min_age == 65 && rule->max_age == -1 &&
	           !strcmp(rule->unit, "mmHg") && !strcmp(rule->source, "invented for the test"),
	   "a rule with all its columns");
	form_set_free(set);
	form_set_free(NULL);
}

static unsigned seed = 11;

static size_t random_below(size_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % n;
}

/* One byte changed, a piece cut out or a piece doubled. */
static void mutate(struct buf *out, const struct buf *text)
{
	static const char bytes[] = ",\"\n${}()'=.1a \t-\xe4\xff";
	size_t from = random_below(text->len_bytes), n = random_below(60);
	if (n > text->len_bytes - from)
		n = text->len_bytes - from;
	unsigned kind = (unsigned)random_below(4);
	buf_put(out, text->data, from);
	if (kind == 0)
		buf_put(out, text->data + from, n);
	if (kind == 1 || kind == 2)
		buf_put_u8(out, (uint8_t)bytes[random_below(sizeof bytes - 1)]);
	from += kind == 3 ? n : kind == 0 ? 0 : 1;
	buf_put(out, text->data + from, text->len_bytes - from);
}

/* Whatever the file has become: it loads, or its faults are said. */
static void test_mutations(const char *data)
{
	static struct reports reports;
	char path[1024];
	struct error err;
	struct buf text = BUF_INIT;
	int loaded = 0, refused = 0;
	enum { ROUNDS = 1500 };
	snprintf(path, sizeof path, "%s/forms/visit.csv", data);
	if (file_read(path, 1 << 20, &text, &err)) {
		ok(false, "%s", err.text);
		return;
	}
	for (int i = 0; i < ROUNDS; i++) {
		struct buf changed = BUF_INIT;
		struct form_set *set = NULL;
		mutate(&changed, &text);
		for (size_t more = random_below(3); more > 0; more--) {
			struct buf twice = BUF_INIT;
			mutate(&twice, &changed);
			buf_free(&changed);
			changed = twice;
		}
		snprintf(path, sizeof path, "%s/forms/visit.csv", folder);
		FILE *file = fopen(path, "w");
		if (!file)
			break;
		fwrite(changed.data, 1, changed.len_bytes, file);
		fclose(file);
		int code = load(&reports, &set, &err);
		loaded += code == 0 && set;
		refused += code == ERR_INVALID && reports.n > 0 && err.text[0];
		form_set_free(set);
		buf_free(&changed);
	}
	buf_free(&text);
	is(loaded + refused, ROUNDS, "a form changed at random loads or has its faults said");
	ok(loaded > 10 && refused > 100, "both happen (%d loaded)", loaded);
}

static void copy_good(const char *data, const char *name)
{
	char from[1024], to[1024];
	struct error err = { 0 };
	snprintf(from, sizeof from, "%s/%s", data, name);
	snprintf(to, sizeof to, "%s/%s", folder, name);
	if (file_copy(from, to, &err))
		ok(false, "%s", err.text);
}

int main(void)
{
	char path[512], data[512];
	struct error err = { 0 };
	const char *srcdir = getenv("srcdir"), *tmp = getenv("TMPDIR");
	setlocale(LC_CTYPE, "C.UTF-8");
	snprintf(data, sizeof data, "%s/tests/form/data/good", srcdir ? srcdir : ".");
	test_good(data);
	snprintf(folder, sizeof folder, "%s/xiangyi-form-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return 1;
	static const char *const parts[] = { "forms", "codes", "rules" };
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
		if (file_make_dirs(path, 0700, &err))
			return 1;
	}
	write_file("rules/r.csv", "rule,min_age,max_age,value,unit,valid_from,valid_to,source,note\n"
	                          "a,,,1,,,,test,\n");
	test_faults();
	test_other_files();
	test_many();
	copy_good(data, "forms/person.csv");
	copy_good(data, "codes/fruit.csv");
	copy_good(data, "rules/pressure.csv");
	test_mutations(data);
	file_remove_tree(folder, &err);
	return done_testing();
}
