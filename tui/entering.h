/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record being entered or corrected: its values, where defaults come from, its draft, its saving. */
#ifndef TUI_ENTERING_H
#define TUI_ENTERING_H

#include "care/duplicate.h"
#include "form/values.h"
#include "tui/app.h"

struct entering {
	struct app *app;
	const struct form *form;
	struct form_values *values;
	struct expr_context context;
	struct arena arena;   /* what was read from the store */
	struct arena scratch; /* short texts for the screen; reset by entering_tidy() */
	rid_t subject;        /* 0: none */
	struct record record; /* as stored; id 0: a new record */
	struct entry_field *before;
	size_t n_before;
	struct record previous, person; /* id 0: none; last-visit() and subject() look there */
	struct record example;          /* last-here() looks there, once it was looked for */
	bool looked_here;
	char draft[96];
	bool changed;         /* something was set since the start */
	bool settle;          /* saving settles what differs in favour of the values shown */
	bool writable;        /* this operator may save */
};

/* ERR_NOTFOUND (unknown form or record), ERR_DENIED, ERR_NOMEM. On success free with entering_free(). */
int entering_new(struct entering **out, struct app *app, const char *form_id, rid_t subject,
                 rid_t record, struct error *err);
void entering_free(struct entering *entering);
void entering_tidy(struct entering *entering); /* forget the short texts */

/* Drafts: every value set so far, unfinished texts included. */
bool entering_has_draft(struct entering *entering, int64_t *modified);
int entering_take_draft(struct entering *entering, struct error *err);
int entering_keep_draft(struct entering *entering, struct error *err);
void entering_drop_draft(struct entering *entering);

/* True when saving corrects an event that was entered on an earlier day: a reason is asked for. Filling what was left
 * empty, as the check of a referral, corrects nothing. */
bool entering_needs_reason(struct entering *entering);

enum { DUPLICATES_SHOWN = 16 };
/* Residents that may be the one being added (b of each pair), best first; in arena. */
size_t entering_duplicates(struct entering *entering, struct arena *arena, struct duplicate_pair **out);

/* The values of a stored field that differ from the shown one ("146, 148"), "" when all agree; in arena. */
const char *entering_others(const struct entering *entering, int field, struct arena *arena);
/* True when some field of the stored record differs. */
bool entering_conflicted(const struct entering *entering);

/* Save (values must have passed values_check()); reason "" for none. *record gets its number. Nothing
 * to save is fine: *record is then the record itself. The draft is removed. */
int entering_save(struct entering *entering, const char *reason, rid_t *record, struct error *err);

#endif
