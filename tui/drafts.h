/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms that were begun and not saved, as a menu from which they are gone on with. */
#ifndef TUI_DRAFTS_H
#define TUI_DRAFTS_H

#include "tui/popup.h"

struct drafts {
	struct draft {
		char form[64];
		rid_t subject, record; /* as for form_new(); record 0: a new one */
		int64_t modified;      /* seconds since 1970 */
	} list[POPUP_ITEMS];           /* newest first */
	size_t n;
	size_t n_all;                  /* with those that have no more room, the oldest */
};

/* The name under which a draft is kept: of a record, or of a new one of subject (0: of nobody). */
void drafts_name(char *out, size_t size, const char *form_id, rid_t subject, rid_t record);
/* Find the drafts of the store; out is empty when they cannot be read. */
void drafts_read(struct app *app, struct drafts *out);
/* Ask which one; answer gets its index. The caller keeps drafts until then. */
enum screen_result drafts_ask(struct app *app, struct screen *owner, const struct drafts *drafts, app_answer answer);
/* Open the form of one. */
enum screen_result drafts_open(struct app *app, const struct draft *draft);

#endif
