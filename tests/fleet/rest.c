/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exchange without bad luck, until nothing is left to send, and what must hold then. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "db/maintain.h"
#include "tests/fleet/model.h"

enum { ROUNDS_MAX = 10 };

/* --- coming to rest --- */

static void heal(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->n_machines; i++) {
		struct machine *machine = &fleet->machines[i];
		machine->disk->capacity = UINT64_C(256) << 20;
		if (machine->level > LEVEL_VILLAGE)
			machine->clock = 0; /* by it certificates count; those of villages may stay wrong */
		act_save(fleet, machine, false); /* everyone works on: who has nothing new writes no file */
	}
	for (size_t i = 0; i < fleet->n_sticks; i++) {
		struct disk *disk = fleet->sticks[i].disk;
		disk->capacity = UINT64_C(64) << 20;
		disk->honest = 0;
	}
}

static uint64_t pending(struct fleet *fleet, struct machine *machine)
{
	uint64_t n = 1;
	machine_begins(fleet, machine);
	if (!machine_is_member(fleet, machine) || sync_pending(machine->store, &n, &fleet->err))
		n = 1;
	return n;
}

/* Everyone goes once to the level above and back. Quiet: it brought nothing, and nothing is believed otherwise; *left is
 * still to be sent. */
static bool exchange(struct fleet *fleet, struct carrier *stick, int round, uint64_t *left)
{
	const uint64_t merged = fleet->figures[FIGURE_MERGED], renewed = fleet->figures[FIGURE_RENEWED];
	const uint64_t returned = fleet->figures[FIGURE_RETURNED];
	uint64_t before = 0, after = 0;
	bool members = true;
	for (size_t i = 0; i < fleet->n_machines && !fleet->broken; i++) {
		struct machine *machine = &fleet->machines[i];
		if (!has_above(machine))
			continue;
		const bool stranger = !machine_is_member(fleet, machine);
		act_enrol(fleet, machine);
		if (stranger && !fleet->broken && !pending(fleet, machine))
			act_save(fleet, machine, false); /* who sends nothing is not answered: the next day's work */
		bool for_reader = round == 1 && machine->heard && *machine_above(fleet, machine)->reader && !fleet->broken;
		if (for_reader)
			act_save(fleet, machine, false);
		uint64_t n = fleet->broken ? 0 : pending(fleet, machine);
		before += n;
		if (!n)
			continue;
		act_export(fleet, machine, stick, false);
		if (for_reader && !fleet->broken)
			office_check_reader(fleet, machine, stick);
		if (!fleet->broken)
			act_merge(fleet, machine_above(fleet, machine), stick, false);
		machine->heard = !fleet->broken && act_import(fleet, machine, stick, false);
		after += fleet->broken ? 0 : pending(fleet, machine);
		members = members && machine_is_member(fleet, machine);
	}
	*left = after;
	return members && before == after && fleet->figures[FIGURE_MERGED] == merged &&
	       fleet->figures[FIGURE_RENEWED] == renewed && fleet->figures[FIGURE_RETURNED] == returned;
}

static void come_to_rest(struct fleet *fleet)
{
	size_t n = fleet->n_sticks;
	for (size_t i = 0; i < n && !fleet->broken; i++) /* whatever still lies on sticks */
		for (size_t m = 0; m < fleet->n_machines && !fleet->broken; m++)
			if (fleet->machines[m].level > LEVEL_VILLAGE)
				act_merge(fleet, &fleet->machines[m], &fleet->sticks[i], false);
	struct carrier *fresh = stick_new(fleet);
	fresh->damaged = false;
	fresh->disk->capacity = UINT64_C(64) << 20;
	for (int i = 0; fleet->tried && i < 6 && !fleet->broken; i++)
		act_forge(fleet, fresh); /* what is good goes on beside them */
	bool quiet = false;
	for (int round = 0; round < ROUNDS_MAX && !fleet->broken; round++) {
		uint64_t left;
		bool before = quiet;
		quiet = exchange(fleet, fresh, round, &left);
		/* a refusal may have been answered: what comes next is another file */
		if (quiet && (before || !left) && !carried_answer(fleet, fresh))
			return;
	}
	for (size_t i = 0; i < fleet->n_machines && !fleet->broken; i++)
		carried_check(fleet, &fleet->machines[i]);
	if (!fleet->broken)
		fleet_broken(fleet, "no rest: something is still to be sent after %d exchanges", ROUNDS_MAX);
}

/* --- what must hold --- */

/* Whether an entry was written in a place's region. What it got hold of besides it need not give on. */
static bool is_of(const struct machine *place, const struct machine *at, const struct fact *fact)
{
	const struct store_device *author = store_device_find(at->store, fact->version.device);
	return author && !strncmp(author->region, place->region, strlen(place->region));
}

static void check_nothing_lost(struct fleet *fleet, const struct machine *office)
{
	char text[VERSION_TEXT_BYTES];
	for (size_t m = 0; m < fleet->n_machines; m++) {
		const struct machine *machine = &fleet->machines[m];
		if (machine->above != office->number || machine == office)
			continue;
		for (size_t i = 0; i < fleet->n_facts && !fleet->broken; i++)
			if (fact_in(&machine->must, i) && !fact_in(&office->must, i) &&
			    is_of(machine, machine, &fleet->facts[i]))
				fleet_broken(fleet, "lost: %s has %s, %s never got it", machine->name,
				             version_format(&fleet->facts[i].version, text), office->name);
	}
}

/* What a township lost and the county still has came back with the answers. */
static void check_given_back(struct fleet *fleet, const struct machine *township)
{
	const struct machine *county = machine_above(fleet, township);
	char text[VERSION_TEXT_BYTES];
	for (size_t i = 0; i < fleet->n_facts && !fleet->broken; i++)
		if (fact_in(&county->must, i) && !fact_in(&township->must, i) &&
		    is_of(township, county, &fleet->facts[i]))
			fleet_broken(fleet, "not given back: %s has %s, %s lost it", county->name,
			             version_format(&fleet->facts[i].version, text), township->name);
}

/* A store beside it that gets the same entries in another order. */
static struct machine *make_mirror(struct fleet *fleet, const struct machine *of)
{
	struct machine *mirror = machine_new(fleet, of->level, of->region, SIZE_MAX);
	const struct store_device *device;
	if (!mirror || !machine_make_store(fleet, mirror))
		return NULL;
	for (size_t i = 0; (device = store_device_at(of->store, i)); i++) {
		struct store_device copy = *device;
		copy.self = false;
		if (device->self) /* nobody's word counts against what a store wrote itself */
			copy.n_blocks = 0;
		if (*copy.region && store_device_put(mirror->store, &copy, &fleet->err))
			fleet_broken(fleet, "the mirror cannot take a device: %s", fleet->err.text);
	}
	return mirror;
}

static void shuffle(struct fleet *fleet, struct span *all, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t other = draw_below(&fleet->draw, i);
		struct span held = all[i - 1];
		all[i - 1] = all[other];
		all[other] = held;
	}
}

/* What a store wrote itself counts there; elsewhere it does not where the place has no right, as to what another township
 * wrote of a resident who moved here. */
static bool judge_alike(struct fleet *fleet, struct machine *machine, struct machine *mirror)
{
	struct model here, there;
	model_begin(&here, fleet, machine);
	model_begin(&there, fleet, mirror);
	for (size_t i = 0; i < fleet->n_facts; i++)
		if (fact_in(&machine->must, i) &&
		    model_judge(&here, &fleet->facts[i]) != model_judge(&there, &fleet->facts[i]))
			return false;
	return true;
}

static void check_digest(struct fleet *fleet, struct machine *machine)
{
	const struct span none = { NULL, 0 };
	struct apply_result result = { 0 };
	struct span *all = pool_alloc((fleet->n_facts + 1) * sizeof(*all));
	uint8_t own[CRYPTO_HASH_BYTES], other[CRYPTO_HASH_BYTES];
	struct machine *mirror = make_mirror(fleet, machine);
	size_t n = 0;
	if (!mirror)
		return;
	for (size_t i = 0; i < fleet->n_facts; i++)
		if (fact_in(&machine->must, i))
			all[n++] = fleet->facts[i].canonical;
	shuffle(fleet, all, n);
	for (size_t at = 0, count; at < n && !fleet->broken; at += count) {
		count = 1 + draw_below(&fleet->draw, n - at);
		if (store_apply(mirror->store, all + at, count, NULL, none, &result, &fleet->err))
			fleet_broken(fleet, "the mirror cannot apply: %s", fleet->err.text);
	}
	machine_observe(fleet, mirror);
	model_compare(fleet, mirror);
	if (fleet->broken || !judge_alike(fleet, machine, mirror))
		return;
	if (store_digest(machine->store, own, &fleet->err) || store_digest(mirror->store, other, &fleet->err))
		fleet_broken(fleet, "no digest: %s", fleet->err.text);
	else if (memcmp(own, other, sizeof(own)) != 0)
		fleet_broken(fleet, "%s has another digest than the same entries in another order", machine->name);
}

static void note_problem(void *arg, const char *line)
{
	struct fleet *fleet = arg;
	fleet_broken(fleet, "the check of a store says: %s", line);
}

static void check_store(struct fleet *fleet, struct machine *machine)
{
	struct check_result result;
	if (store_check(machine->store, false, note_problem, fleet, &result, NULL, &fleet->err))
		fleet_broken(fleet, "%s: the check of the store: %s", machine->name, fleet->err.text);
}

void fleet_rest(struct fleet *fleet)
{
	size_t n = fleet->n_machines;
	heal(fleet);
	if (!fleet->broken)
		come_to_rest(fleet);
	for (size_t i = 0; i < n && !fleet->broken; i++) {
		struct machine *machine = &fleet->machines[i];
		machine_begins(fleet, machine);
		machine_observe(fleet, machine);
		model_compare(fleet, machine);
		check_store(fleet, machine);
	}
	if (!fleet->broken)
		offices_check(fleet);
	for (size_t i = 0; i < n && !fleet->broken; i++)
		if (fleet->machines[i].level > LEVEL_VILLAGE) {
			check_nothing_lost(fleet, &fleet->machines[i]);
			if (has_above(&fleet->machines[i]))
				check_given_back(fleet, &fleet->machines[i]);
			if (!fleet->broken)
				check_digest(fleet, &fleet->machines[i]);
		}
}
