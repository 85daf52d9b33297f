/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chinese must come out on a machine that has no locale but C and C.UTF-8. */
#include "config.h"
#include "lib/i18n.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "lib/error.h"
#include "tests/tap.h"

static const struct {
	const char *language, *lc_all, *lc_messages, *lang, *wanted;
	enum lang result;
} cases[] = {
	{ NULL, NULL, NULL, "zh_CN.UTF-8", NULL, LANG_ZH },
	{ NULL, NULL, NULL, "zh_CN", NULL, LANG_ZH },
	{ NULL, NULL, NULL, "zh_CN.GB18030", NULL, LANG_ZH },
	{ NULL, "zh_CN.UTF-8", NULL, NULL, NULL, LANG_ZH },
	{ NULL, NULL, "zh_CN.UTF-8", "C", NULL, LANG_ZH },
	{ "zh_CN:zh", "C", NULL, NULL, NULL, LANG_ZH },
	{ "zh", NULL, NULL, "C.UTF-8", NULL, LANG_ZH },
	{ "fr:zh_CN:en", NULL, NULL, "C.UTF-8", NULL, LANG_ZH },
	{ NULL, "C", NULL, NULL, "zh", LANG_ZH },
	{ NULL, "POSIX", NULL, NULL, "zh", LANG_ZH },
	{ "en", "C.UTF-8", NULL, "zh_CN.UTF-8", "zh", LANG_ZH },
	{ NULL, "no_SUCH.locale", NULL, NULL, "zh", LANG_ZH },
	{ NULL, NULL, NULL, NULL, "zh", LANG_ZH },
	{ "zh_CN", "zh_CN.UTF-8", NULL, NULL, "en", LANG_EN },
	{ "", "C.UTF-8", NULL, "zh_CN.UTF-8", NULL, LANG_EN },
	{ NULL, "en_US.UTF-8", NULL, NULL, NULL, LANG_EN },
	{ NULL, "C", NULL, NULL, NULL, LANG_EN },
	{ NULL, NULL, NULL, NULL, NULL, LANG_EN },
	{ "fr", NULL, NULL, "fr_FR.UTF-8", NULL, LANG_EN },
};

static void set_or_unset(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* In a process of its own: what one start of a program would show. 0 or the number of what is wrong. */
static int show(size_t i)
{
	enum lang lang;
	char number[16];

	set_or_unset("LANGUAGE", cases[i].language);
	set_or_unset("LC_ALL", cases[i].lc_all);
	set_or_unset("LC_MESSAGES", cases[i].lc_messages);
	set_or_unset("LANG", cases[i].lang);
	lang = i18n_init(cases[i].wanted);
	if (lang != cases[i].result || i18n_lang() != lang)
		return 1;
	if (strcmp(error_kind(ERR_NOTFOUND), lang == LANG_ZH ? "没有找到" : "not found"))
		return 2;
	if (strcmp(nl_langinfo(CODESET), "UTF-8") || wcwidth(0x533B) != 2)
		return 3;
	snprintf(number, sizeof number, "%.1f", 36.5);
	if (strcmp(number, "36.5"))
		return 4;
	/* The screen can change the language while it runs. */
	i18n_init(lang == LANG_ZH ? "en" : "zh");
	if (strcmp(error_kind(ERR_NOTFOUND), lang == LANG_ZH ? "not found" : "没有找到"))
		return 5;
	return 0;
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pid_t child = fork();
		int status = -1;

		if (!child)
			_exit(show(i));
		waitpid(child, &status, 0);
		ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		   "LANGUAGE=%s LC_ALL=%s LC_MESSAGES=%s LANG=%s, asked for %s: %s (%d)",
		   cases[i].language ? cases[i].language : "-", cases[i].lc_all ? cases[i].lc_all : "-",
		   cases[i].lc_messages ? cases[i].lc_messages : "-",
		   cases[i].lang ? cases[i].lang : "-", cases[i].wanted ? cases[i].wanted : "-",
		   cases[i].result == LANG_ZH ? "Chinese" : "English", WEXITSTATUS(status));
	}
	return done_testing();
}
