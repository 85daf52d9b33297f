/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"
#include "sync/envelope_format.h"

struct envelope_writer {
	struct envelope_sink *sink;
	struct crypto_hash_state hash;
	struct crypto_stream stream;
	uint8_t head_hash[CRYPTO_HASH_BYTES];
	uint32_t frame;
	uint64_t written;
	size_t n_plain;
	uint8_t plain[ENVELOPE_FRAME];
	uint8_t sealed[FRAME_HEAD_BYTES + ENVELOPE_FRAME + CRYPTO_STREAM_ADD_BYTES];
};

static int put(struct envelope_writer *writer, const void *bytes, size_t n_bytes, struct error *err)
{
	crypto_hash_add(&writer->hash, bytes, n_bytes);
	writer->written += n_bytes;
	return writer->sink->put(writer->sink, bytes, n_bytes, err);
}

static int put_frame(struct envelope_writer *writer, bool last, struct error *err)
{
	uint8_t ad[AD_BYTES];
	size_t n = writer->n_plain + CRYPTO_STREAM_ADD_BYTES;
	put_u32_be(writer->sealed, (uint32_t)n | (last ? FRAME_LAST : 0));
	envelope_ad(ad, writer->head_hash, writer->frame++);
	crypto_stream_push(&writer->stream, writer->sealed + FRAME_HEAD_BYTES, writer->plain,
	                   writer->n_plain, ad, sizeof(ad), last);
	writer->n_plain = 0;
	return put(writer, writer->sealed, FRAME_HEAD_BYTES + n, err);
}

static int put_plain(struct envelope_writer *writer, const void *bytes, size_t n_bytes,
                     struct error *err)
{
	const uint8_t *from = bytes;
	while (n_bytes) {
		size_t room = ENVELOPE_FRAME - writer->n_plain, n = n_bytes < room ? n_bytes : room;
		if (!room) {
			int code = put_frame(writer, false, err);
			if (code)
				return code;
			continue;
		}
		memcpy(writer->plain + writer->n_plain, from, n);
		writer->n_plain += n;
		from += n;
		n_bytes -= n;
	}
	return 0;
}

int envelope_begin(struct envelope_writer **out, const struct envelope_head *head,
                   const uint8_t (*recipients)[CRYPTO_KEY_BYTES], size_t n_recipients,
                   struct envelope_sink *sink, struct error *err)
{
	uint8_t key[CRYPTO_KEY_BYTES], key_id[KEY_ID_BYTES], sealed[SEALED_BYTES],
		stream_head[CRYPTO_STREAM_HEADER_BYTES];
	struct buf bytes = BUF_INIT;
	if (!n_recipients || n_recipients > ENVELOPE_MAX_RECIPIENTS)
		return error_set(err, ERR_LIMIT, _("a bundle has 1 to %d recipients"), ENVELOPE_MAX_RECIPIENTS);
	struct envelope_writer *writer = calloc(1, sizeof(*writer));
	if (!writer)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	writer->sink = sink;
	crypto_hash_begin(&writer->hash, CRYPTO_HASH_BYTES, NULL);
	crypto_random(key, sizeof(key));
	buf_put(&bytes, ENVELOPE_MAGIC, MAGIC_BYTES);
	buf_put_u8(&bytes, ENVELOPE_MAJOR);
	buf_put_u8(&bytes, ENVELOPE_MINOR);
	buf_put_u8(&bytes, ENVELOPE_MIN_READER);
	buf_put_u8(&bytes, ENVELOPE_SUITE);
	buf_put_u16(&bytes, HEAD_BODY_BYTES);
	buf_put_u8(&bytes, head->kind);
	buf_put(&bytes, head->recipient, DEVICE_ID_BYTES);
	buf_put(&bytes, head->sender, DEVICE_ID_BYTES);
	buf_put(&bytes, head->bundle_id, BUNDLE_ID_BYTES);
	buf_put_u16(&bytes, head->part);
	buf_put_u8(&bytes, (uint8_t)n_recipients);
	for (size_t i = 0; i < n_recipients; i++) {
		envelope_key_id(key_id, recipients[i]);
		crypto_seal(sealed, key, sizeof(key), recipients[i]);
		buf_put(&bytes, key_id, sizeof(key_id));
		buf_put(&bytes, sealed, sizeof(sealed));
	}
	crypto_stream_push_begin(&writer->stream, stream_head, key);
	crypto_wipe(key, sizeof(key));
	buf_put(&bytes, stream_head, sizeof(stream_head));
	int code = bytes.failed ? error_set(err, ERR_NOMEM, _("out of memory")) : 0;
	if (!code) {
		crypto_hash_data(writer->head_hash, CRYPTO_HASH_BYTES, bytes.data, bytes.len_bytes, NULL);
		code = put(writer, bytes.data, bytes.len_bytes, err);
	}
	buf_free(&bytes);
	if (code) {
		envelope_writer_free(writer);
		return code;
	}
	*out = writer;
	return 0;
}

int envelope_section(struct envelope_writer *writer, uint8_t type, struct span payload,
                     struct error *err)
{
	struct buf head = BUF_INIT;
	buf_put_u8(&head, type);
	buf_put_varint(&head, payload.len_bytes);
	int code = payload.len_bytes > ENVELOPE_MAX_SECTION
	           ? error_set(err, ERR_LIMIT, _("too much for one part of a bundle"))
	           : head.failed ? error_set(err, ERR_NOMEM, _("out of memory")) : 0;
	if (!code && !(code = put_plain(writer, head.data, head.len_bytes, err)))
		code = put_plain(writer, payload.data, payload.len_bytes, err);
	buf_free(&head);
	return code;
}

uint64_t envelope_written(const struct envelope_writer *writer)
{
	return writer->written + writer->n_plain;
}

/* Fill up to a multiple of ENVELOPE_PAD, so that the size tells less about the contents. */
static int pad(struct envelope_writer *writer, struct error *err)
{
	static const uint8_t ZEROS[3 * ENVELOPE_PAD];
	uint64_t frame = FRAME_HEAD_BYTES + CRYPTO_STREAM_ADD_BYTES;
	uint64_t total = writer->written + writer->n_plain + frame + TRAILER_BYTES;
	/* near a frame's end pad into another one, whatever the remainder is */
	bool another = writer->n_plain + 2 * ENVELOPE_PAD > ENVELOPE_FRAME;
	total += another ? frame : 0;
	size_t missing = (size_t)(ENVELOPE_PAD - total % ENVELOPE_PAD) % ENVELOPE_PAD;
	missing += another ? 2 * ENVELOPE_PAD : 0;
	/* a section's head takes 2 bytes up to 127 and 3 from 128 on: nothing makes 130 */
	if (missing < 2 || missing == 130)
		missing += ENVELOPE_PAD;
	size_t n = missing - (missing > 130 ? 3 : 2);
	return envelope_section(writer, SECTION_PADDING, span_of(ZEROS, n), err);
}

int envelope_end(struct envelope_writer *writer, const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                 uint8_t hash[CRYPTO_HASH_BYTES], struct error *err)
{
	uint8_t trailer[TRAILER_BYTES];
	int code = pad(writer, err);
	if (code || (code = put_frame(writer, true, err)))
		return code;
	crypto_hash_end(&writer->hash, trailer, CRYPTO_HASH_BYTES);
	crypto_sign_data(trailer + CRYPTO_HASH_BYTES, ENVELOPE_CONTEXT, trailer, CRYPTO_HASH_BYTES,
	                 sign_sk);
	memcpy(hash, trailer, CRYPTO_HASH_BYTES);
	writer->written += sizeof(trailer);
	return writer->sink->put(writer->sink, trailer, sizeof(trailer), err);
}

void envelope_writer_free(struct envelope_writer *writer)
{
	if (writer) {
		crypto_wipe(writer, sizeof(*writer));
		free(writer);
	}
}
