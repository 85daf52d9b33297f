/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Validly signed files with whatever content: what an enrolled but hostile installation could make. */
#ifndef TESTS_SYNC_FORGE_H
#define TESTS_SYNC_FORGE_H

#include "lib/date.h"
#include "sync/chunk.h"
#include "sync/wire.h"
#include "tests/sync/site.h"

enum { FORGE_DEVICES = 4096 };

struct forge {
	struct envelope_sink sink;
	struct buf file;
	struct envelope_writer *writer;
	struct store_info from, to;
	struct envelope_head head;
	struct manifest manifest;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES];
	struct manifest_device devices[FORGE_DEVICES];
	uint8_t ids[FORGE_DEVICES][DEVICE_ID_BYTES];
	struct device_table table;
	uint64_t n_chunks, n_rows;
};

__attribute__((unused)) static int forge_put(struct envelope_sink *sink, const void *bytes, size_t n,
                                             struct error *err)
{
	struct forge *f = (struct forge *)sink;
	(void)err;
	buf_put(&f->file, bytes, n);
	return 0;
}

/* An installation that lies in no store. */
struct person {
	struct store_device device;
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES];
};

__attribute__((unused)) static struct person person_make(enum level level, const char *region, const char *name)
{
	struct person p = { .device = { .level = level } };
	uint8_t box_sk[CRYPTO_KEY_BYTES], hashed[CRYPTO_SIGN_PK_BYTES + 8], hash[CRYPTO_DIGEST_BYTES];
	crypto_sign_keys(p.device.sign_pk, p.sign_sk);
	crypto_box_keys(p.device.box_pk, box_sk);
	crypto_random(p.device.incarnation, sizeof(p.device.incarnation));
	memcpy(hashed, p.device.sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(hashed + CRYPTO_SIGN_PK_BYTES, p.device.incarnation, 8);
	crypto_hash_data(hash, sizeof(hash), hashed, sizeof(hashed), NULL);
	memcpy(p.device.id, hash, DEVICE_ID_BYTES);
	snprintf(p.device.region, sizeof(p.device.region), "%s", region);
	snprintf(p.device.name, sizeof(p.device.name), "%s", name);
	return p;
}

/* A file that says it is of one installation, to be signed with whatever key. */
__attribute__((unused)) static void forge_as(struct forge *f, const struct store_device *from,
                                             const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                                             const struct store_device *to, uint8_t kind)
{
	uint8_t recipients[1][CRYPTO_KEY_BYTES];
	memset(f, 0, sizeof(*f));
	f->sink.put = forge_put;
	f->head = (struct envelope_head){ .kind = kind, .part = 1 };
	f->from.self = *from;
	f->to.self = *to;
	memcpy(f->sign_sk, sign_sk, sizeof(f->sign_sk));
	memcpy(f->head.sender, from->id, DEVICE_ID_BYTES);
	memcpy(f->head.recipient, to->id, DEVICE_ID_BYTES);
	memcpy(recipients[0], to->box_pk, CRYPTO_KEY_BYTES);
	crypto_random(f->head.bundle_id, sizeof(f->head.bundle_id));
	site_must(envelope_begin(&f->writer, &f->head, (const uint8_t (*)[CRYPTO_KEY_BYTES])recipients, 1,
	                         &f->sink, &site_err), "envelope");
	f->manifest = (struct manifest){ .kind = kind, .wall = date_now_seconds(), .n_devices = 1,
		                         .devices = f->devices };
	f->devices[0].device = *from;
	memcpy(f->manifest.sender, f->head.sender, DEVICE_ID_BYTES);
	memcpy(f->manifest.recipient, f->head.recipient, DEVICE_ID_BYTES);
	memcpy(f->manifest.bundle_id, f->head.bundle_id, BUNDLE_ID_BYTES);
}

/* The same by a store, under its own key. */
__attribute__((unused)) static void forge_begin(struct forge *f, struct site *from, struct site *to, uint8_t kind)
{
	uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], box_sk[CRYPTO_KEY_BYTES];
	struct store_info sender, reader;
	site_must(store_info_get(from->store, &sender, &site_err), "info");
	site_must(store_info_get(to->store, &reader, &site_err), "info");
	site_must(store_secrets(from->store, sign_sk, box_sk, &site_err), "secrets");
	forge_as(f, &sender.self, sign_sk, &reader.self, kind);
	f->from = sender;
	f->to = reader;
	memcpy(f->manifest.epoch, sender.epoch, sizeof(f->manifest.epoch));
}

__attribute__((unused)) static void forge_section(struct forge *f, uint8_t type, struct span bytes)
{
	site_must(envelope_section(f->writer, type, bytes, &site_err), "section");
}

/* One more device for the manifest. */
__attribute__((unused)) static void forge_device(struct forge *f, const struct store_device *device, bool full)
{
	f->devices[f->manifest.n_devices++] = (struct manifest_device){ .device = *device, .full = full };
}

__attribute__((unused)) static void forge_manifest(struct forge *f)
{
	struct buf bytes = BUF_INIT;
	for (size_t i = 0; i < f->manifest.n_devices; i++)
		memcpy(f->ids[i], f->devices[i].device.id, DEVICE_ID_BYTES);
	f->table = (struct device_table){ f->ids, f->manifest.n_devices };
	wire_put_manifest(&bytes, &f->manifest);
	forge_section(f, SECTION_MANIFEST, span_of_buf(&bytes));
	buf_free(&bytes);
}

/* Entries of one device, as the real writer puts them. */
__attribute__((unused)) static void forge_chunk(struct forge *f, const struct entry *entries, size_t n)
{
	struct buf *rows = calloc(n, sizeof(*rows)), payload = BUF_INIT;
	struct span *spans = calloc(n, sizeof(*spans));
	for (size_t i = 0; i < n; i++) {
		site_must(entry_encode(&rows[i], &entries[i], &site_err), "entry");
		spans[i] = span_of_buf(&rows[i]);
	}
	site_must(chunk_encode(&payload, spans, n, &f->table, NULL, NULL, &site_err), "chunk");
	forge_section(f, SECTION_CHUNK, span_of_buf(&payload));
	f->n_chunks++;
	f->n_rows += n;
	for (size_t i = 0; i < n; i++)
		buf_free(&rows[i]);
	buf_free(&payload);
	free(rows);
	free(spans);
}

__attribute__((unused)) static void forge_end_section(struct forge *f)
{
	struct buf bytes = BUF_INIT;
	buf_put_varint(&bytes, f->n_chunks);
	buf_put_varint(&bytes, f->n_rows);
	buf_put_u8(&bytes, 1);
	forge_section(f, SECTION_END, span_of_buf(&bytes));
	buf_free(&bytes);
}

/* Sign and write the file; everything in memory is freed. */
__attribute__((unused)) static void forge_write(struct forge *f, const char *path)
{
	uint8_t hash[CRYPTO_HASH_BYTES];
	site_must(envelope_end(f->writer, f->sign_sk, hash, &site_err), "end");
	site_must(file_write_atomic(path, f->file.data, f->file.len_bytes, &site_err), "write");
	envelope_writer_free(f->writer);
	buf_free(&f->file);
}

#endif
