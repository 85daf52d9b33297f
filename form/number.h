/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as XPath 1.0 reads and writes them, whatever the locale's decimal point is. */
#ifndef FORM_NUMBER_H
#define FORM_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_TEXT_BYTES = 352 }; /* the longest double without an exponent */

/* Optional white space, "-", digits with at most one point; anything else (also "+1", "1e3") is NaN. */
double number_parse(const char *text);

/* The shortest digits that read back as the same number, never an exponent; "NaN", "Infinity". */
char *number_format(double value, char out[NUMBER_TEXT_BYTES]);

/* Half up (towards positive infinity) at places decimals, -15 to 15. A number within a few units of its
 * last binary digit of a half counts as that half, so that 1.005 rounds to 1.01 as on paper. */
double number_round(double value, int places);

#endif
