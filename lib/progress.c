/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/utf8.h"

enum { BAR_AFTER_MS = 1000, BAR_EVERY_MS = 100, BAR_COLS = 30, TEXT_COLS = 36 };

bool progress_report(struct progress *p, const char *what, uint64_t done, uint64_t total)
{
	return !p || !p->report || p->report(p, what, done, total);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One line in one write, so that it does not flicker. */
static void draw(const char *what, uint64_t done, uint64_t total)
{
	char bar[BAR_COLS + 1] = "";
	size_t cols, bytes = utf8_clip(what, TEXT_COLS, &cols);
	int space = (int)(TEXT_COLS - cols) + 1;
	double part;

	if (!total) {
		fprintf(stderr, "\r\033[K%.*s%*s%llu", (int)bytes, what, space, "",
			(unsigned long long)done);
		return;
	}
	part = done < total ? (double)done / (double)total : 1;
	memset(bar, '.', BAR_COLS);
	memset(bar, '#', (size_t)(part * BAR_COLS));
	fprintf(stderr, "\r\033[K%.*s%*s[%s] %3d%%", (int)bytes, what, space, "", bar, (int)(part * 100));
}

static bool bar_report(struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	struct progress_bar *bar = progress->arg;
	int64_t now = now_ms();

	if (now - bar->started_ms < BAR_AFTER_MS || now - bar->shown_ms < BAR_EVERY_MS ||
	    !isatty(STDERR_FILENO))
		return true;
	bar->shown_ms = now;
	bar->shown = true;
	draw(what, done, total);
	return true;
}

void progress_bar_begin(struct progress_bar *bar)
{
	*bar = (struct progress_bar){
		.progress = { .report = bar_report, .arg = bar },
		.started_ms = now_ms(),
	};
}

void progress_bar_end(struct progress_bar *bar)
{
	if (bar->shown)
		fputs("\r\033[K", stderr);
	bar->shown = false;
}
