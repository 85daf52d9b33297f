/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lib/paper.h"

#include <stdint.h>
#include <string.h>

#include "lib/crypto.h"
#include "lib/i18n.h"

enum {
	CODE_BYTES = 20, /* 19 random ones and a check byte: 32 digits of 5 bits */
	CODE_DIGITS = 32,
	CODE_GROUP = 4,
};

static const char code_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/*
 * CRC-8 of ITU-T I.432.1 (x^8 + x^2 + x + 1), not a cut hash: a wrong digit is an error of 5 bits in a row and two
 * neighbours swapped a multiple of x^5 + 1, and the polynomial divides neither, so both are always noticed.
 */
static uint8_t code_check(const uint8_t code[CODE_BYTES])
{
	unsigned crc = 0xff;
	for (size_t i = 0; i < CODE_BYTES - 1; i++) {
		crc ^= code[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x80 ? (crc << 1 ^ 0x07) & 0xff : crc << 1;
	}
	return (uint8_t)crc;
}

void paper_code_make(char out[PAPER_CODE_BYTES])
{
	uint8_t code[CODE_BYTES];
	size_t n = 0;
	crypto_random(code, sizeof code - 1);
	code[CODE_BYTES - 1] = code_check(code);
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		size_t bit = i * 5, byte = bit / 8;
		unsigned pair = (unsigned)code[byte] << 8 |
		                (byte + 1 < CODE_BYTES ? code[byte + 1] : 0u);
		if (i && i % CODE_GROUP == 0)
			out[n++] = '-';
		out[n++] = code_digits[pair >> (11 - bit % 8) & 31];
	}
	out[n] = '\0';
	crypto_wipe(code, sizeof code);
}

int paper_code_clean(char out[PAPER_CODE_BYTES], const char *typed, struct error *err)
{
	uint8_t code[CODE_BYTES + 1] = { 0 };
	size_t n = 0, n_digits = 0;
	for (const char *p = typed; *p; p++) {
		char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
		const char *digit;
		unsigned value;
		c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
		if (c == '-' || c == ' ')
			continue;
		digit = strchr(code_digits, c);
		if (!digit || n_digits == CODE_DIGITS)
			goto mistyped;
		value = (unsigned)(digit - code_digits) << (11 - n_digits * 5 % 8);
		code[n_digits * 5 / 8] |= (uint8_t)(value >> 8);
		code[n_digits * 5 / 8 + 1] |= (uint8_t)value;
		if (n_digits && n_digits % CODE_GROUP == 0)
			out[n++] = '-';
		out[n++] = c;
		n_digits++;
	}
	out[n] = '\0';
	if (n_digits == CODE_DIGITS && code[CODE_BYTES - 1] == code_check(code)) {
		crypto_wipe(code, sizeof code);
		return 0;
	}
mistyped:
	crypto_wipe(code, sizeof code);
	return error_set(err, ERR_INVALID, _("the recovery code is mistyped; compare it digit by digit"));
}
