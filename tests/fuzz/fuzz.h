/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Targets for libFuzzer (./bootstrap fuzz, make fuzz). A target takes any bytes; it must not crash, hang or leak, and
 * what it takes must come back the same where that is promised: otherwise it aborts. Without libFuzzer the same
 * targets are fed with the files of tests/fuzz/corpus and tests/fuzz/regressions in every "make check" (replay.c).
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "lib/buf.h"

/* X(NAME, corpus and environment name) */
#define FUZZ_LIST(X)                                                            \
	X(envelope, "envelope") /* a whole file, with everything in it */       \
	X(request, "request")                                                   \
	X(numbers, "numbers")   /* columns */                                   \
	X(texts, "texts")                                                       \
	X(chunk, "chunk")                                                       \
	X(entry, "entry")                                                       \
	X(manifest, "manifest")                                                 \
	X(receipt, "receipt")                                                   \
	X(keyring, "keyring")                                                   \
	X(package, "package")                                                   \
	X(form_csv, "form_csv")                                                 \
	X(data_csv, "data_csv")                                                 \
	X(expr, "expr")                                                         \
	X(date, "date")

#define FUZZ_DECLARE(name, word) void fuzz_##name(struct span in);
FUZZ_LIST(FUZZ_DECLARE)
#undef FUZZ_DECLARE

/* Choose the target by its name and set things up; false when there is none of that name. */
bool fuzz_choose(const char *name);
void fuzz_run(struct span in);

void fuzz_must(bool held, const char *what); /* aborts with a line on standard error */
bool fuzz_same(struct span a, struct span b);
/* A file below the top of the sources ($srcdir). */
const char *fuzz_path(const char *name, char out[4096]);
/* A descriptor of a nameless file with these bytes, the caller's to close; its name is written to path. */
int fuzz_file(struct span bytes, char path[64]);

#endif
