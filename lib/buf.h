/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Byte buffers that grow, and spans that are read with bounds.
 *
 * A failed growth sets buf->failed and makes every later call a no-op, so a writer checks once at
 * its end. Varints are unsigned LEB128 of at most 10 bytes; a non-minimal one is refused, because
 * digests need one form only. Signed numbers are zigzag varints. Fixed numbers are big-endian, so
 * that keys sort.
 */
#ifndef LIB_BUF_H
#define LIB_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	uint8_t *data;
	size_t len_bytes, cap_bytes;
	bool failed; /* memory ran out: data is incomplete */
};

#define BUF_INIT { NULL, 0, 0, false }

/* A read-only view; reading takes bytes from its front. */
struct span {
	const uint8_t *data;
	size_t len_bytes;
};

void buf_free(struct buf *buf);   /* frees the data; the buffer is empty and usable again */
void buf_clear(struct buf *buf);  /* length 0, memory kept, failed cleared */
uint8_t *buf_reserve(struct buf *buf, size_t n_bytes); /* room for n more bytes, or NULL */
void buf_put_u16(struct buf *buf, uint16_t value);
void buf_put_u32(struct buf *buf, uint32_t value);
void buf_put_u64(struct buf *buf, uint64_t value);
void buf_put_varint_long(struct buf *buf, uint64_t value); /* any value; buf_put_varint() is faster */
void buf_put_text(struct buf *buf, const char *text); /* varint length, then the bytes, no NUL */
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(struct buf *buf); /* the data with a NUL behind it; "" on failure */

/* Short pieces are most of what is written: they must not cost a call. */
static inline void buf_put(struct buf *buf, const void *bytes, size_t n_bytes)
{
	if (!n_bytes)
		return;
	if ((!buf->failed && buf->cap_bytes - buf->len_bytes >= n_bytes) || buf_reserve(buf, n_bytes)) {
		memcpy(buf->data + buf->len_bytes, bytes, n_bytes);
		buf->len_bytes += n_bytes;
	}
}

/* buf_reserve() without a call while there is room. */
static inline uint8_t *buf_room(struct buf *buf, size_t n_bytes)
{
	return !buf->failed && buf->cap_bytes - buf->len_bytes >= n_bytes && buf->data ? buf->data + buf->len_bytes
	                                                                              : buf_reserve(buf, n_bytes);
}

/* The bytes of a varint to at, where VARINT_MAX_BYTES fit; returns the end. */
enum { VARINT_MAX_BYTES = 10 };
static inline uint8_t *put_varint(uint8_t *at, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

static inline void buf_put_u8(struct buf *buf, uint8_t value)
{
	buf_put(buf, &value, 1);
}

static inline void buf_put_varint(struct buf *buf, uint64_t value)
{
	if (value < 0x80)
		buf_put_u8(buf, (uint8_t)value);
	else
		buf_put_varint_long(buf, value);
}

static inline void buf_put_zigzag(struct buf *buf, int64_t value)
{
	buf_put_varint(buf, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static inline struct span span_of(const void *bytes, size_t n_bytes)
{
	return (struct span){ (const uint8_t *)bytes, n_bytes };
}

static inline struct span span_of_buf(const struct buf *buf)
{
	return span_of(buf->data, buf->len_bytes);
}

/* Take a value from the front. False, and the span unchanged, when it is cut short or not minimal. */
static inline bool span_take(struct span *span, size_t n_bytes, struct span *out)
{
	if (span->len_bytes < n_bytes)
		return false;
	*out = span_of(span->data, n_bytes);
	if (n_bytes) /* the data of an empty span may be NULL */
		span->data += n_bytes;
	span->len_bytes -= n_bytes;
	return true;
}

static inline bool span_u8(struct span *span, uint8_t *out)
{
	if (!span->len_bytes)
		return false;
	*out = *span->data++;
	span->len_bytes--;
	return true;
}

bool span_u16(struct span *span, uint16_t *out);
bool span_u32(struct span *span, uint32_t *out);
bool span_u64(struct span *span, uint64_t *out);
bool span_varint_long(struct span *span, uint64_t *out); /* any value; span_varint() is faster */
static inline bool span_varint(struct span *span, uint64_t *out)
{
	if (!span->len_bytes || *span->data & 0x80)
		return span_varint_long(span, out);
	*out = *span->data++;
	span->len_bytes--;
	return true;
}
static inline bool span_zigzag(struct span *span, int64_t *out)
{
	uint64_t value;
	if (!span_varint(span, &value))
		return false;
	*out = (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
	return true;
}
/* What buf_put_text() wrote. */
static inline bool span_text(struct span *span, struct span *out)
{
	struct span rest = *span;
	uint64_t len;

	if (!span_varint(&rest, &len) || len > rest.len_bytes || !span_take(&rest, (size_t)len, out))
		return false;
	*span = rest;
	return true;
}

void put_u64_be(uint8_t out[8], uint64_t value);
uint64_t get_u64_be(const uint8_t in[8]);
void put_u32_be(uint8_t out[4], uint32_t value);
uint32_t get_u32_be(const uint8_t in[4]);

#endif
