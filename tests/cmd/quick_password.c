/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A password's key in a microsecond instead of a tenth of a second and 12 MiB: preloaded (LD_PRELOAD) into the real
 * programs by the shell tests that start them by the dozen, each with its password. The password still counts, and so
 * does its salt. What is slow about a password is tested without it: tests/lib/crypto_test, tests/db/account_test, the
 * screen tests, tests/e2e and the demonstration.
 */
#include "config.h"

#include <sodium.h>

int crypto_pwhash(unsigned char *const out, unsigned long long out_bytes, const char *const password,
                  unsigned long long password_bytes, const unsigned char *const salt, unsigned long long passes,
                  size_t memory, int algorithm)
{
	(void)passes;
	(void)memory;
	(void)algorithm;
	return crypto_generichash(out, (size_t)out_bytes, (const unsigned char *)password, password_bytes, salt,
	                          crypto_pwhash_SALTBYTES);
}
