/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A resident moves to another village: the level above writes a "transfer" under the resident, both villages answer it
 * with a "transfer_receipt". Ownership is what a place ever had: the one where the record was made and all that a transfer
 * or a "grant" named, so no entry that was right becomes wrong. No record moves; they are carried to the new village.
 */
#ifndef CARE_MOVE_H
#define CARE_MOVE_H

#include "db/derive.h"

/* The derived table behind receipts that are due. */
int move_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err);

struct move { /* the last transfer of a resident */
	rid_t transfer;          /* 0: never moved */
	const char *from_region, *to_region, *reason;
	date_t date;
	date_t noted, received;  /* by the old and the new village; DATE_NONE: not yet */
	const char *received_by; /* name of the place that received, "" */
	long records;            /* that the new village held then, -1 unknown */
};
/* From the records of one resident; texts live as long as they do. */
void care_move_of(struct store *store, const struct record *records, size_t n, struct move *out);

/* The region that has the resident now. */
int care_owner(struct store *store, rid_t resident, char region[REGION_BYTES], struct error *err);

/* Let the resident belong to another region (9 or 12 digits). ERR_DENIED in a village; ERR_INVALID: no resident, no
 * reason, no such region, or it is there already. */
int care_move(struct store *store, rid_t resident, const char *to_region, const char *reason, struct error *err);
/* Let a region write the resident's master data without moving anybody: its proposals count from then on. */
int care_grant(struct store *store, rid_t resident, const char *region, const char *reason, struct error *err);

/* In a village: answer every transfer that names it and has no receipt of it yet; *n says how many. A new village
 * answers when it holds the resident. Does nothing for operators who may not write. */
int care_answer_transfers(struct store *store, uint64_t *n, struct error *err);

#endif
