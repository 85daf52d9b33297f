/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "sync/envelope_format.h"

struct envelope {
	int fd;
	uint64_t bytes, frames, frames_at; /* frames_at: where the first frame begins */
	struct envelope_head head;
	uint8_t n_recipients;
	uint8_t recipients[ENVELOPE_MAX_RECIPIENTS][RECIPIENT_BYTES];
	uint8_t stream_head[CRYPTO_STREAM_HEADER_BYTES];
	uint8_t head_hash[CRYPTO_HASH_BYTES];
	uint8_t hash[CRYPTO_HASH_BYTES], sig[CRYPTO_SIG_BYTES];
	uint8_t key[CRYPTO_KEY_BYTES];
	bool unsealed;
	uint8_t frame[ENVELOPE_FRAME + CRYPTO_STREAM_ADD_BYTES];
};

static int cut_short(struct error *err)
{
	return error_set(err, ERR_TRUNCATED, _("it is cut short"));
}

static int damaged(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("it is damaged"));
}

/* Read exactly n bytes at an offset. */
static int read_at(int fd, uint64_t at, void *out, size_t n, struct error *err)
{
	uint8_t *to = out;
	while (n) {
		ssize_t got = pread(fd, to, n, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(err, errno, _("it cannot be read"));
		if (!got)
			return cut_short(err);
		to += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

static int parse_fixed(struct envelope_head *head, const uint8_t *bytes, uint16_t *body_bytes,
                       struct error *err)
{
	if (memcmp(bytes, ENVELOPE_MAGIC, 4))
		return error_set(err, ERR_INVALID, _("it is no bundle"));
	if (memcmp(bytes, ENVELOPE_MAGIC, MAGIC_BYTES))
		return error_set(err, ERR_CORRUPT, _("it was changed on its way, as if it were text"));
	head->major = bytes[MAGIC_BYTES];
	head->minor = bytes[MAGIC_BYTES + 1];
	head->min_reader = bytes[MAGIC_BYTES + 2];
	head->suite = bytes[MAGIC_BYTES + 3];
	*body_bytes = (uint16_t)(bytes[MAGIC_BYTES + 4] << 8 | bytes[MAGIC_BYTES + 5]);
	if (head->major != ENVELOPE_MAJOR || head->min_reader > ENVELOPE_MINOR)
		return error_set(err, ERR_VERSION, _("it was made by a newer version of this program"));
	if (head->suite != ENVELOPE_SUITE)
		return error_set(err, ERR_VERSION,
		                 _("it is encrypted in a way (suite %u) that this version of the program does "
		                   "not know"), head->suite);
	/* a newer minor version may add to the header's end */
	return *body_bytes < HEAD_BODY_BYTES || *body_bytes > ENVELOPE_MAX_HEADER ? damaged(err) : 0;
}

static void parse_body(struct envelope_head *head, const uint8_t *bytes)
{
	struct span in = span_of(bytes, HEAD_BODY_BYTES), part;
	span_u8(&in, &head->kind);
	if (span_take(&in, DEVICE_ID_BYTES, &part))
		memcpy(head->recipient, part.data, DEVICE_ID_BYTES);
	if (span_take(&in, DEVICE_ID_BYTES, &part))
		memcpy(head->sender, part.data, DEVICE_ID_BYTES);
	if (span_take(&in, BUNDLE_ID_BYTES, &part))
		memcpy(head->bundle_id, part.data, BUNDLE_ID_BYTES);
	span_u16(&in, &head->part);
}

int envelope_peek(struct envelope_head *out, int fd, struct error *err)
{
	uint8_t bytes[HEAD_FIXED_BYTES + HEAD_BODY_BYTES];
	uint16_t body_bytes;
	memset(out, 0, sizeof(*out));
	int code = read_at(fd, 0, bytes, sizeof(bytes), err);
	if (code || (code = parse_fixed(out, bytes, &body_bytes, err)))
		return code;
	parse_body(out, bytes + HEAD_FIXED_BYTES);
	return 0;
}

static int check_recipients(const struct envelope *e, struct error *err)
{
	for (size_t i = 0; i < e->n_recipients; i++)
		for (size_t other = 0; other < i; other++)
			if (!memcmp(e->recipients[i], e->recipients[other], KEY_ID_BYTES))
				return error_set(err, ERR_CORRUPT, _("it names a recipient twice"));
	return 0;
}

static int open_head(struct envelope *e, struct error *err)
{
	uint8_t bytes[HEAD_FIXED_BYTES + ENVELOPE_MAX_HEADER + 1 +
	              ENVELOPE_MAX_RECIPIENTS * RECIPIENT_BYTES + CRYPTO_STREAM_HEADER_BYTES];
	uint16_t body_bytes;
	size_t at = HEAD_FIXED_BYTES;
	int code = read_at(e->fd, 0, bytes, at, err);
	if (code || (code = parse_fixed(&e->head, bytes, &body_bytes, err)) ||
	    (code = read_at(e->fd, at, bytes + at, (size_t)body_bytes + 1, err)))
		return code;
	parse_body(&e->head, bytes + at);
	at += body_bytes;
	e->n_recipients = bytes[at++];
	if (!e->n_recipients)
		return error_set(err, ERR_CORRUPT, _("it is sealed for nobody"));
	if (e->n_recipients > ENVELOPE_MAX_RECIPIENTS)
		return error_set(err, ERR_LIMIT, _("it names more than %d recipients"), ENVELOPE_MAX_RECIPIENTS);
	size_t n = e->n_recipients * (size_t)RECIPIENT_BYTES;
	if ((code = read_at(e->fd, at, bytes + at, n + CRYPTO_STREAM_HEADER_BYTES, err)))
		return code;
	memcpy(e->recipients, bytes + at, n);
	memcpy(e->stream_head, bytes + at + n, CRYPTO_STREAM_HEADER_BYTES);
	e->frames_at = at + n + CRYPTO_STREAM_HEADER_BYTES;
	crypto_hash_data(e->head_hash, CRYPTO_HASH_BYTES, bytes, (size_t)e->frames_at, NULL);
	return check_recipients(e, err);
}

/* The length of the frame at an offset, without its head. */
static int frame_at(const struct envelope *e, uint64_t at, size_t *n, bool *last, struct error *err)
{
	uint8_t head[FRAME_HEAD_BYTES];
	int code = read_at(e->fd, at, head, sizeof(head), err);
	if (code)
		return code;
	uint32_t word = get_u32_be(head);
	*last = word & FRAME_LAST;
	*n = word & ~FRAME_LAST;
	if (*n < CRYPTO_STREAM_ADD_BYTES || *n > sizeof(e->frame) || (!*last && *n != sizeof(e->frame)))
		return damaged(err);
	return 0;
}

static int walk_frames(struct envelope *e, struct error *err)
{
	uint64_t at = e->frames_at;
	bool last = false;
	while (!last) {
		size_t n;
		int code = frame_at(e, at, &n, &last, err);
		if (code)
			return code;
		at += FRAME_HEAD_BYTES + n;
		e->frames++;
		if (at + TRAILER_BYTES > e->bytes)
			return cut_short(err);
	}
	return at + TRAILER_BYTES == e->bytes ? 0 : error_set(err, ERR_CORRUPT, _("bytes follow its end"));
}

static int check_hash(struct envelope *e, struct error *err)
{
	struct crypto_hash_state state;
	uint8_t hash[CRYPTO_HASH_BYTES];
	uint64_t end = e->bytes - TRAILER_BYTES;
	int code;
	crypto_hash_begin(&state, CRYPTO_HASH_BYTES, NULL);
	for (uint64_t at = 0; at < end;) {
		size_t n = end - at < sizeof(e->frame) ? (size_t)(end - at) : sizeof(e->frame);
		if ((code = read_at(e->fd, at, e->frame, n, err)))
			return code;
		crypto_hash_add(&state, e->frame, n);
		at += n;
	}
	crypto_hash_end(&state, hash, sizeof(hash));
	if ((code = read_at(e->fd, end, e->hash, CRYPTO_HASH_BYTES, err)) ||
	    (code = read_at(e->fd, end + CRYPTO_HASH_BYTES, e->sig, CRYPTO_SIG_BYTES, err)))
		return code;
	if (!crypto_equal(hash, e->hash, sizeof(hash)))
		return error_set(err, ERR_CORRUPT, _("it is damaged: its checksum does not match"));
	return 0;
}

int envelope_open(struct envelope **out, int fd, struct error *err)
{
	struct stat st;
	struct envelope *e = calloc(1, sizeof(*e));
	if (!e)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	e->fd = fd;
	int code = fstat(fd, &st) ? error_errno(err, errno, _("it cannot be read")) : 0;
	if (!code && st.st_size > ENVELOPE_MAX_FILE)
		code = error_set(err, ERR_LIMIT, _("it is larger than a bundle may be"));
	e->bytes = code ? 0 : (uint64_t)st.st_size;
	if (!code && !(code = open_head(e, err)) && !(code = walk_frames(e, err)))
		code = check_hash(e, err);
	if (code) {
		envelope_close(e);
		return code;
	}
	*out = e;
	return 0;
}

void envelope_close(struct envelope *envelope)
{
	if (envelope) {
		crypto_wipe(envelope, sizeof(*envelope));
		free(envelope);
	}
}

const struct envelope_head *envelope_head(const struct envelope *envelope)
{
	return &envelope->head;
}

uint64_t envelope_bytes(const struct envelope *envelope)
{
	return envelope->bytes;
}

size_t envelope_recipients(const struct envelope *envelope)
{
	return envelope->n_recipients;
}

const uint8_t *envelope_recipient(const struct envelope *envelope, size_t i)
{
	return envelope->recipients[i];
}

uint64_t envelope_frames(const struct envelope *envelope)
{
	return envelope->frames;
}

const uint8_t *envelope_hash(const struct envelope *envelope)
{
	return envelope->hash;
}

int envelope_verify(struct envelope *envelope, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES],
                    struct error *err)
{
	return crypto_verify(envelope->sig, ENVELOPE_CONTEXT, envelope->hash, CRYPTO_HASH_BYTES, sign_pk,
	                     err);
}

int envelope_unseal(struct envelope *envelope, const uint8_t box_pk[CRYPTO_KEY_BYTES],
                    const uint8_t box_sk[CRYPTO_KEY_BYTES], struct error *err)
{
	uint8_t key_id[KEY_ID_BYTES];
	envelope_key_id(key_id, box_pk);
	for (size_t i = 0; i < envelope->n_recipients; i++) {
		const uint8_t *recipient = envelope->recipients[i];
		if (memcmp(recipient, key_id, KEY_ID_BYTES))
			continue;
		int code = crypto_seal_open(envelope->key, recipient + KEY_ID_BYTES, SEALED_BYTES, box_pk,
		                            box_sk, err);
		envelope->unsealed = !code;
		return code;
	}
	return error_set(err, ERR_RECIPIENT, _("it is sealed for another recipient"));
}

/* --- sections --- */

struct walk {
	int (*each)(void *arg, uint8_t type, struct span payload, struct error *err);
	void *arg;
	bool ended;
};

static bool known_section(uint8_t type)
{
	return (type >= SECTION_MANIFEST && type <= SECTION_END) ||
	       (type >= SECTION_PACKAGE && type <= SECTION_OTHERS) || type == SECTION_ROLL;
}

static int give_section(struct walk *walk, uint8_t type, struct span payload, struct error *err)
{
	if (walk->ended && type != SECTION_PADDING)
		return damaged(err);
	if (!known_section(type))
		return type & SECTION_CRITICAL
		       ? error_set(err, ERR_VERSION, _("it was made by a newer version of this program"))
		       : 0;
	walk->ended = type == SECTION_END;
	return walk->each(walk->arg, type, payload, err);
}

/* Give away the complete sections at the front of plain and keep the rest. */
static int give_sections(struct walk *walk, struct buf *plain, bool last, struct error *err)
{
	struct span in = span_of_buf(plain), rest = in, payload;
	uint8_t type;
	uint64_t n;
	while (in.len_bytes && span_u8(&in, &type) && span_varint(&in, &n)) {
		if (n > ENVELOPE_MAX_SECTION)
			return error_set(err, ERR_LIMIT, _("its contents are larger than allowed"));
		if (!span_take(&in, (size_t)n, &payload))
			break;
		int code = give_section(walk, type, payload, err);
		if (code)
			return code;
		rest = in;
	}
	if (last && (rest.len_bytes || !walk->ended))
		return damaged(err);
	if (rest.len_bytes)
		memmove(plain->data, rest.data, rest.len_bytes);
	plain->len_bytes = rest.len_bytes;
	return 0;
}

int envelope_sections(struct envelope *e,
                      int (*each)(void *arg, uint8_t type, struct span payload, struct error *err),
                      void *arg, struct error *err)
{
	struct walk walk = { .each = each, .arg = arg };
	struct crypto_stream stream;
	struct buf plain = BUF_INIT;
	uint64_t at = e->frames_at;
	uint8_t ad[AD_BYTES];
	bool last = false, final = false;
	int code = e->unsealed ? crypto_stream_pull_begin(&stream, e->stream_head, e->key, err)
	           : error_set(err, ERR_RECIPIENT, _("it is sealed for another recipient"));
	for (uint32_t frame = 0; !code && !last; frame++) {
		size_t n;
		if ((code = frame_at(e, at, &n, &last, err)) ||
		    (code = read_at(e->fd, at + FRAME_HEAD_BYTES, e->frame, n, err)))
			break;
		uint8_t *to = buf_reserve(&plain, n - CRYPTO_STREAM_ADD_BYTES);
		envelope_ad(ad, e->head_hash, frame);
		if (!to)
			code = error_set(err, ERR_NOMEM, _("out of memory"));
		else if (!(code = crypto_stream_pull(&stream, to, e->frame, n, ad, sizeof(ad), &final, err)) &&
		         final != last)
			code = damaged(err);
		if (code)
			break;
		plain.len_bytes += n - CRYPTO_STREAM_ADD_BYTES;
		at += FRAME_HEAD_BYTES + n;
		code = give_sections(&walk, &plain, last, err);
	}
	if (plain.data)
		crypto_wipe(plain.data, plain.cap_bytes);
	crypto_wipe(&stream, sizeof(stream));
	buf_free(&plain);
	return code;
}
