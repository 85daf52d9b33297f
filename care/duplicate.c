/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/duplicate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "care/likeness.h"
#include "care/link.h"
#include "lib/i18n.h"
#include "lib/pinyin.h"

enum { N_PASSES = 5, KEPT_FACTOR = 4, SEARCH_MAX = 200, CLUSTER_ALONE_MAX = 3 };

static const struct { const char *word, *sentence; } KINDS[] = {
#define KIND_ROW(name, word, sentence) { word, sentence },
	DUPLICATE_KIND_LIST(KIND_ROW)
#undef KIND_ROW
};

const char *duplicate_word(enum duplicate_kind kind)
{
	return KINDS[kind].word;
}

const char *duplicate_sentence(enum duplicate_kind kind)
{
	return _(KINDS[kind].sentence);
}

/* --- explaining --- */

static const struct { const char *rule, *text; } FINDINGS[] = {
	{ "name_same_max", N_("same") },     { "name_sound", N_("same sound") },
	{ "name_one", N_("one character") }, { "name_differs", N_("differs") },
	{ "birth_same", N_("same") },        { "birth_close", N_("slip of the pen?") },
	{ "birth_year", N_("same year") },   { "birth_differs", N_("differs") },
	{ "sex_same", N_("same") },          { "sex_differs", N_("differs") },
	{ "id_same", N_("same") },           { "id_close", N_("slip of the pen?") },
	{ "id_differs", N_("differs") },     { "phone_same_max", N_("same") },
	{ "phone_differs", N_("differs") },  { "household_same", N_("same") },
	{ "household_differs", N_("differs") },
};

const char *duplicate_explain(const struct duplicate_pair *pair, struct arena *arena)
{
	static const char *const labels[] = {
#define FIELD_LABEL(name, label) label,
		DUPLICATE_FIELD_LIST(FIELD_LABEL)
#undef FIELD_LABEL
	};
	const char *out = "";

	for (size_t f = 0; f < DUPLICATE_FIELD_N; f++) {
		const char *text = "";
		for (size_t i = 0; pair->rules[f] && i < sizeof(FINDINGS) / sizeof(*FINDINGS); i++)
			if (!strcmp(FINDINGS[i].rule, pair->rules[f]))
				text = _(FINDINGS[i].text);
		if (pair->rules[f])
			out = arena_printf(arena, _("%s%s%s %s %+.1f"), out ? out : "", out && *out ? _(", ") : "",
			                   _(labels[f]), text, pair->fields[f]);
	}
	return out ? out : "";
}

/* --- reading everybody --- */

struct keyed {
	uint64_t key;
	uint32_t at;
};

struct finder {
	struct store *store;
	const struct duplicate_question *question;
	const struct form *form;
	struct { uint32_t name, sex, birth, id, phone, household; } tags;
	struct likeness *people;
	size_t n, cap;
	uint32_t *cluster;      /* by place: root of the joined ones */
	uint32_t *cluster_size; /* by root */
	uint64_t *apart;        /* hashes of pairs that are two people, sorted */
	size_t n_apart, cap_apart;
	struct keyed *keys;
	struct duplicate_pair *pairs;
	size_t n_pairs, cap_pairs;
	struct likeness_weights weights;
	struct duplicate_report *out;
	bool failed;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static bool grow(void **array, size_t *cap, size_t n, size_t size)
{
	size_t more = *cap ? 2 * *cap : 1024;
	void *bigger;

	if (n < *cap)
		return true;
	bigger = realloc(*array, more * size);
	if (!bigger)
		return false;
	*array = bigger;
	*cap = more;
	return true;
}

static struct duplicate_person person_of(const struct finder *f, const struct record *record)
{
	return (struct duplicate_person){
		record_text(record, f->tags.name),  record_text(record, f->tags.sex),
		record_text(record, f->tags.birth), record_text(record, f->tags.id),
		record_text(record, f->tags.phone), record_text(record, f->tags.household),
	};
}

static bool take_resident(void *arg, const struct record *record, struct arena *arena)
{
	struct finder *f = arg;

	(void)arena;
	if (record->retired)
		return true;
	if (!grow((void **)&f->people, &f->cap, f->n, sizeof(*f->people))) {
		f->failed = true;
		return false;
	}
	const struct duplicate_person person = person_of(f, record);
	likeness_fill(&f->people[f->n], &person);
	f->people[f->n++].rid = record->id;
	return true;
}

static int find_tags(struct finder *f, struct error *err)
{
	f->form = form_set_find(store_forms(f->store), "resident");
	if (!f->form)
		return error_set(err, ERR_NOTFOUND, _("there is no form %s"), "resident");
	f->tags.name = form_tag(f->form, "name");
	f->tags.sex = form_tag(f->form, "sex");
	f->tags.birth = form_tag(f->form, "birth_date");
	f->tags.id = form_tag(f->form, "id_number");
	f->tags.phone = form_tag(f->form, "phone");
	f->tags.household = form_tag(f->form, "household");
	return 0;
}

static int key_order(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* How many have the same name, the same phone. */
static void count_values(struct finder *f, bool phones)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		uint64_t value = phones ? f->people[i].phone : f->people[i].name_hash;
		if (value)
			f->keys[n++] = (struct keyed){ value, (uint32_t)i };
	}
	qsort(f->keys, n, sizeof(*f->keys), key_order);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && f->keys[to].key == f->keys[from].key; to++)
			;
		for (size_t i = from; i < to; i++) {
			struct likeness *one = &f->people[f->keys[i].at];
			*(phones ? &one->same_phone : &one->same_name) = (uint32_t)(to - from);
		}
	}
}

/* --- what is said already --- */

static uint64_t pair_hash(rid_t a, rid_t b)
{
	const rid_t pair[2] = { a < b ? a : b, a < b ? b : a };

	return likeness_hash(pair, sizeof(pair));
}

/* People are read in the order of their numbers. */
static size_t place_of(const struct finder *f, rid_t rid)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (f->people[mid].rid < rid)
			low = mid + 1;
		else
			high = mid;
	}
	return low < f->n && f->people[low].rid == rid ? low : SIZE_MAX;
}

static uint32_t root_of(const struct finder *f, size_t at)
{
	while (f->cluster[at] != at)
		at = f->cluster[at] = f->cluster[f->cluster[at]];
	return (uint32_t)at;
}

static bool note_apart(void *arg, const struct link_edge *edge)
{
	struct finder *f = arg;

	if (edge->relation != LINK_NOT_SAME)
		return true;
	f->failed |= !grow((void **)&f->apart, &f->cap_apart, f->n_apart, sizeof(*f->apart));
	if (!f->failed)
		f->apart[f->n_apart++] = pair_hash(edge->a, edge->b);
	return !f->failed;
}

static int hash_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool is_apart(const struct finder *f, rid_t a, rid_t b)
{
	uint64_t hash = pair_hash(a, b);

	return f->n_apart && bsearch(&hash, f->apart, f->n_apart, sizeof(hash), hash_order);
}

static bool join(void *arg, const struct link_edge *edge)
{
	struct finder *f = arg;
	size_t a = place_of(f, edge->a), b = place_of(f, edge->b);

	if (edge->relation != LINK_SAME || a == SIZE_MAX || b == SIZE_MAX || is_apart(f, edge->a, edge->b))
		return true;
	uint32_t ra = root_of(f, a), rb = root_of(f, b);
	if (ra != rb) {
		f->cluster[ra] = rb;
		f->cluster_size[rb] += f->cluster_size[ra];
	}
	return true;
}

static int read_links(struct finder *f, struct error *err)
{
	int rc;

	f->cluster = calloc(f->n + 1, sizeof(*f->cluster));
	f->cluster_size = calloc(f->n + 1, sizeof(*f->cluster_size));
	if (!f->cluster || !f->cluster_size)
		return no_memory(err);
	for (size_t i = 0; i < f->n; i++) {
		f->cluster[i] = (uint32_t)i;
		f->cluster_size[i] = 1;
	}
	rc = care_links_each(f->store, note_apart, f, err);
	if (!rc && f->n_apart)
		qsort(f->apart, f->n_apart, sizeof(*f->apart), hash_order);
	return rc ? rc : care_links_each(f->store, join, f, err);
}

/* --- pairs --- */

/* Best first. */
static int pair_order(const void *a, const void *b)
{
	const struct duplicate_pair *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Sort, drop what came twice, keep the best. */
static void tidy(struct finder *f)
{
	size_t kept = 0;

	if (f->n_pairs)
		qsort(f->pairs, f->n_pairs, sizeof(*f->pairs), pair_order);
	for (size_t i = 0; i < f->n_pairs; i++)
		if (!kept || f->pairs[kept - 1].a != f->pairs[i].a || f->pairs[kept - 1].b != f->pairs[i].b)
			f->pairs[kept++] = f->pairs[i];
	f->out->n_left_off += kept > f->question->max ? kept - f->question->max : 0;
	f->n_pairs = kept < f->question->max ? kept : f->question->max;
}

static void compare(struct finder *f, size_t x, size_t y)
{
	const struct likeness *a = &f->people[x], *b = &f->people[y];
	rid_t only = f->question->only;

	if (only && a->rid != only && b->rid != only)
		return;
	f->out->compared++;
	struct duplicate_pair *pair = &f->pairs[f->n_pairs];
	if (!likeness_compare(&f->weights, a, b, pair) || is_apart(f, a->rid, b->rid))
		return;
	uint32_t ra = root_of(f, x), rb = root_of(f, y);
	if (ra == rb)
		return;
	if (f->cluster_size[ra] + f->cluster_size[rb] > CLUSTER_ALONE_MAX)
		pair->kind = DUPLICATE_LARGE;
	if (++f->n_pairs == f->cap_pairs)
		tidy(f);
}

/* 0: not in this pass. */
static uint64_t block_key(const struct likeness *one, int pass)
{
	int year = 0, month, day;
	uint64_t both[2];

	if (one->birth != DATE_NONE)
		date_split(one->birth, &year, &month, &day);
	switch (pass) {
	case 0:
		return one->id[0] ? likeness_hash(one->id, strlen(one->id)) : 0;
	case 1:
		both[0] = (uint64_t)(uint32_t)one->birth;
		both[1] = one->sex;
		return year && one->sex ? likeness_hash(both, sizeof(both)) : 0;
	case 2:
		both[0] = one->sound;
		both[1] = (uint64_t)year;
		return year && one->sound ? likeness_hash(both, sizeof(both)) : 0;
	case 3:
		return one->phone;
	default:
		both[0] = one->household;
		both[1] = one->given;
		return one->household && one->n_name ? likeness_hash(both, sizeof(both)) : 0;
	}
}

static int compare_sound(const void *a, const void *b, void *arg)
{
	const struct finder *f = arg;
	const struct likeness *x = &f->people[((const struct keyed *)a)->at], *y = &f->people[((const struct keyed *)b)->at];

	if (x->sound != y->sound)
		return x->sound < y->sound ? -1 : 1;
	return (x->rid > y->rid) - (x->rid < y->rid);
}

static void compare_block(struct finder *f, struct keyed *block, size_t n)
{
	size_t window = n;

	if (n > DUPLICATE_BLOCK) {
		f->out->cut_blocks++;
		window = DUPLICATE_WINDOW;
		qsort_r(block, n, sizeof(*block), compare_sound, f);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k - i <= window; k++)
			compare(f, block[i].at, block[k].at);
}

static int run_pass(struct finder *f, int pass, struct progress *progress, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		uint64_t key = block_key(&f->people[i], pass);
		if (key)
			f->keys[n++] = (struct keyed){ key, (uint32_t)i };
	}
	qsort(f->keys, n, sizeof(*f->keys), key_order);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && f->keys[to].key == f->keys[from].key; to++)
			;
		compare_block(f, f->keys + from, to - from);
	}
	if (!progress_report(progress, _("comparing residents"), (uint64_t)pass + 1, N_PASSES))
		return error_set(err, ERR_CANCELLED, "%s", error_kind(ERR_CANCELLED));
	return 0;
}

static int prepare(struct finder *f, struct error *err)
{
	f->keys = calloc(f->n + 1, sizeof(*f->keys));
	f->cap_pairs = KEPT_FACTOR * (f->question->max + 1);
	f->pairs = calloc(f->cap_pairs + 1, sizeof(*f->pairs));
	if (!f->keys || !f->pairs || f->failed)
		return no_memory(err);
	count_values(f, false);
	count_values(f, true);
	likeness_weights(&f->weights, form_set_rules(store_forms(f->store)), f->n);
	f->out->residents = f->n;
	return 0;
}

static int give(struct finder *f, struct arena *arena, struct error *err)
{
	tidy(f);
	f->out->pairs = arena_array(arena, f->n_pairs + 1, sizeof(*f->out->pairs));
	if (!f->out->pairs || f->failed)
		return no_memory(err);
	if (f->n_pairs)
		memcpy(f->out->pairs, f->pairs, f->n_pairs * sizeof(*f->pairs));
	f->out->n = f->n_pairs;
	return 0;
}

static void finder_free(struct finder *f)
{
	free(f->people);
	free(f->cluster);
	free(f->cluster_size);
	free(f->apart);
	free(f->keys);
	free(f->pairs);
}

int care_duplicates(struct store *store, const struct duplicate_question *question, struct arena *arena,
                    struct duplicate_report *out, struct progress *progress, struct error *err)
{
	struct finder f = { .store = store, .question = question, .out = out };
	int rc = find_tags(&f, err);

	memset(out, 0, sizeof(*out));
	if (!rc)
		rc = store_each_master(store, "resident", take_resident, &f, err);
	if (!rc)
		rc = prepare(&f, err);
	if (!rc)
		rc = read_links(&f, err);
	for (int pass = 0; !rc && pass < N_PASSES; pass++)
		rc = run_pass(&f, pass, progress, err);
	if (!rc)
		rc = give(&f, arena, err);
	finder_free(&f);
	return rc;
}

/* --- before adding one --- */

static int search_candidates(struct finder *f, const char *typed, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct hit *hits;
	size_t n = 0;
	int rc = typed && *typed ? store_search(f->store, typed, SEARCH_MAX, &arena, &hits, &n, err) : 0;

	for (size_t i = 0; !rc && i < n && !f->failed; i++) {
		struct record record;
		rc = store_record(f->store, hits[i].resident, &arena, &record, err);
		if (!rc && !strcmp(record.form, "resident"))
			take_resident(f, &record, &arena);
	}
	arena_free(&arena);
	return rc;
}

/* The sound of the whole name as it is typed in pinyin, first readings. */
static void take_key(const char *key, void *arg)
{
	strncat(arg, key, 100);
}

int care_duplicates_before(struct store *store, const struct duplicate_person *person, size_t max,
                           struct arena *arena, struct duplicate_report *out, struct error *err)
{
	const struct duplicate_question question = { .max = max };
	struct finder f = { .store = store, .question = &question, .out = out };
	char pinyin[128] = "";
	struct store_info info;
	struct likeness one;
	int rc = find_tags(&f, err);

	memset(out, 0, sizeof(*out));
	if (!rc)
		rc = store_info_get(store, &info, err);
	if (person->name)
		pinyin_full_each(person->name, 1, take_key, pinyin);
	if (!rc)
		rc = search_candidates(&f, person->id_number, err);
	if (!rc)
		rc = search_candidates(&f, person->name, err);
	if (!rc)
		rc = search_candidates(&f, pinyin, err);
	if (!rc)
		rc = search_candidates(&f, person->phone, err);
	if (!rc)
		rc = prepare(&f, err);
	if (!rc) {
		likeness_fill(&one, person);
		likeness_weights(&f.weights, form_set_rules(store_forms(store)), info.n_residents + 1);
		out->residents = info.n_residents;
	}
	for (size_t i = 0; !rc && i < f.n; i++) {
		f.out->compared++;
		if (likeness_compare(&f.weights, &one, &f.people[i], &f.pairs[f.n_pairs]) &&
		    ++f.n_pairs == f.cap_pairs)
			tidy(&f);
	}
	if (!rc)
		rc = give(&f, arena, err);
	finder_free(&f);
	return rc;
}
