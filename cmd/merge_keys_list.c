/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys list, and keys import: the keyring of an offline root. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/common.h"
#include "cmd/keys_text.h"
#include "cmd/merge_keys.h"
#include "lib/i18n.h"
#include "lib/minisign.h"
#include "lib/utf8.h"
#include "sync/root.h"

enum { NAME_COLS = 24 };

/* --- keys to seal for --- */

static void print_box(struct keys_command *c, const struct keys_box *box)
{
	char from[DATE_TEXT_BYTES], due[DATE_TEXT_BYTES];
	int months;
	if (!box->valid_from)
		return;
	if (box->retired != DATE_NONE) {
		printf(_("  the one before, from %s: accepted until %s, its secret may be destroyed from %s on\n"),
		       date_format(box->valid_from, from), date_format(box->valid_to, due),
		       date_format(box->destroy_from, (char[DATE_TEXT_BYTES]){ 0 }));
		return;
	}
	printf(_("Key to seal for: since %s"), date_format(box->valid_from, from));
	if (!keys_months(c->store, "rotate_months", &months, NULL)) {
		date_t day = date_add_months(box->valid_from, months);
		printf(day <= date_today() ? _("; due since %s: xiangyi-merge keys rotate")
		                           : _("; to be replaced from %s on"),
		       date_format(day, due));
	}
	putchar('\n');
}

static int print_boxes(struct keys_command *c, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys_box *boxes;
	size_t n = 0;
	int code = keys_boxes(c->store, &arena, &boxes, &n, err);
	for (size_t i = 0; !code && i < n; i++)
		print_box(c, &boxes[i]);
	arena_free(&arena);
	return code;
}

/* --- places below --- */

static const char *standing(const struct store_device *device, char *out, size_t size)
{
	char day[DATE_TEXT_BYTES];
	if (device->ended)
		snprintf(out, size, "%s", _("ended, see below"));
	else if (!device->enrolled)
		snprintf(out, size, "%s", _("not enrolled"));
	else if (device->valid_to && device->valid_to < date_today())
		snprintf(out, size, _("ended on %s: enrol it again"), date_format(device->valid_to, day));
	else if (device->valid_from > date_today())
		snprintf(out, size, _("counts from %s on"), date_format(device->valid_from, day));
	else if (device->valid_to)
		snprintf(out, size, _("in force until %s"), date_format(device->valid_to, day));
	else
		snprintf(out, size, "%s", _("in force"));
	return out;
}

static void print_places(struct keys_command *c)
{
	const struct store_device *device;
	char text[128], hex[2 * DEVICE_ID_BYTES + 1];
	for (size_t i = 0; (device = store_device_at(c->store, i)); i++) {
		if (device->level >= c->self.info.self.level || !*device->region)
			continue;
		size_t cols = utf8_cols(device->name);
		printf("%-12s  %s%*s  %s  %s\n", device->region, device->name,
		       cols < NAME_COLS ? (int)(NAME_COLS - cols) : 0, "",
		       hex_encode(hex, device->id, DEVICE_ID_BYTES), standing(device, text, sizeof(text)));
	}
}

static void json_places(struct json *json, struct keys_command *c)
{
	const struct store_device *device;
	char day[DATE_TEXT_BYTES], hex[2 * DEVICE_ID_BYTES + 1];
	json_array(json, "places");
	for (size_t i = 0; (device = store_device_at(c->store, i)); i++) {
		if (device->level >= c->self.info.self.level || !*device->region)
			continue;
		json_object(json, NULL);
		json_text(json, "region", device->region);
		json_text(json, "name", device->name);
		json_text(json, "device", hex_encode(hex, device->id, DEVICE_ID_BYTES));
		json_bool(json, "enrolled", device->enrolled);
		json_bool(json, "ended", device->ended);
		json_text(json, "valid_from", device->valid_from ? date_format(device->valid_from, day) : NULL);
		json_text(json, "valid_to", device->valid_to ? date_format(device->valid_to, day) : NULL);
		json_end(json, '}');
	}
	json_end(json, ']');
}

/* --- list --- */

static void print_publishers(const struct keylog *log)
{
	static const uint8_t none[CRYPTO_KEY_BYTES];
	char id[17];
	for (size_t i = 0; i < log->n; i++)
		if (log->records[i].type == KEYLOG_PUBLISHER && memcmp(log->records[i].key, none, sizeof(none)))
			printf(_("Files may be signed with the key %s (%s)\n"),
			       minisign_id_text(log->records[i].key_id, id), log->records[i].text);
}

static int list_text(struct keys_command *c, const struct keys *keys, struct error *err)
{
	char words[128], day[DATE_TEXT_BYTES];
	const struct keylog_record *recovery = keylog_newest(&keys->own, KEYLOG_RECOVERY, NULL);
	int code = 0;
	peer_fingerprint(&c->self.info.self, words);
	printf("%s (%s)\n", c->self.info.self.name, c->self.info.self.region);
	printf(_("Our words: %s\n"), words);
	cmd_print_upper(c->store, keys);
	if (keys->own.n) {
		printf(_("Our keyring has the number %" PRIu64 "\n"), keys->own.number);
		code = print_boxes(c, err);
		if (recovery)
			printf(_("Recovery key: since %s, its secret is on paper\n"),
			       date_format(date_of_seconds(recovery->wall), day));
		else
			puts(_("No recovery key: xiangyi-merge keys recovery makes one"));
		print_publishers(&keys->own);
	}
	print_places(c);
	cmd_print_blocks(c->store, keys);
	return code;
}

int keys_do_list(struct keys_command *c, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct json json;
	char words[128];
	int code = keys_load(c->store, &arena, &keys, err);
	if (!code && !c->json) {
		code = list_text(c, &keys, err);
	} else if (!code) {
		peer_fingerprint(&c->self.info.self, words);
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_text(&json, "words", words);
		json_number(&json, "keyring", (long long)keys.own.number);
		json_bool(&json, "recovery", keylog_newest(&keys.own, KEYLOG_RECOVERY, NULL) != NULL);
		cmd_json_upper(&json, c->store, &keys);
		json_places(&json, c);
		cmd_json_blocks(&json, c->store, &keys);
		json_end(&json, '}');
	}
	arena_free(&arena);
	return code;
}

/* --- import --- */

static int confirm(struct keys_command *c, const struct store_device *root, struct error *err)
{
	char words[128];
	peer_fingerprint(root, words);
	if (c->yes || (c->words && cmd_same_words(c->words, words)))
		return 0;
	if (c->words)
		return error_set(err, ERR_SIGNATURE,
		                 _("these are not the words of %s (%s), which are: %s; nothing was changed"),
		                 root->name, root->region, words);
	fprintf(stderr, _("%s (%s) vouches for this place. The words of its root:\n\n  %s\n\n"), root->name,
	        root->region, words);
	return cmd_ask_yes(_("Do you have the same words on paper? (yes/no) "))
	       ? 0 : error_set(err, ERR_CANCELLED, _("nothing was changed"));
}

int keys_do_import(struct keys_command *c, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct keys_offer offer = { .has_upper = false };
	struct keys_news news = { .number = 0 };
	int code = root_read(c->operand, &arena, &offer.upper, err);
	offer.has_upper = !code;
	if (!code && !(code = root_check(c->store, &c->self, &offer.upper, err)) &&
	    !(code = confirm(c, keylog_owner(&offer.upper), err)))
		code = keys_take(c->store, &offer, false, &news, err);
	if (!code && news.rollback)
		code = error_set(err, ERR_EXISTS,
		                 _("%s has the number %" PRIu64 ", older than number %" PRIu64 " that is known here: it was not "
		                   "taken over"),
		                 c->operand, news.number, news.seen);
	if (!code)
		printf(_("%s (%s) vouches for this place; the clinics learn it with their next answers.\n"),
		       keylog_owner(&offer.upper)->name, keylog_owner(&offer.upper)->region);
	arena_free(&arena);
	return code;
}
