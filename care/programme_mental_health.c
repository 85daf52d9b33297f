/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screening for depression and anxiety: what an answer asks for. */
#include "config.h"
#include "care/programme.h"

struct screen {
	enum event_kind kind;
	enum duty_rule check;
	const char *positive; /* rule of questionnaire.csv */
	size_t score, next;
};

static bool reaches(const struct duty_list *list, const char *rule, const struct event *e,
		    int32_t value)
{
	double limit;
	return value != EVENT_NONE &&
	       rule_number(list->rules, "questionnaire", rule, -1, e->date, &limit) &&
	       value >= limit;
}

static void after_screen(struct duty_list *list, const struct screen *screen, const struct event *e,
			 const struct event *next)
{
	bool harm = e->kind == EVENT_PHQ9 && reaches(list, "phq9_item9", e, e->v[PHQ9_HARM]);
	if (!harm && !reaches(list, screen->positive, e, e->v[screen->score]))
		return;
	int days = duty_rule_days(list, "questionnaire",
				  harm ? "alert_check_days" : "referral_check_days", e->date);
	date_t due = duty_sooner(e->date + days, e->date, e->v[screen->next]);
	struct duty_row *row =
	    duty_add_due(list, harm ? DUTY_RULE_PHQ_HARM : screen->check,
			 harm ? DUTY_REASON_SELF_HARM : DUTY_REASON_POSITIVE,
			 harm ? DUTY_DANGER : DUTY_SOON, e->date, due, e->record);
	if (next)
		duty_done(row, next->date, next->record);
}

static void programme_screen(struct duty_list *list, const struct screen *screen)
{
	const struct event *end = fact_end(list->facts, screen->kind);
	FACT_EACH(e, list->facts, screen->kind)
	if (e->date != DATE_NONE)
		after_screen(list, screen, e, e + 1 < end ? e + 1 : NULL);
}

void programme_mental_health(struct duty_list *list)
{
	static const struct screen phq9 = {EVENT_PHQ9, DUTY_RULE_PHQ_CHECK, "phq9_positive",
					   PHQ9_SCORE, PHQ9_NEXT};
	static const struct screen gad7 = {EVENT_GAD7, DUTY_RULE_GAD_CHECK, "gad7_positive",
					   GAD7_SCORE, GAD7_NEXT};
	programme_screen(list, &phq9);
	programme_screen(list, &gad7);
}
