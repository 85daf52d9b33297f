/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invented places with stores for tests of sync/: make, open, save, carry. */
#ifndef TESTS_SYNC_SITE_H
#define TESTS_SYNC_SITE_H

#include "sync/sync.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

struct site {
	const char *name, *region;
	char dir[512];
	struct store *store;
};

/* A place whose store lies in scratch/folder, not opened yet. */
__attribute__((unused)) static struct site site_at(const char *folder, const char *name, const char *region)
{
	struct site site = { .name = name, .region = region };
	snprintf(site.dir, sizeof(site.dir), "%.500s", scratch_path(folder));
	return site;
}

static struct error site_err;
static const struct form_set *site_forms; /* that the stores open with; NULL: none */

__attribute__((unused)) static void site_must(int code, const char *what)
{
	if (code) {
		printf("Bail out! %s: %d %s\n", what, code, site_err.text);
		exit(99);
	}
}

__attribute__((unused)) static void site_open(struct site *site)
{
	struct session session;
	site_must(account_unlock(site->dir, "li", "correct horse", &session, &site_err), "unlock");
	site_must(store_open(&site->store, site->dir, &session, site_forms, 0, &site_err), "open");
	session_end(&session);
	sync_register(site->store);
}

__attribute__((unused)) static void site_close(struct site *site)
{
	store_close(site->store);
	site->store = NULL;
}

__attribute__((unused)) static void site_make(struct site *site, const char *folder, const char *name,
                                              const char *region)
{
	char recovery[RECOVERY_CODE_BYTES];
	const struct store_params params = {
		.level = strlen(region) == 12 ? LEVEL_VILLAGE : strlen(region) == 9 ? LEVEL_TOWNSHIP : LEVEL_COUNTY,
		.name = name,
		.region = region, .operator_name = "li", .display_name = "李医生",
		.password = "correct horse", .no_encrypt = true };
	*site = site_at(folder, name, region);
	site_must(store_create(site->dir, &params, recovery, &site_err), "create");
	site_open(site);
}

/* Save a record with one text field, or change that field of one; returns its number. */
__attribute__((unused)) static rid_t site_save(struct site *site, rid_t record, rid_t subject,
                                               const char *form, const char *text)
{
	rid_t id = record, leaves[8];
	struct arena arena = ARENA_INIT;
	struct record state;
	struct change_field field = { .tag = 16, .kind = ENTRY_TEXT, .value = span_of(text, strlen(text)) };
	struct change change = { .record = record, .form = form, .subject = subject, .fields = &field,
		                 .n_fields = 1 };
	if (record) {
		site_must(store_record(site->store, record, &arena, &state, &site_err), "record");
		const struct record_field *old = record_field(&state, 16);
		for (size_t i = 0; old && i < old->n_leaves && i < 8; i++)
			leaves[field.n_bases++] = old->leaves[i].entry;
		field.bases = leaves;
	}
	site_must(store_save(site->store, &change, 1, record ? NULL : &id, &site_err), "save");
	arena_free(&arena);
	return id;
}

__attribute__((unused)) static void site_digest(struct site *site, char out[65])
{
	uint8_t digest[CRYPTO_HASH_BYTES];
	site_must(store_digest(site->store, digest, &site_err), "digest");
	hex_encode(out, digest, sizeof(digest));
}

__attribute__((unused)) static bool site_says_yes(void *arg, const struct import_offer *offer)
{
	(void)arg;
	(void)offer;
	return true;
}

__attribute__((unused)) static const struct import_ask SITE_TRUST = { site_says_yes, NULL };

/* Village asks, township answers, village takes the answer over. */
__attribute__((unused)) static void site_enrol(struct site *village, struct site *township)
{
	char request[SYNC_PATH_BYTES], answer[SYNC_PATH_BYTES];
	struct enrol_request read;
	struct import_report report;
	struct arena arena = ARENA_INIT;
	snprintf(request, sizeof(request), "%s/request.xyr", village->dir);
	site_must(enrol_write_request(village->store, request, &site_err), "request");
	site_must(enrol_read_request(&read, request, &site_err), "read request");
	site_must(enrol_accept(township->store, &read, false, answer, &site_err), "accept");
	site_must(sync_import(village->store, answer, &arena, &SITE_TRUST, &report, &site_err), "import answer");
	arena_free(&arena);
}

__attribute__((unused)) static uint64_t site_pending(struct site *site)
{
	uint64_t pending;
	site_must(sync_pending(site->store, &pending, &site_err), "pending");
	return pending;
}

#endif
