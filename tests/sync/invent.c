/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/date.h"
#include "tests/sync/invent.h"

enum { FIELDS_MAX = 64 };

static const char *const DRUGS[] = { "苯磺酸氨氯地平片", "硝苯地平缓释片", "厄贝沙坦片", "缬沙坦胶囊",
	                             "卡托普利片", "氢氯噻嗪片", "美托洛尔缓释片", "吲达帕胺片" };
static const char *const SURNAMES[] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴" };
static const char *const GIVEN[] = { "桂英", "建国", "秀兰", "志强", "玉梅", "德明", "春花", "国平",
	                             "小红", "大山" };

uint64_t invent_draw(struct invent *invent, uint64_t below)
{
	invent->seed ^= invent->seed << 13;
	invent->seed ^= invent->seed >> 7;
	invent->seed ^= invent->seed << 17;
	return (invent->seed >> 11) % below;
}

void invent_begin(struct invent *invent, uint64_t seed)
{
	memset(invent, 0, sizeof(*invent));
	invent->seed = seed * 0x9e3779b97f4a7c15u + 1;
	put_u64_be(invent->device, 0x5a00000000000000u + seed);
	invent->wall = INT64_C(1794000000) + (int64_t)seed % 1000;
}

void invent_free(struct invent *invent)
{
	for (size_t i = 0; i < invent->n; i++)
		buf_free(&invent->rows[i]);
	free(invent->rows);
	free(invent->versions);
	memset(invent, 0, sizeof(*invent));
}

struct span invent_row(const struct invent *invent, size_t i)
{
	return span_of_buf(&invent->rows[i]);
}

void invent_add(struct invent *invent, struct entry *entry)
{
	struct error err;
	if (invent->n == invent->cap) {
		invent->cap = invent->cap ? 2 * invent->cap : 64;
		invent->rows = realloc(invent->rows, invent->cap * sizeof(*invent->rows));
		invent->versions = realloc(invent->versions, invent->cap * sizeof(*invent->versions));
		if (!invent->rows || !invent->versions)
			abort();
	}
	memcpy(entry->device, invent->device, DEVICE_ID_BYTES);
	entry->seq = ++invent->seq;
	entry->lamport = invent->lamport += 1 + !invent_draw(invent, 50);
	entry->wall = invent->wall += 20 + (int64_t)invent_draw(invent, 600);
	struct buf *row = &invent->rows[invent->n];
	*row = (struct buf)BUF_INIT;
	if (entry_encode(row, entry, &err)) {
		fprintf(stderr, "invented entry: %s\n", err.text);
		abort();
	}
	struct version *version = &invent->versions[invent->n++];
	memcpy(version->device, entry->device, DEVICE_ID_BYTES);
	version->seq = entry->seq;
	entry_digest(version->digest, span_of_buf(row));
}

/* --- hypertension --- */

struct form_fill {
	struct entry_field fields[FIELDS_MAX];
	char texts[FIELDS_MAX][160];
	size_t n;
};

__attribute__((format(printf, 3, 4))) static void put(struct form_fill *fill, uint32_t tag,
                                                      const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	vsnprintf(fill->texts[fill->n], sizeof(fill->texts[0]), fmt, args);
	va_end(args);
	fill->fields[fill->n] = (struct entry_field){
		.tag = tag, .kind = ENTRY_TEXT,
		.value = span_of(fill->texts[fill->n], strlen(fill->texts[fill->n])) };
	fill->n++;
}

static const char *day_text(int64_t wall, int later, char out[DATE_TEXT_BYTES])
{
	return date_format((date_t)((wall + 8 * 3600) / 86400 + later), out);
}

void invent_resident(struct invent *invent)
{
	struct form_fill fill = { .n = 0 };
	unsigned year = 1935 + (unsigned)invent_draw(invent, 60), month = 1 + (unsigned)invent_draw(invent, 12),
	         day = 1 + (unsigned)invent_draw(invent, 28), sex = 1 + (unsigned)invent_draw(invent, 2);
	put(&fill, 16, "%s%s", SURNAMES[invent_draw(invent, 10)], GIVEN[invent_draw(invent, 10)]);
	put(&fill, 17, "%08u", (unsigned)(100 * 1000 + invent->n));
	put(&fill, 18, "%u", sex);
	put(&fill, 19, "%04u-%02u-%02u", year, month, day);
	put(&fill, 20, "430599%04u%02u%02u%03u%u", year, month, day, (unsigned)invent_draw(invent, 1000),
	    (unsigned)invent_draw(invent, 10));
	put(&fill, 22, "138%08u", (unsigned)invent_draw(invent, 100000000));
	put(&fill, 25, "1");
	put(&fill, 26, "01");
	put(&fill, 27, "%u", 1 + (unsigned)invent_draw(invent, 5));
	put(&fill, 29, "%u", 6 + (unsigned)invent_draw(invent, 4));
	struct entry entry = { .operator_name = "doctor", .form = "resident", .fields = fill.fields,
		               .n_fields = fill.n };
	invent_add(invent, &entry);
}

static void put_drugs(struct invent *invent, struct form_fill *fill, uint32_t tag, struct buf *bytes,
                      size_t resident)
{
	size_t n = 1 + resident % 2;
	buf_put_varint(bytes, n);
	for (size_t i = 0; i < n; i++) {
		buf_put_varint(bytes, 3);
		buf_put_varint(bytes, tag + 1);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, DRUGS[(resident * 7 + i * 3) % 8]);
		buf_put_varint(bytes, tag + 2);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, resident % 3 ? "1" : "2");
		buf_put_varint(bytes, tag + 3);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, invent_draw(invent, 4) ? "5" : "10");
	}
	fill->fields[fill->n++] = (struct entry_field){ .tag = tag, .kind = ENTRY_ROWS,
		                                        .value = span_of_buf(bytes) };
}

void invent_visit(struct invent *invent, size_t resident)
{
	struct form_fill fill = { .n = 0 };
	struct buf drugs = BUF_INIT;
	char date[DATE_TEXT_BYTES];
	int64_t now = invent->wall;
	unsigned sbp = 118 + (unsigned)(resident * 37 % 30) + (unsigned)invent_draw(invent, 16);
	unsigned dbp = 70 + (unsigned)(resident * 11 % 14) + (unsigned)invent_draw(invent, 12);
	unsigned weight = 480 + (unsigned)(resident * 53 % 300) + (unsigned)invent_draw(invent, 12);
	unsigned height = 150 + (unsigned)(resident * 17 % 28);
	bool ill = !invent_draw(invent, 6);
	put(&fill, 16, "%s", day_text(now, 0, date));
	put(&fill, 17, "%u", invent_draw(invent, 4) ? 1 : 2);
	put(&fill, 18, "%s", ill ? "2 6" : "1");
	put(&fill, 20, "%u", sbp);
	put(&fill, 21, "%u", dbp);
	if (weight % 10)
		put(&fill, 22, "%u.%u", weight / 10, weight % 10);
	else
		put(&fill, 22, "%u", weight / 10);
	put(&fill, 23, "%u", weight / 10 - (unsigned)invent_draw(invent, 3));
	put(&fill, 24, "%u", height);
	put(&fill, 25, "%.1f", weight * 1000.0 / (height * height));
	put(&fill, 27, "%u", 62 + (unsigned)invent_draw(invent, 28));
	put(&fill, 30, "%u", resident % 4 ? 0 : 10);
	put(&fill, 31, "%u", resident % 4 ? 0 : 5);
	put(&fill, 32, "%u", resident % 5 ? 0 : 1);
	put(&fill, 33, "0");
	put(&fill, 34, "%u", 3 + (unsigned)invent_draw(invent, 5));
	put(&fill, 35, "30");
	put(&fill, 38, "%u", 1 + !invent_draw(invent, 3));
	put(&fill, 39, "2");
	put(&fill, 40, "1");
	put(&fill, 41, "%u", 1 + !invent_draw(invent, 5));
	if (!invent_draw(invent, 8))
		put(&fill, 42, "心电图未见异常");
	put(&fill, 43, "%u", 1 + !invent_draw(invent, 7));
	put(&fill, 44, "1");
	put(&fill, 46, "%u", sbp < 140 && dbp < 90 ? 1 : 2);
	put_drugs(invent, &fill, 50, &drugs, resident);
	put(&fill, 58, "%s", day_text(now, sbp < 140 && dbp < 90 ? 90 : 14, date));
	put(&fill, 59, "王医生");
	if (!invent_draw(invent, 3))
		put(&fill, 60, "%s", ill ? "嘱按时服药，低盐饮食，两周后复查" : "血压控制可，继续目前治疗");
	struct entry entry = { .operator_name = "doctor", .form = "hypertension_visit",
		               .subject = invent->versions[resident], .fields = fill.fields,
		               .n_fields = fill.n };
	invent_add(invent, &entry);
	buf_free(&drugs);
}

/* --- anything --- */

static struct version some_version(struct invent *invent)
{
	struct version version;
	if (invent->n && invent_draw(invent, 3))
		return invent->versions[invent_draw(invent, invent->n)];
	put_u64_be(version.device, 0x7700000000000000u + invent_draw(invent, 3));
	version.seq = 1 + invent_draw(invent, 1000000);
	for (size_t i = 0; i < CRYPTO_DIGEST_BYTES; i++)
		version.digest[i] = (uint8_t)invent_draw(invent, 256);
	return version;
}

static void any_value(struct invent *invent, struct entry_field *field, struct buf *bytes)
{
	struct version version;
	switch (field->kind = (uint8_t)invent_draw(invent, 4)) {
	case ENTRY_RECORD:
		version = some_version(invent);
		version_put(bytes, &version);
		break;
	case ENTRY_ROWS: {
		uint64_t rows = invent_draw(invent, 4);
		buf_put_varint(bytes, rows);
		for (uint64_t r = 0; r < rows; r++) {
			uint64_t cells = invent_draw(invent, 4);
			buf_put_varint(bytes, cells);
			for (uint64_t c = 0; c < cells; c++) {
				char text[24];
				snprintf(text, sizeof(text), "%u", (unsigned)invent_draw(invent, 90));
				buf_put_varint(bytes, 10 * c + 1 + invent_draw(invent, 5));
				buf_put_u8(bytes, (uint8_t)invent_draw(invent, 2) * 9);
				buf_put_text(bytes, text);
			}
		}
		break;
	}
	default:
		switch (invent_draw(invent, 4)) {
		case 0: buf_printf(bytes, "%d", (int)invent_draw(invent, 300) - 20); break;
		case 1: buf_printf(bytes, "%d.%d", (int)invent_draw(invent, 90), (int)invent_draw(invent, 99)); break;
		case 2: buf_printf(bytes, "19%02d-0%d-1%d", (int)invent_draw(invent, 99),
			           1 + (int)invent_draw(invent, 9), (int)invent_draw(invent, 9)); break;
		default: buf_printf(bytes, "%s", DRUGS[invent_draw(invent, 8)]);
		}
	}
	field->value = span_of_buf(bytes);
}

void invent_any(struct invent *invent)
{
	static const char *const FORMS[] = { "resident", "household", "form_of_tomorrow" };
	static const char *const PEOPLE[] = { "doctor", "nurse.li" };
	struct entry_field fields[12] = { { .tag = 0 } };
	struct buf bytes[12], extensions = BUF_INIT;
	struct version bases[12][3];
	struct entry entry = { .fields = fields, .n_fields = invent_draw(invent, 12) };
	uint32_t tag = 0;
	entry.form = FORMS[invent_draw(invent, 3)];
	entry.operator_name = PEOPLE[invent_draw(invent, 2)];
	if (invent_draw(invent, 2))
		entry.record = some_version(invent);
	if (invent_draw(invent, 2))
		entry.subject = invent_draw(invent, 3) ? some_version(invent) : entry.record;
	for (size_t i = 0; i < 12; i++)
		bytes[i] = (struct buf)BUF_INIT;
	for (size_t i = 0; i < entry.n_fields; i++) {
		fields[i].tag = tag += 1 + (uint32_t)invent_draw(invent, 3);
		any_value(invent, &fields[i], &bytes[i]);
		fields[i].n_bases = entry.record.seq ? invent_draw(invent, 3) : 0;
		fields[i].bases = bases[i];
		for (size_t b = 0; b < fields[i].n_bases; b++)
			bases[i][b] = b || !i || !fields[i - 1].n_bases ? some_version(invent) : bases[i - 1][0];
	}
	if (!invent_draw(invent, 10)) {
		buf_put_varint(&extensions, 1);
		buf_put_varint(&extensions, 77);
		buf_put_text(&extensions, "of a newer version");
		entry.extensions = span_of_buf(&extensions);
	}
	if (invent->n > 3 && !invent_draw(invent, 9))
		invent->seq -= 1; /* a fork: two entries under one number */
	else if (!invent_draw(invent, 9))
		invent->seq += invent_draw(invent, 5); /* a gap */
	invent_add(invent, &entry);
	for (size_t i = 0; i < 12; i++)
		buf_free(&bytes[i]);
	buf_free(&extensions);
}
