/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invented places with the real forms, whose records are saved by field names and carried without files. */
#ifndef TESTS_SYNC_FOLK_H
#define TESTS_SYNC_FOLK_H

#include <stdlib.h>
#include "tests/sync/site.h"

static struct form_set *folk_forms;

__attribute__((unused)) static void folk_load_forms(void)
{
	const char *data = getenv("XIANGYI_DATA");
	site_must(form_set_load(&folk_forms, data ? data : "data", NULL, NULL, &site_err), "forms");
	site_forms = folk_forms;
}

/* Save name/value pairs as a new record, or as a change that has seen what stands there; returns the record. A value
 * that begins with '#' is the number of a record. */
__attribute__((unused)) static rid_t folk_save(struct site *site, const char *form_id, rid_t record, rid_t subject,
                                               const char *const *pairs)
{
	const struct form *form = form_set_find(folk_forms, form_id);
	struct arena arena = ARENA_INIT;
	struct change_field fields[24];
	struct record before = { .n_fields = 0 };
	rid_t made = record;
	size_t n = 0;

	if (record)
		site_must(store_record(site->store, record, &arena, &before, &site_err), "record");
	for (; *pairs; pairs += 2, n++) {
		struct buf bytes = BUF_INIT;
		struct version version;
		uint32_t tag = form_tag(form, pairs[0]);
		const struct record_field *old = record_field(&before, tag);
		rid_t *bases = arena_array(&arena, old ? old->n_leaves + 1 : 1, sizeof(*bases));
		fields[n] = (struct change_field){ .tag = tag, .value = span_of(pairs[1], strlen(pairs[1])),
			                           .bases = bases, .n_bases = old ? old->n_leaves : 0 };
		for (size_t i = 0; old && i < old->n_leaves; i++)
			bases[i] = old->leaves[i].entry;
		if (pairs[1][0] == '#') {
			site_must(store_version_of(site->store, strtoull(pairs[1] + 1, NULL, 10), &version, &site_err),
			          "version");
			version_put(&bytes, &version);
			fields[n].kind = ENTRY_RECORD;
			fields[n].value = span_of(arena_memdup(&arena, bytes.data, bytes.len_bytes), bytes.len_bytes);
			buf_free(&bytes);
		}
		if (!tag)
			site_must(ERR_NOTFOUND, pairs[0]);
	}
	const struct change change = { record, form_id, subject, fields, n };
	site_must(store_save(site->store, &change, 1, record ? NULL : &made, &site_err), "save");
	arena_free(&arena);
	return made;
}
#define FOLK(site, form, record, subject, ...)                                                     \
	folk_save((site), (form), (record), (subject), (const char *const[]){ __VA_ARGS__, NULL })

__attribute__((unused)) static rid_t folk_resident(struct site *site, const char *name, const char *birth,
                                                   const char *phone)
{
	return FOLK(site, "resident", 0, 0, "name", name, "sex", "1", "birth_date", birth, "phone", phone, "allergy", "2");
}

/* The shown value of a field. */
__attribute__((unused)) static const char *folk_text(struct site *site, rid_t record, const char *field)
{
	static struct arena arena;
	struct record read;

	arena_reset(&arena);
	if (store_record(site->store, record, &arena, &read, &site_err))
		return "(none)";
	return arena_strdup(&arena, record_text(&read, form_tag(form_set_find(folk_forms, read.form), field)));
}

/* The same record in another store; 0 when it is not there. */
__attribute__((unused)) static rid_t folk_there(struct site *from, rid_t record, struct site *to)
{
	struct version version;
	rid_t there;

	site_must(store_version_of(from->store, record, &version, &site_err), "version");
	return store_find_version(to->store, &version, &there, &site_err) ? 0 : there;
}

struct folk_bundle {
	struct buf bytes;
	struct span entries[4096];
	size_t ends[4096], n;
};

__attribute__((unused)) static bool folk_take(void *arg, const struct version *version, struct span canonical)
{
	struct folk_bundle *bundle = arg;

	(void)version;
	buf_put(&bundle->bytes, canonical.data, canonical.len_bytes);
	bundle->ends[bundle->n++] = bundle->bytes.len_bytes;
	return bundle->n < 4096;
}

/* Every entry of one store reaches the other one, with the installations that wrote them. */
__attribute__((unused)) static struct apply_result folk_carry(struct site *from, struct site *to)
{
	struct folk_bundle *bundle = calloc(1, sizeof(*bundle));
	struct apply_result result = { 0 };
	const struct store_device *device;

	for (size_t i = 0; bundle && (device = store_device_at(from->store, i)); i++) {
		struct store_device known = *device;
		known.self = false;
		known.enrolled = true;
		if (!store_device_find(to->store, known.id))
			site_must(store_device_put(to->store, &known, &site_err), "device");
		site_must(store_entries_each(from->store, known.id, 1, UINT64_MAX >> 24, folk_take, bundle, &site_err),
		          "entries");
	}
	for (size_t i = 0; bundle && i < bundle->n; i++) {
		size_t start = i ? bundle->ends[i - 1] : 0;
		bundle->entries[i] = span_of(bundle->bytes.data + start, bundle->ends[i] - start);
	}
	if (bundle && bundle->n)
		site_must(store_apply(to->store, bundle->entries, bundle->n, NULL, span_of("", 0), &result, &site_err),
		          "apply");
	if (bundle)
		buf_free(&bundle->bytes);
	free(bundle);
	return result;
}

#endif
