/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The envelope of every file that travels encrypted: a public header, the sealed key, frames, a hash and a
 * signature; inside it sections (doc/bundle.md, "Envelope"). Written and read in memory of two frames
 * and one section, whatever the file's size.
 */
#ifndef SYNC_ENVELOPE_H
#define SYNC_ENVELOPE_H

#include "form/entry.h"

enum {
	ENVELOPE_MAJOR = 1,
	ENVELOPE_MINOR = 0,
	ENVELOPE_MIN_READER = 0,           /* readers of an older minor version refuse our files */
	ENVELOPE_SUITE = 1,
	ENVELOPE_MAX_HEADER = 512,
	ENVELOPE_MAX_RECIPIENTS = 8,
	ENVELOPE_FRAME = 64 * 1024,            /* plain bytes of every frame but the last */
	ENVELOPE_MAX_SECTION = 1600 * 1024,
	ENVELOPE_MAX_FILE = 64 * 1024 * 1024,
	ENVELOPE_PAD = 256,                    /* files are a multiple of it */
	BUNDLE_ID_BYTES = 16,
};

/* X(NAME, number, word) */
#define ENVELOPE_KIND_LIST(X) X(ENTRIES, 1, "entries") X(ANSWER, 2, "answer")
#define ENVELOPE_KIND_ENUM(name, number, word) ENVELOPE_##name = number,
enum envelope_kind { ENVELOPE_KIND_LIST(ENVELOPE_KIND_ENUM) };
#undef ENVELOPE_KIND_ENUM

/* The high bit says that a reader who does not know the section must refuse the file. */
enum section_type {
	SECTION_CRITICAL = 0x80,
	SECTION_MANIFEST = 0x81,
	SECTION_CERTIFICATE = 0x82,
	SECTION_RECEIPT = 0x83,
	SECTION_CHUNK = 0x84,
	SECTION_END = 0x85,
	SECTION_PADDING = 0x01,
	SECTION_PACKAGE = 0x02, /* who does not know these passes them over */
	SECTION_KEYRING = 0x03,
	SECTION_PACKAGE_SIGNATURE = 0x04,
	SECTION_SEAL = 0x05,    /* of the chunk behind it */
	SECTION_HOLDINGS = 0x06,
	SECTION_OTHERS = 0x07,  /* what is held of other places */
	SECTION_ROLL = 0x88,    /* of the seal behind it: which of its rows the chunk carries */
};

struct envelope_head { /* what anyone can read */
	unsigned major, minor, min_reader, suite;
	uint8_t kind;
	uint8_t recipient[DEVICE_ID_BYTES], sender[DEVICE_ID_BYTES];
	uint8_t bundle_id[BUNDLE_ID_BYTES];
	uint16_t part; /* 1, 2, 3 ... of one export */
};

/* --- writing --- */

struct envelope_sink { /* where the bytes go, in order */
	int (*put)(struct envelope_sink *sink, const void *bytes, size_t n_bytes, struct error *err);
};
struct envelope_writer;
/* Begin a file sealed for n_recipients different box keys; draws a random file key. The versions and the suite of
 * head are set here. The sink must outlive the writer. ERR_LIMIT: none, or more than ENVELOPE_MAX_RECIPIENTS. */
int envelope_begin(struct envelope_writer **out, const struct envelope_head *head,
                   const uint8_t (*recipients)[CRYPTO_KEY_BYTES], size_t n_recipients,
                   struct envelope_sink *sink, struct error *err);
int envelope_section(struct envelope_writer *writer, uint8_t type, struct span payload,
                     struct error *err);
uint64_t envelope_written(const struct envelope_writer *writer); /* bytes so far, frames in memory included */
/* Pad, write the last frame, the hash and the signature. The writer stays to be freed. */
int envelope_end(struct envelope_writer *writer, const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                 uint8_t hash[CRYPTO_HASH_BYTES], struct error *err);
void envelope_writer_free(struct envelope_writer *writer); /* NULL is fine */

/* --- reading --- */

struct envelope;
/* Check the structure and the hash of the whole file behind fd, which stays the caller's and must be
 * seekable. Errors name the cause, not the file: ERR_INVALID (no bundle), ERR_TRUNCATED, ERR_CORRUPT,
 * ERR_LIMIT, ERR_VERSION, ERR_IO. */
int envelope_open(struct envelope **out, int fd, struct error *err);
void envelope_close(struct envelope *envelope); /* NULL is fine */
const struct envelope_head *envelope_head(const struct envelope *envelope);
uint64_t envelope_bytes(const struct envelope *envelope);
size_t envelope_recipients(const struct envelope *envelope);
/* The id of the key that recipient i stands for: the first 8 bytes of hash16(box_pk). */
const uint8_t *envelope_recipient(const struct envelope *envelope, size_t i);
uint64_t envelope_frames(const struct envelope *envelope);
const uint8_t *envelope_hash(const struct envelope *envelope);

/* Only the public header, unchecked: what a folder is sorted by. */
int envelope_peek(struct envelope_head *out, int fd, struct error *err);

int envelope_verify(struct envelope *envelope, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES],
                    struct error *err);
/* ERR_RECIPIENT: not sealed for this key. */
int envelope_unseal(struct envelope *envelope, const uint8_t box_pk[CRYPTO_KEY_BYTES],
                    const uint8_t box_sk[CRYPTO_KEY_BYTES], struct error *err);
/* Decrypt from the start (any number of times) and give every known section to each(), in order, the
 * end included; padding and unknown uncritical sections are passed over. A file without an end section
 * or with anything behind it is ERR_CORRUPT. each() returns 0 or an error, which ends the walk. */
int envelope_sections(struct envelope *envelope,
                      int (*each)(void *arg, uint8_t type, struct span payload, struct error *err),
                      void *arg, struct error *err);

#endif
