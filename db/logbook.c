/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/logbook.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

enum { LOG_MAX_BYTES = 1024 * 1024, LINE_BYTES = 1024 };

static void append(const char *store_dir, const char *text)
{
	char path[4096], old[4096], line[LINE_BYTES + 64], stamp[32];
	struct error ignored;
	struct stat st;
	struct tm tm;
	time_t now = time(NULL);
	int fd, n;
	if (path_join(path, sizeof path, store_dir, "log", &ignored) ||
	    path_join(old, sizeof old, store_dir, "log.old", &ignored))
		return;
	if (stat(path, &st) == 0 && st.st_size > LOG_MAX_BYTES)
		rename(path, old);
	localtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &tm);
	n = snprintf(line, sizeof line, "%s [%ld] %s\n", stamp, (long)getpid(), text);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, line, (size_t)n) != n)
		ftruncate(fd, st.st_size);
	close(fd);
}

void logbook_write(const char *store_dir, const char *fmt, ...)
{
	char text[LINE_BYTES];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	append(store_dir, text);
}

void logbook_tell(struct store *store, const char *fmt, ...)
{
	char text[LINE_BYTES];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	append(store->dir, text);
	buf_printf(&store->repaired, "%s%s", store->repaired.len_bytes ? "\n" : "", text);
}
