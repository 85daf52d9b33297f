/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/fact.h"

#include <stdlib.h>
#include <string.h>
#include "form/form.h"

/* The fields that are read of each form, by the names that data/forms gives them. */
#define FACT_FORM_LIST(X)                                                                          \
	X(RESIDENT, "resident", "birth_date", "status", "status_date")                             \
	X(SPAN, "category_span", "category", "risk_cleared", "risk_cleared_date", "valid_from",    \
	  "valid_to")                                                                              \
	X(CONTRACT, "contract", "start_date", "end_date", "status", "ended_date")                  \
	X(ENROLMENT, "hypertension_enrolment", "enrolled_date", "closed_date", "closed_reason")    \
	X(VISIT, "hypertension_visit", "visit_date", "mode", "outcome", "class", "sbp", "dbp",     \
	  "adverse", "danger_signs", "refer_reason", "next_date")                                  \
	X(EXAM, "examination", "exam_date", "kind")                                                \
	X(REFERRAL, "referral", "referral_date", "checked_date", "kind")

enum { MAX_FIELDS = 10 };
#define FACT_ENUM(name, ...) FACT_##name,
enum fact_form { FACT_FORM_LIST(FACT_ENUM) FACT_FORM_N };
#undef FACT_ENUM

#define FACT_ROW(name, id, ...) { id, { __VA_ARGS__ } },
static const struct {
	const char *id, *fields[MAX_FIELDS];
} fact_forms[] = { FACT_FORM_LIST(FACT_ROW) };
#undef FACT_ROW

struct reading {
	const struct form_set *forms;
	uint32_t tags[FACT_FORM_N][MAX_FIELDS];
	bool known[FACT_FORM_N];
	const struct record *record;
	int form;
};

static void reading_learn(struct reading *in)
{
	const struct form *form = form_set_find(in->forms, fact_forms[in->form].id);
	for (size_t i = 0; form && i < MAX_FIELDS && fact_forms[in->form].fields[i]; i++)
		in->tags[in->form][i] = form_tag(form, fact_forms[in->form].fields[i]);
	in->known[in->form] = true;
}

static bool reading_begin(struct reading *in, const struct record *record)
{
	for (in->form = 0; in->form < FACT_FORM_N; in->form++)
		if (!strcmp(fact_forms[in->form].id, record->form))
			break;
	if (in->form == FACT_FORM_N || record->retired)
		return false;
	in->record = record;
	if (!in->known[in->form])
		reading_learn(in);
	return true;
}

static const char *text_at(const struct reading *in, int i)
{
	uint32_t tag = in->tags[in->form][i];
	return tag ? record_text(in->record, tag) : "";
}

static date_t date_at(const struct reading *in, int i)
{
	return date_parse(text_at(in, i));
}

/* Codes and pressures: small whole numbers; anything else is 0, "missing". */
static int number_at(const struct reading *in, int i)
{
	char *end;
	long value = strtol(text_at(in, i), &end, 10);
	return *end || value < 0 || value > 9999 ? 0 : (int)value;
}

static date_t event_date(const struct reading *in)
{
	date_t date = date_at(in, 0);
	return date == DATE_NONE ? in->record->date : date;
}

static void read_resident(const struct reading *in, struct facts *out)
{
	out->birth = date_at(in, 0);
	out->status = number_at(in, 1);
	out->status_date = date_at(in, 2);
	if (!out->status)
		out->status = STATUS_ACTIVE;
}

static void read_span(const struct reading *in, struct facts *out)
{
	out->spans[out->n_spans++] = (struct fact_span){
		.category = number_at(in, 0),
		.cleared = number_at(in, 1) == 1,
		.cleared_date = date_at(in, 2),
		.from = date_at(in, 3),
		.to = date_at(in, 4),
	};
}

static void read_contract(const struct reading *in, struct facts *out)
{
	enum { SIGNED = 1, ENDED = 2, RENEWED = 3 };
	int status = number_at(in, 2);
	struct fact_contract contract = { in->record->id, date_at(in, 0), date_at(in, 1) };
	date_t ended = date_at(in, 3);
	if (contract.from == DATE_NONE || (status != SIGNED && status != ENDED && status != RENEWED))
		return;
	if (status == ENDED && ended != DATE_NONE &&
	    (contract.to == DATE_NONE || ended <= contract.to))
		contract.to = ended - 1;
	out->contracts[out->n_contracts++] = contract;
}

static void read_enrolment(const struct reading *in, struct facts *out)
{
	struct fact_enrolment enrolment = { in->record->id, date_at(in, 0), date_at(in, 1),
		                            number_at(in, 2) };
	if (enrolment.enrolled != DATE_NONE)
		out->enrolments[out->n_enrolments++] = enrolment;
}

static bool has_danger_sign(const char *codes)
{
	return *codes && strcmp(codes, "1") != 0; /* 1: none */
}

static void read_visit(const struct reading *in, struct facts *out)
{
	date_t date = event_date(in);
	if (date == DATE_NONE)
		return;
	out->visits[out->n_visits++] = (struct fact_visit){
		.record = in->record->id,
		.date = date,
		.mode = number_at(in, 1),
		.outcome = number_at(in, 2),
		.class = number_at(in, 3),
		.sbp = number_at(in, 4),
		.dbp = number_at(in, 5),
		.adverse = number_at(in, 6) == 2,
		.danger_sign = has_danger_sign(text_at(in, 7)),
		.referred = *text_at(in, 8) != '\0',
		.next = date_at(in, 9),
	};
}

static void read_exam(const struct reading *in, struct facts *out)
{
	enum { YEARLY = 1 };
	date_t date = event_date(in);
	if (date != DATE_NONE && number_at(in, 1) == YEARLY)
		out->exams[out->n_exams++] = date;
}

static void read_referral(const struct reading *in, struct facts *out)
{
	enum { URGENT = 1 };
	date_t date = event_date(in);
	if (date != DATE_NONE)
		out->referrals[out->n_referrals++] = (struct fact_referral){
			in->record->id, date, date_at(in, 1), number_at(in, 2) == URGENT
		};
}

static int compare_visits(const void *a, const void *b)
{
	const struct fact_visit *x = a, *y = b;
	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

static int compare_referrals(const void *a, const void *b)
{
	const struct fact_referral *x = a, *y = b;
	return (x->date > y->date) - (x->date < y->date);
}

static int compare_dates(const void *a, const void *b)
{
	const date_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void sort_events(struct facts *facts)
{
	if (facts->n_visits)
		qsort(facts->visits, facts->n_visits, sizeof *facts->visits, compare_visits);
	if (facts->n_referrals)
		qsort(facts->referrals, facts->n_referrals, sizeof *facts->referrals, compare_referrals);
	if (facts->n_exams)
		qsort(facts->exams, facts->n_exams, sizeof *facts->exams, compare_dates);
}

int fact_read(const struct form_set *forms, const struct record *records, size_t n,
              struct arena *arena, struct facts *out, struct error *err)
{
	static void (*const readers[])(const struct reading *, struct facts *) = {
		[FACT_RESIDENT] = read_resident, [FACT_SPAN] = read_span,
		[FACT_CONTRACT] = read_contract, [FACT_ENROLMENT] = read_enrolment,
		[FACT_VISIT] = read_visit,       [FACT_EXAM] = read_exam,
		[FACT_REFERRAL] = read_referral,
	};
	struct reading in = { .forms = forms };
	size_t counts[FACT_FORM_N] = { 0 };
	for (size_t i = 0; i < n; i++)
		if (reading_begin(&in, &records[i]))
			counts[in.form]++;
	*out = (struct facts){
		.birth = DATE_NONE,
		.status_date = DATE_NONE,
		.spans = arena_array(arena, counts[FACT_SPAN] + 1, sizeof *out->spans),
		.contracts = arena_array(arena, counts[FACT_CONTRACT] + 1, sizeof *out->contracts),
		.enrolments = arena_array(arena, counts[FACT_ENROLMENT] + 1, sizeof *out->enrolments),
		.visits = arena_array(arena, counts[FACT_VISIT] + 1, sizeof *out->visits),
		.referrals = arena_array(arena, counts[FACT_REFERRAL] + 1, sizeof *out->referrals),
		.exams = arena_array(arena, counts[FACT_EXAM] + 1, sizeof *out->exams),
	};
	if (!out->spans || !out->contracts || !out->enrolments || !out->visits || !out->referrals ||
	    !out->exams)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	for (size_t i = 0; i < n; i++)
		if (reading_begin(&in, &records[i]))
			readers[in.form](&in, out);
	sort_events(out);
	return 0;
}

bool fact_visit_counts(const struct fact_visit *visit)
{
	return (visit->mode == MODE_CLINIC || visit->mode == MODE_HOME) && visit->sbp && visit->dbp &&
	       visit->outcome != OUTCOME_LOST;
}

bool fact_span_holds(const struct fact_span *span, date_t on)
{
	return span->from != DATE_NONE && span->from <= on && (span->to == DATE_NONE || on <= span->to);
}

bool fact_span_cleared(const struct fact_span *span, date_t on)
{
	return span->cleared && (span->cleared_date == DATE_NONE || span->cleared_date <= on);
}
