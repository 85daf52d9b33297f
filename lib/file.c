/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/i18n.h"

enum { CHUNK_BYTES = 64 * 1024, TREE_OPEN_MAX = 16 };

static ssize_t read_some(int fd, void *out, size_t n_bytes)
{
	ssize_t n;

	do
		n = read(fd, out, n_bytes);
	while (n < 0 && errno == EINTR);
	return n;
}

static int write_all(int fd, const void *bytes, size_t n_bytes)
{
	const uint8_t *from = bytes;

	while (n_bytes) {
		ssize_t n = write(fd, from, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		from += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

int file_read(const char *path, size_t max_bytes, struct buf *out, struct error *err)
{
	size_t start = out->len_bytes;
	int code = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, errno, "%s", path);
	for (;;) {
		uint8_t *to = buf_reserve(out, CHUNK_BYTES);
		ssize_t n;

		if (!to) {
			code = error_set(err, ERR_NOMEM, _("%s: out of memory"), path);
			break;
		}
		n = read_some(fd, to, CHUNK_BYTES);
		if (n < 0)
			code = error_errno(err, errno, "%s", path);
		if (n <= 0)
			break;
		if ((size_t)n > max_bytes - (out->len_bytes - start)) {
			code = error_set(err, ERR_LIMIT, _("%s: larger than %zu bytes"), path, max_bytes);
			break;
		}
		out->len_bytes += (size_t)n;
	}
	close(fd);
	if (code)
		out->len_bytes = start;
	return code;
}

static int sync_dir_of(const char *path, struct error *err)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!slash)
		return file_sync_dir(".", err);
	if (slash == path)
		return file_sync_dir("/", err);
	if ((size_t)(slash - path) >= sizeof dir)
		return error_errno(err, ENAMETOOLONG, "%s", path);
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	return file_sync_dir(dir, err);
}

int file_replace_begin(const char *path, char *temp, size_t size, struct error *err)
{
	int fd;

	if ((size_t)snprintf(temp, size, "%s.XXXXXX", path) >= size)
		return error_set(err, ERR_LIMIT, _("%s: the path is too long"), path);
	fd = mkstemp(temp);
	if (fd < 0)
		return error_errno(err, errno, _("%s cannot be written"), path);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

int file_replace_end(int fd, const char *temp, const char *path, struct error *err)
{
	int code = 0;

	if (fsync(fd))
		code = error_errno(err, errno, _("%s cannot be written"), path);
	if (close(fd) && !code)
		code = error_errno(err, errno, _("%s cannot be written"), path);
	if (!code && rename(temp, path))
		code = error_errno(err, errno, _("%s cannot be written"), path);
	if (code) {
		unlink(temp);
		return code;
	}
	return sync_dir_of(path, err);
}

void file_replace_cancel(int fd, const char *temp)
{
	close(fd);
	unlink(temp);
}

int file_write_atomic(const char *path, const void *bytes, size_t n_bytes, struct error *err)
{
	char temp[PATH_MAX];
	int fd = file_replace_begin(path, temp, sizeof temp, err);

	if (fd < 0)
		return fd;
	if (write_all(fd, bytes, n_bytes)) {
		int code = error_errno(err, errno, _("%s cannot be written"), path);

		file_replace_cancel(fd, temp);
		return code;
	}
	return file_replace_end(fd, temp, path, err);
}

int file_copy(const char *from, const char *to, struct error *err)
{
	char temp[PATH_MAX];
	uint8_t chunk[CHUNK_BYTES];
	ssize_t n;
	int code, out, in = open(from, O_RDONLY | O_CLOEXEC);

	if (in < 0)
		return error_errno(err, errno, "%s", from);
	out = file_replace_begin(to, temp, sizeof temp, err);
	if (out < 0) {
		close(in);
		return out;
	}
	while ((n = read_some(in, chunk, sizeof chunk)) > 0)
		if (write_all(out, chunk, (size_t)n)) {
			code = error_errno(err, errno, _("%s cannot be written"), to);
			goto fail;
		}
	if (n < 0) {
		code = error_errno(err, errno, "%s", from);
		goto fail;
	}
	close(in);
	return file_replace_end(out, temp, to, err);
fail:
	close(in);
	file_replace_cancel(out, temp);
	return code;
}

static int make_dir(const char *path, unsigned mode, struct error *err)
{
	struct stat st;
	int number;

	if (!mkdir(path, mode))
		return 0;
	number = errno;
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return error_errno(err, number == EEXIST ? ENOTDIR : number, _("folder %s cannot be made"), path);
}

int file_make_dirs(const char *path, unsigned mode, struct error *err)
{
	char part[PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof part)
		return error_set(err, ERR_LIMIT, _("%s: the path is too long"), path);
	memcpy(part, path, len + 1);
	for (size_t i = 1; i < len; i++) {
		int code;

		if (part[i] != '/' || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		code = make_dir(part, mode, err);
		if (code)
			return code;
		part[i] = '/';
	}
	return make_dir(part, mode, err);
}

int file_sync_dir(const char *path, struct error *err)
{
	int code = 0, fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, errno, "%s", path);
	if (fsync(fd) && errno != EINVAL && errno != ENOTSUP)
		code = error_errno(err, errno, "%s", path);
	close(fd);
	return code;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path) && errno != ENOENT ? errno : 0;
}

int file_remove_tree(const char *path, struct error *err)
{
	struct stat st;
	int number;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : error_errno(err, errno, "%s", path);
	number = nftw(path, remove_one, TREE_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
	if (number < 0)
		number = errno;
	return number ? error_errno(err, number, _("%s cannot be removed"), path) : 0;
}

bool file_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

int64_t file_free_bytes(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) ? -1 : (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

int path_join(char *out, size_t size, const char *dir, const char *name, struct error *err)
{
	size_t len = strlen(dir);
	const char *slash = len && dir[len - 1] != '/' ? "/" : "";

	if ((size_t)snprintf(out, size, "%s%s%s", dir, slash, name) < size)
		return 0;
	return error_set(err, ERR_LIMIT, _("%s: the path is too long"), dir);
}

int path_data(char *out, size_t size, const char *name, struct error *err)
{
	const char *dir = getenv("XIANGYI_DATA");

	return path_join(out, size, dir && *dir ? dir : PKGDATADIR "/data", name, err);
}
