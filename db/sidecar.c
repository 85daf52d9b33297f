/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"

enum { SLOT_BYTES = 512, HASH_BYTES = 16, HASHED_BYTES = SLOT_BYTES - HASH_BYTES };

static const char magic[8] = { 'X', 'Y', 'S', 'I', 'D', 'E', '0', '1' };

static bool slot_decode(const uint8_t slot[SLOT_BYTES], struct sidecar *out)
{
	uint8_t hash[HASH_BYTES];
	struct span in = span_of(slot + sizeof magic, HASHED_BYTES - sizeof magic), part = { NULL, 0 };
	crypto_hash_data(hash, sizeof hash, slot, HASHED_BYTES, NULL);
	if (memcmp(slot, magic, sizeof magic) || memcmp(hash, slot + HASHED_BYTES, sizeof hash))
		return false;
	span_u64(&in, &out->turn);
	span_take(&in, sizeof out->device, &part);
	memcpy(out->device, part.data, sizeof out->device);
	span_take(&in, sizeof out->epoch, &part);
	memcpy(out->epoch, part.data, sizeof out->epoch);
	span_u64(&in, &out->commits);
	span_u64(&in, &out->n_entries);
	span_u64(&in, &out->self_seq);
	span_take(&in, sizeof out->self_head, &part);
	memcpy(out->self_head, part.data, sizeof out->self_head);
	span_u32(&in, &out->log.file);
	return span_u32(&in, &out->log.offset);
}

int sidecar_read(const char *dir, struct sidecar *out, struct error *err)
{
	uint8_t slots[2 * SLOT_BYTES] = { 0 };
	struct buf bytes = BUF_INIT;
	struct sidecar other;
	char path[4096];
	bool first, second;
	int ret = path_join(path, sizeof path, dir, "sidecar", err);
	ret = ret ? ret : file_read(path, sizeof slots, &bytes, err);
	if (!ret && bytes.len_bytes)
		memcpy(slots, bytes.data, bytes.len_bytes);
	buf_free(&bytes);
	if (ret && ret != ERR_LIMIT)
		return ret;
	first = slot_decode(slots, out);
	second = slot_decode(slots + SLOT_BYTES, &other);
	if (!first && !second)
		return error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	if (!first || (second && other.turn > out->turn))
		*out = other;
	return 0;
}

static int sidecar_open(struct store *store, struct error *err)
{
	struct sidecar last;
	struct error ignored;
	char path[4096];
	int ret = path_join(path, sizeof path, store->dir, "sidecar", err);
	if (ret)
		return ret;
	store->sidecar_turn = sidecar_read(store->dir, &last, &ignored) == 0 ? last.turn : 0;
	store->sidecar_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->sidecar_fd < 0)
		return error_errno(err, errno, "%s", path);
	return file_sync_dir(store->dir, err);
}

int sidecar_write(struct store *store, bool sync, struct error *err)
{
	uint8_t slot[SLOT_BYTES] = { 0 }, *at = slot;
	int ret = store->sidecar_fd < 0 ? sidecar_open(store, err) : 0;
	ret = ret ? ret : engine_log_position(store->engine, &store->log_at, err);
	if (ret)
		return ret;
	store->sidecar_turn++;
	memcpy(at, magic, sizeof magic);
	put_u64_be(at += sizeof magic, store->sidecar_turn);
	memcpy(at += 8, store->devices[store->self - 1].id, DEVICE_ID_BYTES);
	memcpy(at += DEVICE_ID_BYTES, store->epoch, sizeof store->epoch);
	put_u64_be(at += sizeof store->epoch, store->mark.commits);
	put_u64_be(at += 8, store->mark.n_entries);
	put_u64_be(at += 8, store->mark.self_seq);
	memcpy(at += 8, store->mark.self_head, CRYPTO_HASH_BYTES);
	put_u32_be(at += CRYPTO_HASH_BYTES, store->log_at.file);
	put_u32_be(at += 4, store->log_at.offset);
	crypto_hash_data(slot + HASHED_BYTES, HASH_BYTES, slot, HASHED_BYTES, NULL);
	if (pwrite(store->sidecar_fd, slot, SLOT_BYTES,
	           (off_t)(store->sidecar_turn % 2 * SLOT_BYTES)) != SLOT_BYTES ||
	    (sync && fdatasync(store->sidecar_fd)))
		return error_errno(err, errno, "%s/sidecar", store->dir);
	return 0;
}
