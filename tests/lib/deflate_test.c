/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/deflate.h"

#include <stdlib.h>

#include "lib/file.h"
#include "tests/tap.h"

static const struct span no_dict = { NULL, 0 };

/* Text-like bytes that compress to some degree. */
static void fill(struct buf *buf, size_t n, uint32_t seed)
{
	buf_clear(buf);
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		buf_put_u8(buf, (uint8_t)("血压 120/80 mmHg"[(seed >> 24) % 18] + (seed >> 30 == 0)));
	}
}

static void test_round_trips(void)
{
	static const size_t sizes[] = { 0, 1, 100, 65535, 65536, 65537, 300000 };
	struct buf in = BUF_INIT, packed = BUF_INIT, out = BUF_INIT;
	struct error err;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (int kind = DEFLATE_DEFAULT; kind <= DEFLATE_RUNS; kind++) {
			int code;

			fill(&in, sizes[i], 7);
			buf_clear(&packed);
			buf_clear(&out);
			buf_put_u8(&out, '>');
			code = deflate_bytes(&packed, span_of_buf(&in), no_dict, kind, &err);
			code |= inflate_bytes(&out, span_of_buf(&packed), no_dict, sizes[i], &err);
			ok(!code && out.len_bytes == sizes[i] + 1 && out.data[0] == '>' &&
				   (!sizes[i] || !memcmp(out.data + 1, in.data, sizes[i])),
			   "%zu bytes come back through kind %d (%zu packed), the cap being exact", sizes[i],
			   kind, packed.len_bytes);
			if (!sizes[i])
				continue;
			is(inflate_bytes(&out, span_of_buf(&packed), no_dict, sizes[i] - 1, &err),
			   ERR_LIMIT, "one byte less is refused");
			is((long long)out.len_bytes, (long long)sizes[i] + 1, "and nothing appended");
		}
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
}

static void test_damage(void)
{
	struct buf in = BUF_INIT, packed = BUF_INIT, out = BUF_INIT, more = BUF_INIT;
	bool cut = true, flipped = true;
	struct error err;

	fill(&in, 3000, 3);
	deflate_bytes(&packed, span_of_buf(&in), no_dict, DEFLATE_DEFAULT, &err);
	for (size_t n = 0; n < packed.len_bytes; n++) {
		cut &= inflate_bytes(&out, span_of(packed.data, n), no_dict, 10000, &err) == ERR_TRUNCATED;
		cut &= !out.len_bytes;
	}
	ok(cut, "every shorter stream is cut short");
	for (size_t i = 0; i < packed.len_bytes * 8; i++) {
		int code;

		packed.data[i / 8] ^= (uint8_t)(1 << i % 8);
		code = inflate_bytes(&out, span_of_buf(&packed), no_dict, 10000, &err);
		flipped &= !code || code == ERR_CORRUPT || code == ERR_TRUNCATED || code == ERR_LIMIT;
		flipped &= out.len_bytes <= 10000;
		packed.data[i / 8] ^= (uint8_t)(1 << i % 8);
		buf_clear(&out);
	}
	ok(flipped, "a flipped bit never passes the cap nor any other error");
	buf_put(&more, packed.data, packed.len_bytes);
	buf_put_u8(&more, 0);
	is(inflate_bytes(&out, span_of_buf(&more), no_dict, 10000, &err), ERR_CORRUPT, "bytes after the end");
	is(inflate_bytes(&out, span_of("\xff\xff", 2), no_dict, 10, &err), ERR_CORRUPT, "rubbish");
	/* A bomb: 16 MiB of zeros in some 16 KB. */
	buf_clear(&in);
	memset(buf_reserve(&in, 16 << 20), 0, 16 << 20);
	in.len_bytes = 16 << 20;
	buf_clear(&packed);
	deflate_bytes(&packed, span_of_buf(&in), no_dict, DEFLATE_DEFAULT, &err);
	buf_free(&out);
	is(inflate_bytes(&out, span_of_buf(&packed), no_dict, 1 << 20, &err), ERR_LIMIT, "a bomb is stopped");
	ok(out.cap_bytes <= 4 << 20, "before it takes much memory");
	buf_free(&in);
	buf_free(&packed);
	buf_free(&out);
	buf_free(&more);
}

static void test_dictionary(void)
{
	const char *text = "高血压患者随访服务记录表 第一次随访";
	struct span in = span_of(text, strlen(text)), dict = span_of(text, 36);
	struct buf with = BUF_INIT, without = BUF_INIT, out = BUF_INIT;
	static uint8_t large[32 * 1024 + 1];
	struct error err;

	is(deflate_bytes(&with, in, dict, DEFLATE_DEFAULT, &err), 0, "pack with a dictionary");
	is(deflate_bytes(&without, in, no_dict, DEFLATE_DEFAULT, &err), 0, "pack without");
	ok(with.len_bytes < without.len_bytes, "the dictionary saves %zu bytes",
	   without.len_bytes - with.len_bytes);
	is(inflate_bytes(&out, span_of_buf(&with), dict, 1000, &err), 0, "unpack");
	is_text(buf_text(&out), text, "with the dictionary");
	is(inflate_bytes(&out, span_of_buf(&with), no_dict, 1000, &err), ERR_CORRUPT, "not without");
	is(deflate_bytes(&out, in, span_of(large, sizeof large), DEFLATE_FAST, &err), ERR_LIMIT,
	   "a dictionary beyond the window");
	buf_free(&with);
	buf_free(&without);
	buf_free(&out);
}

static void test_gzip(void)
{
	const char *base = getenv("TMPDIR");
	char dir[512], plain[600], packed[600], back[600];
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct error err;

	snprintf(dir, sizeof dir, "%s/xy-gzip-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(dir))
		return;
	path_join(plain, sizeof plain, dir, "plain", NULL);
	path_join(packed, sizeof packed, dir, "plain.gz", NULL);
	path_join(back, sizeof back, dir, "back", NULL);
	fill(&in, 200000, 5);
	file_write_atomic(plain, in.data, in.len_bytes, &err);
	is(gzip_file(plain, packed, &err), 0, "gzip");
	is(gunzip_file(packed, back, 200000, &err), 0, "gunzip");
	file_read(back, 200000, &out, &err);
	ok(out.len_bytes == 200000 && !memcmp(out.data, in.data, 200000), "the file comes back");
	is(gunzip_file(packed, back, 199999, &err), ERR_LIMIT, "the cap holds");
	is(gunzip_file(plain, back, 200000, &err), ERR_CORRUPT, "a file that is no gzip");
	buf_clear(&out);
	file_read(packed, 1 << 20, &out, &err);
	file_write_atomic(packed, out.data, out.len_bytes - 5, &err);
	is(gunzip_file(packed, back, 200000, &err), ERR_TRUNCATED, "cut short");
	out.data[out.len_bytes / 2] ^= 0x55;
	file_write_atomic(packed, out.data, out.len_bytes, &err);
	is(gunzip_file(packed, back, 200000, &err), ERR_CORRUPT, "damaged");
	is(gzip_file("/no/such", packed, &err), ERR_NOTFOUND, "no input");
	is(gunzip_file("/no/such", back, 10, &err), ERR_NOTFOUND, "no input back");
	buf_clear(&out);
	file_read(back, 200000, &out, &err);
	ok(out.len_bytes == 200000 && !memcmp(out.data, in.data, 200000), "failures leave the old file");
	file_remove_tree(dir, NULL);
	buf_free(&in);
	buf_free(&out);
}

int main(void)
{
	test_round_trips();
	test_damage();
	test_dictionary();
	test_gzip();
	return done_testing();
}
