/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invented residents and visits in a store with the real forms. */
#ifndef TESTS_DB_PEOPLE_H
#define TESTS_DB_PEOPLE_H

#include "db/maintain.h"
#include "tests/db/village.h"

static struct form_set *people_forms;

__attribute__((unused)) static bool people_load_forms(void)
{
	const char *data = getenv("XIANGYI_DATA");

	if (!form_set_load(&people_forms, data ? data : "data", NULL, NULL, &village_err))
		return true;
	printf("# %s\n", village_err.text);
	return false;
}

/* A village's store with the real forms. */
__attribute__((unused)) static struct store *people_store(const char *dir, bool encrypted)
{
	struct store *store = NULL;

	if (village_make(dir, encrypted) &&
	    store_open(&store, dir, &village_session, people_forms, 0, &village_err))
		printf("# %s\n", village_err.text);
	return store;
}

__attribute__((unused)) static uint32_t people_tag(const char *form, const char *field)
{
	return form_tag(form_set_find(people_forms, form), field);
}

__attribute__((unused)) static struct change_field people_text(const char *form, const char *field,
                                                               const char *value)
{
	return (struct change_field){ .tag = people_tag(form, field), .kind = ENTRY_TEXT,
		                      .value = span_of(value, strlen(value)) };
}

struct person { const char *name, *id_number, *phone; rid_t household; };

/* One resident; 0 when it was not saved. */
__attribute__((unused)) static rid_t people_add(struct store *store, const struct person *person)
{
	struct change_field fields[4];
	struct change change = { .form = "resident", .fields = fields };
	struct version version;
	struct buf bytes = BUF_INIT;
	rid_t rid = 0;

	fields[change.n_fields++] = people_text("resident", "name", person->name);
	if (person->id_number)
		fields[change.n_fields++] = people_text("resident", "id_number", person->id_number);
	if (person->phone)
		fields[change.n_fields++] = people_text("resident", "phone", person->phone);
	if (person->household && !store_version_of(store, person->household, &version, &village_err)) {
		version_put(&bytes, &version);
		fields[change.n_fields++] =
			(struct change_field){ .tag = people_tag("resident", "household"),
			                       .kind = ENTRY_RECORD, .value = span_of_buf(&bytes) };
	}
	if (store_save(store, &change, 1, &rid, &village_err))
		printf("# %s\n", village_err.text);
	buf_free(&bytes);
	return rid;
}

/* Change one field, replacing all its leaves. */
__attribute__((unused)) static int people_edit(struct store *store, rid_t rid, uint32_t tag,
                                               const char *value)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	rid_t bases[8];
	struct change_field field = { .tag = tag, .value = span_of(value, strlen(value)), .bases = bases };
	struct change change = { .record = rid, .fields = &field, .n_fields = 1 };
	int rc = store_record(store, rid, &arena, &record, &village_err);
	const struct record_field *old = rc ? NULL : record_field(&record, tag);

	for (size_t i = 0; old && i < old->n_leaves && i < 8; i++)
		bases[field.n_bases++] = old->leaves[i].entry;
	change.form = record.form;
	rc = rc ? rc : store_save(store, &change, 1, NULL, &village_err);
	arena_free(&arena);
	return rc;
}

__attribute__((unused)) static void people_report(void *arg, const char *line)
{
	(void)arg;
	printf("# %s\n", line);
}

__attribute__((unused)) static bool people_check(struct store *store, const char *name)
{
	struct check_result result;

	return is(store_check(store, false, people_report, NULL, &result, NULL, &village_err), 0, name);
}

#endif
