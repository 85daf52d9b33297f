/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new life of this installation after its store turned out to be an older or a second copy. */
#ifndef SYNC_RENEW_H
#define SYNC_RENEW_H

#include "sync/sync.h"

/* Renew the store and write a new enrolment request to STORE/request.xyr. 0 or an error. */
int renew_store(struct store *store, const char *reason, struct error *err);
/* The same after a fence said so; always returns an error that tells the person what happened: ERR_UNSURE. */
int renew_set_back(struct store *store, struct error *err);

#endif
