/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/store_int.h"
#include "lib/i18n.h"

/* META "device" | device number 2 -> 01 | id 8 | incarnation 8 | sign_pk 32 | box_pk 32 | level 1 |
 * flags 1 | region text | name text [| valid from varint | valid to varint | n varint | n x (first varint,
 * last - first varint, why u8)]; META "self" -> device number 2. */

static const char key_prefix[] = "device";
enum { KEY_PREFIX_BYTES = sizeof key_prefix - 1, KEY_BYTES = KEY_PREFIX_BYTES + 2, FLAG_ENROLLED = 1, FLAG_ENDED = 2 };

int meta_put(struct store *store, const char *name, struct span value, struct error *err)
{
	return engine_put(store->engine, TABLE_META, span_of(name, strlen(name)), value, err);
}

int meta_get(struct store *store, const char *name, struct span *value, struct error *err)
{
	return engine_get(store->engine, TABLE_META, span_of(name, strlen(name)), value, err);
}

static struct span device_key(uint8_t key[KEY_BYTES], uint16_t number)
{
	memcpy(key, key_prefix, KEY_PREFIX_BYTES);
	key[KEY_PREFIX_BYTES] = (uint8_t)(number >> 8);
	key[KEY_PREFIX_BYTES + 1] = (uint8_t)number;
	return span_of(key, KEY_BYTES);
}

void device_encode(struct buf *out, const struct store_device *device)
{
	buf_put_u8(out, 1);
	buf_put(out, device->id, sizeof device->id);
	buf_put(out, device->incarnation, sizeof device->incarnation);
	buf_put(out, device->sign_pk, sizeof device->sign_pk);
	buf_put(out, device->box_pk, sizeof device->box_pk);
	buf_put_u8(out, (uint8_t)device->level);
	buf_put_u8(out, (uint8_t)((device->enrolled ? FLAG_ENROLLED : 0) | (device->ended ? FLAG_ENDED : 0)));
	buf_put_text(out, device->region);
	buf_put_text(out, device->name);
	buf_put_varint(out, (uint64_t)device->valid_from);
	buf_put_varint(out, (uint64_t)device->valid_to);
	buf_put_varint(out, device->n_blocks);
	for (size_t i = 0; i < device->n_blocks; i++) {
		buf_put_varint(out, device->blocks[i].first);
		buf_put_varint(out, device->blocks[i].last - device->blocks[i].first);
		buf_put_u8(out, device->blocks[i].why);
	}
}

static bool take_bytes(struct span *in, uint8_t *out, size_t n_bytes)
{
	struct span part;
	if (!span_take(in, n_bytes, &part))
		return false;
	memcpy(out, part.data, n_bytes);
	return true;
}

static bool take_text(struct span *in, char *out, size_t size)
{
	struct span part;
	if (!span_text(in, &part) || part.len_bytes >= size)
		return false;
	memcpy(out, part.data, part.len_bytes);
	out[part.len_bytes] = '\0';
	return true;
}

/* The part that rows of earlier days lack. */
static bool take_standing(struct span *in, struct store_device *out)
{
	uint64_t from, to, n;
	if (!in->len_bytes)
		return true;
	if (!span_varint(in, &from) || !span_varint(in, &to) || from > INT32_MAX || to > INT32_MAX ||
	    !span_varint(in, &n) || n > DEVICE_BLOCKS_MAX)
		return false;
	out->valid_from = (date_t)from;
	out->valid_to = (date_t)to;
	for (; out->n_blocks < n; out->n_blocks++) {
		struct device_block *block = &out->blocks[out->n_blocks];
		if (!span_varint(in, &block->first) || !span_varint(in, &block->last) ||
		    !span_u8(in, &block->why))
			return false;
		block->last += block->first;
	}
	return true;
}

bool device_decode(struct store_device *out, struct span in)
{
	uint8_t version, level, flags;
	memset(out, 0, sizeof *out);
	if (!span_u8(&in, &version) || version != 1 || !take_bytes(&in, out->id, sizeof out->id) ||
	    !take_bytes(&in, out->incarnation, sizeof out->incarnation) ||
	    !take_bytes(&in, out->sign_pk, sizeof out->sign_pk) ||
	    !take_bytes(&in, out->box_pk, sizeof out->box_pk) || !span_u8(&in, &level) ||
	    level >= LEVEL_N || !span_u8(&in, &flags) ||
	    !take_text(&in, out->region, sizeof out->region) ||
	    !take_text(&in, out->name, sizeof out->name) || !take_standing(&in, out))
		return false;
	out->level = (enum level)level;
	out->enrolled = flags & FLAG_ENROLLED;
	out->ended = flags & FLAG_ENDED;
	return true;
}

static int devices_push(struct store *store, const struct store_device *device, struct error *err)
{
	if (store->n_devices == UINT16_MAX)
		return error_set(err, ERR_LIMIT, _("a store knows at most %d devices"), UINT16_MAX);
	if (store->n_devices == store->cap_devices) {
		size_t cap = store->cap_devices ? 2 * store->cap_devices : 16;
		struct store_device *grown = realloc(store->devices, cap * sizeof *grown);
		if (!grown)
			return error_errno(err, ENOMEM, "%s", store->dir);
		store->devices = grown;
		store->cap_devices = cap;
	}
	store->devices[store->n_devices++] = *device;
	return 0;
}

int devices_load(struct store *store, struct error *err)
{
	struct engine_cursor *cursor;
	struct span key, value;
	uint8_t first[KEY_BYTES];
	int ret = engine_cursor_open(&cursor, store->engine, TABLE_META, ENGINE_ROWS, err);
	if (ret)
		return ret;
	store->n_devices = 0;
	store->self = 0;
	for (ret = engine_seek(cursor, device_key(first, 1), &key, &value, err);
	     !ret && key.len_bytes == KEY_BYTES && !memcmp(key.data, key_prefix, KEY_PREFIX_BYTES);
	     ret = engine_next(cursor, &key, &value, err)) {
		struct store_device device;
		if (!device_decode(&device, value)) {
			ret = error_set(err, ERR_CORRUPT, _("the list of devices is damaged"));
			break;
		}
		ret = devices_push(store, &device, err);
		if (ret)
			break;
	}
	engine_cursor_close(cursor);
	if (ret && ret != ERR_NOTFOUND)
		return ret;
	ret = meta_get(store, "self", &value, err);
	if (!ret && value.len_bytes == 2)
		store->self = (uint16_t)(value.data[0] << 8 | value.data[1]);
	if ((ret && ret != ERR_NOTFOUND) || store->self < 1 || store->self > store->n_devices)
		return error_set(err, ERR_CORRUPT, _("the list of devices is damaged"));
	store->devices[store->self - 1].self = true;
	return 0;
}

uint16_t device_number(const struct store *store, const uint8_t id[DEVICE_ID_BYTES])
{
	for (size_t i = 0; i < store->n_devices; i++)
		if (!memcmp(store->devices[i].id, id, DEVICE_ID_BYTES))
			return (uint16_t)(i + 1);
	return 0;
}

static int device_write(struct store *store, uint16_t number, struct error *err)
{
	struct buf bytes = BUF_INIT;
	uint8_t key[KEY_BYTES];
	int ret;
	device_encode(&bytes, &store->devices[number - 1]);
	ret = bytes.failed ? error_errno(err, ENOMEM, "%s", store->dir)
	                   : engine_put(store->engine, TABLE_META, device_key(key, number),
	                                span_of_buf(&bytes), err);
	buf_free(&bytes);
	return ret;
}

int device_put_txn(struct store *store, const struct store_device *device, struct error *err)
{
	uint16_t number = device_number(store, device->id);
	int ret;
	if (!number) {
		ret = devices_push(store, device, err);
		if (ret)
			return ret;
		number = (uint16_t)store->n_devices;
	} else {
		store->devices[number - 1] = *device;
	}
	store->devices[number - 1].self = number == store->self;
	return device_write(store, number, err);
}

int device_number_for(struct store *store, const uint8_t id[DEVICE_ID_BYTES], uint16_t *out,
                      struct error *err)
{
	struct store_device device = { .level = LEVEL_VILLAGE };
	int ret;
	*out = device_number(store, id);
	if (*out)
		return 0;
	memcpy(device.id, id, sizeof device.id);
	ret = device_put_txn(store, &device, err);
	if (!ret)
		*out = (uint16_t)store->n_devices;
	return ret;
}

int store_device_put(struct store *store, const struct store_device *device, struct error *err)
{
	int ret = store_begin(store, err);
	if (ret)
		return ret;
	ret = device_put_txn(store, device, err);
	if (!ret)
		return store_commit(store, err);
	store_abort(store);
	return ret;
}

bool region_holds(const char *upper, const char *lower)
{
	return *upper && !strncmp(upper, lower, strlen(upper));
}

const struct store_device *store_device_find(const struct store *store, const uint8_t id[8])
{
	uint16_t number = device_number(store, id);
	return number ? &store->devices[number - 1] : NULL;
}

const struct store_device *store_device_at(const struct store *store, size_t index)
{
	return index < store->n_devices ? &store->devices[index] : NULL;
}
