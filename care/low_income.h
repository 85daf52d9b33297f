/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is a rural low-income person (农村低收入人口) by data/rules/indicator4.csv: category_NN is 0 never,
 * 1 counts, 2 counts while the risk of the household is not cleared.
 */
#ifndef CARE_LOW_INCOME_H
#define CARE_LOW_INCOME_H

#include "care/fact.h"
#include "form/rules.h"

/* In a category that counts on any day from first to last; widened: 脱贫户 count too. *span (may be NULL)
 * is the record that decided it. */
bool low_income_within(const struct rule_set *rules, const struct facts *facts, date_t first,
                       date_t last, bool widened, const struct event **span);

#endif
