/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that no store made: by strangers, under other keys than they say, or of enrolled places about what is not theirs. */
#include "config.h"

#include "sync/answer.h"
#include "sync/keys.h"
#include "sync/seal.h"
#include "tests/fleet/fleet.h"
#include "tests/sync/forge.h"

#define SERIAL_OF_FORGED (UINT64_C(1) << 30)

static struct forge f; /* large, and used again by every file */

/* --- what is in them --- */

/* Nobody saved it: a store that takes it holds an invented entry. Its number may be one that is in use. */
static void put_entry(struct fleet *fleet, const uint8_t device[DEVICE_ID_BYTES], const struct self *signer)
{
	static const char text[] = "forged";
	const struct entry_field field = { .tag = 16, .kind = ENTRY_TEXT, .value = span_of(text, strlen(text)) };
	struct entry entry = { .seq = 1 + draw_below(&fleet->draw, 12), .lamport = 1 + draw_below(&fleet->draw, 99),
		               .wall = fleet->now, .operator_name = "li", .form = "resident", .fields = &field,
		               .n_fields = 1 };
	memcpy(entry.device, device, DEVICE_ID_BYTES);
	if (signer) {
		struct buf bytes = BUF_INIT;
		uint8_t digest[CRYPTO_DIGEST_BYTES], root[CRYPTO_DIGEST_BYTES];
		struct seal seal;
		site_must(entry_encode(&bytes, &entry, &site_err), "entry");
		entry_digest(digest, span_of_buf(&bytes));
		crypto_hash_data(root, sizeof(root), digest, sizeof(digest), NULL);
		seal_make(&seal, signer, device, 1, root);
		memcpy(seal.signer, device, DEVICE_ID_BYTES); /* as if its own place had signed */
		buf_clear(&bytes);
		seal_put(&bytes, &seal, f.head.sender);
		forge_section(&f, SECTION_SEAL, span_of_buf(&bytes));
		buf_free(&bytes);
	}
	forge_chunk(&f, &entry, 1);
}

/* All that the place holds is said to be held above: who believes it sends nothing any more. */
static void put_receipt(struct fleet *fleet, const struct machine *place, const uint8_t epoch[8])
{
	struct arena arena = ARENA_INIT;
	struct receipt receipt;
	struct buf bytes = BUF_INIT;
	site_must(receipt_holdings(place->store, place->region, &arena, &receipt, &site_err), "holdings");
	memcpy(receipt.epoch, epoch, sizeof(receipt.epoch));
	receipt.serial = SERIAL_OF_FORGED;
	receipt.wall = fleet->now;
	wire_put_receipt(&bytes, &receipt);
	forge_section(&f, SECTION_RECEIPT, span_of_buf(&bytes));
	buf_free(&bytes);
	arena_free(&arena);
}

/* The keyring of an office and a block of its own computer or of one below it, which the office did not write. */
static void put_keyring(struct fleet *fleet, const struct machine *office, const struct store_device *issuer,
                        const uint8_t sign_sk[CRYPTO_SIGN_SK_BYTES])
{
	struct arena arena = ARENA_INIT;
	struct keys keys;
	struct buf bytes = BUF_INIT;
	struct keylog_record record = { .type = KEYLOG_BLOCK, .first = 1, .last = UINT64_MAX, .why = KEYLOG_WHY_STOLEN };
	const struct store_device *device;
	size_t seen = 0;
	for (size_t i = 0; (device = store_device_at(office->store, i)); i++)
		if (device->enrolled && !draw_below(&fleet->draw, ++seen))
			memcpy(record.subject, device->id, DEVICE_ID_BYTES);
	site_must(keys_load(office->store, &arena, &keys, &site_err), "keys");
	if (keys.own.n) {
		site_must(keylog_append(&bytes, &keys.own, &record, issuer->id, sign_sk, &site_err), "record");
		forge_section(&f, SECTION_KEYRING, span_of_buf(&bytes));
	}
	buf_free(&bytes);
	arena_free(&arena);
}

/* --- onto the stick --- */

static void carry_off(struct fleet *fleet, const struct carrier *stick, const char *region, const char *extension,
                      const char *what)
{
	char folder[SYNC_PATH_BYTES], path[SYNC_PATH_BYTES + 32];
	uint8_t hash[CRYPTO_HASH_BYTES];
	site_must(envelope_end(f.writer, f.sign_sk, hash, &site_err), "end");
	snprintf(folder, sizeof(folder), "%s/XIANGYI/%s", stick->dir, region);
	snprintf(path, sizeof(path), "%s/%08u.%s", folder, (unsigned)draw_below(&fleet->draw, 90000000), extension);
	int code = file_make_dirs(folder, 0700, &fleet->err);
	code = code || file_exists(path) ? 1 : file_write_atomic(path, f.file.data, f.file.len_bytes, &fleet->err);
	fleet->figures[FIGURE_FORGED] += !code;
	fleet_trace(fleet, "%s: %s%s", path, what, code ? ", which has no room" : "");
	envelope_writer_free(f.writer);
	buf_free(&f.file);
}

/* --- upward --- */

/* An installation of another place that the office knows, NULL: none. */
static const struct store_device *neighbour(struct fleet *fleet, const struct machine *office, const struct machine *of)
{
	const struct store_device *device, *found = NULL;
	size_t seen = 0;
	for (size_t i = 0; (device = store_device_at(office->store, i)); i++)
		if (device->enrolled && strcmp(device->region, of->region) != 0 && !draw_below(&fleet->draw, ++seen))
			found = device;
	return found;
}

static void forge_bundle(struct fleet *fleet, const struct machine *from, const struct machine *office,
                         const struct carrier *stick)
{
	const struct person stranger = person_make(from->level, from->region, "stranger");
	const struct store_device *other = neighbour(fleet, office, from);
	struct self self;
	struct store_info to;
	const char *what = "a bundle of a stranger";
	uint64_t how = draw_below(&fleet->draw, from->level > LEVEL_VILLAGE ? 5 : other ? 3 : 2);
	site_must(self_begin(from->store, &self, &site_err), "self");
	site_must(store_info_get(office->store, &to, &site_err), "info");
	if (how == 0) {
		forge_as(&f, &stranger.device, stranger.sign_sk, &to.self, ENVELOPE_ENTRIES);
		f.devices[0].full = true;
	} else {
		forge_as(&f, &self.info.self, how == 1 ? stranger.sign_sk : self.sign_sk, &to.self, ENVELOPE_ENTRIES);
	}
	if (how > 1 && other)
		forge_device(&f, other, draw_percent(&fleet->draw, 50));
	forge_manifest(&f);
	if (how > 2) {
		what = "a keyring with a record that its keeper did not write";
		put_keyring(fleet, from, &self.info.self, stranger.sign_sk);
	} else if (how > 1 && other) {
		what = "a bundle with an entry of another place";
		put_entry(fleet, other->id, draw_percent(&fleet->draw, 70) ? &self : NULL);
	} else if (how < 2) {
		what = how ? "a bundle under another key" : what;
		put_entry(fleet, f.head.sender, NULL);
	}
	forge_end_section(&f);
	carry_off(fleet, stick, from->region, "XYB", what);
	self_end(&self);
}

/* --- downward --- */

static void forge_answer(struct fleet *fleet, const struct machine *place, const struct machine *office,
                         const struct carrier *stick)
{
	const struct person stranger = person_make(office->level, office->region, "stranger");
	struct store_info above, to;
	struct buf bytes = BUF_INIT;
	bool known = draw_percent(&fleet->draw, 60);
	site_must(store_info_get(office->store, &above, &site_err), "info");
	site_must(store_info_get(place->store, &to, &site_err), "info");
	const struct store_device *from = known ? &above.self : &stranger.device;
	forge_as(&f, from, stranger.sign_sk, &to.self, ENVELOPE_ANSWER);
	f.manifest.n_devices = 0;
	forge_manifest(&f);
	wire_put_device(&bytes, from);
	wire_put_device(&bytes, &to.self);
	forge_section(&f, SECTION_CERTIFICATE, span_of_buf(&bytes));
	put_receipt(fleet, place, above.epoch);
	if (known && draw_percent(&fleet->draw, 40))
		put_keyring(fleet, office, from, stranger.sign_sk);
	forge_section(&f, SECTION_END, span_of("", 0));
	carry_off(fleet, stick, place->region, "XYA", known ? "an answer under another key" : "an answer of a stranger");
	buf_free(&bytes);
}

/* Entries that are said to come back from above, or from another place. */
static void forge_given(struct fleet *fleet, const struct machine *place, const struct machine *office,
                        const struct carrier *stick)
{
	const struct person stranger = person_make(office->level, office->region, "stranger");
	const struct store_device *other = neighbour(fleet, office, place);
	struct store_info above, to;
	site_must(store_info_get(office->store, &above, &site_err), "info");
	site_must(store_info_get(place->store, &to, &site_err), "info");
	forge_as(&f, draw_percent(&fleet->draw, 70) ? &above.self : &stranger.device, stranger.sign_sk, &to.self,
	         ENVELOPE_ENTRIES);
	if (other)
		forge_device(&f, other, true);
	forge_manifest(&f);
	put_entry(fleet, other ? other->id : f.head.sender, NULL);
	forge_end_section(&f);
	carry_off(fleet, stick, place->region, "XYA", "entries that nobody gave back");
}

void act_forge(struct fleet *fleet, const struct carrier *stick)
{
	struct machine *below = any_below(fleet), *above = machine_above(fleet, below);
	if (!fault_begin(fleet, below, false) || !fault_begin(fleet, above, false))
		return;
	uint64_t how = draw_below(&fleet->draw, 5);
	if (how < 3)
		forge_bundle(fleet, below, above, stick);
	else if (how == 3)
		forge_answer(fleet, below, above, stick);
	else
		forge_given(fleet, below, above, stick);
}
