/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts of an invented resident from short texts, for tables of cases. */
#ifndef TESTS_CARE_SCENE_H
#define TESTS_CARE_SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/fact.h"
#include "lib/file.h"

/* NULL: the resident of scene_facts(), who meets every condition of 2026 on 31 December; "": none.
 * person: further fields of the basic record ("sex=2 built_date=2020-01-01"). events: records of any form,
 * each its form, its day and its fields ("diabetes_visit 2026-02-01 mode=1 fpg=7.0 danger_signs=2,3"; a
 * day of "-" is none). */
struct scene {
	const char *birth, *category, *contract, *enrolment, *visits, *exam, *checked, *status;
	const char *person, *events;
};

enum { SCENE_MAX = 96, SCENE_WORD_BYTES = 40 };
struct scene_room {
	struct event events[SCENE_MAX];
	size_t n;
};

__attribute__((unused)) static struct form_set *scene_forms(void)
{
	struct form_set *forms;
	struct error err = { 0 };
	char dir[4096];
	if (path_data(dir, sizeof dir, "", &err) || form_set_load(&forms, dir, NULL, NULL, &err)) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	return forms;
}

static _Noreturn void scene_bad(const char *what, const char *word)
{
	printf("Bail out! %s: %s\n", what, word);
	exit(1);
}

/* The next word of *text into word; false at the end. */
static bool scene_word(const char **text, char word[SCENE_WORD_BYTES])
{
	int n = 0;
	if (sscanf(*text, " %39s%n", word, &n) != 1)
		return false;
	*text += n;
	return true;
}

static date_t scene_date(const char *word)
{
	return !strcmp(word, "-") ? DATE_NONE : date_parse(word);
}

static struct event *scene_add(struct scene_room *room, int kind, rid_t record, date_t date)
{
	if (room->n == SCENE_MAX)
		scene_bad("too many events", event_form((enum event_kind)kind));
	struct event *event = &room->events[room->n++];
	*event = (struct event){ .record = record, .kind = (uint8_t)kind, .date = date };
	for (size_t i = 0; i < EVENT_SLOTS_MAX; i++)
		event->v[i] = EVENT_NONE;
	return event;
}

/* "field=value" into the event; a comma is written for the space of several codes. */
static void scene_set(struct event *event, const char *word)
{
#define SCENE_SLOT(kind, name, field, type) { field, SLOT_##type },
#define SCENE_KIND(kind, form, slots) { slots(SCENE_SLOT) },
	static const struct {
		const char *field;
		enum slot_type type;
	} slots[][EVENT_SLOTS_MAX] = { EVENT_LIST(SCENE_KIND) };
#undef SCENE_KIND
#undef SCENE_SLOT
	char value[SCENE_WORD_BYTES];
	size_t len = strcspn(word, "=");
	if (word[len] != '=')
		scene_bad("neither form nor field=value", word);
	snprintf(value, sizeof value, "%s", word + len + 1);
	for (char *c = value; *c; c++)
		if (*c == ',')
			*c = ' ';
	for (size_t i = 0; i < event_slots(event->kind); i++)
		if (strlen(slots[event->kind][i].field) == len && !strncmp(word, slots[event->kind][i].field, len)) {
			event->v[i] = event_number(slots[event->kind][i].type, value);
			return;
		}
	scene_bad(event_form(event->kind), word);
}

/* Records of any form, numbered from 201 on in the order of the text. */
static void scene_events(const char *text, struct scene_room *room)
{
	char word[SCENE_WORD_BYTES], day[SCENE_WORD_BYTES];
	struct event *event = NULL;
	rid_t record = 201;
	while (scene_word(&text, word)) {
		int kind = 0;
		while (kind < EVENT_KIND_N && strcmp(event_form((enum event_kind)kind), word))
			kind++;
		if (kind < EVENT_KIND_N && scene_word(&text, day))
			event = scene_add(room, kind, record++, scene_date(day));
		else if (event)
			scene_set(event, word);
		else
			scene_bad("no form", word);
	}
}

static void scene_visit_word(struct event *last, const char *word)
{
	int sbp, dbp;
	if (!strcmp(word, "phone"))
		last->v[HTN_MODE] = MODE_PHONE;
	else if (!strcmp(word, "home"))
		last->v[HTN_MODE] = MODE_HOME;
	else if (!strcmp(word, "adverse"))
		last->v[HTN_ADVERSE] = SOME;
	else if (!strcmp(word, "sign"))
		last->v[HTN_DANGER] = 1 << 2;
	else if (!strcmp(word, "referred"))
		last->v[HTN_REFERRED] = YES;
	else if (!strcmp(word, "lost"))
		last->v[HTN_OUTCOME] = OUTCOME_LOST;
	else if (!strcmp(word, "no-sbp"))
		last->v[HTN_SBP] = EVENT_NONE;
	else if (!strcmp(word, "no-dbp"))
		last->v[HTN_DBP] = EVENT_NONE;
	else if (!strncmp(word, "class", 5))
		last->v[HTN_CLASS] = atoi(word + 5);
	else if (!strncmp(word, "next=", 5))
		last->v[HTN_NEXT] = date_parse(word + 5);
	else if (sscanf(word, "%d/%d", &sbp, &dbp) == 2) {
		last->v[HTN_SBP] = sbp;
		last->v[HTN_DBP] = dbp;
	} else
		scene_bad("word of a visit", word);
}

/* "2026-02-01 160/95 phone adverse sign class3 2026-05-20 ...": words after a day change that visit. */
static void scene_visits(const char *text, struct scene_room *room)
{
	char word[SCENE_WORD_BYTES];
	struct event *last = NULL;
	rid_t record = 101;
	while (scene_word(&text, word)) {
		if (date_parse(word) == DATE_NONE) {
			if (!last)
				scene_bad("no day before", word);
			scene_visit_word(last, word);
			continue;
		}
		last = scene_add(room, EVENT_HTN, record++, date_parse(word));
		last->v[HTN_MODE] = MODE_CLINIC;
		last->v[HTN_OUTCOME] = OUTCOME_SEEN;
		last->v[HTN_CLASS] = CLASS_CONTROLLED;
		last->v[HTN_SBP] = 130;
		last->v[HTN_DBP] = 80;
		last->v[HTN_ADVERSE] = 1;
	}
}

static const char *scene_text(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static void scene_person(const struct scene *scene, struct scene_room *room)
{
	char a[SCENE_WORD_BYTES], b[SCENE_WORD_BYTES];
	struct event *person = scene_add(room, EVENT_RESIDENT, 1, DATE_NONE);
	const char *text = scene_text(scene->status, "");
	person->v[RESIDENT_BIRTH] = date_parse(scene_text(scene->birth, "1970-05-01"));
	person->v[RESIDENT_SEX] = SEX_MALE;
	person->v[RESIDENT_STATUS] = STATUS_ACTIVE;
	if (scene_word(&text, a) && scene_word(&text, b)) {
		person->v[RESIDENT_STATUS] = atoi(a);
		person->v[RESIDENT_STATUS_DATE] = scene_date(b);
	}
	text = scene_text(scene->person, "");
	while (scene_word(&text, a))
		scene_set(person, a);
}

static void scene_spans(const struct scene *scene, struct scene_room *room)
{
	char a[SCENE_WORD_BYTES], b[SCENE_WORD_BYTES], c[SCENE_WORD_BYTES];
	const char *text = scene_text(scene->category, "31 2024-01-01 -");
	while (scene_word(&text, a) && scene_word(&text, b) && scene_word(&text, c)) {
		struct event *span = scene_add(room, EVENT_SPAN, 6, scene_date(b));
		span->v[SPAN_CATEGORY] = atoi(a);
		span->v[SPAN_FROM] = scene_date(b);
		span->v[SPAN_TO] = scene_date(c);
		if (!strncmp(text, " cleared=", 9) && scene_word(&text, a)) {
			span->v[SPAN_CLEARED] = YES;
			span->v[SPAN_CLEARED_DATE] = scene_date(a + 8);
		}
	}
	text = scene_text(scene->contract, "2026-01-01 2026-12-31");
	while (scene_word(&text, a) && scene_word(&text, b)) {
		struct event *contract = scene_add(room, EVENT_CONTRACT, 7, scene_date(a));
		contract->v[CONTRACT_FROM] = scene_date(a);
		contract->v[CONTRACT_TO] = scene_date(b);
		contract->v[CONTRACT_STATUS] = CONTRACT_IS_SIGNED;
	}
	text = scene_text(scene->enrolment, "2025-06-01 - 0");
	while (scene_word(&text, a) && scene_word(&text, b) && scene_word(&text, c)) {
		struct event *enrolment = scene_add(room, EVENT_HTN_ENROL, 8, scene_date(a));
		enrolment->v[HTN_ENROL_ENROLLED] = scene_date(a);
		enrolment->v[HTN_ENROL_CLOSED] = scene_date(b);
		enrolment->v[HTN_ENROL_REASON] = atoi(c);
	}
}

__attribute__((unused)) static struct facts scene_facts(const struct scene *scene, struct scene_room *room)
{
	char a[SCENE_WORD_BYTES], b[SCENE_WORD_BYTES];
	struct facts out;
	room->n = 0;
	scene_person(scene, room);
	scene_spans(scene, room);
	scene_visits(scene_text(scene->visits, "2026-02-01 2026-05-20 2026-09-10 2026-12-01"), room);
	const char *text = scene_text(scene->exam, "2026-03-01");
	while (scene_word(&text, a))
		scene_add(room, EVENT_EXAM, 10, scene_date(a))->v[EXAM_KIND] = EXAM_YEARLY;
	text = scene_text(scene->checked, "");
	while (scene_word(&text, a) && scene_word(&text, b))
		scene_add(room, EVENT_REFERRAL, 9, scene_date(a))->v[REFERRAL_CHECKED] = scene_date(b);
	scene_events(scene_text(scene->events, ""), room);
	fact_of_events(&out, 1, room->events, room->n);
	return out;
}

/* A resident with these records only, and with nothing else of scene_facts(). */
__attribute__((unused)) static struct facts scene_of(const char *birth, const char *person, const char *events,
                                                     struct scene_room *room)
{
	const struct scene scene = { .birth = birth, .person = person, .events = events, .category = "",
		                     .contract = "", .enrolment = "", .visits = "", .exam = "" };
	return scene_facts(&scene, room);
}

/* No resident: a clinic, a member of staff, a village. */
__attribute__((unused)) static struct facts scene_other(const char *events, struct scene_room *room)
{
	struct facts out;
	room->n = 0;
	scene_events(events, room);
	fact_of_events(&out, 1, room->events, room->n);
	return out;
}

#endif
