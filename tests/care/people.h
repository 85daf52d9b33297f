/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A village's store with invented people in it. */
#ifndef TESTS_CARE_PEOPLE_H
#define TESTS_CARE_PEOPLE_H

#include "care/care.h"
#include "tests/care/scene.h"

static struct form_set *forms;
static struct store *store;
static struct error err;

/* Save name/value pairs ("past_disease" and other repeats excluded) as a new record or a correction. */
__attribute__((unused)) static rid_t save(const char *form_id, rid_t record, rid_t subject, const char *const *pairs)
{
	const struct form *form = form_set_find(forms, form_id);
	struct change_field fields[24];
	struct record before;
	struct arena arena = ARENA_INIT;
	rid_t made = 0;
	size_t n = 0;
	if (record && store_record(store, record, &arena, &before, &err))
		printf("# %s\n", err.text);
	for (; *pairs; pairs += 2, n++) {
		uint32_t tag = form_tag(form, pairs[0]);
		const struct record_field *old = record ? record_field(&before, tag) : NULL;
		fields[n] = (struct change_field){ .tag = tag, .kind = ENTRY_TEXT,
			                           .value = span_of(pairs[1], strlen(pairs[1])),
			                           .bases = old ? &old->leaves[0].entry : NULL,
			                           .n_bases = old ? 1 : 0 };
		if (!tag)
			printf("# %s has no field %s\n", form_id, pairs[0]);
	}
	const struct change change = { record, form_id, subject, fields, n };
	if (store_save(store, &change, 1, &made, &err))
		printf("# %s\n", err.text);
	arena_free(&arena);
	return made;
}
#define SAVE(form, record, subject, ...)                                                           \
	save((form), (record), (subject), (const char *const[]){ __VA_ARGS__, NULL })

__attribute__((unused)) static rid_t visit(rid_t resident, const char *date, const char *sbp, const char *dbp)
{
	return SAVE("hypertension_visit", 0, resident, "visit_date", date, "mode", "1", "sbp", sbp, "dbp", dbp,
	            "outcome", "1", "class", "1");
}

/* A low-income resident with a contract, enrolled, examined and well visited in 2026. */
__attribute__((unused)) static rid_t managed(const char *name)
{
	rid_t one = SAVE("resident", 0, 0, "name", name, "sex", "1", "birth_date", "1970-05-01",
	                 "id_number", "430599197005010018", "phone", "13800000000", "contact_name", "王大明",
	                 "contact_phone", "13900000000", "allergy", "2", "status", "1");
	SAVE("category_span", 0, one, "category", "31", "valid_from", "2024-01-01");
	SAVE("contract", 0, one, "start_date", "2026-01-01", "end_date", "2026-12-31", "status", "1");
	SAVE("hypertension_enrolment", 0, one, "enrolled_date", "2025-06-01");
	SAVE("examination", 0, one, "exam_date", "2026-03-01", "kind", "1");
	visit(one, "2026-02-01", "130", "80");
	visit(one, "2026-05-20", "130", "80");
	visit(one, "2026-09-10", "130", "80");
	return one;
}

static bool people_unencrypted; /* the store that make_store() makes */
static const char people_password[] = "correct horse";

/* Make and open a village store of the operator "li". */
__attribute__((unused)) static bool make_store(const char *dir, const char *name, const char *region)
{
	const struct store_params params = { .level = strlen(region) == 12 ? LEVEL_VILLAGE : LEVEL_TOWNSHIP, .name = name, .region = region,
		                             .operator_name = "li", .display_name = "李医生",
		                             .password = people_password,
		                             .no_encrypt = people_unencrypted };
	char recovery[RECOVERY_CODE_BYTES];
	struct session session;
	bool opened = !crypto_init(&err) && !store_create(dir, &params, recovery, &err) &&
	              !account_unlock(dir, "li", people_password, &session, &err) &&
	              !account_add(dir, &session, "it", "IT", ROLE_SUPPORT, people_password, &err) &&
	              !account_add(dir, &session, "audit", "审计", ROLE_AUDITOR, people_password, &err) &&
	              !store_open(&store, dir, &session, forms, 0, &err) && !care_register(store, NULL, &err);
	session_end(&session);
	if (!opened)
		printf("Bail out! %s\n", err.text);
	return opened;
}

#endif
