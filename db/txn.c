/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/txn.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "db/base.h"
#include "db/ladder.h"
#include "db/logbook.h"
#include "db/sidecar.h"
#include "db/space.h"
#include "lib/i18n.h"

enum {
	CHECKPOINT_BYTES = 1024 * 1024,
	CHECKPOINT_LARGE_BYTES = 2 * 1024 * 1024, /* a township's */
	CHECKPOINT_BULK_BYTES = 32 * 1024 * 1024, /* a second or two of recovery */
};

/* --- META "mark": 01 | nine varints | head 32 --- */

static int mark_write(struct store *store, struct error *err)
{
	const struct store_mark *mark = &store->mark;
	const uint64_t numbers[] = { mark->commits,    mark->n_entries,   mark->self_seq,
		                     mark->lamport,    mark->n_records,   mark->n_residents,
		                     mark->n_waiting,  mark->n_quarantined, mark->n_conflicts };
	struct buf bytes = BUF_INIT;
	int ret;
	buf_put_u8(&bytes, 1);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		buf_put_varint(&bytes, numbers[i]);
	buf_put(&bytes, mark->self_head, sizeof mark->self_head);
	ret = bytes.failed ? error_errno(err, ENOMEM, "%s", store->dir)
	                   : meta_put(store, "mark", span_of_buf(&bytes), err);
	buf_free(&bytes);
	return ret;
}

int mark_load(struct store *store, struct error *err)
{
	struct store_mark *mark = &store->mark;
	uint64_t *const numbers[] = { &mark->commits,   &mark->n_entries,     &mark->self_seq,
		                      &mark->lamport,   &mark->n_records,     &mark->n_residents,
		                      &mark->n_waiting, &mark->n_quarantined, &mark->n_conflicts };
	struct span bytes, head;
	uint8_t version;
	int ret = meta_get(store, "mark", &bytes, err);
	bool good = !ret && span_u8(&bytes, &version) && version == 1;
	for (size_t i = 0; good && i < sizeof numbers / sizeof *numbers; i++)
		good = span_varint(&bytes, numbers[i]);
	good = good && span_take(&bytes, sizeof mark->self_head, &head);
	if (!good)
		return ret && ret != ERR_NOTFOUND
		               ? ret
		               : error_set(err, ERR_CORRUPT, _("the store's counters are damaged"));
	memcpy(mark->self_head, head.data, sizeof mark->self_head);
	return 0;
}

/* --- transactions --- */

int store_load(struct store *store, struct error *err)
{
	struct span epoch;
	int ret = mark_load(store, err);
	store->generation++;
	ret = ret ? ret : devices_load(store, err);
	ret = ret ? ret : meta_get(store, "epoch", &epoch, err);
	if (ret || epoch.len_bytes != sizeof store->epoch)
		return ret && ret != ERR_NOTFOUND
		               ? ret
		               : error_set(err, ERR_CORRUPT, _("the store's counters are damaged"));
	memcpy(store->epoch, epoch.data, sizeof store->epoch);
	return 0;
}

int store_recover(struct store *store, struct error *err)
{
	struct error first = { 0 };
	if (engine_damaged(store->engine))
		ladder_mark_damaged(store);
	engine_close(store->engine, &first);
	store->engine = NULL;
	logbook_write(store->dir, "the database failed and is opened anew");
	return ladder_climb(store, err);
}

int store_begin(struct store *store, struct error *err)
{
	int ret = 0;
	if (store->trying)
		return engine_in_txn(store->engine)
		               ? 0 : error_set(err, ERR_CANCELLED, _("the trial ended with an error before"));
	if (engine_failed(store->engine))
		ret = store_recover(store, err);
	ret = ret ? ret : space_check(store, err);
	return ret ? ret : engine_begin(store->engine, err);
}

void store_abort(struct store *store)
{
	struct error err;
	engine_abort(store->engine);
	if (engine_failed(store->engine) ? store_recover(store, &err) : store_load(store, &err))
		logbook_write(store->dir, "after an abandoned change: %s", err.text);
}

/* Commit returned an error: the change may be on the disk or not. */
static int look_up(struct store *store, uint64_t wanted, struct error *err)
{
	struct error first = *err;
	int ret;
	if (first.code == ERR_NOSPACE)
		ballast_free(store);
	ret = store_recover(store, err);
	if (ret)
		return error_prefix(err, _("the database failed while saving"));
	if (store->mark.commits >= wanted)
		return 0;
	*err = first;
	return err->code;
}

/* On a full disk the reserve lets the changed pages be written all the same. */
static int checkpoint(struct store *store, uint32_t min_log_bytes, struct error *err)
{
	int ret = engine_checkpoint(store->engine, min_log_bytes, err);
	if (ret != ERR_NOSPACE || !store->ballast_bytes)
		return ret;
	ballast_free(store);
	if (engine_failed(store->engine))
		return store_recover(store, err);
	return engine_checkpoint(store->engine, 0, err);
}

static void checkpoint_if_due(struct store *store)
{
	const bool large = store->level != LEVEL_VILLAGE;
	const uint32_t bytes = store->bulk || store->importing ? CHECKPOINT_BULK_BYTES
	                       : large     ? CHECKPOINT_LARGE_BYTES
	                                   : CHECKPOINT_BYTES;
	struct engine_position at;
	struct error err;
	int ret = checkpoint(store, bytes, &err);
	/* Asking for the position flushes the log, which a bulk load must not do at every save. */
	if (!ret && store->bulk)
		return;
	ret = ret ? ret : engine_log_position(store->engine, &at, &err);
	if (!ret && at.file != store->log_archived) {
		store->log_archived = at.file;
		ret = logs_archive(store, &err);
	}
	/* What was committed is safe in the log; the next transaction recovers a failed engine. */
	if (ret)
		logbook_write(store->dir, "checkpoint: %s", err.text);
}

int store_commit(struct store *store, struct error *err)
{
	struct error local = { 0 }, ignored;
	uint64_t wanted;
	int ret;
	err = err ? err : &local;
	if (store->trying)
		return 0;
	wanted = ++store->mark.commits;
	ret = mark_write(store, err);
	if (ret) {
		store_abort(store);
		return ret;
	}
	ret = engine_commit(store->engine, !store->bulk, err);
	if (ret)
		return look_up(store, wanted, err);
	if (!store->bulk) {
		if (sidecar_write(store, false, &ignored))
			logbook_write(store->dir, "sidecar: %s", ignored.text);
		logs_prepare(store);
	}
	checkpoint_if_due(store);
	return 0;
}

int store_try_begin(struct store *store, struct error *err)
{
	int ret = store_begin(store, err);
	store->trying = !ret;
	return ret;
}

void store_try_end(struct store *store)
{
	store->trying = false;
	store_abort(store);
}

int store_settle(struct store *store, struct error *err)
{
	store->bulk = false;
	return store_checkpoint(store, err);
}

int store_rest(struct store *store, struct error *err)
{
	struct error ignored;
	int ret = store_checkpoint(store, err);
	if (ret)
		return ret;
	engine_close(store->engine, &ignored); /* opening recovers what this could not write */
	store->engine = NULL;
	if (store->sidecar_fd >= 0)
		close(store->sidecar_fd);
	store->sidecar_fd = -1;
	return 0;
}

int store_checkpoint(struct store *store, struct error *err)
{
	int ret = 0;
	if (engine_failed(store->engine))
		ret = store_recover(store, err);
	ret = ret ? ret : checkpoint(store, 0, err);
	ret = ret ? ret : sidecar_write(store, true, err);
	ret = ret ? ret : logs_archive(store, err);
	/* A base copy that is due will prune them: compressing would be work for nothing. */
	return ret || store_base_due(store) ? ret : logs_compress(store, err);
}
