/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/lookup.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

struct lookup_row {
	const char *text; /* NULL: free */
	rid_t rid;
};

static size_t slot_of(const struct lookup_row *rows, size_t n_slots, const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	size_t at;

	for (const char *c = text; *c; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (at = hash & (n_slots - 1); rows[at].text && strcmp(rows[at].text, text);)
		at = (at + 1) & (n_slots - 1);
	return at;
}

rid_t lookup_find(const struct lookup *lookup, const char *text)
{
	if (!lookup->n_slots || !*text)
		return 0;
	return lookup->rows[slot_of(lookup->rows, lookup->n_slots, text)].rid;
}

static bool grow(struct lookup *lookup)
{
	size_t n_slots = lookup->n_slots ? 2 * lookup->n_slots : 256;
	struct lookup_row *rows = calloc(n_slots, sizeof(*rows));

	if (!rows)
		return false;
	for (size_t i = 0; i < lookup->n_slots; i++)
		if (lookup->rows[i].text)
			rows[slot_of(rows, n_slots, lookup->rows[i].text)] = lookup->rows[i];
	free(lookup->rows);
	lookup->rows = rows;
	lookup->n_slots = n_slots;
	return true;
}

int lookup_add(struct lookup *lookup, const char *text, rid_t rid, struct error *err)
{
	const char *copy;
	size_t at;

	if (!*text)
		return 0;
	if (2 * lookup->n >= lookup->n_slots && !grow(lookup))
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	at = slot_of(lookup->rows, lookup->n_slots, text);
	if (lookup->rows[at].text)
		return 0;
	copy = arena_strdup(&lookup->arena, text);
	if (!copy)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	lookup->rows[at] = (struct lookup_row){ copy, rid };
	lookup->n++;
	return 0;
}

struct loading {
	struct lookup *lookup;
	uint32_t tag;
	int rc;
	struct error *err;
};

static bool load_one(void *arg, const struct record *record, struct arena *arena)
{
	struct loading *loading = arg;

	(void)arena;
	if (!record->retired)
		loading->rc = lookup_add(loading->lookup, record_text(record, loading->tag), record->id,
		                         loading->err);
	return loading->rc == 0;
}

int lookup_load(struct lookup *lookup, struct store *store, const char *form, const char *field,
                struct error *err)
{
	const struct form *found = form_set_find(store_forms(store), form);
	struct loading loading = { lookup, found ? form_tag(found, field) : 0, 0, err };
	int rc;

	if (!loading.tag)
		return error_set(err, ERR_NOTFOUND, _("form %s has no field %s"), form, field);
	rc = store_each_master(store, form, load_one, &loading, err);
	return rc ? rc : loading.rc;
}

void lookup_free(struct lookup *lookup)
{
	free(lookup->rows);
	arena_free(&lookup->arena);
	memset(lookup, 0, sizeof(*lookup));
}
