/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small file as numbered lines of text that QR codes carry and a scanner types (doc/bundle.md, "As QR codes"):
 * XY1:<id 8>:<number>:<of>:<base 45>:<check 6>.
 */
#ifndef SYNC_PAPER_H
#define SYNC_PAPER_H

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/error.h"

enum {
	PAPER_MAX_BYTES = 8192, /* some 50 visits and their residents need a quarter of it */
	PAPER_MAX_PARTS = 999,
	PAPER_LINE_BYTES = 4400,
	PAPER_OVERHEAD = 28,    /* characters of a line that are no content */
};

/* Lines of at most max_chars characters, in arena. ERR_LIMIT: too much for paper. */
int paper_split(const void *bytes, size_t n_bytes, size_t max_chars, struct arena *arena, char ***lines,
                size_t *n, struct error *err);
/* How many lines that would be; 0: it cannot be. */
size_t paper_parts(size_t n_bytes, size_t max_chars);

struct paper;
struct paper *paper_new(void); /* NULL: out of memory */
void paper_free(struct paper *paper);
/* One line as it was typed, in any order, any number of times; number gets its place. ERR_INVALID: no line of this
 * kind; ERR_CORRUPT: misread; ERR_EXISTS: of another file than the lines before. */
int paper_take(struct paper *paper, const char *line, size_t *number, struct error *err);
size_t paper_total(const struct paper *paper);   /* 0: none yet */
bool paper_whole(const struct paper *paper);
/* "1, 4-7": the numbers that are missing. */
void paper_missing(const struct paper *paper, char *out, size_t size);
/* The file; ERR_TRUNCATED when lines are missing, ERR_CORRUPT when it is not what was split. */
int paper_join(const struct paper *paper, struct buf *out, struct error *err);

#endif
