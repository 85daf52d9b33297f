/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys: one number per key press, independent of curses. Characters are their code points (Enter is
 * 13, Esc 27, Ctrl-A 1); all other keys stand above Unicode.
 */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t tkey_t;

/* X(NAME, name in scripts and help) */
#define TKEY_LIST(X)                                                                               \
	X(NONE, "None")                                                                            \
	X(UP, "Up")                                                                                \
	X(DOWN, "Down")                                                                            \
	X(LEFT, "Left")                                                                            \
	X(RIGHT, "Right")                                                                          \
	X(HOME, "Home")                                                                            \
	X(END, "End")                                                                              \
	X(PAGE_UP, "PgUp")                                                                         \
	X(PAGE_DOWN, "PgDn")                                                                       \
	X(INSERT, "Ins")                                                                           \
	X(DELETE, "Del")                                                                           \
	X(BACKSPACE, "Backspace")                                                                  \
	X(BACKTAB, "Shift-Tab")                                                                    \
	X(RESIZE, "Resize")
#define TKEY_ENUM(name, text) TKEY_##name,
enum { TKEY_BASE = 0x200000, TKEY_FIRST = TKEY_BASE - 1, TKEY_LIST(TKEY_ENUM) TKEY_LAST };
#undef TKEY_ENUM
enum { TKEY_TAB = 9, TKEY_ENTER = 13, TKEY_ESC = 27, TKEY_F0 = TKEY_BASE + 0x100 };
#define TKEY_F(n)    ((tkey_t)(TKEY_F0 + (n)))
#define TKEY_CTRL(c) ((tkey_t)((c) & 0x1f))

/* A character that belongs into a text, not a command. */
bool key_is_text(tkey_t key);

/* The key of a name: "F2", "Enter", "Ctrl-S", "Space", or one character; TKEY_NONE if it is none. */
tkey_t key_parse(const char *name);

/* Its name, "" for TKEY_NONE; returns out. */
char *key_label(tkey_t key, char out[24]);

#endif
