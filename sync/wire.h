/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small parts of bundles and answers as bytes (doc/bundle.md): devices, manifests, receipts. */
#ifndef SYNC_WIRE_H
#define SYNC_WIRE_H

#include "db/exchange.h"
#include "sync/envelope.h"

enum {
	WIRE_MAX_DEVICES = 4096,
	RECEIPT_MAX_RANGES = 64,
	RECEIPT_MAX_FORKS = 256,
	RECEIPT_MAX_NOTES = 500,
	REASON_BYTES = 160,
};

/* id 8 | incarnation 8 | sign_pk 32 | box_pk 32 | level u8 | region text | name text */
void wire_put_device(struct buf *out, const struct store_device *device);
/* False when it is malformed or its id is not the hash of its key and incarnation. self, enrolled: false. */
bool wire_take_device(struct span *in, struct store_device *out);

struct manifest_device {
	struct store_device device; /* only id unless full */
	bool full;
	uint64_t covered;           /* the sender believes that the receiver holds 1..covered */
};
struct manifest {
	uint8_t kind;
	uint8_t sender[DEVICE_ID_BYTES], recipient[DEVICE_ID_BYTES], bundle_id[BUNDLE_ID_BYTES];
	uint8_t epoch[8];
	int64_t wall;               /* the sender's clock */
	const struct manifest_device *devices;
	size_t n_devices;
	uint8_t believed_epoch[8];  /* of the receiver's receipt that the sender goes by; serial 0: none */
	uint64_t believed_serial;
};
void wire_put_manifest(struct buf *out, const struct manifest *manifest);
/* In arena; what a newer minor version put behind it is passed over. ERR_CORRUPT, ERR_LIMIT, ERR_NOMEM. */
int wire_take_manifest(struct span in, struct manifest *out, struct arena *arena, struct error *err);
/* The manifest must repeat what the public header says: nobody can strip and sign a file again. */
bool manifest_matches(const struct manifest *manifest, const struct envelope_head *head);

struct receipt_range { struct seq_range range; uint8_t hash[CRYPTO_DIGEST_BYTES]; /* of its digests */ };
struct receipt_fork { uint64_t seq; uint8_t digest[CRYPTO_DIGEST_BYTES]; }; /* the first of a number is in the chain */
struct receipt_device {
	uint8_t id[DEVICE_ID_BYTES];
	uint64_t prefix, max;
	uint64_t stable;        /* 1..stable are held by the level above that one, too */
	uint8_t head[CRYPTO_HASH_BYTES];
	const struct receipt_range *ranges;
	const struct receipt_fork *forks;
	size_t n_ranges, n_forks;
	bool more_forks; /* than the list holds */
};
struct receipt_note { size_t device; uint64_t seq; bool waiting; const char *reason; };
struct receipt {
	uint8_t epoch[8];
	uint64_t serial;         /* grows with every receipt of one epoch */
	int64_t wall;            /* the township's clock when it was written */
	int64_t clock_offset_s;  /* the receiver's clock minus the township's; 0 when unknown */
	const struct receipt_device *devices;
	size_t n_devices;
	uint64_t n_quarantined, n_waiting;
	const struct receipt_note *notes; /* newest first, at most RECEIPT_MAX_NOTES */
	size_t n_notes;
};
void wire_put_receipt(struct buf *out, const struct receipt *receipt);
/* What a place below holds: only the devices of a receipt. */
void wire_put_holdings(struct buf *out, const struct receipt *receipt);
int wire_take_holdings(struct span in, struct receipt *out, struct arena *arena, struct error *err);
int wire_take_receipt(struct span in, struct receipt *out, struct arena *arena, struct error *err);

#endif
