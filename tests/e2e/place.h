/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A temporary folder with stores in it, and the programs run there, for end-to-end tests. */
#ifndef TESTS_E2E_PLACE_H
#define TESTS_E2E_PLACE_H

#include <stdbool.h>

#define PLACE_PASSWORD "shifan-2026"

/* Make the folder and go there; programs are taken from the build directory the test was started in. The
 * day is 2026-11-20 and the language Chinese for every program. Bails out on failure. */
void place_open(void);
void place_close(void); /* removes it */

/* Path of a built program, such as "xiangyi"; belongs to the caller until the next call. */
const char *place_program(const char *name);

/* Run a command line of sh in the folder, with the programs in its PATH. Returns its exit status; the
 * output of both streams goes to *out (valid until the next call; out may be NULL) and is printed as TAP
 * comments when the status is not the wanted one. */
int place_run(int wanted, const char **out, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Write a file of the folder. */
void place_write(const char *name, const char *text);

/* The first digits after "key": in JSON text; -1 when it is not there. */
long place_json_number(const char *json, const char *key);

#endif
