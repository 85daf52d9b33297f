/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging is set union: whatever the order, the cuts and the repetitions, one state. */
#include "config.h"
#include "db/exchange.h"

#include "db/maintain.h"
#include "tests/db/village.h"
#include "tests/db/world.h"

enum { ENTRIES = 400, SEEDS = 4 };

static int judge_some(void *arg, struct store *store, const struct entry *entry,
                      const struct store_device *author, const struct store_device *creator, char *reason,
                      size_t size)
{
	const int *forbidden = arg;

	(void)store;
	(void)author;
	(void)creator;
	snprintf(reason, size, "unlucky this entry has an unlucky clock");
	return *forbidden && entry->wall % *forbidden == 0;
}

static void report_line(void *arg, const char *line)
{
	(void)arg;
	printf("# %s\n", line);
}

/* Give the world's entries to a store: shuffled unless order is 0, in random chunks, some twice. */
static int give(struct store *store, struct world *world, uint64_t order, struct apply_result *result)
{
	struct world dice = { .state = order * 77 + 5 };
	size_t *at = calloc(2 * world->n, sizeof(*at)), n = 0;
	int rc = 0;

	for (size_t i = 0; i < world->n; i++) {
		if (world->entries[i].lost)
			continue;
		at[n++] = i;
		if (order && world_random(&dice, 4) == 0)
			at[n++] = i;
	}
	for (size_t i = n - 1; order && i > 0; i--) {
		size_t k = world_random(&dice, i + 1), one = at[i];
		at[i] = at[k];
		at[k] = one;
	}
	for (size_t from = 0; !rc && from < n;) {
		struct span chunk[64];
		size_t len = 1 + world_random(&dice, 64);
		for (size_t i = 0; i < len; i++) {
			if (from + i == n)
				len = i;
			else
				chunk[i] = world->entries[at[from + i]].canonical;
		}
		rc = store_apply(store, chunk, len, NULL, span_of("", 0), result, &village_err);
		from += len;
	}
	if (rc)
		printf("# %s\n", village_err.text);
	free(at);
	return rc;
}

static void test_any_order(struct store *const stores[3], uint64_t seed)
{
	static int forbidden = 7;
	const struct store_judge judge = { .judge = judge_some, .arg = &forbidden };
	struct apply_result results[3] = { { 0 } };
	uint8_t digests[3][CRYPTO_HASH_BYTES];
	struct check_result check;
	struct store_info infos[3];
	struct world world;

	world_make(&world, seed, ENTRIES);
	for (unsigned i = 0; i < 3; i++) {
		store_set_judge(stores[i], &judge);
		is(give(stores[i], &world, i * seed, &results[i]), 0, "entries are taken over");
		is(store_digest(stores[i], digests[i], &village_err), 0, "a digest is computed");
		is(store_check(stores[i], false, report_line, NULL, &check, NULL, &village_err), 0,
		   "the check finds nothing wrong");
		is(store_info_get(stores[i], &infos[i], &village_err), 0, "counters can be read");
	}
	ok(!memcmp(digests[0], digests[1], 32) && !memcmp(digests[0], digests[2], 32),
	   "three orders, one digest (seed %llu)", (unsigned long long)seed);
	is((long long)results[1].fresh, (long long)results[0].fresh, "as many fresh entries");
	ok(results[1].known > 0, "repeated entries were known");
	ok(infos[0].n_records == infos[1].n_records && infos[0].n_conflicts == infos[2].n_conflicts &&
	           infos[0].n_waiting == infos[1].n_waiting &&
	           infos[0].n_quarantined == infos[2].n_quarantined,
	   "equal counters");
	ok(infos[0].n_conflicts > 0 && infos[0].n_waiting > 0 && infos[0].n_quarantined > 0,
	   "with conflicts, waiting and quarantined entries among them");
	is(store_check(stores[2], true, report_line, NULL, &check, NULL, &village_err), 0,
	   "rebuilding finds nothing wrong");
	store_digest(stores[2], digests[1], &village_err);
	ok(!memcmp(digests[0], digests[1], 32), "and leaves the digest as it is");

	forbidden = 0;
	is(store_rejudge(stores[0], NULL, &village_err), 0, "rights are granted later");
	store_rejudge(stores[1], NULL, &village_err);
	store_info_get(stores[0], &infos[0], &village_err);
	ok(infos[0].n_quarantined < infos[1].n_quarantined, "fewer entries are held back");
	store_digest(stores[0], digests[0], &village_err);
	store_digest(stores[1], digests[1], &village_err);
	ok(!memcmp(digests[0], digests[1], 32), "again one digest");
	is(store_check(stores[0], false, report_line, NULL, &check, NULL, &village_err), 0,
	   "and nothing wrong");
	forbidden = 7;
	store_rejudge(stores[1], NULL, &village_err);
	store_digest(stores[1], digests[1], &village_err);
	store_digest(stores[2], digests[2], &village_err);
	ok(!memcmp(digests[1], digests[2], 32), "rights taken away again: the state from before");
	world_free(&world);
}

/* --- decoded entries read ahead are those that come one by one --- */

struct reading {
	struct buf bytes;  /* version and canonical entry of each */
	uint64_t next;     /* the number to go on with */
	unsigned left;     /* until a stop; 0: there is none */
};

static void add_read(struct reading *reading, const struct version *version, struct span canonical)
{
	version_put(&reading->bytes, version);
	buf_put(&reading->bytes, canonical.data, canonical.len_bytes);
}

static bool take_canonical(void *arg, const struct version *version, struct span canonical)
{
	add_read(arg, version, canonical);
	return true;
}

/* Never stops between two entries under one number, as these would be left out. */
static bool take_whole(void *arg, const struct version *version, const struct whole_entry *whole)
{
	struct reading *reading = arg;
	struct buf canonical = BUF_INIT;
	struct error err;

	if (reading->left == 1 && version->seq != reading->next - 1)
		return false;
	reading->left -= reading->left > 1;
	if (!entry_encode(&canonical, whole->entry, &err) && !memcmp(whole->digest, version->digest, CRYPTO_DIGEST_BYTES))
		add_read(reading, version, span_of_buf(&canonical));
	buf_free(&canonical);
	reading->next = version->seq + 1;
	return true;
}

/* piece: after how many the reading stops, to be taken up again. */
static void test_read_ahead(struct store *store, unsigned piece)
{
	struct reading one = { .bytes = BUF_INIT }, ahead = { .bytes = BUF_INIT }, pieces = { .bytes = BUF_INIT };
	struct entries_ahead reader = { .n = 0 };
	const uint64_t all = UINT64_MAX >> 24;
	int rc = 0;

	for (size_t i = 0; !rc && store_device_at(store, i); i++) {
		const uint8_t *device = store_device_at(store, i)->id;
		rc = store_entries_each(store, device, 1, all, take_canonical, &one, &village_err);
		const size_t before = ahead.bytes.len_bytes;
		for (int again = 0; !rc && again < 2; again++) { /* first some, so that it knows how large records are */
			ahead.bytes.len_bytes = before;
			entries_ahead_clear(&reader);
			rc = store_entries_read(store, &reader, device, 1, again ? all : 1000, take_whole, &ahead,
			                        &village_err);
		}
		pieces.next = 1;
		for (uint64_t from = 0; !rc && from != pieces.next;) {
			from = pieces.next;
			pieces.left = piece;
			if (from % 3)
				entries_ahead_clear(&reader);
			rc = store_entries_read(store, &reader, device, from, from % 5 ? all : from + 3, take_whole, &pieces,
			                        &village_err);
		}
	}
	is(rc, 0, "entries are read one by one, ahead and in pieces");
	ok(one.bytes.len_bytes > 0 && ahead.bytes.len_bytes == one.bytes.len_bytes &&
	           !memcmp(ahead.bytes.data, one.bytes.data, one.bytes.len_bytes),
	   "all of them are the same (%zu bytes)", one.bytes.len_bytes);
	ok(pieces.bytes.len_bytes == one.bytes.len_bytes &&
	           !memcmp(pieces.bytes.data, one.bytes.data, one.bytes.len_bytes),
	   "also when they are left in the middle");
	entries_ahead_free(&reader);
	buf_free(&one.bytes);
	buf_free(&ahead.bytes);
	buf_free(&pieces.bytes);
}

/* More than is read ahead, and nothing of it may go as long as the reader keeps what it was given. */
static void test_read_long(struct store *store)
{
	enum { NOTES = 2500, NOTE_BYTES = 3000, PIECE = 900 };
	static char text[NOTE_BYTES + 1];
	int rc = store_bulk_begin(store, &village_err);

	for (int i = 0; !rc && i < NOTES; i++) {
		memset(text, 'a' + i % 26, NOTE_BYTES);
		rc = village_note(store, text);
	}
	is(rc ? rc : store_bulk_end(store, &village_err), 0, "long notes are saved");
	test_read_ahead(store, PIECE);
}

/* --- a story with known outcome --- */

static struct span make(uint8_t device, uint64_t seq, const struct version *record, const char *value,
                        const struct version *base, int64_t wall, struct version *version)
{
	struct entry_field field = { .tag = 16, .value = span_of(value, strlen(value)), .bases = base,
		                     .n_bases = base != NULL };
	struct entry entry = { .seq = seq, .lamport = seq, .wall = wall, .operator_name = "wang",
		               .form = "note", .fields = &field, .n_fields = 1 };
	struct buf bytes = BUF_INIT;
	struct error err;

	memset(entry.device, device, sizeof(entry.device));
	if (record)
		entry.record = *record;
	if (entry_encode(&bytes, &entry, &err))
		printf("# %s\n", err.text);
	memcpy(version->device, entry.device, DEVICE_ID_BYTES);
	version->seq = seq;
	entry_digest(version->digest, span_of_buf(&bytes));
	return span_of_buf(&bytes);
}

struct held_list { unsigned waiting, quarantined; char reason[80]; };

static bool note_held(void *arg, const struct held_entry *held)
{
	struct held_list *list = arg;

	list->waiting += held->waiting;
	list->quarantined += !held->waiting;
	snprintf(list->reason, sizeof(list->reason), "%s", held->reason);
	return true;
}

static const char *shown(struct store *store, const struct version *record, struct arena *arena,
                         size_t *n_leaves)
{
	struct record out;
	rid_t rid;

	if (store_find_version(store, record, &rid, &village_err) ||
	    store_record(store, rid, arena, &out, &village_err))
		return NULL;
	*n_leaves = out.n_fields ? out.fields[0].n_leaves : 0;
	return record_text(&out, 16);
}

static int apply_one(struct store *store, struct span canonical, struct apply_result *result)
{
	return store_apply(store, &canonical, 1, NULL, span_of("", 0), result, &village_err);
}

static void test_story(struct store *store)
{
	static int forbidden = 0;
	const struct store_judge judge = { .judge = judge_some, .arg = &forbidden };
	struct arena arena = ARENA_INIT;
	struct version v1, v2, v3, v4, twin;
	struct span e1 = make('x', 1, NULL, "one", NULL, 1, &v1);
	struct span e2 = make('x', 2, &v1, "two", &v1, 10, &v2);
	struct span e3 = make('x', 3, &v1, "three", &v2, 1, &v3);
	struct span e4 = make('y', 1, &v1, "other", &v1, 1, &v4);
	struct span e2b = make('x', 2, &v1, "twin", &v1, 1, &twin);
	struct apply_result result = { 0 };
	struct held_list held = { 0 };
	struct device_vector *vectors;
	uint8_t head1[32], head2[32], digest[CRYPTO_DIGEST_BYTES], device[8];
	struct buf value = BUF_INIT;
	size_t n, n_leaves = 0;

	memset(device, 'x', 8);
	store_set_judge(store, &judge);
	is(apply_one(store, e3, &result), 0, "a third entry comes first");
	is((long long)result.waiting, 1, "and waits");
	store_held_each(store, note_held, &held, &village_err);
	is(held.waiting, 1, "it is listed");
	store_vectors(store, &arena, &vectors, &n, &village_err);
	ok(n == 1 && vectors[0].prefix == 0 && vectors[0].max == 3 && vectors[0].n_held == 1 &&
	           vectors[0].held[0].first == 3,
	   "the vector shows the gap");
	is(apply_one(store, e1, &result), 0, "the first comes");
	is_text(shown(store, &v1, &arena, &n_leaves), "one", "the record shows it");
	is(apply_one(store, e2, &result), 0, "the second comes");
	is_text(shown(store, &v1, &arena, &n_leaves), "three", "now the third counts");
	is((long long)n_leaves, 1, "and is the only leaf");
	store_vectors(store, &arena, &vectors, &n, &village_err);
	ok(vectors[0].prefix == 3 && vectors[0].n_held == 0, "the gap is closed");
	is(store_head_at(store, device, 3, head1, &village_err), 0, "there is a chain head");
	ok(!memcmp(head1, vectors[0].head, 32), "the vector's");
	is(store_head_at(store, device, 1, head2, &village_err), 0, "and an earlier one");
	ok(memcmp(head1, head2, 32) != 0, "that differs");
	is(store_head_at(store, device, 4, head2, &village_err), ERR_NOTFOUND, "none beyond the prefix");

	is(apply_one(store, e4, &result), 0, "another device edited the first version");
	is((long long)result.conflicts, 1, "a conflict");
	shown(store, &v1, &arena, &n_leaves);
	is((long long)n_leaves, 2, "both values are kept");

	is(store_digest_of(store, device, 2, digest, &village_err), 0, "one entry under number 2");
	is(apply_one(store, e2b, &result), 0, "a twin of number 2 comes");
	is((long long)result.forks, 1, "it is a fork");
	is(store_digest_of(store, device, 2, digest, &village_err), ERR_NOTFOUND, "now there are two");
	is(apply_one(store, e2b, &result), 0, "once more");
	is((long long)result.known, 1, "it is known");

	is(store_apply(store, &(struct span){ e1.data, e1.len_bytes - 1 }, 1, "k", span_of("v", 1), &result,
	               &village_err),
	   ERR_INVALID, "a broken entry refuses its chunk");
	is(store_kv_get(store, "k", &value, &village_err), ERR_NOTFOUND, "with its value");
	is(store_apply(store, &e1, 1, "k", span_of("v", 1), &result, &village_err), 0, "a good chunk");
	is(store_kv_get(store, "k", &value, &village_err), 0, "brings its value");

	forbidden = 10; /* e2: what replaced "one" must still be replaced by e3 */
	is(store_rejudge(store, NULL, &village_err), 0, "the second entry is refused afterwards");
	held = (struct held_list){ 0 };
	store_held_each(store, note_held, &held, &village_err);
	is(held.quarantined, 1, "it is in quarantine");
	is_text(held.reason, "unlucky this entry has an unlucky clock", "with its reason");
	shown(store, &v1, &arena, &n_leaves);
	is((long long)n_leaves, 3, "the leaves are the third, the twin and the other device's");

	free((void *)(uintptr_t)e1.data);
	free((void *)(uintptr_t)e2.data);
	free((void *)(uintptr_t)e3.data);
	free((void *)(uintptr_t)e4.data);
	free((void *)(uintptr_t)e2b.data);
	buf_free(&value);
	arena_free(&arena);
}

int main(void)
{
	struct store *stores[3];
	const char *dir;
	char name[32];

	scratch_begin();
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		bool open = true;
		for (unsigned i = 0; i < 3; i++) {
			snprintf(name, sizeof(name), "s%u-%u", (unsigned)seed, i);
			dir = scratch_path(name);
			stores[i] = village_make(dir, false) ? village_open(dir, 0) : NULL;
			open &= stores[i] != NULL;
		}
		if (!ok(open, "three stores"))
			return done_testing();
		test_any_order(stores, seed);
		test_read_ahead(stores[0], 8);
		for (unsigned i = 0; i < 3; i++)
			store_close(stores[i]);
	}
	dir = scratch_path("long");
	stores[0] = village_make(dir, false) ? village_open(dir, 0) : NULL;
	if (ok(stores[0] != NULL, "a store"))
		test_read_long(stores[0]);
	store_close(stores[0]);
	dir = scratch_path("story");
	stores[0] = village_make(dir, true) ? village_open(dir, 0) : NULL;
	if (ok(stores[0] != NULL, "a store"))
		test_story(stores[0]);
	store_close(stores[0]);
	return done_testing();
}
