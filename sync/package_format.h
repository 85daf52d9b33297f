/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packages as files in a folder and as bytes. */
#ifndef SYNC_PACKAGE_FORMAT_H
#define SYNC_PACKAGE_FORMAT_H

#include "sync/package.h"

enum package_kind { PACKAGE_FORMS, PACKAGE_CODES, PACKAGE_RULES, PACKAGE_KINDS };
extern const char *const PACKAGE_FOLDERS[PACKAGE_KINDS];

struct package_file {
	enum package_kind kind;
	const char *name; /* "tb.csv" */
	const char *path;
};
struct package_files {
	const struct package_file *files; /* in arena */
	size_t n;
	const char **paths;               /* the same, as form_set_load_with() wants them */
};

/* The tables of dir/{forms,codes,rules}. ERR_INVALID: a table whose name cannot travel; ERR_LIMIT, ERR_IO, ERR_NOMEM. */
int package_scan(const char *dir, struct arena *arena, struct package_files *out, struct error *err);

/* number varint | deflated (n varint | n x (kind u8, name text without .csv, bytes text)) */
int package_pack(uint64_t number, const struct package_files *files, struct buf *out, struct error *err);

/* ERR_CORRUPT, ERR_LIMIT, ERR_INVALID (a name): what it is has to be said. Files are written below dir, which must not
 * be there yet. Names are checked before anything is written. */
int package_unpack(struct span section, const char *dir, struct error *err);
/* Give every table to each(), all of them judged before; each() returns 0 or an error, which ends the walk. */
int package_each(struct span section,
                 int (*each)(void *arg, enum package_kind kind, struct span name, struct span bytes, struct error *err),
                 void *arg, struct error *err);
/* Only its number; false when it is malformed. */
bool package_peek(struct span section, uint64_t *number);

/* Whether both hold the same bytes; one that is not there differs. */
bool package_same_bytes(const char *path, const char *other);

#endif
