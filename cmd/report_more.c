/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports beside the indicators: cohorts, the self-check of honest data, closed periods. */
#include "config.h"
#include "cmd/report.h"

#include <inttypes.h>
#include <string.h>
#include "care/closing.h"
#include "care/cohort.h"
#include "care/honest.h"
#include "lib/i18n.h"

/* --- cohorts --- */

#define OUTCOME_ROW(name, word, label) { word, label },
static const struct {
	const char *word, *label;
} outcomes[] = { COHORT_OUTCOME_LIST(OUTCOME_ROW) };
#undef OUTCOME_ROW

static void cohorts_json(const struct cohort *rows, size_t n)
{
	struct json json;
	char a[DATE_TEXT_BYTES];
	json_begin(&json, stdout);
	json_array(&json, NULL);
	for (size_t i = 0; i < n; i++) {
		json_object(&json, NULL);
		json_text(&json, "registered_from", date_format(rows[i].first, a));
		json_text(&json, "registered_to", date_format(rows[i].last, a));
		json_text(&json, "result_from", date_format(rows[i].result_first, a));
		json_text(&json, "result_to", date_format(rows[i].result_last, a));
		json_bool(&json, "complete", rows[i].complete);
		json_number(&json, "registered", (long long)rows[i].registered);
		for (int k = 0; k < COHORT_OUTCOME_N; k++)
			json_number(&json, outcomes[k].word, (long long)rows[i].outcome[k]);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	putchar('\n');
}

static void cohorts_text(const struct cohort *rows, size_t n)
{
	char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES], rate[16];
	for (size_t i = 0; i < n; i++) {
		const struct cohort *row = &rows[i];
		date_format(row->first, a);
		date_format(row->result_first, b);
		if (row->result_last < row->result_first)
			printf(_("Registered %.7s: %" PRIu64 "   result from %s (not begun)\n"), a, row->registered, b);
		else
			printf(_("Registered %.7s: %" PRIu64 "   result %s to %s%s\n"), a, row->registered, b,
			       date_format(row->result_last, (char[DATE_TEXT_BYTES]){ 0 }),
			       row->complete ? "" : _(" (not over yet)"));
		for (int k = 0; k < COHORT_OUTCOME_N && row->registered; k++)
			printf("  %s %" PRIu64 " (%s %%)", _(outcomes[k].label), row->outcome[k],
			       care_rate_text(rate, row->outcome[k], row->registered));
		printf(row->registered ? "\n" : "");
	}
}

int report_cohorts(struct report *report, const char *disease, struct error *err)
{
	enum { MONTHS = 12, QUARTERS = 8 };
	struct cohort rows[COHORTS_MAX];
	struct progress_bar bar;
	size_t n = report->quarters ? QUARTERS : MONTHS;
	enum disease which = disease && !strcmp(disease, "diabetes") ? DISEASE_DM : DISEASE_HTN;
	if (disease && strcmp(disease, "hypertension") != 0 && which == DISEASE_HTN)
		return error_set(err, ERR_USAGE, _("cohorts are of hypertension or diabetes, not of \"%s\""), disease);
	progress_bar_begin(&bar);
	int rc = care_cohorts(report->opened.store, which, report->period.on, report->quarters, n, rows,
	                      &bar.progress, err);
	progress_bar_end(&bar);
	if (rc)
		return rc;
	(report->common.json ? cohorts_json : cohorts_text)(rows, n);
	return 0;
}

/* --- honest data --- */

static bool show_case(void *arg, const struct honest_case *one)
{
	struct report *report = arg;
	struct arena arena = ARENA_INIT;
	struct resident_summary who;
	struct record record;
	struct error err = { 0 };
	char day[DATE_TEXT_BYTES];
	if (!store_record(report->opened.store, one->subject, &arena, &record, &err) &&
	    !care_summary(report->opened.forms, &record, 1, report->period.on, &arena, &who, &err)) {
		cli_put(stdout, who.name);
		printf("  %s  %s  %d\n", who.masked_id, date_format(one->date, day), one->value);
	}
	arena_free(&arena);
	return true;
}

static void honest_text(const struct honest_figure figures[HONEST_N])
{
	char rate[16];
	for (int i = 0; i < HONEST_N; i++) {
		const struct honest_figure *one = &figures[i];
		printf("%s %-10s %8" PRIu64 " / %-8" PRIu64 " %6s %%  %s", one->remarkable ? "!" : " ", honest_word(i),
		       one->n, one->of, care_rate_text(rate, one->n, one->of), honest_label(i));
		if (one->digit >= 0 && one->of)
			printf(" (%d)", one->digit);
		putchar('\n');
	}
	puts(_("None of this proves anything: look at the records first (report honest CHECK --names)."));
}

static void honest_json(const struct honest_figure figures[HONEST_N])
{
	struct json json;
	json_begin(&json, stdout);
	json_array(&json, NULL);
	for (int i = 0; i < HONEST_N; i++) {
		json_object(&json, NULL);
		json_text(&json, "check", honest_word(i));
		json_text(&json, "label", honest_label(i));
		json_number(&json, "n", (long long)figures[i].n);
		json_number(&json, "of", (long long)figures[i].of);
		if (figures[i].digit >= 0)
			json_number(&json, "digit", figures[i].digit);
		json_decimal(&json, "limit", figures[i].limit, 1);
		json_text(&json, "source", figures[i].source);
		json_bool(&json, "remarkable", figures[i].remarkable);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	putchar('\n');
}

static int find_check(const char *word, enum honest_check *out, struct error *err)
{
	for (int i = 0; word && i < HONEST_N; i++)
		if (!strcmp(honest_word(i), word)) {
			*out = (enum honest_check)i;
			return 0;
		}
	return word ? error_set(err, ERR_USAGE, _("there is no check \"%s\": report honest lists them"), word) : 0;
}

int report_honest(struct report *report, const char *word, struct error *err)
{
	struct honest_figure figures[HONEST_N];
	struct progress_bar bar;
	enum honest_check check = HONEST_REPEATED;
	bool names = report->names && word;
	int rc = find_check(word, &check, err);
	if (!rc && report->names && !word)
		rc = error_set(err, ERR_USAGE, _("--names goes with one check: report honest CHECK --names"));
	if (!rc && !role_sees_patients(store_session(report->opened.store)->role))
		rc = error_set(err, ERR_DENIED, _("the role of %s does not allow to see patients"),
		               store_session(report->opened.store)->operator_name);
	if (!rc && names)
		rc = care_audit(report->opened.store, _("names of the self-check of honest data"), 0, err);
	if (rc)
		return rc;
	progress_bar_begin(&bar);
	rc = care_honest(report->opened.store, &report->period, check, names ? show_case : NULL, report, figures,
	                 &bar.progress, err);
	progress_bar_end(&bar);
	if (!rc && !names)
		(report->common.json ? honest_json : honest_text)(figures);
	return rc;
}

/* --- closed periods --- */

const struct indicator_count *report_counts(const struct report *report, size_t g, size_t at, bool *frozen,
                                            struct late_entries *late)
{
	const struct indicator_table *table = report->table;
	bool total = g == table->n_groups;
	const struct indicator_count *now = total ? &table->total.counts[at] : &table->groups[g].counts[at];
	*late = (struct late_entries){ 0, 0 };
	*frozen = report->is_closed && (total || !report->by_doctor);
	if (!*frozen)
		return now;
	const struct indicator_count *then =
		(total ? report->closed.total.counts : care_closed_counts(&report->closed, table->groups[g].key)) + at;
	care_late_entries(then, now, late);
	return then;
}

char *report_late_text(const struct report *report, size_t g, size_t at, char out[96])
{
	const struct indicator_table *table = report->table;
	struct late_entries late;
	bool frozen;
	const struct indicator_count *then = report_counts(report, g, at, &frozen, &late);
	char now[16];
	out[0] = '\0';
	if (late.denominator || late.numerator)
		snprintf(out, 96, _("   late entries: %+lld/%+lld, now %s"), (long long)late.numerator,
		         (long long)late.denominator,
		         care_rate_text(now, then->numerator + (uint64_t)late.numerator,
		                        then->denominator + (uint64_t)late.denominator));
	if (table->indicators[at].count && out[0])
		snprintf(out, 96, _("   late entries: %+lld"), (long long)late.numerator);
	return out;
}

int report_close(struct report *report, struct error *err)
{
	struct progress_bar bar;
	char text[PERIOD_TEXT_BYTES];
	progress_bar_begin(&bar);
	int rc = care_close_period(report->opened.store, &report->period, &bar.progress, err);
	progress_bar_end(&bar);
	if (!rc)
		printf(_("%s is closed: its figures stay as they are now.\n"), care_period_text(&report->period, text));
	return rc;
}

static void closed_text(const struct report *report, const struct closed_period *closed)
{
	const struct indicator_table *table = report->table;
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES], a[16], late[96];
	printf(_("%s, closed on %s, data %.16s\n"), care_period_text(&report->period, text),
	       date_format(closed->closed, day), closed->digest);
	for (size_t i = 0; i < table->n_indicators; i++) {
		const struct indicator_count *then = &closed->total.counts[i], *now = &table->total.counts[i];
		if (!closed->total.known[i] && !now->denominator && !now->numerator)
			continue;
		printf("%-20s %6" PRIu64 "/%-6" PRIu64 " %6s%s\n", table->indicators[i].code, then->numerator,
		       then->denominator, care_rate_text(a, then->numerator, then->denominator),
		       report_late_text(report, table->n_groups, i, late));
	}
}

static void closed_json(const struct report *report, const struct closed_period *closed)
{
	const struct indicator_table *table = report->table;
	struct json json;
	char text[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_text(&json, "period", care_period_text(&report->period, text));
	json_text(&json, "closed", date_format(closed->closed, day));
	json_text(&json, "digest", closed->digest);
	json_array(&json, "indicators");
	for (size_t i = 0; i < table->n_indicators; i++) {
		struct late_entries late;
		bool frozen;
		const struct indicator_count *then = report_counts(report, table->n_groups, i, &frozen, &late);
		json_object(&json, NULL);
		json_text(&json, "indicator", table->indicators[i].code);
		json_number(&json, "denominator", (long long)then->denominator);
		json_number(&json, "numerator", (long long)then->numerator);
		json_number(&json, "late_denominator", late.denominator);
		json_number(&json, "late_numerator", late.numerator);
		json_end(&json, '}');
	}
	json_end(&json, ']');
	json_end(&json, '}');
	putchar('\n');
}

int report_closed(struct report *report, struct error *err)
{
	char text[PERIOD_TEXT_BYTES];
	if (!report->is_closed)
		return error_set(err, ERR_NOTFOUND, _("the period %s is not closed"),
		                 care_period_text(&report->period, text));
	(report->common.json ? closed_json : closed_text)(report, &report->closed);
	return 0;
}
