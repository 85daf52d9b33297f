/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removable file systems, found without a daemon: /proc/self/mountinfo names devices, /sys what they are,
 * /dev/disk/by-label their labels (proc(5), sysfs-block of the Linux kernel).
 */
#include "config.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/stick.h"

enum { STICKS_MAX = 32, ATTRIBUTE_BYTES = 64 };

struct finder {
	const char *root;            /* before /proc, /sys and /dev; "" */
	char root_disk[PATH_MAX];    /* the disk this system runs from is never a stick; "" unknown */
	struct stick *sticks;
	size_t n;
};

struct mount {
	char number[32];             /* major:minor */
	char point[SYNC_PATH_BYTES], source[SYNC_PATH_BYTES];
	char disk[PATH_MAX], device[PATH_MAX]; /* folders in sysfs; "" unknown */
};

/* mountinfo writes space, tab, newline and backslash as three octal digits, udev as \x and two hex digits. */
static void unescape(char *text)
{
	char *to = text, digits[4];
	for (const char *from = text; *from;) {
		bool octal = from[0] == '\\' && strspn(from + 1, "01234567") >= 3;
		bool hex = from[0] == '\\' && from[1] == 'x' && strspn(from + 2, "0123456789abcdefABCDEF") >= 2;
		if (!octal && !hex) {
			*to++ = *from++;
			continue;
		}
		snprintf(digits, sizeof(digits), "%.*s", octal ? 3 : 2, from + (octal ? 1 : 2));
		*to++ = (char)strtol(digits, NULL, octal ? 8 : 16);
		from += 4;
	}
	*to = '\0';
}

static void read_attribute(const char *folder, const char *name, char out[ATTRIBUTE_BYTES])
{
	char path[PATH_MAX];
	struct buf text = BUF_INIT;
	out[0] = '\0';
	if (!path_join(path, sizeof(path), folder, name, NULL) && !file_read(path, 4096, &text, NULL))
		snprintf(out, ATTRIBUTE_BYTES, "%.*s", (int)strcspn(buf_text(&text), "\n"), buf_text(&text));
	buf_free(&text);
}

static bool attribute_is(const char *folder, const char *name, const char *wanted)
{
	char value[ATTRIBUTE_BYTES];
	read_attribute(folder, name, value);
	return !strcmp(value, wanted);
}

/* --- what a mount is --- */

/* The device's folder in sysfs: by its number; for file systems without one (FUSE, btrfs) by their source. */
static void find_device(const struct finder *f, struct mount *mount)
{
	char link[PATH_MAX], partition[PATH_MAX];
	mount->device[0] = mount->disk[0] = '\0';
	snprintf(link, sizeof(link), "%s/sys/dev/block/%s", f->root, mount->number);
	if (!realpath(link, mount->device)) {
		mount->device[0] = '\0';
		if (strncmp(mount->source, "/dev/", 5))
			return;
		snprintf(link, sizeof(link), "%s/sys/class/block/%.200s", f->root, strrchr(mount->source, '/') + 1);
		if (!realpath(link, mount->device)) {
			mount->device[0] = '\0';
			return;
		}
	}
	memcpy(mount->disk, mount->device, sizeof(mount->disk));
	if (!path_join(partition, sizeof(partition), mount->device, "partition", NULL) && file_exists(partition))
		*strrchr(mount->disk, '/') = '\0';
}

/* USB in the device's path, the removable mark, or an SD card: USB disks often carry no mark, card readers
 * do, SD slots never; soldered memory on the same bus says MMC. */
static bool is_removable(const struct finder *f, const struct mount *mount)
{
	return *mount->disk && strcmp(mount->disk, f->root_disk) &&
	       (strstr(mount->disk, "/usb") || attribute_is(mount->disk, "removable", "1") ||
	        attribute_is(mount->disk, "device/type", "SD"));
}

static bool split(char *line, struct mount *mount)
{
	char *behind = strstr(line, " - ");
	if (!behind || sscanf(line, "%*d %*d %31s %*s %4095s", mount->number, mount->point) != 2 ||
	    sscanf(behind, " - %*s %4095s", mount->source) != 1)
		return false;
	unescape(mount->point);
	unescape(mount->source);
	return true;
}

/* --- labels --- */

/* At most 63 bytes, cut at a character's end, with nothing in it that a terminal would obey. */
static void put_label(char out[64], const char *text)
{
	size_t len = strlen(text);
	while (len > 63)
		len = utf8_prev_at(text, len);
	snprintf(out, 64, "%.*s", (int)len, text);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static bool find_label(const struct finder *f, const struct mount *mount, char out[64])
{
	char folder[PATH_MAX], target[PATH_MAX], name[NAME_MAX + 1];
	const char *device = strrchr(mount->device, '/') + 1;
	bool found = false;
	snprintf(folder, sizeof(folder), "%s/dev/disk/by-label", f->root);
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && !found && (entry = readdir(dir));) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		if (len <= 0)
			continue;
		target[len] = '\0';
		const char *last = strrchr(target, '/') ? strrchr(target, '/') + 1 : target;
		if (strcmp(last, device))
			continue;
		snprintf(name, sizeof(name), "%s", entry->d_name);
		unescape(name);
		put_label(out, name);
		found = true;
	}
	if (dir)
		closedir(dir);
	return found;
}

/* --- the list --- */

/* What is mounted over a place hides what was there; a device that is mounted twice is one stick. */
static struct stick *place_for(struct finder *f, const struct mount *mount)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->sticks[i].path, mount->point)) {
			memmove(&f->sticks[i], &f->sticks[i + 1], (f->n - i - 1) * sizeof(*f->sticks));
			f->n--;
			break;
		}
	if (!strcmp(mount->point, "/") || !is_removable(f, mount) || f->n == STICKS_MAX)
		return NULL;
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->sticks[i].device, strrchr(mount->device, '/') + 1))
			return NULL;
	return &f->sticks[f->n];
}

static void add_mount(struct finder *f, const struct mount *mount)
{
	struct statvfs fs;
	struct stick *stick = place_for(f, mount);
	const char *name = strrchr(mount->point, '/');
	if (!stick || statvfs(mount->point, &fs))
		return;
	snprintf(stick->path, sizeof(stick->path), "%s", mount->point);
	snprintf(stick->device, sizeof(stick->device), "%.31s", strrchr(mount->device, '/') + 1);
	if (!find_label(f, mount, stick->label))
		put_label(stick->label, name && name[1] ? name + 1 : mount->point);
	stick->free_bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	stick->total_bytes = (int64_t)fs.f_blocks * (int64_t)fs.f_frsize;
	stick->read_only = fs.f_flag & ST_RDONLY || attribute_is(mount->disk, "ro", "1");
	f->n++;
}

/* The last mount on / is the one that counts. */
static void find_root(struct finder *f, FILE *file, struct mount *mount)
{
	char *line = NULL;
	size_t size = 0;
	while (getline(&line, &size, file) > 0) {
		if (!split(line, mount) || strcmp(mount->point, "/"))
			continue;
		find_device(f, mount);
		memcpy(f->root_disk, mount->disk, sizeof(f->root_disk));
	}
	free(line);
	rewind(file);
}

static void find_all(struct finder *f, FILE *file, struct mount *mount)
{
	char *line = NULL;
	size_t size = 0;
	find_root(f, file, mount);
	while (getline(&line, &size, file) > 0) {
		if (!split(line, mount))
			continue;
		find_device(f, mount);
		add_mount(f, mount);
	}
	free(line);
}

int stick_list(struct arena *arena, struct stick **out, size_t *n, struct error *err)
{
	const char *root = getenv("XIANGYI_SYSTEM");
	char path[PATH_MAX];
	struct finder *f = arena_alloc(arena, sizeof(*f));
	struct mount *mount = arena_alloc(arena, sizeof(*mount));
	*n = 0;
	*out = arena_array(arena, STICKS_MAX + 1, sizeof(**out));
	if (!f || !mount || !*out)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	*f = (struct finder){ .root = root ? root : "", .sticks = *out };
	snprintf(path, sizeof(path), "%s/proc/self/mountinfo", f->root);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0; /* no Linux: the person types the path */
	find_all(f, file, mount);
	fclose(file);
	*n = f->n;
	return 0;
}

const struct stick *stick_of_path(const struct stick *sticks, size_t n, const char *path)
{
	char real[PATH_MAX], point[PATH_MAX];
	const struct stick *found = NULL;
	size_t longest = 0;
	if (!realpath(path, real))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t len = realpath(sticks[i].path, point) ? strlen(point) : 0;
		if (len > longest && !strncmp(real, point, len) && (!real[len] || real[len] == '/')) {
			found = &sticks[i];
			longest = len;
		}
	}
	return found;
}

int stick_named(const struct stick *sticks, size_t n, const char *name, const struct stick **out,
                struct error *err)
{
	size_t same = 0;
	*out = NULL;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(sticks[i].path, name) || !strcmp(sticks[i].label, name) ||
		    !strcmp(sticks[i].device, name)) {
			*out = &sticks[i];
			same++;
		}
	if (same > 1)
		return error_set(err, ERR_USAGE, _("%d sticks are called %s: name one by its folder"), (int)same, name);
	return *out ? 0 : error_set(err, ERR_NOTFOUND, _("no stick called %s is plugged in"), name);
}

bool stick_holds(const char *path)
{
	struct arena arena = ARENA_INIT;
	struct stick *sticks;
	size_t n;
	bool held = !stick_list(&arena, &sticks, &n, NULL) && stick_of_path(sticks, n, path);
	arena_free(&arena);
	return held;
}
