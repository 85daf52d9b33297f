/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as events: the tags of each form are looked up once for a reader. */
#ifndef CARE_EVENT_READ_H
#define CARE_EVENT_READ_H

#include "care/event.h"

struct event_reader { /* zero but for forms, which must outlive it */
	const struct form_set *forms;
	const char *last_form;  /* of the record before, and its kind */
	int last_kind;
	struct event_tags {
		uint32_t date, slots[EVENT_SLOTS_MAX]; /* 0: the form has no such field */
		bool known;
	} tags[EVENT_KIND_N];
};

/* False when nothing is read of this form, or the record is retired. */
bool event_read(struct event_reader *in, const struct record *record, struct event *out);

#endif
