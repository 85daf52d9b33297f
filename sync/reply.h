/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers on their way down: in STORE/answers, and on a stick with the entries that the place below lost. */
#ifndef SYNC_REPLY_H
#define SYNC_REPLY_H

#include "sync/answer.h"
#include "sync/export.h"

struct reply {
	const struct answer *answer;
	const struct receipt *holdings; /* what the place below says that it has; NULL: it did not say */
	bool all;                       /* give it everything that is held of its region */
	char folder[SYNC_PATH_BYTES];
};

/* STORE/answers/REGION.xya is replaced. */
int reply_in_store(struct store *store, const struct answer *answer, struct error *err);
/* A new answer in the folder, and behind it, as further parts, what the place below lacks of its own and of its
 * residents. */
int reply_in_folder(struct store *store, const struct reply *reply, struct progress *progress,
                    struct export_report *given, struct error *err);

#endif
