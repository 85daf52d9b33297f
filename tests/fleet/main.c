/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fleet [--seeds FIRST..LAST] [--known FILE] [--bug NAME] [--jobs N] [--trace] | --bugs
 * Prints TAP: one line per block of seeds, and for a failing seed what broke in which step. With --bug the known bug
 * is put back in, and the line says how many seeds notice.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "tests/fleet/bugs.h"
#include "tests/fleet/fleet.h"

enum { BLOCK = 500, SHOWN_MAX = 20, JOBS_MAX = 256 };

/* --- random numbers of libsodium --- */

static struct draw chance;

static const char *chance_name(void)
{
	return "fleet";
}

static uint32_t chance_number(void)
{
	return (uint32_t)draw_u64(&chance);
}

static void chance_bytes(void *const out, const size_t n)
{
	uint8_t *to = out;
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)draw_u64(&chance);
}

static struct randombytes_implementation chance_source = {
	.implementation_name = chance_name, .random = chance_number, .buf = chance_bytes };

/* --- runs --- */

static struct fleet fleet; /* large, and used again by every seed */

static bool run(uint64_t seed, const struct form_set *forms, bool trace)
{
	chance.state = seed ^ UINT64_C(0x6368616e6365);
	fleet.trace = trace;
	fleet_begin(&fleet, seed, forms);
	while (!fleet.broken && fleet.step < fleet.n_steps)
		fleet_step(&fleet);
	if (!fleet.broken)
		fleet_rest(&fleet);
	fleet_end(&fleet);
	return !fleet.broken;
}

struct options {
	uint64_t first, last;
	const char *known;
	unsigned jobs; /* processes that share the seeds of a block */
	bool trace, list_bugs;
};

struct tally {
	uint64_t seeds, failed, first_failed;
	char symptom[600];
	unsigned shown;
};

static void run_one(uint64_t seed, const struct form_set *forms, const struct options *options, struct tally *tally)
{
	tally->seeds++;
	if (run(seed, forms, options->trace))
		return;
	if (!tally->failed++) {
		tally->first_failed = seed;
		snprintf(tally->symptom, sizeof(tally->symptom), "%s", fleet.why);
	}
	if (tally->shown++ < SHOWN_MAX)
		printf("# seed %" PRIu64 ", step %u of %u: %s\n", seed, fleet.step, fleet.n_steps, fleet.why);
}

/* The seeds that once found something: one number a line, text behind it. */
static void run_known(const struct form_set *forms, const struct options *options, struct tally *tally)
{
	FILE *file = options->known ? fopen(options->known, "r") : NULL;
	char line[512];
	while (file && fgets(line, sizeof(line), file))
		if (line[0] >= '0' && line[0] <= '9')
			run_one(strtoull(line, NULL, 10), forms, options, tally);
	if (file)
		fclose(file);
}

/* --- several processes --- */

struct share { /* what one of them found */
	struct tally tally;
	uint64_t figures[FIGURE_N];
};

static void run_share(uint64_t first, uint64_t last, unsigned step, const struct form_set *forms,
                      const struct options *options, struct share *out)
{
	memset(out, 0, sizeof(*out));
	memset(fleet.figures, 0, sizeof(fleet.figures));
	for (uint64_t seed = first; seed <= last; seed += step)
		run_one(seed, forms, options, &out->tally);
	memcpy(out->figures, fleet.figures, sizeof(out->figures));
}

static void add_share(struct tally *to, uint64_t figures[FIGURE_N], const struct share *share)
{
	const struct tally *from = &share->tally;
	if (from->failed && (!to->failed || from->first_failed < to->first_failed)) {
		to->first_failed = from->first_failed;
		memcpy(to->symptom, from->symptom, sizeof(to->symptom));
	}
	to->seeds += from->seeds;
	to->failed += from->failed;
	to->shown += from->shown;
	for (int i = 0; i < FIGURE_N; i++)
		figures[i] += share->figures[i];
}

/* A process that runs its share and tells it; the file to read that from, -1: there is none. */
static int begin_share(uint64_t first, uint64_t last, const struct form_set *forms, const struct options *options)
{
	int pipes[2];
	if (pipe(pipes))
		return -1;
	fflush(stdout);
	pid_t child = fork();
	if (child) {
		close(pipes[1]);
		return child < 0 ? -1 : pipes[0];
	}
	struct share share;
	run_share(first, last, options->jobs, forms, options, &share);
	fflush(stdout);
	_exit(write(pipes[1], &share, sizeof(share)) != sizeof(share));
}

static bool end_share(int pipe_fd, struct share *out)
{
	size_t n = 0;
	ssize_t got = 1;
	while (pipe_fd >= 0 && n < sizeof(*out) && (got = read(pipe_fd, (char *)out + n, sizeof(*out) - n)) > 0)
		n += (size_t)got;
	if (pipe_fd >= 0)
		close(pipe_fd);
	wait(NULL);
	return n == sizeof(*out);
}

static void run_block(uint64_t first, uint64_t last, const struct form_set *forms, const struct options *options,
                      struct tally *tally, uint64_t figures[FIGURE_N])
{
	struct share share;
	int pipes[JOBS_MAX];
	if (options->jobs == 1) {
		run_share(first, last, 1, forms, options, &share);
		add_share(tally, figures, &share);
		return;
	}
	for (unsigned i = 0; i < options->jobs; i++)
		pipes[i] = begin_share(first + i, last, forms, options);
	for (unsigned i = 0; i < options->jobs; i++) {
		if (!end_share(pipes[i], &share)) {
			printf("Bail out! a process of the simulator ended\n");
			exit(99);
		}
		add_share(tally, figures, &share);
	}
}

static void print_figures(const uint64_t figures[FIGURE_N])
{
	static const char *const words[] = {
#define FIGURE_WORD(name, word) word,
		FIGURE_LIST(FIGURE_WORD)
#undef FIGURE_WORD
	};
	printf("#");
	for (int i = 0; i < FIGURE_N; i++)
		printf(" %s %" PRIu64 "%s", words[i], figures[i], i + 1 < FIGURE_N ? "," : "\n");
}

static bool parse(int argc, char **argv, struct options *out)
{
	*out = (struct options){ .first = 1, .last = 200, .jobs = 1 };
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		if (!strcmp(argv[i], "--trace")) {
			out->trace = true;
		} else if (!strcmp(argv[i], "--known")) {
			out->known = value;
			i++;
		} else if (!strcmp(argv[i], "--bug") && bug_switch_on(value)) {
			i++;
		} else if (!strcmp(argv[i], "--jobs")) {
			out->jobs = (unsigned)strtoul(value, NULL, 10);
			i++;
		} else if (!strcmp(argv[i], "--bugs")) {
			out->list_bugs = true;
		} else if (!strcmp(argv[i], "--seeds")) {
			int n = sscanf(value, "%" SCNu64 "..%" SCNu64, &out->first, &out->last);
			out->last = n == 1 ? out->first : out->last;
			i++;
		} else {
			return false;
		}
	}
	return out->jobs >= 1 && out->jobs <= JOBS_MAX;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err;
	struct form_set *forms;
	struct tally tally = { .seeds = 0 };
	uint64_t figures[FIGURE_N] = { 0 };
	unsigned count = 0;
	char path[4096];
	if (!parse(argc, argv, &options)) {
		fprintf(stderr, "usage: fleet [--seeds FIRST..LAST] [--known FILE] [--bug NAME] [--jobs N] [--trace]\n");
		return 2;
	}
	mallopt(M_MMAP_THRESHOLD, 1 << 24); /* keep the pages: half the time would go to the kernel */
	mallopt(M_TRIM_THRESHOLD, 1 << 28);
	if (options.list_bugs) {
		bugs_print(stdout);
		return 0;
	}
	setenv("TZ", "Asia/Shanghai", 1);
	unsetenv("XIANGYI_TODAY");
	setenv("XIANGYI_SYSTEM", DISK_ROOT "/system", 1); /* sticks are folders here: nothing is mounted */
	randombytes_set_implementation(&chance_source);
	if (crypto_init(&err) || path_data(path, sizeof(path), "", &err) ||
	    form_set_load(&forms, path, NULL, NULL, &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}
	if (options.known) {
		run_known(forms, &options, &tally);
		printf("%sok %u - the %" PRIu64 " seeds that once found something\n", tally.failed ? "not " : "",
		       ++count, tally.seeds);
	}
	for (uint64_t first = options.first; first <= options.last; first += BLOCK) {
		uint64_t last = first + BLOCK - 1 < options.last ? first + BLOCK - 1 : options.last;
		uint64_t before = tally.failed;
		run_block(first, last, forms, &options, &tally, figures);
		printf("%sok %u - seeds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " failed\n",
		       tally.failed > before ? "not " : "", ++count, first, last, tally.failed - before);
		fflush(stdout);
	}
	printf("1..%u\n", count);
	print_figures(figures);
	if (tally.failed)
		printf("# %" PRIu64 " of %" PRIu64 " seeds failed, the first is %" PRIu64 ": %s\n", tally.failed,
		       tally.seeds, tally.first_failed, tally.symptom);
	form_set_free(forms);
	return tally.failed ? 1 : 0;
}
