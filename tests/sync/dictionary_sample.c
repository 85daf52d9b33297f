/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes sync/dictionary.c for sync/make-dictionary: words of the forms, then the columns of small chunks of
 * invented entries as they look before they are deflated. What is likely stands at the end, where it is
 * cheap to refer to.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/deflate.h"
#include "sync/chunk_format.h"
#include "tests/sync/invent.h"

static const char WORDS[] =
	"household" "resident" "category_span" "referral" "examination" "contract" "hypertension_enrolment"
	"hypertension_visit" "户主" "配偶" "子女" "父母" "汉族" "务农" "无" "退休" "小学" "初中" "示范镇" "卫生院"
	"村卫生室" "县人民医院" "内科" "心内科" "高血压" "糖尿病" "冠心病" "脑卒中" "嘱按时服药" "低盐饮食" "两周后复查"
	"血压控制可" "继续目前治疗" "头晕" "干咳" "踝部水肿" "心电图" "未见异常" "空腹血糖" "血脂正常" "尿常规"
	"苯磺酸左氨氯地平片" "苯磺酸氨氯地平片" "硝苯地平缓释片" "硝苯地平控释片" "非洛地平缓释片" "厄贝沙坦片"
	"缬沙坦胶囊" "氯沙坦钾片" "替米沙坦片" "卡托普利片" "依那普利片" "贝那普利片" "氢氯噻嗪片" "吲达帕胺片"
	"美托洛尔缓释片" "比索洛尔片" "复方利血平片" "阿司匹林肠溶片" "阿托伐他汀钙片" "辛伐他汀片" "二甲双胍片"
	"格列美脲片" "mg" "片" "粒" "2026-" "2025-";

/* The columns of entries from..from+n as one block. */
static void add_chunk(const struct invent *invent, size_t from, size_t n, struct buf *out)
{
	static uint8_t ids[1][DEVICE_ID_BYTES];
	struct device_table table = { ids, 1 };
	struct span rows[64], in, dictionary;
	struct buf payload = BUF_INIT;
	struct error err = { 0 };
	uint64_t number;
	uint8_t flags;
	memcpy(ids[0], invent->device, DEVICE_ID_BYTES);
	for (size_t i = 0; i < n; i++)
		rows[i] = invent_row(invent, from + i);
	if (chunk_encode(&payload, rows, n, &table, NULL, NULL, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	in = span_of_buf(&payload);
	if (!span_varint(&in, &number) || !span_u8(&in, &flags) || !span_varint(&in, &number) ||
	    !span_take(&in, CRYPTO_DIGEST_BYTES, &dictionary) ||
	    (flags & CHUNK_PRESET && !span_take(&in, CHUNK_DICTIONARY_BYTES, &dictionary)) ||
	    !span_varint(&in, &number) || !chunk_dictionary(CHUNK_DICTIONARY, &dictionary))
		exit(1);
	if (!(flags & CHUNK_DEFLATED))
		buf_put(out, in.data, in.len_bytes);
	else if (inflate_bytes(out, in, dictionary, CHUNK_MAX_RAW, &err))
		exit(1);
	buf_free(&payload);
}

int main(void)
{
	struct buf out = BUF_INIT;
	struct invent invent;
	struct error err;
	if (crypto_init(&err))
		return 1;
	buf_put(&out, WORDS, sizeof(WORDS) - 1);
	for (uint64_t seed = 9001; seed <= 9003; seed++) {
		invent_begin(&invent, seed);
		for (size_t i = 0; i < 5; i++)
			invent_resident(&invent);
		add_chunk(&invent, 0, 5, &out);
		for (size_t i = 0; i < 4; i++)
			invent_contract(&invent, i);
		add_chunk(&invent, 5, 4, &out);
		for (size_t i = 0; i < 4; i++)
			invent_enrolment(&invent, i);
		add_chunk(&invent, 9, 4, &out);
		for (size_t i = 0; i < 12; i++)
			invent_visit(&invent, i % 5);
		add_chunk(&invent, 13, 12, &out);
		invent_free(&invent);
	}
	puts("/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
	     "/* Made by sync/make-dictionary from invented data; never edited, never changed once released. */\n"
	     "#include \"config.h\"\n\n#include \"sync/dictionary.h\"\n\nconst uint8_t DICTIONARY_1[] = {");
	for (size_t i = 0; i < out.len_bytes; i++)
		printf("%s%u,%s", i % 20 ? "" : "\t", out.data[i], i % 20 == 19 || i + 1 == out.len_bytes ? "\n" : "");
	puts("};\nconst size_t DICTIONARY_1_BYTES = sizeof(DICTIONARY_1);");
	buf_free(&out);
	return 0;
}
