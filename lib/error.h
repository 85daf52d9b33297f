/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors: one list of codes, and one struct that says what failed.
 *
 * A fallible function returns 0 or one of the negative codes below and, on failure, fills the
 * struct error that its caller passed. Nothing below tui/ and cmd/ prints or exits.
 */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* X(NAME, number, N_() text of the kind). Numbers are never reused: scripts may see them in --json. */
#define ERROR_LIST(X)                                                                         \
	X(NOMEM, 1, N_("out of memory"))                                                          \
	X(IO, 2, N_("input or output failed"))                                                    \
	X(NOSPACE, 3, N_("no space left"))                                                        \
	X(NOTFOUND, 4, N_("not found"))                                                           \
	X(EXISTS, 5, N_("already exists"))                                                        \
	X(DENIED, 6, N_("not allowed"))                                                           \
	X(AUTH, 7, N_("wrong operator or password"))                                              \
	X(BUSY, 8, N_("in use"))                                                                  \
	X(INVALID, 9, N_("invalid input"))                                                        \
	X(CORRUPT, 10, N_("damaged data"))                                                        \
	X(TRUNCATED, 11, N_("cut short"))                                                         \
	X(LIMIT, 12, N_("beyond a limit"))                                                        \
	X(VERSION, 13, N_("made by a newer version"))                                             \
	X(SIGNATURE, 14, N_("signature does not match"))                                          \
	X(STRANGER, 15, N_("unknown sender"))                                                     \
	X(RECIPIENT, 16, N_("meant for another recipient"))                                       \
	X(USAGE, 17, N_("wrong usage"))                                                           \
	X(CANCELLED, 18, N_("cancelled"))                                                         \
	X(UNSURE, 19, N_("outcome unknown"))                                                      \
	X(UNSUPPORTED, 20, N_("not supported here"))

#define ERROR_ENUM(name, number, text) ERR_##name = -(number),
enum error_code { ERROR_LIST(ERROR_ENUM) };
#undef ERROR_ENUM

struct error {
	int code;       /* 0 or one of enum error_code */
	char text[512]; /* one sentence in the user's language, no full stop, never a patient's name */
};

/* Fill *err (which may be NULL) with code and the formatted sentence; returns code.
 * A text longer than the buffer is cut at a character's end. */
int error_set(struct error *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Like error_set() and append ": " and the message of the errno value number;
 * ENOSPC and EDQUOT become ERR_NOSPACE, ENOENT ERR_NOTFOUND, EEXIST ERR_EXISTS, ENOMEM ERR_NOMEM,
 * all others ERR_IO. Returns the code. */
int error_errno(struct error *err, int number, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "prefix: " before the text already in *err; keeps and returns its code. */
int error_prefix(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The translated kind of a code ("out of memory"); never NULL. */
const char *error_kind(int code);

/* The code's name as scripts see it ("NOMEM"); "OK" for 0. */
const char *error_name(int code);

#endif
