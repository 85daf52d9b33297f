/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/fact.h"

#include <stdlib.h>
#include <string.h>
#include "care/event_read.h"

static int compare_events(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind - y->kind;
	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

/* Events come sorted from the table, and from the records too unless a date was changed. */
static void sort_events(struct event *events, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (compare_events(&events[i - 1], &events[i]) > 0) {
			qsort(events, n, sizeof *events, compare_events);
			return;
		}
}

void fact_of_events(struct facts *out, rid_t subject, struct event *events, size_t n)
{
	*out = (struct facts){ .subject = subject, .events = events, .n = n };
	sort_events(events, n);
	size_t at = 0;
	for (int kind = 0; kind < EVENT_KIND_N; kind++) {
		out->first[kind] = (uint32_t)at;
		while (at < n && events[at].kind == kind)
			at++;
	}
	out->first[EVENT_KIND_N] = (uint32_t)at;
}

/* Read the records from the last to the first, which is from the oldest to the newest; count those of each kind. */
static size_t read_events(struct event_reader *in, const struct record *records, size_t n, struct event *out,
                          size_t counts[EVENT_KIND_N])
{
	const char *form = NULL; /* of the record before, which is often of the same */
	size_t n_events = 0;
	int kind = -1;
	for (size_t i = n; i-- > 0;) {
		if (records[i].form != form) {
			form = records[i].form;
			kind = event_kind_find(form);
		}
		if (!event_read(in, &records[i], kind, &out[n_events]))
			continue;
		counts[kind]++;
		n_events++;
	}
	return n_events;
}

/* Those of a kind come together and keep their order. */
static void part_kinds(const struct event *events, size_t n, const size_t counts[EVENT_KIND_N], struct event *out)
{
	size_t at[EVENT_KIND_N], next = 0;
	for (int kind = 0; kind < EVENT_KIND_N; kind++) {
		at[kind] = next;
		next += counts[kind];
	}
	for (size_t i = 0; i < n; i++)
		out[at[events[i].kind]++] = events[i];
}

int fact_read(const struct form_set *forms, rid_t subject, const struct record *records, size_t n,
              struct arena *arena, struct facts *out, struct error *err)
{
	struct event_reader in = { .forms = forms };
	struct event *read = arena_array(arena, n + 1, sizeof *read);
	struct event *events = arena_array(arena, n + 1, sizeof *events);
	size_t counts[EVENT_KIND_N] = { 0 };
	if (!read || !events)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	size_t n_events = read_events(&in, records, n, read, counts);
	part_kinds(read, n_events, counts, events);
	fact_of_events(out, subject, events, n_events);
	return 0;
}

const struct event *fact_last(const struct facts *facts, enum event_kind kind, date_t until)
{
	for (const struct event *e = fact_end(facts, kind); e > fact_begin(facts, kind); e--)
		if (e[-1].date <= until)
			return e - 1;
	return NULL;
}

const struct event *fact_within(const struct facts *facts, enum event_kind kind, date_t first,
                                date_t last)
{
	FACT_EACH(e, facts, kind)
		if (e->date >= first)
			return e->date <= last ? e : NULL;
	return NULL;
}

size_t fact_count_within(const struct facts *facts, enum event_kind kind, date_t first, date_t last)
{
	size_t n = 0;
	FACT_EACH(e, facts, kind)
		n += e->date >= first && e->date <= last;
	return n;
}

const struct event *fact_person(const struct facts *facts)
{
	return fact_count(facts, EVENT_RESIDENT) ? fact_begin(facts, EVENT_RESIDENT) : NULL;
}

date_t fact_birth(const struct facts *facts)
{
	const struct event *person = fact_person(facts);
	return person ? person->v[RESIDENT_BIRTH] : DATE_NONE;
}

int fact_sex(const struct facts *facts)
{
	const struct event *person = fact_person(facts);
	return person ? person->v[RESIDENT_SEX] : 0;
}

int fact_status(const struct facts *facts, date_t on)
{
	const struct event *person = fact_person(facts);
	if (!person)
		return 0;
	int status = person->v[RESIDENT_STATUS];
	date_t since = person->v[RESIDENT_STATUS_DATE];
	return status <= STATUS_ACTIVE || (since != DATE_NONE && since > on) ? STATUS_ACTIVE : status;
}

bool span_holds(date_t from, date_t to, date_t on)
{
	return from != DATE_NONE && from <= on && (to == DATE_NONE || on <= to);
}

bool contract_is_made(const struct event *contract)
{
	int status = contract->v[CONTRACT_STATUS];
	return contract->v[CONTRACT_FROM] != DATE_NONE &&
	       (status == CONTRACT_IS_SIGNED || status == CONTRACT_IS_ENDED ||
	        status == CONTRACT_IS_RENEWED);
}

date_t contract_to(const struct event *contract)
{
	date_t to = contract->v[CONTRACT_TO], ended = contract->v[CONTRACT_ENDED];
	if (contract->v[CONTRACT_STATUS] == CONTRACT_IS_ENDED && ended != DATE_NONE &&
	    (to == DATE_NONE || ended <= to))
		return ended - 1;
	return to;
}

const struct event *contract_on(const struct facts *facts, date_t on)
{
	const struct event *best = NULL;
	FACT_EACH(one, facts, EVENT_CONTRACT) {
		if (!contract_is_made(one) ||
		    !span_holds(one->v[CONTRACT_FROM], contract_to(one), on))
			continue;
		date_t to = contract_to(one);
		if (!best || to == DATE_NONE ||
		    (contract_to(best) != DATE_NONE && to > contract_to(best)))
			best = one;
	}
	return best;
}

bool category_cleared(const struct event *span, date_t on)
{
	date_t since = span->v[SPAN_CLEARED_DATE];
	return span->v[SPAN_CLEARED] == YES && (since == DATE_NONE || since <= on);
}
