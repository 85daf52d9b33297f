/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/space.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "db/logbook.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum {
	BALLAST_MAX_BYTES = 16 * 1024 * 1024,
	BALLAST_SHARE = 4, /* of a small disk */
};

static int disk_full(struct error *err)
{
	return error_set(err, ERR_NOSPACE,
	                 _("the disk is full; nothing was saved; make room on it and try again"));
}

int ballast_make(struct store *store, struct error *err)
{
	struct statvfs disk;
	struct stat st;
	char path[4096];
	int64_t size;
	int fd, code, ret = path_join(path, sizeof path, store->dir, "ballast", err);
	if (ret)
		return ret;
	if (stat(path, &st) == 0 && st.st_size > 0 && (int64_t)st.st_blocks * 512 >= st.st_size) {
		store->ballast_bytes = st.st_size;
		return 0;
	}
	if (statvfs(store->dir, &disk))
		return error_errno(err, errno, "%s", store->dir);
	size = (int64_t)(disk.f_blocks * disk.f_frsize) / BALLAST_SHARE;
	if (size > BALLAST_MAX_BYTES)
		size = BALLAST_MAX_BYTES;
	/* Half of what is free at most: a reserve that ate the last room would be the full disk itself. */
	if ((int64_t)(disk.f_bavail * disk.f_frsize) < 2 * size)
		return disk_full(err);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_errno(err, errno, "%s", path);
	code = posix_fallocate(fd, 0, size);
	close(fd);
	if (code) {
		unlink(path);
		return code == ENOSPC ? disk_full(err) : error_errno(err, code, "%s", path);
	}
	store->ballast_bytes = size;
	return 0;
}

void ballast_free(struct store *store)
{
	struct error ignored;
	char path[4096];
	if (path_join(path, sizeof path, store->dir, "ballast", &ignored) == 0 && unlink(path) == 0)
		logbook_write(store->dir, "disk full: reserve of %lld bytes freed",
		              (long long)store->ballast_bytes);
	store->ballast_bytes = 0;
}

int space_check(struct store *store, struct error *err)
{
	int64_t free_bytes;
	if (store->ballast_bytes == 0) {
		int ret = ballast_make(store, err);
		if (ret)
			return ret;
	}
	free_bytes = file_free_bytes(store->dir);
	return free_bytes >= 0 && free_bytes < store->ballast_bytes / 8 ? disk_full(err) : 0;
}

int64_t space_used(const char *folder)
{
	int64_t total = 0;
	struct dirent *entry;
	DIR *stream = opendir(folder);
	while (stream && (entry = readdir(stream))) {
		struct stat st;
		if (entry->d_name[0] != '.' && fstatat(dirfd(stream), entry->d_name, &st, 0) == 0)
			total += (int64_t)st.st_blocks * 512;
	}
	if (stream)
		closedir(stream);
	return total;
}
