/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/e2e/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "tests/e2e/keys.h"

/* A byte that no program here writes. Put into the pty behind the program's own output, it says when all of
 * that output has come through: the kernel passes it on in its own time. */
#define FENCE 0xff

struct term {
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	const char *type;
	int master, slave;  /* ours of both ends; the slave only for the fence and sizes */
	int sync;           /* reading end of the program's XIANGYI_SYNC_FD */
	int pidfd;          /* readable when the program has ended */
	pid_t pid;
	bool plain;
	bool drawn;         /* a sync byte came since the last input: the screen is the answer to it */
	bool ended;
	int status;
	int fences;         /* read from the master */
	int keys;
	size_t bytes;
	char *text;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void run_program(const struct term_start *how, const char *type, int slave, int sync)
{
	char number[16];

	login_tty(slave);
	snprintf(number, sizeof number, "%d", sync);
	setenv("XIANGYI_SYNC_FD", number, 1);
	setenv("TERM", type, 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (const char *const *e = how->env; e && *e; e++) {
		if (strchr(*e, '='))
			putenv((char *)*e);
		else
			unsetenv(*e);
	}
	signal(SIGPIPE, SIG_DFL);
	execv(how->argv[0], (char *const *)how->argv);
	fprintf(stderr, "%s: %s\n", how->argv[0], strerror(errno));
	_exit(127);
}

struct term *term_start(const struct term_start *how)
{
	struct term *t = calloc(1, sizeof *t);
	struct winsize size;
	int sync[2];

	if (!t)
		return NULL;
	signal(SIGPIPE, SIG_IGN);
	t->rows = how->rows ? how->rows : 24;
	t->cols = how->cols ? how->cols : 80;
	t->type = how->type ? how->type : "xterm-256color";
	t->plain = how->plain;
	size = (struct winsize){ .ws_row = (unsigned short)t->rows, .ws_col = (unsigned short)t->cols };
	if (openpty(&t->master, &t->slave, NULL, NULL, &size) || pipe2(sync, O_CLOEXEC | O_NONBLOCK)) {
		free(t);
		return NULL;
	}
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	fcntl(t->master, F_SETFL, O_NONBLOCK);
	t->sync = sync[0];
	t->pid = fork();
	if (t->pid == 0) {
		int slave = dup(t->slave), end = dup(sync[1]);

		close(t->slave);
		run_program(how, t->type, slave, end);
	}
	close(sync[1]);
	fcntl(t->slave, F_SETFD, FD_CLOEXEC);
	t->pidfd = (int)syscall(SYS_pidfd_open, t->pid, 0);
	t->vt = vterm_new(t->rows, t->cols);
	vterm_set_utf8(t->vt, 1);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	return t;
}

static void reap(struct term *t, bool wait)
{
	int status;

	if (t->ended || waitpid(t->pid, &status, wait ? 0 : WNOHANG) != t->pid)
		return;
	t->ended = true;
	t->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void term_free(struct term *t)
{
	if (!t)
		return;
	if (!t->ended) {
		kill(t->pid, SIGKILL);
		reap(t, true);
	}
	if (t->master >= 0)
		close(t->master);
	close(t->slave);
	close(t->sync);
	close(t->pidfd);
	vterm_free(t->vt);
	free(t->text);
	free(t);
}

/* Feed what the program wrote to the terminal, and send what the terminal answers. */
static void take_output(struct term *t)
{
	char buffer[8192], answer[256];
	ssize_t n;
	size_t m;

	while (t->master >= 0 && (n = read(t->master, buffer, sizeof buffer)) > 0) {
		for (char *from = buffer, *end = buffer + n; from < end;) {
			char *fence = memchr(from, FENCE, (size_t)(end - from));
			size_t size = (size_t)((fence ? fence : end) - from);

			vterm_input_write(t->vt, from, size);
			t->bytes += size;
			t->fences += fence != NULL;
			from += size + (fence != NULL);
		}
		while ((m = vterm_output_read(t->vt, answer, sizeof answer)))
			if (write(t->master, answer, m) < 0)
				break;
	}
}

/* Wait until something happens or the deadline; reads all output. True when a sync byte came or the end. */
static bool step(struct term *t, double deadline)
{
	struct pollfd fds[] = {
		{ .fd = t->master, .events = POLLIN },
		{ .fd = t->sync, .events = POLLIN },
		{ .fd = t->ended ? -1 : t->pidfd, .events = POLLIN },
	};
	double left = deadline - now();
	char bytes[64];
	ssize_t n;

	if (left > 0)
		poll(fds, 3, (int)(left * 1000) + 1);
	n = read(t->sync, bytes, sizeof bytes);
	take_output(t);
	reap(t, false);
	t->drawn |= n > 0;
	return t->drawn || t->plain || t->ended;
}

/* Everything that was written up to now is on the screen when this returns. */
static void flush_output(struct term *t)
{
	double deadline = now() + TERM_PATIENCE;
	int want = t->fences + 1;
	unsigned char fence = FENCE;

	if (t->master < 0 || write(t->slave, &fence, 1) != 1)
		return;
	while (t->fences < want && now() < deadline) {
		struct pollfd fd = { .fd = t->master, .events = POLLIN };

		poll(&fd, 1, 1000);
		take_output(t);
	}
}

bool term_settle(struct term *t)
{
	double deadline = now() + TERM_PATIENCE;

	while (now() < deadline)
		if (t->drawn || t->plain || step(t, deadline)) {
			flush_output(t);
			return true;
		}
	printf("# the program neither drew nor ended within %d s\n", TERM_PATIENCE);
	term_show(t);
	return false;
}

/* From here on a sync byte answers what comes now. */
static void forget_syncs(struct term *t)
{
	char bytes[64];

	while (read(t->sync, bytes, sizeof bytes) > 0)
		;
	t->drawn = false;
}

bool term_write(struct term *t, const char *bytes, size_t size)
{
	forget_syncs(t);
	return t->master >= 0 && write(t->master, bytes, size) == (ssize_t)size;
}

bool term_type(struct term *t, const char *keys)
{
	char bytes[32];
	int n;

	while ((n = keys_next(&keys, t->type, bytes, sizeof bytes)) > 0) {
		if (!term_settle(t) || t->ended || !term_write(t, bytes, (size_t)n) || !term_settle(t))
			return false;
		t->keys++;
	}
	if (n < 0)
		printf("# no such key on %s: %.16s\n", t->type, keys);
	return n == 0;
}

static bool wait_text(struct term *t, const char *text, bool wanted)
{
	double deadline = now() + TERM_PATIENCE;

	flush_output(t);
	while (!(t->drawn || t->plain || t->ended) || term_has(t, text) != wanted) {
		if (t->ended || now() >= deadline) {
			printf("# waited for \"%s\" to %s; the program %s\n", text,
			       wanted ? "come" : "go", t->ended ? "ended" : "waits");
			term_show(t);
			return false;
		}
		if (step(t, deadline))
			flush_output(t);
	}
	return true;
}

bool term_wait_text(struct term *t, const char *text)
{
	return wait_text(t, text, true);
}

bool term_wait_gone(struct term *t, const char *text)
{
	return wait_text(t, text, false);
}

bool term_resize(struct term *t, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	term_settle(t);
	t->rows = rows;
	t->cols = cols;
	vterm_set_size(t->vt, rows, cols);
	forget_syncs(t);
	return !ioctl(t->master, TIOCSWINSZ, &size) && term_settle(t);
}

int term_wait_exit(struct term *t)
{
	double deadline = now() + TERM_PATIENCE;

	while (!t->ended && now() < deadline)
		step(t, deadline);
	if (!t->ended) {
		printf("# the program does not end\n");
		term_show(t);
		return -1;
	}
	flush_output(t);
	return t->status;
}

void term_signal(struct term *t, int sig)
{
	if (!t->ended)
		kill(t->pid, sig);
}

int term_pid(const struct term *t)
{
	return (int)t->pid;
}

void term_hang_up(struct term *t)
{
	close(t->master);
	t->master = -1;
}

/* The text of one cell: its characters, a blank when empty, nothing when a wide one to the left covers it. */
static size_t cell_text(struct term *t, int row, int col, char *out)
{
	VTermScreenCell cell;
	size_t n = 0;

	vterm_screen_get_cell(t->screen, (VTermPos){ .row = row, .col = col }, &cell);
	if (cell.chars[0] == (uint32_t)-1)
		return 0;
	if (!cell.chars[0])
		cell.chars[0] = ' ';
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
		uint32_t c = cell.chars[i];

		if (c < 0x80) {
			out[n++] = (char)c;
		} else if (c < 0x800) {
			out[n++] = (char)(0xc0 | c >> 6);
			out[n++] = (char)(0x80 | (c & 0x3f));
		} else if (c < 0x10000) {
			out[n++] = (char)(0xe0 | c >> 12);
			out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			out[n++] = (char)(0x80 | (c & 0x3f));
		} else {
			out[n++] = (char)(0xf0 | c >> 18);
			out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
			out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			out[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	return n;
}

/* Rows first to last as text; where[i] gets the column of byte i when it is not NULL. */
static char *rows_text(struct term *t, int first, int last, int *where)
{
	size_t most = (size_t)(last - first + 1) * ((size_t)t->cols * 4 * VTERM_MAX_CHARS_PER_CELL + 1);
	size_t n = 0, start;
	char *text = realloc(t->text, most + 1);

	if (!text)
		abort();
	t->text = text;
	for (int row = first; row <= last; row++) {
		start = n;
		for (int col = 0; col < t->cols; col++) {
			size_t size = cell_text(t, row, col, text + n);

			for (size_t i = 0; where && i < size; i++)
				where[n + i] = col;
			n += size;
		}
		while (n > start && text[n - 1] == ' ')
			n--;
		if (last > first)
			text[n++] = '\n';
	}
	text[n] = '\0';
	return text;
}

const char *term_text(struct term *t)
{
	return rows_text(t, 0, t->rows - 1, NULL);
}

const char *term_row(struct term *t, int row)
{
	return rows_text(t, row, row, NULL);
}

bool term_has(struct term *t, const char *text)
{
	return strstr(term_text(t), text) != NULL;
}

bool term_find(struct term *t, const char *text, int *row, int *col)
{
	int *where = calloc((size_t)t->cols * 4 * VTERM_MAX_CHARS_PER_CELL + 1, sizeof *where);
	bool found = false;

	for (int r = 0; where && r < t->rows && !found; r++) {
		const char *line = rows_text(t, r, r, where), *at = strstr(line, text);

		if ((found = at != NULL)) {
			*row = r;
			*col = where[at - line];
		}
	}
	free(where);
	return found;
}

bool term_is_reverse(struct term *t, int row, int col)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(t->screen, (VTermPos){ .row = row, .col = col }, &cell);
	return cell.attrs.reverse;
}

bool term_is_bold(struct term *t, int row, int col)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(t->screen, (VTermPos){ .row = row, .col = col }, &cell);
	return cell.attrs.bold;
}

void term_cursor(struct term *t, int *row, int *col)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
	*row = pos.row;
	*col = pos.col;
}

int term_keys(const struct term *t)
{
	return t->keys;
}

size_t term_bytes(const struct term *t)
{
	return t->bytes;
}

void term_count_reset(struct term *t)
{
	t->keys = 0;
	t->bytes = 0;
}

void term_show(struct term *t)
{
	const char *line = term_text(t), *end;

	for (; (end = strchr(line, '\n')); line = end + 1)
		printf("# |%.*s\n", (int)(end - line), line);
	fflush(stdout);
}
