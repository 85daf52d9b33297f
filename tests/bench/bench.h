/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measuring programs share: a clock, a median, figures printed as "name value unit" lines. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* The visit that all stores save: bytes of its entry, of its record's state, of a derived row. */
enum { BENCH_ENTRY_BYTES = 320, BENCH_STATE_BYTES = 560, BENCH_ROW_BYTES = 48 };

__attribute__((unused)) static double bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Seconds of processor time of this process, the system's for it included. */
__attribute__((unused)) static double bench_cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

__attribute__((unused)) static int bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

__attribute__((unused)) static double bench_quantile(double *values, size_t n, double q)
{
	qsort(values, n, sizeof *values, bench_compare);
	return values[(size_t)(q * (double)(n - 1))];
}

/* The same numbers on every run and in every program. */
__attribute__((unused)) static unsigned bench_random(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

__attribute__((unused)) static void bench_figure(const char *name, double value, const char *unit)
{
	printf("%s\t%.3f\t%s\n", name, value, unit);
	fflush(stdout);
}

__attribute__((unused, noreturn)) static void bench_die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

/* Where the forms are: "make bench" says it. */
__attribute__((unused)) static const char *bench_data(void)
{
	const char *data = getenv("XIANGYI_DATA");

	if (!data)
		bench_die("XIANGYI_DATA", "is not set: give the folder with the forms");
	return data;
}

#endif
