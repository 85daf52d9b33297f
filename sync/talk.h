/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversation of push and receive over two pipes (doc/bundle.md, "Over SSH"): lines of text and counted bytes,
 * with caps and with an end to waiting.
 */
#ifndef SYNC_TALK_H
#define SYNC_TALK_H

#include "lib/buf.h"
#include "lib/error.h"

enum { TALK_LINE_BYTES = 1024, TALK_BLOCK_BYTES = 32 * 1024 };

struct talk {
	int in, out;
	int side;              /* drained meanwhile and kept in said; -1: none */
	int idle_s;            /* longest time without a byte */
	int64_t deadline_ms;   /* on the monotonic clock */
	char said[512];        /* the last of what came on side */
	size_t from, to;       /* what of block is not taken yet */
	uint8_t block[TALK_BLOCK_BYTES];
};

/* Take the pipes over (they are set not to block); they stay the caller's to close. */
void talk_begin(struct talk *talk, int in, int out, int side, int idle_s, int deadline_s);

/* A line without its end. ERR_TRUNCATED: the other side is gone; ERR_LIMIT: longer than TALK_LINE_BYTES;
 * ERR_BUSY: nothing came in time; ERR_IO. */
int talk_get_line(struct talk *talk, char out[TALK_LINE_BYTES], struct error *err);
/* 1 to max_bytes bytes. The same errors. */
int talk_get(struct talk *talk, void *out, size_t max_bytes, size_t *n_bytes, struct error *err);
int talk_put(struct talk *talk, const void *bytes, size_t n_bytes, struct error *err);
int talk_say(struct talk *talk, struct error *err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Whether the other side has said something that is not taken yet. */
bool talk_heard(struct talk *talk);
/* Take what is left on side, until it is closed or a second has passed. */
void talk_drain(struct talk *talk);

/* A text from the other side in one line, with nothing in it that a terminal would obey. */
void talk_tame(char *text);

#endif
