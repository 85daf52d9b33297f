/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV through libcsv, with the line and column of every cell. Reads UTF-8 with or without BOM, and
 * GB18030 (as Excel and WPS save it) when the bytes are not valid UTF-8; CRLF or LF; quotes and
 * newlines in fields. Spaces around a cell that is not quoted do not count. A quote mark in the middle
 * of a cell that is not quoted, and a quoted cell without an end, are errors.
 */
#ifndef LIB_CSV_H
#define LIB_CSV_H

#include <stdbool.h>
#include <stdio.h>
#include "lib/arena.h"
#include "lib/error.h"

struct csv_row {
	size_t line;   /* of the row's first character, from 1 */
	size_t n;
	char **cells;  /* UTF-8, never NULL */
};

struct csv_table {
	const char *path; /* for messages */
	size_t n_rows;
	struct csv_row *rows; /* empty lines are left out */
};

/* Read a whole file (at most 64 MiB) or n bytes; everything lives in arena.
 * ERR_NOTFOUND, ERR_IO, ERR_INVALID (neither UTF-8 nor GB18030: says line), ERR_LIMIT, ERR_NOMEM. */
int csv_read_file(struct csv_table *out, const char *path, struct arena *arena, struct error *err);
int csv_read_bytes(struct csv_table *out, const char *path, const void *bytes, size_t n_bytes,
                   struct arena *arena, struct error *err);

/* Index of the cell whose text is name in a header row, or -1. */
int csv_find(const struct csv_row *header, const char *name);

/* Write one row, quoted where needed, with LF. A cell that begins with = + - @ and is no number gets
 * a ' before it when formula_safe (spreadsheets would run it), and so does one that looks like a guarded
 * one already. Errors show in ferror(). */
void csv_write_row(FILE *file, const char *const cells[], size_t n, bool formula_safe);

/* Whether the first character of a cell is that '. */
bool csv_is_guarded(const char *cell);

#endif
