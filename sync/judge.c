/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may write what. A function of the entries and the devices only, so every store that knows the same
 * comes to the same verdict, in any order: what is refused now counts when the right is given later.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "care/link.h"
#include "form/stored.h"
#include "sync/judge.h"
#include "sync/reason.h"

struct asked {
	struct store *store;
	const struct entry *entry;
	const struct store_device *author, *creator;
	const struct form *form; /* NULL: unknown here */
};

/* Whom the entry is about: its subject, or the record itself that has none. seq 0: a new one. */
static const struct version *about(const struct asked *a)
{
	return a->entry->subject.seq ? &a->entry->subject : &a->entry->record;
}

/* The place where that record was made; NULL: unknown. */
static const struct store_device *home_of(const struct asked *a, const struct version *version)
{
	return version->seq ? store_device_find(a->store, version->device) : NULL;
}

/* Whether the author's place has, or ever had, the resident: it made the record, or was given it. */
static bool owns(const struct asked *a)
{
	const struct store_device *home = home_of(a, about(a));

	return (home && !strcmp(a->author->region, home->region)) ||
	       (about(a)->seq && store_given(a->store, about(a), a->author->region));
}

static bool upper_holds(const struct asked *a, const struct version *version)
{
	const struct store_device *home = home_of(a, version);

	return home && region_holds(a->author->region, home->region);
}

/* Whether the author's region holds the resident: who was made there, or was given to a place there. */
static bool upper_owns(const struct asked *a)
{
	return upper_holds(a, about(a)) ||
	       (about(a)->seq && store_given_within(a->store, about(a), a->author->region));
}

/* A link may join only residents that the author's region holds. */
static bool holds_references(const struct asked *a)
{
	struct version version;

	for (size_t i = 0; i < a->entry->n_fields; i++) {
		struct span value = a->entry->fields[i].value;
		if (a->entry->fields[i].kind == ENTRY_RECORD && value.len_bytes && version_take(&value, &version) &&
		    !upper_holds(a, &version))
			return false;
	}
	return true;
}

static enum sync_reason judge_office(const struct asked *a)
{
	if (!strcmp(a->entry->form, "transfer_receipt") && a->author->level == LEVEL_VILLAGE)
		return owns(a) ? SYNC_REASON_N : SYNC_REASON_NOT_YOURS;
	if (a->author->level == LEVEL_VILLAGE)
		return SYNC_REASON_TOWNSHIP_ONLY;
	return upper_owns(a) && holds_references(a) ? SYNC_REASON_N : SYNC_REASON_NOT_YOURS;
}

/* New records: events of anyone treated; master data of one's own residents only, else it is a proposal. */
static enum sync_reason judge_new(const struct asked *a)
{
	bool masters = a->form && a->form->kind == FORM_MASTER && a->entry->subject.seq;

	return a->author->level > LEVEL_VILLAGE || !masters || owns(a) ? SYNC_REASON_N : SYNC_REASON_NOT_YOURS;
}

static enum sync_reason judge_change(const struct asked *a)
{
	if (a->author->level > LEVEL_VILLAGE)
		return region_holds(a->author->region, a->creator->region) || upper_owns(a) ?
		               SYNC_REASON_N : SYNC_REASON_NOT_YOURS;
	return !strcmp(a->author->region, a->creator->region) || owns(a) ? SYNC_REASON_N : SYNC_REASON_NOT_YOURS;
}

/* Numbers of a key that was stolen or revoked. */
static enum sync_reason blocked(const struct store_device *author, const struct entry *entry)
{
	for (size_t i = 0; i < author->n_blocks; i++)
		if (entry->seq >= author->blocks[i].first && entry->seq <= author->blocks[i].last)
			return sync_reason_of_block(author->blocks[i].why);
	return SYNC_REASON_N;
}

static int judge(void *arg, struct store *store, const struct entry *entry,
                 const struct store_device *author, const struct store_device *creator, char *reason,
                 size_t size)
{
	const struct form_set *forms = store_forms(store);
	const struct asked a = { store, entry, author, creator, forms ? form_set_find(forms, entry->form) : NULL };
	enum sync_reason why;

	(void)arg;
	if (author->self)
		return 0;
	if (!author->enrolled)
		why = SYNC_REASON_NOT_ENROLLED;
	else if (blocked(author, entry) != SYNC_REASON_N)
		why = blocked(author, entry);
	else if (care_is_office_form(entry->form))
		why = judge_office(&a);
	else
		why = entry->record.seq ? judge_change(&a) : judge_new(&a);
	if (why == SYNC_REASON_N && a.form && stored_fault(a.form, entry))
		why = SYNC_REASON_WRONG_VALUE;
	if (why == SYNC_REASON_N)
		return 0;
	snprintf(reason, size, "%s", sync_reason_word(why));
	return 1;
}

/* What gives a resident to a region: a transfer's or a grant's first entry. Their first field of that kind is fixed by
 * the form; later changes of it give nothing. */
static bool gives(void *arg, struct store *store, const struct entry *entry, char region[REGION_BYTES])
{
	const struct form_set *forms = store_forms(store);
	bool transfer = !strcmp(entry->form, "transfer"), grant = !strcmp(entry->form, "grant");
	const struct form *form = forms && (transfer || grant) ? form_set_find(forms, entry->form) : NULL;
	const struct entry_field *field =
		form && !entry->record.seq ? entry_field_find(entry, form_tag(form, transfer ? "to_region" : "region"))
		                           : NULL;

	(void)arg;
	if (!field || field->kind != ENTRY_TEXT || field->value.len_bytes >= REGION_BYTES || !field->value.len_bytes)
		return false;
	memcpy(region, field->value.data, field->value.len_bytes);
	region[field->value.len_bytes] = '\0';
	return true;
}

const struct store_judge SYNC_RIGHTS = { .judge = judge, .gives = gives };
