/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are whole or not there: atomic writes, durable renames, checked closes. */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/buf.h"
#include "lib/error.h"

/* Read a whole file of at most max_bytes into out (appended). ERR_NOTFOUND, ERR_IO, ERR_LIMIT. */
int file_read(const char *path, size_t max_bytes, struct buf *out, struct error *err);

/* Replace path by these bytes: temporary beside it, fsync, rename, fsync of the folder. Mode 0600. */
int file_write_atomic(const char *path, const void *bytes, size_t n_bytes, struct error *err);

/* Create a folder and its parents with mode; an existing folder is fine. */
int file_make_dirs(const char *path, unsigned mode, struct error *err);

/* fsync a folder; EINVAL and ENOTSUP (some network and FUSE file systems) are no error. */
int file_sync_dir(const char *path, struct error *err);

/* Remove a folder tree; a missing one is fine. Never follows links. */
int file_remove_tree(const char *path, struct error *err);

/* A file that is written beside path and takes its place when it is whole. begin: out has size bytes
 * for the temporary's name; returns a file descriptor (mode 0600) or ERR_*. end: fsync, close, rename,
 * fsync of the folder. cancel: close and remove the temporary. */
int file_replace_begin(const char *path, char *temp, size_t size, struct error *err);
int file_replace_end(int fd, const char *temp, const char *path, struct error *err);
void file_replace_cancel(int fd, const char *temp);

int file_copy(const char *from, const char *to, struct error *err); /* fsynced, mode 0600 */
bool file_exists(const char *path);
int64_t file_free_bytes(const char *path); /* on its file system, -1 when unknown */

/* Join into out (size bytes): "dir/name"; ERR_LIMIT when too long. */
int path_join(char *out, size_t size, const char *dir, const char *name, struct error *err);

/* A path inside the data folder: $XIANGYI_DATA or the installed PKGDATADIR "/data". */
int path_data(char *out, size_t size, const char *name, struct error *err);

#endif
