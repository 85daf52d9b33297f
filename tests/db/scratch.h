/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A temporary folder for one test program, removed at its end. */
#ifndef TESTS_DB_SCRATCH_H
#define TESTS_DB_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

static char scratch_dir[4000];
static pid_t scratch_owner;

__attribute__((unused)) static void scratch_end(void)
{
	struct error ignored;
	if (getpid() == scratch_owner)
		file_remove_tree(scratch_dir, &ignored);
}

__attribute__((unused)) static const char *scratch_begin(void)
{
	const char *base = getenv("TMPDIR");
	snprintf(scratch_dir, sizeof scratch_dir, "%s/xiangyi-test-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(scratch_dir)) {
		perror(scratch_dir);
		exit(99);
	}
	scratch_owner = getpid();
	atexit(scratch_end);
	return scratch_dir;
}

/* "scratch/name" in one of a few turning buffers. */
__attribute__((unused)) static const char *scratch_path(const char *name)
{
	static char paths[8][4096];
	static unsigned turn;
	char *path = paths[turn++ % 8];
	snprintf(path, 4096, "%.3000s/%.1000s", scratch_dir, name);
	return path;
}

#endif
