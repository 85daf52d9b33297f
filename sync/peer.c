/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "lib/date.h"
#include "lib/i18n.h"
#include "sync/peer.h"
#include "sync/reason.h"

#define UPPER_NAME   "sync/upper"    /* own device 8 | upper device 8 */
#define RECEIPT_NAME "sync/receipt"  /* bytes of the last receipt */
#define EPOCHS_NAME  "sync/epochs"   /* epochs of the level above that are over, 8 bytes each */

enum { EPOCHS_MAX = 64 };

int self_begin(struct store *store, struct self *out, struct error *err)
{
	uint8_t box_sk[CRYPTO_KEY_BYTES];
	memset(out, 0, sizeof(*out));
	int code = store_info_get(store, &out->info, err);
	if (!code)
		code = store_secrets(store, out->sign_sk, box_sk, err);
	crypto_wipe(box_sk, sizeof(box_sk));
	return code;
}

void self_end(struct self *self)
{
	crypto_wipe(self, sizeof(*self));
}

struct opening {
	struct envelope *envelope;
	struct error *err;
	int code;
};

static bool try_key(void *arg, const uint8_t device[DEVICE_ID_BYTES], const uint8_t pk[CRYPTO_KEY_BYTES],
                    const uint8_t sk[CRYPTO_KEY_BYTES])
{
	struct opening *opening = arg;
	(void)device;
	opening->code = envelope_unseal(opening->envelope, pk, sk, opening->err);
	return opening->code == ERR_RECIPIENT;
}

int self_unseal(struct store *store, struct envelope *envelope, struct error *err)
{
	struct opening opening = { envelope, err, ERR_RECIPIENT };
	error_set(err, ERR_RECIPIENT, _("it is sealed for another recipient"));
	int code = store_box_secrets_each(store, try_key, &opening, err);
	return code ? code : opening.code;
}

struct search { const uint8_t *device; bool found; };

static bool is_device(void *arg, const uint8_t device[DEVICE_ID_BYTES], const uint8_t pk[CRYPTO_KEY_BYTES],
                      const uint8_t sk[CRYPTO_KEY_BYTES])
{
	struct search *search = arg;
	(void)pk;
	(void)sk;
	search->found = !memcmp(device, search->device, DEVICE_ID_BYTES);
	return !search->found;
}

bool self_was(struct store *store, const uint8_t device[DEVICE_ID_BYTES])
{
	struct search search = { device, false };
	return !store_box_secrets_each(store, is_device, &search, NULL) && search.found;
}

/* --- the level above --- */

static int not_enrolled(struct error *err)
{
	return error_set(err, ERR_STRANGER,
	                 _("this installation is not enrolled: carry request.xyr to the level above and "
	                   "import its answer"));
}

int peer_upper(struct store *store, const struct store_info *info, struct store_device *out,
               struct error *err)
{
	struct buf value = BUF_INIT;
	int code = store_kv_get(store, UPPER_NAME, &value, err);
	if (code && code != ERR_NOTFOUND)
		return code;
	const struct store_device *upper = NULL;
	if (!code && value.len_bytes == 2 * DEVICE_ID_BYTES &&
	    !memcmp(value.data, info->self.id, DEVICE_ID_BYTES))
		upper = store_device_find(store, value.data + DEVICE_ID_BYTES);
	code = upper ? 0 : not_enrolled(err);
	if (upper)
		*out = *upper;
	buf_free(&value);
	return code;
}

int peer_set_upper(struct store *store, const uint8_t self_id[8], const struct store_device *upper,
                   struct error *err)
{
	uint8_t value[2 * DEVICE_ID_BYTES];
	memcpy(value, self_id, DEVICE_ID_BYTES);
	memcpy(value + DEVICE_ID_BYTES, upper->id, DEVICE_ID_BYTES);
	int code = store_device_put(store, upper, err);
	return code ? code : store_kv_put(store, UPPER_NAME, span_of(value, sizeof(value)), err);
}

int peer_check_upper(const struct store_device *upper, int64_t made_s, struct error *err)
{
	char day[DATE_TEXT_BYTES];
	date_t made = date_of_seconds(made_s);
	if (upper->ended)
		return error_set(err, ERR_STRANGER, _("the key of %s (%s) was ended: %s"), upper->name, upper->region,
		                 sync_device_ended(upper));
	if (upper->valid_from && made < upper->valid_from)
		return error_set(err, ERR_STRANGER, _("it was signed before the certificate of %s (%s) counts, from %s on"),
		                 upper->name, upper->region, date_format(upper->valid_from, day));
	if (upper->valid_to && made > upper->valid_to)
		return error_set(err, ERR_STRANGER, _("it was signed after the certificate of %s (%s) ended on %s"),
		                 upper->name, upper->region, date_format(upper->valid_to, day));
	return 0;
}

int peer_check_lower(const struct store_device *sender, struct error *err)
{
	char day[DATE_TEXT_BYTES];
	date_t today = date_today();
	if (sender->valid_from > today)
		return error_set(err, ERR_DENIED,
		                 _("the certificate of %s (%s) counts only from %s on; if the clock of this computer is "
		                   "right, enrol it again"),
		                 sender->name, sender->region, date_format(sender->valid_from, day));
	if (sender->valid_to && sender->valid_to < today)
		return error_set(err, ERR_DENIED,
		                 _("the certificate of %s (%s) ended on %s: compare the words and enrol it again, then "
		                   "merge once more"),
		                 sender->name, sender->region, date_format(sender->valid_to, day));
	return 0;
}

/* --- receipts --- */

int peer_receipt(struct store *store, struct arena *arena, struct receipt *out, struct error *err)
{
	struct buf value = BUF_INIT;
	int code = store_kv_get(store, RECEIPT_NAME, &value, err);
	if (!code)
		code = wire_take_receipt(span_of_buf(&value), out, arena, err);
	buf_free(&value);
	return code;
}

static bool epoch_is_over(const struct buf *epochs, const uint8_t epoch[8])
{
	for (size_t at = 0; at + 8 <= epochs->len_bytes; at += 8)
		if (!memcmp(epochs->data + at, epoch, 8))
			return true;
	return false;
}

struct belief { /* what was believed so far */
	struct arena arena;
	struct buf epochs;    /* that are over */
	struct receipt last;
	bool first;           /* there is none */
};

static int belief_load(struct store *store, struct belief *out, struct error *err)
{
	*out = (struct belief){ .arena = ARENA_INIT, .epochs = BUF_INIT };
	int code = store_kv_get(store, EPOCHS_NAME, &out->epochs, err);
	if (code && code != ERR_NOTFOUND)
		return code;
	code = peer_receipt(store, &out->arena, &out->last, err);
	out->first = code != 0;
	return code == ERR_NOTFOUND || code == ERR_CORRUPT ? 0 : code;
}

static void belief_free(struct belief *belief)
{
	buf_free(&belief->epochs);
	arena_free(&belief->arena);
}

static bool is_same_epoch(const struct belief *belief, const struct receipt *receipt)
{
	return !belief->first && !memcmp(belief->last.epoch, receipt->epoch, 8);
}

int peer_receipt_is_newer(struct store *store, const struct receipt *receipt, bool *newer, struct error *err)
{
	struct belief belief;
	int code = belief_load(store, &belief, err);
	*newer = !code && !epoch_is_over(&belief.epochs, receipt->epoch) &&
	         (!is_same_epoch(&belief, receipt) || receipt->serial > belief.last.serial);
	belief_free(&belief);
	return code;
}

int peer_take_receipt(struct store *store, const struct receipt *receipt, struct span bytes, bool *fresh,
                      struct error *err)
{
	struct belief belief;
	struct buf *epochs = &belief.epochs;
	*fresh = false;
	int code = belief_load(store, &belief, err);
	bool same = is_same_epoch(&belief, receipt);
	if (code || epoch_is_over(epochs, receipt->epoch) || (same && receipt->serial < belief.last.serial))
		goto out;
	if (!belief.first && !same) {
		/* the level above lives a new life: what it held before says nothing any more */
		if (epochs->len_bytes >= 8 * EPOCHS_MAX) {
			memmove(epochs->data, epochs->data + 8, epochs->len_bytes - 8);
			epochs->len_bytes -= 8;
		}
		buf_put(epochs, belief.last.epoch, 8);
		if (epochs->failed)
			code = error_set(err, ERR_NOMEM, _("out of memory"));
		else
			code = store_kv_put(store, EPOCHS_NAME, span_of_buf(epochs), err);
	}
	if (!code)
		code = store_kv_put(store, RECEIPT_NAME, bytes, err);
	*fresh = !code;
out:
	belief_free(&belief);
	return code;
}

/* --- numbers and progress --- */

int peer_number(struct store *store, const char *name, int64_t *out, struct error *err)
{
	struct buf value = BUF_INIT;
	int code = store_kv_get(store, name, &value, err);
	struct span in = span_of_buf(&value);
	*out = 0;
	if (!code && !span_zigzag(&in, out))
		*out = 0;
	buf_free(&value);
	return code == ERR_NOTFOUND ? 0 : code;
}

int peer_set_number(struct store *store, const char *name, int64_t value, struct error *err)
{
	struct buf bytes = BUF_INIT;
	buf_put_zigzag(&bytes, value);
	int code = bytes.failed ? error_set(err, ERR_NOMEM, _("out of memory"))
	                        : store_kv_put(store, name, span_of_buf(&bytes), err);
	buf_free(&bytes);
	return code;
}

void peer_progress_name(char out[32], const uint8_t device[8])
{
	memcpy(out, "sync/in/", 8);
	hex_encode(out + 8, device, DEVICE_ID_BYTES);
}

void peer_progress_put(struct buf *out, const struct peer_progress *progress)
{
	buf_put(out, progress->bundle_id, BUNDLE_ID_BYTES);
	buf_put_varint(out, progress->chunks);
	buf_put_u8(out, progress->done);
	buf_put_zigzag(out, progress->wall);
	buf_put_zigzag(out, progress->clock_offset_s);
	buf_put_varint(out, progress->entries);
}

int peer_progress_get(struct store *store, const uint8_t device[8], struct peer_progress *out,
                      struct error *err)
{
	char name[32];
	struct buf value = BUF_INIT;
	struct span id;
	uint8_t done;
	memset(out, 0, sizeof(*out));
	peer_progress_name(name, device);
	int code = store_kv_get(store, name, &value, err);
	struct span in = span_of_buf(&value);
	if (!code && (!span_take(&in, BUNDLE_ID_BYTES, &id) || !span_varint(&in, &out->chunks) ||
	              !span_u8(&in, &done) || !span_zigzag(&in, &out->wall) ||
	              !span_zigzag(&in, &out->clock_offset_s) || !span_varint(&in, &out->entries)))
		code = ERR_NOTFOUND;
	if (!code) {
		memcpy(out->bundle_id, id.data, BUNDLE_ID_BYTES);
		out->done = done;
	}
	buf_free(&value);
	return code;
}

void peer_fingerprint(const struct store_device *device, char out[128])
{
	struct buf bytes = BUF_INIT;
	struct store_device lasting = *device; /* the key to seal for changes; signatures prove it */
	memset(lasting.box_pk, 0, sizeof(lasting.box_pk));
	wire_put_device(&bytes, &lasting);
	crypto_fingerprint(bytes.data, bytes.len_bytes, (int)i18n_lang(), out);
	buf_free(&bytes);
}
