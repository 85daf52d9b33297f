/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person at a terminal, for tests: a program on a real pty, key bytes as that terminal sends them, and
 * the screen as libvterm understands the program's output. Nothing here sleeps: a program that knows
 * XIANGYI_SYNC_FD writes a byte to it whenever it has drawn and waits, and all waits end at that byte or at
 * the program's end. A wait that outlives TERM_PATIENCE seconds has failed. For a program without it
 * (plain) only term_wait_text() and term_wait_exit() wait.
 */
#ifndef TESTS_E2E_TERM_H
#define TESTS_E2E_TERM_H

#include <stdbool.h>
#include <stddef.h>

#define TERM_PATIENCE 60

struct term;

struct term_start {
	const char *const *argv; /* argv[0] is a path; NULL at the end */
	const char *type;        /* $TERM; NULL: xterm-256color */
	int rows, cols;          /* 0: 24 and 80 */
	bool plain;              /* the program knows nothing of XIANGYI_SYNC_FD: it only prints and reads */
	const char *const *env;  /* "NAME=value" or "NAME" (removed), NULL at the end; or NULL */
};

/* Start a program; NULL when that is impossible. It does not wait for anything. */
struct term *term_start(const struct term_start *how);
/* Kill what still runs and free all. */
void term_free(struct term *t);

/* Type keys one by one, waiting after each until the program has drawn and waits. Plain UTF-8, and
 * <Enter> <Esc> <Tab> <Space> <Backspace> <Up> <Down> <Left> <Right> <Home> <End> <PageUp> <PageDown>
 * <Insert> <Delete> <F1>…<F12> <C-a>…<C-z> <lt> as $TERM's terminfo says. False when the program neither drew nor ended. */
bool term_type(struct term *t, const char *keys);
/* Write bytes as they are, waiting for nothing: split sequences, pastes, answers to plain programs. */
bool term_write(struct term *t, const char *bytes, size_t size);
/* Wait until the program has drawn the answer to the last input and waits, or its end. */
bool term_settle(struct term *t);
/* Wait until the text stands somewhere on the screen (columns of a wide character count once). */
bool term_wait_text(struct term *t, const char *text);
/* Wait until it stands nowhere on the screen. */
bool term_wait_gone(struct term *t, const char *text);
bool term_resize(struct term *t, int rows, int cols);

/* Wait for the end: exit status, or 128 + signal; -1 when it does not end. */
int term_wait_exit(struct term *t);
/* Send a signal; SIGKILL is the power cut of a process. */
void term_signal(struct term *t, int sig);
int term_pid(const struct term *t);
/* The line drops: the program gets SIGHUP. */
void term_hang_up(struct term *t);

/* The screen's rows as text, right-trimmed, '\n' after each; belongs to t until the next call. */
const char *term_text(struct term *t);
/* One row, right-trimmed; as above. */
const char *term_row(struct term *t, int row);
bool term_has(struct term *t, const char *text);
/* Row and column where text begins; false when it is not there. */
bool term_find(struct term *t, const char *text, int *row, int *col);
bool term_is_reverse(struct term *t, int row, int col);
bool term_is_bold(struct term *t, int row, int col);
void term_cursor(struct term *t, int *row, int *col);

/* Keys typed and bytes received since the last term_count_reset(). */
int term_keys(const struct term *t);
size_t term_bytes(const struct term *t);
void term_count_reset(struct term *t);

/* Print the screen as TAP comments. */
void term_show(struct term *t);

#endif
