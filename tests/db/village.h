/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An invented village's store for tests of its life: make, open, save a note, count notes. */
#ifndef TESTS_DB_VILLAGE_H
#define TESTS_DB_VILLAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/store_int.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

enum { NOTE_TAG = 16 };
static const char village_password[] = "correct horse 电池";
static struct session village_session;
static struct error village_err;

/* Make a store in dir and keep its session. */
__attribute__((unused)) static bool village_make(const char *dir, bool encrypted)
{
	const struct store_params params = {
		.level = LEVEL_VILLAGE, .name = "甲村卫生室", .region = "430599101201",
		.operator_name = "li", .display_name = "李医生", .password = village_password,
		.no_encrypt = !encrypted,
	};
	char recovery[RECOVERY_CODE_BYTES];
	if (crypto_init(&village_err) == 0 &&
	    store_create(dir, &params, recovery, &village_err) == 0 &&
	    account_unlock(dir, "li", village_password, &village_session, &village_err) == 0)
		return true;
	printf("# %s\n", village_err.text);
	return false;
}

/* NULL when it does not open; the reason is in village_err. */
__attribute__((unused)) static struct store *village_open(const char *dir, unsigned flags)
{
	struct store *store;
	if (store_open(&store, dir, &village_session, NULL, flags, &village_err)) {
		printf("# %s\n", village_err.text);
		return NULL;
	}
	return store;
}

/* Save one note with this text: one durable entry. 0 or the error's code. */
__attribute__((unused)) static int village_note(struct store *store, const char *text)
{
	const struct change_field field = {
		.tag = NOTE_TAG, .kind = ENTRY_TEXT, .value = span_of(text, strlen(text)),
	};
	const struct change change = { .form = "note", .fields = &field, .n_fields = 1 };
	return store_save(store, &change, 1, NULL, &village_err);
}

struct village_count {
	uint64_t n, next; /* how many, and the number the next one must have */
	bool in_order;
};

__attribute__((unused)) static bool village_count_one(void *arg, const struct version *version,
                                                      struct span canonical)
{
	struct village_count *count = arg;
	char want[32];
	snprintf(want, sizeof want, "note %llu.", (unsigned long long)count->next);
	count->in_order = count->in_order && version->seq == count->n + 1 &&
	                  memmem(canonical.data, canonical.len_bytes, want, strlen(want));
	count->n++;
	count->next++;
	return true;
}

/* The number of notes "note 0.", "note 1.", ... held by the own device, -1 when one is wrong or missing. */
__attribute__((unused)) static long long village_notes(struct store *store)
{
	struct village_count count = { .in_order = true };
	if (store_entries_each(store, store->devices[store->self - 1].id, 1, UINT64_MAX >> 24,
	                       village_count_one, &count, &village_err))
		return -1;
	return count.in_order ? (long long)count.n : -1;
}

/* Save notes number from to to - 1. */
__attribute__((unused)) static bool village_write(struct store *store, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		char text[64];
		snprintf(text, sizeof text, "note %u. 王小明", i);
		if (village_note(store, text))
			return false;
	}
	return true;
}

#endif
