/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records are made, changed, retired and taken back. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "care/link.h"
#include "tests/fleet/bugs.h"
#include "tests/fleet/fleet.h"

enum { TAG_UNKNOWN = 9000, KIND_UNKNOWN = 7 };

rid_t pick_record(struct fleet *fleet, struct machine *machine, const char *form)
{
	struct row_id { rid_t rid; } found = { 0 };
	for (int i = 0; i < 8 && fleet->n_facts && !found.rid; i++) {
		const struct fact *fact = &fleet->facts[draw_below(&fleet->draw, fleet->n_facts)];
		if (fact->entry.record.seq || !fact_in(&machine->must, fact->number) ||
		    (form && strcmp(form, fact->entry.form) != 0))
			continue;
		struct record record;
		if (store_find_version(machine->store, &fact->version, &found.rid, &fleet->err) ||
		    store_record(machine->store, found.rid, &fleet->arena, &record, &fleet->err))
			found.rid = 0; /* held back here */
	}
	return found.rid;
}

static struct span draw_text(struct fleet *fleet, const char *prefix)
{
	char text[64];
	/* few different values: two places may well write the same */
	int n = snprintf(text, sizeof(text), "%s%u", prefix, (unsigned)draw_below(&fleet->draw, 6));
	return span_of(pool_copy(text, (size_t)n), (size_t)n);
}

/* A value that the form takes; from a village rarely one that the township must hold back. Nobody judges what a store
 * writes itself, so a township that did so would not look like its mirror. */
static struct span draw_value(struct fleet *fleet, const struct machine *machine, const char *form, uint32_t tag,
                              const char *prefix)
{
	if (strcmp(form, "hypertension_visit") != 0 || tag != TAG_VISIT_DATE ||
	    (machine->level == LEVEL_VILLAGE && draw_percent(&fleet->draw, 4)))
		return draw_text(fleet, prefix);
	return draw_text(fleet, "2026-01-1");
}

struct asking { /* the changes of one save */
	const char *reason; /* of a retirement; NULL: another change */
	struct change changes[WISHES_MAX];
	struct change_field fields[WISHES_MAX][WISH_FIELDS_MAX];
	rid_t leaves[WISHES_MAX][WISH_FIELDS_MAX][16];
};

static void add_field(struct asking *asking, size_t i, uint32_t tag, uint8_t kind, struct span value,
                      const struct record *before)
{
	struct change *change = &asking->changes[i];
	const struct record_field *old = before ? record_field(before, tag) : NULL;
	struct change_field *field = &asking->fields[i][change->n_fields];
	rid_t *leaves = asking->leaves[i][change->n_fields];
	*field = (struct change_field){ .tag = tag, .kind = kind, .value = value, .bases = leaves };
	for (size_t l = 0; old && l < old->n_leaves && l < 16; l++)
		leaves[field->n_bases++] = old->leaves[l].entry;
	change->fields = asking->fields[i];
	change->n_fields++;
}

static void ask_new(struct fleet *fleet, struct machine *machine, struct asking *asking, size_t i,
                    const char *form, rid_t subject)
{
	asking->changes[i] = (struct change){ .form = form, .subject = subject };
	add_field(asking, i, 16, ENTRY_TEXT, draw_value(fleet, machine, form, 16, "王小明"), NULL);
	add_field(asking, i, 17, ENTRY_TEXT, draw_text(fleet, "12"), NULL);
	if (machine->newer)
		add_field(asking, i, TAG_UNKNOWN, KIND_UNKNOWN, draw_text(fleet, "\001unknown"), NULL);
}

/* Of what offices decide nobody writes values by hand, but a village that may not. */
static uint32_t draw_tag(struct fleet *fleet, const struct machine *machine, const char *form)
{
	static const uint32_t tags[] = { 16, 17, 16, TAG_RETIRED };
	uint32_t tag = tags[draw_below(&fleet->draw, sizeof(tags) / sizeof(*tags))];
	bool receipt = !strcmp(form, "transfer_receipt");
	return receipt || (care_is_office_form(form) && machine->level > LEVEL_VILLAGE) ? TAG_RETIRED : tag;
}

static void ask_change(struct fleet *fleet, struct machine *machine, struct asking *asking, rid_t record)
{
	struct record before;
	if (store_record(machine->store, record, &fleet->arena, &before, &fleet->err))
		return;
	uint32_t tag = draw_tag(fleet, machine, before.form);
	bool back = tag == TAG_RETIRED && before.retired;
	asking->changes[0] = (struct change){ .record = record, .form = pool_copy(before.form, strlen(before.form) + 1) };
	if (before.subject != record)
		asking->changes[0].subject = before.subject;
	add_field(asking, 0, tag, ENTRY_TEXT, back ? span_of("", 0)
	                                                : draw_value(fleet, machine, before.form, tag, "changed"),
	          &before);
	if (tag == TAG_RETIRED && draw_percent(&fleet->draw, 70)) {
		const struct span *value = &asking->fields[0][0].value;
		char *reason = pool_alloc(value->len_bytes + 1);
		memcpy(reason, value->data, value->len_bytes);
		asking->reason = reason;
		return;
	}
	if (machine->newer && draw_percent(&fleet->draw, 50))
		add_field(asking, 0, TAG_UNKNOWN, KIND_UNKNOWN, draw_text(fleet, "\002unknown"), &before);
}

static size_t ask(struct fleet *fleet, struct machine *machine, struct asking *asking)
{
	uint64_t what = draw_below(&fleet->draw, 10);
	rid_t record = what < 5 ? pick_record(fleet, machine, NULL) : 0;
	if (record) {
		ask_change(fleet, machine, asking, record);
		return asking->changes[0].n_fields ? 1 : 0;
	}
	rid_t resident = what < 8 ? pick_record(fleet, machine, "resident") : 0;
	if (resident) {
		ask_new(fleet, machine, asking, 0, what == 7 ? "identifier" : "hypertension_visit", resident);
		return 1;
	}
	bool unknown = machine->newer && what == 9;
	ask_new(fleet, machine, asking, 0, unknown ? "form_of_tomorrow" : what == 9 ? "household" : "resident", 0);
	if (unknown || what == 9)
		return 1;
	ask_new(fleet, machine, asking, 1, "hypertension_visit", REF_CHANGE(0));
	return 2;
}

struct wish *wish_new(struct machine *machine, const char *form)
{
	struct wish *wish = &machine->wishes[machine->n_wishes++];
	*wish = (struct wish){ .form = form };
	memcpy(wish->device, machine->store->devices[machine->store->self - 1].id, DEVICE_ID_BYTES);
	return wish;
}

static void note_wishes(struct machine *machine, const struct asking *asking, size_t n)
{
	machine->n_wishes = 0;
	for (size_t i = 0; i < n; i++) {
		const struct change *change = &asking->changes[i];
		struct wish *wish = wish_new(machine, change->form);
		wish->n_fields = change->n_fields;
		for (size_t f = 0; f < change->n_fields; f++) {
			wish->fields[f].tag = change->fields[f].tag;
			wish->fields[f].value = change->fields[f].value;
		}
	}
}

bool saved(struct fleet *fleet, struct machine *machine, const struct luck *luck, int code)
{
	static const int none[] = { 0 };
	size_t n = machine->n_wishes;
	if (fault_settle(fleet, machine, KIND_SAVE, luck))
		return false; /* without an answer: there or not, the next opening shows */
	fault_allow(fleet, machine, "saving", code, false, none);
	machine_observe(fleet, machine);
	if (!code && machine->n_wishes)
		fleet_broken(fleet, "lost: %s said that it saved and did not", machine->name);
	if (code && machine->n_wishes != n)
		fleet_broken(fleet, "invented: %s said that it could not save, and did", machine->name);
	machine->n_wishes = 0;
	fleet->figures[FIGURE_SAVED] += !code;
	return !code;
}

void act_save(struct fleet *fleet, struct machine *machine, bool bad_luck)
{
	struct asking asking = { .changes = { { .record = 0 } } };
	arena_reset(&fleet->arena);
	if (!fault_begin(fleet, machine, bad_luck))
		return;
	size_t n = ask(fleet, machine, &asking);
	if (!n)
		return;
	note_wishes(machine, &asking, n);
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, bad_luck);
	hooks_save_with_extension(machine->newer ? machine->store : NULL);
	int code = asking.reason ? store_retire(machine->store, asking.changes[0].record, asking.reason, &fleet->err)
	                         : store_save(machine->store, asking.changes, n, NULL, &fleet->err);
	hooks_save_with_extension(NULL);
	fleet_trace(fleet, "%s saves %zu: %d", machine->name, n, code);
	saved(fleet, machine, &luck, code);
}
