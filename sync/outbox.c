/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the outbox to a stick or folder: room is made or missed before the first byte is written there. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/export.h"
#include "sync/outbox.h"
#include "sync/peer.h"
#include "sync/stick.h"

/* Folders and the clusters of small files: FAT32 has clusters of up to 64 KiB. */
enum { SPARE_BYTES = 256 * 1024, CLUSTER_BYTES = 64 * 1024 };

struct carrier {
	struct store *store;
	struct progress *progress;
	struct export_report *report;
	struct error *err;
	struct arena arena;
	uint8_t (*senders)[DEVICE_ID_BYTES]; /* all installations that this place had */
	size_t n_senders;
	char outbox[SYNC_PATH_BYTES], folder[SYNC_PATH_BYTES];
	char **paths;
	size_t n_paths;
};

int outbox_folder(struct store *store, const char *carrier, char out[SYNC_PATH_BYTES], struct error *err)
{
	char spool[SYNC_PATH_BYTES], outbox[SYNC_PATH_BYTES];
	int code = path_join(spool, sizeof(spool), store_dir(store), "spool", err);
	if (code || (code = path_join(outbox, sizeof(outbox), spool, "out", err)) ||
	    (code = path_join(out, SYNC_PATH_BYTES, outbox, carrier, err)))
		return code;
	return file_make_dirs(out, 0700, err);
}

static int find_senders(struct carrier *c)
{
	struct store_info info;
	size_t n = 0;
	int code = store_info_get(c->store, &info, c->err);
	if (code)
		return code;
	while (store_device_at(c->store, n))
		n++;
	if (!(c->senders = arena_array(&c->arena, n + 1, sizeof(*c->senders))))
		return error_set(c->err, ERR_NOMEM, _("out of memory"));
	for (size_t i = 0; i < n; i++) {
		const struct store_device *device = store_device_at(c->store, i);
		if (!strcmp(device->region, info.self.region))
			memcpy(c->senders[c->n_senders++], device->id, DEVICE_ID_BYTES);
	}
	return 0;
}

static void prune(struct carrier *c, size_t keep)
{
	stick_prune(c->folder, "XYB", (const uint8_t (*)[DEVICE_ID_BYTES])c->senders, c->n_senders, keep);
}

static int64_t needed_bytes(const struct carrier *c)
{
	struct stat st;
	int64_t needed = SPARE_BYTES;
	for (size_t i = 0; i < c->n_paths; i++)
		if (!stat(c->paths[i], &st))
			needed += (int64_t)st.st_size + CLUSTER_BYTES;
	return needed;
}

/* Left-over temporary files go first; then, when it is tight, the older of our own exports. */
static int make_room(struct carrier *c)
{
	int64_t needed = needed_bytes(c), free_bytes;
	for (size_t keep = STICK_GENERATIONS; keep; keep--) {
		prune(c, keep);
		free_bytes = file_free_bytes(c->folder);
		if (free_bytes < 0 || free_bytes >= needed)
			return 0;
	}
	return error_set(c->err, ERR_NOSPACE,
	                 _("there is no space left on %s: %lld KB are needed, %lld KB are free; nothing was written"),
	                 c->folder, (long long)(needed / 1024), (long long)(free_bytes / 1024));
}

static int carry(struct carrier *c, const char *dir)
{
	struct store_info info;
	int code = store_info_get(c->store, &info, c->err);
	if (code || (code = stick_folder(c->folder, dir, info.self.region, c->err)) ||
	    (code = stick_scan(c->outbox, "XYB", &c->arena, &c->paths, &c->n_paths, c->err)) ||
	    (code = find_senders(c)) || (code = stick_make_folder(c->folder, c->err)) || (code = make_room(c)))
		return code;
	for (size_t i = 0; !code && i < c->n_paths; i++)
		code = stick_carry(c->paths[i], c->folder, "XYB", c->progress, c->report->path, c->err);
	if (code)
		return code;
	prune(c, STICK_GENERATIONS);
	return peer_set_number(c->store, PEER_LAST_EXPORT, date_today(), c->err);
}

int sync_export_parts(struct store *store, const char *dir, uint64_t part_bytes, struct progress *progress,
                      struct export_report *out, struct error *err)
{
	struct carrier c = { .store = store, .progress = progress, .report = out, .err = err };
	memset(out, 0, sizeof(*out));
	int code = outbox_folder(store, "stick", c.outbox, err);
	if (!code && !(code = file_remove_tree(c.outbox, err)) &&
	    !(code = outbox_folder(store, "stick", c.outbox, err)) &&
	    !(code = sync_export_make(store, c.outbox, part_bytes, progress, out, err)) && !out->nothing_new)
		code = carry(&c, dir);
	out->safe_to_remove = !code && stick_holds(dir);
	file_remove_tree(c.outbox, NULL);
	arena_free(&c.arena);
	return code;
}

int sync_export(struct store *store, const char *dir, struct progress *progress,
                struct export_report *out, struct error *err)
{
	return sync_export_parts(store, dir, EXPORT_PART_BYTES, progress, out, err);
}

static int read_single(struct carrier *c, size_t max_bytes, struct buf *out)
{
	int code = stick_scan(c->outbox, "XYB", &c->arena, &c->paths, &c->n_paths, c->err);
	if (!code && c->n_paths == 1)
		code = file_read(c->paths[0], max_bytes, out, c->err);
	if (code == ERR_LIMIT || c->n_paths > 1)
		return error_set(c->err, ERR_LIMIT, _("%llu entries are too much for QR codes: take a stick"),
		                 (unsigned long long)c->report->entries);
	return code;
}

int sync_export_small(struct store *store, size_t max_bytes, struct buf *out, bool *nothing_new,
                      struct error *err)
{
	struct export_report report = { .entries = 0 };
	struct carrier c = { .store = store, .report = &report, .err = err };
	int code = outbox_folder(store, "paper", c.outbox, err);
	if (!code)
		code = sync_export_make(store, c.outbox, EXPORT_PART_BYTES, NULL, &report, err);
	*nothing_new = report.nothing_new;
	if (!code && !report.nothing_new)
		code = read_single(&c, max_bytes, out);
	file_remove_tree(c.outbox, NULL);
	arena_free(&c.arena);
	return code;
}
