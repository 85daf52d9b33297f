/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/stick.h"

enum { NUMBER_DIGITS = 8, NUMBER_MAX = 99999999, COPY_BYTES = 64 * 1024, SCAN_MAX = 10000 };

struct stick_writer {
	struct envelope_sink sink;
	struct crypto_hash_state hash;
	uint64_t bytes;
	int fd;
	bool made, committed;
	unsigned number;
	char extension[4];
	char folder[SYNC_PATH_BYTES], temporary[SYNC_PATH_BYTES];
};

/* The number of a name NNNNNNNN.EXT with any extension of three letters; 0 for other names. */
static unsigned name_number(const char *name, const char *extension)
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
		unsigned number = name_number(entry->d_name, NULL);
		highest = number > highest ? number : highest;
	}
	if (dir)
		closedir(dir);
	return highest;
}

static int stick_errno(struct error *err, int number, const char *path)
{
	if (number == EROFS)
		return error_set(err, ERR_DENIED, _("%s is write-protected"), path);
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
	int code = leads_away(folder)
	           ? error_set(err, ERR_INVALID, _("%s is a link to another place; nothing was written"), folder)
	           : file_make_dirs(folder, 0700, err);
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

int stick_sync(struct stick_writer *writer, struct error *err)
{
	int number = fsync(writer->fd) ? errno : 0;
	/* without a cached copy the reading back comes from the medium */
	posix_fadvise(writer->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (close(writer->fd) && !number)
		number = errno;
	writer->fd = -1;
	return number ? stick_errno(err, number, writer->folder) : 0;
}

static int read_back(struct stick_writer *writer, const char *path, struct error *err)
{
	uint8_t wanted[CRYPTO_HASH_BYTES], got[CRYPTO_HASH_BYTES];
	struct crypto_hash_state hash;
	uint8_t *block = malloc(COPY_BYTES);
	int code = 0, fd = block ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	ssize_t n = 0;
	if (!block || fd < 0) {
		code = block ? stick_errno(err, errno, path) : error_set(err, ERR_NOMEM, _("out of memory"));
		goto out;
	}
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	crypto_hash_begin(&hash, CRYPTO_HASH_BYTES, NULL);
	while ((n = read(fd, block, COPY_BYTES)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			crypto_hash_add(&hash, block, (size_t)n);
	if (n < 0)
		code = stick_errno(err, errno, path);
	crypto_hash_end(&hash, got, sizeof(got));
	crypto_hash_end(&writer->hash, wanted, sizeof(wanted));
	if (!code && !crypto_equal(got, wanted, sizeof(got)))
		code = error_set(err, ERR_IO,
		                 _("%s reads back differently from what was written: use another stick"), path);
out:
	if (fd >= 0)
		close(fd);
	free(block);
	return code;
}

static void sync_file_system(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		syncfs(fd);
		close(fd);
	}
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
	if (!(code = file_sync_dir(writer->folder, err))) {
		sync_file_system(writer->folder);
		code = read_back(writer, path, err);
	}
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

/* --- old generations --- */

struct left_file {
	unsigned number;
	uint16_t part;
};

static int newest_first(const void *a, const void *b)
{
	unsigned x = ((const struct left_file *)a)->number, y = ((const struct left_file *)b)->number;
	return x < y ? 1 : -(x > y);
}

static bool is_from(const char *folder, const char *name, const uint8_t (*senders)[DEVICE_ID_BYTES],
                    size_t n, uint16_t *part)
{
	char path[SYNC_PATH_BYTES];
	struct envelope_head head;
	bool mine = false;
	if (path_join(path, sizeof(path), folder, name, NULL))
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && !envelope_peek(&head, fd, NULL))
		for (size_t i = 0; i < n; i++)
			mine = mine || !memcmp(head.sender, senders[i], DEVICE_ID_BYTES);
	if (fd >= 0)
		close(fd);
	*part = mine ? head.part : 0;
	return mine;
}

static void remove_numbered(const char *folder, unsigned number, const char *extension)
{
	char name[NUMBER_DIGITS + 5], path[SYNC_PATH_BYTES];
	snprintf(name, sizeof(name), "%08u.%.3s", number % (NUMBER_MAX + 1u), extension);
	if (!path_join(path, sizeof(path), folder, name, NULL))
		unlink(path);
}

void stick_prune(const char *folder, const char *extension, const uint8_t (*senders)[DEVICE_ID_BYTES],
                 size_t n)
{
	struct left_file *files = calloc(SCAN_MAX, sizeof(*files));
	size_t n_files = 0, generations = 0;
	DIR *dir = files ? opendir(folder) : NULL;
	for (struct dirent *entry; dir && (entry = readdir(dir)) && n_files < SCAN_MAX;) {
		unsigned number = name_number(entry->d_name, NULL);
		uint16_t part;
		if (number && !strcasecmp(entry->d_name + NUMBER_DIGITS, ".TMP"))
			remove_numbered(folder, number, "TMP");
		else if (name_number(entry->d_name, extension) &&
		         is_from(folder, entry->d_name, senders, n, &part))
			files[n_files++] = (struct left_file){ number, part };
	}
	if (dir)
		closedir(dir);
	if (n_files)
		qsort(files, n_files, sizeof(*files), newest_first);
	for (size_t i = 0; i < n_files; i++) {
		if (generations >= STICK_GENERATIONS)
			remove_numbered(folder, files[i].number, extension);
		generations += files[i].part <= 1;
	}
	free(files);
}

/* --- finding --- */

struct scan {
	struct arena *arena;
	const char *extension;
	char **paths;
	size_t n;
	bool failed;
};

static void scan_file(struct scan *scan, const char *path, const char *name)
{
	struct stat st;
	size_t len = strlen(name), extension = strlen(scan->extension);
	if (name[0] == '.' || len <= extension + 1 || name[len - extension - 1] != '.' ||
	    strcasecmp(name + len - extension, scan->extension) || lstat(path, &st) ||
	    !S_ISREG(st.st_mode) || scan->n >= SCAN_MAX)
		return;
	char *copy = arena_strdup(scan->arena, path);
	if (copy)
		scan->paths[scan->n++] = copy;
	else
		scan->failed = true;
}

/* Files of a folder and, below depth levels of folders, of those. */
static void scan_folder(struct scan *scan, const char *folder, int depth)
{
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char path[SYNC_PATH_BYTES];
		struct stat st;
		if (entry->d_name[0] == '.' || path_join(path, sizeof(path), folder, entry->d_name, NULL))
			continue;
		if (depth && !lstat(path, &st) && S_ISDIR(st.st_mode))
			scan_folder(scan, path, depth - 1);
		else
			scan_file(scan, path, entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int stick_scan(const char *path, const char *extension, struct arena *arena, char ***out, size_t *n,
               struct error *err)
{
	struct scan scan = { .arena = arena, .extension = extension };
	struct stat st;
	char upper[SYNC_PATH_BYTES];
	*n = 0;
	if (stat(path, &st))
		return error_errno(err, errno, "%s", path);
	if (!(*out = scan.paths = arena_array(arena, SCAN_MAX, sizeof(*scan.paths))))
		return error_set(err, ERR_NOMEM, _("out of memory"));
	if (!S_ISDIR(st.st_mode)) {
		if (!S_ISREG(st.st_mode))
			return error_set(err, ERR_INVALID, _("%s is neither a file nor a folder"), path);
		scan.paths[scan.n++] = arena_strdup(arena, path);
		*n = scan.n;
		return scan.paths[0] ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	}
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	bool itself = len >= 7 && !strncasecmp(path + len - 7, "XIANGYI", 7);
	scan_folder(&scan, path, itself ? 1 : 0);
	int code = path_join(upper, sizeof(upper), path, "XIANGYI", err);
	if (!code && !itself)
		scan_folder(&scan, upper, 1);
	if (scan.n)
		qsort(scan.paths, scan.n, sizeof(*scan.paths), compare_paths);
	*n = scan.n;
	return scan.failed ? error_set(err, ERR_NOMEM, _("out of memory")) : code;
}
