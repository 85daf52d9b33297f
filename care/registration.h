/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Being under management for one of the four chronic diseases of the policy: from the enrolment (TB: the
 * notice; SMI: the supplement to the basic record) to its closing.
 */
#ifndef CARE_REGISTRATION_H
#define CARE_REGISTRATION_H

#include "care/fact.h"

/* X(NAME, word, code of the basic record's past diseases) */
#define DISEASE_LIST(X)                                                                            \
	X(HTN, "hypertension", "2")                                                                \
	X(DM, "diabetes", "3")                                                                     \
	X(TB, "tuberculosis", "9")                                                                 \
	X(SMI, "smi", "8")
#define DISEASE_ENUM(name, word, code) DISEASE_##name,
enum disease { DISEASE_LIST(DISEASE_ENUM) DISEASE_N };
#undef DISEASE_ENUM

struct registration {
	const struct event *event;  /* that made it; NULL: there is none */
	date_t enrolled, closed;    /* closed DATE_NONE: open */
	int reason;                 /* CLOSED_*; 0 or another code: the disease was corrected or has ended */
	bool completed;             /* TB: the course was finished or handed over; still counts in its year */
};

/* The registration in force on a day, else the last one closed from first on; event is NULL for neither. */
struct registration registration_within(const struct facts *facts, enum disease disease, date_t first,
                                        date_t on);
bool registration_is_closed(const struct registration *registration, date_t on);
/* Still counted on that day: open, completed, or closed because the patient is lost or refused. */
bool registration_stays(const struct registration *registration, date_t on);

/* The code of the basic record's list of past diseases for it. */
const char *disease_code(enum disease disease);

#endif
