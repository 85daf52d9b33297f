/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of keys to the bytes that a terminal sends for them. */
#ifndef TESTS_E2E_KEYS_H
#define TESTS_E2E_KEYS_H

#include <stddef.h>

/* Take one key off the front of *keys (notation of term_type()) and write its bytes for the terminal type.
 * Returns the number of bytes, 0 at the end of the text, -1 for a name or capability that does not exist. */
int keys_next(const char **keys, const char *type, char *out, size_t size);

#endif
