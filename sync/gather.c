/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/gather.h"

#include <stdlib.h>
#include <string.h>

#include "lib/i18n.h"

static void clear(struct gathered *rows)
{
	arena_reset(&rows->arena);
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
	int code = store_entries_read(store, author, range.first, range.last, &out->arena, take_range, out, err);
	finish(out);
	return code;
}

/* --- by a seal --- */

struct choosing {
	struct gathered *rows;
	const struct kept_seal *seal;
	size_t at;      /* in the picks */
	bool newest;    /* of several under a number that is not picked: the one that came last */
	bool too_many;
};

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
	if (named ? !picked : again && !c->newest)
		return true;
	if (!named && again)
		rows->n--;
	c->too_many = rows->n == c->seal->n || !add(rows, whole);
	return !c->too_many;
}

int gather_sealed(struct store *store, const uint8_t author[DEVICE_ID_BYTES], const struct kept_seal *seal,
                  struct gathered *out, struct error *err)
{
	for (int newest = 0; newest < 2; newest++) {
		struct choosing c = { .rows = out, .seal = seal, .newest = newest };
		clear(out);
		int code = store_entries_read(store, author, seal->first, seal->last, &out->arena, choose, &c, err);
		if (code)
			return code;
		finish(out);
		if (!c.too_many && out->n == seal->n && !memcmp(out->root, seal->seal.root, CRYPTO_DIGEST_BYTES))
			return 0;
	}
	return error_set(err, ERR_NOTFOUND, _("the rows of a seal are not here"));
}

void gather_free(struct gathered *rows)
{
	if (rows)
		arena_free(&rows->arena);
	free(rows);
}
