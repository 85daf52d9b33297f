/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a keyring proves. */
#include "config.h"

#include "sync/keylog.h"

#include <string.h>

#include "lib/i18n.h"

static const struct { const char *word, *sentence; } WHYS[KEYLOG_WHY_N] = {
#define WHY_ROW(name, number, word, sentence) [number] = { word, sentence },
	KEYLOG_WHY_LIST(WHY_ROW)
#undef WHY_ROW
};

const char *keylog_why_word(enum keylog_why why)
{
	return WHYS[why].word;
}

const char *keylog_why_sentence(enum keylog_why why)
{
	return _(WHYS[why].sentence);
}

int keylog_why_parse(const char *word, enum keylog_why *out)
{
	for (int i = 1; i < KEYLOG_WHY_N; i++) {
		if (!strcmp(WHYS[i].word, word)) {
			*out = (enum keylog_why)i;
			return 0;
		}
	}
	return ERR_INVALID;
}

/* --- looking --- */

static bool same_device(const uint8_t a[DEVICE_ID_BYTES], const uint8_t b[DEVICE_ID_BYTES])
{
	return !memcmp(a, b, DEVICE_ID_BYTES);
}

/* Only among the first n records: what was in force when record n was written. */
static bool lifted_before(const struct keylog *log, size_t n, uint64_t number)
{
	for (size_t i = 0; i < n; i++)
		if (log->records[i].type == KEYLOG_LIFT && log->records[i].lifted == number)
			return true;
	return false;
}

static const struct keylog_record *end_before(const struct keylog *log, size_t n,
                                              const uint8_t device[DEVICE_ID_BYTES])
{
	for (size_t i = n; i--;) {
		const struct keylog_record *record = &log->records[i];
		if (record->type == KEYLOG_BLOCK && record->why != KEYLOG_WHY_SUSPECT &&
		    same_device(record->subject, device) && !lifted_before(log, n, record->number))
			return record;
	}
	return NULL;
}

const struct store_device *keylog_owner(const struct keylog *log)
{
	return log->n ? &log->records[0].device : NULL;
}

static bool is_of_line(const struct keylog *log, const struct store_device *device)
{
	const struct store_device *owner = keylog_owner(log);
	return device->level == owner->level && !strcmp(device->region, owner->region);
}

/* The member of the line that may sign the record at n, NULL: none. */
static const struct store_device *member_before(const struct keylog *log, size_t n,
                                                const uint8_t device[DEVICE_ID_BYTES])
{
	for (size_t i = 0; i < n; i++) {
		const struct keylog_record *record = &log->records[i];
		if (record->type == KEYLOG_CERTIFY && same_device(record->subject, device) &&
		    is_of_line(log, &record->device))
			return end_before(log, n, device) ? NULL : &record->device;
	}
	return NULL;
}

bool keylog_in_line(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES])
{
	return log->n && member_before(log, log->n, device);
}

const struct keylog_record *keylog_newest(const struct keylog *log, uint8_t type, const uint8_t *device)
{
	for (size_t i = log->n; i--;)
		if (log->records[i].type == type && (!device || same_device(log->records[i].subject, device)))
			return &log->records[i];
	return NULL;
}

const struct keylog_record *keylog_certificate(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES])
{
	return keylog_newest(log, KEYLOG_CERTIFY, device);
}

const struct keylog_record *keylog_end_of(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES])
{
	return end_before(log, log->n, device);
}

bool keylog_is_lifted(const struct keylog *log, uint64_t number)
{
	return lifted_before(log, log->n, number);
}

bool keylog_same_owner(const struct keylog *a, const struct keylog *b)
{
	return a->n && b->n && same_device(keylog_owner(a)->id, keylog_owner(b)->id);
}

bool keylog_has(const struct keylog *log, const uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	for (size_t i = 0; i < log->n; i++)
		if (!memcmp(log->records[i].digest, digest, CRYPTO_DIGEST_BYTES))
			return true;
	return false;
}

bool keylog_continues(const struct keylog *longer, const struct keylog *log)
{
	return longer->n >= log->n &&
	       (!log->n || !memcmp(longer->records[log->n - 1].digest, log->records[log->n - 1].digest,
	                           CRYPTO_DIGEST_BYTES));
}

/* --- proving --- */

static int check_first(const struct keylog *log, struct error *err)
{
	const struct keylog_record *first = &log->records[0];
	if (first->type != KEYLOG_CERTIFY || !same_device(first->subject, first->issuer) ||
	    first->device.level == LEVEL_VILLAGE)
		return error_set(err, ERR_CORRUPT, _("its keyring does not begin with its keeper"));
	return 0;
}

/* A keeper vouches for places below it in its own region, and for the installations that follow it. */
static int check_subject(const struct keylog *log, const struct keylog_record *record, struct error *err)
{
	const struct store_device *owner = keylog_owner(log), *device = &record->device;
	if (record->type != KEYLOG_CERTIFY || is_of_line(log, device))
		return 0;
	if (device->level < owner->level && region_holds(owner->region, device->region))
		return 0;
	return error_set(err, ERR_STRANGER, _("its keyring vouches for %s (%s), which does not belong to %s (%s)"),
	                 device->name, device->region, owner->name, owner->region);
}

int keylog_verify(const struct keylog *log, struct error *err)
{
	static const uint8_t none[CRYPTO_DIGEST_BYTES];
	int code = log->n ? check_first(log, err) : 0;
	for (size_t i = 0; !code && i < log->n; i++) {
		const struct keylog_record *record = &log->records[i];
		const struct store_device *issuer =
			i ? member_before(log, i, record->issuer) : keylog_owner(log);
		if (memcmp(record->before, i ? log->records[i - 1].digest : none, CRYPTO_DIGEST_BYTES))
			code = error_set(err, ERR_CORRUPT, _("its keyring lacks a record, or has one of another keyring"));
		else if (!issuer)
			code = error_set(err, ERR_STRANGER,
			                 _("record %llu of its keyring was written by somebody who does not keep it"),
			                 (unsigned long long)record->number);
		else if (keylog_record_verify(record, issuer->sign_pk, err))
			code = error_set(err, ERR_SIGNATURE,
			                 _("record %llu of its keyring is forged: its signature does not match"),
			                 (unsigned long long)record->number);
		else
			code = check_subject(log, record, err);
	}
	return code;
}
