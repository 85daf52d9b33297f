/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * New and changed forms, codes and rules on their way down (doc/bundle.md, "Package"). The one in force lies in
 * STORE/data.NUMBER/{forms,codes,rules}; its files take the place of the shipped ones of the same name. The folder
 * gets that name by one rename, when all of it was found good; the highest number counts.
 */
#ifndef SYNC_PACKAGE_H
#define SYNC_PACKAGE_H

#include <stdint.h>
#include "form/form.h"
#include "lib/buf.h"

enum {
	PACKAGE_MAX_FILES = 400,
	PACKAGE_MAX_FILE = 512 * 1024,
	PACKAGE_MAX_BYTES = 8 * 1024 * 1024, /* of all files */
	PACKAGE_MAX_NAME = 60,
};

struct package_change {
	enum { PACKAGE_ADDED, PACKAGE_CHANGED, PACKAGE_REMOVED } how;
	const char *what; /* a form's title, else "rules/tb.csv" */
};
struct package_report {
	uint64_t number;      /* in force now, 0: the shipped data alone */
	bool fresh;           /* since this import */
	const char *refused;  /* why the newer one is not, NULL: nothing was refused */
	const struct package_change *changes; /* of a fresh one; in arena */
	size_t n_changes;
};

/* The number behind one: the day and two digits, or one more if that is not higher. Keyrings use it too: a place that
 * was set back to an older copy does not use a number twice. */
uint64_t package_next_number(uint64_t before);

/* The number of the package in force in a store's folder, 0 when there is none. */
int package_number(const char *store_dir, uint64_t *number, struct error *err);

/* The shipped forms, codes and rules under those of the store's package. One that does not load with the shipped data
 * of today is left out: warning->text says so ("" otherwise). Errors are those of form_set_load(). */
int package_load_forms(struct form_set **out, const char *store_dir, struct error *warning,
                       struct error *err);

/* The package in force as the bytes of a section; empty when there is none. */
int package_section(const char *store_dir, struct buf *out, struct error *err);

/* Take over such bytes. An older or the same number changes nothing; a broken package neither, and *out says why it was
 * refused: that is no error. Errors: ERR_IO, ERR_NOSPACE, ERR_NOMEM. */
int package_install(const char *store_dir, struct span section, struct arena *arena,
                    struct package_report *out, struct error *err);

/* Make the next package of what differs from the shipped data in dir/{forms,codes,rules}, and put it in force here.
 * ERR_NOTFOUND: nothing differs. ERR_INVALID: the loader's or linter's message. */
int package_publish(const char *store_dir, const char *dir, struct arena *arena,
                    struct package_report *out, struct error *err);

#endif
