/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which mounted file systems count as sticks, in an invented /proc, /sys and /dev. */
#include "config.h"

#include <sys/stat.h>

#include "lib/crypto.h"
#include "sync/sync.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

static struct error err;
static struct buf mounts = BUF_INIT;

static void put_file(const char *path, const char *text)
{
	file_write_atomic(path, text, strlen(text), &err);
}

/* A block device in sysfs: folder below sys/devices, "disk" or "disk/partition" at its end. */
static void device(const char *number, const char *folder, bool partition)
{
	char path[5000], link_path[5000];
	const char *name = strrchr(folder, '/') + 1;
	snprintf(path, sizeof path, "%s/%s", scratch_path("sys/devices"), folder);
	file_make_dirs(path, 0700, &err);
	snprintf(link_path, sizeof link_path, "%s/%s", scratch_path("sys/dev/block"), number);
	if (*number && symlink(path, link_path))
		perror(link_path);
	snprintf(link_path, sizeof link_path, "%s/%s", scratch_path("sys/class/block"), name);
	if (symlink(path, link_path))
		perror(link_path);
	snprintf(path, sizeof path, "%s/%s/partition", scratch_path("sys/devices"), folder);
	if (partition)
		put_file(path, "1\n");
}

static void attribute(const char *folder, const char *name, const char *value)
{
	char path[5000];
	snprintf(path, sizeof path, "%s/%s/%s", scratch_path("sys/devices"), folder, name);
	char *slash = strrchr(path, '/');
	*slash = '\0';
	file_make_dirs(path, 0700, &err);
	*slash = '/';
	put_file(path, value);
}

static void label(const char *name, const char *device_name)
{
	char path[5000], target[100];
	snprintf(path, sizeof path, "%s/%s", scratch_path("dev/disk/by-label"), name);
	snprintf(target, sizeof target, "../../%s", device_name);
	if (symlink(target, path))
		perror(path);
}

/* point is below the scratch folder and made, unless it is "/"; escaped is how mountinfo writes it. */
static void mount_at(const char *number, const char *point, const char *escaped, const char *type, const char *source)
{
	char line[6000];
	if (*point != '/')
		file_make_dirs(scratch_path(point), 0700, &err);
	snprintf(line, sizeof line, "36 1 %s / %s%s%s rw,noatime master:1 - %s %s rw\n", number,
	         *point == '/' ? "" : scratch_dir, *point == '/' ? "" : "/", escaped, type, source);
	buf_put(&mounts, line, strlen(line));
}

static void build(void)
{
	static const char *const folders[] = { "sys/dev/block", "sys/class/block", "sys/devices", "proc/self",
		                               "dev/disk/by-label" };
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		file_make_dirs(scratch_path(folders[i]), 0700, &err);
	device("8:1", "pci/ata1/block/sda/sda1", true);
	device("8:17", "pci/usb2/2-1/block/sdb/sdb1", true);
	device("8:33", "pci/ata2/block/sdc/sdc1", true);
	device("8:48", "pci/reader/block/sdd", false);
	device("179:1", "platform/mmc_host/mmc0/mmc0:0001/block/mmcblk0/mmcblk0p1", true);
	device("179:9", "platform/mmc_host/mmc1/mmc1:0001/block/mmcblk1/mmcblk1p1", true);
	device("", "pci/usb3/3-1/block/sde/sde1", true);
	device("8:81", "pci/usb4/4-1/block/sdf/sdf1", true);
	device("8:97", "pci/usb5/5-1/block/sdg/sdg1", true);
	attribute("pci/reader/block/sdd", "removable", "1\n");
	attribute("platform/mmc_host/mmc0/mmc0:0001/block/mmcblk0", "device/type", "MMC\n");
	attribute("platform/mmc_host/mmc1/mmc1:0001/block/mmcblk1", "device/type", "SD\n");
	attribute("pci/usb4/4-1/block/sdf", "ro", "1\n");
	label("\\x63lini\\x20c1", "sdb1");
	label("bad\\x1b[2J", "mmcblk1p1");
	label("村卫生室", "sdf1");

	mount_at("8:1", "/", "/", "ext4", "/dev/sda1");
	mount_at("0:5", "proc", "proc", "proc", "proc");
	mount_at("8:17", "usb one", "usb\\040one", "vfat", "/dev/sdb1");
	mount_at("8:33", "data", "data", "ext4", "/dev/sdc1");
	mount_at("8:48", "reader", "reader", "exfat", "/dev/sdd");
	mount_at("179:1", "emmc", "emmc", "ext4", "/dev/mmcblk0p1");
	mount_at("179:9", "card", "card", "vfat", "/dev/mmcblk1p1");
	mount_at("0:44", "fuse", "fuse", "fuse.exfat", "/dev/sde1");
	mount_at("0:45", "remote", "remote", "fuse.sshfs", "host:/home");
	mount_at("8:81", "locked", "locked", "ext4", "/dev/sdf1");
	mount_at("8:17", "again", "again", "vfat", "/dev/sdb1");
	mount_at("8:97", "hidden", "hidden", "vfat", "/dev/sdg1");
	mount_at("0:46", "hidden", "hidden", "tmpfs", "tmpfs");
	buf_put(&mounts, "nonsense\n", 9);
	file_write_atomic(scratch_path("proc/self/mountinfo"), mounts.data, mounts.len_bytes, &err);
}

static void root_on_usb(void)
{
	struct arena arena = ARENA_INIT;
	struct stick *sticks;
	size_t n;
	buf_clear(&mounts);
	mount_at("8:17", "/", "/", "ext4", "/dev/sdb1");
	device("8:18", "pci/usb2/2-1/block/sdb/sdb2", true);
	mount_at("8:18", "boot", "boot", "vfat", "/dev/sdb2");
	mount_at("8:48", "reader", "reader", "exfat", "/dev/sdd");
	file_write_atomic(scratch_path("proc/self/mountinfo"), mounts.data, mounts.len_bytes, &err);
	stick_list(&arena, &sticks, &n, &err);
	ok(n == 1 && !strcmp(sticks[0].device, "sdd"), "the disk that the system runs from is no stick, nor its other parts");
	unlink(scratch_path("proc/self/mountinfo"));
	ok(!stick_list(&arena, &sticks, &n, &err) && !n, "no mountinfo, no sticks, no error");
	arena_free(&arena);
}

int main(void)
{
	static const struct { const char *device, *label, *point; bool read_only; } wanted[] = {
		{ "sdb1", "clini c1", "usb one", false }, { "sdd", "reader", "reader", false },
		{ "mmcblk1p1", "bad?[2J", "card", false }, { "sde1", "fuse", "fuse", false },
		{ "sdf1", "村卫生室", "locked", true },
	};
	enum { WANTED = sizeof wanted / sizeof *wanted };
	struct arena arena = ARENA_INIT;
	struct stick *sticks;
	const struct stick *one;
	size_t n;
	setenv("XIANGYI_SYSTEM", scratch_begin(), 1);
	build();
	ok(!stick_list(&arena, &sticks, &n, &err), "list: %s", err.text);
	is((long long)n, WANTED, "USB, removable, card and FUSE; no inner disk, no soldered memory, no network");
	for (size_t i = 0; i < n && i < WANTED; i++) {
		is_text(sticks[i].device, wanted[i].device, "its device");
		is_text(sticks[i].label, wanted[i].label, "its label");
		is_text(sticks[i].path, scratch_path(wanted[i].point), "its folder");
		ok(sticks[i].read_only == wanted[i].read_only, "whether it can be written");
		ok(sticks[i].free_bytes > 0 && sticks[i].total_bytes >= sticks[i].free_bytes, "its size and free space");
	}
	ok(!stick_named(sticks, n, "村卫生室", &one, &err) && one == &sticks[4], "found by its label");
	ok(!stick_named(sticks, n, "sdd", &one, &err) && one == &sticks[1], "by its device");
	is(stick_named(sticks, n, "nowhere", &one, &err), ERR_NOTFOUND, "an unknown name");
	snprintf(sticks[1].label, sizeof sticks[1].label, "clini c1");
	is(stick_named(sticks, n, "clini c1", &one, &err), ERR_USAGE, "two of one label");
	file_make_dirs(scratch_path("card/XIANGYI"), 0700, &err);
	file_make_dirs(scratch_path("card2"), 0700, &err);
	ok(stick_of_path(sticks, n, scratch_path("card/XIANGYI")) == &sticks[2], "a folder on a stick");
	ok(!stick_of_path(sticks, n, scratch_path("card2")), "a folder whose name only begins alike");
	root_on_usb();
	buf_free(&mounts);
	arena_free(&arena);
	return done_testing();
}
