/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backup_names.h"

#include <string.h>

/* First parts of names; one that ends with a point stands for all that begin with it. */
static const char *const left_out[] = {
	"env",   "env.",     "base",    "base.", "logarc",     "lock",     "sock",    "sidecar",
	"tries", "ballast",  "log",     "swap",  "damaged",    "unfinished", "host",  "format",
	"fence", "keys",     "keys.bak", "spool", "answers",   "request.xyr",
	"data.new",
};

static bool is_left_out(const char *first, size_t n)
{
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
		size_t len = strlen(left_out[i]);
		bool prefix = left_out[i][len - 1] == '.';
		if (!strncmp(first, left_out[i], prefix ? len : n) && (prefix ? n >= len : n == len))
			return true;
	}
	return false;
}

bool backup_name_belongs(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	const char *part = name;
	if (strlen(name) > 255 || is_left_out(name, strcspn(name, "/")))
		return false;
	for (;;) {
		size_t n = strcspn(part, "/");
		if (!n || *part == '.' || strspn(part, allowed) < n)
			return false;
		if (!part[n])
			return true;
		part += n + 1;
	}
}

void backup_key(uint8_t out[CRYPTO_KEY_BYTES], const struct session *session)
{
	crypto_subkey(out, session->master, 1, "xybackup");
}
