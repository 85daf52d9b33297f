/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay TARGET FILE...: feed a target with files, where libFuzzer is not there. Prints how many there were. */
#include "config.h"

#include <stdio.h>

#include "lib/file.h"
#include "tests/fuzz/fuzz.h"

int main(int argc, char **argv)
{
	if (argc < 2 || !fuzz_choose(argv[1])) {
		fprintf(stderr, "usage: %s TARGET FILE...\n", argv[0]);
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		struct buf bytes = BUF_INIT;
		struct error err;
		if (file_read(argv[i], 1 << 26, &bytes, &err)) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		fuzz_run(span_of_buf(&bytes));
		buf_free(&bytes);
	}
	printf("%d\n", argc - 2);
	return 0;
}
