/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is held of each device: prefix, chain head, what lies above, and chain heads to look up. */
#include "config.h"
#include "db/upper.h"

#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

struct device_hold *hold_of(struct store *store, uint16_t devno)
{
	struct upper *upper = store->upper;

	if (devno > upper->n_holds) {
		struct device_hold *more = realloc(upper->holds, devno * sizeof(*more));
		if (!more)
			return NULL;
		memset(more + upper->n_holds, 0, (devno - upper->n_holds) * sizeof(*more));
		upper->holds = more;
		upper->n_holds = devno;
	}
	return devno ? &upper->holds[devno - 1] : NULL;
}

int hold_find(struct store *store, const uint8_t device[DEVICE_ID_BYTES], uint16_t *devno, struct device_hold **hold,
              struct error *err)
{
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	*devno = rc ? 0 : device_number(store, device);
	*hold = *devno ? hold_of(store, *devno) : NULL;
	if (!rc && !*hold)
		rc = error_set(err, ERR_NOTFOUND, _("this device is not known here"));
	return rc;
}

static bool hold_reserve(struct device_hold *hold)
{
	struct seq_range *more;
	size_t cap = hold->cap_above ? 2 * hold->cap_above : 8;

	if (hold->n_above < hold->cap_above)
		return true;
	more = realloc(hold->above, cap * sizeof(*more));
	if (!more)
		return false;
	hold->above = more;
	hold->cap_above = cap;
	return true;
}

/* row = prefix, max, forks, stub_max varints | head 32 | n varint | (first, last) varints */
static int load_one(struct store *store, uint16_t devno, struct span in, struct error *err)
{
	struct device_hold *hold = hold_of(store, devno);
	struct span head;
	uint64_t n;

	if (!hold)
		return no_memory(err);
	if (!span_varint(&in, &hold->prefix) || !span_varint(&in, &hold->max) ||
	    !span_varint(&in, &hold->forks) || !span_varint(&in, &hold->stub_max) ||
	    !span_take(&in, CRYPTO_HASH_BYTES, &head) || !span_varint(&in, &n))
		return error_set(err, ERR_CORRUPT, _("the list of held entries cannot be read"));
	memcpy(hold->head, head.data, CRYPTO_HASH_BYTES);
	hold->n_above = 0;
	for (uint64_t i = 0; i < n; i++) {
		struct seq_range range;
		if (!hold_reserve(hold))
			return no_memory(err);
		if (!span_varint(&in, &range.first) || !span_varint(&in, &range.last))
			return error_set(err, ERR_CORRUPT, _("the list of held entries cannot be read"));
		hold->above[hold->n_above++] = range;
	}
	return 0;
}

int holds_load(struct store *store, struct error *err)
{
	uint8_t key[2];

	for (size_t i = 1; i <= store->n_devices; i++) {
		struct span value;
		int rc;
		key[0] = (uint8_t)(i >> 8);
		key[1] = (uint8_t)i;
		rc = engine_get(store->engine, TABLE_CHAIN, span_of(key, 2), &value, err);
		if (!rc)
			rc = load_one(store, (uint16_t)i, value, err);
		else if (rc == ERR_NOTFOUND)
			rc = hold_of(store, (uint16_t)i) ? 0 : no_memory(err);
		if (rc)
			return rc;
	}
	return 0;
}

static int put_checkpoint(struct store *store, uint16_t devno, uint64_t seq, const uint8_t *head,
                          struct error *err)
{
	uint8_t key[10] = { (uint8_t)(devno >> 8), (uint8_t)devno };

	put_u64_be(key + 2, seq);
	return engine_put(store->engine, TABLE_CHAIN, span_of(key, sizeof(key)),
	                  span_of(head, CRYPTO_HASH_BYTES), err);
}

/* store NULL: in memory only. */
static int advance(struct store *store, uint16_t devno, struct device_hold *hold, const uint8_t *digest,
                   struct error *err)
{
	uint8_t link[CRYPTO_HASH_BYTES + CRYPTO_DIGEST_BYTES];

	memcpy(link, hold->head, CRYPTO_HASH_BYTES);
	memcpy(link + CRYPTO_HASH_BYTES, digest, CRYPTO_DIGEST_BYTES);
	crypto_hash_data(hold->head, CRYPTO_HASH_BYTES, link, sizeof(link), NULL);
	hold->prefix++;
	if (store && hold->prefix % HOLD_CHECKPOINT == 0)
		return put_checkpoint(store, devno, hold->prefix, hold->head, err);
	return 0;
}

/* How many of the ranges above the prefix begin at or below seq. */
static size_t ranges_to(const struct device_hold *hold, uint64_t seq)
{
	size_t low = 0, high = hold->n_above;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (hold->above[middle].first <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Put seq into the ranges above the prefix; it is in none of them. */
static bool add_above(struct device_hold *hold, uint64_t seq)
{
	size_t at = ranges_to(hold, seq);

	if (at > 0 && hold->above[at - 1].last + 1 == seq) {
		hold->above[at - 1].last = seq;
		if (at < hold->n_above && hold->above[at].first == seq + 1) {
			hold->above[at - 1].last = hold->above[at].last;
			memmove(&hold->above[at], &hold->above[at + 1],
			        (hold->n_above - at - 1) * sizeof(*hold->above));
			hold->n_above--;
		}
		return true;
	}
	if (at < hold->n_above && hold->above[at].first == seq + 1) {
		hold->above[at].first = seq;
		return true;
	}
	if (!hold_reserve(hold))
		return false;
	memmove(&hold->above[at + 1], &hold->above[at], (hold->n_above - at) * sizeof(*hold->above));
	hold->above[at] = (struct seq_range){ seq, seq };
	hold->n_above++;
	return true;
}

static bool holds_seq(const struct device_hold *hold, uint64_t seq)
{
	size_t n = ranges_to(hold, seq);

	return seq <= hold->prefix || (n && seq <= hold->above[n - 1].last);
}

int hold_note(struct store *store, uint16_t devno, struct device_hold *hold, uint64_t seq,
              const uint8_t *digest, bool twin, struct error *err)
{
	hold->dirty = true;
	hold->forks += twin;
	if (holds_seq(hold, seq))
		return 0;
	if (seq > hold->max)
		hold->max = seq;
	if (seq == hold->prefix + 1)
		return advance(store, devno, hold, digest, err);
	return add_above(hold, seq) ? 0 : no_memory(err);
}

int hold_add(struct store *store, uint16_t devno, uint64_t seq, const uint8_t *digest, bool twin,
             struct error *err)
{
	struct device_hold *hold = hold_of(store, devno);

	return hold ? hold_note(store, devno, hold, seq, digest, twin, err) : no_memory(err);
}

/* Take what lies right behind the prefix into it; the chain takes the first held entry of a number. */
static int close_gap(struct store *store, uint16_t devno, struct error *err)
{
	struct device_hold *hold = hold_of(store, devno);
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	uint8_t from[8];
	uint64_t last;
	int rc;

	if (hold->n_above == 0 || hold->above[0].first != hold->prefix + 1)
		return 0;
	last = hold->above[0].last;
	put_u64_be(from, rid_make(devno, hold->prefix + 1, 0));
	rc = engine_cursor_open(&cursor, store->engine, TABLE_ENTRY, ENGINE_ROWS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(from, 8), &key, &value, err);
	while (!rc && hold->prefix < last) {
		rid_t rid = get_u64_be(key.data);
		struct row row;
		if (rid_devno(rid) != devno || rid_seq(rid) > last)
			break;
		if (!row_decode(&row, rid, &value)) {
			rc = error_set(err, ERR_CORRUPT, _("the header of a stored entry cannot be read"));
			break;
		}
		if (row.status != ROW_STUB && rid_seq(rid) == hold->prefix + 1)
			rc = advance(store, devno, hold, row.digest, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	if (hold->prefix != last)
		return error_set(err, ERR_CORRUPT, _("an entry that should be held is missing"));
	memmove(&hold->above[0], &hold->above[1], (hold->n_above - 1) * sizeof(*hold->above));
	hold->n_above--;
	return 0;
}

static int hold_write(struct store *store, uint16_t devno, struct error *err)
{
	struct device_hold *hold = hold_of(store, devno);
	uint8_t key[2] = { (uint8_t)(devno >> 8), (uint8_t)devno };
	struct buf row = BUF_INIT;
	int rc;

	buf_put_varint(&row, hold->prefix);
	buf_put_varint(&row, hold->max);
	buf_put_varint(&row, hold->forks);
	buf_put_varint(&row, hold->stub_max);
	buf_put(&row, hold->head, CRYPTO_HASH_BYTES);
	buf_put_varint(&row, hold->n_above);
	for (size_t i = 0; i < hold->n_above; i++) {
		buf_put_varint(&row, hold->above[i].first);
		buf_put_varint(&row, hold->above[i].last);
	}
	rc = row.failed ? no_memory(err)
	                : engine_put(store->engine, TABLE_CHAIN, span_of(key, 2), span_of_buf(&row), err);
	buf_free(&row);
	hold->dirty = rc != 0;
	return rc;
}

int holds_write(struct store *store, struct error *err)
{
	for (size_t i = 0; i < store->upper->n_holds; i++) {
		struct device_hold *hold = &store->upper->holds[i];
		uint16_t devno = (uint16_t)(i + 1);
		int rc = 0;
		if (!hold->dirty)
			continue;
		rc = close_gap(store, devno, err);
		if (!rc)
			rc = hold_write(store, devno, err);
		if (rc)
			return rc;
		if (devno == store->self) {
			store->mark.self_seq = hold->max;
			memcpy(store->mark.self_head, hold->head, CRYPTO_HASH_BYTES);
		}
	}
	return 0;
}
