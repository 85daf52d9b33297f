/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was ever saved, and what each machine must have of it. */
#include "config.h"

#include <string.h>

#include "tests/fleet/fleet.h"

enum { SLOTS = 2 * FACTS_MAX };

static size_t slot_of_version(const struct fleet *fleet, const struct version *version)
{
	uint64_t hash;
	memcpy(&hash, version->digest, sizeof(hash));
	size_t at = (size_t)(hash % SLOTS);
	while (fleet->fact_slots[at] &&
	       version_compare(&fleet->facts[fleet->fact_slots[at] - 1].version, version) != 0)
		at = (at + 1) % SLOTS;
	return at;
}

struct fact *fact_find(const struct fleet *fleet, const struct version *version)
{
	size_t at = slot_of_version(fleet, version);
	return fleet->fact_slots[at] ? &fleet->facts[fleet->fact_slots[at] - 1] : NULL;
}

static struct fact *new_fact(struct fleet *fleet, const struct version *version, struct span canonical)
{
	if (fleet->n_facts == FACTS_MAX) {
		fleet_broken(fleet, "the world is too large for the simulator");
		return NULL;
	}
	struct fact *fact = &fleet->facts[fleet->n_facts];
	fact->version = *version;
	fact->canonical = span_of(pool_copy(canonical.data, canonical.len_bytes), canonical.len_bytes);
	fact->number = fleet->n_facts;
	if (entry_decode(&fact->entry, fact->canonical, &fleet->entries, &fleet->err)) {
		fleet_broken(fleet, "a saved entry cannot be decoded: %s", fleet->err.text);
		return NULL;
	}
	fleet->fact_slots[slot_of_version(fleet, version)] = (uint32_t)++fleet->n_facts;
	return fact;
}

/* --- what was asked for --- */

static bool is_wish(const struct wish *wish, const struct entry *entry, bool newer)
{
	if (strcmp(wish->form, entry->form) != 0 ||
	    (wish->more ? wish->n_fields > entry->n_fields : wish->n_fields != entry->n_fields))
		return false;
	for (size_t i = 0; i < wish->n_fields; i++) {
		const struct entry_field *field = entry_field_find(entry, wish->fields[i].tag);
		if (!field || field->value.len_bytes != wish->fields[i].value.len_bytes ||
		    (field->value.len_bytes &&
		     memcmp(field->value.data, wish->fields[i].value.data, field->value.len_bytes) != 0))
			return false;
	}
	return newer == (entry->extensions.len_bytes > 1);
}

/* With an answer a village notes by itself that a resident came or went: for a transfer that it has and that names its
 * region on that side. */
static bool is_receipt(const struct fleet *fleet, const struct machine *machine, const struct entry *entry)
{
	const struct entry_field *named = entry_field_find(entry, TAG_RECEIPT_TRANSFER);
	const struct entry_field *side = entry_field_find(entry, TAG_RECEIPT_SIDE);
	struct version version;
	if (machine->level != LEVEL_VILLAGE || strcmp(entry->form, "transfer_receipt") != 0 || entry->record.seq ||
	    !named || !side || side->value.len_bytes != 1)
		return false;
	struct span value = named->value;
	const struct fact *transfer = version_take(&value, &version) ? fact_find(fleet, &version) : NULL;
	const struct entry_field *region =
		transfer ? entry_field_find(&transfer->entry, side->value.data[0] == '1' ? TAG_TRANSFER_FROM : TAG_TRANSFER_TO)
		         : NULL;
	return region && region->value.len_bytes == strlen(machine->region) &&
	       !memcmp(region->value.data, machine->region, region->value.len_bytes) &&
	       !version_compare(&transfer->entry.subject, &entry->subject);
}

/* An entry that nobody has seen before must be one that this machine was asked to save, perhaps under the number of
 * an earlier life: a copy that is opened gets a new one before anybody looks. */
static struct fact *take_own(struct fleet *fleet, struct machine *machine, const struct version *version,
                             struct span canonical)
{
	struct fact *fact = new_fact(fleet, version, canonical);
	bool mine = machine->n_wishes && !memcmp(version->device, machine->wishes[0].device, DEVICE_ID_BYTES);
	for (size_t i = 0; fact && mine && i < machine->n_wishes; i++)
		if (is_wish(&machine->wishes[i], &fact->entry, machine->newer)) {
			machine->wishes[i] = machine->wishes[--machine->n_wishes];
			return fact;
		}
	const struct store_device *author = store_device_find(machine->store, version->device);
	if (!fact || !author || strcmp(author->region, machine->region) != 0 ||
	    !is_receipt(fleet, machine, &fact->entry))
		return NULL;
	fleet->figures[FIGURE_RECEIPTS]++;
	return fact;
}

/* --- comparing --- */

struct watch {
	struct fleet *fleet;
	struct machine *machine;
	struct fact_set *seen;
};

static bool watch_entry(void *arg, const struct version *version, struct span value)
{
	struct watch *watch = arg;
	struct fleet *fleet = watch->fleet;
	char text[VERSION_TEXT_BYTES];
	struct fact *fact = fact_find(fleet, version);
	if (!fact)
		fact = take_own(fleet, watch->machine, version, value);
	if (!fact) {
		fleet_broken(fleet, "invented: %s holds %s, which nobody saved", watch->machine->name,
		             version_format(version, text));
		return false;
	}
	if (value.len_bytes != fact->canonical.len_bytes ||
	    memcmp(value.data, fact->canonical.data, value.len_bytes) != 0) {
		fleet_broken(fleet, "changed: %s holds %s with other bytes", watch->machine->name,
		             version_format(version, text));
		return false;
	}
	fact_add(watch->seen, fact->number);
	return true;
}

void machine_holds(struct fleet *fleet, struct machine *machine, struct fact_set *out)
{
	struct watch watch = { fleet, machine, out };
	struct device_vector *vectors;
	size_t n;
	memset(out, 0, sizeof(*out));
	arena_reset(&fleet->arena);
	int code = store_vectors(machine->store, &fleet->arena, &vectors, &n, &fleet->err);
	for (size_t i = 0; !code && i < n && !fleet->broken; i++)
		code = store_entries_each(machine->store, vectors[i].device, 1, vectors[i].max, watch_entry, &watch,
		                          &fleet->err);
	if (code)
		fleet_broken(fleet, "%s cannot list its entries: %s", machine->name, fleet->err.text);
}

void machine_observe(struct fleet *fleet, struct machine *machine)
{
	struct fact_set seen;
	char text[VERSION_TEXT_BYTES];
	if (!machine->store || fleet->broken || machine->seen_commits == machine->store->mark.commits)
		return;
	machine_holds(fleet, machine, &seen);
	for (size_t i = 0; i < fleet->n_facts && !fleet->broken; i++)
		if (fact_in(&machine->must, i) && !fact_in(&seen, i))
			fleet_broken(fleet, "lost: %s had %s and has it no more", machine->name,
			             version_format(&fleet->facts[i].version, text));
	machine->must = seen;
	machine->seen_commits = machine->store->mark.commits;
}
