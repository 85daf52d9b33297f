/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/talk.h"

enum { DRAIN_MS = 1000 };

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void talk_begin(struct talk *talk, int in, int out, int side, int idle_s, int deadline_s)
{
	const int fds[] = { in, out, side };
	*talk = (struct talk){ .in = in, .out = out, .side = side, .idle_s = idle_s,
		               .deadline_ms = now_ms() + (int64_t)deadline_s * 1000 };
	for (size_t i = 0; i < 3; i++) {
		int flags = fds[i] < 0 ? -1 : fcntl(fds[i], F_GETFL);
		if (flags >= 0)
			fcntl(fds[i], F_SETFL, flags | O_NONBLOCK);
	}
}

/* Keep the end of what is said. */
static void take_side(struct talk *talk)
{
	char text[256];
	ssize_t n = read(talk->side, text, sizeof(text));
	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			talk->side = -1; /* closed; the number stays the caller's */
		return;
	}
	size_t room = sizeof(talk->said) - 1, held = strlen(talk->said), keep = room - (size_t)n;
	if (held > keep) {
		memmove(talk->said, talk->said + held - keep, keep);
		held = keep;
	}
	memcpy(talk->said + held, text, (size_t)n);
	talk->said[held + (size_t)n] = '\0';
}

/* Until fd is ready for what events says. */
static int wait_for(struct talk *talk, int fd, short events, struct error *err)
{
	int64_t idle_end = now_ms() + (int64_t)talk->idle_s * 1000;
	for (;;) {
		int64_t end = idle_end < talk->deadline_ms ? idle_end : talk->deadline_ms, left = end - now_ms();
		struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = talk->side, .events = POLLIN } };
		int n = left > 0 ? poll(fds, 2, (int)left) : 0;
		if (n < 0 && errno != EINTR)
			return error_errno(err, errno, _("the line cannot be read"));
		if (n > 0 && fds[1].revents)
			take_side(talk);
		if (n > 0 && fds[0].revents)
			return 0;
		if (now_ms() >= talk->deadline_ms)
			return error_set(err, ERR_BUSY, _("it takes too long"));
		if (now_ms() >= idle_end)
			return error_set(err, ERR_BUSY, _("nothing came for %d seconds"), talk->idle_s);
	}
}

static int fill(struct talk *talk, struct error *err)
{
	while (talk->from == talk->to) {
		int code = wait_for(talk, talk->in, POLLIN, err);
		if (code)
			return code;
		ssize_t n = read(talk->in, talk->block, sizeof(talk->block));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return error_set(err, ERR_TRUNCATED, _("the line was cut"));
		talk->from = 0;
		talk->to = (size_t)n;
	}
	return 0;
}

int talk_get(struct talk *talk, void *out, size_t max_bytes, size_t *n_bytes, struct error *err)
{
	int code = fill(talk, err);
	size_t n = talk->to - talk->from;
	*n_bytes = 0;
	if (code)
		return code;
	*n_bytes = n < max_bytes ? n : max_bytes;
	memcpy(out, talk->block + talk->from, *n_bytes);
	talk->from += *n_bytes;
	return 0;
}

int talk_get_line(struct talk *talk, char out[TALK_LINE_BYTES], struct error *err)
{
	size_t len = 0;
	for (;;) {
		int code = fill(talk, err);
		if (code)
			return code;
		char c = (char)talk->block[talk->from++];
		if (c == '\n')
			break;
		if (len == TALK_LINE_BYTES - 1)
			return error_set(err, ERR_LIMIT, _("a line is too long"));
		out[len++] = c;
	}
	out[len] = '\0';
	return memchr(out, '\0', len) ? error_set(err, ERR_INVALID, _("a line is no text")) : 0;
}

int talk_put(struct talk *talk, const void *bytes, size_t n_bytes, struct error *err)
{
	const uint8_t *from = bytes;
	while (n_bytes) {
		int code = wait_for(talk, talk->out, POLLOUT, err);
		if (code)
			return code;
		ssize_t n = write(talk->out, from, n_bytes);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return error_set(err, ERR_TRUNCATED, _("the line was cut"));
		from += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

int talk_say(struct talk *talk, struct error *err, const char *fmt, ...)
{
	char line[TALK_LINE_BYTES];
	va_list args;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	size_t len = strlen(line);
	for (size_t i = 0; i < len; i++)
		line[i] = line[i] == '\n' ? ' ' : line[i];
	line[len] = '\n';
	return talk_put(talk, line, len + 1, err);
}

bool talk_heard(struct talk *talk)
{
	struct pollfd fd = { .fd = talk->in, .events = POLLIN };
	return talk->from < talk->to || poll(&fd, 1, 0) > 0;
}

void talk_drain(struct talk *talk)
{
	int64_t end = now_ms() + DRAIN_MS, left;
	while (talk->side >= 0 && (left = end - now_ms()) > 0) {
		struct pollfd fd = { .fd = talk->side, .events = POLLIN };
		if (poll(&fd, 1, (int)left) > 0)
			take_side(talk);
	}
}

void talk_tame(char *text)
{
	char *to = text;
	uint32_t cp;
	size_t n;
	for (const char *from = text; (n = utf8_next(from, &cp)); from += n) {
		bool plain = utf8_char_plain(cp) && cp != 0xfffd;
		memmove(to, plain ? from : " ", plain ? n : 1);
		to += plain ? n : 1;
	}
	*to = '\0';
	utf8_trim(text);
}
