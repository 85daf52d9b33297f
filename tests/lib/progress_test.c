/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/progress.h"

#include <pty.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/tap.h"

static bool refuse(struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	(void)what;
	*(uint64_t *)progress->arg = done * 1000 + total;
	return false;
}

/* What the bar writes on a terminal (or a file) after so many seconds of work. */
static void bar_output(bool terminal, int seconds, uint64_t total, char *out, size_t size)
{
	int ends[2], saved = dup(STDERR_FILENO);
	struct progress_bar bar;
	size_t len = 0;
	ssize_t n;

	out[0] = '\0';
	if (terminal ? openpty(&ends[0], &ends[1], NULL, NULL, NULL) : pipe(ends))
		return;
	dup2(ends[1], STDERR_FILENO);
	progress_bar_begin(&bar);
	bar.started_ms -= seconds * 1000;
	progress_report(&bar.progress, "合并", 50, total);
	progress_report(&bar.progress, "合并", 51, total);
	progress_bar_end(&bar);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]); /* so that reading comes to an end */
	while (len + 1 < size && (n = read(ends[0], out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	close(ends[0]);
}

int main(void)
{
	uint64_t seen = 0;
	struct progress progress = { refuse, &seen };
	char out[512];

	ok(progress_report(NULL, "x", 1, 2), "nobody listens: go on");
	ok(progress_report(&(struct progress){ 0 }, "x", 1, 2), "no function: go on");
	ok(!progress_report(&progress, "x", 3, 4), "a refusal comes back");
	is((long long)seen, 3004, "with the figures");
	bar_output(true, 2, 100, out, sizeof out);
	ok(strstr(out, "合并") && strstr(out, "[###############...............]  50%"), "half a bar");
	ok(!strstr(out, "51"), "is not drawn again at once");
	ok(strlen(out) > 4 && !strcmp(out + strlen(out) - 4, "\r\033[K"), "and wiped at the end");
	bar_output(true, 2, 0, out, sizeof out);
	ok(strstr(out, "50") && !strstr(out, "%"), "without a total only a count");
	bar_output(true, 2, 20, out, sizeof out);
	ok(strstr(out, "100%") != NULL, "never more than all");
	bar_output(true, 0, 100, out, sizeof out);
	is_text(out, "", "short work shows nothing");
	bar_output(false, 2, 100, out, sizeof out);
	is_text(out, "", "no terminal, no bar");
	return done_testing();
}
