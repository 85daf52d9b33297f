/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/concern.h"

#include <string.h>
#include "care/move.h"
#include "db/exchange.h"
#include "lib/i18n.h"

/* Table "concern": key = region NUL | flags u8, no value; of the resident. */
static const char TABLE[] = "concern";
enum { FLAG_NOW = 1, FLAG_CHANGED = 2 /* others wrote nothing that stands, but something was written over */ };
enum { PLACES_MAX = 32 }; /* of one resident, the present one first; more hear nothing any more */

struct place {
	const char *region;
	bool now, others; /* others wrote something */
};
struct places {
	struct place list[PLACES_MAX];
	size_t n;
};

static struct place *find_place(struct places *places, const char *region)
{
	for (size_t i = 0; i < places->n; i++)
		if (!strcmp(places->list[i].region, region))
			return &places->list[i];
	if (!*region || strlen(region) >= REGION_BYTES || places->n == PLACES_MAX)
		return NULL;
	places->list[places->n] = (struct place){ .region = region };
	return &places->list[places->n++];
}

static void has_now(struct places *places, const char *region)
{
	struct place *place = find_place(places, region);

	if (place)
		place->now = true;
}

static const char *text_of(struct store *store, const struct record *record, const char *field)
{
	const struct form *form = form_set_find(store_forms(store), record->form);

	return form ? record_text(record, form_tag(form, field)) : "";
}

/* Everybody who has or had the resident; retired transfers and grants gave something once. */
static void list_places(struct store *store, const char *home, const struct record *records, size_t n,
                        struct places *out)
{
	struct move move;

	care_move_of(store, records, n, &move);
	has_now(out, move.transfer ? move.to_region : home);
	find_place(out, home);
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(records[i].form, "grant")) {
			const char *region = text_of(store, &records[i], "region");
			find_place(out, region);
			if (!records[i].retired)
				has_now(out, region);
		} else if (!strcmp(records[i].form, "transfer")) {
			find_place(out, text_of(store, &records[i], "from_region"));
			find_place(out, text_of(store, &records[i], "to_region"));
		}
	}
}

static void note_author(struct store *store, rid_t entry, struct places *places)
{
	const struct store_device *author = store_author(store, entry);

	for (size_t i = 0; author && i < places->n; i++)
		places->list[i].others |= strcmp(places->list[i].region, author->region) != 0;
}

/* Whether something was written over: of that the records do not say who wrote it. */
static bool was_changed(const struct record *records, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t f = 0; f < records[i].n_fields; f++)
			for (size_t k = 0; k < records[i].fields[f].n_leaves; k++)
				if (records[i].fields[f].leaves[k].entry != records[i].id)
					return true;
	return false;
}

/* Whether everything that stands was written at one place. */
static bool is_plain(struct store *store, const char *home, const struct record *records, size_t n)
{
	const struct store_device *before = NULL;

	for (size_t i = 0; i < n; i++) {
		for (size_t f = 0; f < records[i].n_fields; f++)
			for (size_t k = 0; k < records[i].fields[f].n_leaves; k++) {
				const struct store_device *author = store_author(store, records[i].fields[f].leaves[k].entry);
				if (author != before && author && strcmp(author->region, home) != 0)
					return false;
				before = author;
			}
		if (!strcmp(records[i].form, "transfer") || !strcmp(records[i].form, "grant"))
			return false;
	}
	return true;
}

static int put_place(const struct place *place, struct derive_sink *sink, struct error *err)
{
	struct buf key = BUF_INIT;
	int rc;

	buf_put(&key, place->region, strlen(place->region) + 1);
	buf_put_u8(&key, (uint8_t)((place->now ? FLAG_NOW : 0) | (place->others ? 0 : FLAG_CHANGED)));
	rc = key.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM))
	                : derive_put(sink, span_of_buf(&key), span_of("", 0), err);
	buf_free(&key);
	return rc;
}

int concern_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                   struct derive_sink *sink, struct error *err)
{
	const struct record *records = in->records;
	struct store *store = in->store;
	size_t n = in->n;
	const struct store_device *home = store_author(store, in->subject);
	struct places places = { .n = 0 };
	bool changed = was_changed(records, n);
	int rc = 0;

	(void)deriver;
	(void)prepared;
	if (!home || (!changed && is_plain(store, home->region, records, n))) /* as of nearly all residents */
		return 0;
	list_places(store, home->region, records, n, &places);
	for (size_t i = 0; i < n; i++) {
		note_author(store, records[i].id, &places);
		for (size_t f = 0; f < records[i].n_fields; f++)
			for (size_t k = 0; k < records[i].fields[f].n_leaves; k++)
				note_author(store, records[i].fields[f].leaves[k].entry, &places);
	}
	for (size_t i = 0; !rc && i < places.n; i++)
		if (places.list[i].others || changed)
			rc = put_place(&places.list[i], sink, err);
	return rc;
}

/* --- reading --- */

struct listed {
	struct concern concern;
	bool changed;
};
struct listing {
	struct arena *arena;
	struct listed *list;
	size_t n, cap;
	bool failed;
};

static bool take_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct listing *l = arg;

	(void)value;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct listed *more = arena_array(l->arena, cap, sizeof(*more));
		if (!more) {
			l->failed = true;
			return false;
		}
		if (l->n)
			memcpy(more, l->list, l->n * sizeof(*more));
		l->list = more;
		l->cap = cap;
	}
	uint8_t flags = key.data[key.len_bytes - 1];
	l->list[l->n++] = (struct listed){ { subject, flags & FLAG_NOW }, flags & FLAG_CHANGED };
	return true;
}

struct authors {
	const char *region; /* of the first */
	bool several;
};

static bool take_author(void *arg, const struct store_device *author)
{
	struct authors *authors = arg;

	if (!authors->region)
		authors->region = author->region;
	authors->several = strcmp(authors->region, author->region) != 0;
	return !authors->several;
}

/* Most of what was written over was written by the place itself, and is not its business. */
static int leave_out_own(struct store *store, struct listing *list, struct concern *out, size_t *n, struct error *err)
{
	int rc = 0;

	*n = 0;
	for (size_t i = 0; !rc && i < list->n; i++) {
		struct authors authors = { NULL, !list->list[i].changed };
		if (list->list[i].changed)
			rc = store_authors_about(store, list->list[i].concern.resident, take_author, &authors, err);
		if (authors.several)
			out[(*n)++] = list->list[i].concern;
	}
	return rc;
}

int care_concerns(struct store *store, const char *region, struct arena *arena, struct concern **out, size_t *n,
                  struct error *err)
{
	struct listing list = { .arena = arena };
	size_t len = strlen(region);
	uint8_t to[REGION_BYTES + 1];
	int rc;

	memcpy(to, region, len);
	to[len] = 0xff; /* behind all regions that begin so */
	rc = store_derived_keys_each(store, TABLE, span_of(region, len), span_of(to, len + 1), take_row, &list, err);
	*out = arena_array(arena, list.n + 1, sizeof(**out));
	*n = 0;
	if (rc == ERR_NOTFOUND) /* nobody registered the tables of care/ */
		return 0;
	if (!rc && (list.failed || !*out))
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	return rc ? rc : leave_out_own(store, &list, *out, n, err);
}
