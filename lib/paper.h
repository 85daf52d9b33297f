/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets written on paper: 19 random bytes and a check byte as 32 digits of Crockford's base 32, which has no
 * I, L, O and U, in groups of four. One wrong digit or two neighbours swapped is always noticed, more 255 of 256 times.
 */
#ifndef LIB_PAPER_H
#define LIB_PAPER_H

#include "lib/error.h"

enum { PAPER_CODE_BYTES = 48 }; /* 32 digits, 7 dashes and the NUL fit */

void paper_code_make(char out[PAPER_CODE_BYTES]);
/* What a person typed (any case, blanks, O for 0, I or L for 1) as paper_code_make() wrote it. ERR_INVALID: mistyped. */
int paper_code_clean(char out[PAPER_CODE_BYTES], const char *typed, struct error *err);

#endif
