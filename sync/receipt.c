/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this store holds of a village, put down as a receipt and answered. */
#include "config.h"

#include <string.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/answer.h"
#include "sync/coverage.h"
#include "sync/keys.h"
#include "sync/package.h"
#include "sync/signed.h"

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static bool hash_digest(void *arg, const struct version *version)
{
	crypto_hash_add(arg, version->digest, CRYPTO_DIGEST_BYTES);
	return true;
}

int receipt_range_hash(struct store *store, const uint8_t device[8], uint64_t first, uint64_t last,
                       uint8_t hash[CRYPTO_DIGEST_BYTES], struct error *err)
{
	struct crypto_hash_state state;
	crypto_hash_begin(&state, CRYPTO_DIGEST_BYTES, NULL);
	int code = store_versions_each(store, device, first, last, hash_digest, &state, err);
	crypto_hash_end(&state, hash, CRYPTO_DIGEST_BYTES);
	return code;
}

/* --- numbers with several entries --- */

struct fork_list {
	struct receipt_fork *forks;
	size_t n;
	struct receipt_fork before;
	bool noted, more;
};

static void add_fork(struct fork_list *list, const struct receipt_fork *fork)
{
	if (list->n < RECEIPT_MAX_FORKS)
		list->forks[list->n++] = *fork;
	else
		list->more = true;
}

static bool find_forks(void *arg, const struct version *version)
{
	struct fork_list *list = arg;
	struct receipt_fork fork = { .seq = version->seq };
	memcpy(fork.digest, version->digest, CRYPTO_DIGEST_BYTES);
	if (fork.seq == list->before.seq) {
		if (!list->noted)
			add_fork(list, &list->before);
		add_fork(list, &fork);
		list->noted = true;
		return true;
	}
	list->before = fork;
	list->noted = false;
	return true;
}

static int build_device(struct store *store, const struct device_vector *vector, struct arena *arena,
                        struct receipt_device *out, struct error *err)
{
	size_t n = vector->n_held < RECEIPT_MAX_RANGES ? vector->n_held : RECEIPT_MAX_RANGES;
	struct receipt_range *ranges = arena_array(arena, n + 1, sizeof(*ranges));
	struct fork_list list = { .n = 0 };
	if (!ranges)
		return no_memory(err);
	memcpy(out->id, vector->device, DEVICE_ID_BYTES);
	memcpy(out->head, vector->head, CRYPTO_HASH_BYTES);
	out->prefix = vector->prefix;
	out->max = vector->max;
	for (size_t i = 0; i < n; i++) {
		ranges[i].range = vector->held[i];
		int code = receipt_range_hash(store, vector->device, vector->held[i].first,
		                              vector->held[i].last, ranges[i].hash, err);
		if (code)
			return code;
	}
	out->ranges = ranges;
	out->n_ranges = n;
	if (!vector->forks)
		return 0;
	if (!(list.forks = arena_array(arena, RECEIPT_MAX_FORKS, sizeof(*list.forks))))
		return no_memory(err);
	int code = store_versions_each(store, vector->device, 1, vector->max, find_forks, &list, err);
	out->forks = list.forks;
	out->n_forks = list.n;
	out->more_forks = list.more;
	return code;
}

/* --- notes --- */

struct note_list {
	struct receipt *receipt;
	struct receipt_note *notes; /* the last RECEIPT_MAX_NOTES, in a ring */
	size_t n;
	struct arena *arena;
	bool failed;
};

static bool add_note(void *arg, const struct held_entry *entry)
{
	struct note_list *list = arg;
	struct receipt *receipt = list->receipt;
	size_t device = 0;
	while (device < receipt->n_devices &&
	       memcmp(receipt->devices[device].id, entry->version.device, DEVICE_ID_BYTES))
		device++;
	if (device == receipt->n_devices)
		return true;
	if (entry->waiting)
		receipt->n_waiting++;
	else
		receipt->n_quarantined++;
	struct receipt_note *note = &list->notes[list->n++ % RECEIPT_MAX_NOTES];
	note->device = device;
	note->seq = entry->version.seq;
	note->waiting = entry->waiting;
	note->reason = arena_strndup(list->arena, entry->reason, REASON_BYTES - 1);
	list->failed = !note->reason;
	return !list->failed;
}

static int build_notes(struct store *store, struct arena *arena, struct receipt *out, struct error *err)
{
	struct note_list list = { .receipt = out, .arena = arena };
	struct receipt_note *newest_first;
	list.notes = arena_array(arena, RECEIPT_MAX_NOTES, sizeof(*list.notes));
	newest_first = arena_array(arena, RECEIPT_MAX_NOTES, sizeof(*newest_first));
	if (!list.notes || !newest_first)
		return no_memory(err);
	int code = store_held_each(store, add_note, &list, err);
	if (code || list.failed)
		return code ? code : no_memory(err);
	out->n_notes = list.n < RECEIPT_MAX_NOTES ? list.n : RECEIPT_MAX_NOTES;
	for (size_t i = 0; i < out->n_notes; i++)
		newest_first[i] = list.notes[(list.n - 1 - i) % RECEIPT_MAX_NOTES];
	out->notes = newest_first;
	return 0;
}

/* The devices of a region of which something is held; with_empty: and those that are only known. */
static int build_devices(struct store *store, const char *region, bool with_empty, struct arena *arena,
                         struct receipt *out, struct error *err)
{
	const struct store_device *device;
	struct device_vector *vectors;
	size_t n, at = 0;
	int code = store_vectors(store, arena, &vectors, &n, err);
	if (code)
		return code;
	while (store_device_at(store, at))
		at++;
	struct receipt_device *devices = arena_array(arena, at + 1, sizeof(*devices));
	if (!devices)
		return no_memory(err);
	out->devices = devices;
	for (size_t i = 0; !code && (device = store_device_at(store, i)); i++) {
		struct receipt_device *row = &devices[out->n_devices];
		if (!region_holds(region, device->region))
			continue;
		for (at = 0; at < n && memcmp(vectors[at].device, device->id, DEVICE_ID_BYTES); at++)
			;
		if (at < n)
			code = build_device(store, &vectors[at], arena, row, err);
		else
			memcpy(row->id, device->id, DEVICE_ID_BYTES);
		out->n_devices += at < n || with_empty;
	}
	return code;
}

int receipt_holdings(struct store *store, const char *region, struct arena *arena, struct receipt *out,
                     struct error *err)
{
	memset(out, 0, sizeof(*out));
	return build_devices(store, region, true, arena, out, err);
}

/* What the level above this one provably holds, too. */
static int build_stable(struct store *store, const struct answer *answer, struct arena *arena, struct receipt *out,
                        struct error *err)
{
	struct store_device upper;
	struct coverage coverage;
	if (peer_upper(store, &answer->self->info, &upper, NULL))
		return 0;
	int code = coverage_compute(store, &answer->self->info, arena, &coverage, err);
	for (size_t i = 0; !code && i < out->n_devices; i++) {
		struct receipt_device *device = (struct receipt_device *)(uintptr_t)&out->devices[i];
		const struct coverage_device *cover = coverage_find(&coverage, device->id);
		if (cover)
			device->stable = cover->prefix;
	}
	return code;
}

int receipt_build(struct store *store, const struct answer *answer, struct arena *arena,
                  struct receipt *out, struct error *err)
{
	int64_t serial;
	memset(out, 0, sizeof(*out));
	memcpy(out->epoch, answer->self->info.epoch, sizeof(out->epoch));
	out->wall = date_now_seconds();
	out->clock_offset_s = answer->clock_offset_s;
	int code = build_devices(store, answer->to->region, false, arena, out, err);
	if (code || (code = build_stable(store, answer, arena, out, err)) ||
	    (code = build_notes(store, arena, out, err)) ||
	    (code = peer_number(store, PEER_SERIAL, &serial, err)))
		return code;
	out->serial = (uint64_t)serial + 1;
	return peer_set_number(store, PEER_SERIAL, serial + 1, err);
}

/* --- answers --- */

/* With a signature that minisign can verify once both are files (xiangyi-merge publish --to). */
static int put_package(struct store *store, const struct answer *answer, struct envelope_writer *writer,
                       struct span package, struct error *err)
{
	struct buf text = BUF_INIT;
	int code = envelope_section(writer, SECTION_PACKAGE, package, err);
	if (!code && !(code = signed_bytes(store, answer->self, package, "package", &text, err)))
		code = envelope_section(writer, SECTION_PACKAGE_SIGNATURE, span_of_buf(&text), err);
	buf_free(&text);
	return code;
}

/* The keyring of this store, then that of the level above, which vouches for it. */
static int put_keyrings(struct store *store, const struct answer *answer, struct envelope_writer *writer,
                        struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct buf bytes = BUF_INIT;
	struct keys keys;
	int code = keys_open_own(store, answer->self, err);
	if (!code)
		code = keys_load(store, &arena, &keys, err);
	const struct keylog *const rings[] = { &keys.own, &keys.upper };
	for (size_t i = 0; !code && i < 2; i++) {
		if (!rings[i]->n || (i && !keylog_certificate(rings[i], answer->self->info.self.id)))
			continue; /* the level above knows another life of this place */
		buf_clear(&bytes);
		keylog_put(&bytes, rings[i]);
		code = bytes.failed ? no_memory(err)
		                    : envelope_section(writer, SECTION_KEYRING, span_of_buf(&bytes), err);
	}
	buf_free(&bytes);
	arena_free(&arena);
	return code;
}

static int put_sections(struct store *store, const struct answer *answer, struct envelope_writer *writer,
                        const struct envelope_head *head, struct arena *arena, struct error *err)
{
	struct manifest manifest = { .kind = head->kind, .wall = date_now_seconds() };
	struct receipt receipt;
	struct buf bytes = BUF_INIT;
	memcpy(manifest.sender, head->sender, DEVICE_ID_BYTES);
	memcpy(manifest.recipient, head->recipient, DEVICE_ID_BYTES);
	memcpy(manifest.bundle_id, head->bundle_id, BUNDLE_ID_BYTES);
	memcpy(manifest.epoch, answer->self->info.epoch, sizeof(manifest.epoch));
	wire_put_manifest(&bytes, &manifest);
	int code = envelope_section(writer, SECTION_MANIFEST, span_of_buf(&bytes), err);
	if (!code && answer->certificate) {
		/* who vouches, then whom */
		buf_clear(&bytes);
		wire_put_device(&bytes, &answer->self->info.self);
		wire_put_device(&bytes, answer->to);
		code = envelope_section(writer, SECTION_CERTIFICATE, span_of_buf(&bytes), err);
	}
	if (!code && !(code = receipt_build(store, answer, arena, &receipt, err))) {
		buf_clear(&bytes);
		wire_put_receipt(&bytes, &receipt);
		code = envelope_section(writer, SECTION_RECEIPT, span_of_buf(&bytes), err);
	}
	if (!code) {
		buf_clear(&bytes);
		code = package_section(store_dir(store), &bytes, err);
		if (!code && bytes.len_bytes)
			code = put_package(store, answer, writer, span_of_buf(&bytes), err);
	}
	if (!code)
		code = put_keyrings(store, answer, writer, err);
	if (!code)
		code = envelope_section(writer, SECTION_END, span_of("", 0), err);
	if (!code && bytes.failed)
		code = no_memory(err);
	buf_free(&bytes);
	return code;
}

int answer_write(struct store *store, const struct answer *answer, struct envelope_sink *sink,
                 uint8_t hash[CRYPTO_HASH_BYTES], struct error *err)
{
	struct envelope_writer *writer = NULL;
	struct envelope_head head = { .kind = ENVELOPE_ANSWER, .part = 1 };
	struct arena arena = ARENA_INIT;
	uint8_t recipient[1][CRYPTO_KEY_BYTES];
	memcpy(head.sender, answer->self->info.self.id, DEVICE_ID_BYTES);
	memcpy(head.recipient, answer->to->id, DEVICE_ID_BYTES);
	crypto_random(head.bundle_id, sizeof(head.bundle_id));
	memcpy(recipient[0], answer->to->box_pk, CRYPTO_KEY_BYTES);
	int code = envelope_begin(&writer, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])recipient, 1, sink, err);
	if (!code && !(code = put_sections(store, answer, writer, &head, &arena, err)))
		code = envelope_end(writer, answer->self->sign_sk, hash, err);
	envelope_writer_free(writer);
	arena_free(&arena);
	return code;
}

struct memory_sink {
	struct envelope_sink sink;
	struct buf bytes;
};

static int memory_put(struct envelope_sink *sink, const void *bytes, size_t n_bytes, struct error *err)
{
	struct memory_sink *memory = (struct memory_sink *)sink;
	buf_put(&memory->bytes, bytes, n_bytes);
	return memory->bytes.failed ? no_memory(err) : 0;
}

int answer_write_file(struct store *store, const struct answer *answer, const char *path,
                      struct error *err)
{
	struct memory_sink memory = { .sink = { memory_put } };
	uint8_t hash[CRYPTO_HASH_BYTES];
	int code = answer_write(store, answer, &memory.sink, hash, err);
	if (!code)
		code = file_write_atomic(path, memory.bytes.data, memory.bytes.len_bytes, err);
	buf_free(&memory.bytes);
	return code;
}
