/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form as it would lie on the table: for people who check a form file, and to fill in by hand. */
#ifndef FORM_PRINT_H
#define FORM_PRINT_H

#include "form/form.h"
#include "lib/buf.h"

/* Append the blank form as plain text of at most 80 columns, labels in lang. "*" marks what must be filled
 * in, "?" what is asked only sometimes. A lack of memory shows in out->failed. */
void form_print(const struct form *form, enum lang lang, struct buf *out);

#endif
