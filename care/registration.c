/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/registration.h"

const char *disease_code(enum disease disease)
{
#define DISEASE_CODE(name, word, code) code,
	static const char *const codes[] = { DISEASE_LIST(DISEASE_CODE) };
#undef DISEASE_CODE
	return codes[disease];
}

static struct registration of_enrolment(const struct event *event)
{
	return (struct registration){ event, event->v[HTN_ENROL_ENROLLED], event->v[HTN_ENROL_CLOSED],
		                      event->v[HTN_ENROL_REASON], false };
}

/* The first closing on or after the day of enrolment. */
static const struct event *closing_after(const struct facts *facts, enum event_kind kind, date_t day)
{
	return fact_within(facts, kind, day, INT32_MAX);
}

static struct registration of_supplement(const struct facts *facts, const struct event *event)
{
	date_t filled = event->v[SMI_ENROL_FILLED] != DATE_NONE ? event->v[SMI_ENROL_FILLED] : event->date;
	const struct event *closing =
		filled == DATE_NONE ? NULL : closing_after(facts, EVENT_SMI_CLOSING, filled);
	return (struct registration){ event, filled, closing ? closing->date : DATE_NONE,
		                      closing ? closing->v[SMI_CLOSING_REASON] : 0, false };
}

static struct registration of_notice(const struct facts *facts, const struct event *event)
{
	enum { COMPLETED = 1, DEAD = 2, LOST = 3, TO_MDR = 4 }; /* tb_closing.reason */
	static const int reasons[] = { [DEAD] = CLOSED_DEAD, [LOST] = CLOSED_LOST, [TO_MDR] = 0 };
	int32_t notice = event->v[TB_FIRST_NOTICE];
	date_t day = notice == EVENT_NONE ? event->date : notice / 1440;
	const struct event *closing = day == DATE_NONE ? NULL : closing_after(facts, EVENT_TB_CLOSING, day);
	int reason = closing ? closing->v[TB_CLOSING_REASON] : 0;
	return (struct registration){ event, day, closing ? closing->date : DATE_NONE,
		                      reason >= DEAD && reason <= TO_MDR ? reasons[reason] : 0,
		                      reason == COMPLETED || reason == TO_MDR };
}

static struct registration registration_of(const struct facts *facts, enum disease disease,
                                           const struct event *event)
{
	switch (disease) {
	case DISEASE_TB:
		return of_notice(facts, event);
	case DISEASE_SMI:
		return of_supplement(facts, event);
	default:
		return of_enrolment(event);
	}
}

bool registration_is_closed(const struct registration *registration, date_t on)
{
	return registration->closed != DATE_NONE && registration->closed <= on;
}

bool registration_stays(const struct registration *registration, date_t on)
{
	return !registration_is_closed(registration, on) || registration->completed ||
	       registration->reason == CLOSED_LOST || registration->reason == CLOSED_REFUSED;
}

static bool better(const struct registration *one, const struct registration *best, date_t on)
{
	bool open = !registration_is_closed(one, on), best_open = !registration_is_closed(best, on);
	if (!best->event || open != best_open)
		return !best->event || open;
	return open ? one->enrolled > best->enrolled : one->closed > best->closed;
}

struct registration registration_within(const struct facts *facts, enum disease disease, date_t first,
                                        date_t on)
{
	static const enum event_kind kinds[] = { [DISEASE_HTN] = EVENT_HTN_ENROL,
		                                 [DISEASE_DM] = EVENT_DM_ENROL,
		                                 [DISEASE_TB] = EVENT_TB_FIRST,
		                                 [DISEASE_SMI] = EVENT_SMI_ENROL };
	struct registration best = { .enrolled = DATE_NONE, .closed = DATE_NONE };
	FACT_EACH(event, facts, kinds[disease]) {
		struct registration one = registration_of(facts, disease, event);
		if (one.enrolled == DATE_NONE || one.enrolled > on ||
		    (registration_is_closed(&one, on) && one.closed < first))
			continue;
		if (better(&one, &best, on))
			best = one;
	}
	return best;
}
