/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen program on a pty: start to the unlock screen, password to a usable Today, and the memory it took.
 * Usage: startup XIANGYI DIR OPERATOR PASSWORD ROUNDS
 */
#include "config.h"

#include "tests/bench/bench.h"
#include "tests/e2e/term.h"

/* A line such as "VmHWM:	   12345 kB" of /proc/PID/status, in MB. */
static double memory_mb(const struct term *t, const char *key)
{
	char path[64], line[256];
	double kb = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", term_pid(t));
	file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (!strncmp(line, key, strlen(key)))
			kb = atof(line + strlen(key) + 1);
	if (file)
		fclose(file);
	return kb / 1024;
}

int main(int argc, char **argv)
{
	double unlock[64] = { 0 }, today[64] = { 0 }, memory = 0, start;
	int rounds;

	if (argc != 6 || (rounds = atoi(argv[5])) < 1 || rounds > 64)
		bench_die("usage", "XIANGYI DIR OPERATOR PASSWORD ROUNDS");
	for (int i = 0; i < rounds; i++) {
		const char *const args[] = { argv[1], "--store", argv[2], "--operator", argv[3], NULL };
		struct term *t;

		start = bench_now();
		t = term_start(&(struct term_start){ .argv = args });
		if (!t || !term_settle(t))
			bench_die("start", "no unlock screen");
		unlock[i] = bench_now() - start;
		if (!term_type(t, argv[4]))
			bench_die("unlock", "the password cannot be typed");
		start = bench_now();
		term_type(t, "<Enter>");
		if (!term_wait_text(t, "今日"))
			bench_die("unlock", "Today does not come");
		today[i] = bench_now() - start;
		memory = memory_mb(t, "VmHWM");
		term_free(t);
	}
	bench_figure("xiangyi.start", bench_quantile(unlock, (size_t)rounds, 0.5) * 1e3, "ms");
	bench_figure("xiangyi.today", bench_quantile(today, (size_t)rounds, 0.5) * 1e3, "ms");
	bench_figure("xiangyi.memory", memory, "MB");
	return 0;
}
