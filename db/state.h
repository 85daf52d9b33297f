/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of a record: a pure function of the set of its entries.
 *
 * A version is a leaf of a field when it wrote the field, counts, and no entry that counts has replaced it:
 * by naming it as a base, or by naming one that does not count and itself replaced it (so a correction of
 * a quarantined value still replaces what that value replaced).
 */
#ifndef DB_STATE_H
#define DB_STATE_H

#include "db/store.h"

struct state_change { /* what one entry does to one field */
	uint32_t tag;
	uint8_t kind;
	struct span value;
	const rid_t *bases;
	size_t n_bases;
};

struct state_entry {
	rid_t rid;
	bool counts;             /* neither waiting nor quarantined */
	uint64_t lamport;
	const uint8_t *device;   /* DEVICE_ID_BYTES */
	const uint8_t *digest;   /* CRYPTO_DIGEST_BYTES */
	const struct state_change *changes; /* tags ascending */
	size_t n_changes;
};

/* Fields and flags of *out from the entries of one record in any order; the rest of *out is the
 * caller's. Fields and leaves live in arena, values where the changes have them. ERR_NOMEM. */
int state_compute(struct record *out, const struct state_entry *entries, size_t n, struct arena *arena,
                  struct error *err);

/* The stored form. form_no stands for the form's id. */
void state_encode(struct buf *out, const struct record *record, uint32_t form_no);

/* All but subject, date and form, which the caller knows from the key and form_no. Values are followed by a NUL,
 * those of ENTRY_RECORD by their text as well (see record_text()). ERR_CORRUPT, ERR_NOMEM. */
int state_decode(struct record *out, uint32_t *form_no, rid_t id, struct span in, struct arena *arena,
                 struct error *err);

/* The fields of a record that its creating entry id alone has shaped, as that entry has them: in arena, the values
 * in the bytes themselves. ERR_CORRUPT also when another entry has written to it, ERR_NOMEM. */
int state_decode_fields(struct entry_field **out, size_t *n, rid_t id, struct span in, struct arena *arena,
                        struct error *err);

#endif
