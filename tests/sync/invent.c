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

/* Draws stand in statements of their own wherever their order shows, so that every compiler invents the same. */
static void put_name(struct invent *invent, struct form_fill *fill, uint32_t tag)
{
	const char *given = GIVEN[invent_draw(invent, 10)];
	put(fill, tag, "%s%s", SURNAMES[invent_draw(invent, 10)], given);
}

void invent_resident(struct invent *invent)
{
	struct form_fill fill = { .n = 0 };
	struct buf diseases = BUF_INIT;
	char day[DATE_TEXT_BYTES];
	unsigned year = 1935 + (unsigned)invent_draw(invent, 60), month = 1 + (unsigned)invent_draw(invent, 12),
	         born = 1 + (unsigned)invent_draw(invent, 28), sex = 1 + (unsigned)invent_draw(invent, 2);
	put_name(invent, &fill, 16);
	put(&fill, 17, "001%05u", (unsigned)invent->n + 1);
	put(&fill, 18, "%u", sex);
	put(&fill, 19, "%04u-%02u-%02u", year, month, born);
	unsigned last = (unsigned)invent_draw(invent, 10);
	put(&fill, 20, "430599%04u%02u%02u%03u%u", year, month, born, (unsigned)invent_draw(invent, 1000), last);
	put(&fill, 21, "务农");
	put(&fill, 22, "138%08u", (unsigned)invent_draw(invent, 100000000));
	put_name(invent, &fill, 23);
	put(&fill, 24, "139%08u", (unsigned)invent_draw(invent, 100000000));
	put(&fill, 25, "1");
	put(&fill, 26, "01");
	put(&fill, 28, "%u", 1 + (unsigned)invent_draw(invent, 5));
	put(&fill, 29, "3");
	put(&fill, 30, "%u", 6 + (unsigned)invent_draw(invent, 4));
	put(&fill, 31, "4");
	put(&fill, 32, "%u", invent_draw(invent, 4) ? 2 : 3);
	put(&fill, 33, "%s", invent_draw(invent, 6) ? "3" : "3 4");
	put(&fill, 35, "%s", invent_draw(invent, 8) ? "1" : "2");
	put(&fill, 37, "1");
	buf_put_varint(&diseases, 1);
	buf_put_varint(&diseases, 2);
	buf_put_varint(&diseases, 39);
	buf_put_u8(&diseases, ENTRY_TEXT);
	buf_put_text(&diseases, invent_draw(invent, 3) ? "2" : "1");
	buf_put_varint(&diseases, 41);
	buf_put_u8(&diseases, ENTRY_TEXT);
	buf_put_text(&diseases, invent_draw(invent, 2) ? "2019-03" : "2015-10");
	fill.fields[fill.n++] = (struct entry_field){ .tag = 38, .kind = ENTRY_ROWS,
		                                      .value = span_of_buf(&diseases) };
	put(&fill, 42, "1");
	put(&fill, 46, "1");
	put(&fill, 50, "1");
	put(&fill, 54, "%s", invent_draw(invent, 4) ? "1" : "2");
	put(&fill, 56, "%s", invent_draw(invent, 4) ? "1" : "2");
	put(&fill, 58, "1");
	put(&fill, 60, "1");
	put(&fill, 62, "1");
	put(&fill, 64, "1");
	put(&fill, 73, "%u组", 1 + (unsigned)invent_draw(invent, 9));
	unsigned house = 1 + (unsigned)invent_draw(invent, 80);
	put(&fill, 74, "示范镇甲村%u组%u号", 1 + (unsigned)invent_draw(invent, 9), house);
	put(&fill, 76, "示范镇");
	put(&fill, 77, "甲村");
	put(&fill, 78, "示范镇卫生院");
	put(&fill, 79, "王医生");
	put(&fill, 80, "王医生");
	put(&fill, 81, "%s", day_text(invent->wall, 0, day));
	put(&fill, 82, "1");
	struct entry entry = { .operator_name = "doctor", .form = "resident", .fields = fill.fields,
		               .n_fields = fill.n };
	invent_add(invent, &entry);
	buf_free(&diseases);
}

static void put_drugs(struct invent *invent, struct form_fill *fill, struct buf *bytes, size_t resident)
{
	static const char *const DOSES[] = { "5", "10", "12.5", "25", "80", "150" };
	size_t n = 1 + resident % 2;
	(void)invent;
	buf_put_varint(bytes, n);
	for (size_t i = 0; i < n; i++) {
		buf_put_varint(bytes, 4);
		buf_put_varint(bytes, 50);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, DRUGS[(resident * 7 + i * 3) % 8]);
		buf_put_varint(bytes, 51);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, resident % 3 ? "1" : "2");
		buf_put_varint(bytes, 52);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, DOSES[(resident * 5 + i) % 6]);
		buf_put_varint(bytes, 53);
		buf_put_u8(bytes, ENTRY_TEXT);
		buf_put_text(bytes, "mg");
	}
	fill->fields[fill->n++] = (struct entry_field){ .tag = 49, .kind = ENTRY_ROWS,
		                                        .value = span_of_buf(bytes) };
}

static void put_decimal(struct form_fill *fill, uint32_t tag, unsigned tenths)
{
	if (tenths % 10)
		put(fill, tag, "%u.%u", tenths / 10, tenths % 10);
	else
		put(fill, tag, "%u", tenths / 10);
}

void invent_visit(struct invent *invent, size_t resident)
{
	static const char *const SYMPTOMS[] = { "2", "2 6", "8", "6", "9" };
	static const char *const TESTS[] = { "心电图未见异常", "空腹血糖5.6", "血脂正常" };
	struct form_fill fill = { .n = 0 };
	struct buf drugs = BUF_INIT;
	char date[DATE_TEXT_BYTES];
	int64_t now = invent->wall;
	unsigned sbp = 118 + (unsigned)(resident * 37 % 30) + (unsigned)invent_draw(invent, 16);
	unsigned dbp = 70 + (unsigned)(resident * 11 % 14) + (unsigned)invent_draw(invent, 12);
	unsigned weight = 480 + (unsigned)(resident * 53 % 300) + (unsigned)invent_draw(invent, 12);
	unsigned height = 150 + (unsigned)(resident * 17 % 28), target = weight / 10 - (unsigned)invent_draw(invent, 3);
	bool ill = !invent_draw(invent, 6), good = sbp < 140 && dbp < 90;
	if (invent_draw(invent, 2)) { /* people like even numbers and tens */
		sbp -= sbp % 2;
		dbp -= dbp % 2;
	}
	put(&fill, 16, "%s", day_text(now, 0, date));
	put(&fill, 17, "%u", invent_draw(invent, 4) ? 1 : 2);
	put(&fill, 18, "%s", ill ? SYMPTOMS[invent_draw(invent, 5)] : "1");
	put(&fill, 20, "%u", sbp);
	put(&fill, 21, "%u", dbp);
	put_decimal(&fill, 23, weight);
	put(&fill, 24, "%u", target);
	put(&fill, 25, "%u", height);
	put_decimal(&fill, 26, (weight * 10000 + height * height / 2) / (height * height));
	put_decimal(&fill, 27, (target * 100000 + height * height / 2) / (height * height));
	put(&fill, 28, "%u", 62 + (unsigned)invent_draw(invent, 28));
	put(&fill, 30, "%u", resident % 4 ? 0 : 10);
	put(&fill, 31, "%u", resident % 4 ? 0 : 5);
	put(&fill, 32, "%u", resident % 5 ? 0 : 1);
	put(&fill, 33, "0");
	put(&fill, 34, "%u", 3 + (unsigned)invent_draw(invent, 5));
	put(&fill, 35, "30");
	put(&fill, 36, "7");
	put(&fill, 37, "30");
	put(&fill, 38, "%u", 1 + !invent_draw(invent, 3));
	put(&fill, 39, "1");
	put(&fill, 40, "1");
	put(&fill, 41, "%u", 1 + !invent_draw(invent, 5));
	if (!invent_draw(invent, 8))
		put(&fill, 42, "%s", TESTS[invent_draw(invent, 3)]);
	put(&fill, 43, "%u", 1 + !invent_draw(invent, 7));
	put(&fill, 44, "1");
	put(&fill, 46, "%u", good ? 1 : 2);
	put(&fill, 47, "%u", good ? 1 : 2);
	put_drugs(invent, &fill, &drugs, resident);
	put(&fill, 58, "%s", day_text(now, good ? 90 : 14, date));
	put(&fill, 59, "王医生");
	put(&fill, 60, "1");
	struct entry entry = { .operator_name = "doctor", .form = "hypertension_visit",
		               .subject = invent->versions[resident], .fields = fill.fields,
		               .n_fields = fill.n };
	invent_add(invent, &entry);
	buf_free(&drugs);
}

void invent_enrolment(struct invent *invent, size_t resident)
{
	struct form_fill fill = { .n = 0 };
	char date[DATE_TEXT_BYTES];
	put(&fill, 16, "%s", day_text(invent->wall, 0, date));
	put(&fill, 17, "%s", day_text(invent->wall, -400, date));
	put(&fill, 18, "示范镇卫生院");
	put(&fill, 19, "1");
	put(&fill, 20, "%u", 140 + (unsigned)invent_draw(invent, 30));
	put(&fill, 21, "%u", 86 + (unsigned)invent_draw(invent, 16));
	put(&fill, 22, "%u", 150 + (unsigned)invent_draw(invent, 28));
	put_decimal(&fill, 23, 480 + (unsigned)invent_draw(invent, 300));
	put(&fill, 24, "%u", 70 + (unsigned)invent_draw(invent, 30));
	put(&fill, 25, "%u", 1 + (unsigned)invent_draw(invent, 2));
	put(&fill, 29, "2");
	put(&fill, 30, "王医生");
	struct entry entry = { .operator_name = "doctor", .form = "hypertension_enrolment",
		               .subject = invent->versions[resident], .fields = fill.fields,
		               .n_fields = fill.n };
	invent_add(invent, &entry);
}

void invent_contract(struct invent *invent, size_t resident)
{
	struct form_fill fill = { .n = 0 };
	char date[DATE_TEXT_BYTES];
	put(&fill, 19, "%s", resident % 2 ? "2" : "2 5");
	put(&fill, 20, "甲村家庭医生团队");
	put(&fill, 21, "王医生");
	put(&fill, 23, "王医生");
	put(&fill, 24, "示范镇卫生院");
	put(&fill, 25, "1");
	put(&fill, 26, "%s", day_text(invent->wall, 0, date));
	put(&fill, 27, "%s", day_text(invent->wall, 0, date));
	put(&fill, 28, "%s", day_text(invent->wall, 364, date));
	put(&fill, 29, "1");
	put(&fill, 37, "1");
	put(&fill, 38, "1");
	struct entry entry = { .operator_name = "doctor", .form = "contract",
		               .subject = invent->versions[resident], .fields = fill.fields,
		               .n_fields = fill.n };
	invent_add(invent, &entry);
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

static void any_text(struct invent *invent, struct buf *bytes)
{
	int last;
	switch (invent_draw(invent, 4)) {
	case 0:
		buf_printf(bytes, "%d", (int)invent_draw(invent, 300) - 20);
		break;
	case 1:
		last = (int)invent_draw(invent, 99);
		buf_printf(bytes, "%d.%d", (int)invent_draw(invent, 90), last);
		break;
	case 2:
		last = (int)invent_draw(invent, 9);
		last += 10 * (1 + (int)invent_draw(invent, 9));
		buf_printf(bytes, "19%02d-0%d-1%d", (int)invent_draw(invent, 99), last / 10, last % 10);
		break;
	default:
		buf_printf(bytes, "%s", DRUGS[invent_draw(invent, 8)]);
	}
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
		any_text(invent, bytes);
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
