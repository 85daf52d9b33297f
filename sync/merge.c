/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles of the level below: verified, checked as a whole, then applied part by part, and answered. */
#include "config.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/answer.h"
#include "sync/chunk.h"
#include "sync/keys.h"
#include "sync/merge.h"
#include "sync/merge_int.h"
#include "sync/others.h"
#include "sync/reason.h"
#include "sync/roll.h"
#include "sync/seal.h"
#include "sync/set_back.h"
#include "sync/spool.h"
#include "sync/vouch.h"

enum { HEARD_DEVICES_MAX = WIRE_MAX_DEVICES - 512 };

struct file_merge {
	struct merger *m;
	struct merge_file_report *report;
	struct sent *sent;
	struct envelope *envelope;
	struct store_device sender;
	struct vouch vouch;             /* whom the sender may introduce */
	struct seal seal;               /* of the chunk that comes next */
	struct roll *roll;              /* of that seal, when the chunk carries only some of its rows */
	bool has_seal, has_roll;
	struct arena arena;             /* the manifest and the table of devices */
	struct manifest manifest;
	struct device_table table;
	bool has_manifest, has_keyring, has_others;
	bool asks_again;                /* refused for what this store has forgotten, or never heard of: the answer says so */
	uint64_t n_chunks, n_rows;      /* counted by the check */
	size_t *known;                  /* of each chunk: its rows when they are all here, else 0 */
	size_t cap_known;
	uint64_t at, resume, unresolved; /* of the apply */
	bool done_before;               /* this very bundle was merged to its end */
	struct peer_progress before;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("its contents are malformed"));
}

/* --- the check: everything is read once, nothing is written --- */

/* The store numbers every device that it hears of: some numbers are kept for those that a person enrols. */
static int check_devices(struct file_merge *f, struct error *err)
{
	size_t fresh = 0;
	for (size_t i = 0; i < f->table.n; i++)
		fresh += !store_device_find(f->m->store, f->table.ids[i]);
	if (fresh > HEARD_DEVICES_MAX ||
	    (fresh && store_device_at(f->m->store, HEARD_DEVICES_MAX - fresh)))
		return error_set(err, ERR_LIMIT, _("it names too many installations that are not known here"));
	return 0;
}

static int check_manifest(struct file_merge *f, struct span payload, struct error *err)
{
	if (f->has_manifest)
		return malformed(err);
	int code = wire_take_manifest(payload, &f->manifest, &f->arena, err);
	if (code)
		return code;
	if (!manifest_matches(&f->manifest, envelope_head(f->envelope)))
		return error_set(err, ERR_SIGNATURE, _("it was signed anew by someone who did not write it"));
	f->table.ids = arena_array(&f->arena, f->manifest.n_devices + 1, sizeof(*f->table.ids));
	if (!f->table.ids)
		return no_memory(err);
	f->table.n = f->manifest.n_devices;
	for (size_t i = 0; i < f->table.n; i++)
		memcpy(f->table.ids[i], f->manifest.devices[i].device.id, DEVICE_ID_BYTES);
	f->has_manifest = true;
	if (f->m->above && (code = peer_check_upper(&f->sender, f->manifest.wall, err)))
		return code;
	return check_devices(f, err);
}

/* A device that counts here, or one that the file introduces; NULL: neither. */
static const struct store_device *find_device(const struct file_merge *f, const uint8_t id[DEVICE_ID_BYTES])
{
	const struct store_device *device = store_device_find(f->m->store, id);
	if (device && device->enrolled)
		return device;
	int number = device_table_find(&f->table, id);
	const struct manifest_device *named = number >= 0 ? &f->manifest.devices[number] : NULL;
	return named && named->full && vouch_for(&f->vouch, &named->device) ? &named->device : NULL;
}

/* The seal is over the rows of the chunk, or over those of its roll, of which the chunk carries the marked ones. */
static int check_seal(struct file_merge *f, const struct chunk_reader *reader, const struct store_device *author,
                      struct error *err)
{
	size_t n = f->has_roll ? f->roll->n : chunk_rows(reader);
	memcpy(f->seal.root, chunk_root(reader), CRYPTO_DIGEST_BYTES);
	if (f->has_roll && !roll_fits(f->roll, chunk_rows(reader), chunk_root(reader)))
		return malformed(err);
	if (f->has_roll)
		roll_root(f->roll, f->seal.root);
	return seal_check(&f->seal, author, find_device(f, f->seal.signer), n, err);
}

/* The sender believes, by its last receipt, that an installation is known here, so it does not introduce it: the answer
 * tells it otherwise. What comes down cannot be asked for. */
static int refuse_unknown(struct file_merge *f, struct error *err)
{
	if (f->m->above)
		return error_set(err, ERR_STRANGER,
		                 _("it carries entries of an installation that is not known here"));
	f->asks_again = true;
	return error_set(err, ERR_UNSURE,
	                 _("it carries entries of an installation that is not known here (any more); the answer asks for "
	                   "it: import it there and export again"));
}

/* Entries of the sender's own place count on its word, all others when the place that wrote them signed them. */
static int check_author(struct file_merge *f, const struct chunk_reader *reader, struct error *err)
{
	const struct store_device *author = find_device(f, chunk_device(reader));
	if (!author || (f->has_seal && !find_device(f, f->seal.signer)))
		return refuse_unknown(f, err);
	if (!vouch_in_region(&f->vouch, author))
		return error_set(err, ERR_STRANGER, _("it carries entries of %s (%s), which does not belong to %s (%s)"),
		                 author->name, author->region, f->sender.name, f->sender.region);
	if (f->has_seal)
		return check_seal(f, reader, author, err);
	if (author->level == f->sender.level && !strcmp(author->region, f->sender.region))
		return 0;
	return error_set(err, ERR_SIGNATURE, _("it carries entries of %s (%s) that were not signed there"),
	                 author->name, author->region);
}

/* Whether all rows of a chunk are here: their digests, in order, have the chunk's root. What it says beyond its
 * root is of no interest then. */
static bool is_known(struct file_merge *f, struct chunk_reader *reader)
{
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	uint64_t first, last;
	return chunk_range(reader, &first, &last) && first && first <= last &&
	       !receipt_range_hash(f->m->store, chunk_device(reader), first, last, hash, NULL) &&
	       !memcmp(hash, chunk_root(reader), sizeof(hash));
}

static int note_known(struct file_merge *f, size_t rows, struct error *err)
{
	if (f->n_chunks == f->cap_known) {
		size_t cap = f->cap_known ? 2 * f->cap_known : 64;
		size_t *more = realloc(f->known, cap * sizeof(*more));
		if (!more)
			return no_memory(err);
		f->known = more;
		f->cap_known = cap;
	}
	f->known[f->n_chunks] = rows;
	return 0;
}

static int check_chunk(struct file_merge *f, struct span payload, struct error *err)
{
	struct chunk_reader *reader;
	struct buf row = BUF_INIT;
	int code = chunk_open(&reader, payload, &f->table, err);
	if (code)
		return code;
	code = check_author(f, reader, err);
	bool known = !code && is_known(f, reader);
	if (!code)
		code = note_known(f, known ? chunk_rows(reader) : 0, err);
	for (size_t i = 0; !code && !known && i < chunk_rows(reader); i++) {
		buf_clear(&row);
		code = chunk_next(reader, &row, NULL, NULL, err);
	}
	f->n_rows += chunk_rows(reader);
	f->n_chunks++;
	f->has_seal = f->has_roll = false;
	buf_free(&row);
	chunk_close(reader);
	return code;
}

static int check_end(const struct file_merge *f, struct span payload, struct error *err)
{
	uint64_t chunks, rows;
	uint8_t last;
	if (!span_varint(&payload, &chunks) || !span_varint(&payload, &rows) || !span_u8(&payload, &last) ||
	    chunks != f->n_chunks || rows != f->n_rows)
		return malformed(err);
	return 0;
}

static int check_keyring(struct file_merge *f, struct span payload, struct error *err)
{
	struct keys_offer offer = { .has_upper = false };
	if (f->has_keyring)
		return malformed(err);
	f->has_keyring = true;
	return keys_read_offer(&offer, payload, f->sender.id, &f->arena, err);
}

static int check_holdings(struct file_merge *f, struct span payload, struct error *err)
{
	if (f->sent->has_holdings || f->m->above)
		return malformed(err);
	f->sent->has_holdings = true;
	return wire_take_holdings(payload, &f->sent->holdings, f->m->arena, err);
}

static int check_others(struct file_merge *f, struct span payload, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct others others;
	int code = f->has_others || f->m->above ? malformed(err) : others_take(payload, &others, &arena, err);
	f->has_others = true;
	arena_free(&arena);
	return code;
}

/* What only comes down, as a place below has no rows to leave out. */
static int take_roll(struct file_merge *f, struct span payload, struct error *err)
{
	if (!f->roll && !(f->roll = arena_alloc(&f->arena, sizeof(*f->roll))))
		return no_memory(err);
	f->has_roll = f->m->above && !f->has_roll && roll_take(payload, f->roll);
	return f->has_roll ? 0 : malformed(err);
}

/* A roll, its seal and their chunk stand together. */
static bool in_place(const struct file_merge *f, uint8_t type)
{
	if (f->has_seal)
		return type == SECTION_CHUNK;
	return !f->has_roll || type == SECTION_SEAL;
}

static int check_section(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct file_merge *f = arg;
	if (type == SECTION_MANIFEST)
		return check_manifest(f, payload, err);
	if (!f->has_manifest || !in_place(f, type))
		return malformed(err);
	if (type == SECTION_CHUNK)
		return check_chunk(f, payload, err);
	if (type == SECTION_KEYRING)
		return check_keyring(f, payload, err);
	if (type == SECTION_HOLDINGS)
		return check_holdings(f, payload, err);
	if (type == SECTION_OTHERS)
		return check_others(f, payload, err);
	if (type == SECTION_ROLL)
		return take_roll(f, payload, err);
	if (type == SECTION_SEAL) {
		f->has_seal = true;
		return seal_take(payload, f->sender.id, &f->seal) ? 0 : malformed(err);
	}
	return type == SECTION_END ? check_end(f, payload, err) : malformed(err);
}

/* --- applying --- */

/* Earlier lives of the sender's place that are not known here: the sender vouches for them. */
static int adopt_devices(struct file_merge *f, struct error *err)
{
	bool adopted = false, elsewhere = false;
	for (size_t i = 0; i < f->manifest.n_devices; i++) {
		struct store_device device = f->manifest.devices[i].device;
		const struct store_device *known = store_device_find(f->m->store, device.id);
		if (!f->manifest.devices[i].full || (known && known->enrolled) || f->sender.ended ||
		    !vouch_for(&f->vouch, &device))
			continue;
		int code = keys_enrol(f->m->store, &device, &elsewhere, err);
		if (code)
			return code;
		adopted = true;
	}
	return adopted ? keys_enrolled(f->m->store, elsewhere, f->m->progress, err) : 0;
}

static int find_here(void *arg, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq,
                     uint8_t digest[CRYPTO_DIGEST_BYTES])
{
	struct file_merge *f = arg;
	return store_digest_of(f->m->store, device, seq, digest, NULL);
}

struct rebuilt {
	struct arena arena; /* the entries and digests; their values are in the bytes */
	struct buf bytes;
	uint8_t device[DEVICE_ID_BYTES], root[CRYPTO_DIGEST_BYTES];
	struct whole_entry entries[CHUNK_MAX_ROWS];
	size_t n;
};

static int rebuild_rows(struct file_merge *f, struct chunk_reader *reader, struct rebuilt *rows, struct error *err)
{
	int code = chunk_keep_rows(reader, &rows->arena, err);
	if (!code && !buf_reserve(&rows->bytes, CHUNK_KEPT_ROOM))
		code = no_memory(err);
	for (size_t i = 0; !code && i < rows->n; i++) {
		size_t from = rows->bytes.len_bytes;
		code = chunk_next(reader, &rows->bytes, find_here, f, err);
		if (!code)
			rows->entries[i] = (struct whole_entry){
				span_of(rows->bytes.data + from, rows->bytes.len_bytes - from),
				chunk_entry(reader), chunk_entry_digest(reader) };
	}
	return code;
}

/* The columns are let go of before the rows are applied: both together would be too much memory. */
static int rebuild(struct file_merge *f, struct span payload, struct rebuilt *rows, struct error *err)
{
	struct chunk_reader *reader;
	int code = chunk_open(&reader, payload, &f->table, err);
	if (code)
		return code;
	rows->n = chunk_rows(reader);
	memcpy(rows->device, chunk_device(reader), sizeof(rows->device));
	memcpy(rows->root, chunk_root(reader), sizeof(rows->root));
	code = rebuild_rows(f, reader, rows, err);
	chunk_close(reader);
	return code;
}

static void make_progress(const struct file_merge *f, uint64_t chunks, struct buf *out)
{
	struct peer_progress progress = {
		.chunks = chunks, .done = chunks == f->n_chunks, .wall = date_now_seconds(),
		.clock_offset_s = f->report->clock_offset_s, .entries = f->n_rows };
	memcpy(progress.bundle_id, envelope_head(f->envelope)->bundle_id, BUNDLE_ID_BYTES);
	peer_progress_put(out, &progress);
}

/* A place that has places below may pass rows on: it keeps what proves them. */
static int value_of_proof(struct file_merge *f, const struct whole_entry *entries, size_t n, char name[SEAL_NAME_BYTES],
                          struct buf *value, struct error *err)
{
	if (!f->has_roll)
		return seal_value(f->m->store, &f->seal, entries, n, name, value, err);
	roll_root(f->roll, f->seal.root);
	return f->m->self.info.self.level > LEVEL_VILLAGE
	       ? roll_value(f->m->store, f->roll, &f->seal, entries->entry->device, name, value, err) : 0;
}

/* Entries, their seal and the progress of the bundle in one transaction: a seal without rows proves nothing, rows without
 * a seal could never be passed on. */
static int apply_rows(struct file_merge *f, const struct whole_entry *entries, size_t n, struct error *err)
{
	struct buf progress = BUF_INIT, seal = BUF_INIT;
	char progress_name[32], seal_name[SEAL_NAME_BYTES] = "";
	peer_progress_name(progress_name, f->sender.id);
	make_progress(f, f->at, &progress);
	int code = progress.failed ? no_memory(err) : 0;
	if (!code && f->has_seal && n)
		code = value_of_proof(f, entries, n, seal_name, &seal, err);
	const struct kv_row rows[] = { { progress_name, span_of_buf(&progress) }, { seal_name, span_of_buf(&seal) } };
	code = code ? code : store_apply_entries(f->m->store, entries, n, rows, seal.len_bytes ? 2 : 1,
	                                         &f->report->result, err);
	buf_free(&progress);
	buf_free(&seal);
	return code;
}

static int report_chunk(struct file_merge *f, struct error *err)
{
	if (progress_report(f->m->progress, _("merging"), f->at, f->n_chunks))
		return 0;
	return error_set(err, ERR_CANCELLED, _("stopped; what was merged so far stays"));
}

/* Written outside this store's region: about residents that it has. */
static bool is_outside(const struct file_merge *f, const struct rebuilt *rows)
{
	const struct store_device *author = store_device_find(f->m->store, rows->device);
	const char *region = f->m->self.info.self.region;
	return author && !region_holds(region, author->region);
}

static int apply_chunk(struct file_merge *f, struct span payload, struct error *err)
{
	struct rebuilt *rows = calloc(1, sizeof(*rows));
	uint64_t before = f->report->result.fresh;
	int code = rows ? rebuild(f, payload, rows, err) : no_memory(err);
	f->at++;
	if (code == ERR_UNSURE) {
		f->unresolved++;
		code = 0;
	} else if (!code) {
		memcpy(f->seal.root, rows->root, CRYPTO_DIGEST_BYTES);
		code = apply_rows(f, rows->entries, rows->n, err);
		f->report->entries += rows->n;
		if (!code && is_outside(f, rows))
			f->report->carried += f->report->result.fresh - before;
	}
	if (rows) {
		arena_free(&rows->arena);
		buf_free(&rows->bytes);
	}
	free(rows);
	return code ? code : report_chunk(f, err);
}

/* A chunk whose rows are all here writes nothing; a bundle of such chunks is noted once, unless it was before. */
static int pass_known(struct file_merge *f, struct error *err)
{
	size_t rows = f->known[f->at++];
	int code = f->at == f->n_chunks && !f->done_before ? apply_rows(f, NULL, 0, err) : 0;
	f->report->result.known += rows;
	f->report->entries += rows;
	return code ? code : report_chunk(f, err);
}

static int apply_section(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct file_merge *f = arg;
	if (type == SECTION_KEYRING)
		return f->m->above ? 0 : keys_take_below(f->m->store, payload, &f->sender, err);
	if (type == SECTION_OTHERS)
		return others_keep(f->m->store, f->sender.id, payload, err);
	if (type == SECTION_ROLL)
		f->has_roll = roll_take(payload, f->roll);
	if (type == SECTION_SEAL)
		f->has_seal = seal_take(payload, f->sender.id, &f->seal);
	if (type != SECTION_CHUNK)
		return 0;
	bool applied = f->at < f->resume;
	int code = applied ? 0 : f->known[f->at] ? pass_known(f, err) : apply_chunk(f, payload, err);
	f->at += applied;
	f->has_seal = f->has_roll = false;
	return code;
}

/* The sender's clock minus ours; a clock outside the years 1970 to 9999 counts as at their end. */
static int64_t clock_offset(int64_t wall)
{
	const int64_t last = INT64_C(253402300799);
	return (wall < 0 ? 0 : wall > last ? last : wall) - date_now_seconds();
}

/* Numbers of the devices in this file that lie below what is held and are not here. */
static int count_gaps(struct file_merge *f, struct error *err)
{
	struct device_vector *vectors;
	size_t n;
	int code = store_vectors(f->m->store, &f->arena, &vectors, &n, err);
	for (size_t i = 0; !code && i < n; i++) {
		const struct device_vector *vector = &vectors[i];
		if (device_table_find(&f->table, vector->device) < 0)
			continue;
		f->report->missing += vector->max - vector->prefix;
		for (size_t r = 0; r < vector->n_held; r++)
			f->report->missing -= vector->held[r].last - vector->held[r].first + 1;
	}
	return code;
}

/* By the manifest, or without one, which only a key could open that is here no more, by that key. */
static int check_own_age(struct file_merge *f, struct error *err)
{
	struct store_info *info = &f->m->self.info;
	bool found = false;
	int code = f->has_manifest ? set_back_by_receipt(f->m->store, info, &f->manifest, &found, err)
	                           : set_back_by_key(f->m->store, info, f->envelope, &found, err);
	if (found)
		f->m->report->set_back = true;
	return code;
}

static int apply(struct file_merge *f, struct error *err)
{
	int code = peer_progress_get(f->m->store, f->sender.id, &f->before, err);
	bool same = !code && !memcmp(f->before.bundle_id, envelope_head(f->envelope)->bundle_id, BUNDLE_ID_BYTES);
	if (code && code != ERR_NOTFOUND)
		return code;
	f->done_before = same && f->before.done;
	if (same && !f->before.done && f->before.chunks < f->n_chunks)
		f->resume = f->before.chunks; /* it was interrupted there */
	f->report->clock_offset_s = clock_offset(f->manifest.wall);
	if ((code = check_own_age(f, err)) || (code = adopt_devices(f, err)) ||
	    (code = envelope_sections(f->envelope, apply_section, f, err)))
		return code;
	if ((code = count_gaps(f, err)))
		return code;
	if (f->unresolved)
		return error_set(err, ERR_UNSURE,
		                 _("%d of %d parts refer to entries that are not here in the same form; the "
		                   "receipt asks for them in full"),
		                 (int)f->unresolved, (int)f->n_chunks);
	return 0;
}

/* --- one file --- */

/* Its secret was destroyed when its time was over, or this store was set back to before it had that key. */
static int refuse_key(struct file_merge *f, struct error *err)
{
	f->asks_again = true;
	return error_set(err, ERR_UNSURE,
	                 _("it is sealed for a key that is here no more; the answer brings the newest one: import it there "
	                   "and export again"));
}

static int check_sender(struct file_merge *f, struct error *err)
{
	const struct envelope_head *head = envelope_head(f->envelope);
	const struct store_info *info = &f->m->self.info;
	char hex[2 * DEVICE_ID_BYTES + 1];
	if (head->kind != ENVELOPE_ENTRIES)
		return error_set(err, ERR_INVALID, _("it carries no entries"));
	if (memcmp(head->recipient, info->self.id, DEVICE_ID_BYTES) && !self_was(f->m->store, head->recipient))
		return error_set(err, ERR_RECIPIENT, _("it is sealed for another recipient, not for %s"),
		                 info->self.name);
	const struct store_device *sender = store_device_find(f->m->store, head->sender);
	if (f->m->above)
		sender = memcmp(f->m->above->id, head->sender, DEVICE_ID_BYTES) ? NULL : f->m->above;
	else if (sender && (!sender->enrolled || sender->self || sender->level >= info->self.level))
		sender = NULL;
	if (!sender)
		return error_set(err, ERR_STRANGER, _("its sender %s is not enrolled here"),
		                 hex_encode(hex, head->sender, DEVICE_ID_BYTES));
	f->sender = *sender;
	snprintf(f->report->sender, sizeof(f->report->sender), "%s", sender->name);
	snprintf(f->report->region, sizeof(f->report->region), "%s", sender->region);
	if (envelope_verify(f->envelope, sender->sign_pk, err))
		return error_set(err, ERR_SIGNATURE, _("its signature does not match the key of %s (%s)"),
		                 sender->name, sender->region);
	int code = f->m->above ? 0 : peer_check_lower(sender, err);
	code = code ? code : vouch_begin(&f->vouch, f->m->store, &f->sender, f->m->above != NULL, &f->arena, err);
	if (sender->ended)
		snprintf(f->report->ended, sizeof(f->report->ended), "%s", sync_device_ended(sender));
	if (!code && (code = self_unseal(f->m->store, f->envelope, err)) == ERR_RECIPIENT && !f->m->above && !sender->ended)
		code = refuse_key(f, err);
	return code;
}

static int merge_file(struct merger *m, struct merge_file_report *report, struct sent *sent)
{
	struct file_merge f = { .m = m, .report = report, .sent = sent };
	struct error *err = &report->error, failed;
	int fd, age;
	int code = spool_copy(m->store, report->path, &fd, err);
	if (code)
		return code;
	if (!(code = envelope_open(&f.envelope, fd, err)) && !(code = check_sender(&f, err)) &&
	    !(code = envelope_sections(f.envelope, check_section, &f, err)))
		code = apply(&f, err);
	if (f.asks_again && (age = check_own_age(&f, &failed))) { /* else the sender would not believe the answer */
		*err = failed;
		code = age;
	}
	envelope_close(f.envelope);
	arena_free(&f.arena);
	free(f.known);
	close(fd);
	if (!code)
		*err = (struct error){ .code = 0 };
	return code;
}

/* A file of a folder that names another recipient: whole ones are passed over without a word. */
static bool is_for_others(struct merger *m, const char *path)
{
	struct envelope_head head;
	struct envelope *envelope = NULL;
	int fd;
	bool others = false;
	if (spool_peek(path, &head, NULL) || !memcmp(head.recipient, m->self.info.self.id, DEVICE_ID_BYTES) ||
	    self_was(m->store, head.recipient) ||
	    spool_copy(m->store, path, &fd, NULL))
		return false;
	others = !envelope_open(&envelope, fd, NULL);
	envelope_close(envelope);
	close(fd);
	return others;
}

/* --- all --- */

static void add_total(struct apply_result *to, const struct apply_result *from)
{
	to->fresh += from->fresh;
	to->known += from->known;
	to->waiting += from->waiting;
	to->quarantined += from->quarantined;
	to->forks += from->forks;
	to->conflicts += from->conflicts;
}

static int merge_all(struct merger *m, const char *path, struct error *err)
{
	struct merge_report *report = m->report;
	struct stat st;
	char **paths;
	size_t n, others = 0;
	int code = stick_scan(path, "XYB", m->arena, &paths, &n, err);
	if (code)
		return code;
	bool folder = !stat(path, &st) && S_ISDIR(st.st_mode);
	struct sent *sent = arena_array(m->arena, n + 1, sizeof(*sent));
	if (!sent || !(report->files = arena_array(m->arena, n + 1, sizeof(*report->files))))
		return no_memory(err);
	for (size_t i = 0; i < n; i++) {
		if (folder && is_for_others(m, paths[i])) {
			others++;
			continue;
		}
		struct merge_file_report *file = &report->files[report->n_files];
		struct sent *from = &sent[report->n_files++];
		snprintf(file->path, sizeof(file->path), "%s", paths[i]);
		spool_peek(paths[i], &from->head, NULL);
		code = merge_file(m, file, from);
		if (!code) /* a look-up on the way may have found nothing */
			file->error = (struct error){ 0 };
		add_total(&report->total, &file->result);
		if (code == ERR_CANCELLED || code == ERR_NOMEM || code == ERR_NOSPACE) {
			*err = file->error;
			return code;
		}
		report->n_refused += code != 0;
		if (code && code != ERR_UNSURE)
			file->region[0] = '\0'; /* no answer to what was refused */
	}
	if (!report->n_files)
		return others ? error_set(err, ERR_NOTFOUND, _("%s: no bundle for %s (%s) is here, only for others"),
		                          path, m->self.info.self.name, m->self.info.self.region)
		              : error_set(err, ERR_NOTFOUND, _("%s: no bundle is here"), path);
	if (!report->dry_run && (code = merge_answer(m, sent, err)))
		return code;
	return report->n_refused ? error_set(err, ERR_INVALID, _("%d of %d bundles were refused"),
	                                     (int)report->n_refused, (int)report->n_files) : 0;
}

int sync_merge(struct store *store, const char *path, struct arena *arena,
               struct progress *progress, struct merge_report *out, struct error *err)
{
	struct merger m = { .store = store, .arena = arena, .progress = progress, .report = out };
	memset(out, 0, sizeof(*out));
	int code = self_begin(store, &m.self, err);
	if (!code && !(code = keys_catch_up(store, err)))
		code = merge_all(&m, path, err);
	out->safe_to_remove = (!code || (code == ERR_INVALID && out->receipts)) && stick_holds(path);
	self_end(&m.self);
	return code;
}

int sync_merge_try(struct store *store, const char *path, struct arena *arena,
                   struct progress *progress, struct merge_report *out, struct error *err)
{
	struct merger m = { .store = store, .arena = arena, .progress = progress, .report = out };
	memset(out, 0, sizeof(*out));
	out->dry_run = true;
	int code = self_begin(store, &m.self, err);
	if (!code && !(code = store_try_begin(store, err))) {
		code = merge_all(&m, path, err);
		store_try_end(store);
	}
	self_end(&m.self);
	return code;
}

int merge_given(struct store *store, const struct store_device *above, const char *path, struct arena *arena,
                struct merge_file_report *out, struct error *err)
{
	struct merger m = { .store = store, .arena = arena, .above = above };
	struct sent sent = { .has_holdings = false };
	memset(out, 0, sizeof(*out));
	snprintf(out->path, sizeof(out->path), "%s", path);
	int code = self_begin(store, &m.self, err);
	if (!code && (code = merge_file(&m, out, &sent)))
		*err = out->error;
	self_end(&m.self);
	return code;
}
