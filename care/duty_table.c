/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The duties as rows of the derived table "duty", and what is asked of it. */
#include "config.h"
#include "care/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

#define DUTY_RULE_ROW(name, word, form) { word, form },
static const struct {
	const char *word, *form;
} duty_rules[] = { DUTY_RULE_LIST(DUTY_RULE_ROW) };
#undef DUTY_RULE_ROW

enum { URGENCY_N = 3 };

static uint32_t date_number(date_t date)
{
	return (uint32_t)date ^ UINT32_C(0x80000000);
}

static date_t number_date(uint32_t number)
{
	return (date_t)(number ^ UINT32_C(0x80000000));
}

static int put_duty(rid_t subject, const struct duty_row *row, struct derive_sink *sink,
                    struct error *err)
{
	struct buf key = BUF_INIT, value = BUF_INIT;
	buf_put_u8(&key, (uint8_t)row->urgency);
	buf_put_u32(&key, date_number(row->due));
	buf_put_u64(&key, subject);
	buf_put_u8(&key, (uint8_t)row->rule);
	buf_put_u32(&value, date_number(row->start));
	buf_put_u32(&value, date_number(row->end));
	buf_put_u32(&value, date_number(row->expires));
	buf_put_varint(&value, (uint64_t)(row->days > 0 ? row->days : 0));
	buf_put_u8(&value, (uint8_t)row->reason);
	buf_put_u64(&value, row->cause);
	int rc = key.failed || value.failed
	                 ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM))
	                 : derive_put(sink, span_of_buf(&key), span_of_buf(&value), err);
	buf_free(&key);
	buf_free(&value);
	return rc;
}

int duty_derive(const struct deriver *deriver, struct store *store, rid_t subject,
                const struct record *records, size_t n, struct derive_sink *sink, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct facts facts;
	struct duty_row rows[DUTY_ROWS_MAX];
	(void)deriver;
	int rc = fact_read(store_forms(store), records, n, &arena, &facts, err);
	size_t n_rows = rc ? 0 : duty_compute(form_set_rules(store_forms(store)), &facts, rows);
	for (size_t i = 0; i < n_rows && !rc; i++)
		rc = put_duty(subject, &rows[i], sink, err);
	arena_free(&arena);
	return rc;
}

static bool take_duty(struct span key, rid_t subject, struct span value, struct duty *out,
                      date_t *expires)
{
	uint8_t urgency, rule, reason;
	uint32_t due, start, end, last;
	uint64_t resident, days, cause;
	if (!span_u8(&key, &urgency) || !span_u32(&key, &due) || !span_u64(&key, &resident) ||
	    !span_u8(&key, &rule) || rule >= DUTY_RULE_N || !span_u32(&value, &start) ||
	    !span_u32(&value, &end) || !span_u32(&value, &last) || !span_varint(&value, &days) ||
	    days > INT16_MAX || !span_u8(&value, &reason) || reason >= DUTY_REASON_N ||
	    !span_u64(&value, &cause))
		return false;
	*out = (struct duty){
		.resident = subject, .start = number_date(start), .due = number_date(due),
		.end = number_date(end), .urgency = urgency, .cause = cause, .reason = reason,
		.days = (int)days,
	};
	snprintf(out->rule, sizeof out->rule, "%s", duty_rules[rule].word);
	snprintf(out->form, sizeof out->form, "%s", duty_rules[rule].form);
	*expires = number_date(last);
	return true;
}

struct duty_walk {
	date_t today;
	bool (*each)(void *arg, const struct duty *duty);
	void *arg;
	bool stopped;
};

static bool walk_duty(void *arg, struct span key, rid_t subject, struct span value)
{
	struct duty_walk *walk = arg;
	struct duty duty;
	date_t expires;
	if (!take_duty(key, subject, value, &duty, &expires) ||
	    (expires != DATE_NONE && expires < walk->today))
		return true;
	walk->stopped = !walk->each(walk->arg, &duty);
	return !walk->stopped;
}

int care_duties_each(struct store *store, date_t until,
                     bool (*each)(void *arg, const struct duty *duty), void *arg, struct error *err)
{
	struct duty_walk walk = { date_today(), each, arg, false };
	int rc = 0;
	for (uint8_t urgency = 0; urgency < URGENCY_N && !rc && !walk.stopped; urgency++) {
		uint8_t from[5] = { urgency }, to[5] = { urgency };
		put_u32_be(to + 1, date_number(until) + 1);
		rc = store_derived_each(store, "duty", span_of(from, sizeof from),
		                        span_of(to, sizeof to), walk_duty, &walk, err);
	}
	return rc;
}

struct duty_gather {
	struct arena *arena;
	struct duty *duties;
	size_t n, room;
	bool failed;
};

static bool gather_duty(void *arg, const struct duty *duty)
{
	struct duty_gather *gather = arg;
	if (gather->n == gather->room) {
		size_t room = gather->room ? gather->room * 2 : 8;
		struct duty *grown = arena_array(gather->arena, room, sizeof *grown);
		if (!grown) {
			gather->failed = true;
			return false;
		}
		if (gather->n)
			memcpy(grown, gather->duties, gather->n * sizeof *grown);
		gather->duties = grown;
		gather->room = room;
	}
	gather->duties[gather->n++] = *duty;
	return true;
}

static int compare_duties(const void *a, const void *b)
{
	const struct duty *x = a, *y = b;
	if (x->urgency != y->urgency)
		return x->urgency - y->urgency;
	return (x->due > y->due) - (x->due < y->due);
}

int care_duties_of(struct store *store, rid_t resident, struct arena *arena, struct duty **out,
                   size_t *n, struct error *err)
{
	struct duty_gather gather = { .arena = arena };
	struct duty_walk walk = { date_today(), gather_duty, &gather, false };
	int rc = store_derived_of(store, "duty", resident, walk_duty, &walk, err);
	if (!rc && gather.failed)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (gather.n)
		qsort(gather.duties, gather.n, sizeof *gather.duties, compare_duties);
	*out = gather.duties;
	*n = gather.n;
	return rc;
}

const char *duty_text(const struct duty *duty, struct arena *arena)
{
	char date[DATE_TEXT_BYTES];
	const char *text = NULL;
	switch ((enum duty_reason)duty->reason) {
	case DUTY_REASON_FIRST:
		return _("enrolled, but not yet visited");
	case DUTY_REASON_ROUTINE:
		return _("controlled: routine visit");
	case DUTY_REASON_UNCONTROLLED:
		text = arena_printf(arena, _("pressure not controlled: see again within %d days"),
		                    duty->days);
		break;
	case DUTY_REASON_ADVERSE:
		text = arena_printf(arena, _("adverse reaction: see again within %d days"), duty->days);
		break;
	case DUTY_REASON_COMPLICATION:
		text = arena_printf(arena, _("complication: see again within %d days"), duty->days);
		break;
	case DUTY_REASON_DANGER:
		text = arena_printf(arena, _("danger: check the urgent referral within %d days"),
		                    duty->days);
		break;
	case DUTY_REASON_TWICE:
		text = arena_printf(
			arena, _("not controlled twice in a row: refer, and check within %d days"),
			duty->days);
		break;
	case DUTY_REASON_REFERRED:
		text = arena_printf(arena, _("referred: check within %d days"), duty->days);
		break;
	case DUTY_REASON_CONTRACT_ENDS:
		text = arena_printf(arena, _("the contract ends on %s"), date_format(duty->due, date));
		break;
	case DUTY_REASON_NO_CONTRACT:
		return _("low income, and no contract yet");
	case DUTY_REASON_N:
		break;
	}
	return text ? text : "";
}

enum duty_state duty_state(const struct duty *duty, date_t today)
{
	if (today < duty->start)
		return DUTY_PLANNED;
	return today > duty->end ? DUTY_OVERDUE : DUTY_DUE;
}
