/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Translation: _() where a text is used, N_() where a table only names it. English is the key. */
#ifndef LIB_I18N_H
#define LIB_I18N_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) (text)

enum lang { LANG_EN, LANG_ZH, LANG_N };

/* Set up locale, text domain and UTF-8 output for a program. Language: lang ("zh", "en") if not NULL,
 * else $LANGUAGE, LC_ALL, LC_MESSAGES, LANG. A machine without the wanted locale uses C.UTF-8 and
 * says the language through LANGUAGE. $XIANGYI_LOCALEDIR replaces the installed catalogue folder.
 * Returns the language in use. */
enum lang i18n_init(const char *lang);

/* The language that labels of forms are shown in, as i18n_init() found it. */
enum lang i18n_lang(void);

#endif
