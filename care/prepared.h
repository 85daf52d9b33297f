/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tables "fact", "duty" and "alert" have in common of one subject: read from its records once. */
#ifndef CARE_PREPARED_H
#define CARE_PREPARED_H

#include "care/duty.h"
#include "care/fact.h"

struct care_prepared {
	struct facts facts;
	struct duty_row *duties; /* all that the facts make, ended ones included */
	size_t n_duties;
};

/* prepare() of these derivers (db/derive.h): *prepared becomes a struct care_prepared. ERR_NOMEM. */
int care_prepare(const struct derive_input *in, const void **prepared, struct error *err);

#endif
