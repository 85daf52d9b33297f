/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search as people type: the best kind of match first, every scan stops when the page is full. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "db/index.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { ID_WHOLE_MIN = 15, PHONE_MIN = 3, TYPED_BYTES = 256 };

struct search {
	struct store *store;
	struct hit *hits;
	size_t n, max;
	bool unique; /* the index gives every resident once: no need to look for doubles */
};

static bool add_hit(struct search *s, rid_t resident, enum hit_reason reason)
{
	for (size_t i = 0; !s->unique && i < s->n; i++)
		if (s->hits[i].resident == resident)
			return true;
	s->hits[s->n++] = (struct hit){ resident, reason };
	return s->n < s->max;
}

/* Calls each() with the number at the end of every key that begins with prefix. */
static int scan(struct search *s, enum engine_table table, struct span prefix,
                int (*each)(struct search *s, rid_t rid, enum hit_reason reason, struct error *err),
                enum hit_reason reason, struct error *err)
{
	struct engine_cursor *cursor = NULL;
	struct span key, value;
	int rc;

	if (s->n >= s->max)
		return 0;
	rc = engine_cursor_open(&cursor, s->store->engine, table, ENGINE_KEYS, err);
	if (!rc)
		rc = engine_seek(cursor, prefix, &key, &value, err);
	while (!rc && s->n < s->max && key.len_bytes >= prefix.len_bytes + 8 &&
	       !memcmp(key.data, prefix.data, prefix.len_bytes)) {
		rc = each(s, get_u64_be(key.data + key.len_bytes - 8), reason, err);
		if (!rc)
			rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int take_resident(struct search *s, rid_t rid, enum hit_reason reason, struct error *err)
{
	(void)err;
	add_hit(s, rid, reason);
	return 0;
}

static int scan_text(struct search *s, enum engine_table table, enum index_kind kind, const char *text,
                     enum hit_reason reason, struct error *err)
{
	uint8_t prefix[1 + INDEX_TEXT_MAX];
	size_t len = strlen(text);

	if (len > INDEX_TEXT_MAX)
		len = INDEX_TEXT_MAX;
	prefix[0] = (uint8_t)kind;
	memcpy(prefix + 1, text, len);
	return scan(s, table, span_of(prefix, 1 + len), take_resident, reason, err);
}

static int scan_hash(struct search *s, enum index_kind kind, const char *plain, size_t len,
                     struct error *err)
{
	uint8_t prefix[1 + INDEX_HASH_BYTES];

	prefix[0] = (uint8_t)kind;
	index_id_hash(s->store, kind, plain, len, prefix + 1);
	return scan(s, TABLE_IX_ID, span_of(prefix, sizeof(prefix)), take_resident, HIT_ID, err);
}

/* Members of the household whose number matched. */
static int take_household(struct search *s, rid_t household, enum hit_reason reason, struct error *err)
{
	uint8_t prefix[1 + CRYPTO_DIGEST_BYTES] = { INDEX_MEMBER };
	struct version version;
	int rc = row_version(s->store, household, &version, err);

	memcpy(prefix + 1, version.digest, CRYPTO_DIGEST_BYTES);
	return rc ? rc : scan(s, TABLE_IX_HOUSE, span_of(prefix, sizeof(prefix)), take_resident, reason, err);
}

static int search_names(struct search *s, const char *name, const char *lower, bool latin,
                        struct error *err)
{
	int rc = scan_text(s, TABLE_IX_NAME, INDEX_NAME, name, HIT_NAME, err);

	if (!rc && latin)
		rc = scan_text(s, TABLE_IX_NAME, INDEX_INITIALS, lower, HIT_INITIALS, err);
	if (!rc && latin)
		rc = scan_text(s, TABLE_IX_NAME, INDEX_PINYIN, lower, HIT_PINYIN, err);
	return rc ? rc : scan_text(s, TABLE_IX_NAME, INDEX_NAME_PART, name, HIT_NAME, err);
}

static int search_numbers(struct search *s, const char *plain, size_t len, struct error *err)
{
	char reversed[INDEX_TEXT_MAX];
	uint8_t prefix[1 + INDEX_TEXT_MAX] = { INDEX_HOUSE_NO };
	int rc = 0;

	if (len >= ID_WHOLE_MIN)
		rc = scan_hash(s, INDEX_ID, plain, len, err);
	if (!rc && len >= INDEX_ID_TAIL_MIN && len <= INDEX_ID_TAIL_MAX)
		rc = scan_hash(s, INDEX_ID_TAIL, plain, len, err);
	if (!rc && len >= PHONE_MIN)
		rc = scan_text(s, TABLE_IX_PHONE, INDEX_PHONE, plain, HIT_PHONE, err);
	for (size_t i = 0; i < len; i++)
		reversed[i] = plain[len - 1 - i];
	reversed[len] = '\0';
	if (!rc && len >= PHONE_MIN)
		rc = scan_text(s, TABLE_IX_PHONE, INDEX_PHONE_TAIL, reversed, HIT_PHONE, err);
	memcpy(prefix + 1, plain, len);
	if (!rc)
		rc = scan(s, TABLE_IX_HOUSE, span_of(prefix, 1 + len), take_household, HIT_HOUSEHOLD, err);
	return rc;
}

/* The typed text without white space, half-width; and in lower case without the ' of pinyin. */
static void normalise(const char *typed, char name[TYPED_BYTES], char lower[TYPED_BYTES], bool *latin,
                      bool *digits)
{
	size_t n = 0, k = 0;

	name[0] = '\0';
	strncat(name, typed, TYPED_BYTES - 1);
	utf8_to_halfwidth(name);
	*latin = *digits = false;
	for (const char *c = name; *c; c++) {
		unsigned char byte = (unsigned char)*c;
		if (isspace(byte))
			continue;
		*latin |= isalpha(byte) && byte < 0x80;
		*digits |= isdigit(byte) != 0;
		if (byte != '\'')
			lower[k++] = (char)(byte < 0x80 ? tolower(byte) : byte);
		name[n++] = *c;
	}
	name[n] = lower[k] = '\0';
}

int store_search(struct store *store, const char *typed, size_t max, struct arena *arena,
                 struct hit **out, size_t *n, struct error *err)
{
	char name[TYPED_BYTES], lower[TYPED_BYTES], plain[INDEX_TEXT_MAX];
	struct search s = { .store = store, .max = max };
	struct upper *upper;
	bool latin, digits;
	size_t len;
	int rc = upper_get(store, &upper, err);

	*n = 0;
	*out = NULL;
	if (!rc)
		rc = upper_check_sees(store, err);
	if (rc || max == 0)
		return rc;
	if (max > store->mark.n_residents)
		s.max = max = store->mark.n_residents ? store->mark.n_residents : 1;
	s.hits = arena_array(arena, max, sizeof(*s.hits));
	if (!s.hits)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	normalise(typed, name, lower, &latin, &digits);
	len = index_plain(plain, sizeof(plain), name);
	if (name[0] == '\0') {
		s.unique = true;
		rc = scan_text(&s, TABLE_IX_NAME, INDEX_SORT, "", HIT_NAME, err);
	} else {
		rc = search_names(&s, name, lower, latin, err);
		if (!rc && digits)
			rc = search_numbers(&s, plain, len, err);
	}
	*out = s.hits;
	*n = s.n;
	return rc;
}

int store_members(struct store *store, rid_t household, struct arena *arena, rid_t **out, size_t *n,
                  struct error *err)
{
	struct engine_cursor *cursor = NULL;
	uint8_t prefix[1 + CRYPTO_DIGEST_BYTES] = { INDEX_MEMBER };
	struct version version;
	struct span key, value;
	size_t cap = 16;
	rid_t *list = arena_array(arena, cap, sizeof(*list));
	int rc = upper_check_sees(store, err);

	*n = 0;
	if (!rc && !list)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (!rc)
		rc = row_version(store, household, &version, err);
	if (rc)
		return rc;
	memcpy(prefix + 1, version.digest, CRYPTO_DIGEST_BYTES);
	rc = engine_cursor_open(&cursor, store->engine, TABLE_IX_HOUSE, ENGINE_KEYS, err);
	if (!rc)
		rc = engine_seek(cursor, span_of(prefix, sizeof(prefix)), &key, &value, err);
	while (!rc && key.len_bytes == sizeof(prefix) + 8 && !memcmp(key.data, prefix, sizeof(prefix))) {
		if (*n == cap) {
			rid_t *more = arena_array(arena, 2 * cap, sizeof(*more));
			if (!more) {
				rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
				break;
			}
			memcpy(more, list, cap * sizeof(*more));
			list = more;
			cap *= 2;
		}
		list[(*n)++] = get_u64_be(key.data + sizeof(prefix));
		rc = engine_next(cursor, &key, &value, err);
	}
	engine_cursor_close(cursor);
	*out = list;
	return rc == ERR_NOTFOUND ? 0 : rc;
}
