/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/gather.h"

#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"

static void clear(struct gathered *rows)
{
	entries_ahead_clear(&rows->ahead);
	rows->n = rows->n_bytes = 0;
}

/* About the canonical bytes of an entry. */
static size_t entry_size(const struct entry *entry)
{
	enum { HEAD_BYTES = 74, FIELD_BYTES = 4, BASE_BYTES = DEVICE_ID_BYTES + 4 + CRYPTO_DIGEST_BYTES };
	size_t n_bytes = HEAD_BYTES + entry->extensions.len_bytes;
	for (size_t i = 0; i < entry->n_fields; i++)
		n_bytes += FIELD_BYTES + entry->fields[i].value.len_bytes + BASE_BYTES * entry->fields[i].n_bases;
	return n_bytes;
}

static bool add(struct gathered *rows, const struct whole_entry *whole)
{
	if (rows->n == CHUNK_MAX_ROWS)
		return false;
	memcpy(rows->digests[rows->n], whole->digest, CRYPTO_DIGEST_BYTES);
	rows->rows[rows->n++] = (struct chunk_row){ whole->entry, whole->digest };
	return true;
}

static void finish(struct gathered *rows)
{
	crypto_hash_data(rows->root, CRYPTO_DIGEST_BYTES, rows->digests, rows->n * CRYPTO_DIGEST_BYTES, NULL);
}

static bool take_range(void *arg, const struct version *version, const struct whole_entry *whole)
{
	struct gathered *rows = arg;
	size_t n_bytes = entry_size(whole->entry);
	bool full = rows->n == CHUNK_MAX_ROWS || rows->n_bytes + n_bytes > CHUNK_MAX_CANONICAL;
	if (rows->n && full && (version->seq != gathered_seq(rows, rows->n - 1) || rows->n == CHUNK_MAX_ROWS))
		return false;
	rows->n_bytes += n_bytes;
	return add(rows, whole);
}

int gather_range(struct store *store, const uint8_t author[DEVICE_ID_BYTES], struct seq_range range,
                 struct gathered *out, struct error *err)
{
	clear(out);
	int code = store_entries_read(store, &out->ahead, author, range.first, range.last, take_range, out, err);
	finish(out);
	return code;
}

/* --- by a seal --- */

struct choosing {
	struct gathered *rows;
	const struct kept_seal *seal;
	size_t at;      /* in the picks */
	uint64_t doubted; /* the last number with several entries of which none is picked */
	unsigned n_doubted;
	unsigned newest;  /* bit by bit for these: of several the one that came last, else the first */
	bool too_many;
};

/* So many numbers in doubt are tried both ways; those behind them go as the last of these. */
enum { DOUBTED_MAX = 8 };

static bool is_picked(struct choosing *c, const struct version *version, bool *named)
{
	const struct kept_seal *seal = c->seal;
	while (c->at < seal->n_picks && seal->picks[c->at].seq < version->seq)
		c->at++;
	*named = c->at < seal->n_picks && seal->picks[c->at].seq == version->seq;
	for (size_t i = c->at; i < seal->n_picks && seal->picks[i].seq == version->seq; i++)
		if (!memcmp(seal->picks[i].digest, version->digest, CRYPTO_DIGEST_BYTES))
			return true;
	return false;
}

static bool choose(void *arg, const struct version *version, const struct whole_entry *whole)
{
	struct choosing *c = arg;
	struct gathered *rows = c->rows;
	bool named, picked = is_picked(c, version, &named);
	bool again = rows->n && gathered_seq(rows, rows->n - 1) == version->seq;
	if (!named && again && c->doubted != version->seq) {
		c->doubted = version->seq;
		c->n_doubted += c->n_doubted < DOUBTED_MAX;
	}
	if (named ? !picked : again && !(c->newest >> (c->n_doubted - 1) & 1))
		return true;
	if (!named && again)
		rows->n--;
	c->too_many = rows->n == c->seal->n || !add(rows, whole);
	return !c->too_many;
}

int gather_sealed(struct store *store, const uint8_t author[DEVICE_ID_BYTES], const struct kept_seal *seal,
                  struct gathered *out, struct error *err)
{
	unsigned tries = 1;
	for (unsigned newest = 0; newest < tries; newest++) {
		struct choosing c = { .rows = out, .seal = seal, .newest = newest };
		clear(out);
		int code = store_entries_read(store, &out->ahead, author, seal->first, seal->last, choose, &c, err);
		if (code)
			return code;
		finish(out);
		if (!c.too_many && out->n == seal->n && !memcmp(out->root, seal->seal.root, CRYPTO_DIGEST_BYTES))
			return 0;
		if (!newest) /* which came first does not tell when one was named before it came */
			tries = 1u << c.n_doubted;
	}
	return error_set(err, ERR_NOTFOUND, _("the rows of a seal are not here"));
}

/* --- chosen ones --- */

static bool *find_chosen(struct chosen *chosen, const struct version *version)
{
	size_t low = 0, high = chosen->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = version_compare(&chosen->versions[mid], version);
		if (!order)
			return &chosen->sent[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

struct taking { struct gathered *rows; struct chosen *chosen; bool full; };

static bool take_chosen(void *arg, const struct version *version, const struct whole_entry *whole)
{
	struct taking *taking = arg;
	bool *sent = find_chosen(taking->chosen, version);
	if (!sent || *sent)
		return true;
	size_t n_bytes = entry_size(whole->entry);
	taking->full = taking->rows->n && taking->rows->n_bytes + n_bytes > CHUNK_MAX_CANONICAL;
	taking->full = taking->full || !add(taking->rows, whole);
	if (taking->full)
		return false;
	taking->rows->n_bytes += n_bytes;
	return *sent = true;
}

static int read_chosen(struct store *store, struct chosen *chosen, struct gathered *out, struct error *err)
{
	struct taking taking = { .rows = out, .chosen = chosen };
	int code = 0;
	for (size_t i = 0, next; !code && !taking.full && i < chosen->n; i = next) {
		const struct version *run = &chosen->versions[i];
		for (next = i + 1; next < chosen->n && chosen->versions[next].seq <= chosen->versions[next - 1].seq + 1; next++)
			;
		code = store_entries_read(store, &out->ahead, run->device, run->seq, chosen->versions[next - 1].seq,
		                          take_chosen, &taking, err);
	}
	return code;
}

int gather_chosen(struct store *store, struct chosen *chosen, struct gathered *out, struct error *err)
{
	clear(out);
	int code = read_chosen(store, chosen, out, err);
	finish(out);
	return code;
}

void gather_keep(struct gathered *rows, struct chosen *chosen, struct roll *roll)
{
	size_t kept = 0;
	roll_unmark(roll);
	memcpy(roll->digests, rows->digests, rows->n * CRYPTO_DIGEST_BYTES);
	roll->n = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		struct version version = { .seq = gathered_seq(rows, i) };
		memcpy(version.device, rows->rows[i].entry->device, DEVICE_ID_BYTES);
		memcpy(version.digest, rows->digests[i], CRYPTO_DIGEST_BYTES);
		bool *sent = find_chosen(chosen, &version);
		if (!sent || *sent)
			continue;
		*sent = true;
		roll_mark(roll, i);
		rows->rows[kept] = rows->rows[i];
		memmove(rows->digests[kept++], rows->digests[i], CRYPTO_DIGEST_BYTES);
	}
	rows->n = kept;
	finish(rows);
}

/* --- by a roll --- */

/* Places in a roll by digest: which are hashes, so their first bytes spread by themselves. */
struct places {
	const struct roll *roll;
	uint16_t slots[2 * 4096]; /* place + 1, 0 free */
};
enum { PLACES_MASK = 2 * 4096 - 1 };
_Static_assert(CHUNK_MAX_ROWS <= 4096, "half of the slots stay free");

static size_t slot_of(const struct places *places, const uint8_t *digest)
{
	size_t slot = get_u32_be(digest) & PLACES_MASK;
	while (places->slots[slot] && memcmp(places->roll->digests[places->slots[slot] - 1], digest, CRYPTO_DIGEST_BYTES))
		slot = (slot + 1) & PLACES_MASK;
	return slot;
}

static void index_roll(struct places *places, const struct roll *roll)
{
	memset(places->slots, 0, sizeof(places->slots));
	places->roll = roll;
	for (size_t i = 0; i < roll->n; i++)
		places->slots[slot_of(places, roll->digests[i])] = (uint16_t)(i + 1);
}

/* Those of the chosen that the roll names; from: where each stands among the chosen. */
static int choose_named(const struct chosen *chosen, const struct places *places, struct arena *arena, struct chosen *out,
                        size_t **from)
{
	size_t most = places->roll->n;
	struct version *versions = arena_array(arena, most, sizeof(*versions));
	*out = (struct chosen){ versions, arena_array(arena, most, sizeof(*out->sent)), 0 };
	*from = arena_array(arena, most, sizeof(**from));
	if (!versions || !out->sent || !*from)
		return ERR_NOMEM;
	for (size_t i = 0; i < chosen->n && out->n < most; i++) {
		if (chosen->sent[i] || !places->slots[slot_of(places, chosen->versions[i].digest)])
			continue;
		(*from)[out->n] = i;
		versions[out->n++] = chosen->versions[i];
	}
	return 0;
}

/* The order of entries under one number is that of the roll. */
static void order_by(struct gathered *rows, const struct places *places)
{
	for (size_t i = 1; i < rows->n; i++)
		for (size_t at = i; at && gathered_seq(rows, at) == gathered_seq(rows, at - 1) &&
		                    places->slots[slot_of(places, rows->digests[at])] <
		                            places->slots[slot_of(places, rows->digests[at - 1])]; at--) {
			struct chunk_row row = rows->rows[at];
			rows->rows[at] = rows->rows[at - 1];
			rows->rows[at - 1] = row;
			memcpy(rows->digests[at], rows->rows[at].digest, CRYPTO_DIGEST_BYTES);
			memcpy(rows->digests[at - 1], rows->rows[at - 1].digest, CRYPTO_DIGEST_BYTES);
		}
}

int gather_rolled(struct store *store, struct chosen *chosen, struct roll *roll, struct gathered *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct places places;
	struct chosen named;
	size_t *from;
	clear(out);
	roll_unmark(roll);
	index_roll(&places, roll);
	int code = choose_named(chosen, &places, &arena, &named, &from);
	code = code ? error_set(err, code, "%s", error_kind(code)) : read_chosen(store, &named, out, err);
	order_by(out, &places);
	for (size_t i = 0; !code && i < named.n; i++)
		chosen->sent[from[i]] = chosen->sent[from[i]] || named.sent[i];
	for (size_t i = 0; i < out->n; i++)
		roll_mark(roll, places.slots[slot_of(&places, out->digests[i])] - 1u);
	finish(out);
	arena_free(&arena);
	return code;
}

void gather_free(struct gathered *rows)
{
	if (rows)
		entries_ahead_free(&rows->ahead);
	free(rows);
}
