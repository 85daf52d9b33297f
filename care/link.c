/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/link.h"

#include <string.h>
#include "lib/i18n.h"

/*
 * Table "link": key = digest of the other resident's version | relation u8 | number of the link u64, value = that version;
 * of the resident under whom the link stands. So both directions are a look-up.
 */
enum { KEY_BYTES = CRYPTO_DIGEST_BYTES + 1 + 8 };
static const char TABLE[] = "link";

static const char *const office_forms[] = { "link", "transfer", "grant", "transfer_receipt" };

bool care_is_office_form(const char *form)
{
	for (size_t i = 0; i < sizeof(office_forms) / sizeof(*office_forms); i++)
		if (!strcmp(office_forms[i], form))
			return true;
	return false;
}

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- the derived table --- */

struct link_tags {
	uint32_t other, relation, reason;
};

static bool find_tags(struct store *store, struct link_tags *out)
{
	const struct form *form = form_set_find(store_forms(store), "link");

	if (!form)
		return false;
	*out = (struct link_tags){ form_tag(form, "other"), form_tag(form, "relation"), form_tag(form, "reason") };
	return out->other && out->relation && out->reason;
}

static int put_link(const struct record *record, const struct link_tags *tags, struct derive_sink *sink,
                    struct error *err)
{
	const char *relation = record_text(record, tags->relation);
	struct buf key = BUF_INIT, value = BUF_INIT;
	struct version version;
	int rc = 0;

	if ((strcmp(relation, "1") != 0 && strcmp(relation, "2") != 0) ||
	    !version_parse(record_text(record, tags->other), &version))
		return 0;
	buf_put(&key, version.digest, sizeof(version.digest));
	buf_put_u8(&key, (uint8_t)(relation[0] - '0'));
	buf_put_u64(&key, record->id);
	version_put(&value, &version);
	rc = key.failed || value.failed ? no_memory(err)
	                                : derive_put(sink, span_of_buf(&key), span_of_buf(&value), err);
	buf_free(&key);
	buf_free(&value);
	return rc;
}

int link_derive(const struct deriver *deriver, const struct derive_input *in, const void *prepared,
                struct derive_sink *sink, struct error *err)
{
	const struct record *records = in->records;
	struct link_tags tags = { 0 };
	int rc = 0;

	(void)deriver;
	(void)prepared;
	for (size_t i = 0; !rc && i < in->n; i++)
		if (!records[i].retired && !strcmp(records[i].form, "link") &&
		    (tags.other || find_tags(in->store, &tags)))
			rc = put_link(&records[i], &tags, sink, err);
	return rc;
}

/* --- reading --- */

struct collector {
	struct store *store;
	struct arena *arena;
	struct link_edge *edges;
	size_t n, cap;
	bool (*each)(void *arg, const struct link_edge *edge); /* else into edges */
	void *arg;
	bool failed;
};

static bool keep(struct collector *c, const struct link_edge *edge)
{
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 8;
		struct link_edge *more = arena_array(c->arena, cap, sizeof(*more));
		if (!more) {
			c->failed = true;
			return false;
		}
		if (c->n)
			memcpy(more, c->edges, c->n * sizeof(*more));
		c->edges = more;
		c->cap = cap;
	}
	c->edges[c->n++] = *edge;
	return true;
}

/* A resident that has not arrived is left out. */
static bool take_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct collector *c = arg;
	struct version version;
	struct link_edge edge = { .a = subject };

	if (key.len_bytes < KEY_BYTES || !version_take(&value, &version) ||
	    store_find_version(c->store, &version, &edge.b, NULL))
		return true;
	edge.relation = (enum link_relation)key.data[CRYPTO_DIGEST_BYTES];
	edge.link = get_u64_be(key.data + CRYPTO_DIGEST_BYTES + 1);
	return c->each ? c->each(c->arg, &edge) : keep(c, &edge);
}

int care_links_each(struct store *store, bool (*each)(void *arg, const struct link_edge *edge), void *arg,
                    struct error *err)
{
	struct collector c = { .store = store, .each = each, .arg = arg };

	return store_derived_each(store, TABLE, span_of("", 0), span_of("", 0), take_row, &c, err);
}

int care_links_of(struct store *store, rid_t resident, struct arena *arena, struct link_edge **out, size_t *n,
                  struct error *err)
{
	struct collector c = { .store = store, .arena = arena };
	uint8_t to[CRYPTO_DIGEST_BYTES + 1];
	struct version version;
	int rc = store_version_of(store, resident, &version, err);

	if (!rc)
		rc = store_derived_of(store, TABLE, resident, take_row, &c, err);
	memcpy(to, version.digest, CRYPTO_DIGEST_BYTES);
	to[CRYPTO_DIGEST_BYTES] = 0xff;
	if (!rc)
		rc = store_derived_each(store, TABLE, span_of(version.digest, CRYPTO_DIGEST_BYTES),
		                        span_of(to, sizeof(to)), take_row, &c, err);
	*out = c.edges;
	*n = c.n;
	return !rc && c.failed ? no_memory(err) : rc;
}

static bool said(const struct link_edge *edges, size_t n, rid_t other, enum link_relation relation)
{
	for (size_t i = 0; i < n; i++)
		if ((edges[i].a == other || edges[i].b == other) && edges[i].relation == relation)
			return true;
	return false;
}

static size_t place(const rid_t *members, size_t n, rid_t one)
{
	size_t i = 0;

	while (i < n && members[i] != one)
		i++;
	return i;
}

/* Put the neighbours of one member behind the members. */
static void add_neighbours(struct cluster *out, rid_t *members, rid_t one, const struct link_edge *edges, size_t n)
{
	for (size_t i = 0; i < n && out->n < CLUSTER_MAX; i++) {
		rid_t other = edges[i].a == one ? edges[i].b : edges[i].a;
		if (edges[i].relation == LINK_SAME && !said(edges, n, other, LINK_NOT_SAME) &&
		    place(members, out->n, other) == out->n)
			members[out->n++] = other;
	}
}

int care_cluster_of(struct store *store, rid_t resident, struct arena *arena, struct cluster *out,
                    struct error *err)
{
	rid_t *members = arena_array(arena, CLUSTER_MAX, sizeof(*members));
	struct link_edge *edges;
	size_t n;
	int rc = members ? 0 : no_memory(err);

	*out = (struct cluster){ .members = members, .n = 1 };
	if (rc)
		return rc;
	members[0] = resident;
	for (size_t i = 0; !rc && i < out->n; i++) {
		rc = care_links_of(store, members[i], arena, &edges, &n, err);
		if (!rc)
			add_neighbours(out, members, members[i], edges, n);
	}
	for (size_t i = 0; !rc && i < out->n; i++) {
		rc = care_links_of(store, members[i], arena, &edges, &n, err);
		for (size_t k = 0; !rc && k < n; k++) {
			rid_t other = edges[k].a == members[i] ? edges[k].b : edges[k].a;
			out->contradicted |= edges[k].relation == LINK_NOT_SAME && place(members, out->n, other) < out->n;
		}
	}
	return rc;
}

/* --- writing --- */

static bool is_resident(struct store *store, rid_t id, struct arena *arena)
{
	struct record record;

	return !store_record(store, id, arena, &record, NULL) && !strcmp(record.form, "resident");
}

static int may_link(struct store *store, rid_t a, rid_t b, const char *reason, struct arena *arena,
                    struct error *err)
{
	struct store_info info;
	int rc = store_info_get(store, &info, err);

	if (rc)
		return rc;
	if (info.self.level == LEVEL_VILLAGE)
		return error_set(err, ERR_DENIED, _("whether two records are one person is decided at the township"));
	if (a == b)
		return error_set(err, ERR_INVALID, _("these are not two records"));
	if (!*reason)
		return error_set(err, ERR_INVALID, _("a reason is needed"));
	if (!is_resident(store, a, arena) || !is_resident(store, b, arena))
		return error_set(err, ERR_INVALID, _("both must be residents"));
	return 0;
}

static int write_link(struct store *store, rid_t a, rid_t b, enum link_relation relation, const char *reason,
                      struct error *err)
{
	const char *code = relation == LINK_SAME ? "1" : "2";
	struct buf other = BUF_INIT;
	struct version version;
	struct link_tags tags;
	int rc = find_tags(store, &tags) ? store_version_of(store, b, &version, err)
	                                 : error_set(err, ERR_NOTFOUND, _("there is no form %s"), "link");

	if (!rc)
		version_put(&other, &version);
	const struct change_field fields[] = {
		{ .tag = tags.other, .kind = ENTRY_RECORD, .value = span_of_buf(&other) },
		{ .tag = tags.relation, .value = span_of(code, 1) },
		{ .tag = tags.reason, .value = span_of(reason, strlen(reason)) },
	};
	const struct change change = { .form = "link", .subject = a, .fields = fields, .n_fields = 3 };
	if (!rc)
		rc = other.failed ? no_memory(err) : store_save(store, &change, 1, NULL, err);
	buf_free(&other);
	return rc;
}

int care_link(struct store *store, rid_t a, rid_t b, enum link_relation relation, const char *reason,
              struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct link_edge *edges = NULL;
	size_t n = 0;
	int rc = may_link(store, a, b, reason, &arena, err);

	if (!rc)
		rc = care_links_of(store, a, &arena, &edges, &n, err);
	if (!rc && said(edges, n, b, relation))
		rc = error_set(err, ERR_EXISTS, _("that is said of these two already"));
	else if (!rc && said(edges, n, b, relation == LINK_SAME ? LINK_NOT_SAME : LINK_SAME))
		rc = error_set(err, ERR_EXISTS, _("the contrary is said of these two: take it back first"));
	if (!rc)
		rc = write_link(store, a, b, relation, reason, err);
	arena_free(&arena);
	return rc;
}

int care_unlink(struct store *store, rid_t a, rid_t b, const char *reason, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct link_edge *edges;
	size_t n = 0, done = 0;
	int rc = may_link(store, a, b, reason, &arena, err);

	if (!rc)
		rc = care_links_of(store, a, &arena, &edges, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		if (edges[i].a != b && edges[i].b != b)
			continue;
		rc = store_retire(store, edges[i].link, reason, err);
		done++;
	}
	if (!rc && !done)
		rc = error_set(err, ERR_NOTFOUND, _("nothing is said of these two"));
	arena_free(&arena);
	return rc;
}
