/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/held.h"

#include <string.h>

#include "lib/i18n.h"
#include "sync/peer.h"
#include "sync/reason.h"

struct reading {
	struct store *store;
	struct arena *arena;
	struct held_line *lines;
	size_t n, max;
	uint64_t n_more;
	bool failed;
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
}

static void add(struct reading *r, const struct version *version, bool waiting, const char *word)
{
	if (r->n == r->max) {
		r->n_more++;
		return;
	}
	struct held_line *line = &r->lines[r->n++];
	*line = (struct held_line){ .version = *version, .waiting = waiting, .word = arena_strdup(r->arena, word),
		                    .form = "", .operator_name = "", .place = "", .region = "" };
	r->failed |= !line->word;
}

static bool take_held(void *arg, const struct held_entry *held)
{
	struct reading *r = arg;

	add(r, &held->version, held->waiting, held->reason);
	return !r->failed;
}

/* Of a receipt: numbers of our own entries. */
static int read_receipt(struct reading *r, struct error *err)
{
	struct receipt receipt;
	int rc = peer_receipt(r->store, r->arena, &receipt, err);

	for (size_t i = 0; !rc && i < receipt.n_notes; i++) {
		const struct receipt_note *note = &receipt.notes[i];
		struct version version = { .seq = note->seq };
		if (note->device >= receipt.n_devices)
			continue;
		memcpy(version.device, receipt.devices[note->device].id, DEVICE_ID_BYTES);
		if (!store_digest_of(r->store, version.device, version.seq, version.digest, NULL))
			add(r, &version, note->waiting, note->reason);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* --- what the entry says --- */

struct wanted {
	struct reading *r;
	struct held_line *line;
};

static bool take_entry(void *arg, const struct version *version, struct span canonical)
{
	struct wanted *wanted = arg;
	struct arena arena = ARENA_INIT;
	struct entry entry;

	if (version_compare(version, &wanted->line->version))
		return true;
	if (!entry_decode(&entry, canonical, &arena, NULL)) {
		const struct version *about = entry.subject.seq ? &entry.subject
		                              : entry.record.seq ? &entry.record : version;
		wanted->line->form = arena_strdup(wanted->r->arena, entry.form);
		wanted->line->operator_name = arena_strdup(wanted->r->arena, entry.operator_name);
		wanted->line->wall = entry.wall;
		store_find_version(wanted->r->store, about, &wanted->line->subject, NULL);
	}
	arena_free(&arena);
	return false;
}

static int fill(struct reading *r, struct held_line *line, struct error *err)
{
	struct wanted wanted = { r, line };
	const struct store_device *device = store_device_find(r->store, line->version.device);
	int rc = store_entries_each(r->store, line->version.device, line->version.seq, line->version.seq, take_entry,
	                            &wanted, err);

	line->reason = sync_reason_sentence(line->word);
	if (device) {
		line->place = arena_strdup(r->arena, device->name);
		line->region = arena_strdup(r->arena, device->region);
	}
	return !rc && (!line->form || !line->operator_name || !line->place || !line->region) ? no_memory(err) : rc;
}

int sync_held(struct store *store, size_t max, struct arena *arena, struct held_line **out, size_t *n,
              uint64_t *n_more, struct error *err)
{
	struct reading r = { .store = store, .arena = arena, .max = max,
		             .lines = arena_array(arena, max + 1, sizeof(*r.lines)) };
	struct store_info info;
	int rc = r.lines ? store_info_get(store, &info, err) : no_memory(err);

	*out = r.lines;
	*n = 0;
	if (!rc && !role_sees_patients(store_session(store)->role))
		rc = error_set(err, ERR_DENIED, _("your role may not see patients' records"));
	if (!rc && info.self.level == LEVEL_VILLAGE)
		rc = read_receipt(&r, err);
	if (!rc)
		rc = store_held_each(store, take_held, &r, err);
	if (!rc && r.failed)
		rc = no_memory(err);
	for (size_t i = 0; !rc && i < r.n; i++)
		rc = fill(&r, &r.lines[i], err);
	*n = r.n;
	*n_more = r.n_more;
	return rc;
}
