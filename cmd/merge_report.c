/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/merge_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "care/care.h"
#include "cmd/common.h"
#include "lib/csv.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

const struct cli_command merge_report_command = {
	.name = "report",
	.operands = "indicators",
	.min = 1,
	.max = 1,
	.help = N_("print policy indicator 4 for hypertension by village"),
	.run = merge_report_run,
};

struct report {
	struct cmd_common common;
	bool csv, names;
	struct indicator_question question;
	struct cmd_store opened;
	struct arena arena;
	struct indicator_table table;
	struct indicator_case *cases; /* with --names: everybody who has one of the three conditions */
	size_t n_cases, room;
	bool failed;
};

static bool keep_case(void *arg, const struct indicator_case *one)
{
	struct report *report = arg;
	if (report->n_cases == report->room) {
		size_t room = report->room ? report->room * 2 : 64;
		struct indicator_case *grown = realloc(report->cases, room * sizeof *grown);
		if (!grown) {
			report->failed = true;
			return false;
		}
		report->cases = grown;
		report->room = room;
	}
	report->cases[report->n_cases++] = *one;
	return true;
}

/* --- plain text --- */

static void put_cell(const char *text, size_t cols, bool right)
{
	size_t used = utf8_cols(text), fill = used < cols ? cols - used : 0;
	printf("%*s", right ? (int)fill : 0, "");
	cli_put(stdout, text);
	printf("%*s", right ? 0 : (int)fill, "");
}

static void put_count(uint64_t value, size_t cols)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, value);
	put_cell(text, cols, true);
}

static size_t wider(size_t cols, const char *text)
{
	size_t own = utf8_cols(text);
	return own > cols ? own : cols;
}

struct columns { size_t region, village, denominator, numerator, rate; };

static void put_row(const struct columns *columns, const char *village,
                    const struct indicator_row *row)
{
	char rate[16];
	put_cell(row->region, columns->region, false);
	printf("  ");
	put_cell(village, columns->village, false);
	printf("  ");
	put_count(row->denominator, columns->denominator);
	printf("  ");
	put_count(row->numerator, columns->numerator);
	printf("  ");
	put_cell(care_rate_text(rate, row->numerator, row->denominator), columns->rate, true);
	putchar('\n');
}

static void print_villages(const struct indicator_table *table)
{
	const char *heads[] = { _("Region"), _("Village"), _("Denominator"), _("Numerator"), _("Rate %") };
	const char *total = _("Total"), *widened = _("Total, category 10 too");
	struct columns columns = { utf8_cols(heads[0]), utf8_cols(heads[1]), utf8_cols(heads[2]),
		                   utf8_cols(heads[3]), utf8_cols(heads[4]) };
	columns.village = wider(wider(columns.village, total), widened);
	for (size_t i = 0; i < table->n_rows; i++) {
		columns.region = wider(columns.region, table->rows[i].region);
		columns.village = wider(columns.village, table->rows[i].village);
	}
	put_cell(heads[0], columns.region, false);
	printf("  ");
	put_cell(heads[1], columns.village, false);
	printf("  ");
	put_cell(heads[2], columns.denominator, true);
	printf("  ");
	put_cell(heads[3], columns.numerator, true);
	printf("  ");
	put_cell(heads[4], columns.rate, true);
	putchar('\n');
	for (size_t i = 0; i < table->n_rows; i++)
		put_row(&columns, table->rows[i].village, &table->rows[i]);
	put_row(&columns, total, &table->total);
	put_row(&columns, widened, &table->total_widened);
}

static void print_reasons(const struct indicator_table *table)
{
	size_t cols = 0;
	for (int i = 0; i < REASON_N; i++)
		cols = wider(cols, reason_sentence(i));
	printf("\n%s\n", _("Residents with any of the three conditions, and why they are where they are:"));
	for (int i = 0; i < REASON_N; i++) {
		const char *separator = " (";
		if (!table->total.by_reason[i])
			continue;
		put_cell(reason_sentence(i), cols, false);
		printf("  ");
		put_count(table->total.by_reason[i], 6);
		for (size_t j = 0; j < table->n_rows; j++) {
			if (!table->rows[j].by_reason[i])
				continue;
			printf("%s%s %" PRIu64, separator, table->rows[j].village,
			       table->rows[j].by_reason[i]);
			separator = ", ";
		}
		puts(*separator == ',' ? ")" : "");
	}
}

static bool is_wide(uint32_t cp)
{
	return utf8_char_cols(cp) == 2;
}

static bool closes(uint32_t cp)
{
	static const uint32_t marks[] = { 0xff0c, 0x3002, 0xff1b, 0xff1a, 0x3001, 0xff09 }; /* ，。；：、） */
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (cp == marks[i])
			return true;
	return false;
}

/* A paragraph of the definition in lines of at most 80 columns: broken at a space or between two
 * wide characters, never before a closing mark. */
static void print_wrapped(const char *text, size_t length)
{
	size_t start = 0, good = 0, cols = 0;
	for (size_t at = 0; at < length;) {
		uint32_t cp, next;
		size_t bytes = utf8_next(text + at, &cp);
		cols += (size_t)utf8_char_cols(cp);
		if (cols > 80 && good > start) {
			printf("%.*s\n", (int)(good - start), text + start);
			start = good + (text[good] == ' ');
			at = start;
			cols = 0;
			continue;
		}
		at += bytes;
		utf8_next(text + at, &next);
		if (text[at] == ' ' || (is_wide(cp) && is_wide(next) && !closes(next)))
			good = at;
	}
	printf("%.*s\n", (int)(length - start), text + start);
}

static void print_definition(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		print_wrapped(text, length);
		text += length + (text[length] == '\n');
	}
}

/* Name and masked number of one case; false when the record cannot be read. */
static bool identify(struct report *report, const struct indicator_case *one, struct arena *arena,
                     struct resident_summary *out, struct error *err)
{
	struct record record;
	return !store_record(report->opened.store, one->resident, arena, &record, err) &&
	       !care_summary(report->opened.forms, &record, 1, report->question.on, arena, out, err);
}

static int print_names(struct report *report, struct error *err)
{
	struct arena arena = ARENA_INIT;
	int rc = 0;
	printf("\n%s\n", _("Names:"));
	for (size_t i = 0; i < report->n_cases && !rc; i++) {
		const struct indicator_case *one = &report->cases[i];
		struct resident_summary who;
		arena_reset(&arena);
		if (!identify(report, one, &arena, &who, err)) {
			rc = err->code;
			break;
		}
		put_cell(who.name, 12, false);
		printf("  ");
		put_cell(who.masked_id, 18, false);
		printf("  %s%s", reason_sentence(one->reason), *one->detail ? _(": ") : "");
		cli_put(stdout, one->detail);
		putchar('\n');
	}
	arena_free(&arena);
	return rc;
}

static int print_plain(struct report *report, struct error *err)
{
	const struct indicator_table *table = &report->table;
	print_villages(table);
	printf(_("Expected: %g %%"), table->target_percent);
	putchar('\n');
	print_reasons(table);
	if (report->names) {
		int rc = print_names(report, err);
		if (rc)
			return rc;
	}
	putchar('\n');
	print_definition(table->definition);
	return 0;
}

/* --- CSV: words, not sentences, in the header, for other programs --- */

enum { FIXED_CELLS = 5 };

static void csv_row(const struct indicator_row *row, const char *village)
{
	char numbers[REASON_N + 2][24], rate[16];
	const char *cells[FIXED_CELLS + REASON_N] = { row->region, village };
	snprintf(numbers[REASON_N], sizeof *numbers, "%" PRIu64, row->denominator);
	snprintf(numbers[REASON_N + 1], sizeof *numbers, "%" PRIu64, row->numerator);
	cells[2] = numbers[REASON_N];
	cells[3] = numbers[REASON_N + 1];
	cells[4] = row->denominator ? care_rate_text(rate, row->numerator, row->denominator) : "";
	for (int i = 0; i < REASON_N; i++) {
		snprintf(numbers[i], sizeof *numbers, "%" PRIu64, row->by_reason[i]);
		cells[FIXED_CELLS + i] = numbers[i];
	}
	csv_write_row(stdout, cells, FIXED_CELLS + REASON_N, true);
}

static void print_csv_villages(const struct indicator_table *table)
{
	const char *heads[FIXED_CELLS + REASON_N] = { "region", "village", "denominator", "numerator",
		                                      "rate" };
	for (int i = 0; i < REASON_N; i++)
		heads[FIXED_CELLS + i] = reason_word(i);
	csv_write_row(stdout, heads, FIXED_CELLS + REASON_N, true);
	for (size_t i = 0; i < table->n_rows; i++)
		csv_row(&table->rows[i], table->rows[i].village);
	csv_row(&table->total, "total");
}

static int print_csv_names(struct report *report, struct error *err)
{
	const char *const heads[] = { "name", "id_number", "reason", "in_denominator", "in_numerator",
		                      "visits_counted", "visits_needed", "detail" };
	struct arena arena = ARENA_INIT;
	int rc = 0;
	csv_write_row(stdout, heads, 8, true);
	for (size_t i = 0; i < report->n_cases && !rc; i++) {
		const struct indicator_case *one = &report->cases[i];
		struct resident_summary who;
		char counted[12], needed[12];
		arena_reset(&arena);
		if (!identify(report, one, &arena, &who, err)) {
			rc = err->code;
			break;
		}
		snprintf(counted, sizeof counted, "%d", one->visits_counted);
		snprintf(needed, sizeof needed, "%d", one->visits_needed);
		const char *const cells[] = { who.name, who.masked_id, reason_word(one->reason),
			                      one->in_denominator ? "1" : "0",
			                      one->in_numerator ? "1" : "0", counted, needed,
			                      one->detail };
		csv_write_row(stdout, cells, 8, true);
	}
	arena_free(&arena);
	return rc;
}

/* --- JSON --- */

static void json_counts(struct json *json, const struct indicator_row *row, bool reasons)
{
	json_number(json, "denominator", (long long)row->denominator);
	json_number(json, "numerator", (long long)row->numerator);
	if (row->denominator)
		json_decimal(json, "rate_percent", 100.0 * (double)row->numerator / (double)row->denominator, 4);
	else
		json_text(json, "rate_percent", NULL);
	if (!reasons)
		return;
	json_object(json, "reasons");
	for (int i = 0; i < REASON_N; i++)
		json_number(json, reason_word(i), (long long)row->by_reason[i]);
	json_end(json, '}');
}

static int json_cases(struct json *json, struct report *report, struct error *err)
{
	struct arena arena = ARENA_INIT;
	char date[DATE_TEXT_BYTES];
	int rc = 0;
	json_array(json, "residents");
	for (size_t i = 0; i < report->n_cases && !rc; i++) {
		const struct indicator_case *one = &report->cases[i];
		struct resident_summary who;
		arena_reset(&arena);
		if (!identify(report, one, &arena, &who, err)) {
			rc = err->code;
			break;
		}
		json_object(json, NULL);
		json_text(json, "name", who.name);
		json_text(json, "id_number", who.masked_id);
		json_text(json, "reason", reason_word(one->reason));
		json_bool(json, "in_denominator", one->in_denominator);
		json_bool(json, "in_numerator", one->in_numerator);
		json_number(json, "visits_counted", one->visits_counted);
		json_number(json, "visits_needed", one->visits_needed);
		json_text(json, "enrolled", date_format(one->enrolled, date));
		json_text(json, "last_visit", date_format(one->last_visit, date));
		json_text(json, "detail", one->detail);
		json_end(json, '}');
	}
	json_end(json, ']');
	arena_free(&arena);
	return rc;
}

static int print_json(struct report *report, struct error *err)
{
	const struct indicator_table *table = &report->table;
	struct json json;
	char on[DATE_TEXT_BYTES];
	int rc = 0;
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_text(&json, "indicator", "4");
	json_text(&json, "programme", "hypertension");
	json_number(&json, "year", report->question.year);
	json_text(&json, "on", date_format(report->question.on, on));
	json_decimal(&json, "target_percent", table->target_percent, 1);
	json_array(&json, "villages");
	for (size_t i = 0; i < table->n_rows; i++) {
		json_object(&json, NULL);
		json_text(&json, "region", table->rows[i].region);
		json_text(&json, "village", table->rows[i].village);
		json_counts(&json, &table->rows[i], true);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_object(&json, "total");
	json_counts(&json, &table->total, true);
	json_end(&json, '}');
	json_object(&json, "total_widened");
	json_counts(&json, &table->total_widened, false);
	json_end(&json, '}');
	if (report->names)
		rc = json_cases(&json, report, err);
	json_text(&json, "definition", table->definition);
	json_end(&json, '}');
	putchar('\n');
	return rc;
}

/* --- the command --- */

static int print_report(struct report *report, struct error *err)
{
	if (report->common.json)
		return print_json(report, err);
	if (report->csv && report->names)
		return print_csv_names(report, err);
	if (report->csv)
		print_csv_villages(&report->table);
	else
		return print_plain(report, err);
	return 0;
}

/* Names are shown to roles that see patients only, and that they were shown is noted first. */
static int note_names(struct report *report, struct error *err)
{
	char what[160], on[DATE_TEXT_BYTES];
	snprintf(what, sizeof what, _("names of policy indicator 4, %d up to %s"),
	         report->question.year, date_format(report->question.on, on));
	return care_audit(report->opened.store, what, report->n_cases, err);
}

static int compute(struct report *report, struct error *err)
{
	struct progress_bar bar;
	const struct session *session = store_session(report->opened.store);
	if (report->names && !role_sees_patients(session->role))
		return error_set(err, ERR_DENIED, _("the role of %s does not allow to see patients"),
		                 session->operator_name);
	progress_bar_begin(&bar);
	int rc = care_indicator4(report->opened.store, &report->question,
	                         report->names ? keep_case : NULL, report, &report->arena,
	                         &report->table, &bar.progress, err);
	progress_bar_end(&bar);
	if (!rc && report->failed)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return rc || !report->names ? rc : note_names(report, err);
}

/* Without --year the year of --on, else this year. Without --on today, or the year's end if earlier. */
static int take_question(struct report *report, long year, const char *on, struct error *err)
{
	int this_year, month, day;
	date_t today = date_today(), date = on ? date_parse(on) : DATE_NONE;
	if (on && date == DATE_NONE)
		return error_set(err, ERR_USAGE, _("--on wants a day such as 2026-12-31, not \"%s\""), on);
	date_split(date == DATE_NONE ? today : date, &this_year, &month, &day);
	if (!year)
		year = this_year;
	if (year < 1950 || year > 9998)
		return error_set(err, ERR_USAGE, _("--year wants a year such as 2026"));
	date_t last = date_make((int)year, 12, 31);
	report->question.year = (int)year;
	report->question.on = date != DATE_NONE ? date : (today < last ? today : last);
	return 0;
}

static int finish(int rc, struct error *err)
{
	if (!rc && (fflush(stdout) || ferror(stdout)))
		rc = error_set(err, ERR_IO, _("the report could not be written"));
	return rc ? cli_fail(err) : 0;
}

int merge_report_run(int argc, char **argv)
{
	struct report report = { 0 };
	struct cli_args args;
	struct error err = { 0 };
	long year = 0;
	const char *on = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&report.common),
		{ "year", CLI_NUMBER, "YEAR", N_("calendar year, without it this one"), &year },
		{ "on", CLI_TEXT, "DATE", N_("reporting date, without it today or the year's end"), &on },
		{ "csv", CLI_FLAG, NULL, N_("print results as CSV"), &report.csv },
		{ "names", CLI_FLAG, NULL, N_("list the residents by name; this is noted"), &report.names },
	};
	int rc = cli_parse(&args, argc, argv, options, sizeof options / sizeof *options,
	                   &merge_report_command, &err);
	if (rc)
		return rc > 0 ? 0 : cli_fail(&err);
	if (strcmp(args.operands[0], "indicators") != 0)
		rc = error_set(&err, ERR_USAGE, _("unknown report \"%s\": there is \"indicators\""),
		               args.operands[0]);
	if (!rc)
		rc = take_question(&report, year, on, &err);
	if (!rc)
		rc = cmd_open(&report.opened, &report.common, &err);
	if (rc)
		return cli_fail(&err);
	rc = compute(&report, &err);
	if (!rc)
		rc = print_report(&report, &err);
	rc = finish(rc, &err);
	free(report.cases);
	arena_free(&report.arena);
	cmd_close(&report.opened);
	return rc;
}
