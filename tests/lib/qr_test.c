/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base 45 against RFC 9285, and that every size of QR code takes what it says and no more. */
#include "config.h"

#include <string.h>

#include "lib/base45.h"
#include "lib/qr.h"
#include "lib/utf8.h"
#include "tests/tap.h"

static void test_base45(void)
{
	static const struct { const char *bytes, *text; } rfc[] = { /* RFC 9285, sections 4.3 and 4.4 */
		{ "AB", "BB8" }, { "Hello!!", "%69 VD92EX0" }, { "base-45", "UJCLQE7W581" }, { "ietf!", "QED8WEX0" },
	};
	static const char *const bad[] = { "A", "GGW", ":::", "BB8a", "BB8=", "BB8B", "::" };
	uint8_t bytes[256], back[256];
	char text[512];
	size_t n;

	for (size_t i = 0; i < sizeof rfc / sizeof *rfc; i++) {
		base45_encode(text, (const uint8_t *)rfc[i].bytes, strlen(rfc[i].bytes));
		is_text(text, rfc[i].text, "an example of the RFC is encoded");
		ok(base45_decode(back, &n, rfc[i].text, strlen(rfc[i].text)) && n == strlen(rfc[i].bytes) &&
		   !memcmp(back, rfc[i].bytes, n), "and decoded");
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!base45_decode(back, &n, bad[i], strlen(bad[i])), "\"%s\" is refused", bad[i]);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 167 + 13);
	bool same = true;
	for (size_t len = 0; len <= sizeof bytes; len++) {
		base45_encode(text, bytes, len);
		same = same && strlen(text) == base45_chars(len) && base45_decode(back, &n, text, strlen(text)) && n == len &&
		       !memcmp(back, bytes, len);
	}
	ok(same, "every length comes back");
}

static void test_sizes(void)
{
	static char text[5000];
	struct buf drawn = BUF_INIT;
	struct error err;
	bool takes = true, refuses = true, shape = true;

	for (int version = 1; version <= QR_VERSION_MAX; version++) {
		memset(text, 'Z', qr_capacity(version));
		text[qr_capacity(version)] = '\0';
		buf_clear(&drawn);
		takes = takes && !qr_draw(text, version, &drawn, &err);
		buf_put_u8(&drawn, '\0');
		const char *line = (const char *)drawn.data, *end = strchr(line, '\n');
		int rows = 0;
		for (; end; line = end + 1, end = strchr(line, '\n'), rows++) {
			char copy[1024];
			snprintf(copy, sizeof copy, "%.*s", (int)(end - line), line);
			shape = shape && utf8_cols(copy) == (size_t)qr_columns(version);
		}
		shape = shape && rows == qr_rows(version);
		strcat(text, "Z");
		refuses = refuses && qr_draw(text, version, &drawn, &err) == ERR_LIMIT;
	}
	ok(takes, "all 40 sizes take their capacity");
	ok(refuses, "and not one character more");
	ok(shape, "lines and columns are as many as announced");
	is(qr_draw("small letters", 5, &drawn, &err), ERR_INVALID, "other characters are refused");
	ok(qr_columns(6) <= 80 && qr_rows(6) == 23, "80 by 24 shows size 6 and a line above");
	buf_free(&drawn);
}

int main(void)
{
	test_base45();
	test_sizes();
	return done_testing();
}
