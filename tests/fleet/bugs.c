/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bugs that other systems had, put back into the program one at a time: the simulator must notice each. A bug replaces a
 * function where another file calls it; without --bug every replacement passes the call on.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "db/batch.h"
#include "db/judge.h"
#include "db/state.h"
#include "lib/date.h"
#include "sync/coverage.h"
#include "sync/export.h"
#include "sync/keys.h"
#include "sync/roll.h"
#include "sync/set_back.h"
#include "sync/sync.h"
#include "tests/fleet/bugs.h"

enum { COLLECT_AFTER_S = 86400 };

static bool on[BUG_N];

static const char *const words[BUG_N] = {
#define BUG_WORD(name, word, text) [BUG_##name] = word,
	BUG_LIST(BUG_WORD)
#undef BUG_WORD
};
static const char *const texts[BUG_N] = {
#define BUG_TEXT(name, word, text) [BUG_##name] = text,
	BUG_LIST(BUG_TEXT)
#undef BUG_TEXT
};

bool bug_switch_on(const char *word)
{
	for (int i = 0; i < BUG_N; i++)
		if (!strcmp(words[i], word))
			return on[i] = true;
	return false;
}

void bugs_print(FILE *out)
{
	for (int i = 0; i < BUG_N; i++)
		fprintf(out, "%s\t%s\n", words[i], texts[i]);
}

/* --- merging --- */

int __real_store_apply_entries(struct store *store, const struct whole_entry *entries, size_t n,
                               const struct kv_row *rows, size_t n_rows, struct apply_result *result, struct error *err);
int __wrap_store_apply_entries(struct store *store, const struct whole_entry *entries, size_t n,
                               const struct kv_row *rows, size_t n_rows, struct apply_result *result, struct error *err);

static bool is_here(struct store *store, const struct whole_entry *entry)
{
	struct version version = { .seq = entry->entry->seq };
	rid_t rid;
	struct row row;
	memcpy(version.device, entry->entry->device, DEVICE_ID_BYTES);
	memcpy(version.digest, entry->digest, CRYPTO_DIGEST_BYTES);
	return !row_find(store, &version, &rid, NULL) && !row_get(store, rid, &row, NULL) &&
	       row.status != ROW_STUB;
}

static bool number_is_taken(struct store *store, const struct entry *entry)
{
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	return !store_digest_of(store, entry->device, entry->seq, digest, NULL);
}

/* Two transactions, as if the mark had a file of its own. */
static void write_marks(struct store *store, const struct whole_entry *entries, size_t n)
{
	struct upper *upper;
	struct error ignored;
	int code = upper_get(store, &upper, &ignored);
	code = code ? code : store_begin(store, &ignored);
	if (code)
		return;
	for (size_t i = 0; !code && i < n; i++) {
		uint16_t devno;
		if (is_here(store, &entries[i]))
			continue;
		code = device_number_for(store, entries[i].entry->device, &devno, &ignored);
		code = code ? code : hold_add(store, devno, entries[i].entry->seq, entries[i].digest, false, &ignored);
	}
	code = code ? code : holds_write(store, &ignored);
	if (code)
		store_abort(store);
	else
		store_commit(store, &ignored);
}

static int apply_one(struct store *store, const struct whole_entry *entry, struct apply_result *result,
                     struct error *err)
{
	struct entry without = *entry->entry;
	uint8_t digest[CRYPTO_DIGEST_BYTES];
	struct buf bytes = BUF_INIT;
	without.extensions = span_of(NULL, 0);
	int code = entry_encode(&bytes, &without, err);
	entry_digest(digest, span_of_buf(&bytes));
	const struct whole_entry one = { span_of_buf(&bytes), &without, digest };
	code = code ? code
	            : __real_store_apply_entries(store, &one, 1, NULL, 0, result, err);
	buf_free(&bytes);
	return code;
}

int __wrap_store_apply_entries(struct store *store, const struct whole_entry *entries, size_t n,
                               const struct kv_row *rows, size_t n_rows, struct apply_result *result, struct error *err)
{
	struct whole_entry *kept = calloc(n + 1, sizeof(*kept));
	size_t n_kept = 0;
	int code = 0;
	for (size_t i = 0; kept && i < n && !code; i++) {
		if ((on[BUG_NUMBERS] || on[BUG_NUMBERS_NO_FENCE]) && number_is_taken(store, entries[i].entry))
			continue;
		if (on[BUG_DROP_UNKNOWN] && entries[i].entry->extensions.len_bytes > 1)
			code = apply_one(store, &entries[i], result, err);
		else
			kept[n_kept++] = entries[i];
	}
	if (on[BUG_CHECKPOINT])
		write_marks(store, kept, n_kept);
	code = code ? code : __real_store_apply_entries(store, kept, n_kept, rows, n_rows, result, err);
	free(kept);
	return code;
}

/* --- what the level above holds --- */

int __real_coverage_compute(struct store *store, const struct store_info *info, struct arena *arena,
                            struct coverage *out, struct error *err);
int __wrap_coverage_compute(struct store *store, const struct store_info *info, struct arena *arena,
                            struct coverage *out, struct error *err);

/* Nothing up to highest is missing any more. */
static void cover_to(struct coverage *coverage, struct coverage_device *device, uint64_t highest, struct arena *arena)
{
	struct seq_range *rest = arena_array(arena, device->n_missing + 1, sizeof(*rest));
	size_t n = 0;
	coverage->n_uncovered -= device->n_uncovered;
	device->n_uncovered = 0;
	for (size_t i = 0; rest && i < device->n_missing; i++) {
		struct seq_range range = device->missing[i];
		range.first = range.first <= highest ? highest + 1 : range.first;
		if (range.first > range.last)
			continue;
		device->n_uncovered += range.last - range.first + 1;
		rest[n++] = range;
	}
	device->missing = rest;
	device->n_missing = n;
	coverage->n_uncovered += device->n_uncovered;
}

static void exported_name(char out[32], const uint8_t device[DEVICE_ID_BYTES])
{
	memcpy(out, "bug/out/", 8);
	hex_encode(out + 8, device, DEVICE_ID_BYTES);
}

int __wrap_coverage_compute(struct store *store, const struct store_info *info, struct arena *arena,
                            struct coverage *out, struct error *err)
{
	int code = __real_coverage_compute(store, info, arena, out, err);
	for (size_t i = 0; !code && i < out->n_devices; i++) {
		struct coverage_device *device = &out->devices[i];
		int64_t highest = 0;
		char name[32];
		exported_name(name, device->vector->device);
		if (on[BUG_ACK_BY_HIGHEST] && device->receipt)
			cover_to(out, device, device->receipt->max, arena);
		if (on[BUG_EXPORTED] && !peer_number(store, name, &highest, NULL))
			cover_to(out, device, (uint64_t)highest, arena);
		device->twin = device->twin && !on[BUG_NO_TRIPWIRE] && !on[BUG_NUMBERS_NO_FENCE];
	}
	return code;
}

int __real_sync_export(struct store *store, const char *dir, struct progress *progress, struct export_report *out,
                       struct error *err);
int __wrap_sync_export(struct store *store, const char *dir, struct progress *progress, struct export_report *out,
                       struct error *err);

int __wrap_sync_export(struct store *store, const char *dir, struct progress *progress, struct export_report *out,
                       struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct device_vector *vectors;
	struct error ignored;
	size_t n;
	int code = __real_sync_export(store, dir, progress, out, err);
	if (!code && on[BUG_EXPORTED] && !store_vectors(store, &arena, &vectors, &n, &ignored))
		for (size_t i = 0; i < n; i++) {
			char name[32];
			exported_name(name, vectors[i].device);
			peer_set_number(store, name, (int64_t)vectors[i].max, &ignored);
		}
	arena_free(&arena);
	return code;
}

int __real_peer_take_receipt(struct store *store, const struct receipt *receipt, struct span bytes, bool *fresh,
                             struct error *err);
int __wrap_peer_take_receipt(struct store *store, const struct receipt *receipt, struct span bytes, bool *fresh,
                             struct error *err);

int __wrap_peer_take_receipt(struct store *store, const struct receipt *receipt, struct span bytes, bool *fresh,
                             struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct receipt copy = *receipt, last;
	if (on[BUG_OLD_EPOCH] && !peer_receipt(store, &arena, &last, NULL))
		memcpy(copy.epoch, last.epoch, sizeof(copy.epoch));
	int code = __real_peer_take_receipt(store, &copy, bytes, fresh, err);
	arena_free(&arena);
	return code;
}

int __real_store_had_epoch(struct store *store, const uint8_t epoch[8], bool *out, struct error *err);
int __wrap_store_had_epoch(struct store *store, const uint8_t epoch[8], bool *out, struct error *err);

int __wrap_store_had_epoch(struct store *store, const uint8_t epoch[8], bool *out, struct error *err)
{
	int code = __real_store_had_epoch(store, epoch, out, err);
	*out = *out || on[BUG_SET_BACK];
	return code;
}

/* --- fences --- */

int __real_fence_check(struct store *store, bool *set_back, struct error *err);
int __wrap_fence_check(struct store *store, bool *set_back, struct error *err);

int __wrap_fence_check(struct store *store, bool *set_back, struct error *err)
{
	int code = __real_fence_check(store, set_back, err);
	*set_back = *set_back && !on[BUG_NO_FENCE] && !on[BUG_NUMBERS_NO_FENCE];
	return code;
}

/* --- rights --- */

void __real_store_set_judge(struct store *store, const struct store_judge *judge);
void __wrap_store_set_judge(struct store *store, const struct store_judge *judge);

static int permit(void *arg, struct store *store, const struct entry *entry, const struct store_device *author,
                  const struct store_device *creator, char *reason, size_t size)
{
	(void)arg, (void)store, (void)entry, (void)author, (void)creator, (void)reason, (void)size;
	return 0;
}

void __wrap_store_set_judge(struct store *store, const struct store_judge *judge)
{
	static const struct store_judge everyone = { .judge = permit };
	__real_store_set_judge(store, on[BUG_NO_RIGHTS] ? &everyone : judge);
}

bool __real_batch_find(struct batch *batch, const struct version *version, rid_t *rid);
bool __wrap_batch_find(struct batch *batch, const struct version *version, rid_t *rid);

bool __wrap_batch_find(struct batch *batch, const struct version *version, rid_t *rid)
{
	return on[BUG_GIFTS] ? !row_find(batch->store, version, rid, NULL) : __real_batch_find(batch, version, rid);
}

int __real_keys_catch_up(struct store *store, struct error *err);
int __wrap_keys_catch_up(struct store *store, struct error *err);

int __wrap_keys_catch_up(struct store *store, struct error *err)
{
	return on[BUG_KEYS_LOST] ? 0 : __real_keys_catch_up(store, err);
}

/* --- the county --- */

int __real_give_down(struct store *store, const struct give *give, struct progress *progress,
                     struct export_report *out, struct error *err);
int __wrap_give_down(struct store *store, const struct give *give, struct progress *progress,
                     struct export_report *out, struct error *err);

int __wrap_give_down(struct store *store, const struct give *give, struct progress *progress,
                     struct export_report *out, struct error *err)
{
	if (!on[BUG_NO_GIVE_BACK])
		return __real_give_down(store, give, progress, out, err);
	memset(out, 0, sizeof(*out));
	return 0;
}

int __real_seal_value(struct store *store, const struct seal *seal, const struct whole_entry *rows, size_t n,
                      char name[SEAL_NAME_BYTES], struct buf *value, struct error *err);
int __wrap_seal_value(struct store *store, const struct seal *seal, const struct whole_entry *rows, size_t n,
                      char name[SEAL_NAME_BYTES], struct buf *value, struct error *err);

int __wrap_seal_value(struct store *store, const struct seal *seal, const struct whole_entry *rows, size_t n,
                      char name[SEAL_NAME_BYTES], struct buf *value, struct error *err)
{
	return on[BUG_NO_SEALS] ? 0 : __real_seal_value(store, seal, rows, n, name, value, err);
}

/* --- keys --- */

int __real_envelope_verify(struct envelope *envelope, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES], struct error *err);
int __wrap_envelope_verify(struct envelope *envelope, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES], struct error *err);

int __wrap_envelope_verify(struct envelope *envelope, const uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES], struct error *err)
{
	return on[BUG_UNSIGNED] ? 0 : __real_envelope_verify(envelope, sign_pk, err);
}

int __real_seal_check(const struct seal *seal, const struct store_device *author, const struct store_device *signer,
                      size_t n, struct error *err);
int __wrap_seal_check(const struct seal *seal, const struct store_device *author, const struct store_device *signer,
                      size_t n, struct error *err);

int __wrap_seal_check(const struct seal *seal, const struct store_device *author, const struct store_device *signer,
                      size_t n, struct error *err)
{
	return on[BUG_UNSEALED] ? 0 : __real_seal_check(seal, author, signer, n, err);
}

int __real_keylog_verify(const struct keylog *log, struct error *err);
int __wrap_keylog_verify(const struct keylog *log, struct error *err);

int __wrap_keylog_verify(const struct keylog *log, struct error *err)
{
	return on[BUG_UNPROVED] ? 0 : __real_keylog_verify(log, err);
}

int __real_set_back_by_key(struct store *store, struct store_info *info, const struct envelope *envelope, bool *found,
                           struct error *err);
int __wrap_set_back_by_key(struct store *store, struct store_info *info, const struct envelope *envelope, bool *found,
                           struct error *err);

int __wrap_set_back_by_key(struct store *store, struct store_info *info, const struct envelope *envelope, bool *found,
                           struct error *err)
{
	*found = false;
	return on[BUG_UNANSWERED] ? error_set(err, ERR_RECIPIENT, "it is sealed for another recipient")
	                          : __real_set_back_by_key(store, info, envelope, found, err);
}

int __real_roll_value(struct store *store, const struct roll *roll, const struct seal *seal,
                      const uint8_t author[DEVICE_ID_BYTES], char name[ROLL_NAME_BYTES], struct buf *value,
                      struct error *err);
int __wrap_roll_value(struct store *store, const struct roll *roll, const struct seal *seal,
                      const uint8_t author[DEVICE_ID_BYTES], char name[ROLL_NAME_BYTES], struct buf *value,
                      struct error *err);

int __wrap_roll_value(struct store *store, const struct roll *roll, const struct seal *seal,
                      const uint8_t author[DEVICE_ID_BYTES], char name[ROLL_NAME_BYTES], struct buf *value,
                      struct error *err)
{
	return on[BUG_NO_ROLLS] ? 0 : __real_roll_value(store, roll, seal, author, name, value, err);
}

/* --- states --- */

int __real_state_compute(struct record *out, const struct state_entry *entries, size_t n, struct arena *arena,
                         struct error *err);
int __wrap_state_compute(struct record *out, const struct state_entry *entries, size_t n, struct arena *arena,
                         struct error *err);

static uint64_t lamport_of(const struct state_entry *entries, size_t n, rid_t rid)
{
	for (size_t i = 0; i < n; i++)
		if (entries[i].rid == rid)
			return entries[i].lamport;
	return 0;
}

/* Local numbers grow as devices and entries arrive. */
static void first_come(struct record_field *field, const struct state_entry *entries, size_t n)
{
	struct leaf *leaves = (struct leaf *)(uintptr_t)field->leaves;
	for (size_t k = 1; k < field->n_leaves; k++)
		if (leaves[k].entry < leaves[0].entry &&
		    lamport_of(entries, n, leaves[k].entry) == lamport_of(entries, n, leaves[0].entry)) {
			struct leaf held = leaves[0];
			leaves[0] = leaves[k];
			leaves[k] = held;
		}
}

int __wrap_state_compute(struct record *out, const struct state_entry *entries, size_t n, struct arena *arena,
                         struct error *err)
{
	int code = __real_state_compute(out, entries, n, arena, err);
	for (size_t i = 0; !code && i < out->n_fields; i++) {
		struct record_field *field = (struct record_field *)(uintptr_t)&out->fields[i];
		if (on[BUG_ARRIVAL])
			first_come(field, entries, n);
		if (on[BUG_LAST_WINS])
			field->n_leaves = 1;
	}
	if (on[BUG_LAST_WINS])
		out->conflicted = out->contested = false;
	return code;
}

/* --- removing --- */

static int remove_entries(struct store *store, const rid_t *rids, size_t n)
{
	struct error ignored;
	int code = n ? store_begin(store, &ignored) : 0;
	for (size_t i = 0; !code && i < n; i++) {
		uint8_t key[8];
		put_u64_be(key, rids[i]);
		code = engine_del(store->engine, TABLE_ENTRY, span_of(key, sizeof(key)), &ignored);
	}
	if (!n)
		return 0;
	if (code)
		store_abort(store);
	return code ? code : store_commit(store, &ignored);
}

static bool is_old_retirement(struct store *store, const struct record *record)
{
	const struct record_field *field = record_field(record, TAG_RETIRED);
	struct entry_origin origin;
	return record->retired && field && !store_origin(store, field->leaves[0].entry, &origin, NULL) &&
	       origin.wall + COLLECT_AFTER_S < date_now_seconds();
}

struct collection { struct store *store; rid_t rids[64]; size_t n; };

static bool collect_one(void *arg, const struct record *record, struct arena *arena)
{
	struct collection *all = arg;
	rid_t *rids;
	size_t n;
	if (is_old_retirement(all->store, record) && !store_history(all->store, record->id, arena, &rids, &n, NULL))
		for (size_t i = 0; i < n && all->n < 64; i++)
			all->rids[all->n++] = rids[i];
	return true;
}

int __real_sync_merge(struct store *store, const char *path, struct arena *arena, struct progress *progress,
                      struct merge_report *out, struct error *err);
int __wrap_sync_merge(struct store *store, const char *path, struct arena *arena, struct progress *progress,
                      struct merge_report *out, struct error *err);

int __wrap_sync_merge(struct store *store, const char *path, struct arena *arena, struct progress *progress,
                      struct merge_report *out, struct error *err)
{
	struct collection all = { .store = store };
	int code = __real_sync_merge(store, path, arena, progress, out, err);
	if (!code && on[BUG_COLLECT] && !store_each_master(store, "resident", collect_one, &all, NULL))
		remove_entries(store, all.rids, all.n);
	return code;
}

int __real_sync_import(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                       struct import_report *out, struct error *err);
int __wrap_sync_import(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                       struct import_report *out, struct error *err);

int __wrap_sync_import(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                       struct import_report *out, struct error *err)
{
	struct coverage coverage;
	struct store_info info;
	int code = __real_sync_import(store, path, arena, ask, out, err);
	if (code || !on[BUG_PRUNE] || store_info_get(store, &info, NULL) ||
	    coverage_compute(store, &info, arena, &coverage, NULL))
		return code;
	for (size_t i = 0; i < coverage.n_devices; i++) {
		const struct coverage_device *device = &coverage.devices[i];
		uint16_t devno = device_number(store, device->vector->device);
		rid_t *rids = arena_array(arena, (size_t)device->prefix + 1, sizeof(*rids));
		for (uint64_t seq = 1; rids && seq <= device->prefix; seq++)
			rids[seq - 1] = rid_make(devno, seq, 0);
		if (rids)
			remove_entries(store, rids, (size_t)device->prefix);
	}
	return code;
}
