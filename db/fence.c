/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "db/logbook.h"
#include "db/secret.h"
#include "db/store_int.h"
#include "lib/file.h"
#include "lib/i18n.h"

/* STORE/fence: "xiangyi-fence 1 INCARNATION HIGHEST HEAD SUM\n", numbers in hex but for HIGHEST. */

enum { SUM_BYTES = 16 };

static void fence_sum(char out[2 * SUM_BYTES + 1], const char *text, size_t n_bytes)
{
	uint8_t sum[SUM_BYTES];
	crypto_hash_data(sum, sizeof sum, text, n_bytes, NULL);
	hex_encode(out, sum, sizeof sum);
}

int fence_read(const char *dir, struct fence *out, struct error *err)
{
	char path[4096], incarnation[17], head[2 * CRYPTO_HASH_BYTES + 1], sum[2 * SUM_BYTES + 1];
	char want[2 * SUM_BYTES + 1];
	struct buf bytes = BUF_INIT;
	const char *text, *last;
	int ret = path_join(path, sizeof path, dir, "fence", err);
	ret = ret ? ret : file_read(path, 4096, &bytes, err);
	if (!ret) {
		text = buf_text(&bytes);
		last = strrchr(text, ' ');
		if (last)
			fence_sum(want, text, (size_t)(last - text));
		if (!last ||
		    sscanf(text, "xiangyi-fence 1 %16s %" SCNu64 " %64s %32s", incarnation,
		           &out->highest_seq, head, sum) != 4 ||
		    strcmp(sum, want) || !hex_decode(out->incarnation, 8, incarnation) ||
		    !hex_decode(out->head, sizeof out->head, head))
			ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	}
	buf_free(&bytes);
	return ret;
}

int fence_write(const char *dir, const struct fence *fence, struct error *err)
{
	char path[4096], text[512], incarnation[17], head[2 * CRYPTO_HASH_BYTES + 1];
	char sum[2 * SUM_BYTES + 1];
	size_t n;
	int ret = path_join(path, sizeof path, dir, "fence", err);
	if (ret)
		return ret;
	hex_encode(incarnation, fence->incarnation, 8);
	hex_encode(head, fence->head, sizeof fence->head);
	n = (size_t)snprintf(text, sizeof text, "xiangyi-fence 1 %s %" PRIu64 " %s", incarnation,
	                     fence->highest_seq, head);
	fence_sum(sum, text, n);
	n += (size_t)snprintf(text + n, sizeof text - n, " %s\n", sum);
	return file_write_atomic(path, text, n, err);
}

static int fence_reset(struct store *store, uint64_t highest_seq, struct error *err)
{
	struct fence fence = { .highest_seq = highest_seq };
	memcpy(fence.incarnation, store->devices[store->self - 1].incarnation, 8);
	memcpy(fence.head, store->mark.self_head, sizeof fence.head);
	return fence_write(store->dir, &fence, err);
}

int fence_check(struct store *store, bool *set_back, struct error *err)
{
	const struct store_device *self = &store->devices[store->self - 1];
	struct fence fence;
	int ret = fence_read(store->dir, &fence, err);
	*set_back = false;
	if (ret == ERR_NOTFOUND || ret == ERR_CORRUPT)
		return 0; /* written anew with the next bundle */
	if (ret)
		return ret;
	if (!memcmp(fence.incarnation, self->incarnation, 8))
		*set_back = fence.highest_seq > store->mark.self_seq;
	else /* a life after the database's: the database is older than the fence */
		*set_back = secret_life(store->dir, &store->session, fence.incarnation) >
		            secret_life(store->dir, &store->session, self->incarnation);
	return 0;
}

int store_fence(struct store *store, uint64_t highest_seq, struct error *err)
{
	const struct store_device *self = &store->devices[store->self - 1];
	struct fence fence;
	struct error ignored;
	bool set_back;
	int ret = fence_check(store, &set_back, err);
	if (ret)
		return ret;
	if (set_back || highest_seq > store->mark.self_seq)
		return error_set(err, ERR_UNSURE,
		                 _("this store was set back to an older state; it must be renewed"));
	if (fence_read(store->dir, &fence, &ignored) == 0 &&
	    !memcmp(fence.incarnation, self->incarnation, 8) && fence.highest_seq >= highest_seq)
		return 0;
	return fence_reset(store, highest_seq, err);
}

int store_renew(struct store *store, const char *reason, struct error *err)
{
	struct store_device device = store->devices[store->self - 1];
	uint8_t epoch[8], number[2];
	int ret = secret_draw(store->dir, &store->session, &device, err);
	ret = ret ? ret : store_begin(store, err);
	if (ret)
		return ret;
	store->devices[store->self - 1].self = false;
	device.self = device.enrolled = true;
	ret = device_put_txn(store, &device, err);
	number[0] = (uint8_t)(store->n_devices >> 8);
	number[1] = (uint8_t)store->n_devices;
	ret = ret ? ret : meta_put(store, "self", span_of(number, 2), err);
	ret = ret ? ret : epoch_draw_txn(store, epoch, err);
	if (ret) {
		store_abort(store);
		return ret;
	}
	store->self = (uint16_t)store->n_devices;
	store->devices[store->self - 1].self = true;
	memcpy(store->epoch, epoch, sizeof epoch);
	store->mark.self_seq = 0;
	memset(store->mark.self_head, 0, sizeof store->mark.self_head);
	ret = store_commit(store, err);
	if (ret)
		return ret;
	store->generation++;
	logbook_write(store->dir, "a new incarnation: %s", reason);
	return fence_reset(store, 0, err);
}
