/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report for people: lines of at most 80 columns. */
#include "config.h"
#include "cmd/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { LINE_COLS = 80, LABEL_COLS = 40 };

/* A cell of so many columns; what is too long is cut between characters. */
static void put_cell(const char *text, size_t cols, bool right)
{
	char cut[256];
	size_t used = 0, at = 0;
	while (text[at]) {
		uint32_t cp;
		size_t bytes = utf8_next(text + at, &cp);
		int width = utf8_char_cols(cp);
		if (used + (size_t)(width > 0 ? width : 0) > cols || at + bytes >= sizeof cut)
			break;
		used += (size_t)(width > 0 ? width : 0);
		at += bytes;
	}
	memcpy(cut, text, at);
	cut[at] = '\0';
	printf("%*s", right ? (int)(cols - used) : 0, "");
	cli_put(stdout, cut);
	printf("%*s", right ? 0 : (int)(cols - used), "");
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

/* "87.5", a plain number of a count, or "—". */
static const char *figure(const struct indicator_view *view, const struct indicator_count *count,
                          char out[24])
{
	if (view->count)
		snprintf(out, 24, "%" PRIu64, count->numerator);
	else
		care_rate_text(out, count->numerator, count->denominator);
	return out;
}

/* --- all indicators --- */

static const char *group_label(const char *group)
{
	static const struct {
		const char *group, *label;
	} labels[] = {
		{ "policy", N_("Policy") },           { "archive", N_("Health records") },
		{ "hypertension", N_("Hypertension") }, { "diabetes", N_("Diabetes") },
		{ "smi", N_("Severe mental disorder") }, { "tuberculosis", N_("Tuberculosis") },
		{ "elderly", N_("The elderly") },     { "maternal", N_("Mothers") },
		{ "child", N_("Children") },          { "infectious", N_("Infectious diseases") },
		{ "education", N_("Health education") }, { "contract", N_("Contracts") },
		{ "referral", N_("Referral") },       { "women", N_("Women") },
		{ "mental_health", N_("Mental health") }, { "poverty", N_("Poverty by illness") },
		{ "equality", N_("Equality") },
	};
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (!strcmp(labels[i].group, group))
			return _(labels[i].label);
	return group;
}

/* What came after the closing: on a line of its own, the figures stand on theirs. */
static void print_late(const struct report *report, size_t g, size_t at)
{
	char late[96];
	if (*report_late_text(report, g, at, late))
		printf("  %s\n", late);
}

static void print_row(const struct report *report, size_t at)
{
	const struct indicator_view *view = &report->table->indicators[at];
	struct late_entries late;
	bool frozen;
	const struct indicator_count *count =
		report_counts(report, report->table->n_groups, at, &frozen, &late);
	char text[24], target[24] = "";
	int meets = care_meets(view, count);
	if (!isnan(view->target))
		snprintf(target, sizeof target, "%s%g", view->down ? "≤" : "≥", view->target);
	printf("  ");
	put_cell(view->label, LABEL_COLS, false);
	if (view->count)
		put_cell("", 16, true);
	else {
		put_count(count->numerator, 8);
		put_count(count->denominator, 8);
	}
	put_cell(figure(view, count, text), 8, true);
	put_cell(target, 7, true);
	printf("  %s\n", meets < 0 ? "" : meets ? "✓" : "✗");
	print_late(report, report->table->n_groups, at);
}

static void print_closed(const struct report *report)
{
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];
	if (!report->is_closed)
		return;
	printf(_("%s was closed on %s; what came later stands beside its figures.\n"),
	       care_period_text(&report->period, text), date_format(report->closed.closed, day));
	if (report->by_doctor && report->code)
		puts(_("By doctor nothing was frozen: those rows are of today."));
}

static void print_all(const struct report *report)
{
	const struct indicator_table *table = report->table;
	const char *group = "";
	print_closed(report);
	printf("  ");
	put_cell(_("Indicator"), LABEL_COLS, false);
	put_cell(_("Met"), 8, true);
	put_cell(_("Of"), 8, true);
	put_cell(_("Figure"), 8, true);
	put_cell(_("Target"), 7, true);
	putchar('\n');
	for (size_t i = 0; i < table->n_indicators; i++) {
		if (strcmp(group, table->indicators[i].group) != 0)
			printf("%s\n", group_label(table->indicators[i].group));
		group = table->indicators[i].group;
		print_row(report, i);
	}
}

/* --- one indicator --- */

static void print_groups(const struct report *report)
{
	const struct indicator_table *table = report->table;
	const struct indicator_view *view = &table->indicators[report->at];
	size_t name = wider(wider(0, _("Total")), report->by_doctor ? _("Doctor") : _("Village"));
	char text[24];
	for (size_t i = 0; i < table->n_groups; i++)
		name = wider(name, table->groups[i].name);
	if (name > LABEL_COLS)
		name = LABEL_COLS;
	if (!report->by_doctor)
		put_cell(_("Region"), 14, false);
	put_cell(report->by_doctor ? _("Doctor") : _("Village"), name, false);
	put_cell(_("Denominator"), 12, true);
	put_cell(_("Numerator"), 12, true);
	put_cell(_("Apart"), 8, true);
	put_cell(view->count ? _("Figure") : _("Rate %"), 9, true);
	putchar('\n');
	for (size_t i = 0; i <= table->n_groups; i++) {
		struct late_entries late;
		bool frozen;
		const struct indicator_count *count = report_counts(report, i, report->at, &frozen, &late);
		if (!report->by_doctor)
			put_cell(i < table->n_groups ? table->groups[i].key : "", 14, false);
		put_cell(i < table->n_groups ? table->groups[i].name : _("Total"), name, false);
		put_count(count->denominator, 12);
		put_count(count->numerator, 12);
		put_count(count->apart, 8);
		put_cell(figure(view, count, text), 9, true);
		putchar('\n');
		print_late(report, i, report->at);
	}
}

static void print_reasons(const struct report *report)
{
	for (int kind = STANDING_N - 1; kind > STANDING_OUT; kind--) {
		bool said = false;
		for (size_t i = 0; i < report->n_reasons; i++) {
			const struct report_reason *one = &report->reasons[i];
			if ((int)one->kind != kind)
				continue;
			if (!said)
				printf("%s%s\n", standing_label(one->kind),
				       one->kind == STANDING_MET ? "" : _(", decided by:"));
			said = true;
			put_count(one->n, 6);
			printf("  ");
			cli_put(stdout, one->condition);
			putchar('\n');
		}
	}
}

static void print_names(const struct report *report)
{
	printf("\n%s\n", _("Names:"));
	for (size_t i = 0; i < report->n_cases; i++) {
		const struct report_case *one = &report->cases[i];
		put_cell(one->name, 12, false);
		printf("  ");
		put_cell(one->masked_id, 18, false);
		printf("  %s%s", one->kind == STANDING_MISSED ? _("fails: ") : "", one->condition);
		printf("%s", *one->detail ? _(": ") : "");
		cli_put(stdout, one->detail);
		putchar('\n');
	}
}

static void print_months(const struct report *report)
{
	const struct indicator_view *view = &report->table->indicators[report->at];
	char text[24], day[DATE_TEXT_BYTES];
	putchar('\n');
	for (size_t i = 0; i < report->n_months; i++) {
		put_cell(date_format(report->months[i].on, day), 12, false);
		put_count(report->by_month[i].denominator, 10);
		put_count(report->by_month[i].numerator, 10);
		put_cell(figure(view, &report->by_month[i], text), 9, true);
		putchar('\n');
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

/* A paragraph in lines of at most 80 columns: broken at a space or between two wide characters, never
 * before a closing mark. */
static void print_wrapped(const char *text)
{
	size_t length = strlen(text), start = 0, good = 0, cols = 0;
	for (size_t at = 0; at < length;) {
		uint32_t cp, next;
		size_t bytes = utf8_next(text + at, &cp);
		cols += (size_t)utf8_char_cols(cp);
		if (cols > LINE_COLS && good > start) {
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

static void print_paragraph(const char *head, const char *text)
{
	char whole[1024];
	if (!*text)
		return;
	snprintf(whole, sizeof whole, "%s%s", head, text);
	print_wrapped(whole);
}

static void print_one(const struct report *report)
{
	const struct indicator_view *view = &report->table->indicators[report->at];
	char period[PERIOD_TEXT_BYTES];
	printf("%s, %s\n\n", view->label, care_period_text(&report->period, period));
	print_closed(report);
	print_groups(report);
	if (!isnan(view->target))
		printf(_("Target: %s%g (%s, %s)\n"), view->down ? "≤" : "≥", view->target,
		       view->binding ? _("binding") : _("expected"), view->target_source);
	if (report->n_months)
		print_months(report);
	putchar('\n');
	if (report->is_closed)
		puts(_("Who stands where, as it is today:"));
	print_reasons(report);
	if (report->names)
		print_names(report);
	putchar('\n');
	print_paragraph(_("Definition: "), view->definition);
	print_paragraph(_("Source: "), view->source);
}

void report_print_text(const struct report *report)
{
	if (report->code)
		print_one(report);
	else
		print_all(report);
}
