/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the values of a stored entry are of their fields' types and within their hard ranges. */
#ifndef FORM_STORED_H
#define FORM_STORED_H

#include "form/entry.h"
#include "form/form.h"

/* The tag of the first value that is not, 0 when all are. A pure function of form and entry: of a constraint only the
 * parts count that compare the value itself with a number and must hold together. Unknown fields, unknown codes of a
 * list and calculated values may come from another version of the form and are never at fault. */
uint32_t stored_fault(const struct form *form, const struct entry *entry);

#endif
