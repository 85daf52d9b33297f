/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/drafts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "lib/i18n.h"
#include "tui/people.h"
#include "tui/screens.h"

enum { NUMBER_CHARS = 16 };

/* FORM-rRECORD or FORM-nSUBJECT */
void drafts_name(char *out, size_t size, const char *form_id, rid_t subject, rid_t record)
{
	snprintf(out, size, "%s-%c%016" PRIx64, form_id, record ? 'r' : 'n', record ? record : subject);
}

static bool take_name(const char *name, struct draft *out)
{
	size_t len = strlen(name);
	size_t form = len > NUMBER_CHARS + 2 ? len - NUMBER_CHARS - 2 : 0;
	char kind, *end;

	if (!form || form >= sizeof(out->form) || name[form] != '-')
		return false;
	kind = name[form + 1];
	uint64_t number = strtoull(name + form + 2, &end, 16);
	if (*end || (kind != 'r' && kind != 'n'))
		return false;
	memcpy(out->form, name, form);
	out->form[form] = '\0';
	out->record = kind == 'r' ? number : 0;
	out->subject = kind == 'n' ? number : 0;
	return true;
}

static bool take_draft(void *arg, const char *name, int64_t modified)
{
	struct drafts *drafts = arg;
	struct draft draft = { .modified = modified };
	size_t at = drafts->n;

	if (!take_name(name, &draft))
		return true;
	drafts->n_all++;
	for (; at > 0 && drafts->list[at - 1].modified < modified; at--)
		if (at < POPUP_ITEMS)
			drafts->list[at] = drafts->list[at - 1];
	if (at < POPUP_ITEMS)
		drafts->list[at] = draft;
	drafts->n += drafts->n < POPUP_ITEMS;
	return true;
}

void drafts_read(struct app *app, struct drafts *out)
{
	struct error err = { 0 };

	memset(out, 0, sizeof(*out));
	draft_each(app->store, take_draft, out, &err);
}

/* Whose the record is; 0: nobody's. */
static rid_t subject_of(struct app *app, const struct draft *draft, struct arena *arena)
{
	struct record record;
	struct error err = { 0 };

	if (!draft->record)
		return draft->subject;
	if (store_record(app->store, draft->record, arena, &record, &err))
		return 0;
	return record.subject == draft->record && strcmp(draft->form, "resident") != 0 ? 0 : record.subject;
}

static const char *draft_label(struct app *app, const struct draft *draft, struct arena *arena)
{
	struct person person = { .name = "" };
	time_t time = (time_t)draft->modified;
	rid_t subject = subject_of(app, draft, arena);
	char when[32];
	struct tm local;

	if (!localtime_r(&time, &local) || !strftime(when, sizeof(when), "%m-%d %H:%M", &local))
		when[0] = '\0';
	if (subject)
		person_load(app, subject, &person);
	const char *label = arena_printf(arena, "%s  %s  %s", when, person.name[0] ? person.name : _("(new)"),
	                                 form_title(app, draft->form));
	return label ? label : draft->form;
}

enum screen_result drafts_ask(struct app *app, struct screen *owner, const struct drafts *drafts, app_answer answer)
{
	struct popup_item items[POPUP_ITEMS] = { { .code = "" } };
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < drafts->n; i++)
		items[i].label = draft_label(app, &drafts->list[i], &arena);
	popup_number(items, 0, drafts->n);
	struct popup popup = { .title = _("Begun and not saved"), .items = items, .n_items = drafts->n, .answer = answer };
	enum screen_result result = popup_open(app, owner, &popup);
	arena_free(&arena);
	return result;
}

enum screen_result drafts_open(struct app *app, const struct draft *draft)
{
	struct arena arena = ARENA_INIT;
	rid_t subject = subject_of(app, draft, &arena);

	arena_free(&arena);
	return app_push(app, form_new(app, draft->form, subject == draft->record ? 0 : subject, draft->record));
}
