/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How rows become alerts as they stand on a day. */
#ifndef CARE_ALERT_TABLE_H
#define CARE_ALERT_TABLE_H

#include "care/alert.h"

/* The alert of a row. */
struct alert alert_of_row(rid_t subject, const struct alert_row *row);
/* It has begun, and has not ended by itself. */
bool alert_holds(const struct alert_row *row, date_t today);
/* Give one that holds and was not closed to each(); false when each() says to stop. */
bool alert_tell(rid_t subject, const struct alert_row *row, date_t today,
                bool (*each)(void *arg, const struct alert *alert), void *arg);

#endif
