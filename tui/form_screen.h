/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form screen's own struct, shared by its drawing (form_draw.c), keys (form.c), codes
 * (form_choice.c) and saving (form_save.c). */
#ifndef TUI_FORM_SCREEN_H
#define TUI_FORM_SCREEN_H

#include "tui/entering.h"
#include "tui/layout.h"
#include "tui/people.h"
#include "tui/text.h"

enum { FORM_JUMPS = 40, FORM_PANEL_ROWS = 4, FORM_HEAD_ROWS = 2 };

struct form_screen {
	struct screen screen;
	struct app *app;
	struct entering *entering;
	struct layout layout;
	int rows, cols;          /* of the fields' area, as last laid out */
	size_t focus;            /* index of a cell */
	struct text edit;        /* the field in focus while it is typed */
	char typed[16];          /* digits of a code typed so far */
	struct person person;    /* whose form this is */
	bool has_person;
	/* saving, step by step */
	bool warnings_accepted, duplicates_accepted, conflicts_asked;
	char reason[1024];
	struct { int field, row; } jumps[FORM_JUMPS]; /* where the listed problems are */
	size_t n_jumps;
	rid_t same[16];          /* residents that may be the same person */
	size_t n_same;
};

static inline struct form_screen *form_self(struct screen *screen)
{
	return (struct form_screen *)screen;
}

const struct cell *form_focus(const struct form_screen *self);
const struct form_field *form_focus_field(const struct form_screen *self); /* NULL: on none */
const char *form_focus_value(const struct form_screen *self);       /* "" on none */
bool form_is_choice(const struct form_field *field);

/* Take over what is being typed; lays out anew and keeps the draft when something changed. */
void form_commit(struct form_screen *self);
/* Set the focused field as if typed. */
void form_set(struct form_screen *self, const char *value);
void form_jump(struct form_screen *self, int field, int row);
void form_layout(struct form_screen *self);

/* A field with codes has the focus: a typed digit, and the list of all choices. */
enum screen_result form_choice_digit(struct form_screen *self, tkey_t key);
enum screen_result form_ask_choice(struct form_screen *self);
/* The field in focus is a reference: choose a record; a household's members take over its address. */
enum screen_result form_ask_record(struct form_screen *self);

/* The worst problem of a field: its mark stands behind the value. NULL: none; else in arena. */
const struct form_problem *form_problem_of(const struct form_screen *self, const struct cell *cell,
                                           struct arena *arena);

/* What may be typed into such a field; translated. */
const char *form_type_hint(const struct form_field *field);

void form_draw(struct screen *screen, struct app *app, const struct area *area);

/* Check, ask what must be asked, save. */
enum screen_result form_save(struct form_screen *self);
/* Esc: save, keep as a draft, discard, stay. */
enum screen_result form_ask_leave(struct form_screen *self);

#endif
