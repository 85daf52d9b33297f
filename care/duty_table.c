/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The duties as rows of the derived table "duty", and what is asked of it. */
#include "config.h"
#include "care/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/person.h"
#include "care/prepared.h"
#include "lib/i18n.h"

enum { VALUE_BYTES = 900 }; /* of one row; a duty is at most 60 bytes */
enum { AHEAD_DAYS = 366 };   /* what begins later is not told yet: a girl's examinations as a woman */

/* Due days as zigzag varints: they lie within a hundred years of 1970. */
static void put_row(struct buf *out, const struct duty_row *row)
{
	buf_put_u8(out, (uint8_t)row->rule);
	buf_put_u8(out, (uint8_t)row->reason);
	buf_put_u8(out, (uint8_t)(row->urgency << 1 | row->yearly));
	buf_put_zigzag(out, row->due);
	buf_put_zigzag(out, row->due - row->start);
	buf_put_zigzag(out, row->end - row->due);
	buf_put_varint(out, row->last == DATE_NONE ? 0 : 1);
	if (row->last != DATE_NONE)
		buf_put_zigzag(out, row->last - row->due);
	buf_put_zigzag(out, row->days);
	buf_put_u64(out, row->cause);
}

static bool take_day(struct span *in, date_t base, date_t *out)
{
	int64_t value;
	if (!span_zigzag(in, &value) || value < -4000000 || value > 4000000)
		return false;
	*out = base + (date_t)value;
	return true;
}

/* Days or minutes of the sentence. */
static bool take_number(struct span *in, int *out)
{
	int64_t value;
	if (!span_zigzag(in, &value) || value < INT32_MIN || value > INT32_MAX)
		return false;
	*out = (int)value;
	return true;
}

static bool take_row(struct span *in, struct duty_row *out)
{
	uint8_t rule, reason, flags;
	uint64_t has_last;
	date_t before;
	*out = (struct duty_row){ .last = DATE_NONE, .ended = DATE_NONE };
	if (!span_u8(in, &rule) || rule >= DUTY_RULE_N || !span_u8(in, &reason) ||
	    reason >= DUTY_REASON_N || !span_u8(in, &flags) || flags >> 1 >= DUTY_URGENCY_N ||
	    !take_day(in, 0, &out->due) || !take_day(in, 0, &before) ||
	    !take_day(in, out->due, &out->end) || !span_varint(in, &has_last) ||
	    (has_last && !take_day(in, out->due, &out->last)) || !take_number(in, &out->days) ||
	    !span_u64(in, &out->cause))
		return false;
	out->rule = rule;
	out->reason = reason;
	out->urgency = flags >> 1;
	out->yearly = flags & 1;
	out->start = out->due - before;
	return true;
}

int duty_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err)
{
	const struct care_prepared *of = prepared;
	struct buf value = BUF_INIT;
	size_t i = 0;
	uint8_t key[9];
	int rc = 0;
	(void)deriver;
	put_u64_be(key, in->subject);
	for (key[8] = 0; !rc && i < of->n_duties && key[8] < UINT8_MAX; key[8]++) {
		buf_clear(&value);
		for (; i < of->n_duties && value.len_bytes < VALUE_BYTES; i++)
			if (of->duties[i].state == DUTY_END_OPEN)
				put_row(&value, &of->duties[i]);
		if (value.failed)
			rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		else if (value.len_bytes)
			rc = derive_put(sink, span_of(key, sizeof key), span_of_buf(&value), err);
	}
	buf_free(&value);
	return rc;
}

/* --- as they stand on a day --- */

/* A year that has passed undone gives way to the present one. */
static void roll_forward(struct duty_row *row, date_t today)
{
	while (row->yearly && row->end < today) {
		row->start = row->end + 1;
		row->due = date_add_years(row->due, 1);
		row->end = date_add_years(row->end, 1);
	}
}

enum duty_state duty_row_state(const struct duty_row *row, date_t today)
{
	switch (row->state) {
	case DUTY_END_DONE:
		return DUTY_DONE;
	case DUTY_END_CLOSED:
		return DUTY_CLOSED;
	case DUTY_END_CANCELLED:
		return DUTY_CANCELLED;
	case DUTY_END_OPEN:
		break;
	}
	if (row->last != DATE_NONE && row->last < today)
		return DUTY_MISSED;
	if (today < row->start)
		return DUTY_PLANNED;
	return today > row->end ? DUTY_OVERDUE : DUTY_DUE;
}

static double weight_of(const struct rule_set *rules, const struct duty_row *row, date_t today)
{
	double weight = 1, soon = 1;
	if (!rule_number(rules, "priority", duty_rule_word(row->rule), -1, today, &weight))
		rule_number(rules, "priority", "default", -1, today, &weight);
	if (row->urgency == DUTY_SOON)
		rule_number(rules, "priority", "soon", -1, today, &soon);
	return weight > 0 && soon > 0 ? weight * soon : 1;
}

static struct duty told(const struct rule_set *rules, rid_t resident, struct duty_row row, date_t today)
{
	roll_forward(&row, today);
	int late = today - row.due;
	double weight = weight_of(rules, &row, today);
	struct duty out = {
		.resident = resident, .rule = row.rule, .start = row.start, .due = row.due,
		.end = row.end, .urgency = row.urgency, .state = duty_row_state(&row, today),
		.ended = row.ended, .cause = row.cause, .by = row.by, .reason = row.reason,
		.days = row.days, .score = late >= 0 ? (late + 1) * weight : late / weight,
	};
	snprintf(out.form, sizeof out.form, "%s", duty_rule_form(row.rule));
	return out;
}

int duty_compare(const struct duty *a, const struct duty *b)
{
	bool a_first = a->urgency < DUTY_SOON, b_first = b->urgency < DUTY_SOON;
	if ((a_first || b_first) && a->urgency != b->urgency)
		return a->urgency - b->urgency;
	if (a->score != b->score && !a_first)
		return a->score > b->score ? -1 : 1;
	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	if (a->resident != b->resident)
		return a->resident < b->resident ? -1 : 1;
	return (int)a->rule - (int)b->rule;
}

/* --- everybody --- */

struct duty_walk {
	const struct rule_set *rules;
	date_t today, until;
	bool (*each)(void *arg, const struct duty *duty);
	void *arg;
	bool damaged;
	int rc;
	struct error *err;
};

static bool give_row(const struct duty_walk *walk, rid_t subject, struct duty_row row)
{
	struct duty duty = told(walk->rules, subject, row, walk->today);
	return duty.state == DUTY_MISSED || duty.due > walk->until || walk->each(walk->arg, &duty);
}

static bool give_rows(void *arg, rid_t subject, struct span value)
{
	struct duty_walk *walk = arg;
	struct duty_row row;
	while (value.len_bytes) {
		if (!take_row(&value, &row)) {
			walk->damaged = true;
			return false;
		}
		if (!give_row(walk, subject, row))
			return false;
	}
	return true;
}

static bool give_person(void *arg, const struct facts *facts, struct arena *arena)
{
	struct duty_walk *walk = arg;
	struct duty_row *rows = NULL;
	size_t n = 0;
	walk->rc = duty_compute(walk->rules, facts, arena, &rows, &n, walk->err);
	for (size_t i = 0; !walk->rc && i < n; i++)
		if (rows[i].state == DUTY_END_OPEN && !give_row(walk, facts->subject, rows[i]))
			return false;
	return !walk->rc;
}

static int damaged(struct error *err)
{
	return error_set(err, ERR_CORRUPT,
	                 _("a row of the table of duties is damaged: run xiangyi-admin check --rebuild"));
}

int care_duties_each(struct store *store, date_t until,
                     bool (*each)(void *arg, const struct duty *duty), void *arg, struct error *err)
{
	struct duty_walk walk = { .rules = form_set_rules(store_forms(store)), .today = date_today(), .until = until,
		                  .each = each, .arg = arg, .err = err };
	int rc = persons_walk(store, "duty", give_rows, give_person, &walk, err);
	rc = rc ? rc : walk.rc;
	return !rc && walk.damaged ? damaged(err) : rc;
}

/* --- one resident --- */

/* What cannot wait first, then by day: one person's list is read like a calendar. What will be urgent some day, as
 * a birth that is late, waits for its day like all else. */
static int compare_open(const struct duty *a, const struct duty *b, date_t today)
{
	bool a_first = duty_presses(a, today), b_first = duty_presses(b, today);
	if (a_first != b_first)
		return a_first ? -1 : 1;
	return !a_first && a->due != b->due ? (a->due < b->due ? -1 : 1) : duty_compare(a, b);
}

static int compare_told(const void *a, const void *b, void *today)
{
	const struct duty *x = a, *y = b;
	bool x_open = duty_is_open(x), y_open = duty_is_open(y);
	if (x_open != y_open)
		return x_open ? -1 : 1;
	if (x_open)
		return compare_open(x, y, *(date_t *)today);
	return x->ended != y->ended ? (x->ended > y->ended ? -1 : 1) : duty_compare(x, y);
}

static int tell_all(const struct form_set *forms, rid_t resident, const struct facts *facts, struct arena *arena,
                    struct duty **out, size_t *n, struct error *err)
{
	const struct rule_set *rules = form_set_rules(forms);
	struct duty_row *rows = NULL;
	size_t n_rows = 0;
	int rc = duty_compute(rules, facts, arena, &rows, &n_rows, err);
	if (rc || !n_rows)
		return rc;
	*out = arena_array(arena, n_rows, sizeof **out);
	if (!*out)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	date_t today = date_today();
	for (size_t i = 0; i < n_rows; i++)
		if (rows[i].state != DUTY_END_OPEN || rows[i].start <= today + AHEAD_DAYS)
			(*out)[(*n)++] = told(rules, resident, rows[i], today);
	qsort_r(*out, *n, sizeof **out, compare_told, &today);
	return 0;
}

int care_duties_of_records(const struct form_set *forms, rid_t resident, const struct record *records,
                           size_t n_records, struct arena *arena, struct duty **out, size_t *n,
                           struct error *err)
{
	struct facts facts;
	*out = NULL;
	*n = 0;
	int rc = fact_read(forms, resident, records, n_records, arena, &facts, err);
	return rc ? rc : tell_all(forms, resident, &facts, arena, out, n, err);
}

int care_duties_of(struct store *store, rid_t resident, struct arena *arena, struct duty **out,
                   size_t *n, struct error *err)
{
	struct facts facts;
	*out = NULL;
	*n = 0;
	int rc = fact_of(store, resident, arena, &facts, err);
	return rc ? rc : tell_all(store_forms(store), resident, &facts, arena, out, n, err);
}

/* The duty is among those after: open still, or ended without being done. */
static bool remains(const struct duty *duty, const struct duty *after, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (after[i].rule == duty->rule && after[i].due == duty->due && after[i].cause == duty->cause &&
		    after[i].state != DUTY_DONE)
			return true;
	return false;
}

size_t care_duties_closed(const struct duty *before, size_t n_before, const struct duty *after,
                          size_t n_after, const struct duty **out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < n_before && n < max; i++)
		if (duty_is_open(&before[i]) && !remains(&before[i], after, n_after))
			out[n++] = &before[i];
	return n;
}

/* --- words --- */

enum { ARG_NONE, ARG_DAYS, ARG_DATE, ARG_TIME };

/* "2026-02-04 10:30" of minutes since 1970. */
static const char *time_text(int minutes, struct arena *arena)
{
	char date[DATE_TEXT_BYTES];
	int day = minutes / 1440, rest = minutes % 1440;
	if (rest < 0) {
		day--;
		rest += 1440;
	}
	const char *text = arena_printf(arena, "%s %02d:%02d", date_format(day, date), rest / 60, rest % 60);
	return text ? text : "";
}

const char *duty_text(const struct duty *duty, struct arena *arena)
{
#define REASON_ROW(name, arg, sentence) { ARG_##arg, sentence },
	static const struct {
		int arg;
		const char *sentence;
	} reasons[] = { DUTY_REASON_LIST(REASON_ROW) };
#undef REASON_ROW
	const char *sentence = _(reasons[duty->reason].sentence), *text = sentence;
	char date[DATE_TEXT_BYTES];
	/* The sentences are the table's own, each with the one argument that the table names. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (reasons[duty->reason].arg == ARG_DAYS)
		text = arena_printf(arena, sentence, duty->days);
	else if (reasons[duty->reason].arg == ARG_DATE)
		text = arena_printf(arena, sentence, date_format(duty->due, date));
	else if (reasons[duty->reason].arg == ARG_TIME)
		text = arena_printf(arena, sentence, time_text(duty->days, arena));
#pragma GCC diagnostic pop
	return text ? text : "";
}

const char *duty_label(const struct duty *duty)
{
#define RULE_ROW(name, word, form, table, rule, label) label,
	static const char *const labels[] = { DUTY_RULE_LIST(RULE_ROW) };
#undef RULE_ROW
	return _(labels[duty->rule]);
}

rid_t duty_record(const struct duty *duty)
{
	return duty->rule == DUTY_RULE_REFERRAL || duty->rule == DUTY_RULE_REFERRAL_BACK ? duty->cause : 0;
}

const char *duty_word(const struct duty *duty)
{
	return duty_rule_word((enum duty_rule)duty->rule);
}

const char *duty_source(const struct rule_set *rules, const struct duty *duty, struct arena *arena)
{
	return rule_source_text(duty_rule_source(rules, (enum duty_rule)duty->rule, duty->start),
	                        _("no rule in force gives this interval"), arena);
}
