/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/csv.h"
#include "lib/i18n.h"
#include "tui/popup.h"

enum screen_result export_ask(struct app *app, struct screen *owner, const char *name,
                              app_answer answer)
{
	char proposal[512], date[DATE_TEXT_BYTES];
	const char *home = getenv("HOME");

	snprintf(proposal, sizeof(proposal), "%s/%s-%s.csv", home ? home : "", name,
	         date_format(app->today, date));
	struct popup popup = { .title = _("Export the list"), .prompt = true, .proposal = proposal,
		               .text = _("A table for spreadsheets. It has names in clear: keep it safe and "
		                         "delete it after use. File:"),
		               .answer = answer };
	return popup_open(app, owner, &popup);
}

static int write_rows(FILE *file, const char *const *titles, size_t n_columns, size_t n,
                      void (*row)(void *arg, size_t index, const char **cells, struct arena *arena),
                      void *arg)
{
	struct arena arena = ARENA_INIT;

	fputs("\xEF\xBB\xBF", file); /* spreadsheets take a file without it for GB18030 */
	csv_write_row(file, titles, n_columns, true);
	for (size_t i = 0; i < n; i++) {
		const char *cells[EXPORT_COLUMNS] = { "", "", "", "", "", "", "", "", "", "", "", "" };
		row(arg, i, cells, &arena);
		csv_write_row(file, cells, n_columns, true);
		arena_reset(&arena);
	}
	arena_free(&arena);
	return ferror(file) || fflush(file) || fsync(fileno(file)) ? -1 : 0;
}

void export_write(struct app *app, const char *path, const char *const *titles, size_t n_columns,
                  size_t n, void (*row)(void *arg, size_t index, const char **cells, struct arena *arena),
                  void *arg)
{
	struct error err = { 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file) {
		error_errno(&err, errno, "%s", path);
		app_say(app, STYLE_ERROR, _("Not exported: %s"), err.text);
		return;
	}
	int failed = write_rows(file, titles, n_columns, n, row, arg);
	if (fclose(file) || failed) {
		error_errno(&err, errno, "%s", path);
		unlink(path);
		app_say(app, STYLE_ERROR, _("Not exported: %s"), err.text);
		return;
	}
	app_say(app, STYLE_OK, _("%s Exported %zu lines to %s"), scr_symbol(SYM_CHECK), n, path);
}
