/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What invented people answer: data/demo/answers.csv with the columns form, field, percent, answer, note.
 * percent: how often the field is filled in at all, empty 100. answer is one of
 *     TEXT                   always this
 *     8:TEXT|2:TEXT          one of these, by weight
 *     ~MEAN SPREAD           about normal, as many decimals as MEAN has
 * A TEXT that begins with @ stands for something else, see demo_text_of() in cmd/demo_life.c.
 * Rows of forms and fields that the county does not have are passed over.
 */
#ifndef CMD_DEMO_ANSWERS_H
#define CMD_DEMO_ANSWERS_H

#include "cmd/demo_people.h"
#include "form/form.h"

enum { DEMO_ANSWER_BYTES = 32 };

struct demo_choice {
	uint32_t weight;
	const char *text;
};
struct demo_answer {
	int field;                         /* of the form */
	uint32_t percent;
	const struct demo_choice *choices; /* NULL: a number */
	size_t n;
	uint32_t weights;                  /* of all choices */
	int mean, spread, decimals;        /* both as whole numbers of the last decimal */
};

struct demo_answers;
/* ERR_INVALID names file and line. */
int demo_answers_load(struct demo_answers **out, const struct form_set *forms, struct error *err);
void demo_answers_free(struct demo_answers *answers);

/* The rows for a form, in the file's order. */
const struct demo_answer *demo_answers_of(const struct demo_answers *answers, const struct form *form,
                                          size_t *n);
/* NULL: not filled in this time. Numbers are written to text. */
const char *demo_answer_draw(const struct demo_answer *answer, struct demo_dice *dice,
                             char text[DEMO_ANSWER_BYTES]);

#endif
