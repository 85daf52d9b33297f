/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/i18n.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Process-wide as the C library's locale is, and set together with it. */
static enum lang current = LANG_EN;

/* The language of one locale name ("zh_CN.UTF-8", "zh", "en_GB", "C"), or LANG_N. */
static enum lang lang_of_name(const char *name, size_t n_bytes)
{
	size_t n = strcspn(name, "_.@-:");

	if (n > n_bytes)
		n = n_bytes;
	if (n == 2 && !strncmp(name, "zh", 2))
		return LANG_ZH;
	if ((n == 2 && !strncmp(name, "en", 2)) || (n == 1 && *name == 'C') ||
	    (n == 5 && !strncmp(name, "POSIX", 5)))
		return LANG_EN;
	return LANG_N;
}

/* The first language of a list like "fr:zh_CN:en" that we have. */
static enum lang lang_of_list(const char *list)
{
	while (*list) {
		size_t n = strcspn(list, ":");
		enum lang lang = lang_of_name(list, n);

		if (lang != LANG_N)
			return lang;
		list += n + (list[n] == ':');
	}
	return LANG_EN;
}

static enum lang wanted_lang(const char *lang)
{
	static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };

	if (lang && *lang)
		return lang_of_list(lang);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return lang_of_list(value);
	}
	return LANG_EN;
}

/* gettext() looks at LANGUAGE only when LC_MESSAGES is not "C", and ncurses draws Han characters only
 * in a UTF-8 LC_CTYPE. */
static bool locale_usable(void)
{
	const char *messages = setlocale(LC_MESSAGES, NULL);

	return messages && strcmp(messages, "C") && strcmp(messages, "POSIX") &&
	       !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static void set_locale(void)
{
	static const char *const fallbacks[] = { "C.UTF-8", "C.utf8", "zh_CN.UTF-8", "en_US.UTF-8" };

	if (setlocale(LC_ALL, "") && locale_usable())
		return;
	for (size_t i = 0; i < sizeof fallbacks / sizeof fallbacks[0]; i++)
		if (setlocale(LC_ALL, fallbacks[i]) && locale_usable())
			return;
}

enum lang i18n_init(const char *lang)
{
	const char *folder = getenv("XIANGYI_LOCALEDIR");

	current = wanted_lang(lang);
	setenv("LANGUAGE", current == LANG_ZH ? "zh_CN" : "en", 1);
	set_locale();
	setlocale(LC_NUMERIC, "C"); /* 36.5 is 36.5 in every file and on every screen */
	bindtextdomain("xiangyi", folder && *folder ? folder : LOCALEDIR);
	bind_textdomain_codeset("xiangyi", "UTF-8");
	textdomain("xiangyi");
	return current;
}

enum lang i18n_lang(void)
{
	return current;
}
