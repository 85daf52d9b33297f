/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/union.h"

#include <string.h>

struct word {
	const char *text;
	size_t len;
};

struct sets {
	const struct union_node *nodes;
	size_t n;
	uint64_t seen[UNION_MAX_NODES];  /* all nodes that node i knows of, itself included */
	uint64_t bases[UNION_MAX_NODES]; /* nodes that count only */
	uint8_t order[UNION_MAX_NODES];  /* bases before those who name them */
};

static bool next_word(struct span *in, struct word *out)
{
	const char *at = (const char *)in->data, *end = at + in->len_bytes;

	while (at < end && *at == ' ')
		at++;
	out->text = at;
	while (at < end && *at != ' ')
		at++;
	out->len = (size_t)(at - out->text);
	*in = span_of(at, (size_t)(end - at));
	return out->len > 0;
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static bool has_word(struct span value, const struct word *word)
{
	struct word one;

	while (next_word(&value, &one))
		if (same_word(&one, word))
			return true;
	return false;
}

/* Put the nodes in order of time; false when they name each other in a circle. */
static bool sort_nodes(struct sets *sets)
{
	uint64_t done = 0;
	size_t k = 0;

	while (k < sets->n) {
		size_t before = k;
		for (size_t i = 0; i < sets->n; i++) {
			uint64_t bit = UINT64_C(1) << i;
			if ((done & bit) || (sets->nodes[i].bases & ~done))
				continue;
			sets->order[k++] = (uint8_t)i;
			done |= bit;
		}
		if (k == before)
			return false;
	}
	return true;
}

/* A node that does not count stands for its own bases. */
static void follow_bases(struct sets *sets)
{
	for (size_t k = 0; k < sets->n; k++) {
		size_t i = sets->order[k];
		sets->bases[i] = 0;
		sets->seen[i] = UINT64_C(1) << i;
		for (size_t b = 0; b < sets->n; b++) {
			if (!(sets->nodes[i].bases >> b & 1))
				continue;
			sets->bases[i] |= sets->nodes[b].counts ? UINT64_C(1) << b : sets->bases[b];
			sets->seen[i] |= sets->seen[b];
		}
	}
}

/* Additions that all of these nodes have, or do not know of. */
static uint64_t join(const struct sets *sets, const uint64_t *alive, uint64_t nodes)
{
	uint64_t all = 0;

	for (size_t i = 0; i < sets->n; i++)
		if (nodes >> i & 1)
			all |= alive[i];
	for (size_t i = 0; i < sets->n; i++)
		if (nodes >> i & 1)
			all &= alive[i] | ~sets->seen[i];
	return all;
}

static bool all_have(const struct sets *sets, const struct word *word, uint64_t leaves)
{
	for (size_t i = 0; i < sets->n; i++)
		if ((leaves >> i & 1) && !has_word(sets->nodes[i].value, word))
			return false;
	return true;
}

static bool word_stays(const struct sets *sets, const struct word *word, uint64_t leaves)
{
	uint64_t alive[UNION_MAX_NODES] = { 0 };

	/* Two places may each have removed what the other added, and have the word all the same. */
	if (all_have(sets, word, leaves))
		return true;
	for (size_t k = 0; k < sets->n; k++) {
		size_t i = sets->order[k];
		if (!sets->nodes[i].counts || !has_word(sets->nodes[i].value, word))
			continue;
		alive[i] = join(sets, alive, sets->bases[i]);
		if (!alive[i])
			alive[i] = UINT64_C(1) << i;
	}
	return join(sets, alive, leaves) != 0;
}

bool union_words(const struct union_node *nodes, size_t n, uint64_t leaves, struct arena *arena, struct span *out)
{
	struct sets sets = { .nodes = nodes, .n = n };
	struct word words[UNION_MAX_WORDS], word;
	struct buf text = BUF_INIT;
	size_t n_words = 0;

	if (n > UNION_MAX_NODES || !sort_nodes(&sets))
		return false;
	follow_bases(&sets);
	for (size_t i = 0; i < n; i++) {
		struct span value = nodes[i].value;
		while ((leaves >> i & 1) && next_word(&value, &word)) {
			size_t k = 0;
			while (k < n_words && !same_word(&words[k], &word))
				k++;
			if (k < n_words)
				continue;
			if (n_words == UNION_MAX_WORDS) {
				buf_free(&text);
				return false;
			}
			words[n_words++] = word;
			if (!word_stays(&sets, &word, leaves))
				continue;
			if (text.len_bytes)
				buf_put_u8(&text, ' ');
			buf_put(&text, word.text, word.len);
		}
	}
	*out = span_of(arena_memdup(arena, text.data ? text.data : (const uint8_t *)"", text.len_bytes), text.len_bytes);
	bool made = !text.failed && out->data;
	buf_free(&text);
	return made;
}
