/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as events: the tags of each form are looked up once for a reader. Zero but for forms, which must outlive it. */
#ifndef CARE_EVENT_READ_H
#define CARE_EVENT_READ_H

#include "care/event.h"

struct event_reader {
	const struct form_set *forms;
	struct event_tags {
		bool known;
		uint8_t n;
		uint32_t date;                  /* 0: the form has no such field */
		struct event_tag {
			uint32_t tag;
			uint8_t slot;
		} tags[EVENT_SLOTS_MAX];        /* of the fields that the form has, tags ascending */
	} kinds[EVENT_KIND_N];
};

/* Of the kind that its form is (event_kind_find()). False when that is none, or the record is retired. */
bool event_read(struct event_reader *in, const struct record *record, int kind, struct event *out);

#endif
