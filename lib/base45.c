/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/base45.h"

#include <string.h>

static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

size_t base45_chars(size_t n_bytes)
{
	return n_bytes / 2 * BASE45_PAIR + (n_bytes % 2 ? BASE45_ODD : 0);
}

char *base45_encode(char *out, const uint8_t *in, size_t n_bytes)
{
	char *to = out;

	for (size_t i = 0; i < n_bytes; i += 2) {
		unsigned value = i + 1 < n_bytes ? in[i] * 256u + in[i + 1] : in[i];

		*to++ = ALPHABET[value % 45];
		*to++ = ALPHABET[value / 45 % 45];
		if (i + 1 < n_bytes)
			*to++ = ALPHABET[value / 45 / 45];
	}
	*to = '\0';
	return out;
}

bool base45_decode(uint8_t *out, size_t *n_bytes, const char *in, size_t n_chars)
{
	static const unsigned weights[] = { 1, 45, 45 * 45 };

	*n_bytes = 0;
	if (n_chars % BASE45_PAIR == 1)
		return false;
	for (size_t at = 0; at < n_chars;) {
		size_t n = n_chars - at < BASE45_PAIR ? n_chars - at : BASE45_PAIR;
		unsigned value = 0;

		for (size_t i = 0; i < n; i++, at++) {
			const char *found = in[at] ? strchr(ALPHABET, in[at]) : NULL;

			if (!found)
				return false;
			value += (unsigned)(found - ALPHABET) * weights[i];
		}
		if (value > (n == BASE45_PAIR ? 0xffffu : 0xffu))
			return false;
		if (n == BASE45_PAIR)
			out[(*n_bytes)++] = (uint8_t)(value >> 8);
		out[(*n_bytes)++] = (uint8_t)value;
	}
	return true;
}
