/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How records travel: enrolment, bundles, receipts. doc/bundle.md is the normative format.
 * Files: .XYR enrolment request, .XYA answer (certificate, receipts), .XYB bundle of entries; names on sticks are
 * 8.3-safe upper-case ASCII, never overwritten: STICK/XIANGYI/<region>/NNNNNNNN.XYB.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "db/exchange.h"
#include "lib/progress.h"
#include "sync/package.h"

enum { SYNC_PATH_BYTES = 4096 };

/* Register the judge of rights on an open store and keep STORE/request.xyr that of its present identity; every
 * program does after store_open(). */
void sync_register(struct store *store);

/* --- enrolment --- */

struct enrol_request {
	struct store_device device;
	char fingerprint[128];
};
/* Write this store's request (signed by itself) to path; init does it as STORE/request.xyr. */
int enrol_write_request(struct store *store, const char *path, struct error *err);
int enrol_read_request(struct enrol_request *out, const char *path, struct error *err);
/* The words of this store's own installation. */
int enrol_own_fingerprint(struct store *store, char out[128], struct error *err);
/* At the upper level: vouch for the device and write the answer to STORE/answers/<region>.xya
 * (path gets its name). Enrolling the same key again renews the answer. ERR_EXISTS: another key stands under
 * this region; replace = true enrols it beside the old one. */
int enrol_accept(struct store *store, const struct enrol_request *request, bool replace,
                 char path[SYNC_PATH_BYTES], struct error *err);

/* --- export --- */

struct export_report {
	char path[SYNC_PATH_BYTES];   /* final name of the last file */
	uint64_t entries, bytes, files;
	uint64_t carried;             /* of the entries, downward: what others wrote of residents that the place has */
	bool nothing_new;             /* the receipt covers everything: no file was written */
	uint64_t unsigned_rest;       /* entries of places below that cannot go on: nothing proves who wrote them */
	bool safe_to_remove;                /* dir lies on a stick, and all is written out to it */
};
/* What a bundle would carry now. ERR_STRANGER: not enrolled. */
int sync_pending(struct store *store, uint64_t *entries, struct error *err);
/* Write what the last receipt does not cover as bundles below dir (a stick or any folder), verified by reading
 * back. ERR_NOSPACE leaves nothing half-written and the last good bundle in place. */
int sync_export(struct store *store, const char *dir, struct progress *progress,
                struct export_report *out, struct error *err);

/* --- reading: bundles, answers, receipts; a file or a folder (all of its files meant for us) --- */

struct merge_file_report {
	char path[SYNC_PATH_BYTES];
	char sender[SITE_NAME_BYTES], region[REGION_BYTES];
	struct apply_result result;
	uint64_t entries;
	uint64_t carried;             /* of the new ones: those of places outside this store's region */
	uint64_t missing;             /* numbers of its devices that are not here yet, below others that are */
	int64_t clock_offset_s;       /* sender's clock against ours when it was made */
	char ended[128];              /* why the sender's key was ended, "" when it is good */
	struct error error;           /* code 0: merged */
};
struct merge_report {
	struct merge_file_report *files; /* in arena */
	size_t n_files, n_refused;
	struct apply_result total;
	uint64_t receipts;            /* answer files written back beside the bundles */
	bool set_back;                /* this store turned out to be older than its receipts: a new epoch began */
	uint64_t given;               /* entries written back for places that had lost them */
	uint64_t carried;             /* entries of others about residents, written for the places that have them */
	bool dry_run;
	bool safe_to_remove;                /* path lies on a stick, and the receipts are written out to it */
};
/* Merge bundles of the level below and write receipts back. A refused file changes nothing and is kept;
 * the others go on. ERR_INVALID when any was refused, ERR_NOTFOUND when there was no file for us. */
int sync_merge(struct store *store, const char *path, struct arena *arena,
               struct progress *progress, struct merge_report *out, struct error *err);

struct keys_news { /* what an answer changed */
	uint64_t number, seen;     /* of the keyring that came, and of the one known before */
	bool rollback;             /* older than what was seen: not taken over */
	bool branched;             /* newer, but without records that were seen: the level above was set back */
	bool replaced;             /* the level above has new keys, proved by the old ones or the root */
	size_t n_blocks;           /* places whose entries do not count, new since */
};

/* Whether to follow a level above for the first time. Its words, those of its root too, are to be read aloud by both
 * sides; true only when somebody did. */
struct import_offer {
	const char *township, *region;
	char fingerprint[128];
	const char *root;             /* who vouches for it, NULL: nobody */
	char root_fingerprint[128];
};
struct import_ask {
	bool (*ask)(void *arg, const struct import_offer *offer);
	void *arg;
};
/* What sync_merge() would do, by doing all of it and taking it back: nothing is changed and no answer is written. */
int sync_merge_try(struct store *store, const char *path, struct arena *arena,
                   struct progress *progress, struct merge_report *out, struct error *err);

/* Answer the installations of a region without a bundle of theirs. */
struct reply_ask {
	const char *region, *dir;     /* dir: a stick or any folder */
	bool rebuild;                 /* only the newest one: with all that is held of its region */
};
struct reply_report {
	char name[SITE_NAME_BYTES];
	uint64_t answers, given;      /* files; entries of the place's own that were put beside them */
	uint64_t carried;             /* and entries of others about its residents */
	uint64_t unsigned_rest;       /* held here, but without a signature of the place that wrote them */
};
/* ERR_NOTFOUND: none is enrolled. Errors of sticks. */
int sync_reply(struct store *store, const struct reply_ask *ask, struct progress *progress, struct reply_report *out,
               struct error *err);

struct import_report {
	bool enrolled_now;            /* the answer made this store a member */
	char township[SITE_NAME_BYTES];
	char fingerprint[128];        /* of the township, when enrolled_now: to be compared aloud */
	uint64_t held, missing;       /* of our entries: what the township holds and lacks */
	uint64_t quarantined, waiting;
	struct held_note { uint64_t seq; const char *reason; } *notes; /* in arena, newest first */
	size_t n_notes;
	uint64_t returned;            /* entries that the level above gave back */
	uint64_t carried;             /* entries of other places about residents of ours that came along */
	bool tripwire;                /* the township knows entries of ours that we lack: renewed */
	uint64_t transfers;           /* receipts written for residents who moved from or to this village */
	date_t answered;              /* the township's day when it wrote the receipt */
	struct package_report package; /* forms and rules of the level above; count when the program starts again */
	struct keys_news keys;        /* what changed about keys */
};
/* Take over certificates and receipts meant for us. ask NULL: nobody new is followed (ERR_STRANGER).
 * ERR_CANCELLED: ask said no. ERR_NOTFOUND: none there. */
int sync_import(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                struct import_report *out, struct error *err);

/* The same when the level above was installed anew: follow the one that signed the newest answer. Nothing is
 * changed when there is none. */
int sync_import_anew(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                     struct import_report *out, struct error *err);

/* --- over a line, on paper --- */

enum { SYNC_HOST_BYTES = 256 };
/* The host of the level above as the last push that went through used it; "" none yet. */
int sync_host(struct store *store, char out[SYNC_HOST_BYTES], struct error *err);
int sync_set_host(struct store *store, const char *host, struct error *err);

struct push_report {
	uint64_t entries, files;      /* in bundles made now; bundles that were answered */
	uint64_t bytes, resumed;      /* sent now; there already from a line that was cut */
	uint64_t fresh, known;        /* entries, as the level above counted them */
	bool nothing_new;
	struct import_report import;  /* its last answer, taken over here; returned, carried, transfers: of all answers */
};
/* Send what the last receipt does not cover to "xiangyi-merge receive" on host through the system's ssh and take the
 * answers over. host NULL: the one of before. A line that was cut (ERR_IO) goes on where it was with the next push.
 * What the other side refuses comes as its error. */
int sync_push(struct store *store, const char *host, struct arena *arena, struct progress *progress,
              struct push_report *out, struct error *err);

/* What the last receipt does not cover as one bundle of at most max_bytes in memory, for QR codes. ERR_LIMIT. */
int sync_export_small(struct store *store, size_t max_bytes, struct buf *out, bool *nothing_new, struct error *err);

/* --- looking --- */

struct sync_state {
	bool enrolled;
	char township[SITE_NAME_BYTES], township_region[REGION_BYTES];
	uint64_t own_entries, acknowledged, pending, quarantined;
	uint64_t stable;              /* held by the level above that one, too */
	uint64_t lost;                /* numbers of this place that are held above and not here */
	uint64_t forks;               /* numbers used twice, here or above: copies of one store were at work */
	date_t last_export, last_receipt; /* DATE_NONE: never */
};
int sync_status(struct store *store, struct sync_state *out, struct error *err);

struct sync_clinic { /* an installation below, as the township sees it */
	const struct store_device *device;
	uint64_t entries, highest;    /* numbers held, the highest of them */
	uint64_t missing, forks;      /* numbers below it that are not here; numbers used twice */
	date_t last_merge;            /* DATE_NONE: nothing came yet */
	int64_t clock_offset_s;       /* its clock minus ours then; transport makes it negative */
};
/* Numbers of a device under which several entries are held, ascending; branches: how many under one number. In arena. */
struct fork_range { uint64_t first, last, branches; };
int sync_forks(struct store *store, const uint8_t device[DEVICE_ID_BYTES], struct arena *arena,
               struct fork_range **out, size_t *n, struct error *err);
/* All installations of the levels below, in the order they became known. */
int sync_clinics_each(struct store *store, void (*each)(void *arg, const struct sync_clinic *clinic),
                      void *arg, struct error *err);

struct bundle_facts { /* what anyone may see: no patient data */
	char kind[16];
	uint8_t sender[DEVICE_ID_BYTES], recipient[DEVICE_ID_BYTES];
	uint8_t bundle_id[16];
	uint64_t bytes, frames;
	unsigned major, minor, suite;
	bool signature_known;         /* checked against a key of this store */
};
/* store may be NULL: then only the structure and the hash are checked. */
int bundle_inspect(struct store *store, const char *path, struct bundle_facts *out, struct error *err);

/* --- sticks --- */

struct stick {
	char path[SYNC_PATH_BYTES];   /* where it is mounted */
	char label[64];               /* of its file system, else the last part of path */
	char device[32];              /* "sdb1" */
	int64_t free_bytes, total_bytes;
	bool read_only;               /* mounted so, or by its own switch */
};
/* Mounted removable file systems in the order they were mounted, in arena. $XIANGYI_SYSTEM stands before /proc,
 * /sys and /dev (for tests). None where the system does not tell. */
int stick_list(struct arena *arena, struct stick **out, size_t *n, struct error *err);
/* The stick that path lies on, or NULL. */
const struct stick *stick_of_path(const struct stick *sticks, size_t n, const char *path);
bool stick_holds(const char *path); /* lies on any of those mounted now */
/* The stick with this label, device or folder. ERR_NOTFOUND; ERR_USAGE: several have the label. */
int stick_named(const struct stick *sticks, size_t n, const char *name, const struct stick **out,
                struct error *err);

#endif
