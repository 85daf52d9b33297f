/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to rebuild a damaged environment, and the swap. Nothing is repaired in place or deleted. */
#ifndef DB_REBUILD_H
#define DB_REBUILD_H

#include "db/store_int.h"

struct rebuild_way {
	const char *folder;  /* below the store: where it is built */
	const char *source;  /* folder with the data files to begin from */
	bool with_logs;      /* roll forward; else trust the data files alone */
	const char *text;    /* N_(): what people read */
};
extern const struct rebuild_way rebuild_ways[];
extern const size_t rebuild_n_ways;

/* Build way in home (removed first), recover it and verify its files. */
int rebuild_make(struct store *store, const struct rebuild_way *way, const char *home,
                 struct error *err);

/* env and all that belongs to its logs -> env.bad.DATE, folder -> env. kept gets the first one's name. */
int rebuild_swap(struct store *store, const char *folder, char *kept, size_t size,
                 struct error *err);
/* After a crash inside a rebuild or a swap: finish the swap or begin again. */
int rebuild_settle(struct store *store, struct error *err);

/* A newest log file that has no content (a crash while it was made) is moved aside; false: none. */
bool rebuild_set_newest_log_aside(struct store *store);

#endif
