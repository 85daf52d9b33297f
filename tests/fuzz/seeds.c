/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds OPEN GOLDEN CORPUS: the seeds of the targets that take bytes no person could write (make fuzz-seeds). */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/deflate.h"
#include "lib/file.h"
#include "sync/chunk_format.h"
#include "sync/wire.h"
#include "tests/reader/ring.h"
#include "tests/sync/invent.h"

static const char *corpus;

static void must(int code, const struct error *err)
{
	if (code) {
		fprintf(stderr, "%s\n", err->text);
		exit(1);
	}
}

static void put(const char *target, const char *name, struct span bytes)
{
	char path[4096];
	struct error err;
	snprintf(path, sizeof(path), "%s/%s", corpus, target);
	must(file_make_dirs(path, 0777, &err), &err);
	snprintf(path, sizeof(path), "%s/%s/%s", corpus, target, name);
	must(file_write_atomic(path, bytes.data, bytes.len_bytes, &err), &err);
}

static void copy(const char *from, const char *target, const char *name)
{
	char path[4096];
	struct buf bytes = BUF_INIT;
	struct error err;
	snprintf(path, sizeof(path), "%s/%s.xyb", from, name);
	must(file_read(path, 1 << 20, &bytes, &err), &err);
	put(target, name, span_of_buf(&bytes));
	buf_free(&bytes);
}

/* Rows, then the columns of a chunk as they are before they are deflated. */
static void put_chunk(const char *name, const struct invent *invent, size_t n)
{
	static uint8_t ids[4][DEVICE_ID_BYTES] = { { 0 }, { 1 }, { 2 }, { 3 } };
	const struct device_table table = { ids, 4 };
	struct span rows[64], in, skip, dictionary;
	struct buf payload = BUF_INIT, out = BUF_INIT;
	struct error err;
	uint64_t number;
	uint8_t flags;
	for (size_t i = 0; i < n; i++)
		rows[i] = invent_row(invent, i);
	must(chunk_encode(&payload, rows, n, &table, NULL, NULL, &err), &err);
	in = span_of_buf(&payload);
	buf_put_u16(&out, (uint16_t)n);
	if (!span_varint(&in, &number) || !span_u8(&in, &flags) || !span_varint(&in, &number) ||
	    !span_take(&in, CRYPTO_DIGEST_BYTES, &skip) ||
	    (flags & CHUNK_PRESET && !span_take(&in, CHUNK_DICTIONARY_BYTES, &skip)) || !span_varint(&in, &number) ||
	    !chunk_dictionary(CHUNK_DICTIONARY, &dictionary))
		exit(1);
	if (flags & CHUNK_DEFLATED)
		must(inflate_bytes(&out, in, dictionary, CHUNK_MAX_RAW, &err), &err);
	else
		buf_put(&out, in.data, in.len_bytes);
	put("chunk", name, span_of_buf(&out));
	buf_free(&payload);
	buf_free(&out);
}

static void put_chunks(void)
{
	struct invent invent;
	invent_begin(&invent, 7);
	memset(invent.device, 0, DEVICE_ID_BYTES);
	for (size_t i = 0; i < 3; i++)
		invent_resident(&invent);
	for (size_t i = 0; i < 6; i++)
		invent_visit(&invent, i % 3);
	put_chunk("visits", &invent, invent.n);
	put("entry", "resident", invent_row(&invent, 0));
	put("entry", "visit", invent_row(&invent, 4));
	invent_free(&invent);
}

/* A column of numbers or texts in each of its encodings, by hand: rows, encoding, values. */
static void put_columns(void)
{
	static const struct { const char *target, *name; size_t n; const char *bytes; } columns[] = {
#define COLUMN(target, name, bytes) { target, name, sizeof(bytes) - 1, bytes }
		COLUMN("numbers", "one", "\0\5\0\6"),
		COLUMN("numbers", "bytes", "\0\3\1\4abc"),
		COLUMN("numbers", "plain", "\0\3\2\1\2\200\2"),
		COLUMN("numbers", "steps", "\0\3\3\2\2\4"),
		COLUMN("numbers", "words", "\0\2\4\4\1\2\3\4"),
		COLUMN("texts", "one", "\0\3\0\3abc"),
		COLUMN("texts", "numbers", "\0\3\1\1\4abc"),
		COLUMN("texts", "fixed", "\0\2\2\2\2\220\3\221\3"),
		COLUMN("texts", "short", "\0\2\3\1\2\220\3\221\3"),
		COLUMN("texts", "dates", "\0\2\4\2\220\216\3\221\3"),
		COLUMN("texts", "days", "\0\2\5\2\2\3"),
		COLUMN("texts", "words", "\0\3\6\2\1a\2bc\1\0\0\1\0"),
		COLUMN("texts", "raw", "\0\2\7\1\0\1\2abc"),
#undef COLUMN
	};
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		put(columns[i].target, columns[i].name, span_of(columns[i].bytes, columns[i].n));
}

static void put_wire(void)
{
	struct receipt_range range = { .range = { 12, 19 } };
	struct receipt_fork forks[] = { { .seq = 4 }, { .seq = 4, .digest = { 9 } } };
	struct receipt_device device = { .prefix = 10, .max = 25, .ranges = &range, .n_ranges = 1, .forks = forks,
		                         .n_forks = 2 };
	struct receipt_note note = { .seq = 3, .waiting = true, .reason = "not-yours" };
	struct receipt receipt = { .serial = 77, .wall = 1794000000, .clock_offset_s = -300, .devices = &device,
		                   .n_devices = 1, .notes = &note, .n_notes = 1 };
	struct manifest_device row = { .covered = 300 };
	struct manifest manifest = { .kind = 1, .wall = 1794000000, .devices = &row, .n_devices = 1 };
	struct buf out = BUF_INIT;
	wire_put_receipt(&out, &receipt);
	put("receipt", "one", span_of_buf(&out));
	buf_clear(&out);
	wire_put_manifest(&out, &manifest);
	put("manifest", "one", span_of_buf(&out));
	buf_free(&out);
}

/* For the target without the walls of cryptography: its signatures are none. */
static void put_keyring(void)
{
	static const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES];
	struct store_device owner = { .level = LEVEL_TOWNSHIP, .region = "430599101", .name = "T" };
	uint8_t in[CRYPTO_SIGN_PK_BYTES + 8] = { 0 }, hash[CRYPTO_DIGEST_BYTES];
	struct ring ring = { .records = BUF_INIT };
	struct buf out = BUF_INIT;
	crypto_hash_data(hash, sizeof(hash), in, sizeof(in), NULL);
	memcpy(owner.id, hash, DEVICE_ID_BYTES);
	ring_certify(&ring, owner.id, sign_sk, &owner);
	ring_rest(&ring, owner.id, sign_sk, &owner);
	ring_put(&out, &ring);
	put("keyring_open", "one", span_of_buf(&out));
	buf_free(&out);
}

/* Its signature is none: the target looks at no signature. */
static void put_request(void)
{
	struct store_device device = { .level = LEVEL_VILLAGE, .region = "430599101201", .name = "B" };
	uint8_t in[CRYPTO_SIGN_PK_BYTES + 8] = { 0 }, hash[CRYPTO_DIGEST_BYTES], sig[CRYPTO_SIG_BYTES] = { 0 };
	struct buf out = BUF_INIT;
	crypto_hash_data(hash, sizeof(hash), in, sizeof(in), NULL);
	memcpy(device.id, hash, DEVICE_ID_BYTES);
	buf_put(&out, "\344XYR\r\n\032\n\1", 9);
	wire_put_device(&out, &device);
	buf_put(&out, sig, sizeof(sig));
	put("request_open", "one", span_of_buf(&out));
	buf_free(&out);
}

static void put_package(void)
{
	struct buf plain = BUF_INIT, out = BUF_INIT;
	struct error err;
	buf_put_varint(&plain, 1);
	buf_put_u8(&plain, 1);
	buf_put_text(&plain, "tb_drugs");
	buf_put_text(&plain, "list_name,name,label\ntb_drugs,1,x\n");
	buf_put_varint(&out, 2026112201);
	must(deflate_bytes(&out, span_of_buf(&plain), span_of(NULL, 0), DEFLATE_DEFAULT, &err), &err);
	put("package", "one", span_of_buf(&out));
	buf_free(&plain);
	buf_free(&out);
}

int main(int argc, char **argv)
{
	static const char *const OPEN[] = { "tiny", "fork", "answer", "keyring", "delta", "unknown-column", "two-chunks" };
	struct error err;
	if (argc != 4 || crypto_init(&err))
		return 2;
	corpus = argv[3];
	for (size_t i = 0; i < sizeof(OPEN) / sizeof(*OPEN); i++)
		copy(argv[1], "envelope_open", OPEN[i]);
	copy(argv[2], "envelope", "tiny");
	copy(argv[2], "envelope", "answer");
	put_chunks();
	put_columns();
	put_wire();
	put_request();
	put_keyring();
	put_package();
	return 0;
}
