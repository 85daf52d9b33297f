/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store: one folder, one owner at a time, nothing written except by appending an entry.
 *
 * Local numbers: rid_t names an entry, and a record by its creating entry, inside this store only:
 * device number 16 bits | sequence number 40 bits | fork 8 bits (which of several different entries
 * under one number, in order of arrival). They never leave the store; struct version does.
 */
#ifndef DB_STORE_H
#define DB_STORE_H

#include "db/account.h"
#include "form/entry.h"
#include "form/form.h"
#include "lib/date.h"
#include "lib/progress.h"

typedef uint64_t rid_t; /* 0: none */

struct store;

/* X(NAME, word) */
#define LEVEL_LIST(X) X(VILLAGE, "village") X(TOWNSHIP, "township") X(COUNTY, "county")
#define LEVEL_ENUM(name, word) LEVEL_##name,
enum level { LEVEL_LIST(LEVEL_ENUM) LEVEL_N };
#undef LEVEL_ENUM

enum { REGION_BYTES = 20, SITE_NAME_BYTES = 128 };

/* Entries of a device that do not count, by their numbers, and why: a number that the room above gives. */
struct device_block { uint64_t first, last; uint8_t why; };
enum { DEVICE_BLOCKS_MAX = 8 };

struct store_device { /* an installation this store knows, itself included */
	uint8_t id[DEVICE_ID_BYTES]; /* BLAKE2b-64 of sign_pk and the incarnation */
	uint8_t incarnation[8];
	uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES];
	uint8_t box_pk[CRYPTO_KEY_BYTES];
	enum level level;
	char region[REGION_BYTES];   /* 9 digits (township) or 12 (village) */
	char name[SITE_NAME_BYTES];
	bool self, enrolled;         /* enrolled: vouched for by the level above (or self) */
	date_t valid_from, valid_to; /* of its certificate; valid_to 0: no end */
	bool ended;                  /* its key signs nothing any more */
	struct device_block blocks[DEVICE_BLOCKS_MAX];
	size_t n_blocks;
};

struct store_info {
	struct store_device self;
	uint8_t epoch[8];            /* of this store's life; a restore draws a new one */
	uint64_t n_entries, n_records, n_residents, n_waiting, n_quarantined, n_conflicts;
	int64_t bytes;               /* on disk, database files only */
	bool encrypted;
	const char *repaired;        /* what the start-up ladder did, translated; NULL when nothing */
};

struct store_params { /* for store_create() */
	enum level level;
	const char *name, *region;
	const char *operator_name, *display_name, *password;
	bool no_encrypt;
};

/* Make a store in dir (created, 0700; must be empty or absent): keys, device, environment, fence.
 * recovery gets the code to print. ERR_EXISTS, ERR_INVALID (region, name, password), ERR_IO, ERR_NOSPACE. */
int store_create(const char *dir, const struct store_params *params,
                 char recovery[RECOVERY_CODE_BYTES], struct error *err);

enum store_flags {
	STORE_WAIT = 1,   /* ask a running owner to lend the store, wait up to 10 s; else ERR_BUSY at once */
	STORE_LENDER = 2, /* this owner lends at idle moments: see store_lend_fd() */
	STORE_AHEAD = 4,  /* who opens reads most entries in the order of their numbers, see store_entries_read() */
};

/* Climb the start-up ladder and open. forms must outlive the store. The session is copied.
 * ERR_BUSY names the owner; ERR_CORRUPT only when every step of the ladder failed. */
int store_open(struct store **out, const char *dir, const struct session *session,
               const struct form_set *forms, unsigned flags, struct error *err);
void store_close(struct store *store); /* checkpoints; NULL is fine */

const struct session *store_session(const struct store *store);
const struct form_set *store_forms(const struct store *store);
const char *store_dir(const struct store *store);
int store_info_get(struct store *store, struct store_info *out, struct error *err);
/* A device by its id; NULL when unknown. Valid until the next change of devices. */
const struct store_device *store_device_find(const struct store *store, const uint8_t id[8]);
const struct store_device *store_device_at(const struct store *store, size_t index); /* NULL: no more */
/* A region holds another, and itself, when its number begins the other's: county 6, township 9, village 12 digits. "" holds
 * none. */
bool region_holds(const char *upper, const char *lower);
/* Take over or change a device (enrolment). */
int store_device_put(struct store *store, const struct store_device *device, struct error *err);
/* The secret keys of this installation; box_sk is its first one, zeros once it was destroyed. */
int store_secrets(struct store *store, uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                  uint8_t box_sk[CRYPTO_KEY_BYTES], struct error *err);

/* The signing key of this installation in the life that had this device id. ERR_NOTFOUND. */
int store_sign_secret(struct store *store, const uint8_t device[DEVICE_ID_BYTES],
                      uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], struct error *err);
/* Keys to open what is sealed for this installation: all of all its lives that were not destroyed, the newest
 * first. each() returns false to stop. */
int store_box_secrets_each(struct store *store,
                           bool (*each)(void *arg, const uint8_t device[DEVICE_ID_BYTES],
                                        const uint8_t pk[CRYPTO_KEY_BYTES], const uint8_t sk[CRYPTO_KEY_BYTES]),
                           void *arg, struct error *err);
/* One more of them, beside that of the device record. */
int store_box_draw(struct store *store, uint8_t pk[CRYPTO_KEY_BYTES], struct error *err);
/* Destroy one for good: what is sealed for it alone can never be opened again. ERR_NOTFOUND. */
int store_box_destroy(struct store *store, const uint8_t pk[CRYPTO_KEY_BYTES], struct error *err);

/* Lending. poll() this descriptor; when readable and nothing unsaved is in memory only, call
 * store_lend(): closes the environment, lends it, takes it back, and returns who had it (in who). */
int store_lend_fd(const struct store *store);
int store_lend(struct store *store, char *who, size_t size, struct error *err);

/* --- records: what people see. All need a role that sees patients, else ERR_DENIED. --- */

struct leaf {
	rid_t entry;            /* the version that wrote it */
	uint8_t kind;           /* enum entry_kind */
	struct span value;
};
/* How the leaves of a field stand to each other, by the form that the store has. */
enum field_standing {
	FIELD_AGREES,  /* one value */
	FIELD_TRIMMED, /* they differ by white space at the ends only: shown without it */
	FIELD_UNITED,  /* a select_multiple: what was added and removed in all places, adding wins */
	FIELD_OPEN,    /* a person has to decide; the leaf [0] is shown until then */
};
struct record_field {
	uint32_t tag;
	uint16_t n_leaves;      /* over 1: a conflict if the values differ */
	const struct leaf *leaves; /* [0] is shown: highest (lamport, device, digest); when the field was settled by
	                              itself (standing), its value is what is shown and first what its author wrote */
	bool has_united;
	struct span united;     /* differing texts taken as sets of words (db/union.h) */
	enum field_standing standing;
	struct span first;
};
struct record {
	rid_t id, subject;      /* subject is id itself for a record without one */
	const char *form;       /* id; may be unknown to this version */
	date_t date;            /* of the event as first recorded, or DATE_NONE */
	const struct record_field *fields; /* tags ascending */
	size_t n_fields;
	bool retired;
	bool conflicted;        /* some field is FIELD_OPEN, or contested */
	bool contested;         /* retired by someone who had not seen an edit: it stays until a person decides */
};

/* The shown value as text, "" when absent (ENTRY_RECORD: the version's text). In the record's arena. */
const char *record_text(const struct record *record, uint32_t tag);
const char *record_field_text(const struct record_field *field);
const struct record_field *record_field(const struct record *record, uint32_t tag);
/* Shown values as values_load() takes them; in arena. */
int record_entry_fields(const struct record *record, struct arena *arena, struct entry_field **out,
                        size_t *n, struct error *err);

/* ERR_NOTFOUND. Everything in arena. */
int store_record(struct store *store, rid_t id, struct arena *arena, struct record *out,
                 struct error *err);
/* The record itself and all that belongs to it: master records first, then events newest first.
 * form NULL: all forms. Retired ones are included. */
int store_records_of(struct store *store, rid_t subject, const char *form, struct arena *arena,
                     struct record **out, size_t *n, struct error *err);
/* Every master record of a form (residents, households), by number. each() returns false to stop; the arena
 * it gets is reset after each call. */
int store_each_master(struct store *store, const char *form,
                      bool (*each)(void *arg, const struct record *record, struct arena *arena),
                      void *arg, struct error *err);
/* Who wrote a version: for history and for "by village". */
struct entry_origin {
	struct version version;
	const struct store_device *device;
	char operator_name[OPERATOR_BYTES];
	int64_t wall;
	uint64_t lamport;
};
int store_origin(struct store *store, rid_t entry, struct entry_origin *out, struct error *err);
/* The installation that wrote it, without a look at the entry; NULL: no such number. Valid until the next change of
 * devices. */
const struct store_device *store_author(const struct store *store, rid_t entry);
/* The entries of a record, oldest first (local numbers). */
int store_history(struct store *store, rid_t record, struct arena *arena, rid_t **out, size_t *n,
                  struct error *err);
int store_version_of(struct store *store, rid_t entry, struct version *out, struct error *err);
int store_find_version(struct store *store, const struct version *version, rid_t *out,
                       struct error *err);

/* --- search --- */

enum hit_reason { HIT_NAME, HIT_PINYIN, HIT_INITIALS, HIT_ID, HIT_PHONE, HIT_HOUSEHOLD };
struct hit {
	rid_t resident;
	enum hit_reason reason;
};
/* Residents for what is typed (name part, pinyin, initials, ID number or its tail, phone, household number), best
 * first, at most max. Empty text: all by sort key. In arena. */
int store_search(struct store *store, const char *typed, size_t max, struct arena *arena,
                 struct hit **out, size_t *n, struct error *err);
/* Residents of a household record. */
int store_members(struct store *store, rid_t household, struct arena *arena, rid_t **out, size_t *n,
                  struct error *err);

/* --- saving --- */

struct change_field {
	uint32_t tag;
	uint8_t kind;
	struct span value;      /* empty: cleared */
	const rid_t *bases;     /* the leaves this change saw and replaces */
	size_t n_bases;
};
struct change {
	rid_t record;           /* 0: a new record */
	const char *form;
	rid_t subject;          /* 0: none; for a new record also REF_CHANGE(i): the record of changes[i] */
	const struct change_field *fields;
	size_t n_fields;
};
#define REF_CHANGE(i) (UINT64_MAX - (uint64_t)(i))

/* Append all changes in one durable transaction; records[] (n, may be NULL) get the records' numbers.
 * Does not validate: callers do (form/values.h). ERR_DENIED by role; ERR_NOSPACE: nothing was saved;
 * ERR_UNSURE never: an unknown outcome is looked up before this returns. */
int store_save(struct store *store, const struct change *changes, size_t n, rid_t *records,
               struct error *err);
/* Retire a record with a reason, or take that back (""). The entry names all that stands in the record, so an edit made
 * elsewhere without knowing of it is found (record.contested). */
int store_retire(struct store *store, rid_t record, const char *reason, struct error *err);
/* The same many at once for imports and demonstrations: not durable until store_bulk_end(); with a cache
 * of 40 MB for as long as the store stays open. Nothing may be open on the store when it begins. */
int store_bulk_begin(struct store *store, struct error *err);
int store_bulk_end(struct store *store, struct error *err);

/* --- drafts: encrypted files beside the environment, one per (form, record or subject) --- */
int draft_save(struct store *store, const char *name, struct span bytes, struct error *err);
int draft_load(struct store *store, const char *name, struct buf *out, struct error *err);
int draft_remove(struct store *store, const char *name, struct error *err);
int draft_each(struct store *store, bool (*each)(void *arg, const char *name, int64_t modified),
               void *arg, struct error *err);

#endif
