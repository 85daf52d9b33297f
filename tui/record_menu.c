/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/record_menu.h"

#include <stdlib.h>
#include <string.h>
#include "care/link.h"
#include "lib/i18n.h"

/* In the order of the menu. */
static const struct {
	const char *id, *title;
} programmes[] = {
	{ "hypertension", N_("Hypertension") },
	{ "diabetes", N_("Diabetes") },
	{ "tuberculosis", N_("Tuberculosis") },
	{ "smi", N_("Severe mental disorder") },
	{ "elder", N_("Elders and disability") },
	{ "maternal", N_("Pregnancy and birth") },
	{ "child", N_("Children") },
	{ "women", N_("Women: checks and folic acid") },
	{ "mental_health", N_("Mood questionnaires") },
	{ "activity", N_("Activities") },
	{ "infectious", N_("Infectious diseases") },
	{ "major", N_("Major disease and poverty aid") },
	{ "care", N_("Care plan") },
	{ "clinic", N_("Clinic and staff") },
	{ "contract", N_("Contract services") },
	{ "endemic", N_("Endemic disease and pneumoconiosis") },
};
enum { N_PROGRAMMES = sizeof(programmes) / sizeof(programmes[0]) };

/* Steps up to here stand on the first level. */
enum { STEP_DUE, STEP_ENROLLED, STEP_GENERAL, STEP_STATE, STEP_FIRST_LEVEL = STEP_STATE, STEP_OTHER };

const char *programme_title(const char *programme)
{
	for (size_t i = 0; i < N_PROGRAMMES; i++)
		if (!strcmp(programmes[i].id, programme))
			return _(programmes[i].title);
	return programme;
}

static size_t programme_place(const char *programme)
{
	size_t place = 0;

	while (place < N_PROGRAMMES && strcmp(programmes[place].id, programme))
		place++;
	return place;
}

static bool is_enrolled(const struct record_menu_facts *facts, const char *programme)
{
	for (size_t i = 0; i < facts->n_records; i++) {
		const struct form *form = form_set_find(facts->forms, facts->records[i].form);
		if (form && form->kind == FORM_MASTER && !strcmp(form->programme, programme) &&
		    !facts->records[i].retired)
			return true;
	}
	return false;
}

static int times_recorded(const struct record_menu_facts *facts, const struct form *form)
{
	int times = 0;

	for (size_t i = 0; i < facts->n_records; i++)
		times += !strcmp(facts->records[i].form, form->id);
	return times;
}

/* How far in front a form stands among those that answer what is due: 0 is what the person came for. A duty
 * that is only planned is no reason to stand in front. */
static size_t due_place(const struct record_menu_facts *facts, const struct form *form)
{
	size_t place = 0;

	if (facts->wanted && !strcmp(facts->wanted, form->id))
		return 0;
	while (place < facts->n_duties && (strcmp(facts->duties[place].form, form->id) ||
	                                   (facts->duties[place].state != DUTY_DUE &&
	                                    facts->duties[place].state != DUTY_OVERDUE)))
		place++;
	return place + 1;
}

static bool is_planned(const struct record_menu_facts *facts, const struct form *form)
{
	for (size_t i = 0; i < facts->n_duties; i++)
		if (facts->duties[i].state == DUTY_PLANNED && !strcmp(facts->duties[i].form, form->id))
			return true;
	return false;
}

/* What is due now, visits of the resident's programmes, of what is planned and of what was recorded before, other events, what is
 * the resident's own (contract, status), and all else. */
static int form_step(const struct record_menu_facts *facts, const struct form *form)
{
	if (due_place(facts, form) <= facts->n_duties)
		return STEP_DUE;
	if (!form->programme[0])
		return form->kind == FORM_MASTER ? STEP_STATE : STEP_GENERAL;
	if (form->kind != FORM_MASTER && (is_enrolled(facts, form->programme) ||
	                                  times_recorded(facts, form) || is_planned(facts, form)))
		return STEP_ENROLLED;
	return STEP_OTHER;
}

static int compare_lines(const void *a, const void *b, void *arg)
{
	const struct form *fa = ((const struct record_menu_line *)a)->form,
	                  *fb = ((const struct record_menu_line *)b)->form;
	int step = form_step(arg, fa), by = step - form_step(arg, fb);

	if (!by && step == STEP_DUE) {
		size_t at = due_place(arg, fa), bt = due_place(arg, fb);
		by = (at > bt) - (at < bt);
	}
	if (!by && step == STEP_ENROLLED)
		by = is_planned(arg, fb) - is_planned(arg, fa);
	if (!by && step != STEP_OTHER)
		by = times_recorded(arg, fb) - times_recorded(arg, fa);
	if (!by)
		by = fa->menu_order - fb->menu_order;
	return by ? by : strcmp(fa->id, fb->id);
}

static int compare_programmes(const void *a, const void *b)
{
	const char *pa = ((const struct record_menu_line *)a)->programme,
		   *pb = ((const struct record_menu_line *)b)->programme;
	size_t at = programme_place(pa), bt = programme_place(pb);

	return at != bt ? (at < bt ? -1 : 1) : strcmp(pa, pb);
}

/* What the program writes at other places does not stand in the menu: an answer is given where its alert is. */
static bool is_offered(const struct form *form)
{
	return !strcmp(form->subject, "resident") && !care_is_office_form(form->id) &&
	       strcmp(form->id, "alert_action") != 0;
}

static size_t add_programmes(const struct record_menu_facts *facts, struct record_menu_line *lines, size_t room)
{
	size_t n = 0, seen;

	for (size_t i = 0; i < form_set_count(facts->forms) && n < room; i++) {
		const struct form *form = form_set_at(facts->forms, i);
		if (!is_offered(form) || form_step(facts, form) <= STEP_FIRST_LEVEL)
			continue;
		for (seen = 0; seen < n && strcmp(lines[seen].programme, form->programme);)
			seen++;
		if (seen == n)
			lines[n++] = (struct record_menu_line){ .programme = form->programme };
	}
	qsort(lines, n, sizeof(lines[0]), compare_programmes);
	return n;
}

size_t record_menu(const struct record_menu_facts *facts, const char *programme,
                   struct record_menu_line lines[RECORD_MENU_LINES])
{
	size_t n = 0;

	for (size_t i = 0; i < form_set_count(facts->forms) && n < RECORD_MENU_LINES; i++) {
		const struct form *form = form_set_at(facts->forms, i);
		bool first = form_step(facts, form) <= STEP_FIRST_LEVEL;
		if (!is_offered(form) || (programme ? first || strcmp(form->programme, programme) : !first))
			continue;
		lines[n++] = (struct record_menu_line){ .form = form, .programme = form->programme };
	}
	qsort_r(lines, n, sizeof(lines[0]), compare_lines, (void *)facts);
	return programme ? n : n + add_programmes(facts, lines + n, RECORD_MENU_LINES - n);
}
