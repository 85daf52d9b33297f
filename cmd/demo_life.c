/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/demo_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

void demo_begin(struct demo_record *r, struct demo_life *life, const char *form, date_t on,
                const struct demo_record *last)
{
	const struct demo_village *village = life->village;

	memset(r, 0, sizeof(*r));
	r->life = life;
	r->on = on;
	if (life->rc)
		return;
	life->rc = entering_begin(&r->e, village->forms, form, life->resident.values ? &life->resident : NULL,
	                          last ? &last->e : NULL, life->arena, life->err);
	if (!life->rc && r->e.form->date_field >= 0)
		demo_type(r, r->e.form->fields[r->e.form->date_field].name, demo_day(life, on));
}

static void mark(struct demo_record *r, int field)
{
	if (field >= 0 && field < DEMO_FIELDS_MAX)
		r->typed[field / 64] |= UINT64_C(1) << field % 64;
}

static bool is_marked(const struct demo_record *r, int field)
{
	return field < DEMO_FIELDS_MAX && r->typed[field / 64] >> field % 64 & 1;
}

void demo_type(struct demo_record *r, const char *field, const char *value)
{
	if (r->life->rc)
		return;
	mark(r, form_field_find(r->e.form, field));
	r->life->rc = entering_set(&r->e, field, ROW_NONE, value, r->life->err);
}

void demo_type_pairs(struct demo_record *r, const struct demo_pair *pairs)
{
	for (; pairs && pairs->field; pairs++)
		demo_type(r, pairs->field, pairs->value);
}

void demo_type_row(struct demo_record *r, const char *repeat, const struct demo_pair *pairs)
{
	struct demo_life *life = r->life;
	int row = life->rc ? 0 : (int)values_rows(r->e.values, form_field_find(r->e.form, repeat));

	if (!life->rc)
		life->rc = entering_add_row(&r->e, repeat, life->err);
	for (; !life->rc && pairs->field; pairs++)
		life->rc = entering_set(&r->e, pairs->field, row, pairs->value, life->err);
}

const char *demo_get(struct demo_record *r, const char *field)
{
	return r->life->rc ? "" : entering_get(&r->e, field);
}

/* Asked only where an answer may be out of place: every question computes the record anew. */
static bool wants_answer(const struct demo_record *r, int field)
{
	const struct form_field *fields = r->e.form->fields;
	bool conditional = false;

	for (int at = field; at >= 0; at = fields[at].parent)
		conditional |= fields[at].relevant != NULL;
	if (is_marked(r, field) || (conditional && !values_is_relevant(r->e.values, field, ROW_NONE)))
		return false;
	return !fields[field].deflt || !values_is_carried(r->e.values, field, ROW_NONE);
}

/* @doctor @hospital @clinic @township @village; @name @phone @address of the resident, @other @other_phone of one of
 * the household; @today, @date, and @date+N days. */
static const char *demo_text_of(const struct demo_record *r, const char *word)
{
	const struct demo_life *life = r->life;
	const struct demo_person *person = life->person, *other = person;

	for (size_t i = 0; person && i < life->house->n && other == person; i++)
		other = &life->house->people[i];
	const struct { const char *word, *text; } words[] = {
		{ "doctor", life->doctor },
		{ "hospital", life->village->hospital },
		{ "clinic", life->village->clinic },
		{ "township", life->village->township },
		{ "village", life->village->name },
		{ "name", person ? person->name : life->doctor },
		{ "phone", person ? person->phone : "0731-80000000" },
		{ "other", other ? other->name : life->doctor },
		{ "other_phone", other ? other->phone : "0731-80000000" },
		{ "address", life->resident.values ? entering_get(&life->resident, "address_now") : "" },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(word, words[i].word))
			return words[i].text;
	if (!strcmp(word, "today"))
		return demo_day(r->life, date_today());
	return demo_day(r->life, r->on + (date_t)strtol(word + strcspn(word, "+-"), NULL, 10));
}

static void answer_rest(struct demo_record *r)
{
	struct demo_life *life = r->life;
	char text[DEMO_ANSWER_BYTES];
	size_t n;
	const struct demo_answer *answers = demo_answers_of(life->village->answers, r->e.form, &n);

	for (size_t i = 0; !life->rc && i < n; i++) {
		if (!wants_answer(r, answers[i].field))
			continue;
		const char *value = demo_answer_draw(&answers[i], life->dice, text);
		if (value && *value == '@')
			value = demo_text_of(r, value + 1);
		if (value)
			life->rc = values_set(r->e.values, answers[i].field, ROW_NONE, value, life->err);
	}
}

void demo_save(struct demo_record *r)
{
	struct demo_life *life = r->life;
	char day[DATE_TEXT_BYTES];

	answer_rest(r);
	if (life->rc)
		return;
	if (life->n == DEMO_CHANGES_MAX) {
		life->rc = error_set(life->err, ERR_LIMIT, "%s", _("too many records of one resident"));
		return;
	}
	struct change *change = &life->changes[life->n];
	*change = (struct change){ .subject = life->subject };
	life->rc = entering_finish(&r->e, change, life->err);
	if (life->rc)
		life->rc = error_prefix(life->err, "%s %s", r->e.form->id, date_format(r->on, day));
	else
		life->n++;
}

void demo_end(struct demo_record *r)
{
	entering_end(&r->e);
}

void demo_add(struct demo_life *life, const char *form, date_t on, const struct demo_pair *pairs)
{
	struct demo_record r;

	demo_begin(&r, life, form, on, NULL);
	demo_type_pairs(&r, pairs);
	demo_save(&r);
	demo_end(&r);
}

/* --- texts --- */

const char *demo_number(struct demo_life *life, int value)
{
	const char *text = arena_printf(life->arena, "%d", value);

	return text ? text : "";
}

const char *demo_tenths(struct demo_life *life, int tenths)
{
	const char *text = arena_printf(life->arena, "%d.%d", tenths / 10, abs(tenths % 10));

	return text ? text : "";
}

const char *demo_day(struct demo_life *life, date_t date)
{
	char text[DATE_TEXT_BYTES];
	const char *copy = arena_strdup(life->arena, date_format(date, text));

	return copy ? copy : "";
}

const char *demo_time(struct demo_life *life, date_t date)
{
	char text[DATE_TEXT_BYTES];
	unsigned minute = demo_draw(life->dice, 180);
	const char *copy = arena_printf(life->arena, "%sT%02u:%02u", date_format(date, text), 8 + minute / 60,
	                                minute % 60);

	return copy ? copy : "";
}

const char *demo_version(struct demo_life *life, size_t change)
{
	char text[VERSION_TEXT_BYTES];
	struct version version;
	const char *copy = NULL;

	if (!life->rc)
		life->rc = store_version_of(life->village->store, life->saved[change], &version, life->err);
	if (!life->rc)
		copy = arena_strdup(life->arena, version_format(&version, text));
	return copy ? copy : "";
}

/* --- chance --- */

int demo_pressure(const struct demo_life *life, int mmhg)
{
	return life->rounds ? (mmhg + 5) / 10 * 10 : mmhg;
}

bool demo_has(struct demo_life *life, enum demo_trait trait, uint32_t of_100000)
{
	uint32_t *due = &life->village->due[life->category != 0][trait];

	*due += of_100000;
	if (*due < 100000)
		return false;
	*due -= 100000;
	return true;
}

date_t demo_days(struct demo_life *life, date_t first, date_t last)
{
	return last <= first ? first : first + (date_t)demo_draw(life->dice, (uint32_t)(last - first + 1));
}

bool demo_within(const struct demo_life *life, date_t date)
{
	return date >= life->from && date <= life->last;
}

int demo_life_room(struct demo_life *life)
{
	life->changes = arena_array(life->arena, DEMO_CHANGES_MAX, sizeof(*life->changes));
	life->saved = arena_array(life->arena, DEMO_CHANGES_MAX, sizeof(*life->saved));
	return life->changes && life->saved ? 0 : error_set(life->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

void demo_flush(struct demo_life *life)
{
	if (!life->rc && life->n)
		life->rc = store_save(life->village->store, life->changes, life->n, life->saved, life->err);
	life->village->records += life->rc ? 0 : life->n;
	life->n = 0;
}
