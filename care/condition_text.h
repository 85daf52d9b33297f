/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions of indicators in words. */
#ifndef CARE_CONDITION_TEXT_H
#define CARE_CONDITION_TEXT_H

#include "care/indicator.h"

/* "under management long enough to be assessed", "not: ...", "age in whole years >= 65"; a condition that is
 * more than one comparison as the table writes it. Translated, in arena. */
const char *condition_text(const struct form_set *forms, enum event_kind unit, const struct condition *condition,
                           struct arena *arena);

/* The variables of a condition are asked once more with something to say to; in arena. */
void condition_explain(struct judge *judge, const struct condition *condition, struct say *say);

#endif
