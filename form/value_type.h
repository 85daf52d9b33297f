/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text means for a field's type: how it is normalised, and whether it is a value. */
#ifndef FORM_VALUE_TYPE_H
#define FORM_VALUE_TYPE_H

#include "form/form.h"

enum { VALUE_MAX_CHARS = 4000 };

/* True for types whose values are stored under a tag as one text. */
bool value_type_stored(enum form_type type);

/* The canonical form of what was typed ("１２０" to "120", "2026/1/5" to "2026-01-05", a label to its
 * code), in arena; a text that cannot be understood only loses white space at its ends. NULL: no memory. */
const char *value_normalise(const struct form_field *field, const char *typed, date_t today,
                            struct arena *arena);

/* What is wrong with a value that is not empty, translated; NULL when it is one of its type. */
const char *value_fault(const struct form_field *field, const char *value);

#endif
