/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A full disk. On a small tmpfs of our own (mounted as root or in a user namespace); where neither is
 * allowed, a limit on the size of files stands in for it, and the test says so.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "db/space.h"
#include "tests/db/village.h"

enum { DISK_BYTES = 16 * 1024 * 1024, LARGE_BYTES = 250 * 1000 };

static char disk[4096], dir[4200];
static struct error err;

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool become_root_of_namespace(void)
{
	char map[64];
	unsigned uid = getuid(), gid = getgid();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return false;
	snprintf(map, sizeof map, "0 %u 1", uid);
	if (!write_file("/proc/self/uid_map", map) || !write_file("/proc/self/setgroups", "deny"))
		return false;
	snprintf(map, sizeof map, "0 %u 1", gid);
	return write_file("/proc/self/gid_map", map);
}

/* A disk of DISK_BYTES at path, and proof that it is not the real one. */
static bool mount_disk(const char *path)
{
	struct stat root, ours;
	char options[32];
	snprintf(options, sizeof options, "size=%d,mode=0700", DISK_BYTES);
	if (mount("tmpfs", path, "tmpfs", 0, options) &&
	    (!become_root_of_namespace() || mount("tmpfs", path, "tmpfs", 0, options)))
		return false;
	return stat("/", &root) == 0 && stat(path, &ours) == 0 && root.st_dev != ours.st_dev &&
	       file_free_bytes(path) <= DISK_BYTES;
}

/* Fill the disk until left bytes are free; never more than its size. */
static void fill(int64_t left)
{
	static const uint8_t block[4096] = { 1 };
	char path[4200];
	int fd;
	snprintf(path, sizeof path, "%s/filler", disk);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	for (int64_t n = 0; fd >= 0 && n < DISK_BYTES && file_free_bytes(disk) > left; n += sizeof block)
		if (write(fd, block, sizeof block) != sizeof block)
			break;
	if (fd >= 0)
		close(fd);
}

static void empty(void)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/filler", disk);
	unlink(path);
}

static int save_large(struct store *store)
{
	char *text = malloc(LARGE_BYTES + 1);
	int ret;
	memset(text, 'x', LARGE_BYTES);
	text[LARGE_BYTES] = '\0';
	ret = village_note(store, text);
	free(text);
	return ret;
}

static void test_refused_early(void)
{
	struct store *store = village_open(dir, 0);
	fill(0);
	is(village_note(store, "note 10."), ERR_NOSPACE, "a full disk: refused before anything is written");
	ok(strstr(village_err.text, "nothing was saved") != NULL, "and said: %s", village_err.text);
	is(village_notes(store), 10, "all notes can still be read");
	store_close(store);
	store = village_open(dir, 0);
	ok(store != NULL, "the store opens on a full disk");
	is(village_notes(store), 10, "with all notes");
	is(village_note(store, "note 10."), ERR_NOSPACE, "nothing can be saved yet");
	empty();
	is(village_note(store, "note 10."), 0, "after making room it can");
	is(village_notes(store), 11, "and is there");
	store_close(store);
}

/* Room enough to begin, not enough to end: the disk becomes full inside the transaction. */
static void test_full_inside(void)
{
	struct store *store = village_open(dir, 0);
	long long saved = 0, held;
	int ret = 0;
	fill(store->ballast_bytes / 8 + 60000);
	for (int i = 0; i < 40 && !ret; i++) {
		ret = save_large(store);
		saved += !ret;
	}
	is(ret, ERR_NOSPACE, "the disk becomes full while saving");
	held = (long long)store->mark.self_seq - 11;
	is(held, saved, "what was refused is not there, what was saved is");
	is(village_notes(store), -1, "(large notes are no numbered ones)");
	store_close(store);
	store = village_open(dir, 0);
	ok(store && (long long)store->mark.self_seq == 11 + saved, "the same after opening on the full disk");
	empty();
	if (!store)
		return;
	is(village_note(store, "one more"), 0, "saving goes on after making room");
	ok(store && store->ballast_bytes > 0, "the reserve is back");
	store_close(store);
	store = village_open(dir, 0);
	ok(store && (long long)store->mark.self_seq == 12 + saved, "all is there at the end");
	is(engine_checkpoint(store->engine, 0, &err), 0, "and can be written down");
	store_close(store);
}

/* Without a disk of our own: files may not grow, so every write beyond fails. */
static void test_limit(void)
{
	const struct rlimit none = { 64 * 1024, RLIM_INFINITY }, all = { RLIM_INFINITY, RLIM_INFINITY };
	struct store *store = village_open(dir, 0);
	int ret = 0;
	printf("# no file system may be mounted here: a limit on the size of files stands in\n");
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	for (int i = 0; i < 40 && !ret; i++)
		ret = save_large(store);
	ok(ret != 0, "a write that fails is said: %s", village_err.text);
	setrlimit(RLIMIT_FSIZE, &all);
	store_close(store);
	store = village_open(dir, 0);
	ok(store && store->mark.self_seq >= 10, "what was saved is there");
	is(village_note(store, "one more"), 0, "and saving goes on");
	store_close(store);
}

int main(void)
{
	struct store *store;
	bool own_disk;
	scratch_begin();
	snprintf(disk, sizeof disk, "%s", scratch_path("disk"));
	snprintf(dir, sizeof dir, "%s/store", disk);
	is(file_make_dirs(disk, 0700, &err), 0, "a mount point");
	own_disk = mount_disk(disk);
	if (!ok(village_make(dir, true), "a store"))
		return done_testing();
	store = village_open(dir, 0);
	ok(store && village_write(store, 0, 10), "ten notes");
	store_close(store);
	if (own_disk) {
		test_refused_early();
		test_full_inside();
		umount2(disk, MNT_DETACH);
	} else {
		test_limit();
	}
	return done_testing();
}
