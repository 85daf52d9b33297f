/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/vouch.h"

#include <string.h>

int vouch_begin(struct vouch *out, struct store *store, const struct store_device *sender, bool down,
                struct arena *arena, struct error *err)
{
	*out = (struct vouch){ .sender = sender, .region = sender->region };
	int code = down ? keys_load(store, arena, &out->keys, err) : 0;
	const struct store_device *root = code ? NULL : keylog_owner(&out->keys.root);
	if (root && region_holds(root->region, sender->region))
		out->region = root->region;
	return code;
}

bool vouch_in_region(const struct vouch *vouch, const struct store_device *device)
{
	return region_holds(vouch->region, device->region);
}

static bool is_certified(const struct keylog *log, const struct store_device *device)
{
	const struct keylog_record *record = log->n ? keylog_certificate(log, device->id) : NULL;
	return record && record->device.level == device->level && !strcmp(record->device.region, device->region);
}

bool vouch_for(const struct vouch *vouch, const struct store_device *device)
{
	if (!vouch_in_region(vouch, device))
		return false;
	return device->level <= vouch->sender->level || is_certified(&vouch->keys.root, device) ||
	       is_certified(&vouch->keys.upper, device);
}
