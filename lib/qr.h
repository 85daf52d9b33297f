/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * QR codes (ISO/IEC 18004) of texts in the alphanumeric mode, error correction level L, drawn as half blocks: one
 * character cell is one module wide and two high. The only place that includes libqrencode.
 */
#ifndef LIB_QR_H
#define LIB_QR_H

#include "lib/buf.h"
#include "lib/error.h"

enum { QR_VERSION_MAX = 40, QR_QUIET = 2 /* light modules around; the standard asks for 4, screens do with 2 */ };

size_t qr_capacity(int version); /* characters of 0-9 A-Z space $%*+-./: */
int qr_columns(int version);     /* character cells with the quiet zone */
int qr_rows(int version);

/* Lines of half blocks, each ended by a newline; light modules are drawn, so it fits light text on a dark ground.
 * ERR_LIMIT: the text does not fit into the version; ERR_INVALID: other characters; ERR_NOMEM. */
int qr_draw(const char *text, int version, struct buf *out, struct error *err);

#endif
