/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal: start, stop, size, keys and signals. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stdio.h>
#include "lib/error.h"
#include "tui/key.h"
#include "tui/put.h"

struct term_options {
	enum theme theme;
	bool ascii;
	/* For tests: draw for this type of terminal into out (not the real one), rows × cols. */
	const char *type;
	FILE *out;
	int rows, cols;
};

/* ERR_UNSUPPORTED when the locale is not UTF-8 or the terminal type is unknown. */
int term_start(const struct term_options *options, struct error *err);
void term_stop(void);

/* A sentence about why Chinese cannot be seen here, or NULL; translated. */
const char *term_trouble(void);

/* The next waiting key, TKEY_NONE when there is none. Never blocks. False in *open: the terminal is gone. */
tkey_t term_read(bool *open);

/* Readable when a signal came; term_signals() empties it. */
int term_signal_fd(void);
enum { TERM_RESIZED = 1, TERM_ENDED = 2 };
unsigned term_signals(void);
void term_resize(void); /* take over the window's new size */

struct area term_area(void);
void term_begin(void);          /* blank the screen before drawing */
void term_show(bool from_blank); /* send what changed; from_blank: all of it (Ctrl-L) */

#endif
