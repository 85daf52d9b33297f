/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/care.h"

#include "care/alert.h"
#include "care/concern.h"
#include "care/duty.h"
#include "care/fact.h"
#include "care/link.h"
#include "care/move.h"
#include "care/prepared.h"

/* Raise when the code that derives a table changes. */
enum { FACT_VERSION = 3, DUTY_VERSION = 3, ALERT_VERSION = 1, LINK_VERSION = 1, MOVING_VERSION = 1,
       CONCERN_VERSION = 2 };

/* FNV-1a, 32 bits, of a text and its NUL. */
static uint32_t hash_text(uint32_t hash, const char *text)
{
	do
		hash = (hash ^ (uint8_t)*text) * UINT32_C(16777619);
	while (*text++);
	return hash;
}

/* Duties and alerts depend on the rules: changed rules are a changed version, and the store derives anew. */
static uint32_t rules_version(const struct rule_set *rules, uint32_t version)
{
	static const char *const tables[] = {
		"care", "child", "clinic", "clue", "contract", "diabetes", "disability", "elder", "endemic",
		"hypertension", "indicator4", "infectious", "major", "maternal", "payafter", "questionnaire", "referral",
		"selfcare", "smi", "tb",
	};
	uint32_t hash = UINT32_C(2166136261) ^ version;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (size_t i = 0; i < rule_count(rules, tables[t]); i++) {
			const struct rule *rule = rule_at(rules, tables[t], i);
			hash = hash_text(hash_text(hash, rule->name), rule->value);
			hash = (hash ^ (uint32_t)rule->min_age) * UINT32_C(16777619);
			hash = (hash ^ (uint32_t)rule->max_age) * UINT32_C(16777619);
			hash = (hash ^ (uint32_t)rule->valid_from) * UINT32_C(16777619);
			hash = (hash ^ (uint32_t)rule->valid_to) * UINT32_C(16777619);
		}
	return hash;
}

int care_register(struct store *store, struct progress *progress, struct error *err)
{
	const struct rule_set *rules = form_set_rules(store_forms(store));
	const struct deriver derivers[] = {
		{ "fact", FACT_VERSION, care_prepare, fact_derive, NULL },
		{ "duty", rules_version(rules, DUTY_VERSION), care_prepare, duty_derive, NULL },
		{ "alert", rules_version(rules, ALERT_VERSION + DUTY_VERSION * 1000), care_prepare, alert_derive,
		  NULL },
		{ "link", LINK_VERSION, NULL, link_derive, NULL },
		{ "moving", MOVING_VERSION, NULL, move_derive, NULL },
		{ "concern", CONCERN_VERSION, NULL, concern_derive, NULL },
	};
	int rc = 0;
	for (size_t i = 0; !rc && i < sizeof derivers / sizeof *derivers; i++)
		rc = store_register(store, &derivers[i], progress, err);
	return rc;
}
