/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report for other programs: words, not sentences, in headers and keys; rates unrounded in JSON. */
#include "config.h"
#include "cmd/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "lib/csv.h"

/* --- CSV --- */

static void csv_figures(const struct report *report, size_t at, size_t g, const char *region, const char *name)
{
	const struct indicator_view *view = &report->table->indicators[at];
	char denominator[24], numerator[24], apart[24], rate[24], day[DATE_TEXT_BYTES], late[2][24] = { "", "" };
	struct late_entries since;
	bool frozen;
	const struct indicator_count *count = report_counts(report, g, at, &frozen, &since);
	snprintf(denominator, sizeof denominator, "%" PRIu64, count->denominator);
	snprintf(numerator, sizeof numerator, "%" PRIu64, count->numerator);
	snprintf(apart, sizeof apart, "%" PRIu64, count->apart);
	care_rate_text(rate, count->numerator, count->denominator);
	if (frozen) {
		snprintf(late[0], sizeof late[0], "%" PRId64, since.denominator);
		snprintf(late[1], sizeof late[1], "%" PRId64, since.numerator);
	}
	const char *const cells[] = { view->code, region, name, denominator, numerator, apart,
		                      view->count || !count->denominator ? "" : rate,
		                      frozen ? date_format(report->closed.closed, day) : "", late[0], late[1] };
	csv_write_row(stdout, cells, sizeof cells / sizeof *cells, true);
}

static void csv_all(const struct report *report)
{
	const struct indicator_table *table = report->table;
	static const char *const heads[] = { "indicator", "region", "name", "denominator", "numerator",
		                             "apart", "rate", "closed", "late_denominator",
		                             "late_numerator" };
	csv_write_row(stdout, heads, sizeof heads / sizeof *heads, true);
	for (size_t i = 0; i < table->n_indicators; i++) {
		if (report->code && i != report->at)
			continue;
		for (size_t g = 0; g < table->n_groups; g++)
			csv_figures(report, i, g, report->by_doctor ? "" : table->groups[g].key,
			            table->groups[g].name);
		csv_figures(report, i, table->n_groups, "", "total");
	}
}

static void csv_names(const struct report *report)
{
	static const char *const heads[] = { "name", "id_number", "standing", "condition", "detail" };
	csv_write_row(stdout, heads, sizeof heads / sizeof *heads, true);
	for (size_t i = 0; i < report->n_cases; i++) {
		const struct report_case *one = &report->cases[i];
		const char *const cells[] = { one->name, one->masked_id, standing_word(one->kind),
			                      one->condition, one->detail };
		csv_write_row(stdout, cells, sizeof cells / sizeof *cells, true);
	}
}

static void csv_months(const struct report *report)
{
	static const char *const heads[] = { "until", "denominator", "numerator", "rate" };
	csv_write_row(stdout, heads, sizeof heads / sizeof *heads, true);
	for (size_t i = 0; i < report->n_months; i++) {
		const struct indicator_count *count = &report->by_month[i];
		char day[DATE_TEXT_BYTES], denominator[24], numerator[24], rate[16];
		snprintf(denominator, sizeof denominator, "%" PRIu64, count->denominator);
		snprintf(numerator, sizeof numerator, "%" PRIu64, count->numerator);
		const char *const cells[] = {
			date_format(report->months[i].on, day), denominator, numerator,
			count->denominator ? care_rate_text(rate, count->numerator, count->denominator) : "" };
		csv_write_row(stdout, cells, sizeof cells / sizeof *cells, true);
	}
}

void report_print_csv(const struct report *report)
{
	if (report->names)
		csv_names(report);
	else if (report->monthly)
		csv_months(report);
	else
		csv_all(report);
}

/* --- JSON --- */

static void json_counts(struct json *json, const struct indicator_view *view,
                        const struct indicator_count *count)
{
	json_number(json, "denominator", (long long)count->denominator);
	json_number(json, "numerator", (long long)count->numerator);
	json_number(json, "apart", (long long)count->apart);
	if (count->denominator && !view->count)
		json_decimal(json, "rate_percent",
		             100.0 * (double)count->numerator / (double)count->denominator, 4);
	else
		json_text(json, "rate_percent", NULL);
}

/* What is printed for a group or the total, and what came after the closing beside it. */
static const struct indicator_count *json_figures(struct json *json, const struct report *report, size_t g,
                                                  size_t at)
{
	struct late_entries late;
	bool frozen;
	const struct indicator_count *count = report_counts(report, g, at, &frozen, &late);
	json_counts(json, &report->table->indicators[at], count);
	if (frozen) {
		json_number(json, "late_denominator", late.denominator);
		json_number(json, "late_numerator", late.numerator);
	}
	return count;
}

static void json_groups(struct json *json, const struct report *report, size_t at)
{
	const struct indicator_table *table = report->table;
	json_array(json, report->by_doctor ? "doctors" : "villages");
	for (size_t g = 0; g < table->n_groups; g++) {
		json_object(json, NULL);
		if (!report->by_doctor)
			json_text(json, "region", table->groups[g].key);
		json_text(json, report->by_doctor ? "doctor" : "village", table->groups[g].name);
		json_figures(json, report, g, at);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void json_indicator(struct json *json, const struct report *report, size_t at)
{
	const struct indicator_view *view = &report->table->indicators[at];
	json_object(json, NULL);
	json_text(json, "indicator", view->code);
	json_text(json, "label", view->label);
	json_text(json, "group", view->group);
	json_bool(json, "binding", view->binding);
	json_object(json, "total");
	int meets = care_meets(view, json_figures(json, report, report->table->n_groups, at));
	json_end(json, '}');
	if (isnan(view->target))
		json_text(json, "target", NULL);
	else
		json_decimal(json, "target", view->target, 1);
	if (meets >= 0)
		json_bool(json, "meets_target", meets);
	json_groups(json, report, at);
	json_text(json, "definition", view->definition);
	json_text(json, "source", view->source);
	json_end(json, '}');
}

static void json_cases(struct json *json, const struct report *report)
{
	json_array(json, "cases");
	for (size_t i = 0; i < report->n_cases; i++) {
		const struct report_case *one = &report->cases[i];
		json_object(json, NULL);
		json_text(json, "name", one->name);
		json_text(json, "id_number", one->masked_id);
		json_text(json, "standing", standing_word(one->kind));
		json_text(json, "condition", one->condition);
		json_text(json, "detail", one->detail);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void json_reasons(struct json *json, const struct report *report)
{
	json_array(json, "reasons");
	for (size_t i = 0; i < report->n_reasons; i++) {
		json_object(json, NULL);
		json_text(json, "standing", standing_word(report->reasons[i].kind));
		json_text(json, "condition", report->reasons[i].condition);
		json_number(json, "n", (long long)report->reasons[i].n);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void json_months(struct json *json, const struct report *report)
{
	char day[DATE_TEXT_BYTES];
	json_array(json, "months");
	for (size_t i = 0; i < report->n_months; i++) {
		json_object(json, NULL);
		json_text(json, "until", date_format(report->months[i].on, day));
		json_counts(json, &report->table->indicators[report->at], &report->by_month[i]);
		json_end(json, '}');
	}
	json_end(json, ']');
}

void report_print_json(const struct report *report)
{
	struct json json;
	char day[DATE_TEXT_BYTES];
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_text(&json, "from", date_format(report->period.first, day));
	json_text(&json, "on", date_format(report->period.on, day));
	if (report->is_closed) {
		json_text(&json, "closed", date_format(report->closed.closed, day));
		json_text(&json, "digest", report->closed.digest);
	}
	json_array(&json, "indicators");
	for (size_t i = 0; i < report->table->n_indicators; i++)
		if (!report->code || i == report->at)
			json_indicator(&json, report, i);
	json_end(&json, ']');
	if (report->code)
		json_reasons(&json, report);
	if (report->monthly)
		json_months(&json, report);
	if (report->names)
		json_cases(&json, report);
	json_end(&json, '}');
	putchar('\n');
}
