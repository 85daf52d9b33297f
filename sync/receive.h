/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The township's end of a line: takes bundles in, merges whole and verified ones, answers (doc/bundle.md). */
#ifndef SYNC_RECEIVE_H
#define SYNC_RECEIVE_H

#include "db/store.h"

struct receive_limits {
	int idle_s;     /* longest time without a byte */
	int deadline_s; /* longest conversation */
};

/* The store is opened only while a bundle is merged, so that slow lines do not keep others waiting. open() may be
 * called several times, each followed by close(). */
struct receive_door {
	int (*open)(void *arg, struct store **out, struct error *err);
	void (*close)(void *arg);
	void *arg;
};

/* Talk with one sender from greeting to end. 0 also when the sender went away between two bundles. An error was told
 * to the other side, too, and changed nothing. */
int sync_receive(const char *store_dir, int in, int out, const struct receive_limits *limits,
                 const struct receive_door *door, struct error *err);

#endif
