/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Run a command and print NAME.time and NAME.cpu in seconds and NAME.memory (most resident) in MB. Its output goes to
 * the standard error output.
 * Usage: measured [-u TEXT] NAME COMMAND ARGUMENTS...
 * With TEXT also NAME.until.time and NAME.until.cpu: when the command printed the first line that has TEXT in it.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static void figure(const char *name, const char *what, double value, const char *unit)
{
	char full[96];

	snprintf(full, sizeof full, "%s.%s", name, what);
	bench_figure(full, value, unit);
}

static double cpu_of(pid_t pid)
{
	struct timespec ts = { 0 };
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts))
		bench_die("clock", "the processor time of the command cannot be read");
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Pass the command's lines on, until it has no more. */
static void follow(int fd, pid_t pid, const char *name, const char *until, double start)
{
	FILE *lines = fdopen(fd, "r");
	char line[4096];

	while (lines && fgets(line, sizeof line, lines)) {
		if (until && strstr(line, until)) {
			figure(name, "until.time", bench_now() - start, "s");
			figure(name, "until.cpu", cpu_of(pid), "s");
			until = NULL;
		}
		fputs(line, stderr);
	}
	if (!lines || fclose(lines))
		bench_die("pipe", "cannot be read");
	if (until)
		bench_die(until, "no such line was printed");
}

int main(int argc, char **argv)
{
	const char *until = argc > 2 && !strcmp(argv[1], "-u") ? argv[2] : NULL;
	char **command = argv + (until ? 4 : 2);
	const char *name = command[-1];
	struct rusage usage;
	int status, ends[2];
	double start;
	pid_t pid;

	if (argc < (until ? 5 : 3))
		bench_die("usage", "[-u TEXT] NAME COMMAND ARGUMENTS...");
	if (pipe(ends))
		bench_die("pipe", "cannot be made");
	start = bench_now();
	pid = fork();
	if (!pid) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execvp(command[0], command);
		bench_die(command[0], "cannot be run");
	}
	close(ends[1]);
	if (pid > 0)
		follow(ends[0], pid, name, until, start);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status)
		bench_die(command[0], "failed");
	figure(name, "time", bench_now() - start, "s");
	figure(name, "cpu",
	       (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
	       "s");
	figure(name, "memory", (double)usage.ru_maxrss / 1024, "MB");
	return 0;
}
