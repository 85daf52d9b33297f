/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours by role: what a text means decides how it looks, in one table [theme][role]. */
#ifndef TUI_THEME_H
#define TUI_THEME_H

/* X(NAME, letter in screen tests) */
#define STYLE_LIST(X)                                                                              \
	X(NORMAL, '.')   /* ordinary text */                                                       \
	X(TITLE, 'T')    /* top line */                                                            \
	X(PRACTICE, 'P') /* top line of a practice store */                                        \
	X(KEY, 'K')      /* key bar: the key */                                                    \
	X(KEYBAR, 'k')   /* key bar: what it does */                                               \
	X(HEADING, 'H')  /* heading of a part, of columns */                                       \
	X(STRONG, 'B')   /* what the eye should find first */                                      \
	X(LABEL, 'l')    /* name of a field */                                                     \
	X(DIM, 'd')      /* less important */                                                      \
	X(FIELD, 'f')    /* a field that can be filled */                                          \
	X(FOCUS, 'F')    /* the field that is being filled */                                      \
	X(CARRIED, 'c')  /* a value carried over from the last visit */                            \
	X(SELECTED, 'S') /* the chosen line of a list */                                           \
	X(OK, 'o')                                                                                 \
	X(WARN, 'w')                                                                               \
	X(ERROR, 'e')                                                                              \
	X(URGENT, 'U')                                                                             \
	X(BORDER, 'b')                                                                             \
	X(POPUP, 'p')    /* inside of a pop-up */                                                  \
	X(BAR_OK, 'g')   /* chart: within the target */                                            \
	X(BAR_HIGH, 'h') /* chart: above it */                                                     \
	X(TARGET, 't')   /* chart: the target line */
#define STYLE_ENUM(name, letter) STYLE_##name,
enum style { STYLE_LIST(STYLE_ENUM) STYLE_N };
#undef STYLE_ENUM

/* X(NAME, word) */
#define THEME_LIST(X) X(DARK, "dark") X(LIGHT, "light") X(MONO, "mono") X(CONTRAST, "contrast")
#define THEME_ENUM(name, word) THEME_##name,
enum theme { THEME_LIST(THEME_ENUM) THEME_N };
#undef THEME_ENUM

/* -1 when the word names no theme. */
int theme_parse(const char *word);

/* Set up the colours after curses has started. MONO is taken when the terminal has none or NO_COLOR is set. */
void theme_start(enum theme theme);

/* Curses attributes of a role (attr_t with its colour pair), and the letter of the role that set them. */
unsigned long theme_attr(enum style style);
char theme_letter(unsigned long attr);

#endif
