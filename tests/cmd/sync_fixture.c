/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stores for the shell tests of xiangyi-sync and xiangyi-merge, written past the screen:
 *   sync_fixture make DIR REGION NAME           operator li, password "correct horse", not encrypted
 *   sync_fixture visits DIR RESIDENTS VISITS SEED      of new residents; 0: of those who are there
 *   sync_fixture edit DIR TAG TEXT              of the first resident
 *   sync_fixture password FILE
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "sync/sync.h"
#include "tests/sync/invent.h"

#define PASSWORD "correct horse"

static struct error err;

static void must(int code, const char *what)
{
	if (code) {
		fprintf(stderr, "sync_fixture: %s: %s\n", what, err.text);
		exit(1);
	}
}

static struct store *open_store(const char *dir)
{
	struct session session;
	struct store *store;
	must(account_unlock(dir, "li", PASSWORD, &session, &err), "unlock");
	must(store_open(&store, dir, &session, NULL, 0, &err), "open");
	session_end(&session);
	sync_register(store);
	return store;
}

static void make(const char *dir, const char *region, const char *name)
{
	char recovery[RECOVERY_CODE_BYTES], path[SYNC_PATH_BYTES];
	const struct store_params params = {
		
		.level = strlen(region) == 12  ? LEVEL_VILLAGE
		         : strlen(region) == 9 ? LEVEL_TOWNSHIP
		                               : LEVEL_COUNTY,
		.name = name,
		.region = region, .operator_name = "li", .display_name = "李医生", .password = PASSWORD,
		.no_encrypt = true };
	must(store_create(dir, &params, recovery, &err), "create");
	struct store *store = open_store(dir);
	must(path_join(path, sizeof(path), dir, "request.xyr", &err), "path");
	must(enrol_write_request(store, path, &err), "request");
	store_close(store);
}

/* Save an invented entry as if it had been typed here. */
static rid_t save(struct store *store, struct span canonical, rid_t subject)
{
	struct arena arena = ARENA_INIT;
	struct entry entry;
	rid_t id = 0;
	must(entry_decode(&entry, canonical, &arena, &err), "decode");
	struct change_field *fields = arena_array(&arena, entry.n_fields + 1, sizeof(*fields));
	for (size_t i = 0; i < entry.n_fields; i++)
		fields[i] = (struct change_field){ .tag = entry.fields[i].tag, .kind = entry.fields[i].kind,
			                           .value = entry.fields[i].value };
	struct change change = { .form = entry.form, .subject = subject, .fields = fields,
		                 .n_fields = entry.n_fields };
	must(store_save(store, &change, 1, &id, &err), "save");
	arena_free(&arena);
	return id;
}

struct found {
	rid_t *ids;
	size_t n, most;
};

static bool take_all(void *arg, const struct record *record, struct arena *arena)
{
	struct found *found = arg;
	(void)arena;
	found->ids[found->n++] = record->id;
	return found->n < found->most;
}

static void visits(const char *dir, size_t n_residents, size_t n_visits, uint64_t seed)
{
	struct store *store = open_store(dir);
	struct invent invent;
	struct found old = { .ids = calloc(100000, sizeof(rid_t)), .most = 100000 };
	rid_t *residents = old.ids;
	if (!residents)
		abort();
	invent_begin(&invent, seed);
	if (!n_residents) {
		must(store_each_master(store, "resident", take_all, &old, &err), "residents");
		for (size_t i = 0; i < old.n; i++)
			invent_resident(&invent);
	}
	must(store_bulk_begin(store, &err), "bulk");
	for (size_t i = 0; i < n_residents; i++) {
		invent_resident(&invent);
		residents[i] = save(store, invent_row(&invent, invent.n - 1), 0);
	}
	for (size_t i = 0; i < n_visits; i++) {
		size_t who = invent_draw(&invent, n_residents ? n_residents : old.n);
		invent_visit(&invent, who);
		save(store, invent_row(&invent, invent.n - 1), residents[who]);
	}
	must(store_bulk_end(store, &err), "bulk end");
	store_close(store);
	invent_free(&invent);
	free(residents);
}

static bool take_first(void *arg, const struct record *record, struct arena *arena)
{
	(void)arena;
	*(rid_t *)arg = record->id;
	return false;
}

static void edit(const char *dir, uint32_t tag, const char *text)
{
	struct store *store = open_store(dir);
	struct arena arena = ARENA_INIT;
	struct record record;
	rid_t id = 0, bases[8];
	must(store_each_master(store, "resident", take_first, &id, &err), "residents");
	must(store_record(store, id, &arena, &record, &err), "record");
	struct change_field field = { .tag = tag, .kind = ENTRY_TEXT, .value = span_of(text, strlen(text)),
		                      .bases = bases };
	const struct record_field *old = record_field(&record, tag);
	for (size_t i = 0; old && i < old->n_leaves && i < 8; i++)
		bases[field.n_bases++] = old->leaves[i].entry;
	struct change change = { .record = id, .form = "resident", .fields = &field, .n_fields = 1 };
	must(store_save(store, &change, 1, NULL, &err), "save");
	arena_free(&arena);
	store_close(store);
}

/* A resident: name, sex, birth date, ID number, phone. */
static void person(const char *dir, const char *const values[5])
{
	static const uint32_t tags[5] = { 16, 18, 19, 20, 22 };
	struct store *store = open_store(dir);
	struct change_field fields[5];
	for (size_t i = 0; i < 5; i++)
		fields[i] = (struct change_field){ .tag = tags[i], .value = span_of(values[i], strlen(values[i])) };
	const struct change change = { .form = "resident", .fields = fields, .n_fields = 5 };
	must(store_save(store, &change, 1, NULL, &err), "save");
	store_close(store);
}

int main(int argc, char **argv)
{
	must(crypto_init(&err), "crypto");
	if (argc == 5 && !strcmp(argv[1], "make"))
		make(argv[2], argv[3], argv[4]);
	else if (argc == 6 && !strcmp(argv[1], "visits"))
		visits(argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10),
		       strtoull(argv[5], NULL, 10));
	else if (argc == 5 && !strcmp(argv[1], "edit"))
		edit(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), argv[4]);
	else if (argc == 8 && !strcmp(argv[1], "person"))
		person(argv[2], (const char *const *)argv + 3);
	else if (argc == 3 && !strcmp(argv[1], "password"))
		must(file_write_atomic(argv[2], PASSWORD "\n", strlen(PASSWORD) + 1, &err), argv[2]);
	else
		return 2;
	return 0;
}
