/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/spool.h"
#include "sync/sync.h"

enum { COPY_BYTES = 64 * 1024 };

/* Never follows a link, never waits for a pipe. */
static int open_plain(const char *path, int *fd, struct error *err)
{
	struct stat st;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*fd < 0)
		return errno == ELOOP ? error_set(err, ERR_INVALID, _("it is no plain file"))
		                      : error_errno(err, errno, _("it cannot be read"));
	if (fstat(*fd, &st) || !S_ISREG(st.st_mode)) {
		close(*fd);
		return error_set(err, ERR_INVALID, _("it is no plain file"));
	}
	if (st.st_size > ENVELOPE_MAX_FILE) {
		close(*fd);
		return error_set(err, ERR_LIMIT, _("it is larger than a bundle may be"));
	}
	return 0;
}

static int make_nameless(struct store *store, int *fd, struct error *err)
{
	char spool[SYNC_PATH_BYTES], folder[SYNC_PATH_BYTES], path[SYNC_PATH_BYTES];
	int code = path_join(spool, sizeof(spool), store_dir(store), "spool", err);
	if (code || (code = path_join(folder, sizeof(folder), spool, "in", err)) ||
	    (code = file_make_dirs(folder, 0700, err)) ||
	    (code = path_join(path, sizeof(path), folder, "copy.XXXXXX", err)))
		return code;
	*fd = mkostemp(path, O_CLOEXEC);
	if (*fd < 0)
		return error_errno(err, errno, "%s", folder);
	unlink(path);
	return 0;
}

static int copy(int from, int to, struct error *err)
{
	uint8_t *block = malloc(COPY_BYTES);
	uint64_t total = 0;
	ssize_t n = 0;
	int code = block ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	while (!code && ((n = read(from, block, COPY_BYTES)) > 0 || (n < 0 && errno == EINTR))) {
		if (n < 0)
			continue;
		total += (uint64_t)n;
		if (total > ENVELOPE_MAX_FILE)
			code = error_set(err, ERR_LIMIT, _("it is larger than a bundle may be"));
		for (ssize_t put, at = 0; !code && at < n; at += put > 0 ? put : 0) {
			put = write(to, block + at, (size_t)(n - at));
			if (put < 0 && errno != EINTR)
				code = error_errno(err, errno, _("the spool of the store cannot be written"));
		}
	}
	if (!code && n < 0)
		code = error_errno(err, errno, _("it cannot be read"));
	free(block);
	return code;
}

int spool_copy(struct store *store, const char *path, int *fd, struct error *err)
{
	int from;
	int code = open_plain(path, &from, err);
	if (code)
		return code;
	if (!(code = make_nameless(store, fd, err)) && (code = copy(from, *fd, err)))
		close(*fd);
	close(from);
	return code;
}

int spool_peek(const char *path, struct envelope_head *out, struct error *err)
{
	int fd;
	int code = open_plain(path, &fd, err);
	if (code)
		return code;
	code = envelope_peek(out, fd, err);
	close(fd);
	return code;
}
