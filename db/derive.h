/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Derived tables: rows that a room above computes from one resident's records and db/ keeps in the same
 * transaction as the entry (duties, alerts, indicator facts).
 */
#ifndef DB_DERIVE_H
#define DB_DERIVE_H

#include "db/store.h"

struct derive_sink;

struct derive_input { /* one subject */
	struct store *store;
	rid_t subject;
	const struct record *records; /* all of it, as store_records_of() orders them */
	size_t n;                     /* at least 1 */
	struct arena *arena;          /* for as long as this subject is derived */
};

struct deriver {
	const char *name;  /* table name, at most 15 characters, permanent */
	uint32_t version;  /* a new number rebuilds the table when the store is opened */
	/* What tables of one subject have in common, made once for all derivers that are registered one after
	 * another with the same function; NULL: none. In in->arena. Never fails except for memory. */
	int (*prepare)(const struct derive_input *in, const void **prepared, struct error *err);
	/* Compute the rows of one subject from its records, or from what was prepared, and give them to derive_put(). Reads
	 * nothing else and never fails except for memory. */
	int (*derive)(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
	              struct derive_sink *sink, struct error *err);
	void *arg;
};

/* Register before use, once per store; a new name or version derives all residents now. The struct is
 * copied, its name and arg must outlive the store. */
int store_register(struct store *store, const struct deriver *deriver, struct progress *progress,
                   struct error *err);

/* A row: key sorts the table (at most 64 bytes; the same key of another resident is another row), value at
 * most 1 KiB. */
int derive_put(struct derive_sink *sink, struct span key, struct span value, struct error *err);

/* Rows with from <= key < to (empty to: no end), in key order; each() returns false to stop. */
int store_derived_each(struct store *store, const char *table, struct span from, struct span to,
                       bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                       void *arg, struct error *err);
/* The same for keys that name no patient and say nothing of one: every role may use it. value is empty. */
int store_derived_keys_each(struct store *store, const char *table, struct span from, struct span to,
                            bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                            void *arg, struct error *err);
/* The rows of one subject. */
int store_derived_of(struct store *store, const char *table, rid_t subject,
                     bool (*each)(void *arg, struct span key, rid_t subject, struct span value),
                     void *arg, struct error *err);

/* Recompute all derived tables. One pass reads the records in the order in which they are stored, which is resident by
 * resident, asks every deriver about each resident once, and writes the rows sorted in batches of 12 MB, in transactions
 * that need no disk. It stops when progress says so; whoever reads next begins again. Memory: that batch, one
 * resident's records, the cache. */
int store_derive_all(struct store *store, struct progress *progress, struct error *err);

#endif
