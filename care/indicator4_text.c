/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy indicator 4 in words. */
#include "config.h"
#include "care/indicator4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

char *care_rate_text(char out[16], uint64_t numerator, uint64_t denominator)
{
	if (!denominator) {
		snprintf(out, 16, "—");
		return out;
	}
	uint64_t tenths = (numerator * 2000 + denominator) / (denominator * 2);
	snprintf(out, 16, "%u.%u", (unsigned)(tenths / 10 % 100000), (unsigned)(tenths % 10));
	return out;
}

static void put_categories(struct buf *out, const struct indicator4_rules *rules,
                           const struct form_set *forms, struct arena *arena)
{
	const struct form *form = form_set_find(forms, "category_span");
	int field = form ? form_field_find(form, "category") : -1;
	bool first = true;
	for (int code = 0; field >= 0 && code < CATEGORY_MAX; code++) {
		char text[8];
		if (rules->category[code] == CATEGORY_NEVER)
			continue;
		snprintf(text, sizeof text, "%d", code);
		const char *label =
			form_value_label(&form->fields[field], text, i18n_lang(), arena);
		buf_printf(out, "%s%s%s", first ? "" : (i18n_lang() == LANG_ZH ? "、" : ", "),
		           label ? label : text,
		           rules->category[code] == CATEGORY_UNCLEARED ? _(" (risk not cleared)") : "");
		first = false;
	}
}

/* The targets as the rules give them: "140/90; from 65 years 150/90". */
static void put_targets(struct buf *out, const struct rule_set *set, date_t on)
{
	for (size_t i = 0; i < rule_count(set, "hypertension"); i++) {
		const struct rule *row = rule_at(set, "hypertension", i);
		int age = row->min_age >= 0 ? row->min_age : 0;
		double sbp, dbp;
		if (strcmp(row->name, "target_sbp") != 0 ||
		    rule_find(set, "hypertension", "target_sbp", age, on) != row ||
		    !rule_number(set, "hypertension", "target_sbp", age, on, &sbp) ||
		    !rule_number(set, "hypertension", "target_dbp", age, on, &dbp))
			continue;
		if (row->min_age > 0)
			buf_printf(out, _("; from %d years %g/%g"), row->min_age, sbp, dbp);
		else
			buf_printf(out, "%g/%g", sbp, dbp);
	}
}

/* One line for every source: which values it gives. */
static void put_sources(struct buf *out, const struct rule_set *set, date_t on)
{
	size_t n = rule_count(set, "indicator4");
	for (size_t i = 0; i < n; i++) {
		const struct rule *row = rule_at(set, "indicator4", i);
		bool said = false;
		for (size_t j = 0; j < i && !said; j++)
			said = !strcmp(rule_at(set, "indicator4", j)->source, row->source);
		if (said)
			continue;
		buf_printf(out, "\n%s:", row->source);
		for (size_t j = i; j < n; j++) {
			const struct rule *other = rule_at(set, "indicator4", j);
			if (!strcmp(other->source, row->source) &&
			    rule_find(set, "indicator4", other->name, -1, on) == other)
				buf_printf(out, " %s=%s", other->name, other->value);
		}
	}
}

const char *indicator4_definition(const struct indicator4_rules *rules,
                                  const struct indicator4_period *period,
                                  const struct form_set *forms, struct arena *arena)
{
	struct buf out = BUF_INIT;
	char on[DATE_TEXT_BYTES];
	date_format(period->on, on);
	buf_printf(&out, _("Policy indicator 4, hypertension, %d up to %s."), period->year, on);
	buf_printf(&out, "\n%s",
	           rules->category_any_day
	                   ? _("Denominator: residents in one of these categories on any day of the period: ")
	                   : _("Denominator: residents in one of these categories on the reporting date: "));
	put_categories(&out, rules, forms, arena);
	buf_printf(&out, "%s",
	           rules->contract_any_day
	                   ? _("; with a family-doctor contract in force on any day of the period")
	                   : _("; with a family-doctor contract in force on the reporting date"));
	buf_printf(&out, _("; enrolled for hypertension at least %d days."), rules->min_exposure_days);
	buf_printf(&out, "\n");
	buf_printf(&out,
	           _("Numerator: one face-to-face visit with a complete reading for each %d days, at most %d; no more than %d days without one"),
	           rules->days_per_visit, rules->visits_max, rules->gap_max_days);
	if (rules->exam_required)
		buf_printf(&out, "%s", _("; one yearly examination"));
	if (rules->follow_required)
		buf_printf(&out,
		           _("; each visit that is not controlled followed within %d days by a visit or a checked referral"),
		           rules->follow_days + rules->follow_grace_days);
	buf_printf(&out, "%s\n%s", _("."), _("Controlled is below "));
	put_targets(&out, rules->set, period->on);
	buf_printf(&out, "%s\n%s", _(" mmHg."),
	           rules->count_left
	                   ? _("Those who died or moved away in the year are counted.")
	                   : _("Those who died or moved away before the reporting date are left out; lost and refusing ones stay in."));
	put_sources(&out, rules->set, period->on);
	const char *text = out.failed ? NULL : arena_strdup(arena, buf_text(&out));
	buf_free(&out);
	return text;
}
