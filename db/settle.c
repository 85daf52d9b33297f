/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/settle.h"

#include <string.h>
#include "form/expr.h"

static bool same(const struct leaf *a, const struct leaf *b)
{
	return a->kind == b->kind && a->value.len_bytes == b->value.len_bytes &&
	       (!a->value.len_bytes || !memcmp(a->value.data, b->value.data, a->value.len_bytes));
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span trimmed(struct span value)
{
	while (value.len_bytes && is_blank(value.data[value.len_bytes - 1]))
		value.len_bytes--;
	while (value.len_bytes && is_blank(value.data[0]))
		value = span_of(value.data + 1, value.len_bytes - 1);
	return value;
}

static bool same_trimmed(const struct leaf *a, const struct leaf *b)
{
	struct span x = trimmed(a->value), y = trimmed(b->value);

	return a->kind == ENTRY_TEXT && b->kind == ENTRY_TEXT && x.len_bytes == y.len_bytes &&
	       (!x.len_bytes || !memcmp(x.data, y.data, x.len_bytes));
}

/* The words in the order of the form's list; NULL when one is not in it, or without memory. */
static const char *in_list_order(const struct form_list *list, const char *words, struct arena *arena)
{
	char *out = arena_alloc(arena, strlen(words) + 1);
	size_t len = 0;

	for (uint16_t i = 0; out && i < list->n; i++) {
		size_t n = strlen(list->choices[i].name);
		for (const char *at = words; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
			if (strcspn(at, " ") != n || memcmp(at, list->choices[i].name, n))
				continue;
			if (len)
				out[len++] = ' ';
			memcpy(out + len, list->choices[i].name, n);
			len += n;
		}
	}
	if (out)
		out[len] = '\0';
	return out && len == strlen(words) ? out : NULL;
}

/* "None" beside something else, and the like, is for a person. */
static bool allowed(const struct form_field *field, const char *value, struct arena *arena)
{
	struct expr_context context = { .today = date_today(), .self = value, .arena = arena };

	return !*value || !field->constraint || expr_true(field->constraint, &context);
}

static bool unite(const struct form_field *field, const struct record_field *stored, struct arena *arena,
                  struct span *out)
{
	const char *words;

	if (!field || field->type != FORM_SELECT_MULTIPLE || !field->list || !stored->has_united)
		return false;
	words = arena_strndup(arena, (const char *)stored->united.data, stored->united.len_bytes);
	if (words)
		words = in_list_order(field->list, words, arena);
	if (!words || !allowed(field, words, arena))
		return false;
	*out = span_of(words, strlen(words));
	return true;
}

/* The value with a NUL behind it, as state_decode() leaves values. */
static int show(struct record_field *field, struct span value, enum field_standing standing,
                struct arena *arena, struct error *err)
{
	struct leaf *leaves = arena_array(arena, field->n_leaves, sizeof(*leaves));
	char *copy = arena_strndup(arena, value.len_bytes ? (const char *)value.data : "", value.len_bytes);

	if (!leaves || !copy)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	memcpy(leaves, field->leaves, field->n_leaves * sizeof(*leaves));
	field->first = leaves[0].value;
	leaves[0].value = span_of(copy, value.len_bytes);
	field->leaves = leaves;
	field->standing = standing;
	return 0;
}

/* Two reasons may stand beside each other. */
static bool both_reasons(const struct record_field *field, size_t i)
{
	return field->tag == TAG_REASON ||
	       (field->tag == TAG_RETIRED && field->leaves[0].value.len_bytes && field->leaves[i].value.len_bytes);
}

static int settle_field(const struct form *form, struct record_field *field, struct arena *arena,
                        struct error *err)
{
	int index = form ? form_field_by_tag(form, field->tag) : -1;
	bool differ = false, only_blanks = true;
	struct span value;

	for (size_t i = 1; i < field->n_leaves; i++) {
		differ |= !same(&field->leaves[0], &field->leaves[i]) && !both_reasons(field, i);
		only_blanks &= same_trimmed(&field->leaves[0], &field->leaves[i]);
	}
	field->standing = FIELD_AGREES;
	if (!differ)
		return 0;
	if (only_blanks)
		return show(field, trimmed(field->leaves[0].value), FIELD_TRIMMED, arena, err);
	if (unite(index >= 0 ? &form->fields[index] : NULL, field, arena, &value))
		return show(field, value, FIELD_UNITED, arena, err);
	field->standing = FIELD_OPEN;
	return 0;
}

int settle_record(const struct form *form, struct record *record, struct arena *arena, struct error *err)
{
	int rc = 0;

	if (!record->conflicted)
		return 0;
	record->conflicted = record->contested;
	for (size_t i = 0; !rc && i < record->n_fields; i++) {
		struct record_field *field = (struct record_field *)&record->fields[i];
		if (field->n_leaves < 2)
			continue;
		rc = settle_field(form, field, arena, err);
		record->conflicted |= field->standing == FIELD_OPEN;
	}
	return rc;
}
