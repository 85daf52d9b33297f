/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What loading every form, code list and rule of XIANGYI_DATA costs: the middle of ROUNDS loads by the clock and in
 * processor time, the heap that a set keeps, and the most memory that the process grew by during its first load.
 * Usage: forms [ROUNDS]
 */
#include "config.h"

#include <malloc.h>
#include <sys/resource.h>

#include "form/form.h"
#include "lib/file.h"
#include "tests/bench/bench.h"

static struct form_set *load(const char *path)
{
	struct error err = { 0 };
	struct form_set *set = NULL;
	if (form_set_load(&set, path, NULL, NULL, &err))
		bench_die("forms", err.text);
	return set;
}

static double cpu_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double resident_mb(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

static double heap_mb(void)
{
	struct mallinfo2 info = mallinfo2();
	return (double)(info.uordblks + info.hblkhd) / (1024 * 1024);
}

int main(int argc, char **argv)
{
	enum { ROUNDS_MOST = 1000 };
	static double times[ROUNDS_MOST], cpu[ROUNDS_MOST];
	int rounds = argc > 1 ? atoi(argv[1]) : 21;
	char path[4096];
	struct error err = { 0 };
	if (rounds < 1 || rounds > ROUNDS_MOST)
		bench_die("usage", "forms [ROUNDS], at most 1000");
	if (path_data(path, sizeof path, "", &err))
		bench_die("forms", err.text);
	double before = heap_mb(), resident = resident_mb();
	struct form_set *set = load(path);
	double memory = heap_mb() - before, peak = resident_mb() - resident;
	size_t fields = 0;
	for (size_t i = 0; i < form_set_count(set); i++)
		fields += form_set_at(set, i)->n_fields;
	bench_figure("forms.count", (double)form_set_count(set), "forms");
	bench_figure("forms.fields", (double)fields, "fields");
	form_set_free(set);
	for (int i = 0; i < rounds; i++) {
		double start = bench_now(), start_cpu = cpu_now();
		set = load(path);
		times[i] = bench_now() - start;
		cpu[i] = cpu_now() - start_cpu;
		form_set_free(set);
	}
	bench_figure("forms.load", bench_quantile(times, (size_t)rounds, 0.5) * 1e3, "ms");
	bench_figure("forms.load.cpu", bench_quantile(cpu, (size_t)rounds, 0.5) * 1e3, "ms");
	bench_figure("forms.memory", memory, "MB");
	bench_figure("forms.memory.peak", peak, "MB");
	return 0;
}
