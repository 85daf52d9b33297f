/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/rules_set.h"

#include <math.h>
#include <string.h>
#include "lib/i18n.h"

static const struct rule_table *table_find(const struct rule_set *set, const char *name)
{
	for (size_t i = 0; set && i < set->n_tables; i++)
		if (*set->tables[i].name == *name && !strcmp(set->tables[i].name, name))
			return &set->tables[i];
	return NULL;
}

static bool in_force(const struct rule *rule, date_t on)
{
	return (rule->valid_from == DATE_NONE || rule->valid_from <= on) &&
	       (rule->valid_to == DATE_NONE || rule->valid_to >= on);
}

static int age_limits(const struct rule *rule)
{
	return (rule->min_age >= 0) + (rule->max_age >= 0);
}

static bool age_fits(const struct rule *rule, int age)
{
	return age < 0 || (age >= rule->min_age && (rule->max_age < 0 || age <= rule->max_age));
}

/* The later edition wins; within one, the row that says most about the age (for an unknown age: least). */
static bool better(const struct rule *rule, const struct rule *than, int age)
{
	if (rule->valid_from != than->valid_from)
		return rule->valid_from > than->valid_from; /* DATE_NONE is the least */
	return age < 0 ? age_limits(rule) < age_limits(than) : age_limits(rule) > age_limits(than);
}

/* --- by table and name --- */

/* FNV-1a, 32 bits, of the table's name, a NUL and the rule's. */
static uint32_t hash_names(const char *table, const char *name)
{
	uint32_t hash = UINT32_C(2166136261);
	for (; *table; table++)
		hash = (hash ^ (uint8_t)*table) * UINT32_C(16777619);
	hash *= UINT32_C(16777619);
	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * UINT32_C(16777619);
	return hash;
}

size_t rule_places_for(size_t n_rules)
{
	size_t n = 16;
	while (n < 2 * n_rules)
		n *= 2;
	return n;
}

static void put_rule(struct rule_set *set, const struct rule *rule)
{
	uint32_t hash = hash_names(rule->table, rule->name);
	size_t at = hash & (set->n_places - 1);
	while (set->places[at].rule)
		at = (at + 1) & (set->n_places - 1);
	set->places[at] = (struct rule_place){ hash, rule };
}

void rule_set_index(struct rule_set *set)
{
	for (size_t t = 0; t < set->n_tables; t++)
		for (size_t r = 0; r < set->tables[t].n; r++)
			put_rule(set, &set->tables[t].rules[r]);
}

const struct rule *rule_find(const struct rule_set *set, const char *table, const char *name, int age,
                             date_t on)
{
	const struct rule *best = NULL;
	uint32_t hash = hash_names(table, name);
	size_t mask = set && set->n_places ? set->n_places - 1 : 0;
	for (size_t at = hash & mask; mask && set->places[at].rule; at = (at + 1) & mask) {
		const struct rule *rule = set->places[at].rule;
		if (set->places[at].hash != hash || strcmp(rule->name, name) || strcmp(rule->table, table) ||
		    !in_force(rule, on) || !age_fits(rule, age))
			continue;
		if (!best || better(rule, best, age))
			best = rule;
	}
	return best;
}

bool rule_number(const struct rule_set *set, const char *table, const char *name, int age, date_t on,
                 double *out)
{
	const struct rule *rule = rule_find(set, table, name, age, on);
	if (!rule || isnan(rule->number))
		return false;
	*out = rule->number;
	return true;
}

size_t rule_count(const struct rule_set *set, const char *table)
{
	const struct rule_table *rows = table_find(set, table);
	return rows ? rows->n : 0;
}

const struct rule *rule_at(const struct rule_set *set, const char *table, size_t index)
{
	const struct rule_table *rows = table_find(set, table);
	return rows && index < rows->n ? &rows->rules[index] : NULL;
}

/* Notes are for those who change the table: a Chinese screen shows none that is not in Chinese. */
static const char *note_shown(const struct rule *rule)
{
	const char *c = rule->note;

	while (*c && (unsigned char)*c < 0x80)
		c++;
	return i18n_lang() == LANG_ZH && !*c ? "" : rule->note;
}

const char *rule_source_text(const struct rule *rule, const char *missing, struct arena *arena)
{
	if (!rule)
		return missing;
	const char *note = note_shown(rule);
	const char *text = arena_printf(arena, "%s.csv %s = %s %s: %s%s%s", rule->table, rule->name, rule->value,
	                                rule->unit, rule->source, *note ? "; " : "", note);
	return text ? text : "";
}
