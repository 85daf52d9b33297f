/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files of a stick or folder are looked at, and which of them make way for new ones. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "lib/file.h"
#include "sync/stick.h"

enum { NAME_BYTES = 16, NUMBER_MAX = 99999999, SCAN_MAX = 10000 };

/* --- old generations --- */

struct left_file {
	unsigned number;
	uint16_t part;
	uint8_t recipient[DEVICE_ID_BYTES];
};

static int newest_first(const void *a, const void *b)
{
	unsigned x = ((const struct left_file *)a)->number, y = ((const struct left_file *)b)->number;
	return x < y ? 1 : -(x > y);
}

/* Exports before files[i] for the same installation: a village may have several. */
static size_t count_newer(const struct left_file *files, size_t i)
{
	size_t n = 0;
	for (size_t k = 0; k < i; k++)
		n += files[k].part <= 1 && !memcmp(files[k].recipient, files[i].recipient, DEVICE_ID_BYTES);
	return n;
}

static bool is_from(const char *folder, const char *name, const uint8_t (*senders)[DEVICE_ID_BYTES],
                    size_t n, struct left_file *out)
{
	char path[SYNC_PATH_BYTES];
	struct envelope_head head;
	struct stat st;
	bool mine = false;
	if (path_join(path, sizeof(path), folder, name, NULL) || lstat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && !envelope_peek(&head, fd, NULL))
		for (size_t i = 0; i < n; i++)
			mine = mine || !memcmp(head.sender, senders[i], DEVICE_ID_BYTES);
	if (fd >= 0)
		close(fd);
	if (mine) {
		out->part = head.part;
		memcpy(out->recipient, head.recipient, DEVICE_ID_BYTES);
	}
	return mine;
}

static void remove_numbered(const char *folder, unsigned number, const char *extension)
{
	char name[NAME_BYTES], path[SYNC_PATH_BYTES];
	snprintf(name, sizeof(name), "%08u.%.3s", number % (NUMBER_MAX + 1u), extension);
	if (!path_join(path, sizeof(path), folder, name, NULL))
		unlink(path);
}

void stick_prune(const char *folder, const char *extension, const uint8_t (*senders)[DEVICE_ID_BYTES],
                 size_t n, size_t keep)
{
	struct left_file *files = calloc(SCAN_MAX, sizeof(*files));
	size_t n_files = 0;
	DIR *dir = files ? opendir(folder) : NULL;
	for (struct dirent *entry; dir && (entry = readdir(dir)) && n_files < SCAN_MAX;) {
		unsigned number = stick_number(entry->d_name, NULL);
		struct left_file *file = &files[n_files];
		if (number && !strcasecmp(strrchr(entry->d_name, '.'), ".TMP"))
			remove_numbered(folder, number, "TMP");
		else if (stick_number(entry->d_name, extension) &&
		         is_from(folder, entry->d_name, senders, n, file)) {
			file->number = number;
			n_files++;
		}
	}
	if (dir)
		closedir(dir);
	if (n_files)
		qsort(files, n_files, sizeof(*files), newest_first);
	for (size_t i = 0; i < n_files; i++)
		if (count_newer(files, i) >= keep)
			remove_numbered(folder, files[i].number, extension);
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

/* Names of our kind: no hidden file, no control character (a name is shown), our extension. A tool that carries
 * the folder may have changed what stands before it. */
static bool is_ours(const char *name, const char *extension)
{
	size_t len = strlen(name), tail = strlen(extension);
	if (name[0] == '.' || len <= tail + 1 || name[len - tail - 1] != '.' ||
	    strcasecmp(name + len - tail, extension))
		return false;
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return true;
}

static bool is_region(const char *name)
{
	size_t len = strspn(name, "0123456789");
	return !name[len] && len >= 4 && len < REGION_BYTES;
}

static void scan_file(struct scan *scan, int dir, const char *folder, const char *name)
{
	char path[SYNC_PATH_BYTES];
	struct stat st;
	if (!is_ours(name, scan->extension) || scan->n >= SCAN_MAX ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) ||
	    path_join(path, sizeof(path), folder, name, NULL))
		return;
	char *copy = arena_strdup(scan->arena, path);
	if (copy)
		scan->paths[scan->n++] = copy;
	else
		scan->failed = true;
}

/* The files of a folder that is no link and, if it is XIANGYI, of the regions' folders in it. */
static void scan_folder(struct scan *scan, int fd, const char *folder, bool regions)
{
	char path[SYNC_PATH_BYTES];
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		scan_file(scan, dirfd(dir), folder, entry->d_name);
		if (regions && is_region(entry->d_name) &&
		    !path_join(path, sizeof(path), folder, entry->d_name, NULL))
			scan_folder(scan, openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			            path, false);
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
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, errno, "%s", path);
	int code = path_join(upper, sizeof(upper), path, "XIANGYI", err);
	int below = code || itself ? -1 : openat(fd, "XIANGYI", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	scan_folder(&scan, fd, path, itself);
	scan_folder(&scan, below, upper, true);
	if (scan.n)
		qsort(scan.paths, scan.n, sizeof(*scan.paths), compare_paths);
	*n = scan.n;
	return scan.failed ? error_set(err, ERR_NOMEM, _("out of memory")) : code;
}
