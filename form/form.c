/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/load.h"

#include <string.h>

static uint32_t name_hash(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static uint32_t tag_hash(uint32_t tag)
{
	return tag * 2654435761u >> 8;
}

/* The first field of a name or tag stands in the table; a second one is a problem of the form. */
bool load_index(struct loader *loader, struct form *form)
{
	uint32_t n_slots = 16;
	while (n_slots < 2u * form->n_fields)
		n_slots *= 2;
	uint16_t *names = load_array(loader, n_slots, sizeof *names);
	uint16_t *tags = load_array(loader, n_slots, sizeof *tags);
	if (!names || !tags)
		return false;
	form->names = names;
	form->tags = tags;
	form->n_slots = n_slots;
	for (uint16_t i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		uint32_t at = name_hash(field->name) & (n_slots - 1);
		if (form_field_find(form, field->name) < 0) {
			while (names[at])
				at = (at + 1) & (n_slots - 1);
			names[at] = (uint16_t)(i + 1);
		}
		if (!field->tag || form_field_by_tag(form, field->tag) >= 0)
			continue;
		at = tag_hash(field->tag) & (n_slots - 1);
		while (tags[at])
			at = (at + 1) & (n_slots - 1);
		tags[at] = (uint16_t)(i + 1);
	}
	return true;
}

int form_field_find(const struct form *form, const char *name)
{
	if (!form->n_slots)
		return -1;
	uint32_t mask = form->n_slots - 1;
	for (uint32_t at = name_hash(name) & mask; form->names[at]; at = (at + 1) & mask)
		if (!strcmp(form->fields[form->names[at] - 1].name, name))
			return form->names[at] - 1;
	return -1;
}

int form_field_by_tag(const struct form *form, uint32_t tag)
{
	if (!form->n_slots || !tag)
		return -1;
	uint32_t mask = form->n_slots - 1;
	for (uint32_t at = tag_hash(tag) & mask; form->tags[at]; at = (at + 1) & mask)
		if (form->fields[form->tags[at] - 1].tag == tag)
			return form->tags[at] - 1;
	return -1;
}

uint32_t form_tag(const struct form *form, const char *field_name)
{
	int index = form_field_find(form, field_name);
	return index < 0 ? 0 : form->fields[index].tag;
}

const struct form_choice *form_choice_find(const struct form_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->choices[i].name, name))
			return &list->choices[i];
	return NULL;
}

static const char *choice_label(const struct form_list *list, const char *name, enum lang lang)
{
	const struct form_choice *choice = form_choice_find(list, name);
	return choice ? choice->label[lang] : name;
}

const char *form_value_label(const struct form_field *field, const char *value, enum lang lang,
                             struct arena *arena)
{
	if (!field->list || !*value)
		return value;
	if (field->type == FORM_SELECT_ONE)
		return choice_label(field->list, value, lang);
	const char *labels = "", *join = lang == LANG_ZH ? "、" : ", ";
	for (const char *at = value; *at;) {
		size_t n = strcspn(at, " ");
		const char *code = arena_strndup(arena, at, n);
		if (!code)
			return value;
		labels = arena_printf(arena, "%s%s%s", labels, *labels ? join : "",
		                      choice_label(field->list, code, lang));
		if (!labels)
			return value;
		at += n + (at[n] == ' ');
	}
	return labels;
}
