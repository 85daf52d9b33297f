/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/stick.h"

enum { NUMBER_DIGITS = 8, NUMBER_MAX = 99999999, COPY_BYTES = 64 * 1024, BLOCK_BYTES = 4096,
       SYNC_BYTES = 1024 * 1024 /* of a slow stick are shown as written only when they are */ };

struct stick_writer {
	struct envelope_sink sink;
	struct crypto_hash_state hash;
	uint64_t bytes;
	int fd;
	bool made, committed;
	uint8_t wanted[CRYPTO_HASH_BYTES];
	unsigned number;
	char extension[4];
	char folder[SYNC_PATH_BYTES], temporary[SYNC_PATH_BYTES];
};

unsigned stick_number(const char *name, const char *extension)
{
	if (strspn(name, "0123456789") != NUMBER_DIGITS || name[NUMBER_DIGITS] != '.' ||
	    strlen(name) != NUMBER_DIGITS + 4 ||
	    (extension && strcasecmp(name + NUMBER_DIGITS + 1, extension)))
		return 0;
	return (unsigned)strtoul(name, NULL, 10);
}

static unsigned highest_number(const char *folder)
{
	unsigned highest = 0;
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		unsigned number = stick_number(entry->d_name, NULL);
		highest = number > highest ? number : highest;
	}
	if (dir)
		closedir(dir);
	return highest;
}

/* What a number means on a stick; a stick that is gone shows up as many. */
static int stick_errno(struct error *err, int number, const char *path)
{
	if (number == EROFS)
		return error_set(err, ERR_DENIED, _("%s is write-protected"), path);
	if (number == EIO || number == ENODEV || number == ENXIO || number == ENOTCONN || number == ENOMEDIUM ||
	    number == ESHUTDOWN || number == EUCLEAN)
		return error_set(err, ERR_IO,
		                 _("%s: the stick was pulled out or is broken; plug it in again or take another one"),
		                 path);
	if (number == ENOSPC || number == EDQUOT || number == EFBIG)
		return error_set(err, ERR_NOSPACE, _("there is no space left on %s; nothing was left half-written"),
		                 path);
	return error_errno(err, number, "%s", path);
}

static int sink_put(struct envelope_sink *sink, const void *bytes, size_t n_bytes, struct error *err)
{
	struct stick_writer *writer = (struct stick_writer *)sink;
	const uint8_t *from = bytes;
	crypto_hash_add(&writer->hash, bytes, n_bytes);
	writer->bytes += n_bytes;
	while (n_bytes) {
		ssize_t put = write(writer->fd, from, n_bytes);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return stick_errno(err, put ? errno : ENOSPC, writer->folder);
		from += put;
		n_bytes -= (size_t)put;
	}
	return 0;
}

/* A stick's XIANGYI and the clinic's folder in it are no links to somewhere else. */
static bool leads_away(const char *folder)
{
	char upper[SYNC_PATH_BYTES];
	struct stat st;
	snprintf(upper, sizeof(upper), "%s", folder);
	char *slash = strrchr(upper, '/'), *name;
	if (!slash)
		return false;
	*slash = '\0';
	name = strrchr(upper, '/') ? strrchr(upper, '/') + 1 : upper;
	return !strcasecmp(name, "XIANGYI") && ((!lstat(folder, &st) && S_ISLNK(st.st_mode)) ||
	                                        (!lstat(upper, &st) && S_ISLNK(st.st_mode)));
}

/* Of the file system that folder would lie on. */
static bool is_read_only(const char *folder)
{
	char upper[SYNC_PATH_BYTES];
	struct statvfs fs;
	snprintf(upper, sizeof(upper), "%s", folder);
	while (statvfs(upper, &fs)) {
		char *slash = strrchr(upper, '/');
		if (errno != ENOENT || !slash || slash == upper)
			return false;
		*slash = '\0';
	}
	return fs.f_flag & ST_RDONLY;
}

int stick_make_folder(const char *folder, struct error *err)
{
	struct stat st;
	if (leads_away(folder))
		return error_set(err, ERR_INVALID, _("%s is a link to another place; nothing was written"), folder);
	if (!stat(folder, &st) && S_ISDIR(st.st_mode))
		return 0;
	int code = file_make_dirs(folder, 0700, err);
	return code && is_read_only(folder) ? stick_errno(err, EROFS, folder) : code;
}

int stick_begin(struct stick_writer **out, const char *folder, const char *extension,
                struct error *err)
{
	char name[NUMBER_DIGITS + 5];
	struct stick_writer *writer = calloc(1, sizeof(*writer));
	if (!writer)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	*out = writer;
	writer->sink.put = sink_put;
	writer->fd = -1;
	snprintf(writer->extension, sizeof(writer->extension), "%s", extension);
	snprintf(writer->folder, sizeof(writer->folder), "%s", folder);
	crypto_hash_begin(&writer->hash, CRYPTO_HASH_BYTES, NULL);
	int code = stick_make_folder(folder, err);
	if (code)
		goto fail;
	writer->number = highest_number(folder);
	if (writer->number >= NUMBER_MAX) {
		code = error_set(err, ERR_LIMIT, _("%s holds too many bundles"), folder);
		goto fail;
	}
	snprintf(name, sizeof(name), "%08u.TMP", ++writer->number % (NUMBER_MAX + 1u));
	if ((code = path_join(writer->temporary, sizeof(writer->temporary), folder, name, err)))
		goto fail;
	writer->fd = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (writer->fd < 0) {
		code = stick_errno(err, errno, folder);
		goto fail;
	}
	writer->made = true;
	return 0;
fail:
	stick_end(writer);
	*out = NULL;
	return code;
}

struct envelope_sink *stick_sink(struct stick_writer *writer)
{
	return &writer->sink;
}

/* Past the cache where the file system can, so that the medium itself answers. */
static int open_past_cache(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECT);
	if (fd < 0 && (errno == EINVAL || errno == ENOTSUP))
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return fd;
}

/* O_DIRECT may be granted at opening and refused at reading, or for the odd end of a file. */
static ssize_t read_past_cache(int fd, uint8_t *block)
{
	for (;;) {
		ssize_t n = read(fd, block, COPY_BYTES);
		int flags = n < 0 && errno == EINVAL ? fcntl(fd, F_GETFL) : -1;
		if (flags >= 0 && flags & O_DIRECT && !fcntl(fd, F_SETFL, flags & ~O_DIRECT))
			continue;
		if (n >= 0 || errno != EINTR)
			return n;
	}
}

static int compare(const struct stick_writer *writer, int fd, uint8_t *block, const char *path,
                   struct error *err)
{
	uint8_t got[CRYPTO_HASH_BYTES];
	struct crypto_hash_state hash;
	uint64_t bytes = 0;
	ssize_t n = 0;
	crypto_hash_begin(&hash, CRYPTO_HASH_BYTES, NULL);
	while (bytes < writer->bytes && (n = read_past_cache(fd, block)) > 0) {
		crypto_hash_add(&hash, block, (size_t)n);
		bytes += (uint64_t)n;
	}
	if (n < 0)
		return stick_errno(err, errno, path);
	crypto_hash_end(&hash, got, sizeof(got));
	if (bytes != writer->bytes || !crypto_equal(got, writer->wanted, sizeof(got)))
		return error_set(err, ERR_IO, _("%s reads back differently from what was written: its capacity is "
		                                "not what it claims or it is worn out; use another stick"), path);
	return 0;
}

static int read_back(const struct stick_writer *writer, const char *path, struct error *err)
{
	void *block = NULL;
	int fd = -1;
	int code = posix_memalign(&block, BLOCK_BYTES, COPY_BYTES) ? error_set(err, ERR_NOMEM, _("out of memory")) : 0;
	if (!code && (fd = open_past_cache(path)) < 0)
		code = stick_errno(err, errno, path);
	if (!code)
		code = compare(writer, fd, block, path, err);
	if (fd >= 0)
		close(fd);
	free(block);
	return code;
}

int stick_sync(struct stick_writer *writer, struct error *err)
{
	int number = fsync(writer->fd) ? errno : 0;
	/* without a cached copy the reading back comes from the medium */
	posix_fadvise(writer->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (close(writer->fd) && !number)
		number = errno;
	writer->fd = -1;
	crypto_hash_end(&writer->hash, writer->wanted, sizeof(writer->wanted));
	return number ? stick_errno(err, number, writer->folder) : read_back(writer, writer->temporary, err);
}

/* The folder, then all that the file system still holds in memory: only then may the stick be pulled out. */
static int sync_file_system(const char *folder, struct error *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int number = fd < 0 || (fsync(fd) && errno != EINVAL && errno != ENOTSUP) || syncfs(fd) ? errno : 0;
	if (fd >= 0)
		close(fd);
	return number ? stick_errno(err, number, folder) : 0;
}

int stick_commit(struct stick_writer *writer, char path[SYNC_PATH_BYTES], struct error *err)
{
	char name[NUMBER_DIGITS + 5];
	snprintf(name, sizeof(name), "%08u.%s", writer->number % (NUMBER_MAX + 1u), writer->extension);
	int code = path_join(path, SYNC_PATH_BYTES, writer->folder, name, err);
	if (code)
		return code;
	if (file_exists(path))
		return error_set(err, ERR_EXISTS, _("%s is there already"), path);
	if (rename(writer->temporary, path))
		return stick_errno(err, errno, path);
	writer->committed = true;
	code = sync_file_system(writer->folder, err);
	code = code ? code : read_back(writer, path, err);
	if (code) {
		unlink(path);
		file_sync_dir(writer->folder, NULL);
	}
	return code;
}

void stick_end(struct stick_writer *writer)
{
	if (!writer)
		return;
	if (writer->fd >= 0)
		close(writer->fd);
	if (writer->made && !writer->committed)
		unlink(writer->temporary);
	free(writer);
}

int stick_folder(char out[SYNC_PATH_BYTES], const char *dir, const char *region, struct error *err)
{
	char upper[SYNC_PATH_BYTES];
	int code = path_join(upper, sizeof(upper), dir, "XIANGYI", err);
	return code ? code : path_join(out, SYNC_PATH_BYTES, upper, region, err);
}

static int carry_bytes(struct stick_writer *writer, int from, uint64_t total, struct progress *progress,
                       struct error *err)
{
	uint8_t *block = malloc(COPY_BYTES);
	uint64_t synced = 0;
	ssize_t n = 0;
	int code = block ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	while (!code && ((n = read(from, block, COPY_BYTES)) > 0 || (n < 0 && errno == EINTR))) {
		if (n < 0)
			continue;
		code = sink_put(&writer->sink, block, (size_t)n, err);
		if (!code && writer->bytes - synced >= SYNC_BYTES) {
			code = fdatasync(writer->fd) ? stick_errno(err, errno, writer->folder) : 0;
			synced = writer->bytes;
		}
		if (!code && !progress_report(progress, _("writing to the stick"), writer->bytes, total))
			code = error_set(err, ERR_CANCELLED, _("stopped; nothing was left half-written"));
	}
	if (!code && n < 0)
		code = error_errno(err, errno, _("it cannot be read"));
	free(block);
	return code;
}

int stick_carry(const char *from, const char *folder, const char *extension, struct progress *progress,
                char path[SYNC_PATH_BYTES], struct error *err)
{
	struct stick_writer *writer = NULL;
	struct stat st;
	int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st)) {
		int code = error_errno(err, errno, "%s", from);
		if (fd >= 0)
			close(fd);
		return code;
	}
	int code = stick_begin(&writer, folder, extension, err);
	if (!code && !(code = carry_bytes(writer, fd, (uint64_t)st.st_size, progress, err)) &&
	    !(code = stick_sync(writer, err)))
		code = stick_commit(writer, path, err);
	stick_end(writer);
	close(fd);
	return code;
}
