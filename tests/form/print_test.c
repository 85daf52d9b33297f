/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include "form/print.h"
#include "lib/file.h"
#include "lib/utf8.h"
#include "tests/tap.h"

static const char visit_in_english[] =
	"Visit                                                                    visit 1\n"
	"Day *                   ____-__-__\n"
	"Mode *                  ○1 clinic  ○2 home  ○3 telephone\n"
	"\n"
	"--- Signs ?\n"
	"  Systolic *              ________ mmHg\n"
	"  Weight                  ________ kg\n"
	"  Height                  ________\n"
	"Class ?                 ○1 controlled  ○2 not controlled\n"
	"Next                    ____-__-__\n"
	"Fruit                   □1 apple  □2 pear  □10 banana\n"
	"Region                  ______________________________\n"
	"At                      __:__\n"
	"Moment                  ____-__-__ __:__\n"
	"Helper                  ______________________________\n"
	"\n"
	"[+] Drugs\n"
	"  Drug *                  ______________________________\n"
	"  Dose                    ________\n"
	"  Times                   ________\n"
	"  Remark ?                ______________________________\n"
	"Hint\n"
	"Remarks                 ______________________________\n"
	"Phone                   ______________________________\n";

static void test_shipped(void)
{
	char path[4096];
	struct error err = { 0 };
	struct form_set *set;
	if (path_data(path, sizeof path, "", &err) || form_set_load(&set, path, NULL, NULL, &err)) {
		ok(false, "%s", err.text);
		return;
	}
	bool narrow = true, named = true;
	for (size_t i = 0; i < form_set_count(set); i++)
		for (int lang = 0; lang < LANG_N; lang++) {
			struct buf page = BUF_INIT;
			const struct form *form = form_set_at(set, i);
			form_print(form, (enum lang)lang, &page);
			char *text = (char *)buf_text(&page);
			named &= strstr(text, form->title[lang]) != NULL;
			for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
				if (utf8_cols(line) > 80 || line[strlen(line) - 1] == ' ') {
					narrow = false;
					printf("# %s\n", line);
				}
			buf_free(&page);
		}
	ok(narrow, "no line of the shipped forms is longer than 80 columns or ends in a space");
	ok(named, "each has its title");
	form_set_free(set);
}

int main(void)
{
	char path[512];
	struct error err = { 0 };
	struct form_set *set;
	struct buf page = BUF_INIT;
	const char *srcdir = getenv("srcdir");
	setlocale(LC_CTYPE, "C.UTF-8");
	snprintf(path, sizeof path, "%s/tests/form/data/good", srcdir ? srcdir : ".");
	if (form_set_load(&set, path, NULL, NULL, &err)) {
		printf("# %s\n", err.text);
		return 1;
	}
	form_print(form_set_find(set, "visit"), LANG_EN, &page);
	is_text(buf_text(&page), visit_in_english, "a form on paper");
	buf_clear(&page);
	form_print(form_set_find(set, "person"), LANG_ZH, &page);
	is_text(buf_text(&page),
	        "居民                                                                    person 1\n"
	        "姓名 *                  ______________________________\n"
	        "性别 *                  ○1 男  ○2 女\n"
	        "出生日期                ____-__-__\n", "in Chinese");
	buf_free(&page);
	form_set_free(set);
	test_shipped();
	return done_testing();
}
