/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/person.h"

#include <stdlib.h>
#include <string.h>
#include "care/link.h"
#include "lib/i18n.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- who --- */

struct named { struct version version; rid_t resident; };

static int by_version(const void *a, const void *b)
{
	return version_compare(&((const struct named *)a)->version, &((const struct named *)b)->version);
}

/* The same order on every store, whatever came first. */
static int sort_members(struct store *store, rid_t *members, size_t n, struct error *err)
{
	struct named named[CLUSTER_MAX] = { 0 };
	int rc = 0;
	for (size_t i = 0; !rc && i < n; i++) {
		named[i].resident = members[i];
		rc = store_version_of(store, members[i], &named[i].version, err);
	}
	if (rc)
		return rc;
	qsort(named, n, sizeof *named, by_version);
	for (size_t i = 0; i < n; i++)
		members[i] = named[i].resident;
	return 0;
}

int person_of(struct store *store, rid_t subject, struct arena *arena, struct person *out, struct error *err)
{
	struct cluster cluster = { .n = 1 };
	int rc = care_cluster_of(store, subject, arena, &cluster, err);
	if (rc == ERR_NOTFOUND) { /* nobody registered the table of links */
		rc = 0;
		cluster.n = 1;
	}
	*out = (struct person){ .n = cluster.contradicted ? 1 : cluster.n };
	rid_t *members = rc ? NULL : arena_array(arena, out->n, sizeof *members);
	if (!members)
		return rc ? rc : no_memory(err);
	members[0] = subject;
	if (out->n > 1)
		memcpy(members, cluster.members, out->n * sizeof *members);
	out->members = members;
	return sort_members(store, members, out->n, err);
}

/* --- what --- */

static int read_one(struct store *store, rid_t subject, struct arena *arena, struct facts *out, struct error *err)
{
	struct record *records;
	size_t n;
	int rc = store_records_of(store, subject, NULL, arena, &records, &n, err);
	return rc ? rc : fact_read(store_forms(store), subject, records, n, arena, out, err);
}

static bool is_here(const struct facts *facts)
{
	return fact_status(facts, date_today()) == STATUS_ACTIVE;
}

/* A register of diseases has a person once for each disease; anything else is the same when all of it is. */
static bool is_same(const struct event *a, const struct event *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == EVENT_MAJOR)
		return a->v[MAJOR_DISEASE] == b->v[MAJOR_DISEASE];
	return a->date == b->date && !memcmp(a->v, b->v, event_slots(a->kind) * sizeof *a->v);
}

static size_t join(struct event *events, size_t n, const struct facts *more)
{
	size_t before = n;
	for (size_t i = 0; i < more->n; i++) {
		bool said = more->events[i].kind == EVENT_RESIDENT && before;
		for (size_t k = 0; !said && k < before; k++)
			said = is_same(&events[k], &more->events[i]);
		if (!said)
			events[n++] = more->events[i];
	}
	return n;
}

int person_facts(struct store *store, const struct person *person, struct arena *arena, struct facts *out,
                 struct error *err)
{
	struct facts *all = arena_array(arena, person->n, sizeof *all);
	size_t total = 0, n, stands = 0;
	int rc = all ? 0 : no_memory(err);
	for (size_t i = 0; !rc && i < person->n; i++) {
		rc = read_one(store, person->members[i], arena, &all[i], err);
		total += all[i].n;
	}
	if (rc)
		return rc;
	while (stands < person->n && !is_here(&all[stands]))
		stands++;
	stands = stands < person->n ? stands : 0;
	struct event *events = arena_array(arena, total + 1, sizeof *events);
	if (!events)
		return no_memory(err);
	n = join(events, 0, &all[stands]);
	for (size_t i = 0; i < person->n; i++)
		if (i != stands)
			n = join(events, n, &all[i]);
	fact_of_events(out, all[stands].subject, events, n);
	return 0;
}

int fact_of(struct store *store, rid_t subject, struct arena *arena, struct facts *out, struct error *err)
{
	struct person person;
	int rc = person_of(store, subject, arena, &person, err);
	return rc ? rc : person_facts(store, &person, arena, out, err);
}

/* --- everybody --- */

struct linking {
	rid_t *residents;
	size_t n, cap;
	bool failed;
};

static bool take_edge(void *arg, const struct link_edge *edge)
{
	struct linking *l = arg;
	if (edge->relation != LINK_SAME)
		return true;
	if (l->n + 2 > l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		rid_t *more = realloc(l->residents, cap * sizeof *more);
		if (!more) {
			l->failed = true;
			return false;
		}
		l->residents = more;
		l->cap = cap;
	}
	l->residents[l->n++] = edge->a;
	l->residents[l->n++] = edge->b;
	return true;
}

static int by_rid(const void *a, const void *b)
{
	rid_t x = *(const rid_t *)a, y = *(const rid_t *)b;
	return (x > y) - (x < y);
}

static int by_member(const void *a, const void *b)
{
	return by_rid(&((const struct member *)a)->resident, &((const struct member *)b)->resident);
}

/* The person of one linked resident, unless a member before it brought it. */
static int add_person(struct store *store, const struct linking *l, size_t at, struct arena *arena, struct persons *out,
                      struct error *err)
{
	struct person *person = arena_alloc(arena, sizeof *person);
	int rc = person ? person_of(store, l->residents[at], arena, person, err) : no_memory(err);
	bool first = !rc && person->n > 1;
	for (size_t i = 0; first && i < person->n; i++)
		first = person->members[i] >= l->residents[at];
	for (size_t i = 0; first && i < person->n; i++)
		out->members[out->n++] = (struct member){ person->members[i], person };
	return rc;
}

int persons_load(struct store *store, struct arena *arena, struct persons *out, struct error *err)
{
	struct linking l = { .n = 0 };
	*out = (struct persons){ .n = 0 };
	int rc = care_links_each(store, take_edge, &l, err);
	if (rc == ERR_NOTFOUND)
		rc = 0;
	if (!rc && l.failed)
		rc = no_memory(err);
	if (l.n)
		qsort(l.residents, l.n, sizeof *l.residents, by_rid);
	if (!rc && l.n && !(out->members = arena_array(arena, l.n, sizeof *out->members)))
		rc = no_memory(err);
	for (size_t i = 0; !rc && i < l.n; i++)
		if (!i || l.residents[i] != l.residents[i - 1])
			rc = add_person(store, &l, i, arena, out, err);
	if (out->n)
		qsort(out->members, out->n, sizeof *out->members, by_member);
	free(l.residents);
	return rc;
}

struct person *persons_find(const struct persons *persons, rid_t subject)
{
	const struct member key = { .resident = subject };
	const struct member *found =
		persons->n ? bsearch(&key, persons->members, persons->n, sizeof key, by_member) : NULL;
	return found ? found->person : NULL;
}

/* --- walking over a table --- */

struct table_walk {
	struct store *store;
	struct persons persons;
	struct arena scratch;
	bool (*row)(void *arg, rid_t subject, struct span value);
	bool (*person)(void *arg, const struct facts *facts, struct arena *arena);
	void *arg;
	bool stopped;
	int rc;
	struct error *err;
};

static bool walk_person(struct table_walk *walk, struct person *person)
{
	struct facts facts;
	if (person->told)
		return true;
	person->told = true;
	arena_reset(&walk->scratch);
	walk->rc = person_facts(walk->store, person, &walk->scratch, &facts, walk->err);
	return !walk->rc && walk->person(walk->arg, &facts, &walk->scratch);
}

static bool walk_row(void *arg, struct span key, rid_t subject, struct span value)
{
	struct table_walk *walk = arg;
	struct person *person = persons_find(&walk->persons, subject);
	(void)key;
	walk->stopped = !(person ? walk_person(walk, person) : walk->row(walk->arg, subject, value));
	return !walk->stopped;
}

int persons_walk(struct store *store, const char *table, bool (*row)(void *arg, rid_t subject, struct span value),
                 bool (*person)(void *arg, const struct facts *facts, struct arena *arena), void *arg,
                 struct error *err)
{
	struct table_walk walk = { .store = store, .row = row, .person = person, .arg = arg, .err = err };
	struct arena linked = ARENA_INIT;
	int rc = persons_load(store, &linked, &walk.persons, err);
	if (!rc)
		rc = store_derived_each(store, table, span_of("", 0), span_of("", 0), walk_row, &walk, err);
	for (size_t i = 0; !rc && !walk.stopped && i < walk.persons.n; i++)
		walk.stopped = !walk_person(&walk, walk.persons.members[i].person);
	arena_free(&walk.scratch);
	arena_free(&linked);
	return rc ? rc : walk.rc;
}
