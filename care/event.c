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
	struct event_tags *known = &in->kinds[kind];
	const struct form *form = form_set_find(in->forms, kinds[kind].form);
	known->known = true;
	if (!form)
		return;
	if (form->date_field >= 0)
		known->date = form->fields[form->date_field].tag;
	for (size_t i = 0; i < kinds[kind].n; i++) {
		uint32_t tag = form_tag(form, kinds[kind].slots[i].field);
		size_t at = known->n;
		if (!tag)
			continue;
		for (; at && known->tags[at - 1].tag > tag; at--)
			known->tags[at] = known->tags[at - 1];
		known->tags[at] = (struct event_tag){ tag, (uint8_t)i };
		known->n++;
	}
}

/* Both are sorted by tag. */
static void read_slots(const struct event_tags *known, const struct record *record, struct event *out)
{
	const struct record_field *field = record->fields, *end = field + record->n_fields;
	const struct event_tag *tag = known->tags, *last = tag + known->n;
	while (tag < last && field < end) {
		if (field->tag < tag->tag) {
			field++;
			continue;
		}
		if (field->tag == tag->tag)
			out->v[tag->slot] = event_number(kinds[out->kind].slots[tag->slot].type,
			                                 record_field_text(field));
		tag++;
	}
}

bool event_read(struct event_reader *in, const struct record *record, int kind, struct event *out)
{
	if (kind < 0 || record->retired)
		return false;
	const struct event_tags *known = &in->kinds[kind];
	if (!known->known)
		learn(in, kind);
	date_t date = known->date ? date_parse(record_text(record, known->date)) : DATE_NONE;
	out->record = record->id;
	out->kind = (uint8_t)kind;
	out->date = date == DATE_NONE ? record->date : date;
	for (size_t i = 0; i < EVENT_SLOTS_MAX; i++)
		out->v[i] = EVENT_NONE;
	read_slots(known, record, out);
	return true;
}
