/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SYNC_JUDGE_H
#define SYNC_JUDGE_H

#include "db/exchange.h"

extern const struct store_judge SYNC_RIGHTS; /* doc/bundle.md, "Rights" */

#endif
