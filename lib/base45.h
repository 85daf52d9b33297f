/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes in the 45 characters that QR codes hold most densely (RFC 9285): two bytes become three characters. */
#ifndef LIB_BASE45_H
#define LIB_BASE45_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE45_PAIR = 3, BASE45_ODD = 2 }; /* characters of two bytes, of a last one */

/* Characters of n_bytes, without the NUL. */
size_t base45_chars(size_t n_bytes);

/* out has base45_chars(n_bytes) + 1 bytes; returns it. */
char *base45_encode(char *out, const uint8_t *in, size_t n_bytes);

/* out has room for n_chars bytes. False for other characters, values beyond the bytes, and a length that no bytes have. */
bool base45_decode(uint8_t *out, size_t *n_bytes, const char *in, size_t n_chars);

#endif
