/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "form/stored.h"

#include <math.h>
#include <string.h>
#include "form/expr_node.h"
#include "form/number.h"
#include "form/value_type.h"

enum { SHORT_BYTES = 64 }; /* numbers, dates and times are shorter */

static bool compare(enum expr_node node, double a, double b)
{
	switch (node) {
	case NODE_LESS:
		return a < b;
	case NODE_LESS_EQUAL:
		return a <= b;
	case NODE_GREATER:
		return a > b;
	case NODE_GREATER_EQUAL:
		return a >= b;
	default:
		return true;
	}
}

/* Some ". OP NUMBER" that must hold does not. */
static bool breaks(const struct expr *expr, double value)
{
	if (expr->node == NODE_AND)
		return breaks(expr->args[0], value) || breaks(expr->args[1], value);
	if (expr->node < NODE_LESS || expr->node > NODE_GREATER_EQUAL)
		return false;
	if (expr->args[0]->node == NODE_SELF && expr->args[1]->node == NODE_NUMBER)
		return !compare((enum expr_node)expr->node, value, expr->args[1]->number);
	if (expr->args[1]->node == NODE_SELF && expr->args[0]->node == NODE_NUMBER)
		return !compare((enum expr_node)expr->node, expr->args[0]->number, value);
	return false;
}

/* Types that are not judged here: texts, and codes, which a newer list may have. */
static bool is_short(enum form_type type)
{
	return type == FORM_INTEGER || type == FORM_DECIMAL || type == FORM_DATE || type == FORM_DATETIME ||
	       type == FORM_TIME;
}

static bool text_fits(const struct form_field *field, struct span value)
{
	char text[SHORT_BYTES];

	if (!value.len_bytes || !is_short(field->type))
		return true;
	if (value.len_bytes >= sizeof(text) || memchr(value.data, 0, value.len_bytes))
		return false;
	memcpy(text, value.data, value.len_bytes);
	text[value.len_bytes] = '\0';
	if (value_fault(field, text))
		return false;
	return (field->type != FORM_INTEGER && field->type != FORM_DECIMAL) || !field->constraint ||
	       !breaks(field->constraint, number_parse(text));
}

/* n varint | rows; row = n varint | n x (tag varint, kind u8, text) */
static bool rows_fit(const struct form *form, struct span in)
{
	uint64_t n_rows, n, tag;
	uint8_t kind;
	struct span value;

	if (!in.len_bytes)
		return true;
	if (!span_varint(&in, &n_rows))
		return false;
	while (n_rows--) {
		if (!span_varint(&in, &n))
			return false;
		while (n--) {
			if (!span_varint(&in, &tag) || !span_u8(&in, &kind) || !span_text(&in, &value))
				return false;
			int index = tag <= UINT32_MAX ? form_field_by_tag(form, (uint32_t)tag) : -1;
			if (index >= 0 && kind == ENTRY_TEXT && !text_fits(&form->fields[index], value))
				return false;
		}
	}
	return in.len_bytes == 0;
}

static bool field_fits(const struct form *form, const struct form_field *field, const struct entry_field *stored)
{
	struct span in = stored->value;
	struct version version;

	if (!stored->value.len_bytes)
		return true;
	switch (field->type) {
	case FORM_REPEAT:
		return stored->kind == ENTRY_ROWS && rows_fit(form, stored->value);
	case FORM_RECORD:
		return stored->kind == ENTRY_RECORD && version_take(&in, &version) && !in.len_bytes;
	default:
		return stored->kind == ENTRY_TEXT && text_fits(field, stored->value);
	}
}

uint32_t stored_fault(const struct form *form, const struct entry *entry)
{
	for (size_t i = 0; i < entry->n_fields; i++) {
		const struct entry_field *stored = &entry->fields[i];
		int index = stored->tag >= FORM_TAG_FIRST ? form_field_by_tag(form, stored->tag) : -1;
		if (index >= 0 && !field_fits(form, &form->fields[index], stored))
			return stored->tag;
	}
	return 0;
}
