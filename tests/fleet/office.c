/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What offices decide: who belongs where, who is who, whose key does not count, what a new computer gets. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "care/link.h"
#include "care/move.h"
#include "sync/keys.h"
#include "sync/open.h"
#include "sync/stick.h"
#include "tests/fleet/fleet.h"

enum { BLOCKS_OF_A_DEVICE = 2 };

static const char REASON[] = "by the office";

static struct machine *any_office(struct fleet *fleet)
{
	for (;;) {
		struct machine *machine = any_machine(fleet);
		if (machine->level > LEVEL_VILLAGE)
			return machine;
	}
}

static void wish_text(struct wish *wish, uint32_t tag, const char *text)
{
	wish->fields[wish->n_fields].tag = tag;
	wish->fields[wish->n_fields++].value = span_of(text, strlen(text));
}

/* --- moves and grants --- */

/* The new village gets what a person carries there: the resident, perhaps the decision itself. */
static void carry(struct fleet *fleet, struct machine *to, const struct version *resident, const struct fact *decision)
{
	const struct fact *fact = fact_find(fleet, resident);
	if (!fact || draw_percent(&fleet->draw, 40))
		return;
	machine_gets(fleet, to, fact);
	if (decision && !fleet->broken && draw_percent(&fleet->draw, 50))
		machine_gets(fleet, to, decision);
}

static void give(struct fleet *fleet, struct machine *office, bool moves)
{
	rid_t resident = pick_record(fleet, office, "resident");
	struct machine *to = any_village(fleet);
	char from[REGION_BYTES];
	struct version version;
	if (!resident || store_version_of(office->store, resident, &version, &fleet->err) ||
	    (moves && (care_owner(office->store, resident, from, &fleet->err) || !strcmp(from, to->region))))
		return;
	office->n_wishes = 0;
	struct wish *wish = wish_new(office, moves ? "transfer" : "grant");
	wish_text(wish, moves ? TAG_TRANSFER_TO : TAG_GRANT_REGION, to->region);
	wish_text(wish, moves ? TAG_TRANSFER_REASON : TAG_GRANT_REASON, REASON);
	wish->more = moves;
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
	int code = moves ? care_move(office->store, resident, to->region, REASON, &fleet->err)
	                 : care_grant(office->store, resident, to->region, REASON, &fleet->err);
	fleet_trace(fleet, "%s %s a resident to %s: %d", office->name, moves ? "moves" : "grants", to->region, code);
	bool done = saved(fleet, office, &luck, code);
	fleet->figures[FIGURE_MOVED] += done;
	if (!fleet->broken)
		carry(fleet, to, &version, done ? &fleet->facts[fleet->n_facts - 1] : NULL);
}

/* --- links --- */

static bool are_linked(struct fleet *fleet, struct machine *office, rid_t a, rid_t b)
{
	struct link_edge *edges;
	size_t n;
	bool linked = care_links_of(office->store, a, &fleet->arena, &edges, &n, &fleet->err);
	for (size_t i = 0; !linked && i < n; i++)
		linked = edges[i].a == b || edges[i].b == b;
	return linked;
}

static void link_two(struct fleet *fleet, struct machine *office)
{
	rid_t a = pick_record(fleet, office, "resident"), b = pick_record(fleet, office, "resident");
	if (!a || !b || a == b || are_linked(fleet, office, a, b))
		return;
	office->n_wishes = 0;
	struct wish *wish = wish_new(office, "link");
	wish_text(wish, TAG_LINK_REASON, REASON);
	wish->more = true;
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
	enum link_relation relation = draw_percent(&fleet->draw, 70) ? LINK_SAME : LINK_NOT_SAME;
	int code = care_link(office->store, a, b, relation, REASON, &fleet->err);
	fleet_trace(fleet, "%s links two residents: %d", office->name, code);
	fleet->figures[FIGURE_LINKED] += saved(fleet, office, &luck, code);
}

static void unlink_two(struct fleet *fleet, struct machine *office)
{
	struct link_edge *edges;
	size_t n = 0, alike = 0;
	rid_t resident = pick_record(fleet, office, "resident");
	if (!resident || care_links_of(office->store, resident, &fleet->arena, &edges, &n, &fleet->err) || !n)
		return;
	const struct link_edge link = edges[draw_below(&fleet->draw, n)];
	rid_t other = link.a == resident ? link.b : link.a;
	for (size_t i = 0; i < n; i++)
		alike += edges[i].a == other || edges[i].b == other;
	if (alike > 1) /* two offices said the same: each entry of taking them back would be one change */
		return;
	office->n_wishes = 0;
	wish_text(wish_new(office, "link"), TAG_RETIRED, REASON);
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
	int code = care_unlink(office->store, resident, other, REASON, &fleet->err);
	fleet_trace(fleet, "%s takes a link back: %d", office->name, code);
	fleet->figures[FIGURE_LINKED] += saved(fleet, office, &luck, code);
}

/* --- keys --- */

static bool may_be_blocked(const struct machine *office, const struct store_device *device)
{
	return device->enrolled && !device->self && !device->ended && device->level < office->level &&
	       device->n_blocks < BLOCKS_OF_A_DEVICE &&
	       !strncmp(device->region, office->region, strlen(office->region));
}

/* Mostly a range in doubt; sometimes the key was stolen, and the place needs new ones. */
static struct keys_block draw_block(struct fleet *fleet)
{
	struct keys_block block = { .why = KEYLOG_WHY_SUSPECT, .note = REASON };
	block.range.first = 1 + draw_below(&fleet->draw, 12);
	block.range.last = block.range.first + draw_below(&fleet->draw, 6);
	if (draw_percent(&fleet->draw, 30)) {
		block.why = KEYLOG_WHY_STOLEN;
		block.range.last = UINT64_MAX;
	}
	return block;
}

static void say(struct fleet *fleet, struct machine *office, const struct luck *luck, int code, enum figure figure)
{
	static const int none[] = { 0 };
	if (fault_settle(fleet, office, KIND_SAVE, luck))
		return;
	fault_allow(fleet, office, "the keyring", code, false, none);
	office->n_said += !code;
	fleet->figures[figure] += !code;
	machine_observe(fleet, office);
}

static void block_key(struct fleet *fleet, struct machine *office)
{
	const struct store_device *device, *chosen = NULL;
	size_t seen = 0;
	struct self self;
	for (size_t i = 0; (device = store_device_at(office->store, i)); i++)
		if (may_be_blocked(office, device) && !draw_below(&fleet->draw, ++seen))
			chosen = device;
	if (!chosen || self_begin(office->store, &self, &fleet->err))
		return;
	struct store_device copy = *chosen;
	const struct keys_block block = draw_block(fleet);
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
	int code = keys_block(office->store, &self, &copy, &block, &fleet->err);
	fleet_trace(fleet, "%s blocks %s from %llu on%s: %d", office->name, copy.name,
	            (unsigned long long)block.range.first, block.why == KEYLOG_WHY_STOLEN ? ", stolen" : "", code);
	say(fleet, office, &luck, code, FIGURE_BLOCKED);
	self_end(&self);
}

static void lift_block(struct fleet *fleet, struct machine *office)
{
	struct keys keys;
	struct self self;
	uint64_t number = 0, seen = 0;
	if (keys_load(office->store, &fleet->arena, &keys, &fleet->err) ||
	    self_begin(office->store, &self, &fleet->err))
		return;
	for (size_t i = 0; i < keys.own.n; i++) {
		const struct keylog_record *record = &keys.own.records[i];
		if (record->type == KEYLOG_BLOCK && !keylog_is_lifted(&keys.own, record->number) &&
		    !draw_below(&fleet->draw, ++seen))
			number = record->number;
	}
	if (number) {
		struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
		int code = keys_lift(office->store, &self, number, &fleet->err);
		fleet_trace(fleet, "%s lifts a block: %d", office->name, code);
		say(fleet, office, &luck, code, FIGURE_LIFTED);
	}
	self_end(&self);
}

static void draw_reader(struct fleet *fleet, struct machine *office)
{
	struct self self;
	char code[PAPER_CODE_BYTES];
	if (self_begin(office->store, &self, &fleet->err))
		return;
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
	int ret = keys_draw_recovery(office->store, &self, code, &fleet->err);
	fleet_trace(fleet, "%s draws a recovery key: %d", office->name, ret);
	self_end(&self);
	static const int none[] = { 0 };
	if (!fault_settle(fleet, office, KIND_SAVE, &luck) &&
	    fault_allow(fleet, office, "a recovery key", ret, false, none) && !ret)
		memcpy(office->reader, code, sizeof(code));
	else
		office->reader[0] = '\0'; /* an unknown one may be the newest now */
}

void act_rotate(struct fleet *fleet)
{
	static const int none[] = { 0 };
	struct machine *office = any_office(fleet);
	bool destroy = draw_percent(&fleet->draw, 30);
	struct self self;
	size_t n = 0;
	if (!fault_begin(fleet, office, true) || self_begin(office->store, &self, &fleet->err))
		return;
	struct luck luck = fault_draw(fleet, KIND_SAVE, NULL, true);
	int code = destroy ? keys_destroy_old(office->store, &n, &fleet->err)
	                   : keys_rotate(office->store, &self, &fleet->err);
	self_end(&self);
	fleet_trace(fleet, "%s %s: %d, %zu", office->name, destroy ? "destroys old keys" : "replaces its box key", code, n);
	if (fault_settle(fleet, office, KIND_SAVE, &luck) ||
	    !fault_allow(fleet, office, "a box key", code, false, none) || code)
		return;
	fleet->figures[FIGURE_DESTROYED] += n;
	fleet->figures[FIGURE_ROTATED] += !destroy;
	machine_observe(fleet, office);
}

static bool count_entry(void *arg, const struct entry *entry)
{
	(void)arg, (void)entry;
	return true;
}

void office_check_reader(struct fleet *fleet, const struct machine *below, const struct carrier *stick)
{
	const struct machine *office = machine_above(fleet, below);
	struct open_report report;
	char **paths, dir[SYNC_PATH_BYTES];
	size_t n;
	snprintf(dir, sizeof(dir), "%s/XIANGYI/%s", stick->dir, below->region);
	arena_reset(&fleet->arena);
	if (office->set_back || stick_scan(dir, "XYB", &fleet->arena, &paths, &n, &fleet->err) || !n)
		return;
	int code = open_with_recovery(paths[n - 1], office->reader, count_entry, NULL, &report, &fleet->err);
	if (code || !report.entries)
		fleet_broken(fleet, "the recovery key of %s does not open what %s exports: %s", office->name, below->name,
		             code ? fleet->err.text : "nothing is in it");
	fleet->figures[FIGURE_READ]++;
}

/* --- whether its word is heard --- */

static bool hears(struct fleet *fleet, const struct machine *place, const struct machine *office)
{
	const struct machine *above = machine_above(fleet, place);
	return place == office || above == office || machine_above(fleet, above) == office ||
	       machine_above(fleet, office) == place;
}

/* Whether a keyring says that an entry does not count. */
static bool says(const struct keylog *log, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq)
{
	for (size_t i = 0; i < log->n; i++) {
		const struct keylog_record *record = &log->records[i];
		bool lifted = false;
		for (size_t l = 0; l < log->n; l++)
			lifted = lifted || (log->records[l].type == KEYLOG_LIFT && log->records[l].lifted == record->number);
		if (record->type == KEYLOG_BLOCK && !lifted && record->first <= seq && seq <= record->last &&
		    !memcmp(record->subject, device, DEVICE_ID_BYTES))
			return true;
	}
	return false;
}

static bool is_blocked(const struct machine *place, const uint8_t device[DEVICE_ID_BYTES], uint64_t seq)
{
	const struct store_device *known = store_device_find(place->store, device);
	for (size_t i = 0; known && i < known->n_blocks; i++)
		if (known->blocks[i].first <= seq && seq <= known->blocks[i].last)
			return true;
	return false;
}

enum { OFFICES_MAX = 3 };
struct words { /* of all offices; a keyring that was put back from a copy may be behind what others know */
	struct { const struct machine *office; struct keylog log; } of[OFFICES_MAX];
	size_t n;
};

/* Whether offices that a place hears say that an entry does not count; *forgot: one of them was set back, and may have
 * said so before. */
static bool heard(struct fleet *fleet, const struct words *words, const struct machine *place,
                  const uint8_t device[DEVICE_ID_BYTES], uint64_t seq, bool *forgot)
{
	bool said = false;
	*forgot = false;
	for (size_t i = 0; i < words->n; i++) {
		if (!hears(fleet, place, words->of[i].office))
			continue;
		*forgot = *forgot || words->of[i].office->set_back;
		said = said || says(&words->of[i].log, device, seq);
	}
	return said;
}

/* An office may have forgotten that it took a block back, and the place above it heard so. */
static bool heard_lift(struct fleet *fleet, const struct machine *place, const uint8_t device[DEVICE_ID_BYTES],
                       uint64_t seq)
{
	struct keys keys;
	bool lifted = false;
	if (keys_load(place->store, &fleet->arena, &keys, &fleet->err))
		return false;
	for (size_t k = 0; k < keys.n_below; k++)
		for (size_t i = 0; i < keys.below[k].n; i++) {
			const struct keylog_record *block = &keys.below[k].records[i];
			lifted = lifted || (block->type == KEYLOG_BLOCK && block->first <= seq && seq <= block->last &&
			                    !memcmp(block->subject, device, DEVICE_ID_BYTES) &&
			                    keylog_is_lifted(&keys.below[k], block->number));
		}
	return lifted;
}

static void check_entry(struct fleet *fleet, const struct words *words, const uint8_t device[DEVICE_ID_BYTES],
                        uint64_t seq)
{
	for (size_t i = 0; i < fleet->n_machines && !fleet->broken; i++) {
		const struct machine *place = &fleet->machines[i];
		const struct store_device *known = place->store ? store_device_find(place->store, device) : NULL;
		bool forgot;
		if (!known || !*known->region) /* one that is only referred to */
			continue;
		bool said = heard(fleet, words, place, device, seq, &forgot);
		if (said != is_blocked(place, device, seq) && !(forgot && (!said || heard_lift(fleet, place, device, seq))))
			fleet_broken(fleet, "%s holds back number %llu of %s: %d, its offices say: %d", place->name,
			             (unsigned long long)seq, known->name, !said, said);
	}
}

static void check_blocks(struct fleet *fleet, const struct words *words, const struct keylog *log)
{
	for (size_t i = 0; i < log->n && !fleet->broken; i++) {
		const struct keylog_record *record = &log->records[i];
		if (record->type != KEYLOG_BLOCK)
			continue;
		check_entry(fleet, words, record->subject, record->first);
		check_entry(fleet, words, record->subject, record->last);
	}
}

/* Blocks and lifts that an office said it put down are in its keyring. */
static void count_said(struct fleet *fleet, const struct machine *office, const struct keylog *log)
{
	size_t n = 0;
	for (size_t i = 0; i < log->n; i++)
		n += log->records[i].type == KEYLOG_BLOCK || log->records[i].type == KEYLOG_LIFT;
	if (n < office->n_said && !office->set_back)
		fleet_broken(fleet, "lost: %s said %u things of keys and knows %zu", office->name, office->n_said, n);
}

void offices_check(struct fleet *fleet)
{
	struct words words = { .n = 0 };
	struct keys keys;
	arena_reset(&fleet->arena);
	for (size_t i = 0; i < fleet->n_machines && words.n < OFFICES_MAX; i++) {
		const struct machine *office = &fleet->machines[i];
		if (office->level == LEVEL_VILLAGE)
			continue;
		if (keys_load(office->store, &fleet->arena, &keys, &fleet->err)) {
			fleet_broken(fleet, "%s cannot read its keyring: %s", office->name, fleet->err.text);
			return;
		}
		count_said(fleet, office, &keys.own);
		words.of[words.n].office = office;
		words.of[words.n++].log = keys.own;
	}
	for (size_t i = 0; i < words.n && !fleet->broken; i++)
		check_blocks(fleet, &words, &words.of[i].log);
}

/* --- a new computer --- */

/* All that is held above of its region, or a count of what cannot be proved. */
static void check_rebuilt(struct fleet *fleet, const struct machine *office, const struct machine *fresh,
                          uint64_t unsigned_rest)
{
	uint64_t missing = 0;
	for (size_t i = 0; i < fleet->n_facts; i++) {
		const struct store_device *author =
			store_device_find(office->store, fleet->facts[i].version.device);
		missing += fact_in(&office->must, i) && !fact_in(&fresh->must, i) && author &&
		           !strcmp(author->region, fresh->region);
	}
	if (missing > unsigned_rest)
		fleet_broken(fleet, "rebuilt: %s lacks %llu entries of its region, %s says %llu", fresh->name,
		             (unsigned long long)missing, office->name, (unsigned long long)unsigned_rest);
}

static void rebuild(struct fleet *fleet)
{
	const struct machine *like = any_village(fleet);
	struct machine *office = machine_above(fleet, like), *fresh;
	struct carrier *stick = stick_new(fleet);
	struct reply_report report;
	static const int none[] = { 0 };
	if (fleet->n_machines + 8 > MACHINES_MAX || fault_is_full(office) || stick->damaged ||
	    !(fresh = machine_new(fleet, LEVEL_VILLAGE, like->region, like->above)) ||
	    !machine_make_store(fleet, fresh))
		return;
	act_enrol(fleet, fresh);
	if (fleet->broken || !machine_is_member(fleet, fresh) || !fault_begin(fleet, office, false))
		return;
	const struct reply_ask ask = { .region = fresh->region, .dir = stick->dir, .rebuild = true };
	int code = sync_reply(office->store, &ask, NULL, &report, &fleet->err);
	fleet_trace(fleet, "%s rebuilds %s: %d, %llu entries", office->name, fresh->name, code,
	            (unsigned long long)report.given);
	if (!fault_allow(fleet, office, "the answer for a new computer", code,
	                 stick_is_tight(stick), none) || code)
		return;
	if (!act_import(fleet, fresh, stick, false)) /* the office's clock may be wrong */
		return;
	fleet->figures[FIGURE_REBUILT]++;
	if (!fleet->broken)
		check_rebuilt(fleet, office, fresh, report.unsigned_rest);
}

/* --- which of these --- */

static void decide(struct fleet *fleet, struct machine *office, uint64_t what)
{
	arena_reset(&fleet->arena);
	if (!fault_begin(fleet, office, true))
		return;
	if (what == 0)
		draw_reader(fleet, office);
	else if (what < 3)
		block_key(fleet, office);
	else if (what < 6)
		lift_block(fleet, office);
	else if (what < 14)
		give(fleet, office, what < 10);
	else if (what < 18)
		link_two(fleet, office);
	else
		unlink_two(fleet, office);
}

void act_office(struct fleet *fleet)
{
	struct machine *office = any_office(fleet);
	uint64_t what = draw_below(&fleet->draw, fleet->moves ? 21 : 12);
	if (what == 20 || (!fleet->moves && what == 6))
		rebuild(fleet);
	else if (!fleet->moves && what > 6)
		act_save(fleet, office, true);
	else
		decide(fleet, office, what);
}
