/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run a command and print NAME.time and NAME.cpu in seconds and NAME.memory (most resident) in MB.
 * Usage: measured NAME COMMAND ARGUMENTS... */
#include "config.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

int main(int argc, char **argv)
{
	struct rusage usage;
	char name[96];
	double start;
	int status;
	pid_t pid;

	if (argc < 3)
		bench_die("usage", "NAME COMMAND ARGUMENTS...");
	start = bench_now();
	pid = fork();
	if (!pid) {
		dup2(2, 1);
		execvp(argv[2], argv + 2);
		bench_die(argv[2], "cannot be run");
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status)
		bench_die(argv[2], "failed");
	snprintf(name, sizeof name, "%s.time", argv[1]);
	bench_figure(name, bench_now() - start, "s");
	snprintf(name, sizeof name, "%s.cpu", argv[1]);
	bench_figure(name,
	             (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	                     (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
	             "s");
	snprintf(name, sizeof name, "%s.memory", argv[1]);
	bench_figure(name, (double)usage.ru_maxrss / 1024, "MB");
	return 0;
}
