/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fleet [--seeds FIRST..LAST] [--known FILE] [--bug NAME] [--trace] | --bugs
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
#include <time.h>

#include "lib/file.h"
#include "tests/fleet/bugs.h"
#include "tests/fleet/fleet.h"

enum { BLOCK = 500, SHOWN_MAX = 20 };

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

static void print_figures(void)
{
	static const char *const words[] = {
#define FIGURE_WORD(name, word) word,
		FIGURE_LIST(FIGURE_WORD)
#undef FIGURE_WORD
	};
	printf("#");
	for (int i = 0; i < FIGURE_N; i++)
		printf(" %s %" PRIu64 "%s", words[i], fleet.figures[i], i + 1 < FIGURE_N ? "," : "\n");
}

static bool parse(int argc, char **argv, struct options *out)
{
	*out = (struct options){ .first = 1, .last = 200 };
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		if (!strcmp(argv[i], "--trace")) {
			out->trace = true;
		} else if (!strcmp(argv[i], "--known")) {
			out->known = value;
			i++;
		} else if (!strcmp(argv[i], "--bug") && bug_switch_on(value)) {
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
	return true;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error err;
	struct form_set *forms;
	struct tally tally = { .seeds = 0 };
	unsigned count = 0;
	char path[4096];
	if (!parse(argc, argv, &options)) {
		fprintf(stderr, "usage: fleet [--seeds FIRST..LAST] [--known FILE] [--bug NAME] [--trace]\n");
		return 2;
	}
	mallopt(M_MMAP_THRESHOLD, 1 << 20); /* keep the pages: half the time would go to the kernel */
	mallopt(M_TRIM_THRESHOLD, 1 << 28);
	if (options.list_bugs) {
		bugs_print(stdout);
		return 0;
	}
	setenv("TZ", "Asia/Shanghai", 1);
	unsetenv("XIANGYI_TODAY");
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
		for (uint64_t seed = first; seed <= last; seed++)
			run_one(seed, forms, &options, &tally);
		printf("%sok %u - seeds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " failed\n",
		       tally.failed > before ? "not " : "", ++count, first, last, tally.failed - before);
		fflush(stdout);
	}
	printf("1..%u\n", count);
	print_figures();
	if (tally.failed)
		printf("# %" PRIu64 " of %" PRIu64 " seeds failed, the first is %" PRIu64 ": %s\n", tally.failed,
		       tally.seeds, tally.first_failed, tally.symptom);
	form_set_free(forms);
	return tally.failed ? 1 : 0;
}
