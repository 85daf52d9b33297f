/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/event.h"
#include "care/event_read.h"

#include <stdlib.h>
#include <string.h>
#include "form/form.h"
#include "form/number.h"

#define SLOT_ROW(kind, name, field, type) { field, SLOT_##type },
#define EVENT_ROW(kind, form, slots) { form, kind##_SLOT_N, { slots(SLOT_ROW) } },
static const struct {
	const char *form;
	uint8_t n;
	struct {
		const char *field;
		enum slot_type type;
	} slots[EVENT_SLOTS_MAX];
} kinds[] = { EVENT_LIST(EVENT_ROW) };
#undef EVENT_ROW
#undef SLOT_ROW

const char *event_form(enum event_kind kind)
{
	return kinds[kind].form;
}

size_t event_slots(enum event_kind kind)
{
	return kinds[kind].n;
}

int event_kind_find(const char *form)
{
	for (int kind = 0; kind < EVENT_KIND_N; kind++)
		if (*kinds[kind].form == *form && !strcmp(kinds[kind].form, form))
			return kind;
	return -1;
}

int event_slot_find(enum event_kind kind, const char *field)
{
	for (size_t i = 0; i < kinds[kind].n; i++)
		if (!strcmp(kinds[kind].slots[i].field, field))
			return (int)i;
	return -1;
}

const char *event_slot_field(enum event_kind kind, size_t slot)
{
	return kinds[kind].slots[slot].field;
}

/* --- numbers of texts --- */

/* Most values are short whole numbers; strtol() would look for signs, bases and locales. */
static int32_t whole_number(const char *text)
{
	int32_t value = 0;
	int n = 0;
	for (; text[n] >= '0' && text[n] <= '9' && n < 9; n++)
		value = value * 10 + (text[n] - '0');
	return n && !text[n] ? value : EVENT_NONE;
}

static int32_t hundredths(const char *text)
{
	double value = *text ? number_parse(text) : -1;
	return value >= 0 && value < 2e7 ? (int32_t)(value * 100 + 0.5) : EVENT_NONE;
}

static int32_t code_set(const char *text)
{
	int32_t set = 0;
	while (*text) {
		char *end;
		unsigned long code = strtoul(text, &end, 10);
		if (end == text)
			return EVENT_NONE;
		if (code < 31)
			set |= INT32_C(1) << code;
		text = end;
	}
	return set ? set : EVENT_NONE;
}

static int32_t minutes(const char *text)
{
	char day[DATE_TEXT_BYTES] = "";
	date_t date = 0;
	if (strlen(text) > DATE_TEXT_BYTES && text[DATE_TEXT_BYTES - 1] == 'T') {
		memcpy(day, text, DATE_TEXT_BYTES - 1);
		date = date_parse(day);
		text += DATE_TEXT_BYTES;
	}
	/* 1,400,000 days of minutes are below the limit of the type, and after the year 5000 */
	if (date == DATE_NONE || date < -1400000 || date > 1400000 || !date_time_valid(text))
		return EVENT_NONE;
	return date * 1440 + atoi(text) * 60 + atoi(text + 3);
}

static int32_t hash31(const char *text)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	if (!*text)
		return EVENT_NONE;
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return (int32_t)(hash & 0x7fffffff);
}

int32_t event_number(enum slot_type type, const char *text)
{
	switch (type) {
	case SLOT_NUM:
		return whole_number(text);
	case SLOT_DEC:
		return hundredths(text);
	case SLOT_DATE:
		return date_parse(text);
	case SLOT_TIME:
		return minutes(text);
	case SLOT_SET:
		return code_set(text);
	case SLOT_ANY:
		return *text ? 1 : EVENT_NONE;
	case SLOT_HASH:
		return hash31(text);
	case SLOT_TYPE_N:
		break;
	}
	return EVENT_NONE;
}

/* --- records --- */

static void learn(struct event_reader *in, int kind)
{
	struct event_tags *tags = &in->tags[kind];
	const struct form *form = form_set_find(in->forms, kinds[kind].form);
	tags->known = true;
	if (!form)
		return;
	if (form->date_field >= 0)
		tags->date = form->fields[form->date_field].tag;
	for (size_t i = 0; i < kinds[kind].n; i++)
		tags->slots[i] = form_tag(form, kinds[kind].slots[i].field);
}

bool event_read(struct event_reader *in, const struct record *record, struct event *out)
{
	if (record->form != in->last_form) { /* the records of a form come together */
		in->last_form = record->form;
		in->last_kind = event_kind_find(record->form);
	}
	int kind = record->retired ? -1 : in->last_kind;
	if (kind < 0)
		return false;
	const struct event_tags *tags = &in->tags[kind];
	if (!tags->known)
		learn(in, kind);
	date_t date = tags->date ? date_parse(record_text(record, tags->date)) : DATE_NONE;
	*out = (struct event){ .record = record->id, .kind = (uint8_t)kind,
		               .date = date == DATE_NONE ? record->date : date };
	for (size_t i = 0; i < kinds[kind].n; i++)
		out->v[i] = tags->slots[i] ? event_number(kinds[kind].slots[i].type,
		                                          record_text(record, tags->slots[i]))
		                           : EVENT_NONE;
	return true;
}
