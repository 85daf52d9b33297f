/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sync/ needs of the store: the set of entries, who holds what, and the same append for entries
 * of others. No function here shows a patient, so every role may use them.
 * Nothing may be written to the store inside an each().
 */
#ifndef DB_EXCHANGE_H
#define DB_EXCHANGE_H

#include "db/store.h"

struct seq_range { uint64_t first, last; };

struct device_vector { /* what this store holds of one device */
	uint8_t device[DEVICE_ID_BYTES];
	uint64_t prefix;                 /* entries 1..prefix are all held */
	uint8_t head[CRYPTO_HASH_BYTES]; /* chain over 1..prefix: H(head before | digest); zeros at 0 */
	uint64_t max;                    /* highest number held */
	const struct seq_range *held;    /* what is held above prefix, ascending */
	size_t n_held;
	uint64_t forks;                  /* numbers under which several different entries are held */
};
int store_vectors(struct store *store, struct arena *arena, struct device_vector **out, size_t *n,
                  struct error *err);
/* How far this store reaches of one device; zeros when it holds nothing of it. */
struct device_reach { uint64_t max, forks; };
int store_reach(struct store *store, const uint8_t device[8], struct device_reach *out, struct error *err);
/* The chain head at seq (<= prefix) of a device; ERR_NOTFOUND beyond it. */
int store_head_at(struct store *store, const uint8_t device[8], uint64_t seq,
                  uint8_t head[CRYPTO_HASH_BYTES], struct error *err);

struct whole_entry { /* of whoever has it decoded anyway */
	struct span canonical;
	const struct entry *entry; /* what the bytes say */
	const uint8_t *digest;     /* of the bytes */
};

/* Canonical entries of a device with first <= seq <= last, ascending; each() returns false to stop. */
int store_entries_each(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                       bool (*each)(void *arg, const struct version *version, struct span canonical),
                       void *arg, struct error *err);

/* Decoded entries read ahead, thousands at a time, their contents in the order in which they lie in the store: one by one
 * nearly every one would need a page of its own. Memory is bounded to 4 MB and what was given. All zero is empty; no entry
 * may be written while it is in use. */
struct entries_ahead {
	struct arena raw, decoded;
	struct ahead_row *rows; /* in raw */
	size_t n;
	rid_t begin, end;       /* rows are all that is held from begin to before end */
	size_t record_bytes;    /* of each record read last, on average */
	bool given;             /* some of raw: it has to stay */
};
/* The same entries decoded, without canonical bytes unless they are at hand, and without a look at the digest. All that is
 * given lives until entries_ahead_clear() or entries_ahead_free(). */
int store_entries_read(struct store *store, struct entries_ahead *ahead, const uint8_t device[8], uint64_t first,
                       uint64_t last, bool (*each)(void *arg, const struct version *version,
                                                   const struct whole_entry *entry),
                       void *arg, struct error *err);
void entries_ahead_clear(struct entries_ahead *ahead);
void entries_ahead_free(struct entries_ahead *ahead);
/* The versions of entries, without their contents, which is faster. */
int store_versions_each(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                        bool (*each)(void *arg, const struct version *version), void *arg, struct error *err);

struct about_entry { /* lives as long as the call that shows it */
	rid_t rid, record;
	struct version version;
	const struct entry *entry;
};
/* Every entry that counts of a record without a subject (a resident, a household) and of all records under it. each()
 * returns false to stop. */
int store_entries_about(struct store *store, rid_t subject,
                        bool (*each)(void *arg, const struct about_entry *one), void *arg, struct error *err);
/* Who wrote these entries, also those that do not count: from their numbers alone, which is faster. One author may come
 * several times. */
int store_authors_about(struct store *store, rid_t subject,
                        bool (*each)(void *arg, const struct store_device *author), void *arg, struct error *err);

/* The digest under (device, seq) when exactly one entry is held there: what lets a bundle leave digests
 * out. ERR_NOTFOUND when none or several are. */
int store_digest_of(struct store *store, const uint8_t device[8], uint64_t seq,
                    uint8_t digest[CRYPTO_DIGEST_BYTES], struct error *err);

/* Whether an entry may count. Called for every entry of others when it is applied and again by
 * store_rejudge(); a pure function of the entries and the devices. creator is the device of the
 * record's creating entry. Returns 0 to accept, else 1 with a reason (a stable word, then a text). */
struct store_judge {
	int (*judge)(void *arg, struct store *store, const struct entry *entry,
	             const struct store_device *author, const struct store_device *creator,
	             char *reason, size_t size);
	void *arg;
	/* Whether an entry, once it counts, gives its subject to a region. Then what was refused about that
	 * subject is judged again. NULL: none does. */
	bool (*gives)(void *arg, struct store *store, const struct entry *entry, char region[REGION_BYTES]);
};
/* For use inside judge() only: whether an entry that counts has given the subject to this region. */
bool store_given(struct store *store, const struct version *subject, const char *region);
/* The same for this region or one in it, by an author whose region holds the place that made the subject. Who was given it
 * and gives it on is no such author, so no two gifts can prove each other. */
bool store_given_within(struct store *store, const struct version *subject, const char *region);
void store_set_judge(struct store *store, const struct store_judge *judge);
/* Judge all entries anew, until no verdict changes; a chunk is a transaction. ERR_CANCELLED. */
int store_rejudge(struct store *store, struct progress *progress, struct error *err);
/* The same of those that do not count: enough when something became known, an installation or who has a resident, as
 * that gives rights and takes none. */
int store_rejudge_held(struct store *store, struct progress *progress, struct error *err);

struct apply_result { uint64_t fresh, known, waiting, quarantined, forks, conflicts; };

/* Append n canonical entries of others and, in the same transaction, put (kv_name -> kv_value) unless
 * NULL: one chunk with its progress row. Idempotent. Adds to *result. A broken canonical entry
 * refuses the whole chunk (ERR_INVALID) with nothing written. */
int store_apply(struct store *store, const struct span *canonical, size_t n, const char *kv_name,
                struct span kv_value, struct apply_result *result, struct error *err);
/* The same for entries that the caller has decoded from their bytes or encoded into them, with any number of named
 * values. */
struct kv_row { const char *name; struct span value; };
int store_apply_entries(struct store *store, const struct whole_entry *entries, size_t n, const struct kv_row *rows,
                        size_t n_rows, struct apply_result *result, struct error *err);

/* Try: what is written between the two is seen by all reads and then taken back as a whole; nothing reaches other
 * programs. An error on the way ends the trial; store_try_end() is called all the same. */
int store_try_begin(struct store *store, struct error *err);
void store_try_end(struct store *store);

/* Quarantined and waiting entries, for receipts and lists. */
struct held_entry { struct version version; bool waiting; const char *reason; };
int store_held_each(struct store *store, bool (*each)(void *arg, const struct held_entry *entry),
                    void *arg, struct error *err);

/* Records with open conflicts. */
int store_conflicts_each(struct store *store, bool (*each)(void *arg, rid_t record), void *arg,
                         struct error *err);

/* Small named values of the rooms above (peers, beliefs, receipts, progress); durable at return. */
int store_kv_put(struct store *store, const char *name, struct span value, struct error *err);
int store_kv_get(struct store *store, const char *name, struct buf *out, struct error *err);
int store_kv_each(struct store *store, const char *prefix,
                  bool (*each)(void *arg, const char *name, struct span value), void *arg,
                  struct error *err);

/* The fence outside the database: write down the highest number that leaves this machine before a
 * bundle gets its final name. ERR_UNSURE when the fence says that this store was set back. */
int store_fence(struct store *store, uint64_t highest_seq, struct error *err);
/* A new epoch: receipts of the old one say nothing any more about what this store holds. */
int store_new_epoch(struct store *store, const char *reason, struct error *err);
/* Whether an epoch is one that this store remembers to have left. */
int store_had_epoch(struct store *store, const uint8_t epoch[8], bool *out, struct error *err);
/* A new incarnation: new keys, new device id, new epoch; the entries stay. */
int store_renew(struct store *store, const char *reason, struct error *err);

/* A hash of the set of entries and of the state computed from it; the same for equal sets on any store. */
int store_digest(struct store *store, uint8_t out[CRYPTO_HASH_BYTES], struct error *err);

#endif
