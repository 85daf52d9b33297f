/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/carry.h"

#include <stdlib.h>
#include <string.h>

#include "care/concern.h"
#include "care/link.h"
#include "form/rules.h"
#include "lib/i18n.h"
#include "lib/utf8.h"

enum { REFERENCES_MAX = 8 }; /* of one entry that are looked at */

/* One entry about the resident at hand. */
struct about {
	struct version version;
	rid_t record;
	rid_t references[REFERENCES_MAX];
	uint8_t makers[REFERENCES_MAX][DEVICE_ID_BYTES]; /* of records that it names, whether they are here or not */
	uint8_t n_references, n_makers;
	bool office, other, withheld; /* other: another place wrote it */
};

struct collector {
	struct store *store;
	const char *region;
	struct others *held;
	struct arena *arena;
	struct carried *out;
	size_t cap, cap_makers;
	/* of the resident at hand */
	struct about *about;
	size_t n_about, cap_about;
	int code;
	struct error *err;
};

static int no_memory(struct collector *c)
{
	return error_set(c->err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

/* --- what stays --- */

/* A rule names a field as FORM.FIELD, its value the codes that stay. */
static bool is_withheld(struct store *store, const struct entry *entry)
{
	const struct rule_set *rules = form_set_rules(store_forms(store));
	const struct form *form = form_set_find(store_forms(store), entry->form);
	size_t len = strlen(entry->form);
	for (size_t i = 0; form && i < rule_count(rules, "withheld"); i++) {
		const struct rule *rule = rule_at(rules, "withheld", i);
		if (strncmp(rule->name, entry->form, len) != 0 || rule->name[len] != '.')
			continue;
		const struct entry_field *field = entry_field_find(entry, form_tag(form, rule->name + len + 1));
		if (field && field->kind == ENTRY_TEXT &&
		    utf8_has_word(rule->value, (const char *)field->value.data, field->value.len_bytes))
			return true;
	}
	return false;
}

static bool is_record_withheld(const struct collector *c, rid_t record)
{
	for (size_t i = 0; i < c->n_about; i++)
		if (c->about[i].withheld && c->about[i].record == record)
			return true;
	return false;
}

/* All entries of a record that has such a value, and whatever names such a record. */
static void spread_withheld(struct collector *c)
{
	bool changed = false;
	for (size_t i = 0; i < c->n_about; i++)
		changed |= c->about[i].withheld;
	while (changed) {
		changed = false;
		for (size_t i = 0; i < c->n_about; i++) {
			struct about *one = &c->about[i];
			bool withheld = one->withheld || is_record_withheld(c, one->record);
			for (size_t r = 0; !withheld && r < one->n_references; r++)
				withheld = is_record_withheld(c, one->references[r]);
			changed |= withheld != one->withheld;
			one->withheld = withheld;
		}
	}
}

/* --- reading --- */

static void note_references(struct collector *c, const struct entry *entry, struct about *one)
{
	struct version version;
	for (size_t i = 0; i < entry->n_fields && one->n_makers < REFERENCES_MAX; i++) {
		struct span value = entry->fields[i].value;
		if (entry->fields[i].kind != ENTRY_RECORD || !value.len_bytes || !version_take(&value, &version))
			continue;
		memcpy(one->makers[one->n_makers++], version.device, DEVICE_ID_BYTES);
		if (!store_find_version(c->store, &version, &one->references[one->n_references], NULL))
			one->n_references++;
	}
}

static bool take_about(void *arg, const struct about_entry *found)
{
	struct collector *c = arg;
	if (c->n_about == c->cap_about) {
		size_t cap = c->cap_about ? 2 * c->cap_about : 64;
		struct about *more = realloc(c->about, cap * sizeof(*more));
		if (!more) {
			c->code = no_memory(c);
			return false;
		}
		c->about = more;
		c->cap_about = cap;
	}
	const struct store_device *author = store_author(c->store, found->rid);
	struct about *one = &c->about[c->n_about++];
	*one = (struct about){ .version = found->version, .record = found->record,
		               .office = care_is_office_form(found->entry->form),
		               .other = author && author->enrolled && *author->region &&
		                        !region_holds(c->region, author->region),
		               .withheld = is_withheld(c->store, found->entry) };
	note_references(c, found->entry, one);
	return true;
}

/* A record that is no resident and belongs to none, as a household does, goes with whoever names it. */
static bool take_root(void *arg, const struct about_entry *found)
{
	return strcmp(found->entry->form, "resident") != 0 && take_about(arg, found);
}

static int read_roots(struct collector *c)
{
	size_t n = c->n_about;
	int code = 0;
	for (size_t i = 0; !code && i < n; i++)
		for (size_t r = 0; !code && r < c->about[i].n_references; r++) {
			bool known = false;
			rid_t root = c->about[i].references[r];
			for (size_t k = 0; !known && k < c->n_about; k++)
				known = c->about[k].record == root;
			code = known ? 0 : store_entries_about(c->store, root, take_root, c, c->err);
		}
	return code ? code : c->code;
}

/* --- choosing --- */

bool carried_names(const struct carried *carried, const uint8_t maker[DEVICE_ID_BYTES])
{
	for (size_t i = 0; i < carried->n_makers; i++)
		if (!memcmp(carried->makers[i], maker, DEVICE_ID_BYTES))
			return true;
	return false;
}

static int add(struct collector *c, const struct version *version)
{
	struct carried *out = c->out;
	if (out->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 256;
		struct version *more = realloc(out->versions, cap * sizeof(*more));
		if (!more)
			return no_memory(c);
		out->versions = more;
		c->cap = cap;
	}
	out->versions[out->n++] = *version;
	return 0;
}

static int add_maker(struct collector *c, const uint8_t maker[DEVICE_ID_BYTES])
{
	struct carried *out = c->out;
	if (carried_names(out, maker))
		return 0;
	if (out->n_makers == c->cap_makers) {
		size_t cap = c->cap_makers ? 2 * c->cap_makers : 16;
		uint8_t (*more)[DEVICE_ID_BYTES] = arena_array(c->arena, cap, sizeof(*more));
		if (!more)
			return no_memory(c);
		if (out->n_makers)
			memcpy(more, out->makers, out->n_makers * sizeof(*more));
		out->makers = more;
		c->cap_makers = cap;
	}
	memcpy(out->makers[out->n_makers++], maker, DEVICE_ID_BYTES);
	return 0;
}

static int choose(struct collector *c, bool now)
{
	int code = 0;
	for (size_t i = 0; !code && i < c->n_about; i++) {
		const struct about *one = &c->about[i];
		bool held;
		if (!one->other || one->withheld || (!now && !one->office))
			continue;
		code = others_has(c->store, c->held, &one->version, &held, c->err);
		if (code || held)
			continue;
		code = add(c, &one->version);
		for (size_t m = 0; !code && m < one->n_makers; m++)
			code = add_maker(c, one->makers[m]);
	}
	return code;
}

static int collect_one(struct collector *c, const struct concern *concern)
{
	c->n_about = 0;
	int code = store_entries_about(c->store, concern->resident, take_about, c, c->err);
	code = code ? code : c->code;
	if (!code && concern->now)
		code = read_roots(c);
	if (code)
		return code;
	spread_withheld(c);
	return choose(c, concern->now);
}

static int by_version(const void *a, const void *b)
{
	return version_compare(a, b);
}

/* Sorted, each once, in the caller's arena. */
static int finish(struct collector *c)
{
	struct carried *out = c->out;
	struct version *sorted = arena_array(c->arena, out->n + 1, sizeof(*sorted));
	size_t n = 0;
	if (sorted && out->n)
		qsort(out->versions, out->n, sizeof(*out->versions), by_version);
	for (size_t i = 0; sorted && i < out->n; i++)
		if (!n || version_compare(&sorted[n - 1], &out->versions[i]))
			sorted[n++] = out->versions[i];
	free(out->versions);
	out->versions = sorted;
	out->n = n;
	return sorted ? 0 : no_memory(c);
}

int carry_collect(struct store *store, const char *region, struct others *held, struct arena *arena,
                  struct carried *out, struct error *err)
{
	struct collector c = { .store = store, .region = region, .held = held, .arena = arena, .out = out, .err = err };
	struct concern *concerns;
	size_t n = 0;
	*out = (struct carried){ .n = 0 };
	int code = care_concerns(store, region, arena, &concerns, &n, err);
	for (size_t i = 0; !code && i < n && !out->more; i++) {
		code = collect_one(&c, &concerns[i]);
		out->more = out->n >= CARRY_MAX_ENTRIES && i + 1 < n;
	}
	int finished = finish(&c);
	free(c.about);
	return code ? code : finished;
}
