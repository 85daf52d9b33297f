/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress of long work: lower rooms report, the program or the screen shows. */
#ifndef LIB_PROGRESS_H
#define LIB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	/* Called with what is being done (translated) and how much of total (0: unknown) is done.
	 * Returns false to ask for a stop: the work ends cleanly with ERR_CANCELLED. */
	bool (*report)(struct progress *progress, const char *what, uint64_t done, uint64_t total);
	void *arg;
};

/* Report through p, which may be NULL; true to go on. */
bool progress_report(struct progress *p, const char *what, uint64_t done, uint64_t total);

/* A bar on stderr when it is a terminal and the work has lasted more than a second. */
struct progress_bar {
	struct progress progress;
	int64_t started_ms, shown_ms;
	bool shown;
};
void progress_bar_begin(struct progress_bar *bar);
void progress_bar_end(struct progress_bar *bar);

#endif
