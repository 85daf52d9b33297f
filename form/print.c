/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/print.h"

#include <string.h>
#include "lib/utf8.h"

enum {
	PAGE_COLS = 80,
	LABEL_COLS = 24,
	CHOICES_MOST = 40, /* longer lists are named, not printed */
};

struct page {
	const struct form *form;
	enum lang lang;
	struct buf *out;
	size_t col;
};

static void put(struct page *page, const char *text)
{
	buf_put(page->out, text, strlen(text));
	page->col += utf8_cols(text);
}

static void newline(struct page *page)
{
	buf_put_u8(page->out, '\n');
	page->col = 0;
}

static void pad_to(struct page *page, size_t col)
{
	while (page->col < col)
		put(page, " ");
}

/* A piece that stays together, two columns behind the last one or on the next line. */
static void put_piece(struct page *page, size_t indent, const char *piece)
{
	if (page->col > indent && page->col + 2 + utf8_cols(piece) > PAGE_COLS)
		newline(page);
	pad_to(page, page->col > indent ? page->col + 2 : indent);
	put(page, piece);
}

/* A long text, broken at spaces where it has some and between any two characters where it has none. */
static void put_text(struct page *page, size_t indent, const char *text)
{
	while (*text) {
		pad_to(page, indent);
		size_t n = utf8_clip(text, PAGE_COLS - page->col, NULL);
		if (text[n])
			for (size_t back = n; back > n / 2; back--)
				if (text[back] == ' ') {
					n = back;
					break;
				}
		if (n == 0)
			n = utf8_next_at(text, 0);
		buf_put(page->out, text, n);
		text += n + strspn(text + n, " ");
		newline(page);
	}
}

static const char *blank(const struct form_field *field)
{
	switch (field->type) {
	case FORM_DATE:
		return "____-__-__";
	case FORM_TIME:
		return "__:__";
	case FORM_DATETIME:
		return "____-__-__ __:__";
	case FORM_INTEGER:
	case FORM_DECIMAL:
		return "________";
	case FORM_CALCULATE:
		return "=";
	default:
		return "______________________________";
	}
}

static void put_choices(struct page *page, size_t indent, const struct form_field *field)
{
	const struct form_list *list = field->list;
	if (list->n > CHOICES_MOST) {
		put(page, "____ (");
		put(page, list->name);
		put(page, ")");
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		struct buf piece = BUF_INIT;
		buf_printf(&piece, "%s%s %s", field->type == FORM_SELECT_ONE ? "○" : "□",
		           list->choices[i].name, list->choices[i].label[page->lang]);
		put_piece(page, indent, buf_text(&piece));
		buf_free(&piece);
	}
}

static size_t depth_of(const struct form *form, int index)
{
	size_t depth = 0;
	while ((index = form->fields[index].parent) >= 0)
		depth++;
	return depth;
}

static void print_heading(struct page *page, size_t indent, const struct form_field *field)
{
	if (!*field->label[page->lang])
		return;
	newline(page);
	pad_to(page, indent);
	put(page, field->type == FORM_REPEAT ? "[+] " : "--- ");
	put(page, field->label[page->lang]);
	put(page, field->relevant ? " ?" : "");
	newline(page);
	put_text(page, indent + 4, field->hint[page->lang]);
}

static void print_question(struct page *page, size_t indent, const struct form_field *field)
{
	size_t answer = indent + LABEL_COLS;
	pad_to(page, indent);
	put(page, field->label[page->lang]);
	put(page, field->required ? " *" : "");
	put(page, field->relevant ? " ?" : "");
	if (page->col >= answer)
		newline(page);
	pad_to(page, answer);
	if (field->list)
		put_choices(page, answer, field);
	else
		put(page, blank(field));
	if (*field->unit) {
		put(page, " ");
		put(page, field->unit);
	}
	newline(page);
	put_text(page, answer, field->hint[page->lang]);
}

void form_print(const struct form *form, enum lang lang, struct buf *out)
{
	struct page page = { .form = form, .lang = lang, .out = out };
	put(&page, form->title[lang]);
	size_t mark = utf8_cols(form->id) + 1 + utf8_cols(form->version);
	if (page.col + 2 + mark < PAGE_COLS)
		pad_to(&page, PAGE_COLS - mark);
	else
		newline(&page);
	put(&page, form->id);
	put(&page, " ");
	put(&page, form->version);
	newline(&page);
	for (int i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		size_t indent = 2 * depth_of(form, i);
		if (field->type == FORM_GROUP || field->type == FORM_REPEAT)
			print_heading(&page, indent, field);
		else if (field->type == FORM_NOTE)
			put_text(&page, indent, field->label[lang]);
		else if (*field->label[lang])
			print_question(&page, indent, field);
	}
}
