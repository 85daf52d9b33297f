/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "lib/i18n.h"
#include "lib/utf8.h"
#include "sync/wire.h"

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("its contents are malformed"));
}

static int too_much(struct error *err)
{
	return error_set(err, ERR_LIMIT, _("its contents are larger than allowed"));
}

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static bool take_fixed(struct span *in, void *out, size_t n)
{
	struct span part;
	if (!span_take(in, n, &part))
		return false;
	memcpy(out, part.data, n);
	return true;
}

/* Names and reasons are shown on terminals before anybody vouches for their writer: no control characters. */
static bool take_string(struct span *in, char *out, size_t size)
{
	struct span text;
	if (!span_text(in, &text) || text.len_bytes >= size ||
	    (text.len_bytes && memchr(text.data, 0, text.len_bytes)))
		return false;
	memcpy(out, text.data, text.len_bytes);
	out[text.len_bytes] = '\0';
	return utf8_plain(out);
}

/* --- devices --- */

void wire_put_device(struct buf *out, const struct store_device *device)
{
	buf_put(out, device->id, DEVICE_ID_BYTES);
	buf_put(out, device->incarnation, sizeof(device->incarnation));
	buf_put(out, device->sign_pk, CRYPTO_SIGN_PK_BYTES);
	buf_put(out, device->box_pk, CRYPTO_KEY_BYTES);
	buf_put_u8(out, (uint8_t)device->level);
	buf_put_text(out, device->region);
	buf_put_text(out, device->name);
}

static bool region_fits(const struct store_device *device)
{
	size_t n = strlen(device->region);
	return strspn(device->region, "0123456789") == n && n >= 4 && n <= 12;
}

bool wire_take_device(struct span *in, struct store_device *out)
{
	uint8_t level, hashed[CRYPTO_SIGN_PK_BYTES + 8], hash[CRYPTO_DIGEST_BYTES];
	memset(out, 0, sizeof(*out));
	if (!take_fixed(in, out->id, DEVICE_ID_BYTES) ||
	    !take_fixed(in, out->incarnation, sizeof(out->incarnation)) ||
	    !take_fixed(in, out->sign_pk, CRYPTO_SIGN_PK_BYTES) ||
	    !take_fixed(in, out->box_pk, CRYPTO_KEY_BYTES) || !span_u8(in, &level) || level >= LEVEL_N ||
	    !take_string(in, out->region, sizeof(out->region)) ||
	    !take_string(in, out->name, sizeof(out->name)) || !region_fits(out))
		return false;
	out->level = (enum level)level;
	memcpy(hashed, out->sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(hashed + CRYPTO_SIGN_PK_BYTES, out->incarnation, sizeof(out->incarnation));
	crypto_hash_data(hash, sizeof(hash), hashed, sizeof(hashed), NULL);
	return !memcmp(hash, out->id, DEVICE_ID_BYTES);
}

/* --- manifests --- */

enum { MANIFEST_FULL = 1 };

void wire_put_manifest(struct buf *out, const struct manifest *manifest)
{
	buf_put_u8(out, manifest->kind);
	buf_put(out, manifest->sender, DEVICE_ID_BYTES);
	buf_put(out, manifest->recipient, DEVICE_ID_BYTES);
	buf_put(out, manifest->bundle_id, BUNDLE_ID_BYTES);
	buf_put(out, manifest->epoch, sizeof(manifest->epoch));
	buf_put_zigzag(out, manifest->wall);
	buf_put_varint(out, manifest->n_devices);
	for (size_t i = 0; i < manifest->n_devices; i++) {
		const struct manifest_device *device = &manifest->devices[i];
		buf_put_u8(out, device->full ? MANIFEST_FULL : 0);
		if (device->full)
			wire_put_device(out, &device->device);
		else
			buf_put(out, device->device.id, DEVICE_ID_BYTES);
		buf_put_varint(out, device->covered);
	}
	buf_put(out, manifest->believed_epoch, sizeof(manifest->believed_epoch));
	buf_put_varint(out, manifest->believed_serial);
}

int wire_take_manifest(struct span in, struct manifest *out, struct arena *arena, struct error *err)
{
	uint64_t n;
	memset(out, 0, sizeof(*out));
	if (!span_u8(&in, &out->kind) || !take_fixed(&in, out->sender, DEVICE_ID_BYTES) ||
	    !take_fixed(&in, out->recipient, DEVICE_ID_BYTES) ||
	    !take_fixed(&in, out->bundle_id, BUNDLE_ID_BYTES) ||
	    !take_fixed(&in, out->epoch, sizeof(out->epoch)) || !span_zigzag(&in, &out->wall) ||
	    !span_varint(&in, &n))
		return malformed(err);
	if (n > WIRE_MAX_DEVICES)
		return too_much(err);
	struct manifest_device *devices = arena_array(arena, (size_t)n + 1, sizeof(*devices));
	if (!devices)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		uint8_t flags;
		if (!span_u8(&in, &flags) || flags > MANIFEST_FULL)
			return malformed(err);
		devices[i].full = flags & MANIFEST_FULL;
		if (!(devices[i].full ? wire_take_device(&in, &devices[i].device)
		                      : take_fixed(&in, devices[i].device.id, DEVICE_ID_BYTES)) ||
		    !span_varint(&in, &devices[i].covered))
			return malformed(err);
	}
	out->devices = devices;
	out->n_devices = (size_t)n;
	return take_fixed(&in, out->believed_epoch, sizeof(out->believed_epoch)) &&
	       span_varint(&in, &out->believed_serial) ? 0 : malformed(err);
}

bool manifest_matches(const struct manifest *manifest, const struct envelope_head *head)
{
	return manifest->kind == head->kind &&
	       !memcmp(manifest->sender, head->sender, DEVICE_ID_BYTES) &&
	       !memcmp(manifest->recipient, head->recipient, DEVICE_ID_BYTES) &&
	       !memcmp(manifest->bundle_id, head->bundle_id, BUNDLE_ID_BYTES);
}

/* --- receipts --- */

static void put_receipt_device(struct buf *out, const struct receipt_device *device)
{
	uint64_t last = device->prefix;
	buf_put(out, device->id, DEVICE_ID_BYTES);
	buf_put_varint(out, device->prefix);
	buf_put_varint(out, device->max);
	buf_put(out, device->head, CRYPTO_HASH_BYTES);
	buf_put_varint(out, device->n_ranges);
	for (size_t i = 0; i < device->n_ranges; i++) {
		const struct receipt_range *range = &device->ranges[i];
		buf_put_varint(out, range->range.first - last);
		buf_put_varint(out, range->range.last - range->range.first);
		buf_put(out, range->hash, sizeof(range->hash));
		last = range->range.last;
	}
	buf_put_u8(out, device->more_forks);
	buf_put_varint(out, device->n_forks);
	for (size_t i = 0; i < device->n_forks; i++) {
		buf_put_varint(out, device->forks[i].seq);
		buf_put(out, device->forks[i].digest, CRYPTO_DIGEST_BYTES);
	}
}

void wire_put_receipt(struct buf *out, const struct receipt *receipt)
{
	buf_put(out, receipt->epoch, sizeof(receipt->epoch));
	buf_put_varint(out, receipt->serial);
	buf_put_zigzag(out, receipt->wall);
	buf_put_zigzag(out, receipt->clock_offset_s);
	buf_put_varint(out, receipt->n_devices);
	for (size_t i = 0; i < receipt->n_devices; i++)
		put_receipt_device(out, &receipt->devices[i]);
	buf_put_varint(out, receipt->n_quarantined);
	buf_put_varint(out, receipt->n_waiting);
	buf_put_varint(out, receipt->n_notes);
	for (size_t i = 0; i < receipt->n_notes; i++) {
		buf_put_varint(out, receipt->notes[i].device);
		buf_put_varint(out, receipt->notes[i].seq);
		buf_put_u8(out, receipt->notes[i].waiting);
		buf_put_text(out, receipt->notes[i].reason);
	}
	for (size_t i = 0; i < receipt->n_devices; i++)
		buf_put_varint(out, receipt->devices[i].stable);
}

void wire_put_holdings(struct buf *out, const struct receipt *receipt)
{
	buf_put_varint(out, receipt->n_devices);
	for (size_t i = 0; i < receipt->n_devices; i++)
		put_receipt_device(out, &receipt->devices[i]);
}

static int take_ranges(struct span *in, struct receipt_device *device, struct arena *arena,
                       struct error *err)
{
	uint64_t n, step, length, last = device->prefix;
	if (!span_varint(in, &n))
		return malformed(err);
	if (n > RECEIPT_MAX_RANGES)
		return too_much(err);
	struct receipt_range *ranges = arena_array(arena, (size_t)n + 1, sizeof(*ranges));
	if (!ranges)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		if (!span_varint(in, &step) || !span_varint(in, &length) || !step ||
		    step > UINT64_MAX - last || length > UINT64_MAX - last - step ||
		    !take_fixed(in, ranges[i].hash, sizeof(ranges[i].hash)))
			return malformed(err);
		ranges[i].range.first = last + step;
		ranges[i].range.last = last = last + step + length;
	}
	device->ranges = ranges;
	device->n_ranges = (size_t)n;
	return 0;
}

static int take_forks(struct span *in, struct receipt_device *device, struct arena *arena,
                      struct error *err)
{
	uint64_t n;
	uint8_t more;
	if (!span_u8(in, &more) || more > 1 || !span_varint(in, &n))
		return malformed(err);
	if (n > RECEIPT_MAX_FORKS)
		return too_much(err);
	struct receipt_fork *forks = arena_array(arena, (size_t)n + 1, sizeof(*forks));
	if (!forks)
		return no_memory(err);
	for (size_t i = 0; i < n; i++)
		if (!span_varint(in, &forks[i].seq) ||
		    !take_fixed(in, forks[i].digest, CRYPTO_DIGEST_BYTES) ||
		    (i && forks[i].seq < forks[i - 1].seq))
			return malformed(err);
	device->forks = forks;
	device->n_forks = (size_t)n;
	device->more_forks = more;
	return 0;
}

static int take_receipt_devices(struct span *in, struct receipt *out, struct arena *arena,
                                struct error *err)
{
	uint64_t n;
	if (!span_varint(in, &n))
		return malformed(err);
	if (n > WIRE_MAX_DEVICES)
		return too_much(err);
	struct receipt_device *devices = arena_array(arena, (size_t)n + 1, sizeof(*devices));
	if (!devices)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		struct receipt_device *device = &devices[i];
		int code;
		if (!take_fixed(in, device->id, DEVICE_ID_BYTES) || !span_varint(in, &device->prefix) ||
		    !span_varint(in, &device->max) || device->max < device->prefix ||
		    !take_fixed(in, device->head, CRYPTO_HASH_BYTES))
			return malformed(err);
		if ((code = take_ranges(in, device, arena, err)) || (code = take_forks(in, device, arena, err)))
			return code;
	}
	out->devices = devices;
	out->n_devices = (size_t)n;
	return 0;
}

int wire_take_holdings(struct span in, struct receipt *out, struct arena *arena, struct error *err)
{
	memset(out, 0, sizeof(*out));
	return take_receipt_devices(&in, out, arena, err);
}

static bool take_stable(struct span *in, const struct receipt *receipt)
{
	for (size_t i = 0; i < receipt->n_devices; i++) {
		struct receipt_device *device = (struct receipt_device *)(uintptr_t)&receipt->devices[i];
		if (!span_varint(in, &device->stable) || device->stable > device->prefix)
			return false;
	}
	return true;
}

int wire_take_receipt(struct span in, struct receipt *out, struct arena *arena, struct error *err)
{
	uint64_t n, device;
	int code;
	memset(out, 0, sizeof(*out));
	if (!take_fixed(&in, out->epoch, sizeof(out->epoch)) || !span_varint(&in, &out->serial) ||
	    !span_zigzag(&in, &out->wall) || !span_zigzag(&in, &out->clock_offset_s))
		return malformed(err);
	if ((code = take_receipt_devices(&in, out, arena, err)))
		return code;
	if (!span_varint(&in, &out->n_quarantined) || !span_varint(&in, &out->n_waiting) ||
	    !span_varint(&in, &n))
		return malformed(err);
	if (n > RECEIPT_MAX_NOTES)
		return too_much(err);
	struct receipt_note *notes = arena_array(arena, (size_t)n + 1, sizeof(*notes));
	if (!notes)
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		char reason[REASON_BYTES];
		uint8_t waiting;
		if (!span_varint(&in, &device) || device >= out->n_devices || !span_varint(&in, &notes[i].seq) ||
		    !span_u8(&in, &waiting) || waiting > 1 ||
		    !take_string(&in, reason, sizeof(reason)))
			return malformed(err);
		notes[i].device = (size_t)device;
		notes[i].waiting = waiting;
		if (!(notes[i].reason = arena_strdup(arena, reason)))
			return no_memory(err);
	}
	out->notes = notes;
	out->n_notes = (size_t)n;
	return take_stable(&in, out) ? 0 : malformed(err);
}
