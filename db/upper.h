/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the record side keeps in memory: form numbers, the tags of indexed fields, what is held of each device,
 * and a small cache of entry headers. All of it is read again when store->generation says so.
 */
#ifndef DB_UPPER_H
#define DB_UPPER_H

#include "db/store_int.h"

/* --- entry rows: ENTRY holds rid -> header | body (a stub has none); see db/body.h --- */

enum row_status {
	ROW_STUB,        /* referred to, not here */
	ROW_OK,          /* counts */
	ROW_WAITING,     /* for something that is missing */
	ROW_QUARANTINED,
};

struct row {
	uint8_t status;
	bool in_record;  /* its values stand in its record's row of REC, see db/body.h */
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	rid_t record;    /* its own number for the entry that creates a record */
	rid_t subject;   /* of the record, where the entry names one; else 0 */
	uint16_t form_no;
	uint32_t slot;   /* creating entries: place in the subject's cluster, see slot_of(); else 0 */
	uint64_t lamport;
};

enum { ROW_CACHE_N = 16384 };

/* Slots of a subject's cluster: itself, its other master records, then events newest first. */
enum { SLOT_SELF = 0, SLOT_MASTER = 1, SLOT_EVENT = 2 };
uint32_t slot_of_date(date_t date);
date_t slot_date(uint32_t slot);
uint32_t slot_of(const struct form_set *forms, const struct entry *entry);

void row_encode(struct buf *out, rid_t rid, const struct row *row);
/* Takes the header; the body stays in *in. */
bool row_decode(struct row *out, rid_t rid, struct span *in);
/* Header of an entry. ERR_NOTFOUND without a text. */
int row_get(struct store *store, rid_t rid, struct row *out, struct error *err);
/* The same and the body, which lives until the next call on ENTRY. */
int row_get_body(struct store *store, rid_t rid, struct row *out, struct span *body, struct error *err);
void row_remember(struct store *store, rid_t rid, const struct row *row);
/* Of an entry just written. Those about a subject are seldom asked for again, so a merge of many must not drive out the
 * subjects that it asks for all the time. */
void row_note_written(struct store *store, rid_t rid, const struct row *row);
/* The number of a version, stubs included. ERR_NOTFOUND without a text. */
int row_find(struct store *store, const struct version *version, rid_t *out, struct error *err);
int row_version(struct store *store, rid_t rid, struct version *out, struct error *err);

/* --- what is held of one device (CHAIN) --- */

struct device_hold {
	bool dirty;
	uint64_t prefix, max, forks;
	uint64_t stub_max;                /* highest number with a stub */
	uint8_t head[CRYPTO_HASH_BYTES];
	struct seq_range *above;          /* held above prefix, ascending */
	size_t n_above, cap_above;
};
enum { HOLD_CHECKPOINT = 256 };           /* a chain head is kept at every such number */

int holds_load(struct store *store, struct error *err);
/* The device's row; made when there is none. NULL: no memory. Valid until the next call. */
struct device_hold *hold_of(struct store *store, uint16_t devno);
/* The row of a device by its id, likewise. ERR_NOTFOUND: the store does not know it. */
int hold_find(struct store *store, const uint8_t device[DEVICE_ID_BYTES], uint16_t *devno, struct device_hold **hold,
              struct error *err);
/* Note an entry whose row has been written. twin: another one was held under this number before. */
int hold_add(struct store *store, uint16_t devno, uint64_t seq, const uint8_t *digest, bool twin,
             struct error *err);
/* The same on a row of the caller's; store NULL: in memory only. */
int hold_note(struct store *store, uint16_t devno, struct device_hold *hold, uint64_t seq,
              const uint8_t *digest, bool twin, struct error *err);
/* Close gaps that were filled, and write what changed. */
int holds_write(struct store *store, struct error *err);

/* --- all of it --- */

struct upper {
	uint64_t generation;
	bool loaded;
	char **forms;                     /* form number n is forms[n - 1] */
	size_t n_forms, form_found;       /* form_found: the index that was asked for last */
	uint16_t resident_no, household_no; /* 0 until the first such record */
	struct { uint32_t name, id_number, phone, household; } resident;
	struct { uint32_t number, head_name; } household;
	struct device_hold *holds;        /* device number n is holds[n - 1] */
	size_t n_holds;
	size_t n_known_derivers;          /* that the store has tables for, registered now or not */
	bool downward;                    /* records were last written from the highest key down */
	struct batch *judging;            /* the batch whose judge is at work, for store_given() */
	unsigned trusted;                 /* over 0: db/ reads records for itself, whoever works */
	struct { rid_t rid; uint64_t turn; struct row row; } cache[ROW_CACHE_N]; /* turn: 1 + generation */
};

/* Loaded and fresh. */
int upper_get(struct store *store, struct upper **out, struct error *err);
const char *upper_form(const struct upper *upper, uint32_t number); /* "" when unknown */
/* 0 when the store has no such form yet. */
uint16_t upper_form_number(struct upper *upper, const char *form);
/* The same, and a new form gets a number; inside a transaction. A form whose id is longer than FORM_ID_MAX gets 0. */
enum { FORM_ID_MAX = 64 };
int upper_form_number_for(struct store *store, const char *form, uint16_t *out, struct error *err);

/* ERR_DENIED unless the operator may see patients (or db/ reads for itself). */
int upper_check_sees(struct store *store, struct error *err);

#endif
