/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Duties of one resident, computed from the facts alone, and the derived table "duty" that keeps them.
 *
 * Key: urgency u8 | due u32 (days since 1970 + 2^31) | resident u64 | rule u8. Value: start, end, expires
 * (u32 as due), days varint, reason u8, cause u64.
 */
#ifndef CARE_DUTY_H
#define CARE_DUTY_H

#include "care/care.h"
#include "care/fact.h"
#include "form/rules.h"

/* X(NAME, word, form that answers it). The order is stored: only append. */
#define DUTY_RULE_LIST(X)                                                                          \
	X(FIRST_VISIT, "hypertension.first-visit", "hypertension_visit")                           \
	X(VISIT, "hypertension.visit", "hypertension_visit")                                       \
	X(REFERRAL_VISIT, "hypertension.referral-check", "hypertension_visit")                     \
	X(REFERRAL, "referral.check", "referral")                                                  \
	X(RENEW, "contract.renew", "contract")                                                     \
	X(SIGN, "contract.sign", "contract")
#define DUTY_RULE_ENUM(name, word, form) DUTY_RULE_##name,
enum duty_rule { DUTY_RULE_LIST(DUTY_RULE_ENUM) DUTY_RULE_N };
#undef DUTY_RULE_ENUM

/* Stored: only append. */
enum duty_reason {
	DUTY_REASON_FIRST,
	DUTY_REASON_ROUTINE,
	DUTY_REASON_UNCONTROLLED,
	DUTY_REASON_ADVERSE,
	DUTY_REASON_COMPLICATION,
	DUTY_REASON_DANGER,
	DUTY_REASON_TWICE,
	DUTY_REASON_REFERRED,
	DUTY_REASON_CONTRACT_ENDS,
	DUTY_REASON_NO_CONTRACT,
	DUTY_REASON_N
};

struct duty_row {
	enum duty_rule rule;
	enum duty_reason reason;
	int urgency, days;
	date_t start, due, end;
	date_t expires; /* not shown after this day; DATE_NONE: always */
	rid_t cause;
};

enum { DUTY_ROWS_MAX = 16 };

/* The duties of a resident, at most DUTY_ROWS_MAX; returns their number. Those who are gone, lost or
 * have refused have none. */
size_t duty_compute(const struct rule_set *rules, const struct facts *facts,
                    struct duty_row out[DUTY_ROWS_MAX]);

int duty_derive(const struct deriver *deriver, struct store *store, rid_t subject,
                const struct record *records, size_t n, struct derive_sink *sink, struct error *err);

#endif
