/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last resort without stick and line: a small bundle as QR codes on the screen, for a scanner at the other end. */
#include "config.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/sync_cmd.h"
#include "db/maintain.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/qr.h"
#include "sync/paper.h"

enum { COLUMNS = 80, ROWS = 24, HEADING_ROWS = 1, ANSWER_BYTES = 16 };

struct qr_job {
	struct cmd_common common;
	long columns, rows, only;  /* 0: as the terminal is; all codes */
	struct buf bytes;
	struct arena arena;
	char **lines;
	size_t n;
	int version;
};

/* --- the size --- */

static void find_size(struct qr_job *job)
{
	struct winsize size;
	bool known = !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col && size.ws_row;
	if (!job->columns)
		job->columns = known ? size.ws_col : COLUMNS;
	if (!job->rows)
		job->rows = known ? size.ws_row : ROWS;
}

/* The largest code that the window shows below a heading; 0: none. */
static int fitting_version(const struct qr_job *job)
{
	int version = 0;
	while (version < QR_VERSION_MAX && qr_columns(version + 1) <= job->columns &&
	       qr_rows(version + 1) + HEADING_ROWS <= job->rows)
		version++;
	return version;
}

/* The smallest code that needs no more codes than the fitting one: it is read from further away. */
static int smallest_version(const struct qr_job *job, int version)
{
	size_t n = paper_parts(job->bytes.len_bytes, qr_capacity(version));
	while (version > 1 && paper_parts(job->bytes.len_bytes, qr_capacity(version - 1)) == n)
		version--;
	return version;
}

static int split(struct qr_job *job, struct error *err)
{
	int version = fitting_version(job);
	if (!version)
		return error_set(err, ERR_LIMIT, _("a window of %ld by %ld is too small for a QR code"), job->columns, job->rows);
	job->version = smallest_version(job, version);
	return paper_split(job->bytes.data, job->bytes.len_bytes, qr_capacity(job->version), &job->arena, &job->lines,
	                   &job->n, err);
}

/* Which window would need fewer codes; false and nothing when none would. */
static bool advise(const struct qr_job *job, FILE *file)
{
	size_t fewest = paper_parts(job->bytes.len_bytes, qr_capacity(QR_VERSION_MAX));
	int version = 1;
	if (fewest >= job->n)
		return false;
	while (paper_parts(job->bytes.len_bytes, qr_capacity(version)) != fewest)
		version++;
	fprintf(file, _("%zu codes in a window of %ld by %ld; in one of %d by %d it would be %zu"), job->n, job->columns,
	        job->rows, qr_columns(version), qr_rows(version) + HEADING_ROWS, fewest);
	return true;
}

/* --- showing --- */

static int show_one(const struct qr_job *job, size_t i, bool terminal, struct error *err)
{
	struct buf drawn = BUF_INIT;
	int code = qr_draw(job->lines[i], job->version, &drawn, err);
	if (!code) {
		printf(_("Code %zu of %zu"), i + 1, job->n);
		if (terminal && !i) {
			fputs("  ", stdout);
			advise(job, stdout);
		}
		putchar('\n');
		if (terminal) /* white on black, whatever the terminal's ground is; no line end, so that nothing scrolls */
			printf("\033[97;40m%.*s\033[0m", (int)drawn.len_bytes - 1, (const char *)drawn.data);
		else
			fwrite(drawn.data, 1, drawn.len_bytes, stdout);
		fflush(stdout);
	}
	buf_free(&drawn);
	return code;
}

/* One after the other, at the pace of the person with the scanner. */
static int show_all(const struct qr_job *job, struct error *err)
{
	bool terminal = isatty(STDOUT_FILENO);
	char answer[ANSWER_BYTES];
	int code = 0;
	for (size_t i = 0; !code && i < job->n; i++) {
		if (job->only && (size_t)job->only != i + 1)
			continue;
		if (terminal)
			fputs("\033[2J\033[H", stdout);
		code = show_one(job, i, terminal, err);
		if (!code && terminal)
			code = cli_ask("", false, answer, sizeof(answer), err);
	}
	return code;
}

static void print_json(const struct qr_job *job)
{
	struct json json;
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_number(&json, "bytes", (long long)job->bytes.len_bytes);
	json_number(&json, "columns", qr_columns(job->version));
	json_number(&json, "rows", qr_rows(job->version) + HEADING_ROWS);
	json_array(&json, "lines");
	for (size_t i = 0; i < job->n; i++)
		json_text(&json, NULL, job->lines[i]);
	json_end(&json, ']');
	json_end(&json, '}');
}

static int show(struct qr_job *job, struct error *err)
{
	find_size(job);
	int code = split(job, err);
	if (code)
		return code;
	if (job->only > (long)job->n)
		return error_set(err, ERR_USAGE, _("there are only %zu codes"), job->n);
	if (job->common.json) {
		print_json(job);
		return 0;
	}
	if (!isatty(STDOUT_FILENO) && advise(job, stderr))
		fputc('\n', stderr);
	return show_all(job, err);
}

/* --- what is shown --- */

static int make_bundle(struct qr_job *job, bool *nothing_new, struct error *err)
{
	struct cmd_store opened;
	struct progress_bar bar;
	int code = cmd_open(&opened, &job->common, err);
	if (code)
		return code;
	progress_bar_begin(&bar);
	code = store_checkpoint(opened.store, err);
	if (!code)
		code = sync_export_small(opened.store, PAPER_MAX_BYTES, &job->bytes, nothing_new, err);
	progress_bar_end(&bar);
	cmd_close(&opened);
	return code;
}

int sync_qr_run(int argc, char **argv)
{
	struct qr_job job = { .only = 0 };
	const struct cli_option options[] = {
		CMD_OPTIONS(&job.common),
		{ "columns", CLI_NUMBER, "N", N_("width of the window; default: as it is, else 80"), &job.columns },
		{ "rows", CLI_NUMBER, "N", N_("height of the window; default: as it is, else 24"), &job.rows },
		{ "only", CLI_NUMBER, "N", N_("show the code with this number again"), &job.only },
	};
	struct cli_args args;
	struct error err;
	bool nothing_new = false;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &SYNC_COMMANDS[SYNC_COMMAND_QR], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	code = crypto_init(&err);
	if (!code)
		code = args.n ? file_read(args.operands[0], PAPER_MAX_BYTES, &job.bytes, &err) : make_bundle(&job, &nothing_new, &err);
	if (!code && nothing_new)
		puts(_("Nothing new: the level above holds everything"));
	else if (!code)
		code = show(&job, &err);
	buf_free(&job.bytes);
	arena_free(&job.arena);
	return code ? cli_fail(&err) : 0;
}
