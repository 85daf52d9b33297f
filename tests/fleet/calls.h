/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replaced calls, and what the simulator sets about them. */
#ifndef TESTS_FLEET_CALLS_H
#define TESTS_FLEET_CALLS_H

#include <dirent.h>
#include <ftw.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct stat;
struct statvfs;

void calls_begin(void);                    /* a new seed: nothing is open */
void calls_set_clock(int64_t seconds);     /* of the machine that works now, since 1970 */
size_t calls_open_handles(void);

/* X(result, name, parameters): each gives __wrap_name(), which ld puts in the place of name, and __real_name(). */
#define CALLS_LIST(X)                                                                              \
	X(int, open, (const char *path, int flags, ...))                                           \
	X(int, openat, (int dir_fd, const char *path, int flags, ...))                             \
	X(int, close, (int fd))                                                                    \
	X(int, mkostemp, (char *path, int flags))                                                  \
	X(int, mkstemp, (char *path))                                                              \
	X(ssize_t, pread, (int fd, void *out, size_t n, off_t at))                                 \
	X(ssize_t, read, (int fd, void *out, size_t n))                                            \
	X(ssize_t, pwrite, (int fd, const void *bytes, size_t n, off_t at))                        \
	X(ssize_t, write, (int fd, const void *bytes, size_t n))                                   \
	X(int, ftruncate, (int fd, off_t size))                                                    \
	X(int, posix_fallocate, (int fd, off_t at, off_t n))                                       \
	X(int, fsync, (int fd))                                                                    \
	X(int, fdatasync, (int fd))                                                                \
	X(int, syncfs, (int fd))                                                                   \
	X(int, posix_fadvise, (int fd, off_t at, off_t n, int advice))                             \
	X(int, flock, (int fd, int operation))                                                     \
	X(int, fcntl, (int fd, int command, ...))                                                  \
	X(int, stat, (const char *path, struct stat *out))                                         \
	X(int, lstat, (const char *path, struct stat *out))                                        \
	X(int, fstat, (int fd, struct stat *out))                                                  \
	X(int, fstatat, (int fd, const char *path, struct stat *out, int flags))                   \
	X(int, statvfs, (const char *path, struct statvfs *out))                                   \
	X(char *, realpath, (const char *path, char *out))                                         \
	X(int, unlink, (const char *path))                                                         \
	X(int, rmdir, (const char *path))                                                          \
	X(int, remove, (const char *path))                                                         \
	X(int, unlinkat, (int fd, const char *path, int flags))                                    \
	X(int, mkdir, (const char *path, mode_t mode))                                             \
	X(int, chmod, (const char *path, mode_t mode))                                             \
	X(int, rename, (const char *from, const char *to))                                         \
	X(DIR *, opendir, (const char *path))                                                      \
	X(DIR *, fdopendir, (int fd))                                                              \
	X(struct dirent *, readdir, (DIR *dir))                                                    \
	X(int, closedir, (DIR *dir))                                                               \
	X(int, dirfd, (DIR *dir))                                                                  \
	X(int, nftw, (const char *path, int (*each)(const char *, const struct stat *, int, struct FTW *), \
	              int depth, int flags))                                                       \
	X(time_t, time, (time_t *out))                                                             \
	X(pid_t, getpid, (void))
#define CALLS_DECLARE(result, name, parameters)                                                    \
	result __wrap_##name parameters;                                                           \
	result __real_##name parameters;
CALLS_LIST(CALLS_DECLARE)
#undef CALLS_DECLARE

#endif
