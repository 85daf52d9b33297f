/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a record against its definition, worked out the slow way. */
#include "config.h"
#include "db/state.h"

#include <stdlib.h>
#include <string.h>
#include "tests/tap.h"

enum { N_MAX = 9 };

static struct state_change changes[N_MAX];
static struct state_entry entries[N_MAX];
static rid_t bases[N_MAX][N_MAX];
static uint8_t devices[N_MAX][DEVICE_ID_BYTES], digests[N_MAX][CRYPTO_DIGEST_BYTES];
static uint64_t seed = 1;

static unsigned draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static size_t index_of(rid_t rid, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (entries[i].rid == rid)
			return i;
	return n;
}

/* Whether from replaces to: names it, or names one that does not count and replaces it. */
static bool replaces(size_t from, size_t to, size_t n)
{
	for (size_t b = 0; b < changes[from].n_bases; b++) {
		size_t base = index_of(changes[from].bases[b], n);
		if (base == n)
			continue;
		if (base == to || (!entries[base].counts && replaces(base, to, n)))
			return true;
	}
	return false;
}

static bool is_leaf(size_t i, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && entries[k].counts && replaces(k, i, n))
			return false;
	return entries[i].counts;
}

/* Entry i may name only earlier ones, as digests force it to. */
static void make_random(size_t n)
{
	static const char *const words[] = { "a", "b", "" };

	for (size_t i = 0; i < n; i++) {
		const char *word = words[draw(3)];
		size_t n_bases = 0;
		for (size_t k = 0; k < i; k++)
			if (draw(100) < 40)
				bases[i][n_bases++] = 100 + k;
		if (draw(20) == 0)
			bases[i][n_bases++] = 999; /* an entry of another record */
		changes[i] = (struct state_change){ 16, ENTRY_TEXT, span_of(word, strlen(word)), bases[i],
			                            n_bases };
		memset(devices[i], (int)draw(3), DEVICE_ID_BYTES);
		memset(digests[i], (int)i, CRYPTO_DIGEST_BYTES);
		entries[i] = (struct state_entry){ 100 + i, draw(100) < 75, draw(3), devices[i],
			                           digests[i], &changes[i], 1 };
	}
}

static bool higher(const struct state_entry *a, const struct state_entry *b)
{
	int cmp;

	if (a->lamport != b->lamport)
		return a->lamport > b->lamport;
	cmp = memcmp(a->device, b->device, DEVICE_ID_BYTES);
	return cmp ? cmp > 0 : memcmp(a->digest, b->digest, CRYPTO_DIGEST_BYTES) > 0;
}

static bool agrees(const struct record *record, size_t n)
{
	const struct record_field *field = record->n_fields ? &record->fields[0] : NULL;
	size_t n_leaves = 0, shown = n;
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		if (!is_leaf(i, n))
			continue;
		n_leaves++;
		if (shown < n)
			differ |= changes[i].value.data != changes[shown].value.data;
		if (shown == n || higher(&entries[i], &entries[shown]))
			shown = i;
	}
	if (n_leaves == 0)
		return record->n_fields == 0 && !record->conflicted;
	return field && field->n_leaves == n_leaves && field->leaves[0].entry == entries[shown].rid &&
	       record->conflicted == differ;
}

static void shuffle(size_t n)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t k = draw((unsigned)i + 1);
		struct state_entry one = entries[i];
		struct state_change change = changes[i];
		entries[i] = entries[k];
		changes[i] = changes[k];
		entries[k] = one;
		changes[k] = change;
		entries[i].changes = &changes[i];
		entries[k].changes = &changes[k];
	}
}

static void test_random(void)
{
	struct arena arena = ARENA_INIT;
	unsigned wrong = 0, order_matters = 0;

	for (unsigned round = 0; round < 3000; round++) {
		size_t n = 1 + draw(N_MAX);
		struct record first, second;
		struct buf a = BUF_INIT, b = BUF_INIT;
		make_random(n);
		first.id = second.id = 100;
		if (state_compute(&first, entries, n, &arena, NULL))
			break;
		wrong += !agrees(&first, n);
		state_encode(&a, &first, 1);
		shuffle(n);
		state_compute(&second, entries, n, &arena, NULL);
		state_encode(&b, &second, 1);
		order_matters += a.len_bytes != b.len_bytes || memcmp(a.data, b.data, a.len_bytes);
		buf_free(&a);
		buf_free(&b);
		arena_reset(&arena);
	}
	is(wrong, 0, "leaves, shown value and conflict of 3000 random records follow the definition");
	is(order_matters, 0, "and the order of the entries does not matter");
	arena_free(&arena);
}

static void test_stored_form(void)
{
	const struct version reference = { "device01", 7, "0123456789abcdef" };
	struct arena arena = ARENA_INIT;
	struct buf version = BUF_INIT, bytes = BUF_INIT;
	struct record out;
	uint32_t form_no = 0;
	char text[VERSION_TEXT_BYTES];

	version_put(&version, &reference);
	{
		const struct leaf name[] = { { 5, ENTRY_TEXT, span_of("王芳", 6) } };
		const struct leaf phone[] = { { 9, ENTRY_TEXT, span_of("1", 1) },
			                      { 5, ENTRY_TEXT, span_of("", 0) } };
		const struct leaf house[] = { { 5, ENTRY_RECORD, span_of_buf(&version) } };
		const struct leaf rows[] = { { 5, ENTRY_ROWS, span_of("\1\0\2", 3) } };
		const struct record_field fields[] = {
			{ .tag = TAG_RETIRED, .n_leaves = 1, .leaves = name },
			{ .tag = 16, .n_leaves = 1, .leaves = name },
			{ .tag = 300, .n_leaves = 2, .leaves = phone, .has_united = true,
			  .united = span_of("1 2", 3) },
			{ .tag = 301, .n_leaves = 1, .leaves = house },
			{ .tag = 302, .n_leaves = 1, .leaves = rows },
		};
		const struct record in = { .id = 5, .fields = fields, .n_fields = 5, .retired = true,
			                   .conflicted = true };
		state_encode(&bytes, &in, 77);
	}
	is(state_decode(&out, &form_no, 5, span_of_buf(&bytes), &arena, NULL), 0, "a stored state is read");
	is(form_no, 77, "with its form");
	ok(out.retired && out.conflicted && out.n_fields == 5, "its flags and fields");
	is_text(record_text(&out, 16), "王芳", "a text");
	is_text(record_text(&out, 300), "1", "the shown leaf");
	is((long long)record_field(&out, 300)->leaves[0].entry, 9, "who wrote it");
	is(record_field(&out, 300)->n_leaves, 2, "the other leaf is kept");
	ok(record_field(&out, 300)->has_united && record_field(&out, 300)->united.len_bytes == 3,
	   "and what the words of both become");
	is_text(record_text(&out, 301), version_format(&reference, text), "a reference as text");
	ok(record_field(&out, 302)->leaves[0].value.len_bytes == 3 &&
	           !memcmp(record_field(&out, 302)->leaves[0].value.data, "\1\0\2", 3),
	   "rows with a NUL inside");
	is_text(record_text(&out, 17), "", "a field that is not there is empty");
	ok(record_field(&out, 0) == NULL, "no field has the tag 0");
	for (size_t cut = 0; cut < bytes.len_bytes; cut++)
		if (state_decode(&out, &form_no, 5, span_of(bytes.data, cut), &arena, NULL) != ERR_CORRUPT)
			ok(false, "a state cut at %zu is damaged", cut);
	buf_free(&version);
	buf_free(&bytes);
	arena_free(&arena);
}

int main(void)
{
	test_random();
	test_stored_form();
	return done_testing();
}
