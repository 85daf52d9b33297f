/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts of an invented resident from short texts, for tables of cases. */
#ifndef TESTS_CARE_SCENE_H
#define TESTS_CARE_SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/fact.h"
#include "lib/file.h"

/* NULL: the resident of scene_facts(), who meets every condition of 2026 on 31 December; "": none. */
struct scene {
	const char *birth, *category, *contract, *enrolment, *visits, *exam, *checked, *status;
};

enum { SCENE_MAX = 16 };
struct scene_room {
	struct fact_span spans[SCENE_MAX];
	struct fact_contract contracts[SCENE_MAX];
	struct fact_enrolment enrolments[SCENE_MAX];
	struct fact_visit visits[SCENE_MAX];
	struct fact_referral referrals[SCENE_MAX];
	date_t exams[SCENE_MAX];
};

static struct form_set *scene_forms(void)
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

/* The next word of *text into word; false at the end. */
static bool scene_word(const char **text, char word[32])
{
	int n = 0;
	if (sscanf(*text, " %31s%n", word, &n) != 1)
		return false;
	*text += n;
	return true;
}

static date_t scene_date(const char *word)
{
	return !strcmp(word, "-") ? DATE_NONE : date_parse(word);
}

/* "2026-02-01 160/95 phone adverse sign class3 2026-05-20 ...": words after a day change that visit. */
static size_t scene_visits(const char *text, struct fact_visit *out)
{
	char word[32];
	size_t n = 0;
	while (scene_word(&text, word)) {
		struct fact_visit *last = n ? &out[n - 1] : NULL;
		if (date_parse(word) != DATE_NONE) {
			out[n] = (struct fact_visit){ .record = 101 + n, .date = date_parse(word),
				                      .mode = MODE_CLINIC, .outcome = 1, .class = 1,
				                      .sbp = 130, .dbp = 80, .next = DATE_NONE };
			n++;
		} else if (!strcmp(word, "phone"))
			last->mode = MODE_PHONE;
		else if (!strcmp(word, "home"))
			last->mode = MODE_HOME;
		else if (!strcmp(word, "adverse"))
			last->adverse = true;
		else if (!strcmp(word, "sign"))
			last->danger_sign = true;
		else if (!strcmp(word, "referred"))
			last->referred = true;
		else if (!strcmp(word, "lost"))
			last->outcome = OUTCOME_LOST;
		else if (!strcmp(word, "no-sbp"))
			last->sbp = 0;
		else if (!strcmp(word, "no-dbp"))
			last->dbp = 0;
		else if (!strncmp(word, "class", 5))
			last->class = atoi(word + 5);
		else if (!strncmp(word, "next=", 5))
			last->next = date_parse(word + 5);
		else if (sscanf(word, "%d/%d", &last->sbp, &last->dbp) != 2)
			printf("Bail out! visit word %s\n", word);
	}
	return n;
}

static const char *scene_text(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

__attribute__((unused)) static struct facts scene_facts(const struct scene *scene, struct scene_room *room)
{
	char a[32], b[32], c[32];
	const char *text;
	struct facts out = { .spans = room->spans, .contracts = room->contracts,
		             .enrolments = room->enrolments, .visits = room->visits,
		             .referrals = room->referrals, .exams = room->exams,
		             .status = STATUS_ACTIVE, .status_date = DATE_NONE };
	memset(room, 0, sizeof *room);
	out.birth = date_parse(scene_text(scene->birth, "1970-05-01"));
	text = scene_text(scene->category, "31 2024-01-01 -");
	while (scene_word(&text, a) && scene_word(&text, b) && scene_word(&text, c)) {
		struct fact_span *span = &room->spans[out.n_spans++];
		*span = (struct fact_span){ atoi(a), false, DATE_NONE, scene_date(b), scene_date(c) };
		if (!strncmp(text, " cleared=", 9) && scene_word(&text, a)) {
			span->cleared = true;
			span->cleared_date = scene_date(a + 8);
		}
	}
	text = scene_text(scene->contract, "2026-01-01 2026-12-31");
	while (scene_word(&text, a) && scene_word(&text, b))
		room->contracts[out.n_contracts++] =
			(struct fact_contract){ 7, scene_date(a), scene_date(b) };
	text = scene_text(scene->enrolment, "2025-06-01 - 0");
	while (scene_word(&text, a) && scene_word(&text, b) && scene_word(&text, c))
		room->enrolments[out.n_enrolments++] =
			(struct fact_enrolment){ 8, scene_date(a), scene_date(b), atoi(c) };
	out.n_visits = scene_visits(
		scene_text(scene->visits, "2026-02-01 2026-05-20 2026-09-10 2026-12-01"), room->visits);
	text = scene_text(scene->exam, "2026-03-01");
	while (scene_word(&text, a))
		room->exams[out.n_exams++] = scene_date(a);
	text = scene_text(scene->checked, "");
	while (scene_word(&text, a) && scene_word(&text, b))
		room->referrals[out.n_referrals++] =
			(struct fact_referral){ 9, scene_date(a), scene_date(b), false };
	text = scene_text(scene->status, "");
	if (scene_word(&text, a) && scene_word(&text, b)) {
		out.status = atoi(a);
		out.status_date = scene_date(b);
	}
	return out;
}

#endif
