/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The choice of a target, and what targets share. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/crypto.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const struct target { const char *name; void (*run)(struct span in); } TARGETS[] = {
#define FUZZ_ROW(name, word) { word, fuzz_##name },
	FUZZ_LIST(FUZZ_ROW)
#undef FUZZ_ROW
};
static const struct target *chosen;

bool fuzz_choose(const char *name)
{
	struct error err;
	for (size_t i = 0; name && i < sizeof(TARGETS) / sizeof(*TARGETS); i++)
		if (!strcmp(name, TARGETS[i].name))
			chosen = &TARGETS[i];
	return chosen && !crypto_init(&err);
}

void fuzz_run(struct span in)
{
	chosen->run(in);
}

void fuzz_must(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

bool fuzz_same(struct span a, struct span b)
{
	return a.len_bytes == b.len_bytes && (!a.len_bytes || !memcmp(a.data, b.data, a.len_bytes));
}

const char *fuzz_path(const char *name, char out[4096])
{
	const char *top = getenv("srcdir");
	snprintf(out, 4096, "%s/%s", top ? top : ".", name);
	return out;
}

int fuzz_file(struct span bytes, char path[64])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	fuzz_must(fd >= 0 && (!bytes.len_bytes || write(fd, bytes.data, bytes.len_bytes) == (ssize_t)bytes.len_bytes),
	          "a file in memory");
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

/* --- what libFuzzer calls; replay.c does not --- */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (!fuzz_choose(getenv("XIANGYI_FUZZ"))) {
		fprintf(stderr, "XIANGYI_FUZZ names no target\n");
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_run(span_of(data, n));
	return 0;
}
