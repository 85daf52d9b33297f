/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removable file systems, found without a daemon: /proc/self/mountinfo names devices, /sys what they are. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/sync.h"

enum { STICKS_MAX = 32 };

/* mountinfo writes space, tab, newline and backslash as three octal digits. */
static void unescape(char *text)
{
	char *to = text;
	for (const char *from = text; *from;) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] && from[3]) {
			*to++ = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

static int read_number(const char *folder, const char *name, int absent)
{
	char path[PATH_MAX];
	struct buf text = BUF_INIT;
	int value = absent;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) < sizeof(path) &&
	    !file_read(path, 64, &text, NULL))
		value = atoi(buf_text(&text));
	buf_free(&text);
	return value;
}

/* USB in the device's path, or the removable mark on it or on its whole disk: USB disks often carry no
 * mark, card readers do. */
static bool is_removable(const char *number, const char *type)
{
	char link[64], real[PATH_MAX];
	snprintf(link, sizeof(link), "/sys/dev/block/%s", number);
	if (!realpath(link, real))
		return !strncmp(type, "fuse", 4) && strcmp(type, "fusectl") && strcmp(type, "fuse.portal") &&
		       (!strcmp(type, "fuseblk") || strstr(type, "fat"));
	if (strstr(real, "/usb") || read_number(real, "removable", 0) == 1)
		return true;
	char *slash = strrchr(real, '/');
	if (slash)
		*slash = '\0';
	return read_number(real, "removable", 0) == 1;
}

static bool split(char *line, char *number, char *mount_point, char *type)
{
	char *behind = strstr(line, " - ");
	return behind && sscanf(line, "%*d %*d %31s %*s %4095s", number, mount_point) == 2 &&
	       sscanf(behind, " - %63s", type) == 1;
}

static bool add_stick(struct stick *stick, const char *mount_point)
{
	struct statvfs fs;
	const char *name = strrchr(mount_point, '/');
	if (statvfs(mount_point, &fs))
		return false;
	snprintf(stick->path, sizeof(stick->path), "%s", mount_point);
	snprintf(stick->label, sizeof(stick->label), "%.63s", name && name[1] ? name + 1 : mount_point);
	stick->free_bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	stick->read_only = fs.f_flag & ST_RDONLY;
	return true;
}

int stick_list(struct arena *arena, struct stick **out, size_t *n, struct error *err)
{
	struct stick *sticks = arena_array(arena, STICKS_MAX, sizeof(*sticks));
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	*n = 0;
	*out = sticks;
	if (!sticks || !file) {
		if (file)
			fclose(file);
		return sticks ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	}
	while (*n < STICKS_MAX && getline(&line, &size, file) > 0) {
		char number[32], mount_point[SYNC_PATH_BYTES], type[64];
		if (!split(line, number, mount_point, type))
			continue;
		unescape(mount_point);
		if (strcmp(mount_point, "/") && is_removable(number, type) &&
		    add_stick(&sticks[*n], mount_point))
			++*n;
	}
	free(line);
	fclose(file);
	return 0;
}
