/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *buf)
{
	buf->len_bytes = 0;
	buf->failed = false;
}

uint8_t *buf_reserve(struct buf *buf, size_t n_bytes)
{
	size_t need, cap;
	uint8_t *data;

	if (buf->failed)
		return NULL;
	if (buf->data && buf->cap_bytes - buf->len_bytes >= n_bytes)
		return buf->data + buf->len_bytes;
	if (n_bytes > SIZE_MAX / 4 - buf->len_bytes)
		goto fail;
	need = buf->len_bytes + n_bytes;
	cap = buf->cap_bytes ? buf->cap_bytes : 64;
	while (cap < need)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (!data)
		goto fail;
	buf->data = data;
	buf->cap_bytes = cap;
	return data + buf->len_bytes;
fail:
	buf->failed = true;
	return NULL;
}

void buf_put_u16(struct buf *buf, uint16_t value)
{
	buf_put(buf, (uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

void buf_put_u32(struct buf *buf, uint32_t value)
{
	uint8_t bytes[4];

	put_u32_be(bytes, value);
	buf_put(buf, bytes, sizeof bytes);
}

void buf_put_u64(struct buf *buf, uint64_t value)
{
	uint8_t bytes[8];

	put_u64_be(bytes, value);
	buf_put(buf, bytes, sizeof bytes);
}

void buf_put_varint_long(struct buf *buf, uint64_t value)
{
	uint8_t bytes[VARINT_MAX_BYTES];

	buf_put(buf, bytes, (size_t)(put_varint(bytes, value) - bytes));
}

void buf_put_text(struct buf *buf, const char *text)
{
	size_t len = strlen(text);

	buf_put_varint(buf, len);
	buf_put(buf, text, len);
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list args;
	uint8_t *to;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0) {
		buf->failed = true;
		return;
	}
	to = buf_reserve(buf, (size_t)n + 1);
	if (!to)
		return;
	va_start(args, fmt);
	vsnprintf((char *)to, (size_t)n + 1, fmt, args);
	va_end(args);
	buf->len_bytes += (size_t)n;
}

const char *buf_text(struct buf *buf)
{
	uint8_t *end = buf_reserve(buf, 1);

	if (!end)
		return "";
	*end = 0;
	return (const char *)buf->data;
}

bool span_u16(struct span *span, uint16_t *out)
{
	struct span in;

	if (!span_take(span, 2, &in))
		return false;
	*out = (uint16_t)(in.data[0] << 8 | in.data[1]);
	return true;
}

bool span_u32(struct span *span, uint32_t *out)
{
	struct span in;

	if (!span_take(span, 4, &in))
		return false;
	*out = get_u32_be(in.data);
	return true;
}

bool span_u64(struct span *span, uint64_t *out)
{
	struct span in;

	if (!span_take(span, 8, &in))
		return false;
	*out = get_u64_be(in.data);
	return true;
}

bool span_varint_long(struct span *span, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < VARINT_MAX_BYTES && i < span->len_bytes; i++) {
		uint8_t byte = span->data[i];

		if (i == VARINT_MAX_BYTES - 1 && byte > 1)
			return false; /* more than 64 bits */
		value |= (uint64_t)(byte & 0x7F) << (7 * i);
		if (byte & 0x80)
			continue;
		if (i && !byte)
			return false; /* not minimal */
		span->data += i + 1;
		span->len_bytes -= i + 1;
		*out = value;
		return true;
	}
	return false;
}

void put_u64_be(uint8_t out[8], uint64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (56 - 8 * i));
}

uint64_t get_u64_be(const uint8_t in[8])
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | in[i];
	return value;
}

void put_u32_be(uint8_t out[4], uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(value >> (24 - 8 * i));
}

uint32_t get_u32_be(const uint8_t in[4])
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}
