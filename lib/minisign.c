/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lib/minisign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "lib/utf8.h"

enum {
	BLOCK_BYTES = 64 * 1024,
	KEY_BYTES = 2 + MINISIGN_ID_BYTES + CRYPTO_SIGN_PK_BYTES,
	SIGNED_BYTES = 2 + MINISIGN_ID_BYTES + CRYPTO_SIG_BYTES,
	LINE_BYTES = 1024,
};

static const char untrusted[] = "untrusted comment: ", trusted[] = "trusted comment: ";

/* --- hashes --- */

void minisign_hash(const void *bytes, size_t n_bytes, uint8_t hash[MINISIGN_HASH_BYTES])
{
	crypto_hash_data(hash, MINISIGN_HASH_BYTES, bytes, n_bytes, NULL);
}

int minisign_hash_file(const char *path, uint8_t hash[MINISIGN_HASH_BYTES], struct error *err)
{
	struct crypto_hash_state state;
	uint8_t block[BLOCK_BYTES];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, errno, "%s", path);
	crypto_hash_begin(&state, MINISIGN_HASH_BYTES, NULL);
	while ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			crypto_hash_add(&state, block, (size_t)n);
	int code = n < 0 ? error_errno(err, errno, "%s", path) : 0;
	close(fd);
	crypto_hash_end(&state, hash, MINISIGN_HASH_BYTES);
	return code;
}

/* --- writing --- */

static void put_base64(struct buf *out, const void *bytes, size_t n_bytes)
{
	char text[LINE_BYTES];
	buf_printf(out, "%s\n", base64_encode(text, sizeof(text), bytes, n_bytes));
}

static void sign_whole(uint8_t whole[CRYPTO_SIG_BYTES], const uint8_t sig[CRYPTO_SIG_BYTES], const char *comment,
                       const uint8_t sk[CRYPTO_SIGN_SK_BYTES])
{
	uint8_t bytes[CRYPTO_SIG_BYTES + MINISIGN_COMMENT_BYTES];
	size_t n = strlen(comment);
	memcpy(bytes, sig, CRYPTO_SIG_BYTES);
	memcpy(bytes + CRYPTO_SIG_BYTES, comment, n);
	crypto_sign_plain(whole, bytes, CRYPTO_SIG_BYTES + n, sk);
}

void minisign_sign(struct buf *out, const uint8_t hash[MINISIGN_HASH_BYTES], const struct minisign_key *key,
                   const uint8_t sk[CRYPTO_SIGN_SK_BYTES], const char *comment)
{
	uint8_t bytes[SIGNED_BYTES] = { 'E', 'D' }, whole[CRYPTO_SIG_BYTES];
	char kept[MINISIGN_COMMENT_BYTES];
	memcpy(bytes + 2, key->id, MINISIGN_ID_BYTES);
	crypto_sign_plain(bytes + 2 + MINISIGN_ID_BYTES, hash, MINISIGN_HASH_BYTES, sk);
	snprintf(kept, sizeof(kept), "%.*s", (int)utf8_clip(comment, sizeof(kept) / 4, NULL), comment);
	sign_whole(whole, bytes + 2 + MINISIGN_ID_BYTES, kept, sk);
	buf_printf(out, "%ssignature of xiangyi\n", untrusted);
	put_base64(out, bytes, sizeof(bytes));
	buf_printf(out, "%s%s\n", trusted, kept);
	put_base64(out, whole, sizeof(whole));
}

void minisign_put_key(struct buf *out, const struct minisign_key *key, const char *comment)
{
	uint8_t bytes[KEY_BYTES] = { 'E', 'd' };
	memcpy(bytes + 2, key->id, MINISIGN_ID_BYTES);
	memcpy(bytes + 2 + MINISIGN_ID_BYTES, key->pk, CRYPTO_SIGN_PK_BYTES);
	buf_printf(out, "%s%s\n", untrusted, comment);
	put_base64(out, bytes, sizeof(bytes));
}

char *minisign_id_text(const uint8_t id[MINISIGN_ID_BYTES], char out[17])
{
	for (int i = 0; i < MINISIGN_ID_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02X", id[MINISIGN_ID_BYTES - 1 - i]);
	return out;
}

/* --- reading --- */

/* One line without its end into out; false when it is too long or there is none. */
static bool take_line(struct span *in, char *out, size_t size)
{
	const uint8_t *end = in->len_bytes ? memchr(in->data, '\n', in->len_bytes) : NULL;
	size_t n = end ? (size_t)(end - in->data) : in->len_bytes;
	if (!in->len_bytes || n >= size || (n && memchr(in->data, 0, n)))
		return false;
	if (n)
		memcpy(out, in->data, n);
	*in = span_of(in->data + n + (end ? 1 : 0), in->len_bytes - n - (end ? 1 : 0));
	n -= n && out[n - 1] == '\r';
	out[n] = '\0';
	return true;
}

static bool take_base64(struct span *in, void *out, size_t n_bytes)
{
	char line[LINE_BYTES];
	return take_line(in, line, sizeof(line)) && base64_decode(out, n_bytes, line, strlen(line));
}

/* minisign itself puts a tab into the comment. */
static bool is_plain(const char *comment)
{
	char text[MINISIGN_COMMENT_BYTES];
	snprintf(text, sizeof(text), "%s", comment);
	for (char *at = text; (at = strchr(at, '\t'));)
		*at = ' ';
	return utf8_plain(text);
}

int minisign_parse(struct minisign_signature *out, struct span text, struct error *err)
{
	uint8_t bytes[SIGNED_BYTES];
	char line[LINE_BYTES];
	const size_t n = sizeof(trusted) - 1;
	if (!take_line(&text, line, sizeof(line)) || strncmp(line, untrusted, sizeof(untrusted) - 1) ||
	    !take_base64(&text, bytes, sizeof(bytes)) || !take_line(&text, line, sizeof(line)) ||
	    strncmp(line, trusted, n) || strlen(line + n) >= sizeof(out->comment) ||
	    !take_base64(&text, out->whole, sizeof(out->whole)) || !is_plain(line + n))
		return error_set(err, ERR_INVALID, _("it is no signature in minisign's form"));
	if (bytes[0] == 'E' && bytes[1] == 'd')
		return error_set(err, ERR_INVALID, _("it was signed in minisign's older form; sign it again without -l"));
	if (bytes[0] != 'E' || bytes[1] != 'D')
		return error_set(err, ERR_INVALID, _("it is no signature in minisign's form"));
	memcpy(out->id, bytes + 2, MINISIGN_ID_BYTES);
	memcpy(out->sig, bytes + 2 + MINISIGN_ID_BYTES, CRYPTO_SIG_BYTES);
	memcpy(out->comment, line + n, strlen(line + n) + 1);
	return 0;
}

int minisign_verify(const struct minisign_signature *signature, const uint8_t hash[MINISIGN_HASH_BYTES],
                    const struct minisign_key *key, struct error *err)
{
	uint8_t bytes[CRYPTO_SIG_BYTES + MINISIGN_COMMENT_BYTES];
	size_t n = strlen(signature->comment);
	memcpy(bytes, signature->sig, CRYPTO_SIG_BYTES);
	memcpy(bytes + CRYPTO_SIG_BYTES, signature->comment, n);
	if (memcmp(signature->id, key->id, MINISIGN_ID_BYTES) ||
	    !crypto_verify_plain(signature->sig, hash, MINISIGN_HASH_BYTES, key->pk) ||
	    !crypto_verify_plain(signature->whole, bytes, CRYPTO_SIG_BYTES + n, key->pk))
		return error_set(err, ERR_SIGNATURE, _("signature does not match"));
	return 0;
}

int minisign_parse_key(struct minisign_key *out, struct span text, struct error *err)
{
	uint8_t bytes[KEY_BYTES];
	char line[LINE_BYTES];
	bool read = take_line(&text, line, sizeof(line));
	if (read && !strncmp(line, untrusted, sizeof(untrusted) - 1))
		read = take_line(&text, line, sizeof(line));
	if (!read || !base64_decode(bytes, sizeof(bytes), line, strlen(line)) || bytes[0] != 'E' || bytes[1] != 'd')
		return error_set(err, ERR_INVALID, _("it is no public key of minisign"));
	memcpy(out->id, bytes + 2, MINISIGN_ID_BYTES);
	memcpy(out->pk, bytes + 2 + MINISIGN_ID_BYTES, CRYPTO_SIGN_PK_BYTES);
	return 0;
}
