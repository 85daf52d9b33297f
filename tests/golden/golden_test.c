/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The golden files of every version are read as they were read when they were made (tests/golden/README). */
#include "config.h"

#include <stdlib.h>

#include "lib/file.h"
#include "tests/reader/dump.h"
#include "tests/tap.h"

static char dir[4096];

static void must(int code, const struct error *err)
{
	if (code) {
		printf("Bail out! %s\n", err->text);
		exit(99);
	}
}

static void read_text(const char *name, struct buf *out)
{
	char path[8192];
	struct error err;
	buf_clear(out);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	must(file_read(path, ENVELOPE_MAX_FILE, out, &err), &err);
}

static void check(const struct dump_keys *keys, const char *name, const char *before, const char *digest,
                  const char *verdict)
{
	struct dump_store store = { .entries = NULL };
	struct buf said = BUF_INIT, file = BUF_INIT;
	struct error err = { 0 };
	const char *const names[] = { before, name };
	char hex[2 * CRYPTO_DIGEST_BYTES + 1], with_ending[256];
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	int code = 0;
	for (size_t i = !strcmp(before, "-"); i < 2; i++) {
		snprintf(with_ending, sizeof(with_ending), "%s.xyb", names[i]);
		read_text(with_ending, &file);
		err = (struct error){ 0 };
		code = dump_bytes(keys, &store, span_of_buf(&file), &said, &err);
	}
	crypto_hash_data(hash, sizeof(hash), said.data, said.len_bytes, NULL);
	bool same = !strcmp(hex_encode(hex, hash, sizeof(hash)), digest);
	ok(same && !strcmp(code ? err.text : "taken", verdict), "%s%s%s: %s", name, *before == '-' ? "" : " after ",
	   *before == '-' ? "" : before, code ? err.text : "taken");
	if (!same)
		printf("# got  %s\n# want %s\n", hex, digest);
	dump_store_free(&store);
	buf_free(&said);
	buf_free(&file);
}

int main(void)
{
	struct dump_keys keys;
	struct error err;
	struct buf text = BUF_INIT;
	const char *top = getenv("srcdir");
	must(crypto_init(&err), &err);
	snprintf(dir, sizeof(dir), "%s/tests/golden/0.1", top ? top : ".");
	read_text("keys", &text);
	ok(dump_keys_parse(&keys, buf_text(&text)), "the keys of version 0.1 are there");
	read_text("expected", &text);
	for (char *line = strtok((char *)buf_text(&text), "\n"); line; line = strtok(NULL, "\n")) {
		char name[64], before[64], digest[64];
		int at = 0;
		if (sscanf(line, "%63s %63s %63s %n", name, before, digest, &at) != 3 || !at)
			ok(false, "a line that says what is expected: %s", line);
		else
			check(&keys, name, before, digest, line + at);
	}
	buf_free(&text);
	return done_testing();
}
