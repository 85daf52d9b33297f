/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/paper_read.h"
#include "lib/cli.h"
#include "lib/crypto.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/paper.h"

enum { PATH_BYTES = 4096, MISSING_BYTES = 200, MISREAD_MAX = 1000 };

/* A line of at most PAPER_LINE_BYTES; what is longer is no line of ours and is cut. False at the end. */
static bool next_line(FILE *file, char line[PAPER_LINE_BYTES])
{
	if (!fgets(line, PAPER_LINE_BYTES, file))
		return false;
	if (!strchr(line, '\n'))
		for (int c; (c = fgetc(file)) != EOF && c != '\n';)
			;
	return true;
}

static void tell(const struct paper *paper, size_t number)
{
	char missing[MISSING_BYTES];
	paper_missing(paper, missing, sizeof(missing));
	if (paper_whole(paper))
		fprintf(stderr, _("Code %zu: all %zu are there\n"), number, paper_total(paper));
	else
		fprintf(stderr, _("Code %zu of %zu; missing: %s\n"), number, paper_total(paper), missing);
}

static int read_all(struct paper *paper, FILE *file, struct error *err)
{
	char line[PAPER_LINE_BYTES];
	bool terminal = isatty(fileno(file));
	int misread = 0;
	while (!paper_whole(paper) && next_line(file, line)) {
		size_t number;
		struct error wrong;
		int code = strspn(line, " \t\r\n") == strlen(line) ? 1 : paper_take(paper, line, &number, &wrong);
		if (code == ERR_NOMEM)
			return error_set(err, code, "%s", wrong.text);
		if (!code && terminal)
			tell(paper, number);
		if (code >= 0)
			continue;
		cli_warn(number ? _("code %d: %s") : _("line %d: %s"), number ? (int)number : misread + 1, wrong.text);
		if (++misread == MISREAD_MAX)
			return error_set(err, ERR_LIMIT, _("too many lines are misread"));
	}
	return 0;
}

int cmd_read_paper(const char *path, struct buf *out, struct error *err)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	struct paper *paper = file ? paper_new() : NULL;
	int code = crypto_init(err);
	if (!code && !file)
		code = error_errno(err, errno, "%s", path);
	if (!code && !paper)
		code = error_set(err, ERR_NOMEM, _("out of memory"));
	code = code ? code : read_all(paper, file, err);
	code = code ? code : paper_join(paper, out, err);
	paper_free(paper);
	if (file && file != stdin)
		fclose(file);
	return code;
}

static int paper_folder(const struct store *store, char out[PATH_BYTES], struct error *err)
{
	char spool[PATH_BYTES];
	int code = path_join(spool, sizeof(spool), store_dir(store), "spool", err);
	return code ? code : path_join(out, PATH_BYTES, spool, "paper", err);
}

int cmd_put_paper(const struct store *store, const struct buf *bytes, const char *extension, char path[4096],
                  struct error *err)
{
	char folder[PATH_BYTES], name[32];
	snprintf(name, sizeof(name), "00000001.%s", extension);
	int code = paper_folder(store, folder, err);
	if (code || (code = file_remove_tree(folder, err)) || (code = file_make_dirs(folder, 0700, err)) ||
	    (code = path_join(path, PATH_BYTES, folder, name, err)))
		return code;
	return file_write_atomic(path, bytes->data, bytes->len_bytes, err);
}

void cmd_drop_paper(const struct store *store)
{
	char folder[PATH_BYTES];
	struct error ignored;
	if (!paper_folder(store, folder, &ignored))
		file_remove_tree(folder, &ignored);
}
