/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "db/logbook.h"
#include "db/store_int.h"

/* META "epoch": the present one. META "epochs": those before it, 8 bytes each, oldest first. */

enum { EPOCH_BYTES = 8, PAST_MAX_BYTES = 1024 * EPOCH_BYTES };

int epoch_draw_txn(struct store *store, uint8_t out[EPOCH_BYTES], struct error *err)
{
	struct buf past = BUF_INIT;
	struct span before;
	int ret = meta_get(store, "epochs", &before, err);
	if (!ret && before.len_bytes >= PAST_MAX_BYTES)
		before = span_of(before.data + EPOCH_BYTES, before.len_bytes - EPOCH_BYTES);
	if (!ret)
		buf_put(&past, before.data, before.len_bytes);
	if (ret == ERR_NOTFOUND)
		ret = 0;
	buf_put(&past, store->epoch, EPOCH_BYTES);
	if (!ret && past.failed)
		ret = error_errno(err, ENOMEM, "%s", store->dir);
	crypto_random(out, EPOCH_BYTES);
	ret = ret ? ret : meta_put(store, "epochs", span_of_buf(&past), err);
	ret = ret ? ret : meta_put(store, "epoch", span_of(out, EPOCH_BYTES), err);
	buf_free(&past);
	return ret;
}

int store_new_epoch(struct store *store, const char *reason, struct error *err)
{
	uint8_t epoch[EPOCH_BYTES];
	int ret = store_begin(store, err);
	if (ret)
		return ret;
	ret = epoch_draw_txn(store, epoch, err);
	if (ret) {
		store_abort(store);
		return ret;
	}
	ret = store_commit(store, err);
	if (ret)
		return ret;
	memcpy(store->epoch, epoch, sizeof store->epoch);
	logbook_write(store->dir, "a new epoch: %s", reason);
	return 0;
}

int store_had_epoch(struct store *store, const uint8_t epoch[EPOCH_BYTES], bool *out, struct error *err)
{
	struct span past;
	int ret = meta_get(store, "epochs", &past, err);
	*out = false;
	for (size_t at = 0; !ret && at + EPOCH_BYTES <= past.len_bytes; at += EPOCH_BYTES)
		*out = *out || !memcmp(past.data + at, epoch, EPOCH_BYTES);
	return ret == ERR_NOTFOUND ? 0 : ret;
}
