/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/store.h"

#include <string.h>
#include "lib/i18n.h"

static bool add_base(rid_t bases[ENTRY_MAX_BASES], size_t *n, rid_t entry)
{
	for (size_t i = 0; i < *n; i++)
		if (bases[i] == entry)
			return true;
	if (*n == ENTRY_MAX_BASES)
		return false;
	bases[(*n)++] = entry;
	return true;
}

static size_t own_leaves(const struct record *record, rid_t bases[ENTRY_MAX_BASES])
{
	const struct record_field *field = record_field(record, TAG_RETIRED);
	size_t n = 0;

	for (size_t i = 0; field && i < field->n_leaves; i++)
		add_base(bases, &n, field->leaves[i].entry);
	return n;
}

/* All that stands in the record. When that is more than an entry may name, only the retirements: it then says
 * nothing about what was seen (db/state.c). */
static size_t all_leaves(const struct record *record, rid_t bases[ENTRY_MAX_BASES])
{
	size_t n = own_leaves(record, bases);

	for (size_t i = 0; i < record->n_fields; i++)
		for (size_t k = 0; k < record->fields[i].n_leaves; k++)
			if (!add_base(bases, &n, record->fields[i].leaves[k].entry))
				return own_leaves(record, bases);
	return n;
}

int store_retire(struct store *store, rid_t id, const char *reason, struct error *err)
{
	rid_t bases[ENTRY_MAX_BASES];
	struct arena arena = ARENA_INIT;
	struct record record;
	int rc = store_record(store, id, &arena, &record, err);

	if (!rc) {
		bool back = !*reason;
		struct change_field field = {
			.tag = TAG_RETIRED, .kind = ENTRY_TEXT, .value = span_of(reason, strlen(reason)),
			.bases = bases,
			.n_bases = back ? own_leaves(&record, bases) : all_leaves(&record, bases),
		};
		const struct change change = {
			.record = id, .form = record.form,
			.subject = record.subject == id ? 0 : record.subject, .fields = &field, .n_fields = 1,
		};
		rc = store_save(store, &change, 1, NULL, err);
	}
	arena_free(&arena);
	return rc;
}
