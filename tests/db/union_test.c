/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of words changed in several places: cases by hand, and what must hold for any history. */
#include "config.h"
#include "db/union.h"

#include <stdio.h>
#include <string.h>
#include "tests/tap.h"

enum { N_MAX = 10 };

static struct arena arena;
static uint64_t seed = 7;

static unsigned draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static struct union_node node(const char *words, uint64_t bases)
{
	return (struct union_node){ span_of(words, strlen(words)), bases, true };
}

static const char *unite(const struct union_node *nodes, size_t n, uint64_t leaves)
{
	struct span out;

	if (!union_words(nodes, n, leaves, &arena, &out))
		return "(none)";
	return arena_strndup(&arena, (const char *)out.data, out.len_bytes);
}

static void test_cases(void)
{
	struct union_node both[] = { node("2 3", 4), node("2 5", 4), node("2", 0) };
	struct union_node removed[] = { node("2", 4), node("2 3 5", 4), node("2 3", 0) };
	struct union_node again[] = { node("2", 4), node("2 3", 8), node("2 3", 0), node("2", 4) };
	struct union_node apart[] = { node("1", 0), node("2 1", 0) };
	struct union_node held[] = { node("2 3", 4), node("2 5", 8), node("2", 0), node("9", 4) };
	struct union_node circle[] = { node("1", 2), node("2", 1) };

	is_text(unite(both, 3, 3), "2 3 5", "two additions are both there");
	is_text(unite(removed, 3, 3), "2 5", "what one place removed and the other left alone is gone");
	is_text(unite(again, 4, 3), "2 3", "what was removed and added again where the removal was not seen stays");
	is_text(unite(apart, 2, 3), "1 2", "values that were entered apart are put together");
	held[3].counts = false;
	is_text(unite(held, 4, 3), "2 3 5", "a value that does not count passes on what it replaced");
	is_text(unite(circle, 2, 3), "(none)", "a circle has no union");
	is_text(unite(both, 65, 3), "(none)", "neither have too many values");
}

static bool has(const char *words, char word)
{
	return strchr(words, word) != NULL;
}

static bool same_set(const char *a, const char *b)
{
	for (char w = 'a'; w < 'g'; w++)
		if (has(a, w) != has(b, w))
			return false;
	return true;
}

struct history {
	struct union_node nodes[N_MAX + 1];
	char texts[N_MAX + 1][16];
	size_t n;
	uint64_t leaves;
};

/* Any history in which everybody saw some of what was there. */
static void make(struct history *h)
{
	h->n = 2 + draw(N_MAX - 1);
	h->leaves = 0;
	for (size_t i = 0; i < h->n; i++) {
		char *at = h->texts[i];
		uint64_t bases = 0;
		for (size_t b = 0; b < i; b++)
			if (draw(100) < 40)
				bases |= UINT64_C(1) << b;
		for (char w = 'a'; w < 'g'; w++)
			if (draw(100) < 45)
				at += sprintf(at, "%s%c", at == h->texts[i] ? "" : " ", w);
		*at = '\0';
		h->nodes[i] = node(h->texts[i], bases);
		h->leaves = (h->leaves & ~bases) | UINT64_C(1) << i;
	}
}

static uint64_t moved(uint64_t bits, const size_t *to, size_t n)
{
	uint64_t out = 0;

	for (size_t i = 0; i < n; i++)
		if (bits >> i & 1)
			out |= UINT64_C(1) << to[i];
	return out;
}

static const char *shuffled(const struct history *h)
{
	struct union_node nodes[N_MAX];
	size_t to[N_MAX];

	for (size_t i = 0; i < h->n; i++) {
		size_t k = draw((unsigned)i + 1);
		to[i] = to[k];
		to[k] = i;
		if (k == i)
			to[i] = i;
	}
	for (size_t i = 0; i < h->n; i++) {
		nodes[to[i]] = h->nodes[i];
		nodes[to[i]].bases = moved(h->nodes[i].bases, to, h->n);
	}
	return unite(nodes, h->n, moved(h->leaves, to, h->n));
}

static void test_random(void)
{
	unsigned invented = 0, lost = 0, order = 0, decided = 0;

	for (int round = 0; round < 5000; round++) {
		struct history h;
		make(&h);
		const char *out = unite(h.nodes, h.n, h.leaves);
		for (char w = 'a'; w < 'g'; w++) {
			bool any = false, all = true;
			for (size_t i = 0; i < h.n; i++)
				if (h.leaves >> i & 1) {
					any |= has(h.texts[i], w);
					all &= has(h.texts[i], w);
				}
			invented += has(out, w) && !any;
			lost += all && !has(out, w);
		}
		order += !same_set(out, shuffled(&h));
		h.nodes[h.n] = node(out, h.leaves);
		decided += !same_set(unite(h.nodes, h.n + 1, UINT64_C(1) << h.n), out);
		arena_reset(&arena);
	}
	is(invented, 0, "no word comes up that no place has");
	is(lost, 0, "a word that all places have stays");
	is(order, 0, "the order of the values does not matter");
	is(decided, 0, "who writes down the union decides it");
}

int main(void)
{
	test_cases();
	test_random();
	arena_free(&arena);
	return done_testing();
}
