/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Index rows of a record: a pure function of its state. IX_FORM has every record without a subject; the others
 * serve store_search(). A retired resident is found by the whole ID number only.
 */
#ifndef DB_INDEX_H
#define DB_INDEX_H

#include "db/upper.h"

/* First bytes of the keys of one table; texts end with a NUL before the record's number. */
enum index_kind {
	INDEX_NAME = 'N',      /* IX_NAME: the whole name */
	INDEX_NAME_PART = 'M', /* IX_NAME: the name from its 2nd, 3rd ... character */
	INDEX_INITIALS = 'I',  /* IX_NAME */
	INDEX_PINYIN = 'F',    /* IX_NAME */
	INDEX_SORT = 'S',      /* IX_NAME: every resident once */
	INDEX_ID = 'W',        /* IX_ID: keyed hash of the whole number */
	INDEX_ID_TAIL = 'T',   /* IX_ID: keyed hash of its last 4, 5 and 6 characters */
	INDEX_PHONE = 'P',     /* IX_PHONE: digits */
	INDEX_PHONE_TAIL = 'R',/* IX_PHONE: digits reversed */
	INDEX_MEMBER = 'D',    /* IX_HOUSE: digest of the household's version, then the resident */
	INDEX_HOUSE_NO = 'N',  /* IX_HOUSE: household number, then the household */
};
enum { INDEX_TEXT_MAX = 64, INDEX_HASH_BYTES = 12, INDEX_ID_TAIL_MIN = 4, INDEX_ID_TAIL_MAX = 6 };

struct index_row {
	enum engine_table table;
	struct span key;
	bool del;
};
struct index_list {
	struct index_row *rows;
	size_t n, cap;
	struct arena *arena; /* holds the keys and the rows */
	bool failed;         /* memory ran out */
};

/* Append the rows of a record. form_no and subject are those of record. */
void index_rows(struct index_list *out, struct store *store, const struct record *record,
                uint16_t form_no);
void index_sort(struct index_list *list); /* by table and key, doubles removed */
/* Append to out what turns old into new (both sorted). */
void index_difference(struct index_list *out, const struct index_list *old,
                      const struct index_list *new_list);
int index_write(struct store *store, const struct index_list *list, struct error *err);

/* Helpers that the search shares. */
void index_id_hash(const struct store *store, enum index_kind kind, const char *text, size_t len,
                   uint8_t out[INDEX_HASH_BYTES]);
/* Upper-case, half-width letters and digits only; returns the length. */
size_t index_plain(char *out, size_t size, const char *text);

#endif
