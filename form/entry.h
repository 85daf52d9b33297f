/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries: one saved change each, and their canonical bytes (doc/bundle.md, "Canonical entry").
 *
 * canonical entry = 01 | device 8 | seq varint | lamport varint | wall zigzag (s since 1970) |
 *   operator text | form text | record ref | subject ref | n varint | n fields, tags strictly ascending |
 *   n_ext varint | n_ext x (key varint, bytes text)
 * ref   = 00 (none; for the record of a creating entry: itself) | 01 version
 * version = device 8 | seq varint | digest 16
 * field = tag varint | kind u8 | value (text, or a version for ENTRY_RECORD) | n_bases varint | versions
 * A cleared field is ENTRY_TEXT without bytes, whatever its type. Extension keys ascend strictly.
 * "text" is a varint length and bytes. Extensions of newer versions are kept byte for byte.
 */
#ifndef FORM_ENTRY_H
#define FORM_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/crypto.h"
#include "lib/error.h"

enum {
	DEVICE_ID_BYTES = 8,
	ENTRY_MAX_BYTES = 256 * 1024, /* canonical bytes; larger ones are refused */
	ENTRY_MAX_FIELDS = 1024,
	ENTRY_MAX_BASES = 64,         /* per field */
	VERSION_TEXT_BYTES = 16 + 1 + 20 + 1 + 32 + 1,
};

/* The system's own tags, in every form. */
enum entry_tag {
	TAG_RETIRED = 1, /* text: the reason; the record is retired while this has a value */
	TAG_REASON = 2,  /* text: why a correction after the day of entry was made */
};

struct version {
	uint8_t device[DEVICE_ID_BYTES];
	uint64_t seq; /* 1, 2, 3 ... per device; 0: no version */
	uint8_t digest[CRYPTO_DIGEST_BYTES];
};

enum entry_kind {
	ENTRY_TEXT = 0,   /* UTF-8 in canonical lexical form */
	ENTRY_RECORD = 1, /* a version: reference to a record */
	ENTRY_ROWS = 2,   /* a repeat: n varint | rows; row = n varint | (tag varint, kind u8, text) */
};

struct entry_field {
	uint32_t tag;
	uint8_t kind;       /* enum entry_kind; unknown kinds are kept as bytes */
	uint16_t n_bases;   /* here so that a field is 32 bytes: merges keep 100,000 of them */
	struct span value;  /* ENTRY_RECORD: the encoded version (8 + varint + 16 bytes) */
	const struct version *bases;
};

struct entry {
	uint8_t device[DEVICE_ID_BYTES];
	uint64_t seq, lamport;
	int64_t wall;
	const char *operator_name;
	const char *form;
	struct version record;  /* seq 0: this entry creates the record */
	struct version subject; /* seq 0: none */
	const struct entry_field *fields;
	size_t n_fields;
	struct span extensions; /* the n_ext part as it stands, empty means "00" */
};

/* Append the canonical bytes. ERR_INVALID when tags do not ascend, a text is no UTF-8 or a limit is broken. */
int entry_encode(struct buf *out, const struct entry *entry, struct error *err);
/* The same for an entry of a bundle. utf8_known: its ENTRY_TEXT fields were looked at before. fields: NULL, or the
 * entry's own, whose values become those in out, which must have room enough to stay where it is. */
int entry_encode_received(struct buf *out, const struct entry *entry, bool utf8_known, struct entry_field *fields,
                          struct error *err);

/* Decode exactly in; texts, fields and bases live in arena, values point into in.
 * encode(decode(x)) is x byte for byte. ERR_INVALID, ERR_TRUNCATED, ERR_LIMIT, ERR_VERSION. */
int entry_decode(struct entry *out, struct span in, struct arena *arena, struct error *err);

/* BLAKE2b-128 of the canonical bytes. */
void entry_digest(uint8_t digest[CRYPTO_DIGEST_BYTES], struct span canonical);

const struct entry_field *entry_field_find(const struct entry *entry, uint32_t tag);

void version_put(struct buf *out, const struct version *version);
bool version_take(struct span *in, struct version *out);
int version_compare(const struct version *a, const struct version *b);

/* "0123456789abcdef.17.<32 hex digits>" */
char *version_format(const struct version *version, char out[VERSION_TEXT_BYTES]);
bool version_parse(const char *text, struct version *out);

#endif
