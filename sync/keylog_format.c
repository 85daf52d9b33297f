/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a keyring as bytes. */
#include "config.h"

#include <string.h>

#include "lib/date.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/keylog.h"
#include "sync/package.h"
#include "sync/wire.h"

#define RECORD_CONTEXT "xiangyi key record 1"

enum { RECORD_MAX_BYTES = KEYLOG_MAX_BODY + 160, NEVER_ENDS = 0 };

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("its keyring is malformed"));
}

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static bool take_fixed(struct span *in, void *out, size_t n)
{
	struct span part;
	if (!span_take(in, n, &part))
		return false;
	memcpy(out, part.data, n);
	return true;
}

/* --- bodies --- */

static void put_days(struct buf *out, const struct keylog_record *record)
{
	buf_put_varint(out, (uint64_t)record->valid_from);
	buf_put_varint(out, (uint64_t)record->valid_to);
}

static void put_body(struct buf *out, const struct keylog_record *record)
{
	switch (record->type) {
	case KEYLOG_CERTIFY:
		wire_put_device(out, &record->device);
		put_days(out, record);
		break;
	case KEYLOG_BOX:
		buf_put(out, record->subject, DEVICE_ID_BYTES);
		buf_put(out, record->key, CRYPTO_KEY_BYTES);
		put_days(out, record);
		break;
	case KEYLOG_RECOVERY:
		buf_put(out, record->key, CRYPTO_KEY_BYTES);
		break;
	case KEYLOG_BLOCK:
		buf_put(out, record->subject, DEVICE_ID_BYTES);
		buf_put_varint(out, record->first);
		buf_put_varint(out, record->last == UINT64_MAX ? NEVER_ENDS : record->last);
		buf_put_u8(out, (uint8_t)record->why);
		buf_put_text(out, record->text);
		break;
	case KEYLOG_LIFT:
		buf_put_varint(out, record->lifted);
		break;
	case KEYLOG_PUBLISHER:
		buf_put(out, record->key_id, sizeof(record->key_id));
		buf_put(out, record->key, CRYPTO_KEY_BYTES);
		buf_put_text(out, record->text);
		break;
	default:
		break;
	}
}

static bool take_days(struct span *in, struct keylog_record *record)
{
	uint64_t from, to;
	if (!span_varint(in, &from) || !span_varint(in, &to) || from > INT32_MAX || to > INT32_MAX)
		return false;
	record->valid_from = (date_t)from;
	record->valid_to = (date_t)to;
	return true;
}

static bool take_text(struct span *in, char out[KEYLOG_TEXT_BYTES])
{
	struct span text;
	if (!span_text(in, &text) || text.len_bytes >= KEYLOG_TEXT_BYTES ||
	    (text.len_bytes && memchr(text.data, 0, text.len_bytes)))
		return false;
	memcpy(out, text.data, text.len_bytes);
	out[text.len_bytes] = '\0';
	return utf8_plain(out);
}

static bool take_block(struct span *in, struct keylog_record *record)
{
	uint8_t why;
	if (!take_fixed(in, record->subject, DEVICE_ID_BYTES) || !span_varint(in, &record->first) ||
	    !span_varint(in, &record->last) || !span_u8(in, &why) || !why || why >= KEYLOG_WHY_N ||
	    !take_text(in, record->text))
		return false;
	record->last = record->last == NEVER_ENDS ? UINT64_MAX : record->last;
	record->why = (enum keylog_why)why;
	return record->first && record->first <= record->last;
}

static bool take_body(struct keylog_record *record)
{
	struct span in = record->body;
	switch (record->type) {
	case KEYLOG_CERTIFY:
		if (!wire_take_device(&in, &record->device) || !take_days(&in, record))
			return false;
		memcpy(record->subject, record->device.id, DEVICE_ID_BYTES);
		return !in.len_bytes;
	case KEYLOG_BOX:
		return take_fixed(&in, record->subject, DEVICE_ID_BYTES) &&
		       take_fixed(&in, record->key, CRYPTO_KEY_BYTES) && take_days(&in, record) && !in.len_bytes;
	case KEYLOG_RECOVERY:
		return take_fixed(&in, record->key, CRYPTO_KEY_BYTES) && !in.len_bytes;
	case KEYLOG_BLOCK:
		return take_block(&in, record) && !in.len_bytes;
	case KEYLOG_LIFT:
		return span_varint(&in, &record->lifted) && !in.len_bytes;
	case KEYLOG_PUBLISHER:
		return take_fixed(&in, record->key_id, sizeof(record->key_id)) &&
		       take_fixed(&in, record->key, CRYPTO_KEY_BYTES) && take_text(&in, record->text) &&
		       !in.len_bytes;
	default:
		return record->type != 0;
	}
}

/* --- records --- */

static bool take_record(struct span bytes, struct keylog_record *out)
{
	struct span in = bytes;
	memset(out, 0, sizeof(*out));
	out->bytes = bytes;
	crypto_hash_data(out->digest, sizeof(out->digest), bytes.data, bytes.len_bytes, NULL);
	return span_varint(&in, &out->number) && out->number && span_zigzag(&in, &out->wall) &&
	       take_fixed(&in, out->issuer, DEVICE_ID_BYTES) && take_fixed(&in, out->before, sizeof(out->before)) &&
	       span_u8(&in, &out->type) && span_text(&in, &out->body) && out->body.len_bytes <= KEYLOG_MAX_BODY &&
	       take_fixed(&in, out->sig, sizeof(out->sig)) && !in.len_bytes && take_body(out);
}

int keylog_parse(struct keylog *out, struct span bytes, struct arena *arena, struct error *err)
{
	uint64_t n;
	*out = (struct keylog){ .n = 0 };
	if (!bytes.len_bytes)
		return 0;
	if (bytes.len_bytes > KEYLOG_MAX_BYTES)
		return error_set(err, ERR_LIMIT, _("its keyring is larger than allowed"));
	if (!span_varint(&bytes, &n))
		return malformed(err);
	if (n > KEYLOG_MAX_RECORDS)
		return error_set(err, ERR_LIMIT, _("its keyring is larger than allowed"));
	struct keylog_record *records = arena_array(arena, (size_t)n + 1, sizeof(*records));
	if (!records)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		struct span one;
		if (!span_text(&bytes, &one) || one.len_bytes > RECORD_MAX_BYTES || !take_record(one, &records[i]) ||
		    records[i].number <= out->number)
			return malformed(err);
		out->number = records[i].number;
	}
	if (bytes.len_bytes)
		return malformed(err);
	out->records = records;
	out->n = (size_t)n;
	return 0;
}

static void put_records(struct buf *out, const struct keylog *log, size_t n)
{
	buf_put_varint(out, n);
	for (size_t i = 0; i < log->n; i++) {
		buf_put_varint(out, log->records[i].bytes.len_bytes);
		buf_put(out, log->records[i].bytes.data, log->records[i].bytes.len_bytes);
	}
}

void keylog_put(struct buf *out, const struct keylog *log)
{
	put_records(out, log, log->n);
}

int keylog_append(struct buf *out, const struct keylog *log, const struct keylog_record *record,
                  const uint8_t issuer[DEVICE_ID_BYTES], const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                  struct error *err)
{
	static const uint8_t none[CRYPTO_DIGEST_BYTES];
	uint8_t sig[CRYPTO_SIG_BYTES];
	struct buf body = BUF_INIT, one = BUF_INIT;
	if (log->n >= KEYLOG_MAX_RECORDS)
		return error_set(err, ERR_LIMIT, _("the keyring is full"));
	put_body(&body, record);
	buf_put_varint(&one, package_next_number(log->number));
	buf_put_zigzag(&one, date_now_seconds());
	buf_put(&one, issuer, DEVICE_ID_BYTES);
	buf_put(&one, log->n ? log->records[log->n - 1].digest : none, CRYPTO_DIGEST_BYTES);
	buf_put_u8(&one, record->type);
	buf_put_varint(&one, body.len_bytes);
	buf_put(&one, body.data, body.len_bytes);
	crypto_sign_data(sig, RECORD_CONTEXT, one.data, one.len_bytes, sign_sk);
	buf_put(&one, sig, sizeof(sig));
	put_records(out, log, log->n + 1);
	buf_put_varint(out, one.len_bytes);
	buf_put(out, one.data, one.len_bytes);
	int code = body.failed || one.failed || out->failed ? no_memory(err) : 0;
	if (!code && out->len_bytes > KEYLOG_MAX_BYTES)
		code = error_set(err, ERR_LIMIT, _("the keyring is full"));
	buf_free(&body);
	buf_free(&one);
	return code;
}

int keylog_record_verify(const struct keylog_record *record, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES],
                         struct error *err)
{
	return crypto_verify(record->sig, RECORD_CONTEXT, record->bytes.data,
	                     record->bytes.len_bytes - CRYPTO_SIG_BYTES, sign_pk, err);
}
