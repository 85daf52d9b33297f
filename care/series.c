/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/series.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

/* Where readings come from; of two on one day the one that stands first here. judged: not for children and
 * pregnant women, whose weights have other limits. */
static const struct source {
	enum series_kind kind;
	const char *form, *value, *lower;
	bool judged;
} sources[] = {
	{ SERIES_PRESSURE, "hypertension_visit", "sbp", "dbp", true },
	{ SERIES_GLUCOSE, "diabetes_visit", "fpg", NULL, true },
	{ SERIES_GLUCOSE, "examination", "fpg", NULL, true },
	{ SERIES_GLUCOSE, "diabetes_risk", "fpg", NULL, true },
	{ SERIES_WEIGHT, "hypertension_visit", "weight", NULL, true },
	{ SERIES_WEIGHT, "diabetes_visit", "weight", NULL, true },
	{ SERIES_WEIGHT, "examination", "weight", NULL, true },
	{ SERIES_WEIGHT, "pregnancy_first", "weight", NULL, false },
	{ SERIES_WEIGHT, "pregnancy_visit", "weight", NULL, false },
	{ SERIES_WEIGHT, "newborn_visit", "weight", NULL, false },
	{ SERIES_WEIGHT, "child_check", "weight", NULL, false },
};

/* The limits: weights by the body mass index. Glucose is judged by the target of those who have diabetes. */
static const struct limit {
	enum series_kind kind;
	const char *table, *rule;
	bool bmi, from_below;
} limits[] = {
	{ SERIES_PRESSURE, "hypertension", "target_sbp", false, false },
	{ SERIES_PRESSURE, "hypertension", "target_dbp", false, false },
	{ SERIES_GLUCOSE, "diabetes", "target_fpg", false, false },
	{ SERIES_WEIGHT, "body", "bmi_low", true, true },
	{ SERIES_WEIGHT, "body", "bmi_overweight", true, false },
};

#define SERIES_ROW(name, label, unit, decimals) { label, unit, decimals },
static const struct {
	const char *label, *unit;
	int decimals;
} kinds[] = { SERIES_LIST(SERIES_ROW) };
#undef SERIES_ROW

const char *series_label(enum series_kind kind)
{
	return _(kinds[kind].label);
}

const char *series_unit(enum series_kind kind)
{
	return kinds[kind].unit;
}

int series_decimals(enum series_kind kind)
{
	return kinds[kind].decimals;
}

double series_bmi(const struct series *series, const struct series_reading *reading)
{
	double metres = series->height / 100;
	return metres > 0 ? reading->value / (metres * metres) : 0;
}

struct reader {
	const struct form_set *forms;
	date_t birth;
	double height;       /* cm, of the newest record that has one */
	date_t height_date;
};

static const char *text_of(const struct form *form, const struct record *record, const char *name)
{
	uint32_t tag = name ? form_tag(form, name) : 0;
	return tag ? record_text(record, tag) : "";
}

static double number_of(const struct form *form, const struct record *record, const char *name)
{
	return strtod(text_of(form, record, name), NULL);
}

static size_t limits_on(const struct reader *reader, enum series_kind kind, double height, date_t on,
                        struct series_limit out[SERIES_LIMITS])
{
	const struct rule_set *rules = form_set_rules(reader->forms);
	double metres = height / 100;
	size_t n = 0;
	int age = date_age_years(reader->birth, on);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const struct limit *limit = &limits[i];
		double value;
		if (limit->kind != kind || !rule_number(rules, limit->table, limit->rule, age, on, &value) ||
		    (limit->bmi && metres <= 0))
			continue;
		out[n++] = (struct series_limit){ limit->bmi ? value * metres * metres : value,
			                          rule_find(rules, limit->table, limit->rule, age, on),
			                          limit->from_below };
	}
	return n;
}

static enum series_verdict judge(const struct reader *reader, const struct source *source, double height,
                                 const struct series_reading *reading)
{
	struct series_limit by[SERIES_LIMITS];
	size_t n = source->judged ? limits_on(reader, source->kind, height, reading->date, by) : 0;
	if (!n)
		return SERIES_UNJUDGED;
	for (size_t i = 0; i < n; i++) {
		double value = source->lower && i ? reading->lower : reading->value;
		if (by[i].from_below ? value < by[i].value : value >= by[i].value)
			return SERIES_OUTSIDE;
	}
	return SERIES_WITHIN;
}

/* At its place by date; of one day the first source wins. */
static void add(struct series *series, const struct series_reading *reading)
{
	size_t at = series->n;
	while (at && series->readings[at - 1].date > reading->date)
		at--;
	if (at && series->readings[at - 1].date == reading->date)
		return;
	memmove(&series->readings[at + 1], &series->readings[at], (series->n - at) * sizeof *reading);
	series->readings[at] = *reading;
	series->n++;
}

static void take(struct reader *reader, const struct source *source, const struct record *record,
                 struct series *series)
{
	const struct form *form = form_set_find(reader->forms, source->form);
	if (!form || record->retired || form->date_field < 0)
		return;
	struct series_reading reading = {
		.date = date_parse(text_of(form, record, form->fields[form->date_field].name)),
		.value = number_of(form, record, source->value),
		.lower = number_of(form, record, source->lower ? source->lower : source->value),
	};
	double height = number_of(form, record, "height");
	if (reading.date == DATE_NONE)
		return;
	if (height > 0 && (reader->height <= 0 || reading.date >= reader->height_date)) {
		reader->height = height;
		reader->height_date = reading.date;
	}
	if (reading.value <= 0 || reading.lower <= 0)
		return;
	reading.verdict = judge(reader, source, height > 0 ? height : reader->height, &reading);
	add(series, &reading);
}

static date_t birth_of(const struct form_set *forms, const struct record *records, size_t n)
{
	const struct form *form = form_set_find(forms, "resident");
	for (size_t i = 0; form && i < n; i++)
		if (!strcmp(records[i].form, "resident"))
			return date_parse(text_of(form, &records[i], "birth_date"));
	return DATE_NONE;
}

int care_series(const struct form_set *forms, const struct record *records, size_t n, date_t on,
                struct arena *arena, struct series out[SERIES_N], struct error *err)
{
	struct reader reader = { .forms = forms, .birth = birth_of(forms, records, n) };
	for (int kind = 0; kind < SERIES_N; kind++) {
		out[kind] = (struct series){ .kind = (enum series_kind)kind,
			                     .readings = arena_array(arena, n + 1, sizeof *out->readings) };
		if (!out[kind].readings)
			return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	}
	for (size_t s = 0; s < sizeof sources / sizeof *sources; s++)
		for (size_t i = 0; i < n; i++)
			if (!strcmp(records[i].form, sources[s].form))
				take(&reader, &sources[s], &records[i], &out[sources[s].kind]);
	for (int kind = 0; kind < SERIES_N; kind++) {
		out[kind].height = reader.height;
		out[kind].n_limits = limits_on(&reader, (enum series_kind)kind, reader.height, on, out[kind].limits);
	}
	return 0;
}
