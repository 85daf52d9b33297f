/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/concern.h"

#include <string.h>
#include "care/move.h"
#include "lib/i18n.h"

/* Table "concern": key = region NUL | now u8, no value; of the resident. */
static const char TABLE[] = "concern";
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

/* Whether everything that stands was written at one place, which is so of nearly all residents. */
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
	buf_put_u8(&key, place->now);
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
	int rc = 0;

	(void)deriver;
	(void)prepared;
	if (!home || is_plain(store, home->region, records, n))
		return 0;
	list_places(store, home->region, records, n, &places);
	for (size_t i = 0; i < n; i++) {
		note_author(store, records[i].id, &places);
		for (size_t f = 0; f < records[i].n_fields; f++)
			for (size_t k = 0; k < records[i].fields[f].n_leaves; k++)
				note_author(store, records[i].fields[f].leaves[k].entry, &places);
	}
	for (size_t i = 0; !rc && i < places.n; i++)
		if (places.list[i].others)
			rc = put_place(&places.list[i], sink, err);
	return rc;
}

/* --- reading --- */

struct listing {
	struct arena *arena;
	struct concern *list;
	size_t n, cap;
	bool failed;
};

static bool take_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct listing *l = arg;

	(void)value;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct concern *more = arena_array(l->arena, cap, sizeof(*more));
		if (!more) {
			l->failed = true;
			return false;
		}
		if (l->n)
			memcpy(more, l->list, l->n * sizeof(*more));
		l->list = more;
		l->cap = cap;
	}
	l->list[l->n++] = (struct concern){ subject, key.data[key.len_bytes - 1] };
	return true;
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
	*out = list.list;
	*n = list.n;
	if (rc == ERR_NOTFOUND) /* nobody registered the tables of care/ */
		return 0;
	return !rc && list.failed ? error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM)) : rc;
}
