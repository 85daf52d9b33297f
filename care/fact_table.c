/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts as rows of the derived table "fact". */
#include "config.h"
#include "care/fact.h"

#include <string.h>
#include "care/person.h"
#include "care/prepared.h"
#include "lib/i18n.h"

/* Days since 1800 plus 1, so that dates are small positive numbers; 0 is none. */
static const date_t date_base = -62091;

/* Dates and times lie near the day of their event, so their distance is short. */
static bool near_date(int kind, size_t slot, int32_t *unit)
{
#define SLOT_UNIT(kind, name, field, type) (SLOT_##type == SLOT_DATE ? 1 : SLOT_##type == SLOT_TIME ? 1440 : 0),
#define EVENT_UNITS(kind, form, slots) { slots(SLOT_UNIT) },
	static const int16_t units[][EVENT_SLOTS_MAX] = { EVENT_LIST(EVENT_UNITS) };
#undef EVENT_UNITS
#undef SLOT_UNIT
	*unit = units[kind][slot];
	return *unit;
}

/* What is added to a slot's value when it is stored. */
static int64_t offset_of(const struct event *event, size_t slot)
{
	int32_t unit;
	return near_date(event->kind, slot, &unit) && event->date != DATE_NONE
	               ? (int64_t)event->date * unit
	               : 0;
}

static void put_event(struct buf *out, const struct event *event)
{
	uint64_t present = 0;
	bool dated = event->date != DATE_NONE && event->date >= date_base;
	for (size_t i = 0; i < EVENT_SLOTS_MAX && i < event_slots(event->kind); i++)
		present |= (uint64_t)(event->v[i] != EVENT_NONE) << i;
	buf_put_u8(out, event->kind);
	buf_put_varint(out, dated ? (uint64_t)(event->date - date_base) + 1 : 0);
	buf_put_varint(out, present);
	for (size_t i = 0; i < EVENT_SLOTS_MAX && i < event_slots(event->kind); i++)
		if (event->v[i] != EVENT_NONE)
			buf_put_zigzag(out, event->v[i] - (dated ? offset_of(event, i) : 0));
}

void fact_put(struct buf *out, const struct facts *facts, size_t *at)
{
	for (; *at < facts->n && out->len_bytes < FACT_CHUNK_BYTES; ++*at)
		put_event(out, &facts->events[*at]);
}

static bool take_event(struct span *in, struct event *out)
{
	uint64_t date, present;
	if (!span_u8(in, &out->kind) || out->kind >= EVENT_KIND_N || !span_varint(in, &date) ||
	    date > 4000000 || !span_varint(in, &present) || present >> event_slots(out->kind))
		return false;
	out->record = 0;
	out->date = date ? (date_t)(date - 1) + date_base : DATE_NONE;
	for (size_t i = 0; i < EVENT_SLOTS_MAX; i++) {
		int64_t value;
		out->v[i] = EVENT_NONE;
		if (!(present >> i & 1))
			continue;
		if (!span_zigzag(in, &value))
			return false;
		value += offset_of(out, i);
		if (value < INT32_MIN || value > INT32_MAX)
			return false;
		out->v[i] = (int32_t)value;
	}
	return true;
}

static bool make_room(struct fact_room *room, struct arena *arena)
{
	size_t cap = room->cap ? room->cap * 2 : 64;
	struct event *events = arena_array(arena, cap, sizeof *events);
	if (!events)
		return false;
	if (room->n)
		memcpy(events, room->events, room->n * sizeof *events);
	room->events = events;
	room->cap = cap;
	return true;
}

bool fact_take(struct span in, struct fact_room *room, struct arena *arena)
{
	while (in.len_bytes) {
		if (room->n == room->cap && !make_room(room, arena))
			return false;
		if (!take_event(&in, &room->events[room->n]))
			return false;
		room->n++;
	}
	return true;
}

int fact_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err)
{
	const struct facts *facts = &((const struct care_prepared *)prepared)->facts;
	struct buf value = BUF_INIT;
	uint8_t key[9];
	size_t at = 0;
	int rc = 0;
	(void)deriver;
	put_u64_be(key, in->subject);
	for (key[8] = 0; !rc && at < facts->n; key[8]++) {
		if (key[8] == UINT8_MAX)
			break; /* a quarter of a megabyte of events: the oldest kinds are kept */
		buf_clear(&value);
		fact_put(&value, facts, &at);
		rc = value.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM))
		                  : derive_put(sink, span_of(key, sizeof key), span_of_buf(&value), err);
	}
	buf_free(&value);
	return rc;
}

/* --- reading everybody --- */

struct fact_walk {
	struct store *store;
	struct persons persons;
	bool (*each)(void *arg, const struct facts *facts, struct arena *arena);
	void *arg;
	struct progress *progress;
	struct fact_room room; /* of the subject being gathered */
	rid_t subject;
	struct arena events, scratch, linked;
	uint64_t done;
	bool failed, cancelled;
	int rc;
	struct error *err;
};

/* A person with several records comes with the first of them. */
static bool hand_person(struct fact_walk *walk, struct person *person)
{
	struct facts facts;
	bool more = true;
	if (person->told)
		return true;
	person->told = true;
	walk->rc = person_facts(walk->store, person, &walk->scratch, &facts, walk->err);
	if (!walk->rc)
		more = walk->each(walk->arg, &facts, &walk->scratch);
	return more && !walk->rc;
}

static bool hand_over(struct fact_walk *walk)
{
	struct facts facts;
	bool more;
	if (!walk->room.n)
		return true;
	struct person *person = persons_find(&walk->persons, walk->subject);
	if (person) {
		more = hand_person(walk, person);
	} else {
		fact_of_events(&facts, walk->subject, walk->room.events, walk->room.n);
		more = walk->each(walk->arg, &facts, &walk->scratch);
	}
	arena_reset(&walk->scratch);
	walk->room.n = 0;
	if (++walk->done % 1024 == 0 &&
	    !progress_report(walk->progress, _("reading the facts of everybody"), walk->done, 0)) {
		walk->cancelled = true;
		return false;
	}
	return more;
}

static bool walk_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct fact_walk *walk = arg;
	(void)key;
	if (subject != walk->subject && !hand_over(walk))
		return false;
	walk->subject = subject;
	if (fact_take(value, &walk->room, &walk->events))
		return true;
	walk->failed = true;
	return false;
}

int fact_each(struct store *store,
              bool (*each)(void *arg, const struct facts *facts, struct arena *arena), void *arg,
              struct progress *progress, struct error *err)
{
	struct fact_walk walk = { .store = store, .each = each, .arg = arg, .progress = progress, .err = err };
	int rc = persons_load(store, &walk.linked, &walk.persons, err);
	if (!rc)
		rc = store_derived_each(store, "fact", span_of("", 0), span_of("", 0), walk_row, &walk, err);
	if (!rc && walk.failed)
		rc = error_set(err, ERR_CORRUPT,
		               _("a row of the table of facts is damaged: run xiangyi-admin check --rebuild"));
	if (!rc && !walk.cancelled && !walk.rc)
		hand_over(&walk);
	rc = rc ? rc : walk.rc;
	if (!rc && walk.cancelled)
		rc = error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	arena_free(&walk.events);
	arena_free(&walk.scratch);
	arena_free(&walk.linked);
	return rc;
}
