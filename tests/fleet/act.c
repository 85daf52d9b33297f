/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people do: save, export, merge, import, enrol. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lib/date.h"
#include "sync/peer.h"
#include "tests/fleet/bugs.h"
#include "tests/fleet/fleet.h"

enum kind { KIND_OPEN, KIND_SAVE, KIND_EXPORT, KIND_MERGE, KIND_IMPORT };
enum { TAG_UNKNOWN = 9000, KIND_UNKNOWN = 7 };

/* --- bad luck on the way --- */

struct luck {
	bool power;
	struct carrier *stick;
};

/* Choose where this action is interrupted: somewhere along what the last one of its kind did. */
static struct luck draw_luck(struct fleet *fleet, enum kind kind, struct carrier *stick, bool bad_luck)
{
	struct luck luck = { .stick = stick };
	uint64_t calls = fleet->calls[kind] ? fleet->calls[kind] : 40;
	uint64_t at = 0;
	if (bad_luck && draw_percent(&fleet->draw, 20)) {
		at = 1 + draw_below(&fleet->draw, calls + calls / 4 + 2);
		luck.power = draw_percent(&fleet->draw, 50);
	} else if (bad_luck && stick && draw_percent(&fleet->draw, 8)) {
		stick->disk->calls_left = (int64_t)draw_below(&fleet->draw, calls + 2);
	} else if (bad_luck && stick && draw_percent(&fleet->draw, 3)) {
		stick->disk->read_only = true;
	}
	disk_end_process_at(at);
	return luck;
}

/* After the action: true when its process was ended. */
static bool settle(struct fleet *fleet, struct machine *machine, enum kind kind, const struct luck *luck)
{
	fleet->calls[kind] = disk_calls();
	disk_end_process_at(0);
	if (luck->stick && luck->stick->disk->calls_left == 0)
		disk_cut(luck->stick->disk);
	if (luck->stick) {
		luck->stick->disk->calls_left = -1;
		luck->stick->disk->read_only = false;
	}
	return machine_ended(fleet, machine, luck->power, luck->stick);
}

/* Begin, and open the store unless it is open; that can be interrupted, too. */
static bool begin(struct fleet *fleet, struct machine *machine, bool bad_luck)
{
	struct luck luck = { .stick = NULL };
	machine_begins(fleet, machine);
	if (machine->store)
		return true;
	luck = draw_luck(fleet, KIND_OPEN, NULL, bad_luck && draw_percent(&fleet->draw, 30));
	bool opened = machine_open(fleet, machine);
	return !settle(fleet, machine, KIND_OPEN, &luck) && opened;
}

static bool is_full(const struct machine *machine)
{
	return machine->disk->used + (UINT64_C(4) << 20) > machine->disk->capacity;
}

/* What a full disk and a bad stick may do, besides the codes given; else the run is broken. */
static bool allow(struct fleet *fleet, const struct machine *machine, const char *what, int code, bool io,
                  const int *codes)
{
	bool full = is_full(machine);
	if (!code || (io && (code == ERR_IO || code == ERR_NOSPACE || code == ERR_DENIED || code == ERR_NOTFOUND)) ||
	    (full && code == ERR_NOSPACE))
		return true;
	for (; *codes; codes++)
		if (code == *codes)
			return true;
	fleet_broken(fleet, "%s: %s failed: %s", machine->name, what, fleet->err.text);
	return false;
}

/* --- saving --- */

/* A record that the machine has, of any form; 0 when a few tries find none. */
static rid_t pick_record(struct fleet *fleet, struct machine *machine, const char *form)
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

static void ask_change(struct fleet *fleet, struct machine *machine, struct asking *asking, rid_t record)
{
	static const uint32_t tags[] = { 16, 17, 16, TAG_RETIRED };
	struct record before;
	if (store_record(machine->store, record, &fleet->arena, &before, &fleet->err))
		return;
	uint32_t tag = tags[draw_below(&fleet->draw, sizeof(tags) / sizeof(*tags))];
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
		ask_new(fleet, machine, asking, 0, "hypertension_visit", resident);
		return 1;
	}
	bool unknown = machine->newer && what == 9;
	ask_new(fleet, machine, asking, 0, unknown ? "form_of_tomorrow" : what == 9 ? "household" : "resident", 0);
	if (unknown || what == 9)
		return 1;
	ask_new(fleet, machine, asking, 1, "hypertension_visit", REF_CHANGE(0));
	return 2;
}

static void note_wishes(struct machine *machine, const struct asking *asking, size_t n)
{
	machine->n_wishes = n;
	for (size_t i = 0; i < n; i++) {
		struct wish *wish = &machine->wishes[i];
		const struct change *change = &asking->changes[i];
		memcpy(wish->device, machine->store->devices[machine->store->self - 1].id, DEVICE_ID_BYTES);
		wish->form = change->form;
		wish->n_fields = change->n_fields;
		for (size_t f = 0; f < change->n_fields; f++) {
			wish->fields[f].tag = change->fields[f].tag;
			wish->fields[f].value = change->fields[f].value;
		}
	}
}

void act_save(struct fleet *fleet, struct machine *machine, bool bad_luck)
{
	static const int none[] = { 0 };
	struct asking asking = { .changes = { { .record = 0 } } };
	arena_reset(&fleet->arena);
	if (!begin(fleet, machine, bad_luck))
		return;
	size_t n = ask(fleet, machine, &asking);
	if (!n)
		return;
	note_wishes(machine, &asking, n);
	struct luck luck = draw_luck(fleet, KIND_SAVE, NULL, bad_luck);
	hooks_save_with_extension(machine->newer ? machine->store : NULL);
	int code = asking.reason ? store_retire(machine->store, asking.changes[0].record, asking.reason, &fleet->err)
	                         : store_save(machine->store, asking.changes, n, NULL, &fleet->err);
	hooks_save_with_extension(NULL);
	fleet_trace(fleet, "%s saves %zu: %d", machine->name, n, code);
	if (settle(fleet, machine, KIND_SAVE, &luck))
		return; /* without an answer: there or not, the next opening shows */
	allow(fleet, machine, "saving", code, false, none);
	machine_observe(fleet, machine);
	if (!code && machine->n_wishes)
		fleet_broken(fleet, "lost: %s said that it saved and did not", machine->name);
	if (code && machine->n_wishes != n)
		fleet_broken(fleet, "invented: %s said that it could not save, and did", machine->name);
	machine->n_wishes = 0;
	fleet->figures[FIGURE_SAVED] += !code;
}

/* --- exchanging --- */

void act_export(struct fleet *fleet, struct machine *machine, struct carrier *stick, bool bad_luck)
{
	static const int allowed[] = { ERR_STRANGER, ERR_UNSURE, 0 };
	struct export_report report;
	if (!begin(fleet, machine, bad_luck))
		return;
	struct luck luck = draw_luck(fleet, KIND_EXPORT, stick, bad_luck);
	int code = sync_export(machine->store, stick->dir, NULL, &report, &fleet->err);
	bool io = stick->disk->calls_left >= 0 || stick->disk->read_only || stick->disk->honest;
	fleet_trace(fleet, "%s exports %llu to %s: %d %s", machine->name, (unsigned long long)report.entries,
	            stick->disk->name, code, code ? fleet->err.text : "");
	if (settle(fleet, machine, KIND_EXPORT, &luck))
		return;
	allow(fleet, machine, "exporting", code, io || stick->disk->used + 65536 > stick->disk->capacity, allowed);
	machine_observe(fleet, machine);
	fleet->figures[FIGURE_EXPORTED] += !code && report.files;
}

/* By the township's clock, which may be wrong now or have been wrong when it was given. */
static bool certificate_counts(const struct fleet *fleet, const struct machine *township,
                               const struct store_device *device)
{
	date_t today = date_of_seconds(fleet->now + township->clock);
	return device->valid_from <= today && (!device->valid_to || device->valid_to >= today);
}

static bool all_certificates_count(const struct fleet *fleet, const struct machine *township)
{
	const struct store_device *device;
	for (size_t i = 0; (device = store_device_at(township->store, i)); i++)
		if (device->enrolled && !device->self && !certificate_counts(fleet, township, device))
			return false;
	return true;
}

/* A file may be for another, of a stranger, of days that do not count, or refer to what is not here; it is broken only
 * on a bad stick. */
static void check_refusals(struct fleet *fleet, const struct machine *machine, const struct carrier *stick,
                           const struct merge_report *report)
{
	for (size_t i = 0; i < report->n_files; i++) {
		const struct merge_file_report *file = &report->files[i];
		int code = file->error.code;
		fleet->figures[FIGURE_REFUSED] += code != 0;
		if (code)
			fleet_trace(fleet, "refused %s: %s", file->path, file->error.text);
		if (code && code != ERR_STRANGER && code != ERR_RECIPIENT && code != ERR_UNSURE && !stick->damaged &&
		    !stick->disk->honest && !(code == ERR_NOSPACE && is_full(machine)) &&
		    !(code == ERR_DENIED && !all_certificates_count(fleet, machine)))
			fleet_broken(fleet, "%s refuses a whole file: %s: %s", machine->name, file->path,
			             file->error.text);
	}
}

void act_merge(struct fleet *fleet, struct machine *township, struct carrier *stick, bool bad_luck)
{
	static const int allowed[] = { ERR_NOTFOUND, ERR_INVALID, 0 };
	struct merge_report report;
	if (!begin(fleet, township, bad_luck))
		return;
	struct luck luck = draw_luck(fleet, KIND_MERGE, stick, bad_luck);
	arena_reset(&fleet->arena);
	int code = sync_merge(township->store, stick->dir, &fleet->arena, NULL, &report, &fleet->err);
	bool io = stick->disk->calls_left >= 0 || stick->disk->read_only || stick->disk->honest;
	fleet_trace(fleet, "%s merges %s: %d, %zu files, %llu new, %llu known %s", township->name, stick->disk->name,
	            code, report.n_files, (unsigned long long)report.total.fresh,
	            (unsigned long long)report.total.known, code ? fleet->err.text : "");
	if (!io && !disk_process_ended())
		check_refusals(fleet, township, stick, &report);
	if (settle(fleet, township, KIND_MERGE, &luck))
		return;
	allow(fleet, township, "merging", code, io || stick->disk->used + 65536 > stick->disk->capacity, allowed);
	fleet->figures[FIGURE_MERGED] += report.total.fresh;
	fleet->figures[FIGURE_CONFLICTS] += report.total.conflicts;
	fleet->figures[FIGURE_QUARANTINED] += report.total.quarantined;
	fleet->figures[FIGURE_FORKS] += report.total.forks;
	machine_observe(fleet, township);
}

void act_import(struct fleet *fleet, struct machine *machine, struct carrier *stick, bool bad_luck)
{
	static const int allowed[] = { ERR_NOTFOUND, ERR_STRANGER, ERR_RECIPIENT, 0 };
	struct import_report report;
	if (!begin(fleet, machine, bad_luck))
		return;
	struct luck luck = draw_luck(fleet, KIND_IMPORT, stick, bad_luck);
	arena_reset(&fleet->arena);
	int code = sync_import(machine->store, stick->dir, &fleet->arena, NULL, &report, &fleet->err);
	bool io = stick->damaged || stick->disk->calls_left >= 0 || stick->disk->honest;
	fleet_trace(fleet, "%s imports %s: %d, %llu held, %llu missing%s %s", machine->name, stick->disk->name, code,
	            (unsigned long long)report.held, (unsigned long long)report.missing,
	            report.tripwire ? ", a second copy" : "", code ? fleet->err.text : "");
	if (settle(fleet, machine, KIND_IMPORT, &luck))
		return;
	if (!stick->damaged)
		allow(fleet, machine, "importing", code, io, allowed);
	fleet->figures[FIGURE_IMPORTED] += !code;
	fleet->figures[FIGURE_RENEWED] += !code && report.tripwire;
	machine_observe(fleet, machine);
}

/* --- enrolling --- */

bool machine_is_member(struct fleet *fleet, struct machine *machine)
{
	struct machine *above = &fleet->machines[machine->above];
	struct store_info own, upper_info;
	struct store_device upper;
	if (!machine->store || !above->store || store_info_get(machine->store, &own, &fleet->err) ||
	    store_info_get(above->store, &upper_info, &fleet->err) ||
	    peer_upper(machine->store, &own, &upper, &fleet->err))
		return false;
	const struct store_device *known = store_device_find(above->store, own.self.id);
	return known && known->enrolled && certificate_counts(fleet, above, known) &&
	       !memcmp(upper.id, upper_info.self.id, DEVICE_ID_BYTES);
}

/* The words were compared. */
static bool say_yes(void *arg, const struct import_offer *offer)
{
	(void)arg, (void)offer;
	return true;
}

void act_enrol(struct fleet *fleet, struct machine *machine)
{
	struct machine *above = &fleet->machines[machine->above];
	const struct import_ask trust = { .ask = say_yes };
	struct enrol_request request;
	struct import_report report;
	char path[SYNC_PATH_BYTES], answer[SYNC_PATH_BYTES];
	if (!begin(fleet, machine, false) || !begin(fleet, above, false) || machine_is_member(fleet, machine))
		return;
	snprintf(path, sizeof(path), "%s/request.xyr", machine->dir);
	machine_begins(fleet, machine);
	int code = enrol_write_request(machine->store, path, &fleet->err);
	machine_begins(fleet, above);
	code = code ? code : enrol_read_request(&request, path, &fleet->err);
	code = code ? code : enrol_accept(above->store, &request, true, answer, &fleet->err);
	machine_begins(fleet, machine);
	arena_reset(&fleet->arena);
	code = code ? code : sync_import_anew(machine->store, answer, &fleet->arena, &trust, &report, &fleet->err);
	fleet_trace(fleet, "%s is enrolled at %s: %d %s", machine->name, above->name, code,
	            code ? fleet->err.text : "");
	static const int none[] = { 0 };
	if (!(code == ERR_NOSPACE && is_full(above)))
		allow(fleet, machine, "enrolling", code, false, none);
	machine_observe(fleet, machine);
	machine_observe(fleet, above);
}
