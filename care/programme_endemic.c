/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Endemic diseases and pneumoconiosis: visits while the register entry is open. */
#include "config.h"
#include "care/programme.h"

enum { CURED = 3 }; /* endemic_disease.status */

/* The first entry that is still open, else the last one closed. */
static const struct event *entry_of(const struct facts *facts, enum event_kind kind,
				    size_t registered, size_t closed)
{
	const struct event *best = NULL;
	FACT_EACH(e, facts, kind) {
		if (e->v[registered] == DATE_NONE ||
		    (kind == EVENT_ENDEMIC && e->v[ENDEMIC_STATUS] == CURED))
			continue;
		if (!best || (best->v[closed] != DATE_NONE &&
			      (e->v[closed] == DATE_NONE || e->v[closed] > best->v[closed])))
			best = e;
	}
	return best;
}

static void programme_entry(struct duty_list *list, const struct duty_chain *chain,
			    const struct event *entry, date_t registered, date_t closed)
{
	size_t from = list->n;
	int months = duty_rule_days(list, chain->table, chain->months, registered);
	duty_add_chain(list, chain, registered,
		       months ? date_add_months(registered, months) : DATE_NONE, entry->record);
	if (closed != DATE_NONE)
		duty_close(list, from, closed);
}

void programme_endemic(struct duty_list *list)
{
	static const struct duty_chain endemic = {DUTY_RULE_ENDEMIC,
						  DUTY_REASON_INTERVAL,
						  EVENT_ENDEMIC_VISIT,
						  ENDEMIC_VISIT_NEXT,
						  "endemic",
						  "follow_months",
						  DATE_NONE};
	static const struct duty_chain dust = {
	    DUTY_RULE_DUST, DUTY_REASON_INTERVAL, EVENT_DUST_VISIT, DUST_VISIT_NEXT,
	    "endemic",	    "dust_follow_months", DATE_NONE};
	const struct event *entry =
	    entry_of(list->facts, EVENT_ENDEMIC, ENDEMIC_REGISTERED, ENDEMIC_CLOSED);
	if (entry)
		programme_entry(list, &endemic, entry, entry->v[ENDEMIC_REGISTERED],
				entry->v[ENDEMIC_CLOSED]);
	entry = entry_of(list->facts, EVENT_DUST, DUST_REGISTERED, DUST_CLOSED);
	if (entry)
		programme_entry(list, &dust, entry, entry->v[DUST_REGISTERED],
				entry->v[DUST_CLOSED]);
}
