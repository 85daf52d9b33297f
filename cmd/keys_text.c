/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/keys_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"

/* --- the place above --- */

struct upper_view {
	struct store_device device;
	const struct store_device *root;
	const struct keylog_record *certificate; /* by the root */
	char words[128], root_words[128];
	bool recovery;
};

static bool view_upper(struct store *store, const struct keys *keys, struct upper_view *out)
{
	struct store_info info;
	struct error ignored;
	memset(out, 0, sizeof(*out));
	if (store_info_get(store, &info, &ignored) || peer_upper(store, &info, &out->device, &ignored))
		return false;
	peer_fingerprint(&out->device, out->words);
	out->recovery = keylog_newest(&keys->upper, KEYLOG_RECOVERY, NULL) != NULL;
	out->root = keylog_owner(&keys->root);
	if (out->root) {
		out->certificate = keylog_certificate(&keys->root, out->device.id);
		peer_fingerprint(out->root, out->root_words);
	}
	return true;
}

static void print_certificate(const struct upper_view *upper)
{
	char day[DATE_TEXT_BYTES];
	if (!upper->root) {
		puts(_("Nobody above vouches for it: its words were compared by hand"));
		return;
	}
	if (upper->certificate && upper->certificate->valid_to)
		printf(_("%s (%s) vouches for it until %s\n"), upper->root->name, upper->root->region,
		       date_format(upper->certificate->valid_to, day));
	else
		printf(_("%s (%s) vouches for it\n"), upper->root->name, upper->root->region);
	printf(_("  words of that key: %s\n"), upper->root_words);
}

void cmd_print_upper(struct store *store, const struct keys *keys)
{
	struct upper_view upper;
	if (!view_upper(store, keys, &upper))
		return;
	printf(_("Key of %s (%s): %s\n"), upper.device.name, upper.device.region, upper.words);
	print_certificate(&upper);
	puts(upper.recovery ? _("Bundles are sealed for it and for its recovery key")
	                    : _("Bundles are sealed for it alone: it has no recovery key"));
	if (keys->upper.number)
		printf(_("Its keyring here has the number %" PRIu64 "\n"), keys->upper.number);
}

void cmd_json_upper(struct json *json, struct store *store, const struct keys *keys)
{
	struct upper_view upper;
	char day[DATE_TEXT_BYTES];
	bool has = view_upper(store, keys, &upper);
	const struct keylog_record *certificate = has ? upper.certificate : NULL;
	json_text(json, "upper_words", has ? upper.words : NULL);
	json_text(json, "root", has && upper.root ? upper.root->name : NULL);
	json_text(json, "root_words", has && upper.root ? upper.root_words : NULL);
	json_text(json, "upper_valid_to",
	          certificate && certificate->valid_to ? date_format(certificate->valid_to, day) : NULL);
	json_bool(json, "upper_recovery", has && upper.recovery);
	json_number(json, "upper_keyring", (long long)keys->upper.number);
}

/* --- blocks --- */

/* The name of a device: of its row here, else of the certificate beside the block. */
static const struct store_device *named(struct store *store, const struct keylog *log,
                                        const uint8_t id[DEVICE_ID_BYTES])
{
	const struct store_device *device = store_device_find(store, id);
	const struct keylog_record *certificate = keylog_certificate(log, id);
	if (device && *device->region)
		return device;
	return certificate ? &certificate->device : NULL;
}

typedef void (*block_each)(void *arg, const struct keylog_record *record, const struct store_device *device);

static void each_block(struct store *store, const struct keys *keys, block_each each, void *arg)
{
	const struct keylog *const logs[] = { &keys->own, &keys->upper, &keys->root, &keys->lost };
	for (size_t l = 0; l < sizeof(logs) / sizeof(*logs); l++) {
		for (size_t i = 0; i < logs[l]->n; i++) {
			const struct keylog_record *record = &logs[l]->records[i];
			const struct keylog *names = logs[l] == &keys->lost ? &keys->upper : logs[l];
			if (record->type == KEYLOG_BLOCK && !keylog_is_lifted(logs[l], record->number))
				each(arg, record, named(store, names, record->subject));
		}
	}
}

static void print_block(void *arg, const struct keylog_record *record, const struct store_device *device)
{
	char day[DATE_TEXT_BYTES];
	bool *any = arg;
	if (!*any)
		puts(_("Keys that were ended or doubted:"));
	*any = true;
	printf("  %s  %s  ", device ? device->region : "?", device ? device->name : "?");
	if (record->last == UINT64_MAX)
		printf(_("%s; its entries from number %" PRIu64 " on do not count"),
		       keylog_why_sentence(record->why), record->first);
	else
		printf(_("%s; its entries %" PRIu64 " to %" PRIu64 " do not count"), keylog_why_sentence(record->why),
		       record->first, record->last);
	printf(_(" (%s, record %" PRIu64 ")"), date_format(date_of_seconds(record->wall), day), record->number);
	printf("%s%s\n", *record->text ? ": " : "", record->text);
}

void cmd_print_blocks(struct store *store, const struct keys *keys)
{
	bool any = false;
	each_block(store, keys, print_block, &any);
}

static void json_block(void *arg, const struct keylog_record *record, const struct store_device *device)
{
	struct json *json = arg;
	char day[DATE_TEXT_BYTES], hex[2 * DEVICE_ID_BYTES + 1];
	json_object(json, NULL);
	json_number(json, "record", (long long)record->number);
	json_text(json, "device", hex_encode(hex, record->subject, DEVICE_ID_BYTES));
	json_text(json, "region", device ? device->region : NULL);
	json_text(json, "name", device ? device->name : NULL);
	json_text(json, "reason", keylog_why_word(record->why));
	json_number(json, "from", (long long)record->first);
	if (record->last != UINT64_MAX)
		json_number(json, "to", (long long)record->last);
	json_text(json, "day", date_format(date_of_seconds(record->wall), day));
	json_text(json, "note", record->text);
	json_end(json, '}');
}

void cmd_json_blocks(struct json *json, struct store *store, const struct keys *keys)
{
	json_array(json, "ended");
	each_block(store, keys, json_block, json);
	json_end(json, ']');
}
