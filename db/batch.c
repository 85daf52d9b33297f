/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/batch.h"

#include <stdlib.h>
#include <string.h>
#include "db/body.h"
#include "db/judge.h"
#include "lib/i18n.h"

/* Who names versions that nobody wrote must not use up the places of those that will come. */
enum { STUB_FORKS_MAX = 128 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

int batch_begin(struct batch *batch, struct store *store, struct error *err)
{
	memset(batch, 0, sizeof(*batch));
	batch->store = store;
	batch->n_slots = 256;
	batch->slots = calloc(batch->n_slots, sizeof(struct item *));
	if (!batch->slots)
		return no_memory(err);
	return upper_get(store, &batch->upper, err);
}

void batch_end(struct batch *batch)
{
	free(batch->slots);
	free(batch->queue);
	free(batch->waits);
	free(batch->gifts);
	arena_free(&batch->arena);
	memset(batch, 0, sizeof(*batch));
}

static size_t slot_for(const struct batch *batch, rid_t rid)
{
	size_t at = (size_t)(rid * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (batch->n_slots - 1);

	while (batch->slots[at] && batch->slots[at]->rid != rid)
		at = (at + 1) & (batch->n_slots - 1);
	return at;
}

struct item *batch_item(const struct batch *batch, rid_t rid)
{
	return batch->slots[slot_for(batch, rid)];
}

static bool grow_slots(struct batch *batch)
{
	struct item **old = batch->slots;
	size_t n_old = batch->n_slots;

	batch->slots = calloc(2 * n_old, sizeof(struct item *));
	if (!batch->slots) {
		batch->slots = old;
		return false;
	}
	batch->n_slots = 2 * n_old;
	for (size_t i = 0; i < n_old; i++)
		if (old[i])
			batch->slots[slot_for(batch, old[i]->rid)] = old[i];
	free(old);
	return true;
}

struct item *batch_item_new(struct batch *batch, rid_t rid, struct error *err)
{
	struct item *item = NULL;

	if (2 * batch->n_items < batch->n_slots || grow_slots(batch))
		item = arena_alloc(&batch->arena, sizeof(*item));
	if (!item) {
		no_memory(err);
		return NULL;
	}
	item->rid = rid;
	batch->slots[slot_for(batch, rid)] = item;
	batch->n_items++;
	return item;
}

int batch_row(struct batch *batch, rid_t rid, struct row *out, struct error *err)
{
	const struct item *item = batch_item(batch, rid);

	if (!item)
		return row_get(batch->store, rid, out, err);
	*out = item->row;
	return 0;
}

/* The number of (device, seq, digest) in batch or store; when there is none, ERR_NOTFOUND and the first
 * free number. For one that is not held yet, *twins counts the different entries held under seq. */
static int locate(struct batch *batch, uint16_t devno, uint64_t seq, const uint8_t *digest, rid_t *rid,
                  unsigned *twins, struct error *err)
{
	const struct device_hold *hold = hold_of(batch->store, devno);
	bool maybe_stored, found = false;

	*twins = 0;
	if (!hold)
		return no_memory(err);
	maybe_stored = seq <= hold->max || seq <= hold->stub_max;
	for (unsigned fork = 0; fork <= UINT8_MAX; fork++) {
		rid_t one = rid_make(devno, seq, (uint8_t)fork);
		const struct item *item = batch_item(batch, one);
		struct row row;
		int rc = 0;
		bool held;
		if (item)
			row = item->row;
		else
			rc = maybe_stored ? row_get(batch->store, one, &row, err) : ERR_NOTFOUND;
		if (rc == ERR_NOTFOUND && !found)
			*rid = one;
		if (rc)
			return rc == ERR_NOTFOUND && found ? 0 : rc;
		held = row.status != ROW_STUB || (item && item->fresh);
		if (!memcmp(row.digest, digest, CRYPTO_DIGEST_BYTES)) {
			*rid = one;
			found = true;
			if (held)
				return 0;
		} else {
			*twins += held;
		}
	}
	return found ? 0 : error_set(err, ERR_LIMIT, _("too many different entries under one number"));
}

bool batch_find(struct batch *batch, const struct version *version, rid_t *rid)
{
	uint16_t devno = device_number(batch->store, version->device);
	unsigned twins;

	return devno && version->seq && !locate(batch, devno, version->seq, version->digest, rid, &twins, NULL);
}

static int check_seq(uint64_t seq, struct error *err)
{
	if (seq >= 1 && seq >> RID_SEQ_BITS == 0)
		return 0;
	return error_set(err, ERR_INVALID, _("an entry has an impossible number"));
}

/* The number of a version; one that is not here gets a stub. */
static int resolve(struct batch *batch, const struct version *version, rid_t *rid, struct error *err)
{
	struct device_hold *hold;
	struct item *stub;
	unsigned twins;
	uint16_t devno;
	int rc = check_seq(version->seq, err);

	if (!rc)
		rc = device_number_for(batch->store, version->device, &devno, err);
	if (!rc)
		rc = locate(batch, devno, version->seq, version->digest, rid, &twins, err);
	if (rc != ERR_NOTFOUND)
		return rc;
	if (rid_fork(*rid) >= STUB_FORKS_MAX)
		return error_set(err, ERR_LIMIT, _("too many different entries under one number"));
	stub = batch_item_new(batch, *rid, err);
	hold = hold_of(batch->store, devno);
	if (!stub || !hold)
		return no_memory(err);
	memcpy(stub->row.digest, version->digest, CRYPTO_DIGEST_BYTES);
	stub->row.status = stub->old_status = ROW_STUB;
	stub->dirty = true;
	if (version->seq > hold->stub_max)
		hold->stub_max = version->seq;
	hold->dirty = true;
	return 0;
}

static size_t count_bases(const struct entry *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < entry->n_fields; i++)
		n += entry->fields[i].n_bases;
	return n;
}

static int number_bases(struct batch *batch, struct item *item, struct error *err)
{
	const struct entry *entry = item->entry;
	size_t at = 0;
	rid_t *bases = arena_array(&batch->arena, count_bases(entry) + 1, sizeof(*bases));
	int rc = bases ? 0 : no_memory(err);

	item->bases = bases;
	for (size_t i = 0; !rc && i < entry->n_fields; i++)
		for (size_t b = 0; !rc && b < entry->fields[i].n_bases; b++)
			rc = resolve(batch, &entry->fields[i].bases[b], &bases[at++], err);
	return rc;
}

/* Turn the versions that an entry names into numbers. */
static int number_refs(struct batch *batch, struct item *item, struct error *err)
{
	const struct entry *entry = item->entry;
	int rc = upper_form_number_for(batch->store, entry->form, &item->row.form_no, err);

	item->row.record = item->rid;
	item->row.lamport = entry->lamport;
	if (!rc && entry->record.seq)
		rc = resolve(batch, &entry->record, &item->row.record, err);
	if (!rc && entry->subject.seq)
		rc = resolve(batch, &entry->subject, &item->row.subject, err);
	item->row.slot = slot_of(batch->store->forms, entry);
	return rc ? rc : number_bases(batch, item, err);
}

struct item *batch_item_load(struct batch *batch, rid_t rid, struct error *err)
{
	struct item *item = batch_item(batch, rid);
	struct span canonical;
	struct entry *entry;
	struct row row;
	int rc;

	if (item && (item->entry || item->row.status == ROW_STUB))
		return item;
	rc = entry_get_canonical(batch->store, rid, &row, &batch->arena, &canonical, err);
	if (rc == ERR_NOTFOUND)
		error_set(err, ERR_CORRUPT, _("an entry that should be held is missing"));
	if (rc)
		return NULL;
	if (!item) {
		item = batch_item_new(batch, rid, err);
		if (!item)
			return NULL;
		item->row = row;
		item->old_status = row.status;
		item->in_store = true;
	}
	if (item->row.status == ROW_STUB)
		return item;
	entry = arena_alloc(&batch->arena, sizeof(*entry));
	if (!entry) {
		no_memory(err);
		return NULL;
	}
	if (entry_decode(entry, canonical, &batch->arena, err))
		return NULL;
	item->canonical = canonical;
	item->entry = entry;
	return number_bases(batch, item, err) ? NULL : item;
}

int batch_add(struct batch *batch, struct span canonical, const struct entry *entry,
              const uint8_t digest[CRYPTO_DIGEST_BYTES], rid_t *rid_out, struct error *err)
{
	struct item *item;
	unsigned twins;
	uint16_t devno;
	rid_t rid;
	int rc = check_seq(entry->seq, err);

	if (!rc)
		rc = device_number_for(batch->store, entry->device, &devno, err);
	if (!rc)
		rc = locate(batch, devno, entry->seq, digest, &rid, &twins, err);
	if (rc && rc != ERR_NOTFOUND)
		return rc;
	if (rid_out)
		*rid_out = rid;
	item = batch_item(batch, rid);
	if (!rc) { /* there: a stub that gets its entry, or known */
		struct row row;
		rc = batch_row(batch, rid, &row, err);
		if (rc)
			return rc;
		if (row.status != ROW_STUB || (item && item->fresh)) {
			batch->result.known++;
			return 0;
		}
	}
	if (!item) {
		bool stub = rc == 0;
		item = batch_item_new(batch, rid, err);
		if (!item)
			return ERR_NOMEM;
		item->in_store = stub;
		item->old_status = item->row.status = ROW_STUB;
		memcpy(item->row.digest, digest, CRYPTO_DIGEST_BYTES);
	}
	item->canonical = canonical;
	item->entry = entry;
	item->fresh = item->dirty = true;
	item->twin = twins == 1;
	batch->result.fresh++;
	batch->result.forks += item->twin;
	rc = number_refs(batch, item, err);
	return rc ? rc : batch_enqueue(batch, item, err);
}

int batch_revisit(struct batch *batch, rid_t rid, struct error *err)
{
	struct item *item = batch_item_load(batch, rid, err);

	if (!item)
		return err->code;
	return batch_enqueue(batch, item, err);
}
