/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions on the terminal. */
#include "config.h"
#include "lib/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "lib/utf8.h"

enum { KEY_CTRL_C = 3, KEY_CTRL_D = 4, KEY_BACKSPACE = 8, KEY_CTRL_U = 21, KEY_DELETE = 127 };

static void put_terminal(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		return; /* reading then tells that the terminal is gone */
}

/* Read one line, a byte at a time, and edit it here: with signals off Ctrl-C cannot leave the
 * terminal without echo. */
static int read_line(int fd, bool secret, char *out, size_t size, struct error *err)
{
	size_t len = 0;

	for (;;) {
		unsigned char c;
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || (secret && c == KEY_CTRL_D && !len))
			return error_set(err, ERR_IO, _("the terminal was closed"));
		if (c == '\n' || c == '\r')
			break;
		if (secret && c == KEY_CTRL_C)
			return error_set(err, ERR_CANCELLED, _("cancelled"));
		if (secret && (c == KEY_BACKSPACE || c == KEY_DELETE)) {
			out[len] = '\0';
			len = utf8_prev_at(out, len);
		} else if (secret && c == KEY_CTRL_U) {
			len = 0;
		} else if (len + 1 >= size) {
			return error_set(err, ERR_LIMIT, _("the answer is too long"));
		} else {
			out[len++] = (char)c;
		}
	}
	out[len] = '\0';
	return 0;
}

int cli_ask(const char *prompt, bool secret, char *out, size_t size, struct error *err)
{
	int code, fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios saved, quiet;

	out[0] = '\0';
	if (fd < 0)
		return error_set(err, ERR_IO, _("there is no terminal to ask on: %s"), prompt);
	if (tcgetattr(fd, &saved)) {
		code = error_set(err, ERR_IO, _("there is no terminal to ask on: %s"), prompt);
		goto end;
	}
	fflush(stdout);
	quiet = saved;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	if (secret)
		tcsetattr(fd, TCSAFLUSH, &quiet);
	put_terminal(fd, prompt);
	code = read_line(fd, secret, out, size, err);
	if (secret) {
		tcsetattr(fd, TCSAFLUSH, &saved);
		put_terminal(fd, "\n");
	}
	if (code)
		out[0] = '\0';
end:
	close(fd);
	return code;
}
