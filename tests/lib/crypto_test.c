/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/crypto.h"

#include "lib/i18n.h"
#include "lib/pinyin.h"
#include "lib/utf8.h"
#include "lib/words.h"
#include "tests/tap.h"

static const uint8_t key[CRYPTO_KEY_BYTES] = { 1, 2, 3 };

static void test_hash(void)
{
	struct crypto_hash_state state;
	uint8_t a[64], b[64];
	char hex[129];

	crypto_hash_data(a, 64, "abc", 3, NULL); /* RFC 7693, appendix A */
	is_text(hex_encode(hex, a, 64),
		"ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
		"7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
		"BLAKE2b of abc");
	crypto_hash_begin(&state, 32, key);
	crypto_hash_add(&state, "ab", 2);
	crypto_hash_add(&state, "c", 1);
	crypto_hash_end(&state, a, 32);
	crypto_hash_data(b, 32, "abc", 3, key);
	ok(crypto_equal(a, b, 32), "in pieces as in one");
	crypto_hash_data(b, 32, "abc", 3, NULL);
	ok(!crypto_equal(a, b, 32), "the key counts");
	crypto_subkey(a, key, 1, "xiangyi1");
	crypto_subkey(b, key, 2, "xiangyi1");
	ok(!crypto_equal(a, b, 32), "subkeys differ by number");
	crypto_subkey(b, key, 1, "xiangyi2");
	ok(!crypto_equal(a, b, 32), "and by context");
	crypto_wipe(a, 64);
	ok(!a[0] && !a[63], "wiped");
}

static void test_password(void)
{
	uint8_t salt[CRYPTO_SALT_BYTES] = { 9 }, a[32], b[32];
	struct error err;

	is(crypto_password_key(a, "乡医", salt, &err), 0, "a key from a password");
	crypto_password_key(b, "乡医", salt, &err);
	ok(crypto_equal(a, b, 32), "the same again");
	crypto_password_key(b, "乡衣", salt, &err);
	ok(!crypto_equal(a, b, 32), "another password");
	salt[0] = 8;
	crypto_password_key(b, "乡医", salt, &err);
	ok(!crypto_equal(a, b, 32), "another salt");
}

static void test_lock(void)
{
	uint8_t box[5 + CRYPTO_BOX_BYTES], again[5 + CRYPTO_BOX_BYTES], out[5] = { 0 };
	uint8_t other[CRYPTO_KEY_BYTES] = { 0 };
	bool refused = true;
	struct error err;

	crypto_lock(box, "hello", 5, key);
	crypto_lock(again, "hello", 5, key);
	ok(memcmp(box, again, sizeof box), "a new nonce each time");
	is(crypto_unlock(out, box, sizeof box, key, &err), 0, "unlock");
	ok(!memcmp(out, "hello", 5), "gives the secret back");
	is(crypto_unlock(out, box, sizeof box, other, &err), ERR_AUTH, "another key");
	for (size_t i = 0; i < sizeof box; i++) {
		box[i] ^= 1;
		refused &= crypto_unlock(out, box, sizeof box, key, &err) == ERR_AUTH;
		box[i] ^= 1;
		refused &= crypto_unlock(out, box, i, key, &err) == ERR_AUTH;
	}
	ok(refused, "any changed or missing byte is noticed");
}

static void test_sign(void)
{
	uint8_t pk[32], sk[64], pk2[32], sk2[64], sig[64], changed[64];
	struct error err;

	crypto_sign_keys(pk, sk);
	crypto_sign_keys(pk2, sk2);
	crypto_sign_data(sig, "bundle", "text", 4, sk);
	is(crypto_verify(sig, "bundle", "text", 4, pk, &err), 0, "a signature");
	is(crypto_verify(sig, "receipt", "text", 4, pk, &err), ERR_SIGNATURE, "another context");
	is(crypto_verify(sig, "bundl", "etext", 5, pk, &err), ERR_SIGNATURE, "a moved border");
	is(crypto_verify(sig, "bundle", "texu", 4, pk, &err), ERR_SIGNATURE, "another message");
	is(crypto_verify(sig, "bundle", "text", 3, pk, &err), ERR_SIGNATURE, "a shorter message");
	is(crypto_verify(sig, "bundle", "text", 4, pk2, &err), ERR_SIGNATURE, "another key");
	memcpy(changed, sig, 64);
	changed[40] ^= 1;
	is(crypto_verify(changed, "bundle", "text", 4, pk, &err), ERR_SIGNATURE, "a changed signature");
	crypto_sign_data(sig, "bundle", NULL, 0, sk);
	is(crypto_verify(sig, "bundle", NULL, 0, pk, &err), 0, "of nothing");
}

static void test_seal(void)
{
	uint8_t pk[32], sk[32], pk2[32], sk2[32], sealed[4 + CRYPTO_SEAL_BYTES], out[4];
	struct error err;

	crypto_box_keys(pk, sk);
	crypto_box_keys(pk2, sk2);
	crypto_seal(sealed, "text", 4, pk);
	is(crypto_seal_open(out, sealed, sizeof sealed, pk, sk, &err), 0, "a sealed box opens");
	ok(!memcmp(out, "text", 4), "with its content");
	is(crypto_seal_open(out, sealed, sizeof sealed, pk2, sk2, &err), ERR_RECIPIENT, "another recipient");
	is(crypto_seal_open(out, sealed, 10, pk, sk, &err), ERR_RECIPIENT, "cut short");
	sealed[50] ^= 1;
	is(crypto_seal_open(out, sealed, sizeof sealed, pk, sk, &err), ERR_RECIPIENT, "changed");
}

static void test_stream(void)
{
	uint8_t header[CRYPTO_STREAM_HEADER_BYTES], frames[3][5 + CRYPTO_STREAM_ADD_BYTES], out[5];
	struct crypto_stream push, pull;
	struct error err;
	bool last;

	crypto_stream_push_begin(&push, header, key);
	crypto_stream_push(&push, frames[0], "first", 5, "ad", 2, false);
	crypto_stream_push(&push, frames[1], "secnd", 5, NULL, 0, false);
	crypto_stream_push(&push, frames[2], NULL, 0, NULL, 0, true);
	is(crypto_stream_pull_begin(&pull, header, key, &err), 0, "a stream begins");
	is(crypto_stream_pull(&pull, out, frames[1], 22, NULL, 0, &last, &err), ERR_CORRUPT, "reordered");
	crypto_stream_pull_begin(&pull, header, key, &err);
	is(crypto_stream_pull(&pull, out, frames[0], 22, NULL, 0, &last, &err), ERR_CORRUPT, "other data");
	crypto_stream_pull_begin(&pull, header, key, &err);
	is(crypto_stream_pull(&pull, out, frames[0], 22, "ad", 2, &last, &err), 0, "first frame");
	ok(!memcmp(out, "first", 5) && !last, "its content");
	is(crypto_stream_pull(&pull, out, frames[0], 22, "ad", 2, &last, &err), ERR_CORRUPT, "repeated");
	is(crypto_stream_pull(&pull, out, frames[1], 16, NULL, 0, &last, &err), ERR_CORRUPT, "cut short");
	is(crypto_stream_pull(&pull, out, frames[1], 22, NULL, 0, &last, &err), 0, "second frame");
	is(crypto_stream_pull(&pull, out, frames[2], 17, NULL, 0, &last, &err), 0, "an empty last frame");
	ok(last, "says that it is the last");
}

static void remember(const char *text, void *arg)
{
	snprintf(arg, 32, "%s", text);
}

/* A phone in the south: n and l, zh and z, -ng and -n, h and f sound alike. */
static void southern(char *text)
{
	char *to = text;

	for (char *from = text; *from; from++) {
		if (*from == 'h' && to > text && strchr("zcs", to[-1]))
			continue;
		if (*from == 'g' && to > text && to[-1] == 'l')
			continue;
		*to++ = *from == 'n' ? 'l' : *from;
	}
	*to = '\0';
}

static void test_words(void)
{
	static char sounds[256][32];
	bool distinct = true, shaped = true, heard = true;

	for (int i = 0; i < 256; i++) {
		shaped &= utf8_chars(words_zh[i]) == 2 && utf8_cols(words_zh[i]) == 4;
		shaped &= strlen(words_en[i]) >= 3 && strlen(words_en[i]) <= 8 &&
			  strspn(words_en[i], "abcdefghijklmnopqrstuvwxyz") == strlen(words_en[i]);
		pinyin_full_each(words_zh[i], 1, remember, sounds[i]);
		southern(sounds[i]);
		for (int k = 0; k < i; k++) {
			distinct &= strcmp(words_zh[i], words_zh[k]) && strcmp(words_en[i], words_en[k]);
			if (!strcmp(sounds[i], sounds[k])) {
				printf("# %s and %s\n", words_zh[i], words_zh[k]);
				heard = false;
			}
		}
	}
	ok(distinct, "512 distinct words");
	ok(shaped, "Chinese words of two characters, English ones of 3 to 8 letters");
	ok(heard, "no two Chinese words sound alike, tones aside, even in the south");
}

static void test_fingerprint(void)
{
	char zh[128], en[128], other[128];
	uint8_t pk[32] = { 0 };
	size_t spaces = 0;

	crypto_fingerprint(pk, 32, LANG_ZH, zh);
	crypto_fingerprint(pk, 32, LANG_EN, en);
	pk[31] = 1;
	crypto_fingerprint(pk, 32, LANG_ZH, other);
	printf("# %s\n# %s\n", zh, en);
	ok(strcmp(zh, other) && strcmp(zh, en), "depends on the key and the language");
	ok(!strcmp(zh + strlen(zh) - 14, en + strlen(en) - 14), "the digits are those of the key only");
	for (const char *s = zh; *s; s++)
		spaces += *s == ' ';
	is((long long)spaces, 8, "six words and three groups of digits");
	ok(strspn(zh + strlen(zh) - 14, "0123456789 ") == 14, "four digits each");
}

static void test_hex(void)
{
	uint8_t out[3] = { 0 };
	char text[7];

	is_text(hex_encode(text, "\x00\xab\x7f", 3), "00ab7f", "hex");
	ok(hex_decode(out, 3, "00aB7f") && !memcmp(out, "\x00\xab\x7f", 3), "and back");
	ok(!hex_decode(out, 3, "00ab7") && !hex_decode(out, 3, "00ab7f0") && !hex_decode(out, 3, "00ab7g"),
	   "anything else is refused");
}

int main(void)
{
	struct error err;
	uint8_t a[16] = { 0 }, b[16] = { 0 };

	is(crypto_init(&err), 0, "init");
	is(crypto_init(&err), 0, "init again");
	crypto_random(a, 16);
	crypto_random(b, 16);
	ok(memcmp(a, b, 16), "random");
	test_hash();
	test_password();
	test_lock();
	test_sign();
	test_seal();
	test_stream();
	test_words();
	test_fingerprint();
	test_hex();
	return done_testing();
}
