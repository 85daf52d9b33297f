/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the level above: certificates and receipts. */
#include "config.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "care/move.h"
#include "lib/i18n.h"
#include "sync/coverage.h"
#include "sync/keys.h"
#include "sync/merge.h"
#include "sync/package_format.h"
#include "sync/reason.h"
#include "sync/renew.h"
#include "sync/signed.h"
#include "sync/spool.h"
#include "sync/stick.h"

enum { KEYRINGS_MAX = 2 }; /* that of the level above, and the one that vouches for it */

struct importer {
	struct store *store;
	struct self self;
	struct arena *arena;
	struct import_report *report;
	const struct import_ask *ask;
	char **given;                 /* parts with entries that come back */
	size_t n_given;
	bool anew; /* follow whom the answer certifies, whoever was followed before */
};

struct answer_file { /* what one file says; in arena */
	struct arena *arena;
	struct manifest manifest;
	bool has_manifest, has_certificate, has_receipt;
	struct store_device upper, certified;
	struct receipt receipt;
	struct span receipt_bytes, package, package_signature;
	struct span rings[KEYRINGS_MAX];
	size_t n_rings;
	struct keys_offer keys;
	bool follower; /* the sender follows the level above that was known, and proved it */
};

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("its contents are malformed"));
}

static int read_section(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct answer_file *file = arg;
	switch (type) {
	case SECTION_MANIFEST:
		if (file->has_manifest)
			return malformed(err);
		file->has_manifest = true;
		return wire_take_manifest(payload, &file->manifest, file->arena, err);
	case SECTION_CERTIFICATE:
		if (file->has_certificate)
			return malformed(err);
		file->has_certificate = true;
		return wire_take_device(&payload, &file->upper) && wire_take_device(&payload, &file->certified)
		       ? 0 : malformed(err);
	case SECTION_RECEIPT:
		if (file->has_receipt)
			return malformed(err);
		file->has_receipt = true;
		file->receipt_bytes = span_of(arena_memdup(file->arena, payload.data, payload.len_bytes),
		                              payload.len_bytes);
		if (!file->receipt_bytes.data)
			return error_set(err, ERR_NOMEM, _("out of memory"));
		return wire_take_receipt(payload, &file->receipt, file->arena, err);
	case SECTION_PACKAGE:
		if (file->package.data)
			return malformed(err);
		file->package = span_of(arena_memdup(file->arena, payload.data, payload.len_bytes),
		                        payload.len_bytes);
		return file->package.data ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	case SECTION_PACKAGE_SIGNATURE:
		if (file->package_signature.data)
			return malformed(err);
		file->package_signature = span_of(arena_memdup(file->arena, payload.data, payload.len_bytes),
		                                  payload.len_bytes);
		return file->package_signature.data ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	case SECTION_KEYRING:
		if (file->n_rings == KEYRINGS_MAX)
			return malformed(err);
		file->rings[file->n_rings] = span_of(arena_memdup(file->arena, payload.data, payload.len_bytes),
		                                     payload.len_bytes);
		return file->rings[file->n_rings++].data ? 0 : error_set(err, ERR_NOMEM, _("out of memory"));
	case SECTION_END:
		return 0;
	default:
		return malformed(err);
	}
}

/* The keyrings that came prove themselves before anything is taken from the file. */
static int read_keyrings(struct answer_file *file, const uint8_t sender[DEVICE_ID_BYTES], struct error *err)
{
	int code = 0;
	for (size_t i = 0; !code && i < file->n_rings; i++)
		code = keys_read_offer(&file->keys, file->rings[i], sender, file->arena, err);
	return code;
}

/* The level above this store belongs to signs with a known key; the very first answer brings its key. */
static int find_signer(struct importer *im, const struct envelope_head *head, struct answer_file *file,
                       struct store_device *upper, struct error *err)
{
	struct store_device own;
	const struct store_info *info = &im->self.info;
	if (!im->anew && !peer_upper(im->store, info, &own, NULL)) {
		file->follower = memcmp(own.id, head->sender, DEVICE_ID_BYTES);
		if (file->follower)
			return keys_follower(im->store, &file->keys, &own, head->sender, upper, err);
		*upper = own;
		int code = keys_renewed(im->store, &file->keys, upper, err);
		return code ? code : peer_check_upper(upper, file->manifest.wall, err);
	}
	if (!file->has_certificate || memcmp(file->upper.id, head->sender, DEVICE_ID_BYTES))
		return error_set(err, ERR_STRANGER, _("it brings no certificate for this installation"));
	if (file->upper.level <= info->self.level || !region_holds(file->upper.region, info->self.region))
		return error_set(err, ERR_STRANGER, _("%s (%s) is not above region %s"), file->upper.name,
		                 file->upper.region, info->self.region);
	*upper = file->upper;
	return 0;
}

static int read_answer(struct importer *im, const char *path, struct answer_file *file,
                       struct store_device *upper, struct error *err)
{
	struct envelope *envelope = NULL;
	const struct store_info *info = &im->self.info;
	int fd;
	int code = spool_copy(im->store, path, &fd, err);
	if (code)
		return code;
	memset(file, 0, sizeof(*file));
	file->arena = im->arena;
	if ((code = envelope_open(&envelope, fd, err)))
		goto out;
	const struct envelope_head *head = envelope_head(envelope);
	if (head->kind != ENVELOPE_ANSWER)
		code = error_set(err, ERR_INVALID, _("it is no answer"));
	else if (memcmp(head->recipient, info->self.id, DEVICE_ID_BYTES))
		code = error_set(err, ERR_RECIPIENT, _("it is sealed for another recipient, not for %s"),
		                 info->self.name);
	else if (!(code = self_unseal(im->store, envelope, err)))
		code = envelope_sections(envelope, read_section, file, err);
	if (!code && (!file->has_manifest || !manifest_matches(&file->manifest, head) ||
	              (file->has_certificate && memcmp(file->certified.id, info->self.id, DEVICE_ID_BYTES))))
		code = malformed(err);
	if (!code && !(code = read_keyrings(file, head->sender, err)) &&
	    !(code = find_signer(im, head, file, upper, err)))
		code = envelope_verify(envelope, upper->sign_pk, err);
out:
	envelope_close(envelope);
	close(fd);
	return code;
}

/* Any number of ours above that we do not have, or another entry under one of ours. */
static bool find_tripwire(const struct coverage *coverage, const struct store_info *info)
{
	const struct coverage_device *own = coverage_find(coverage, info->self.id);
	if (own)
		return own->twin;
	for (size_t i = 0; i < coverage->receipt.n_devices; i++)
		if (!memcmp(coverage->receipt.devices[i].id, info->self.id, DEVICE_ID_BYTES))
			return coverage->receipt.devices[i].max > 0;
	return false;
}

static int fill_notes(struct importer *im, const struct receipt *receipt, struct error *err)
{
	struct held_note *notes = arena_array(im->arena, receipt->n_notes + 1, sizeof(*notes));
	if (!notes)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	for (size_t i = 0; i < receipt->n_notes; i++) {
		notes[i].seq = receipt->notes[i].seq;
		notes[i].reason = sync_reason_sentence(receipt->notes[i].reason);
	}
	im->report->notes = notes;
	im->report->n_notes = receipt->n_notes;
	im->report->quarantined = receipt->n_quarantined;
	im->report->waiting = receipt->n_waiting;
	return 0;
}

struct found { struct answer_file file; struct store_device signer; const char *path; };

/* Both sides read the words aloud; only then is the key that of the level above. */
static int confirm(struct importer *im, const struct store_device *signer, const struct keys_offer *keys,
                   struct error *err)
{
	const struct store_device *root = keys->has_root ? keylog_owner(&keys->root) : NULL;
	struct import_offer offer = { .township = signer->name, .region = signer->region };
	const struct store_device *known = store_device_find(im->store, signer->id);
	peer_fingerprint(signer, offer.fingerprint);
	if (!im->anew && known && known->enrolled && !known->ended) {
		snprintf(im->report->fingerprint, sizeof(im->report->fingerprint), "%s", offer.fingerprint);
		return 0; /* they were compared in an earlier life of this store */
	}
	if (root) {
		offer.root = root->name;
		peer_fingerprint(root, offer.root_fingerprint);
	}
	snprintf(im->report->fingerprint, sizeof(im->report->fingerprint), "%s", offer.fingerprint);
	if (!im->ask)
		return error_set(err, ERR_STRANGER,
		                 _("the words of %s (%s) have to be compared first: %s; xiangyi-sync import asks"),
		                 signer->name, signer->region, offer.fingerprint);
	return im->ask->ask(im->ask->arg, &offer)
	       ? 0 : error_set(err, ERR_CANCELLED, _("not enrolled; nothing was changed"));
}

static int follow(struct importer *im, const struct found *found, struct error *err)
{
	struct store_device upper = found->signer;
	int code = confirm(im, &upper, &found->file.keys, err);
	if (code)
		return code;
	upper.enrolled = true;
	upper.self = false;
	im->report->enrolled_now = true;
	code = peer_set_upper(im->store, im->self.info.self.id, &upper, err);
	return code ? code : keys_take(im->store, &found->file.keys, true, &im->report->keys, err);
}

/* The level above has new keys, and its old ones or the root vouch for them. */
static int follow_proved(struct importer *im, const struct found *found, struct error *err)
{
	struct store_device upper = found->signer;
	upper.enrolled = true;
	int code = peer_set_upper(im->store, im->self.info.self.id, &upper, err);
	if (!code)
		code = keys_take(im->store, &found->file.keys, false, &im->report->keys, err);
	im->report->keys.replaced = true;
	peer_fingerprint(&upper, im->report->fingerprint);
	return code;
}

/* Of several answers the one with the newest keyring; older ones beside it are only old. Which is the newest their
 * receipts say first: the numbers of a level above that was set back may begin again. */
static int take_keys(struct importer *im, const struct found *found, size_t n, struct error *err)
{
	const struct found *newest = NULL;
	struct store_device upper;
	struct keys_offer offer = { .newer = false };
	int code = peer_upper(im->store, &im->self.info, &upper, err);
	for (size_t i = 0; !code && i < n; i++) {
		bool newer = false;
		const struct answer_file *file = &found[i].file;
		if (!file->keys.has_upper || memcmp(found[i].signer.id, upper.id, DEVICE_ID_BYTES) ||
		    (file->has_receipt && (code = peer_receipt_is_newer(im->store, &file->receipt, &newer, err))))
			continue;
		if (!newest || newer > offer.newer ||
		    (newer == offer.newer && (newer || file->keys.upper.number >= offer.upper.number))) {
			newest = &found[i];
			offer = newest->file.keys;
			offer.newer = newer;
		}
	}
	if (code || !newest || im->report->enrolled_now || im->report->keys.replaced)
		return code;
	return keys_take(im->store, &offer, false, &im->report->keys, err);
}

static int take_over(struct importer *im, const struct answer_file *file,
                     const struct store_device *signer, struct error *err)
{
	bool fresh = false;
	struct store_device upper;
	int code = peer_upper(im->store, &im->self.info, &upper, err);
	if (code || memcmp(upper.id, signer->id, DEVICE_ID_BYTES))
		return code; /* a stick may carry the answer of another level above, too */
	snprintf(im->report->township, sizeof(im->report->township), "%s", upper.name);
	return file->has_receipt ? peer_take_receipt(im->store, &file->receipt, file->receipt_bytes, &fresh, err)
	                         : 0;
}

/* What the belief of now says, whether or not a file changed it. */
static int report_belief(struct importer *im, struct error *err)
{
	struct coverage coverage;
	int code = coverage_compute(im->store, &im->self.info, im->arena, &coverage, err);
	if (code || !coverage.any_receipt)
		return code;
	im->report->missing = coverage.n_uncovered;
	im->report->held = coverage.n_entries - coverage.n_uncovered;
	im->report->answered = date_of_seconds(coverage.receipt.wall);
	if ((code = fill_notes(im, &coverage.receipt, err)))
		return code;
	im->report->tripwire = find_tripwire(&coverage, &im->self.info);
	return im->report->tripwire ? renew_store(im->store, "the level above holds entries of ours that are "
	                                                     "not here", err) : 0;
}

/* Entries that were lost here and come back, after the receipt has told whether this store must be renewed. */
static int take_given(struct importer *im, const struct store_device *upper, struct error *err)
{
	struct coverage coverage;
	struct error one;
	int code = 0;
	for (size_t i = 0; i < im->n_given; i++) { /* a broken or forged one does not hide those beside it */
		struct merge_file_report part;
		if (merge_given(im->store, upper, im->given[i], im->arena, &part, &one) && !code) {
			error_prefix(&one, "%s", im->given[i]);
			*err = one;
			code = one.code;
		}
		im->report->returned += part.result.fresh - part.carried;
		im->report->carried += part.carried;
	}
	if (code || !im->report->returned)
		return code;
	code = coverage_compute(im->store, &im->self.info, im->arena, &coverage, err);
	if (!code && coverage.any_receipt) {
		im->report->missing = coverage.n_uncovered;
		im->report->held = coverage.n_entries - coverage.n_uncovered;
	}
	return code;
}

/* Whether a file is such a part. mine: for this installation. */
static bool is_given(struct importer *im, const char *path, bool *mine)
{
	struct envelope_head head;
	if (spool_peek(path, &head, NULL) || head.kind != ENVELOPE_ENTRIES)
		return false;
	*mine = !memcmp(head.recipient, im->self.info.self.id, DEVICE_ID_BYTES) || self_was(im->store, head.recipient);
	return true;
}

/* Oldest first; equal times by their serial numbers. */
static int by_time(const void *a, const void *b)
{
	const struct receipt *x = &((const struct found *)a)->file.receipt,
	                     *y = &((const struct found *)b)->file.receipt;
	if (x->wall != y->wall)
		return x->wall < y->wall ? -1 : 1;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static int check_package(struct importer *im, const struct answer_file *file, struct error *err)
{
	struct signed_facts facts;
	uint8_t hash[MINISIGN_HASH_BYTES];
	minisign_hash(file->package.data, file->package.len_bytes, hash);
	return signed_check(im->store, hash, file->package_signature, &facts, err);
}

/* The newest forms and rules that came along. Broken ones leave the rest of the answers as good as they are. */
static int take_package(struct importer *im, const struct found *found, size_t n, struct error *err)
{
	const struct answer_file *newest = NULL;
	struct store_device upper;
	uint64_t highest = 0, number;
	int code = peer_upper(im->store, &im->self.info, &upper, err);
	if (code)
		return code;
	for (size_t i = 0; i < n; i++) {
		const struct span *package = &found[i].file.package;
		if (memcmp(found[i].signer.id, upper.id, DEVICE_ID_BYTES) || !package->data ||
		    !package_peek(*package, &number) || number <= highest)
			continue;
		highest = number;
		newest = &found[i].file;
	}
	if (!newest)
		return 0;
	if (newest->package_signature.data && check_package(im, newest, err)) {
		im->report->package.refused = arena_strdup(im->arena, err->text);
		return 0;
	}
	return package_install(store_dir(im->store), newest->package, im->arena, &im->report->package, err);
}

static int import_all(struct importer *im, const char *path, struct error *err)
{
	struct stat st;
	struct error first = { 0 };
	char **paths;
	size_t n, n_found = 0;
	int code = stick_scan(path, "XYA", im->arena, &paths, &n, err);
	if (code)
		return code;
	bool folder = !stat(path, &st) && S_ISDIR(st.st_mode);
	struct found *found = arena_array(im->arena, n + 1, sizeof(*found));
	im->given = arena_array(im->arena, n + 1, sizeof(*im->given));
	if (!found || !im->given)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	for (size_t i = 0; i < n; i++) {
		struct found *one = &found[n_found];
		bool mine = false;
		if (is_given(im, paths[i], &mine) && (mine || folder)) {
			if (mine) /* else of another that shares the stick */
				im->given[im->n_given++] = paths[i];
			continue;
		}
		code = read_answer(im, paths[i], &one->file, &one->signer, err);
		if (code == ERR_RECIPIENT && folder)
			continue;
		if (code) {
			error_prefix(err, "%s", paths[i]);
			if (!first.code)
				first = *err;
			continue;
		}
		one->path = paths[i];
		n_found++;
	}
	/* one that was cut short must not hide the good one beside it */
	if (!n_found && first.code) {
		*err = first;
		return first.code;
	}
	struct store_device upper;
	if (!n_found && im->n_given && !peer_upper(im->store, &im->self.info, &upper, NULL))
		return take_given(im, &upper, err);
	if (!n_found)
		return error_set(err, ERR_NOTFOUND, _("%s: no answer for %s (%s) is here"), path,
		                 im->self.info.self.name, im->self.info.self.region);
	qsort(found, n_found, sizeof(*found), by_time);
	struct store_device before;
	const struct found *last = &found[n_found - 1];
	code = 0;
	if (im->anew || peer_upper(im->store, &im->self.info, &before, NULL))
		code = follow(im, last, err);
	else if (last->file.follower)
		code = follow_proved(im, last, err);
	if (!code)
		code = take_keys(im, found, n_found, err);
	if (code)
		return code;
	for (size_t i = 0; i < n_found; i++)
		if ((code = take_over(im, &found[i].file, &found[i].signer, err)))
			return code;
	code = take_package(im, found, n_found, err);
	if (!code)
		code = peer_upper(im->store, &im->self.info, &upper, err);
	if (!code)
		code = report_belief(im, err);
	return code ? code : take_given(im, &upper, err);
}

static int import_from(struct importer *im, const char *path, struct error *err)
{
	memset(im->report, 0, sizeof(*im->report));
	im->report->answered = DATE_NONE;
	int code = package_number(store_dir(im->store), &im->report->package.number, err);
	if (!code)
		code = self_begin(im->store, &im->self, err);
	if (!code)
		code = import_all(im, path, err);
	/* residents that came or went with this answer: both villages say that they know */
	if (!code)
		code = care_answer_transfers(im->store, &im->report->transfers, err);
	self_end(&im->self);
	return code;
}

int sync_import(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                struct import_report *out, struct error *err)
{
	struct importer im = { .store = store, .arena = arena, .report = out, .ask = ask };
	return import_from(&im, path, err);
}

int sync_import_anew(struct store *store, const char *path, struct arena *arena, const struct import_ask *ask,
                     struct import_report *out, struct error *err)
{
	struct importer im = { .store = store, .arena = arena, .report = out, .ask = ask, .anew = true };
	return import_from(&im, path, err);
}
