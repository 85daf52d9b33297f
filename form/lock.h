/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dir/forms/tags.lock: every tag that a shipped form ever had, with the field's name and type, as a table
 * form,tag,name,type. The name of a field inside a repeat is "repeat/field". Rows are added, never changed or
 * removed: records keep their meaning through them.
 */
#ifndef FORM_LOCK_H
#define FORM_LOCK_H

#include "form/form.h"

struct tag_lock_row {
	const char *form, *name, *type;
	uint32_t tag;
	size_t line;
};

struct tag_lock {
	const struct tag_lock_row *rows; /* in file order */
	size_t n;
};

/* All lives in arena; a missing file has no rows. ERR_INVALID names file and line; ERR_IO, ERR_NOMEM. */
int tag_lock_read(struct tag_lock *out, const char *dir, struct arena *arena, struct error *err);

const struct tag_lock_row *tag_lock_find(const struct tag_lock *lock, const char *form, uint32_t tag);
/* The row of a field's name, the last one when it had several tags; NULL when there is none. */
const struct tag_lock_row *tag_lock_find_name(const struct tag_lock *lock, const char *form,
                                              const char *name);

/* How the lock calls a field and its type; in arena, NULL when there is no memory. */
const char *tag_lock_name(const struct form *form, const struct form_field *field, struct arena *arena);
const char *tag_lock_type(const struct form_field *field);

/* Add what the forms have and the lock has not; *added is the number of rows. */
int tag_lock_update(const struct form_set *set, const char *dir, size_t *added, struct error *err);

#endif
