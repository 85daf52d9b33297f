/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving: the operator's changes become own entries in one durable transaction. */
#include "config.h"
#include "db/batch.h"

#include <stdlib.h>
#include <string.h>
#include "db/ladder.h"
#include "db/txn.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

struct saving {
	struct store *store;
	struct batch batch;
	const struct change *changes;
	size_t n;
	struct version *made;  /* version of the entry of each change */
	rid_t *rids;           /* its number */
	uint64_t seq, lamport; /* of the last entry made */
	int64_t wall;
};

/* A record that can be written to: its first entry counts. */
static int record_version(struct saving *s, rid_t rid, struct version *out, struct error *err)
{
	struct row row;
	int rc = row_get(s->store, rid, &row, err);

	if (rc == ERR_NOTFOUND || (!rc && (row.status != ROW_OK || row.record != rid)))
		return error_set(err, ERR_NOTFOUND, _("there is no such record"));
	return rc ? rc : row_version(s->store, rid, out, err);
}

static int subject_version(struct saving *s, size_t index, struct version *out, struct error *err)
{
	rid_t subject = s->changes[index].subject;

	if (subject == 0)
		return 0;
	if (subject > REF_CHANGE(s->n)) {
		size_t other = (size_t)(UINT64_MAX - subject);
		if (other >= index || s->changes[other].record)
			return error_set(err, ERR_INVALID, _("a change refers to a later one"));
		*out = s->made[other];
		return 0;
	}
	return record_version(s, subject, out, err);
}

static int field_order(const void *a, const void *b)
{
	const struct entry_field *x = a, *y = b;

	return (x->tag > y->tag) - (x->tag < y->tag);
}

static int make_fields(struct saving *s, const struct change *change, struct entry *entry,
                       struct error *err)
{
	struct arena *arena = &s->batch.arena;
	struct entry_field *fields = arena_array(arena, change->n_fields + 1, sizeof(*fields));

	if (!fields)
		return no_memory(err);
	for (size_t i = 0; i < change->n_fields; i++) {
		const struct change_field *from = &change->fields[i];
		struct version *bases = arena_array(arena, from->n_bases + 1, sizeof(*bases));
		if (!bases)
			return no_memory(err);
		for (size_t b = 0; b < from->n_bases; b++) {
			int rc = row_version(s->store, from->bases[b], &bases[b], err);
			if (rc)
				return rc;
		}
		fields[i] = (struct entry_field){ .tag = from->tag, .kind = from->kind, .n_bases = (uint16_t)from->n_bases,
			                          .value = from->value, .bases = bases };
	}
	qsort(fields, change->n_fields, sizeof(*fields), field_order);
	entry->fields = fields;
	entry->n_fields = change->n_fields;
	return 0;
}

static int save_one(struct saving *s, size_t index, struct error *err)
{
	const struct change *change = &s->changes[index];
	struct entry *entry = arena_alloc(&s->batch.arena, sizeof(*entry));
	struct buf bytes = BUF_INIT;
	struct span canonical = { NULL, 0 };
	int rc;

	if (!entry)
		return no_memory(err);
	memcpy(entry->device, s->store->devices[s->store->self - 1].id, DEVICE_ID_BYTES);
	entry->seq = ++s->seq;
	entry->lamport = ++s->lamport;
	entry->wall = s->wall;
	entry->operator_name = s->store->session.operator_name;
	entry->form = change->form;
	rc = change->record ? record_version(s, change->record, &entry->record, err) : 0;
	if (!rc)
		rc = subject_version(s, index, &entry->subject, err);
	if (!rc)
		rc = make_fields(s, change, entry, err);
	if (!rc)
		rc = entry_encode(&bytes, entry, err);
	if (!rc) {
		canonical.data = arena_memdup(&s->batch.arena, bytes.data, bytes.len_bytes);
		canonical.len_bytes = bytes.len_bytes;
		rc = canonical.data ? 0 : no_memory(err);
	}
	buf_free(&bytes);
	if (rc)
		return rc;
	memcpy(s->made[index].device, entry->device, DEVICE_ID_BYTES);
	s->made[index].seq = entry->seq;
	entry_digest(s->made[index].digest, canonical);
	return batch_add(&s->batch, canonical, entry, s->made[index].digest, &s->rids[index], err);
}

static int save_all(struct saving *s, struct error *err)
{
	struct upper *upper;
	int rc = upper_get(s->store, &upper, err);

	if (!rc)
		rc = batch_begin(&s->batch, s->store, err);
	if (rc)
		return rc;
	s->made = arena_array(&s->batch.arena, s->n + 1, sizeof(*s->made));
	s->rids = arena_array(&s->batch.arena, s->n + 1, sizeof(*s->rids));
	if (!s->made || !s->rids)
		return no_memory(err);
	for (size_t i = 0; !rc && i < s->n; i++)
		rc = save_one(s, i, err);
	return rc ? rc : batch_finish(&s->batch, err);
}

/* Who may see patients may also note that they have (form "audit"), and nothing else without the right
 * to write. */
static bool may_save(const struct store *store, const struct change *changes, size_t n)
{
	if (role_writes(store->session.role))
		return true;
	for (size_t i = 0; i < n; i++)
		if (strcmp(changes[i].form, "audit") != 0 || changes[i].record)
			return false;
	return role_sees_patients(store->session.role);
}

int store_save(struct store *store, const struct change *changes, size_t n, rid_t *records,
               struct error *err)
{
	struct saving s = { .store = store, .changes = changes, .n = n };
	struct error local = { 0 };
	int rc;

	err = err ? err : &local;
	if (!may_save(store, changes, n))
		return error_set(err, ERR_DENIED, _("the role of %s does not allow to write records"),
		                 store->session.operator_name);
	rc = store_begin(store, err);
	if (rc)
		return rc;
	s.seq = store->mark.self_seq;
	s.lamport = store->mark.lamport;
	s.wall = date_now_seconds();
	rc = save_all(&s, err);
	for (size_t i = 0; !rc && records && i < n; i++)
		records[i] = changes[i].record ? changes[i].record : s.rids[i];
	batch_end(&s.batch);
	if (!rc)
		return store_commit(store, err);
	store_abort(store);
	return rc;
}

int store_bulk_begin(struct store *store, struct error *err)
{
	int rc = store_rest(store, err);

	if (rc)
		return rc;
	store->bulk = true;
	store->generation++;
	return ladder_climb(store, err);
}

int store_bulk_end(struct store *store, struct error *err)
{
	return store_settle(store, err);
}
