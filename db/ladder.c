/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/ladder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db/base.h"
#include "db/logbook.h"
#include "db/rebuild.h"
#include "db/sidecar.h"
#include "db/space.h"
#include "db/txn.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum {
	CACHE_BYTES = 4 * 1024 * 1024, /* Berkeley DB adds a quarter; a merge sorts more than a larger one would keep */
	CACHE_AHEAD_BYTES = 1024 * 1024, /* pages are asked for in their own order; the rest is for the rows, see db/entries.c */
	CACHE_BULK_BYTES = 32 * 1024 * 1024,     /* imports touch residents in any order */
	LOG_VILLAGE_BYTES = 1024 * 1024,
	LOG_TOWNSHIP_BYTES = 4 * 1024 * 1024,
};

struct engine_params store_engine_params(const struct store *store, const char *home)
{
	const bool village = store->level == LEVEL_VILLAGE;
	return (struct engine_params){
		.home = home,
		.key = store->encrypted ? store->db_key : NULL,
		.cache_bytes = store->bulk ? CACHE_BULK_BYTES : store->flags & STORE_AHEAD ? CACHE_AHEAD_BYTES : CACHE_BYTES,
		.log_file_bytes = village ? LOG_VILLAGE_BYTES : LOG_TOWNSHIP_BYTES,
	};
}

static int join(char out[4096], const struct store *store, const char *name, struct error *err)
{
	return path_join(out, 4096, store->dir, name, err);
}

static bool exists(const struct store *store, const char *name)
{
	struct error ignored;
	char path[4096];
	return join(path, store, name, &ignored) == 0 && file_exists(path);
}

void ladder_mark_damaged(struct store *store)
{
	struct error ignored;
	char path[4096];
	if (join(path, store, "damaged", &ignored) == 0)
		file_write_atomic(path, "1\n", 2, &ignored);
	logbook_write(store->dir, "a page of the database is damaged");
}

static void unmark_damaged(struct store *store)
{
	struct error ignored;
	char path[4096];
	if (join(path, store, "damaged", &ignored) == 0)
		unlink(path);
}

/* --- judging an open environment --- */

static bool reaches(const struct store *store, const struct sidecar *sidecar)
{
	if (!sidecar)
		return true;
	if (memcmp(sidecar->device, store->devices[store->self - 1].id, DEVICE_ID_BYTES) == 0 &&
	    sidecar->self_seq > store->mark.self_seq)
		return false;
	return sidecar->commits <= store->mark.commits && sidecar->n_entries <= store->mark.n_entries;
}

static void drop_engine(struct store *store)
{
	struct error ignored;
	engine_close(store->engine, &ignored);
	store->engine = NULL;
}

/* Open home and load; without an engine left behind on error. */
static int open_at(struct store *store, const char *home, struct error *err)
{
	struct engine_params params = store_engine_params(store, home);
	int ret;
	ret = engine_open(&store->engine, &params, err);
	if (ret) {
		store->engine = NULL;
		return ret;
	}
	ret = store_load(store, err);
	if (ret)
		drop_engine(store);
	return ret;
}

/* --- step 1 and 2: the environment as it is --- */

/* Whether the log still reaches as far as the sidecar saw it; asked before anything is written. */
static int log_is_short(const struct store *store, const char *home, const struct sidecar *sidecar,
                        bool *out, struct error *err)
{
	struct engine_position end;
	int ret = engine_log_peek(home, store->encrypted ? store->db_key : NULL, &end, err);
	*out = !ret && sidecar && engine_position_compare(end, sidecar->log) < 0;
	return ret;
}

static int step_as_it_is(struct store *store, const struct sidecar *sidecar, struct error *err)
{
	char home[4096];
	bool is_short;
	int ret = join(home, store, "env", err);
	ret = ret ? ret : log_is_short(store, home, sidecar, &is_short, err);
	if (!ret && is_short)
		return error_set(err, ERR_CORRUPT, _("the end of the database's log is missing"));
	ret = ret ? ret : open_at(store, home, err);
	if (ret == ERR_NOSPACE && store->ballast_bytes) {
		ballast_free(store);
		ret = open_at(store, home, err);
	}
	if (!ret && !reaches(store, sidecar)) {
		drop_engine(store);
		ret = error_set(err, ERR_CORRUPT, _("the database lacks what was saved last"));
	}
	return ret;
}

/* --- step 3 to 5: rebuild beside it --- */

struct best {
	bool found, complete;
	uint64_t n_entries;
	const char *name; /* of the folder */
	const char *text; /* what it was made from */
};

/* Build one candidate in folder name and judge it; a worse one is removed. */
static int attempt(struct store *store, const struct sidecar *sidecar, const struct rebuild_way *way,
                   struct best *best, struct error *err)
{
	char home[4096];
	int ret = join(home, store, way->folder, err);
	ret = ret ? ret : rebuild_make(store, way, home, err);
	ret = ret ? ret : open_at(store, home, err);
	if (ret) {
		struct error ignored;
		logbook_write(store->dir, "rebuilding from %s: %s", way->source, err->text);
		file_remove_tree(home, &ignored);
		return ret;
	}
	logbook_write(store->dir, "rebuilding from %s: %" PRIu64 " entries, %" PRIu64 " commits",
	              way->source, store->mark.n_entries, store->mark.commits);
	if (!best->found || store->mark.n_entries > best->n_entries) {
		best->found = true;
		best->complete = reaches(store, sidecar);
		best->n_entries = store->mark.n_entries;
		best->name = way->folder;
		best->text = way->text;
	}
	ret = engine_close(store->engine, err);
	store->engine = NULL;
	return ret;
}

static void tell_loss(struct store *store, const struct sidecar *sidecar)
{
	uint64_t lost = sidecar->n_entries > store->mark.n_entries
	                        ? sidecar->n_entries - store->mark.n_entries
	                        : 0;
	if (lost)
		logbook_tell(store,
		             _("%llu saved entries could not be brought back; import the last "
		               "bundle or ask the township to send them"),
		             (unsigned long long)lost);
}

static int step_rebuild(struct store *store, const struct sidecar *sidecar, struct error *err)
{
	struct best best = { 0 };
	struct error first = *err;
	char home[4096], kept[64];
	int ret = 0;
	for (size_t i = 0; i < rebuild_n_ways && !best.complete && ret != ERR_NOSPACE; i++)
		ret = attempt(store, sidecar, &rebuild_ways[i], &best, err);
	if (ret == ERR_NOSPACE && !best.found && store->ballast_bytes) {
		ballast_free(store);
		for (size_t i = 0; i < rebuild_n_ways && !best.complete; i++)
			ret = attempt(store, sidecar, &rebuild_ways[i], &best, err);
	}
	if (!best.found) {
		if (ret != ERR_NOSPACE)
			*err = first;
		return error_prefix(err, _("the database is damaged and could not be rebuilt"));
	}
	ret = rebuild_swap(store, best.name, kept, sizeof kept, err);
	ret = ret ? ret : join(home, store, "env", err);
	ret = ret ? ret : open_at(store, home, err);
	if (ret)
		return ret;
	logbook_tell(store, _("the database was damaged and was rebuilt from %s; the damaged one is kept as %s"),
	             _(best.text), kept);
	if (sidecar && !best.complete)
		tell_loss(store, sidecar);
	return 0;
}

/* --- climbing --- */

/* Worth a rebuild: damage, not a full disk, a lack of memory or a DB_CONFIG. */
static bool is_damage(int ret)
{
	return ret == ERR_CORRUPT || ret == ERR_NOTFOUND || ret == ERR_IO || ret == ERR_TRUNCATED;
}

int ladder_climb(struct store *store, struct error *err)
{
	struct sidecar stored, *sidecar = &stored;
	struct error ignored;
	bool rebuilt = false;
	int ret = rebuild_settle(store, err);
	ret = ret ? ret : base_settle(store->dir, err);
	if (ret)
		return ret;
	if (sidecar_read(store->dir, &stored, err)) {
		logbook_tell(store, _("the watermark beside the database was unreadable and is written anew"));
		sidecar = NULL;
	}
	if (exists(store, "damaged"))
		ret = error_set(err, ERR_CORRUPT, _("a page of the database is damaged"));
	else
		ret = step_as_it_is(store, sidecar, err);
	if (ret == ERR_CORRUPT && rebuild_set_newest_log_aside(store)) {
		logbook_tell(store, _("the newest log file was empty and was set aside"));
		ret = step_as_it_is(store, sidecar, err);
	}
	if (is_damage(ret)) {
		logbook_write(store->dir, "opening: %s", err->text);
		ret = step_rebuild(store, sidecar, err);
		rebuilt = !ret;
	}
	if (ret)
		return ret;
	unmark_damaged(store);
	ret = sidecar_write(store, true, err);
	if (!ret && (rebuilt || !exists(store, "base")) &&
	    store_make_base(store, NULL, &ignored))
		logbook_write(store->dir, "base copy: %s", ignored.text);
	if (ret)
		drop_engine(store);
	return ret;
}
