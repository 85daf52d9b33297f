/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process that is killed the moment a file is there: last_file is looked for whenever the process makes a file lasting
 * or gives one its name. Include it once, in a test program; its functions stand before those of the C library.
 */
#ifndef TESTS_DB_LAST_FILE_H
#define TESTS_DB_LAST_FILE_H

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/file.h"

static const char *last_file; /* NULL: lives on */

static void end_at_last_file(void)
{
	if (last_file && file_exists(last_file))
		kill(getpid(), SIGKILL);
}

int fdatasync(int fd)
{
	int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
	end_at_last_file();
	return real(fd);
}

int fsync(int fd)
{
	int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
	end_at_last_file();
	return real(fd);
}

int rename(const char *from, const char *to)
{
	int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
	int ret = real(from, to);
	end_at_last_file();
	return ret;
}

#endif
