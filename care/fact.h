/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The facts of one resident (or clinic, member of staff, village): all events that duties, alerts and
 * indicators look at, by kind and oldest first. The derived table "fact" keeps them, so that a
 * figure of everybody reads no records.
 *
 * Rows of "fact": key subject u64 | chunk u8. Value: events by kind and date, each as kind u8,
 * date varint (0 none, else days since 1800 plus 1), slots present as a varint of bits, and these
 * slots as zigzag varints (dates and times relative to the event's date).
 */
#ifndef CARE_FACT_H
#define CARE_FACT_H

#include "care/event.h"
#include "db/derive.h"
#include "lib/arena.h"

/* Codes of the printed forms and of data/forms that the code decides by. */
enum { SEX_MALE = 1, SEX_FEMALE = 2 };
enum { STATUS_ACTIVE = 1, STATUS_DEAD = 2, STATUS_MOVED = 3, STATUS_LOST = 4, STATUS_REFUSED = 5 };
enum { CLOSED_DEAD = 1, CLOSED_MOVED = 2, CLOSED_LOST = 3, CLOSED_REFUSED = 4 };
enum { MODE_CLINIC = 1, MODE_HOME = 2, MODE_PHONE = 3 };
enum { OUTCOME_SEEN = 1, OUTCOME_LOST = 2 };
enum { CLASS_CONTROLLED = 1, CLASS_UNCONTROLLED = 2, CLASS_ADVERSE = 3, CLASS_COMPLICATION = 4 };
enum { CONTRACT_IS_SIGNED = 1, CONTRACT_IS_ENDED = 2, CONTRACT_IS_RENEWED = 3 };
enum { CATEGORY_POOR_BEFORE = 10 }; /* 脱贫户 */
enum { EXAM_YEARLY = 1 };
enum { YES = 1, SOME = 2 }; /* "1 yes 2 no" and "1 none 2 some" */

struct facts {
	rid_t subject;
	const struct event *events; /* by kind, then date (none first), then record */
	size_t n;
	uint32_t first[EVENT_KIND_N + 1]; /* events[first[kind]] to before events[first[kind + 1]] */
};

/* Read from the records of one subject in any order; retired records do not count. ERR_NOMEM. */
int fact_read(const struct form_set *forms, rid_t subject, const struct record *records, size_t n,
              struct arena *arena, struct facts *out, struct error *err);
/* Sort n events and index them; the array stays the caller's. */
void fact_of_events(struct facts *out, rid_t subject, struct event *events, size_t n);

static inline const struct event *fact_begin(const struct facts *facts, enum event_kind kind)
{
	return facts->events + facts->first[kind];
}
static inline const struct event *fact_end(const struct facts *facts, enum event_kind kind)
{
	return facts->events + facts->first[kind + 1];
}
static inline size_t fact_count(const struct facts *facts, enum event_kind kind)
{
	return facts->first[kind + 1] - facts->first[kind];
}
/* The events of a kind, oldest first. */
#define FACT_EACH(e, facts, kind)                                                                  \
	for (const struct event *e = fact_begin((facts), (kind)); e < fact_end((facts), (kind)); e++)

/* The newest not after a day; NULL when there is none. */
const struct event *fact_last(const struct facts *facts, enum event_kind kind, date_t until);
/* The oldest of first <= date <= last; NULL. */
const struct event *fact_within(const struct facts *facts, enum event_kind kind, date_t first,
                                date_t last);
size_t fact_count_within(const struct facts *facts, enum event_kind kind, date_t first, date_t last);

/* --- the resident --- */

/* The basic record; NULL when the subject is no resident. */
const struct event *fact_person(const struct facts *facts);
date_t fact_birth(const struct facts *facts);
int fact_sex(const struct facts *facts);
/* Status on a day: active until the day of the change. No resident: 0. */
int fact_status(const struct facts *facts, date_t on);

/* Events of several kinds read as spans of days, both ends inclusive; DATE_NONE: open. */
bool span_holds(date_t from, date_t to, date_t on);
/* Signed, renewed or ended: not one that is still to be signed. */
bool contract_is_made(const struct event *contract);
/* The contract's last day: the day before an earlier ending. */
date_t contract_to(const struct event *contract);
/* The contract in force on a day with the latest end; NULL. */
const struct event *contract_on(const struct facts *facts, date_t on);
/* The low-income category's risk is cleared on that day. */
bool category_cleared(const struct event *span, date_t on);

/* --- the table --- */

/* Deriver of the table "fact"; prepared by care_prepare(). */
int fact_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err);

enum { FACT_CHUNK_BYTES = 900 };

/* The events from *at on, as many as fit one value; *at is moved on. */
void fact_put(struct buf *out, const struct facts *facts, size_t *at);
/* Append the events of a value to an array of *n of room events, grown in arena. False: damaged, or
 * memory is short. */
struct fact_room {
	struct event *events;
	size_t n, cap;
};
bool fact_take(struct span in, struct fact_room *room, struct arena *arena);

/* The facts of every subject with any, by number; of several records of one person (care/person.h) once, all together,
 * when the first of them comes. each() returns false to stop; the arena it gets is
 * reset after each call. progress may be NULL: its unit is subjects. ERR_CANCELLED by progress. */
int fact_each(struct store *store,
              bool (*each)(void *arg, const struct facts *facts, struct arena *arena), void *arg,
              struct progress *progress, struct error *err);
/* The facts of one subject from its records, with record numbers; of a person with several records all together. */
int fact_of(struct store *store, rid_t subject, struct arena *arena, struct facts *out,
            struct error *err);

#endif
