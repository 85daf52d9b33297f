/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scanner types: the lines of QR codes, from a file or from standard input. */
#ifndef CMD_PAPER_READ_H
#define CMD_PAPER_READ_H

#include "db/store.h"
#include "lib/buf.h"

#define CMD_QR_OPTION(target)                                                                      \
	{ "qr", CLI_TEXT, "FILE", N_("read what a scanner types of QR codes; - is standard input"), target }

/* Read until all codes are there or the input ends; says on a terminal what is still missing. ERR_TRUNCATED when codes
 * are missing; misread lines are told and passed over. */
int cmd_read_paper(const char *path, struct buf *out, struct error *err);

/* Those bytes as STORE/spool/paper/00000001.EXTENSION for the functions that take files; cmd_drop_paper() removes
 * the folder with whatever was written beside. */
int cmd_put_paper(const struct store *store, const struct buf *bytes, const char *extension, char path[4096],
                  struct error *err);
void cmd_drop_paper(const struct store *store);

#endif
