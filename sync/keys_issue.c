/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this store says of keys. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lib/date.h"
#include "lib/i18n.h"
#include "sync/keys.h"
#include "sync/keys_int.h"

/* Add one record, signed by an installation of this store, as it is now or as it was. */
static int add_record(struct store *store, const struct keylog_record *record,
                      const uint8_t issuer[DEVICE_ID_BYTES], const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES],
                      struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct buf bytes = BUF_INIT;
	struct keys keys;
	int code = keys_load(store, &arena, &keys, err);
	if (!code && !(code = keylog_append(&bytes, &keys.own, record, issuer, sign_sk, err)))
		code = store_kv_put(store, KEYS_OWN, span_of_buf(&bytes), err);
	buf_free(&bytes);
	arena_free(&arena);
	return code;
}

static int issue(struct store *store, const struct self *self, const struct keylog_record *record,
                 struct error *err)
{
	int code = keys_open_own(store, self, err);
	return code ? code : add_record(store, record, self->info.self.id, self->sign_sk, err);
}

/* --- the line of this store --- */

void keys_publisher_pair(const struct self *self, uint8_t key_id[8], uint8_t pk[CRYPTO_SIGN_PK_BYTES],
                         uint8_t sk[CRYPTO_SIGN_SK_BYTES])
{
	/* a key of its own: what minisign signs has no context that could keep it apart from bundles */
	uint8_t seed[CRYPTO_KEY_BYTES], hash[CRYPTO_DIGEST_BYTES];
	crypto_subkey(seed, self->sign_sk, 1, "xyfiles1");
	crypto_sign_keys_from(pk, sk, seed);
	crypto_wipe(seed, sizeof(seed));
	crypto_hash_data(hash, sizeof(hash), pk, CRYPTO_SIGN_PK_BYTES, NULL);
	memcpy(key_id, hash, 8);
}

/* The keys of this life: to seal for, and to sign files with. */
static int add_own_keys(struct store *store, const struct self *self, struct error *err)
{
	struct keylog_record box = { .type = KEYLOG_BOX, .valid_from = date_today() };
	struct keylog_record publisher = { .type = KEYLOG_PUBLISHER };
	uint8_t sk[CRYPTO_SIGN_SK_BYTES];
	memcpy(box.subject, self->info.self.id, DEVICE_ID_BYTES);
	memcpy(box.key, self->info.self.box_pk, CRYPTO_KEY_BYTES);
	keys_publisher_pair(self, publisher.key_id, publisher.key, sk);
	crypto_wipe(sk, sizeof(sk));
	snprintf(publisher.text, sizeof(publisher.text), "%s", self->info.self.name);
	if (strlen(self->info.self.name) >= sizeof(publisher.text))
		snprintf(publisher.text, sizeof(publisher.text), "%s", self->info.self.region);
	int code = add_record(store, &box, self->info.self.id, self->sign_sk, err);
	return code ? code : add_record(store, &publisher, self->info.self.id, self->sign_sk, err);
}

/* An earlier life of this installation that may still sign its keyring. */
static int find_member(struct store *store, const struct keylog *own, uint8_t device[DEVICE_ID_BYTES],
                       uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES], struct error *err)
{
	for (size_t i = own->n; i--;) {
		const struct keylog_record *record = &own->records[i];
		if (record->type != KEYLOG_CERTIFY || !keylog_in_line(own, record->subject) ||
		    store_sign_secret(store, record->subject, sign_sk, err))
			continue;
		memcpy(device, record->subject, DEVICE_ID_BYTES);
		return 0;
	}
	return error_set(err, ERR_NOTFOUND, _("no key of this store may go on with its keyring"));
}

int keys_open_own(struct store *store, const struct self *self, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct keylog_record record = { .type = KEYLOG_CERTIFY, .device = self->info.self,
		                        .valid_from = date_today() };
	uint8_t issuer[DEVICE_ID_BYTES], sign_sk[CRYPTO_SIGN_SK_BYTES];
	if (self->info.self.level == LEVEL_VILLAGE)
		return error_set(err, ERR_DENIED, _("a village keeps no keyring: no place lies below it"));
	int code = keys_load(store, &arena, &keys, err);
	if (code || (keys.own.n && keylog_in_line(&keys.own, self->info.self.id)))
		goto out;
	memcpy(issuer, self->info.self.id, sizeof(issuer));
	memcpy(sign_sk, self->sign_sk, sizeof(sign_sk));
	if (keys.own.n)
		code = find_member(store, &keys.own, issuer, sign_sk, err);
	if (!code && !(code = add_record(store, &record, issuer, sign_sk, err)))
		code = add_own_keys(store, self, err);
	crypto_wipe(sign_sk, sizeof(sign_sk));
out:
	arena_free(&arena);
	return code;
}

/* --- certificates --- */

static int certify(struct store *store, const struct self *self, const struct store_device *device, date_t from,
                   struct error *err)
{
	struct keylog_record record = { .type = KEYLOG_CERTIFY, .device = *device, .valid_from = from };
	int months;
	if (!keys_months(store, "certificate_months", &months, NULL))
		record.valid_to = date_add_months(date_today(), months);
	return issue(store, self, &record, err);
}

int keys_certify(struct store *store, const struct self *self, const struct store_device *device,
                 struct error *err)
{
	return certify(store, self, device, date_today(), err);
}

int keys_renew(struct store *store, const struct self *self, const struct store_device *device,
               struct error *err)
{
	int months;
	if (!device->valid_to || device->ended || keys_months(store, "renew_months", &months, NULL) ||
	    date_add_months(date_today(), months) < device->valid_to)
		return 0;
	int code = certify(store, self, device, device->valid_from, err);
	return code ? code : keys_apply(store, NULL, err);
}

/* --- blocks --- */

int keys_block(struct store *store, const struct self *self, const struct store_device *device,
               const struct keys_block *block, struct error *err)
{
	struct keylog_record record = { .type = KEYLOG_BLOCK, .first = block->range.first,
		                        .last = block->range.last, .why = block->why };
	memcpy(record.subject, device->id, DEVICE_ID_BYTES);
	if (strlen(block->note) >= sizeof(record.text))
		return error_set(err, ERR_LIMIT, _("the note is too long"));
	snprintf(record.text, sizeof(record.text), "%s", block->note);
	int code = issue(store, self, &record, err);
	return code ? code : keys_apply(store, NULL, err);
}

int keys_lift(struct store *store, const struct self *self, uint64_t number, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct keylog_record record = { .type = KEYLOG_LIFT, .lifted = number };
	bool found = false;
	int code = keys_load(store, &arena, &keys, err);
	for (size_t i = 0; !code && i < keys.own.n; i++)
		found = found || (keys.own.records[i].type == KEYLOG_BLOCK && keys.own.records[i].number == number &&
		                  !keylog_is_lifted(&keys.own, number));
	if (!code && !found)
		code = error_set(err, ERR_NOTFOUND, _("nothing that stands in the way has the number %llu"),
		                 (unsigned long long)number);
	arena_free(&arena);
	if (!code && !(code = issue(store, self, &record, err)))
		code = keys_apply(store, NULL, err);
	return code;
}

/* --- keys to seal for --- */

int keys_rotate(struct store *store, const struct self *self, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct keylog_record old = { .type = KEYLOG_BOX }, new = { .type = KEYLOG_BOX, .valid_from = date_today() };
	int overlap;
	int code = keys_months(store, "overlap_months", &overlap, err);
	if (code || (code = keys_open_own(store, self, err)) || (code = keys_load(store, &arena, &keys, err)))
		goto out;
	const struct keylog_record *now = keylog_newest(&keys.own, KEYLOG_BOX, self->info.self.id);
	memcpy(new.subject, self->info.self.id, DEVICE_ID_BYTES);
	if (now)
		old = *now;
	old.valid_to = date_add_months(date_today(), overlap);
	/* the secret is on disk before anybody can seal for it */
	if (!(code = store_box_draw(store, new.key, err)) && (!now || !(code = issue(store, self, &old, err))))
		code = issue(store, self, &new, err);
	if (!code) { /* requests and certificates name the newest */
		struct store_device device = self->info.self;
		memcpy(device.box_pk, new.key, sizeof(device.box_pk));
		code = store_device_put(store, &device, err);
	}
out:
	arena_free(&arena);
	return code;
}

struct box_list {
	const struct keylog *own;
	struct keys_box *boxes;
	size_t n, most;
	int keep_months;
};

/* The records of a key, and the one with which another took its place. */
static void find_days(struct keys_box *box, const struct keylog *own, int keep_months)
{
	bool seen = false, replaced = false;
	for (size_t i = 0; i < own->n; i++) {
		const struct keylog_record *record = &own->records[i];
		if (record->type != KEYLOG_BOX)
			continue;
		if (!memcmp(record->key, box->pk, CRYPTO_KEY_BYTES)) {
			box->valid_from = record->valid_from;
			box->valid_to = record->valid_to;
			seen = true;
			replaced = false;
		} else if (seen && !replaced) {
			replaced = true;
			box->retired = date_of_seconds(record->wall);
			box->destroy_from = date_add_months(box->retired, keep_months);
		}
	}
	if (!replaced)
		box->retired = box->destroy_from = DATE_NONE;
}

static bool add_box(void *arg, const uint8_t device[DEVICE_ID_BYTES], const uint8_t pk[CRYPTO_KEY_BYTES],
                    const uint8_t sk[CRYPTO_KEY_BYTES])
{
	struct box_list *list = arg;
	struct keys_box *box = &list->boxes[list->n];
	(void)device;
	(void)sk;
	*box = (struct keys_box){ .retired = DATE_NONE, .destroy_from = DATE_NONE };
	memcpy(box->pk, pk, CRYPTO_KEY_BYTES);
	find_days(box, list->own, list->keep_months);
	return ++list->n < list->most;
}

int keys_boxes(struct store *store, struct arena *arena, struct keys_box **out, size_t *n, struct error *err)
{
	enum { BOXES_MAX = 1000 };
	struct keys keys;
	struct box_list list = { .most = BOXES_MAX };
	int code = keys_months(store, "keep_months", &list.keep_months, err);
	if (code || (code = keys_load(store, arena, &keys, err)))
		return code;
	list.own = &keys.own;
	list.boxes = arena_array(arena, BOXES_MAX, sizeof(*list.boxes));
	if (!list.boxes)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	code = store_box_secrets_each(store, add_box, &list, err);
	*out = list.boxes;
	*n = list.n;
	return code;
}

int keys_destroy_old(struct store *store, size_t *n, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys_box *boxes;
	size_t n_boxes = 0;
	*n = 0;
	int code = keys_boxes(store, &arena, &boxes, &n_boxes, err);
	for (size_t i = 0; !code && i < n_boxes; i++) {
		if (boxes[i].retired == DATE_NONE || boxes[i].destroy_from > date_today())
			continue;
		code = store_box_destroy(store, boxes[i].pk, err);
		*n += !code;
	}
	arena_free(&arena);
	return code;
}

/* --- the recovery key and publishers --- */

int keys_recovery_pair(const char *code, uint8_t pk[CRYPTO_KEY_BYTES], uint8_t sk[CRYPTO_KEY_BYTES],
                       struct error *err)
{
	static const char context[] = "xiangyi recovery key 1";
	char clean[PAPER_CODE_BYTES];
	uint8_t seed[CRYPTO_KEY_BYTES];
	struct crypto_hash_state state;
	int ret = paper_code_clean(clean, code, err);
	if (ret)
		return ret;
	crypto_hash_begin(&state, sizeof(seed), NULL);
	crypto_hash_add(&state, context, sizeof(context));
	crypto_hash_add(&state, clean, strlen(clean));
	crypto_hash_end(&state, seed, sizeof(seed));
	crypto_box_keys_from(pk, sk, seed);
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(clean, sizeof(clean));
	return 0;
}

int keys_draw_recovery(struct store *store, const struct self *self, char code[PAPER_CODE_BYTES],
                       struct error *err)
{
	struct keylog_record record = { .type = KEYLOG_RECOVERY };
	uint8_t sk[CRYPTO_KEY_BYTES];
	paper_code_make(code);
	int ret = keys_recovery_pair(code, record.key, sk, err);
	crypto_wipe(sk, sizeof(sk));
	return ret ? ret : issue(store, self, &record, err);
}

int keys_add_publisher(struct store *store, const struct self *self, const uint8_t key_id[8],
                       const uint8_t pk[CRYPTO_SIGN_PK_BYTES], const char *name, struct error *err)
{
	struct keylog_record record = { .type = KEYLOG_PUBLISHER };
	memcpy(record.key_id, key_id, sizeof(record.key_id));
	memcpy(record.key, pk, CRYPTO_SIGN_PK_BYTES);
	if (strlen(name) >= sizeof(record.text))
		return error_set(err, ERR_LIMIT, _("the name is too long"));
	snprintf(record.text, sizeof(record.text), "%s", name);
	return issue(store, self, &record, err);
}
