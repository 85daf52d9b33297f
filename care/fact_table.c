/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts as rows of the derived table "fact". */
#include "config.h"
#include "care/fact.h"

#include <string.h>

enum { EVENT_VISIT, EVENT_EXAM, EVENT_CHECK }; /* an event's lowest two bits */
enum { VISIT_ADVERSE = 1, VISIT_DANGER = 2, VISIT_REFERRED = 4 };

/* Dates as 0 for none, else days since 1800 plus 1: small positive numbers. */
static const date_t date_base = -62091;

static void put_date(struct buf *out, date_t date)
{
	buf_put_varint(out, date == DATE_NONE || date < date_base ? 0 : (uint64_t)(date - date_base) + 1);
}

static bool take_date(struct span *in, date_t *out)
{
	uint64_t value;
	if (!span_varint(in, &value) || value > 4000000)
		return false;
	*out = value ? (date_t)(value - 1) + date_base : DATE_NONE;
	return true;
}

static bool take_number(struct span *in, int *out)
{
	uint64_t value;
	if (!span_varint(in, &value) || value > 9999)
		return false;
	*out = (int)value;
	return true;
}

/* As many rows of a kind as one value holds; nobody has more spans or contracts than that. */
enum { MAX_ROWS = 30 };

static size_t row_count(size_t n)
{
	return n < MAX_ROWS ? n : MAX_ROWS;
}

void fact_put_person(struct buf *out, const struct facts *facts)
{
	put_date(out, facts->birth);
	buf_put_varint(out, (uint64_t)facts->status);
	put_date(out, facts->status_date);
	buf_put_varint(out, row_count(facts->n_spans));
	for (size_t i = 0; i < row_count(facts->n_spans); i++) {
		const struct fact_span *span = &facts->spans[i];
		buf_put_varint(out, (uint64_t)span->category * 2 + span->cleared);
		put_date(out, span->cleared_date);
		put_date(out, span->from);
		put_date(out, span->to);
	}
	buf_put_varint(out, row_count(facts->n_contracts));
	for (size_t i = 0; i < row_count(facts->n_contracts); i++) {
		put_date(out, facts->contracts[i].from);
		put_date(out, facts->contracts[i].to);
	}
	buf_put_varint(out, row_count(facts->n_enrolments));
	for (size_t i = 0; i < row_count(facts->n_enrolments); i++) {
		put_date(out, facts->enrolments[i].enrolled);
		put_date(out, facts->enrolments[i].closed);
		buf_put_varint(out, (uint64_t)facts->enrolments[i].closed_reason);
	}
}

static bool take_count(struct span *in, size_t *out)
{
	uint64_t value;
	if (!span_varint(in, &value) || value > MAX_ROWS)
		return false;
	*out = (size_t)value;
	return true;
}

static bool take_spans(struct span *in, struct arena *arena, struct facts *out)
{
	if (!take_count(in, &out->n_spans))
		return false;
	out->spans = arena_array(arena, out->n_spans + 1, sizeof *out->spans);
	for (size_t i = 0; out->spans && i < out->n_spans; i++) {
		struct fact_span *span = &out->spans[i];
		int packed;
		if (!take_number(in, &packed) || !take_date(in, &span->cleared_date) ||
		    !take_date(in, &span->from) || !take_date(in, &span->to))
			return false;
		span->category = packed / 2;
		span->cleared = packed % 2;
	}
	return out->spans;
}

static bool take_contracts(struct span *in, struct arena *arena, struct facts *out)
{
	if (!take_count(in, &out->n_contracts))
		return false;
	out->contracts = arena_array(arena, out->n_contracts + 1, sizeof *out->contracts);
	for (size_t i = 0; out->contracts && i < out->n_contracts; i++)
		if (!take_date(in, &out->contracts[i].from) || !take_date(in, &out->contracts[i].to))
			return false;
	return out->contracts;
}

static bool take_enrolments(struct span *in, struct arena *arena, struct facts *out)
{
	if (!take_count(in, &out->n_enrolments))
		return false;
	out->enrolments = arena_array(arena, out->n_enrolments + 1, sizeof *out->enrolments);
	for (size_t i = 0; out->enrolments && i < out->n_enrolments; i++) {
		struct fact_enrolment *enrolment = &out->enrolments[i];
		if (!take_date(in, &enrolment->enrolled) || !take_date(in, &enrolment->closed) ||
		    !take_number(in, &enrolment->closed_reason))
			return false;
	}
	return out->enrolments;
}

bool fact_take_person(struct span in, struct arena *arena, struct facts *out)
{
	return take_date(&in, &out->birth) && take_number(&in, &out->status) &&
	       take_date(&in, &out->status_date) && take_spans(&in, arena, out) &&
	       take_contracts(&in, arena, out) && take_enrolments(&in, arena, out);
}

/* --- one year --- */

static int year_of(date_t date)
{
	int year, month, day;
	date_split(date, &year, &month, &day);
	return year;
}

static void put_visit(struct buf *out, const struct fact_visit *visit, uint64_t day)
{
	buf_put_varint(out, day * 4 + EVENT_VISIT);
	buf_put_u8(out, (uint8_t)((visit->adverse ? VISIT_ADVERSE : 0) |
	                          (visit->danger_sign ? VISIT_DANGER : 0) |
	                          (visit->referred ? VISIT_REFERRED : 0)));
	buf_put_varint(out, (uint64_t)visit->mode);
	buf_put_varint(out, (uint64_t)visit->outcome);
	buf_put_varint(out, (uint64_t)visit->class);
	buf_put_varint(out, (uint64_t)visit->sbp);
	buf_put_varint(out, (uint64_t)visit->dbp);
}

/* The i-th of all visits, then examinations, then referrals; what is not of the year is left out. */
static void put_event(struct buf *out, const struct facts *facts, int year, size_t i)
{
	date_t first = date_make(year, 1, 1), date;
	if (i < facts->n_visits) {
		date = facts->visits[i].date;
		if (year_of(date) == year)
			put_visit(out, &facts->visits[i], (uint64_t)(date - first));
		return;
	}
	i -= facts->n_visits;
	bool exam = i < facts->n_exams;
	date = exam ? facts->exams[i] : facts->referrals[i - facts->n_exams].checked;
	if (date != DATE_NONE && year_of(date) == year)
		buf_put_varint(out, (uint64_t)(date - first) * 4 + (exam ? EVENT_EXAM : EVENT_CHECK));
}

bool fact_put_year(struct buf *out, const struct facts *facts, int year, size_t *event)
{
	size_t n = facts->n_visits + facts->n_exams + facts->n_referrals;
	for (; *event < n && out->len_bytes < FACT_CHUNK_BYTES; ++*event)
		put_event(out, facts, year, *event);
	return *event < n;
}

static bool take_visit(struct span *in, date_t date, struct fact_visit *visit)
{
	uint8_t flags;
	if (!span_u8(in, &flags) || !take_number(in, &visit->mode) ||
	    !take_number(in, &visit->outcome) || !take_number(in, &visit->class) ||
	    !take_number(in, &visit->sbp) || !take_number(in, &visit->dbp))
		return false;
	visit->date = date;
	visit->next = DATE_NONE;
	visit->adverse = flags & VISIT_ADVERSE;
	visit->danger_sign = flags & VISIT_DANGER;
	visit->referred = flags & VISIT_REFERRED;
	return true;
}

/* A larger copy of an array of n elements with room for more. */
static void *grown(struct arena *arena, const void *old, size_t n, size_t more, size_t size)
{
	void *new = arena_array(arena, n + more + 1, size);
	if (new && n)
		memcpy(new, old, n * size);
	return new;
}

bool fact_take_year(struct span in, int year, struct arena *arena, struct facts *out)
{
	size_t more = in.len_bytes; /* an event is one byte or longer */
	date_t first = date_make(year, 1, 1);
	out->visits = grown(arena, out->visits, out->n_visits, more / 7, sizeof *out->visits);
	out->exams = grown(arena, out->exams, out->n_exams, more, sizeof *out->exams);
	out->referrals =
		grown(arena, out->referrals, out->n_referrals, more, sizeof *out->referrals);
	if (!out->visits || !out->exams || !out->referrals)
		return false;
	while (in.len_bytes) {
		uint64_t head;
		if (!span_varint(&in, &head) || head / 4 > 365)
			return false;
		date_t date = first + (date_t)(head / 4);
		if (head % 4 == EVENT_EXAM) {
			out->exams[out->n_exams++] = date;
		} else if (head % 4 == EVENT_CHECK) {
			out->referrals[out->n_referrals++] = (struct fact_referral){ 0, date, date, false };
		} else if (head % 4 != EVENT_VISIT ||
		           !take_visit(&in, date, &out->visits[out->n_visits++])) {
			return false;
		}
	}
	return true;
}

/* --- the deriver --- */

static int put_person_row(rid_t subject, const struct facts *facts, struct derive_sink *sink,
                          struct error *err)
{
	struct buf key = BUF_INIT, value = BUF_INIT;
	buf_put_u8(&key, 0);
	buf_put_u64(&key, subject);
	fact_put_person(&value, facts);
	int rc = key.failed || value.failed
	                 ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM))
	                 : derive_put(sink, span_of_buf(&key), span_of_buf(&value), err);
	buf_free(&key);
	buf_free(&value);
	return rc;
}

static int put_year_rows(rid_t subject, const struct facts *facts, int year,
                         struct derive_sink *sink, struct error *err)
{
	struct buf key = BUF_INIT, value = BUF_INIT;
	size_t event = 0;
	bool more = true;
	int rc = 0;
	for (uint8_t chunk = 0; more && chunk < UINT8_MAX && !rc; chunk++) {
		buf_clear(&key);
		buf_clear(&value);
		buf_put_u8(&key, 1);
		buf_put_u16(&key, (uint16_t)year);
		buf_put_u8(&key, chunk);
		buf_put_u64(&key, subject);
		more = fact_put_year(&value, facts, year, &event);
		if (key.failed || value.failed)
			rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		else if (value.len_bytes)
			rc = derive_put(sink, span_of_buf(&key), span_of_buf(&value), err);
	}
	buf_free(&key);
	buf_free(&value);
	return rc;
}

static void widen(int *first, int *last, date_t date)
{
	if (date == DATE_NONE)
		return;
	int year = year_of(date);
	if (year < *first)
		*first = year;
	if (year > *last)
		*last = year;
}

int fact_derive(const struct deriver *deriver, struct store *store, rid_t subject,
                const struct record *records, size_t n, struct derive_sink *sink, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct facts facts;
	int first = INT16_MAX, last = 0;
	(void)deriver;
	int rc = fact_read(store_forms(store), records, n, &arena, &facts, err);
	if (rc || !facts.status)
		goto out;
	rc = put_person_row(subject, &facts, sink, err);
	for (size_t i = 0; i < facts.n_visits; i++)
		widen(&first, &last, facts.visits[i].date);
	for (size_t i = 0; i < facts.n_exams; i++)
		widen(&first, &last, facts.exams[i]);
	for (size_t i = 0; i < facts.n_referrals; i++)
		widen(&first, &last, facts.referrals[i].checked);
	for (int year = first; year <= last && !rc; year++)
		rc = put_year_rows(subject, &facts, year, sink, err);
out:
	arena_free(&arena);
	return rc;
}
