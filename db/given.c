/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which regions a resident was given to by entries that count: in the batch at work, and in the store. */
#include "config.h"
#include "db/judge.h"

#include <stdlib.h>
#include <string.h>
#include "db/body.h"
#include "lib/i18n.h"

int batch_note_gift(struct batch *batch, const struct item *item, rid_t *subject, struct error *err)
{
	struct store *store = batch->store;
	char region[REGION_BYTES];

	*subject = 0;
	if (!store->judge.gives || !item->row.subject || !store->judge.gives(store->judge.arg, store, item->entry, region))
		return 0;
	if (batch->n_gifts == batch->cap_gifts) {
		size_t cap = batch->cap_gifts ? 2 * batch->cap_gifts : 8;
		struct gift *more = realloc(batch->gifts, cap * sizeof(*more));
		if (!more)
			return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
		batch->gifts = more;
		batch->cap_gifts = cap;
	}
	struct gift *gift = &batch->gifts[batch->n_gifts++];
	*gift = (struct gift){ .entry = item->rid, .subject = item->row.subject };
	memcpy(gift->region, region, sizeof(region));
	*subject = item->row.subject;
	return 0;
}

static bool counts(const struct batch *batch, rid_t entry)
{
	const struct item *item = batch_item(batch, entry);

	return !item || item->row.status == ROW_OK;
}

struct right { /* that is asked for */
	rid_t subject;
	const char *region;
	bool within; /* as store_given_within() says */
};

static bool gives_right(const struct store *store, const struct right *right, rid_t entry, const char *given)
{
	const struct store_device *author = &store->devices[rid_devno(entry) - 1];
	const struct store_device *home = &store->devices[rid_devno(right->subject) - 1];

	if (!right->within)
		return !strcmp(given, right->region);
	return region_holds(right->region, given) && region_holds(author->region, home->region);
}

static bool given_in_batch(const struct batch *batch, const struct right *right)
{
	for (size_t i = 0; i < batch->n_gifts; i++)
		if (batch->gifts[i].subject == right->subject &&
		    gives_right(batch->store, right, batch->gifts[i].entry, batch->gifts[i].region) &&
		    counts(batch, batch->gifts[i].entry))
			return true;
	return false;
}

/* A record of the subject's cluster whose first entry gives the right. */
static bool record_gives(struct store *store, rid_t record, const struct right *right)
{
	struct arena arena = ARENA_INIT;
	char given[REGION_BYTES];
	struct entry entry;
	struct row row;
	bool found = !entry_get(store, record, &row, &arena, &entry, NULL) && row.status == ROW_OK &&
	             store->judge.gives(store->judge.arg, store, &entry, given) && gives_right(store, right, record, given);

	arena_free(&arena);
	return found;
}

/* The master records of the subject stand in front of its events. */
static bool given_in_store(const struct batch *batch, const struct right *right)
{
	struct engine_cursor *cursor = NULL;
	struct store *store = batch->store;
	struct span key, value;
	uint8_t from[12];
	bool found = false;
	int rc = engine_cursor_open(&cursor, store->engine, TABLE_REC, ENGINE_KEYS, NULL);

	put_u64_be(from, right->subject);
	put_u32_be(from + 8, SLOT_MASTER);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, sizeof(from)), &key, &value, NULL);
	while (!rc && !found && key.len_bytes == 20 && !memcmp(key.data, from, sizeof(from))) {
		rid_t record = get_u64_be(key.data + 12);
		found = counts(batch, record) && record_gives(store, record, right);
		rc = engine_next(cursor, &key, &value, NULL);
	}
	engine_cursor_close(cursor);
	return found;
}

static bool is_given(struct store *store, const struct version *subject, struct right right)
{
	struct batch *batch = store->upper ? store->upper->judging : NULL;

	if (!batch || !store->judge.gives || !batch_find(batch, subject, &right.subject))
		return false;
	return given_in_batch(batch, &right) || given_in_store(batch, &right);
}

bool store_given(struct store *store, const struct version *subject, const char *region)
{
	return is_given(store, subject, (struct right){ .region = region });
}

bool store_given_within(struct store *store, const struct version *subject, const char *region)
{
	return is_given(store, subject, (struct right){ .region = region, .within = true });
}
