/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stick that fails: the calls of the C library below fault.dir misbehave as told. Include it once, in a test
 * program; its functions stand before those of the library. Never anything outside fault.dir.
 */
#ifndef TESTS_SYNC_FAULT_H
#define TESTS_SYNC_FAULT_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FDS = 1024 };

static struct {
	const char *dir;      /* NULL: all is well */
	long fail_at;         /* the changing call that fails once; 0 none */
	long gone_at;         /* it and all calls from then on fail: pulled out; 0 never */
	int number;           /* the errno of both */
	size_t short_bytes;   /* most that one write takes; 0 all */
	long capacity;        /* bytes beyond are taken and lost; 0: as large as it says */
	long count;           /* of changing calls so far */
	long written;
	long opened;          /* files and folders below dir */
	char last_opened[4096];
	bool mine[FDS];
} fault;

static void fault_begin(const char *dir)
{
	memset(&fault, 0, sizeof(fault));
	fault.dir = dir;
}

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static bool below(const char *path)
{
	return fault.dir && !strncmp(path, fault.dir, strlen(fault.dir));
}

static bool is_mine(int fd)
{
	return fault.dir && fd >= 0 && fd < FDS && fault.mine[fd];
}

static bool is_gone(void)
{
	return fault.gone_at && fault.count >= fault.gone_at;
}

/* A changing call: true when it has to fail. */
static bool fails(void)
{
	fault.count++;
	if (!is_gone() && fault.count != fault.fail_at)
		return false;
	errno = fault.number;
	return true;
}

static void note(const char *path)
{
	fault.opened++;
	snprintf(fault.last_opened, sizeof(fault.last_opened), "%s", path);
}

static int opened(int fd, const char *path, bool mine)
{
	if (mine)
		note(path);
	if (fd >= 0 && fd < FDS)
		fault.mine[fd] = mine;
	return fd;
}

static int open_any(const char *name, int dir, const char *path, int flags, mode_t mode)
{
	bool mine = below(path) || (*path != '/' && is_mine(dir));
	if (mine && (flags & O_ACCMODE ? fails() : is_gone())) {
		errno = fault.number;
		return -1;
	}
	return opened(((int (*)(int, const char *, int, ...))real(name))(dir, path, flags, mode), path, mine);
}

#define OPEN_MODE(flags) \
	mode_t mode = 0; \
	if ((flags) & (O_CREAT | __O_TMPFILE)) { \
		va_list args; \
		va_start(args, flags); \
		mode = va_arg(args, mode_t); \
		va_end(args); \
	}

int open(const char *path, int flags, ...)
{
	OPEN_MODE(flags)
	return open_any("openat", AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	OPEN_MODE(flags)
	return open_any("openat", AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	OPEN_MODE(flags)
	return open_any("openat", dir, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...)
{
	OPEN_MODE(flags)
	return open_any("openat", dir, path, flags, mode);
}

/* Bytes beyond the true capacity come back as zeros. */
static ssize_t write_lost(int fd, size_t n_bytes)
{
	void *zeros = calloc(1, n_bytes);
	ssize_t put = zeros ? ((ssize_t (*)(int, const void *, size_t))real("write"))(fd, zeros, n_bytes) : -1;
	free(zeros);
	return put;
}

ssize_t write(int fd, const void *bytes, size_t n_bytes)
{
	if (is_mine(fd)) {
		if (fails())
			return -1;
		if (fault.short_bytes && n_bytes > fault.short_bytes)
			n_bytes = fault.short_bytes;
		fault.written += (long)n_bytes;
		if (fault.capacity && fault.written > fault.capacity)
			return write_lost(fd, n_bytes);
	}
	return ((ssize_t (*)(int, const void *, size_t))real("write"))(fd, bytes, n_bytes);
}

ssize_t read(int fd, void *bytes, size_t n_bytes)
{
	if (is_mine(fd) && is_gone()) {
		errno = fault.number;
		return -1;
	}
	return ((ssize_t (*)(int, void *, size_t))real("read"))(fd, bytes, n_bytes);
}

#define FD_CALL(name) \
	int name(int fd) \
	{ \
		return is_mine(fd) && fails() ? -1 : ((int (*)(int))real(#name))(fd); \
	}
FD_CALL(fsync)
FD_CALL(fdatasync)
FD_CALL(syncfs)

int close(int fd)
{
	bool mine = is_mine(fd), fail = mine && fails();
	int number = errno;
	if (mine)
		fault.mine[fd] = false;
	int closed = ((int (*)(int))real("close"))(fd);
	if (fail)
		errno = number;
	return fail ? -1 : closed;
}

int rename(const char *from, const char *to)
{
	return below(to) && fails() ? -1 : ((int (*)(const char *, const char *))real("rename"))(from, to);
}

int unlink(const char *path)
{
	return below(path) && fails() ? -1 : ((int (*)(const char *))real("unlink"))(path);
}

int mkdir(const char *path, mode_t mode)
{
	return below(path) && fails() ? -1 : ((int (*)(const char *, mode_t))real("mkdir"))(path, mode);
}

#endif
