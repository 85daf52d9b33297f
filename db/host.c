/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/host.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/file.h"

/* "xiangyi-host 1 MACHINE DISK FOLDER\n", hashes in hex, "-" for what is not known. */

enum { PART_BYTES = 16, PARTS = 3, ID_MAX_BYTES = 4096 };

struct host {
	char parts[PARTS][2 * PART_BYTES + 1];
};

static void put_part(char out[2 * PART_BYTES + 1], const void *bytes, size_t n_bytes)
{
	uint8_t hash[PART_BYTES];
	if (!n_bytes) {
		snprintf(out, 2 * PART_BYTES + 1, "-");
		return;
	}
	crypto_hash_data(hash, sizeof hash, bytes, n_bytes, NULL);
	hex_encode(out, hash, sizeof hash);
}

static bool read_id(const char *path, struct buf *out)
{
	struct error ignored;
	buf_clear(out);
	return file_read(path, ID_MAX_BYTES, out, &ignored) == 0 && out->len_bytes > 1;
}

/* The serial number of the disk below the store, as the kernel shows it: SATA and SCSI, NVMe, SD cards, virtio. */
static bool read_disk(dev_t device, struct buf *out)
{
	static const char *const files[] = { "device/wwid", "device/serial", "device/cid", "serial" };
	char link[64], *real, path[PATH_MAX + 32];
	bool found = false;
	snprintf(link, sizeof link, "/sys/dev/block/%u:%u", major(device), minor(device));
	real = realpath(link, NULL);
	for (int up = 0; real && up < 2 && !found; up++) { /* the partition's folder lies in the disk's */
		for (size_t i = 0; i < sizeof files / sizeof *files && !found; i++) {
			snprintf(path, sizeof path, "%s/%s", real, files[i]);
			found = read_id(path, out);
		}
		if (strrchr(real, '/'))
			*strrchr(real, '/') = '\0';
	}
	free(real);
	return found;
}

static void host_now(const struct store *store, struct host *out)
{
	const char *given = getenv("XIANGYI_HOST");
	struct buf id = BUF_INIT;
	struct stat st;
	if (given && *given) {
		put_part(out->parts[0], given, strlen(given));
		put_part(out->parts[1], NULL, 0);
		put_part(out->parts[2], NULL, 0);
		return;
	}
	read_id("/etc/machine-id", &id);
	put_part(out->parts[0], id.data, id.len_bytes);
	put_part(out->parts[1], NULL, 0);
	put_part(out->parts[2], NULL, 0);
	if (!stat(store->dir, &st)) {
		uint64_t inode = st.st_ino;
		put_part(out->parts[2], &inode, sizeof inode);
		if (read_disk(st.st_dev, &id))
			put_part(out->parts[1], id.data, id.len_bytes);
	}
	buf_free(&id);
}

int host_check(const struct store *store, bool *moved, struct error *err)
{
	struct buf text = BUF_INIT;
	struct host then = { .parts = { "" } }, now;
	char path[4096];
	int ret = path_join(path, sizeof path, store->dir, "host", err);
	*moved = false;
	if (ret)
		return ret;
	if (file_read(path, 256, &text, err) == 0 &&
	    sscanf(buf_text(&text), "xiangyi-host 1 %32s %32s %32s", then.parts[0], then.parts[1],
	           then.parts[2]) == PARTS) {
		host_now(store, &now);
		for (int i = 0; i < PARTS; i++)
			*moved = *moved || (strcmp(then.parts[i], "-") && strcmp(now.parts[i], "-") &&
			                    strcmp(then.parts[i], now.parts[i]));
	}
	buf_free(&text);
	return 0;
}

int host_write(const struct store *store, struct error *err)
{
	char path[4096], text[256];
	struct buf old = BUF_INIT;
	struct error ignored;
	struct host now;
	int ret = path_join(path, sizeof path, store->dir, "host", err);
	if (ret)
		return ret;
	host_now(store, &now);
	snprintf(text, sizeof text, "xiangyi-host 1 %s %s %s\n", now.parts[0], now.parts[1], now.parts[2]);
	if (file_read(path, sizeof text, &old, &ignored) || strcmp(buf_text(&old), text))
		ret = file_write_atomic(path, text, strlen(text), err);
	buf_free(&old);
	return ret;
}
