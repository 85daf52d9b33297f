/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/merge_cmd.h"

#include <stdlib.h>
#include <string.h>
#include "cmd/report.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* Room for one more; NULL when memory is short. */
static void *room_for(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	size_t more = *room ? *room * 2 : 64;
	void *grown = realloc(array, more * size);
	if (grown)
		*room = more;
	return grown;
}

/* --- who is behind one figure --- */

static bool count_reason(struct report *report, const struct indicator_case *one)
{
	for (size_t i = 0; i < report->n_reasons; i++)
		if (report->reasons[i].kind == one->kind &&
		    !strcmp(report->reasons[i].condition, one->condition)) {
			report->reasons[i].n++;
			return true;
		}
	struct report_reason *reasons = room_for(report->reasons, report->n_reasons,
	                                         &report->room_reasons, sizeof *reasons);
	const char *condition = arena_strdup(&report->arena, one->condition);
	if (reasons)
		report->reasons = reasons;
	if (!reasons || !condition)
		return false;
	report->reasons[report->n_reasons++] = (struct report_reason){ one->kind, condition, 1 };
	return true;
}

static bool keep_case(void *arg, const struct indicator_case *one)
{
	struct report *report = arg;
	if (!count_reason(report, one))
		return false;
	if (!report->names || one->kind == STANDING_MET)
		return true;
	struct report_case *cases =
		room_for(report->cases, report->n_cases, &report->room_cases, sizeof *cases);
	if (!cases)
		return false;
	report->cases = cases;
	cases[report->n_cases++] = (struct report_case){
		.subject = one->subject, .kind = one->kind, .name = "", .masked_id = "",
		.condition = arena_strdup(&report->arena, one->condition),
		.detail = arena_strdup(&report->arena, one->detail),
	};
	return cases[report->n_cases - 1].condition && cases[report->n_cases - 1].detail;
}

/* Name and masked number, for residents. */
static int identify(struct report *report, struct error *err)
{
	struct arena arena = ARENA_INIT;
	int rc = 0;
	for (size_t i = 0; i < report->n_cases && !rc; i++) {
		struct report_case *one = &report->cases[i];
		struct resident_summary who;
		struct record record;
		arena_reset(&arena);
		rc = store_record(report->opened.store, one->subject, &arena, &record, err);
		if (!rc)
			rc = care_summary(report->opened.forms, &record, 1, report->period.on, &arena, &who, err);
		if (rc)
			break;
		one->name = arena_strdup(&report->arena, who.name);
		one->masked_id = arena_strdup(&report->arena, who.masked_id);
		if (!one->name || !one->masked_id)
			rc = no_memory(err);
	}
	arena_free(&arena);
	return rc;
}

static int compute_one(struct report *report, struct progress *progress, struct error *err)
{
	for (report->at = 0; report->at < report->table->n_indicators; report->at++)
		if (!strcmp(report->table->indicators[report->at].code, report->code))
			break;
	if (report->at == report->table->n_indicators)
		return error_set(err, ERR_NOTFOUND,
		                 _("there is no indicator \"%s\": without a code all are listed"),
		                 report->code);
	int rc = care_indicator_cases(report->opened.store, report->code, &report->period, keep_case,
	                              report, progress, err);
	if (!rc && report->names)
		rc = identify(report, err);
	if (!rc && report->names) /* who sees no patients does not come here */
		rc = care_audit_indicator(report->opened.store, report->code, &report->period, report->n_cases, err);
	return rc;
}

/* --- the year so far, month by month --- */

static int compute_months(struct report *report, struct progress *progress, struct error *err)
{
	int year, month, day;
	date_split(report->period.on, &year, &month, &day);
	for (int m = 1; m <= month; m++) {
		date_t last = date_add_months(date_make(year, m, 1), 1) - 1;
		report->months[report->n_months++] = (struct care_period){
			date_make(year, 1, 1), last < report->period.on ? last : report->period.on };
	}
	return care_indicator_series(report->opened.store, report->code, report->months, report->n_months,
	                             report->by_month, progress, err);
}

/* Of a closed period the frozen figures are printed. */
static int find_closed(struct report *report, struct error *err)
{
	struct error none = { 0 };
	int rc = care_closed_period(report->opened.store, &report->period, report->table->indicators,
	                            report->table->n_indicators, &report->arena, &report->closed, &none);
	report->is_closed = !rc;
	if (rc && rc != ERR_NOTFOUND)
		*err = none;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int compute(struct report *report, struct error *err)
{
	struct progress_bar bar;
	const struct session *session = store_session(report->opened.store);
	const struct indicator_question question = {
		report->period, report->by_doctor ? GROUP_DOCTOR : GROUP_VILLAGE };
	if (report->names && !role_sees_patients(session->role))
		return error_set(err, ERR_DENIED, _("the role of %s does not allow to see patients"),
		                 session->operator_name);
	progress_bar_begin(&bar);
	int rc = care_board_new(&report->board, report->opened.store, &question, &bar.progress, err);
	if (!rc)
		rc = care_board_table(report->board, &report->table, err);
	if (!rc)
		rc = find_closed(report, err);
	if (!rc && report->code)
		rc = compute_one(report, &bar.progress, err);
	if (!rc && report->monthly)
		rc = compute_months(report, &bar.progress, err);
	progress_bar_end(&bar);
	return rc;
}

/* --- the command --- */

enum kind { INDICATORS, COHORTS, HONEST, CLOSE, CLOSED, KIND_N };
static const char *const kinds[KIND_N] = { "indicators", "cohorts", "honest", "close", "closed" };

static int find_kind(const char *word, enum kind *out, struct error *err)
{
	for (int i = 0; i < KIND_N; i++)
		if (!strcmp(word, kinds[i])) {
			*out = (enum kind)i;
			return 0;
		}
	return error_set(err, ERR_USAGE,
	                 _("unknown report \"%s\": there are indicators, cohorts, honest, close and closed"), word);
}

static int take_period(struct report *report, const char *text, struct error *err)
{
	char year[8];
	int this_year, month, day;
	date_split(date_today(), &this_year, &month, &day);
	snprintf(year, sizeof year, "%04d", this_year);
	int rc = care_period_parse(&report->period, text ? text : year, date_today(), err);
	if (rc == ERR_INVALID)
		err->code = rc = ERR_USAGE;
	return rc;
}

static int take_question(struct report *report, enum kind kind, const char *which, const char *period,
                         const char *by, struct error *err)
{
	report->code = kind == INDICATORS ? which : NULL;
	if (kind == INDICATORS && (report->names || report->monthly) && !which)
		return error_set(err, ERR_USAGE, _("--names and --monthly go with the code of one indicator"));
	if ((kind == CLOSE || kind == CLOSED) && !which)
		return error_set(err, ERR_USAGE, _("which period? For example: report %s 2026-09"), kinds[kind]);
	if (by && strcmp(by, "village") != 0 && strcmp(by, "doctor") != 0)
		return error_set(err, ERR_USAGE, _("--by wants village or doctor, not \"%s\""), by);
	report->by_doctor = by && !strcmp(by, "doctor");
	return take_period(report, kind == CLOSE || kind == CLOSED ? which : period, err);
}

static int report_indicators(struct report *report, struct error *err)
{
	int rc = compute(report, err);
	if (!rc)
		(report->common.json ? report_print_json : report->csv ? report_print_csv
		                                                       : report_print_text)(report);
	return rc;
}

static int run_kind(struct report *report, enum kind kind, const char *which, struct error *err)
{
	int rc;
	switch (kind) {
	case COHORTS:
		return report_cohorts(report, which, err);
	case HONEST:
		return report_honest(report, which, err);
	case CLOSE:
		return report_close(report, err);
	case CLOSED:
		rc = compute(report, err);
		return rc ? rc : report_closed(report, err);
	default:
		return report_indicators(report, err);
	}
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
	enum kind kind = INDICATORS;
	const char *period = NULL, *by = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&report.common),
		{ "period", CLI_TEXT, "PERIOD",
		  N_("2026, 2026-Q3, 2026-09, or a day: the year up to it; without it this year"), &period },
		{ "by", CLI_TEXT, "WHOM", N_("village (without it) or doctor"), &by },
		{ "monthly", CLI_FLAG, NULL, N_("the year so far at the end of each month"), &report.monthly },
		{ "quarters", CLI_FLAG, NULL, N_("cohorts by quarter, not by month"), &report.quarters },
		{ "csv", CLI_FLAG, NULL, N_("print results as CSV"), &report.csv },
		{ "names", CLI_FLAG, NULL, N_("list by name who is not counted; this is noted"), &report.names },
	};
	int rc = cli_parse(&args, argc, argv, options, sizeof options / sizeof *options,
	                   &MERGE_COMMANDS[MERGE_COMMAND_REPORT], &err);
	if (rc)
		return rc > 0 ? 0 : cli_fail(&err);
	const char *which = args.n > 1 ? args.operands[1] : NULL;
	rc = find_kind(args.operands[0], &kind, &err);
	if (!rc)
		rc = take_question(&report, kind, which, period, by, &err);
	if (!rc)
		rc = cmd_open(&report.opened, &report.common, &err);
	if (rc)
		return cli_fail(&err);
	rc = finish(run_kind(&report, kind, which, &err), &err);
	care_board_free(report.board);
	free(report.cases);
	free(report.reasons);
	arena_free(&report.arena);
	cmd_close(&report.opened);
	return rc;
}
