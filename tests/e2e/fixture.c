/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small program on a terminal, to test the harness itself: says its size, echoes what it reads in hex,
 * and keeps the promise about XIANGYI_SYNC_FD. q ends it with status 7. */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t resized;

static void on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

static void say_size(void)
{
	struct winsize size;

	ioctl(0, TIOCGWINSZ, &size);
	printf("\x1b[2J\x1b[1;1H%s %dx%d\x1b[2;3H\x1b[7m乡医\x1b[0m x\x1b[3;1H", getenv("TERM"), size.ws_col,
	       size.ws_row);
}

int main(void)
{
	const char *number = getenv("XIANGYI_SYNC_FD");
	int sync = number ? atoi(number) : -1;
	struct sigaction action = { .sa_handler = on_resize };
	struct pollfd fd = { .fd = 0, .events = POLLIN };
	struct termios raw;
	sigset_t waiting, busy;
	unsigned char key[64];
	ssize_t n;

	tcgetattr(0, &raw);
	cfmakeraw(&raw);
	tcsetattr(0, TCSANOW, &raw);
	sigemptyset(&busy);
	sigaddset(&busy, SIGWINCH);
	sigprocmask(SIG_BLOCK, &busy, &waiting);
	sigaction(SIGWINCH, &action, NULL);
	say_size();
	for (;;) {
		fflush(stdout);
		if (write(sync, ".", 1) < 0)
			return 1;
		if (ppoll(&fd, 1, NULL, &waiting) < 0) {
			if (resized)
				say_size();
			resized = 0;
			continue;
		}
		n = read(0, key, sizeof key);
		if (n <= 0) { /* the line dropped; the signal may come behind the end of input */
			pause();
			return 1;
		}
		for (ssize_t i = 0; i < n; i++)
			printf("%02x", key[i]);
		printf(" ");
		if (key[0] == 'q')
			return 7;
	}
}
