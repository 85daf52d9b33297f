/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has a resident has the history: everything that others wrote and that counts reaches the village. Nothing that is
 * drawn here is withheld. */
#include "config.h"

#include <string.h>

#include "care/move.h"
#include "tests/fleet/model.h"

/* The resident that a fact is about, NULL: nobody. */
static const struct fact *resident_of(const struct model *model, const struct fact *fact)
{
	const struct fact *made = fact->entry.record.seq ? model_held(model, &fact->entry.record) : fact;
	const struct fact *about = made && made->entry.subject.seq ? model_held(model, &made->entry.subject) : made;
	return about && !about->entry.record.seq && !strcmp(about->entry.form, "resident") ? about : NULL;
}

/* The region that has a resident by what a store holds, "" when it cannot say. */
static void find_owner(struct fleet *fleet, const struct machine *at, const struct fact *resident,
                       char region[REGION_BYTES])
{
	rid_t rid;
	if (store_find_version(at->store, &resident->version, &rid, &fleet->err) ||
	    care_owner(at->store, rid, region, &fleet->err))
		region[0] = '\0';
}

/* An office between counts what it wrote itself even when the top blocked that: until it is replaced or the block is
 * lifted, the resident may have moved for it alone, and it answers by that. */
static bool decided_alone(struct model *model, const struct machine *village, const struct fact *resident)
{
	struct fleet *fleet = model->fleet;
	struct machine *office = machine_above(fleet, village);
	if (office == model->machine || !machine_open(fleet, office))
		return false;
	for (size_t i = 0; i < fleet->n_facts; i++) {
		const struct fact *fact = &fleet->facts[i];
		const struct store_device *author = store_device_find(office->store, fact->version.device);
		if (fact_in(&office->must, i) && fact_in(&model->machine->must, i) && author && author->self &&
		    !strcmp(fact->entry.form, "transfer") && resident_of(model, fact) == resident &&
		    model_judge(model, fact) != VERDICT_COUNTS)
			return true;
	}
	return false;
}

static bool is_due(struct model *model, const struct machine *village, const struct fact *fact)
{
	char owner[REGION_BYTES];
	const struct store_device *author = store_device_find(model->machine->store, fact->version.device);
	const struct fact *resident = resident_of(model, fact);
	if (!resident || !author || !author->enrolled || !strcmp(author->region, village->region) ||
	    model_judge(model, fact) != VERDICT_COUNTS)
		return false;
	find_owner(model->fleet, model->machine, resident, owner);
	return !strcmp(owner, village->region) && !decided_alone(model, village, resident);
}

const struct fact *carried_lacks(struct fleet *fleet, const struct machine *village)
{
	struct model model;
	struct machine *top = machine_above(fleet, village);
	if (!fleet->moves || village->level != LEVEL_VILLAGE)
		return NULL;
	while (has_above(top))
		top = machine_above(fleet, top);
	machine_begins(fleet, top);
	if (!machine_open(fleet, top))
		return NULL;
	arena_reset(&fleet->arena);
	model_begin(&model, fleet, top);
	for (size_t i = 0; i < fleet->n_facts; i++)
		if (fact_in(&top->must, i) && !fact_in(&village->must, i) && is_due(&model, village, &fleet->facts[i]))
			return &fleet->facts[i];
	return NULL;
}

/* From the top down: what an office just heard it passes on. */
static void answer(struct fleet *fleet, struct machine *machine, struct carrier *stick)
{
	if (!has_above(machine) || fleet->broken)
		return;
	answer(fleet, machine_above(fleet, machine), stick);
	if (!fleet->broken)
		act_reply(fleet, machine_above(fleet, machine), machine, stick);
	if (!fleet->broken)
		act_import(fleet, machine, stick, false);
}

bool carried_answer(struct fleet *fleet, struct carrier *stick)
{
	bool any = false;
	for (size_t i = 0; i < fleet->n_machines && !fleet->broken; i++) {
		if (!carried_lacks(fleet, &fleet->machines[i]))
			continue;
		answer(fleet, &fleet->machines[i], stick);
		any = true;
	}
	return any;
}

void carried_check(struct fleet *fleet, const struct machine *village)
{
	char text[VERSION_TEXT_BYTES];
	const struct fact *fact = carried_lacks(fleet, village);
	if (fact && !fleet->broken)
		fleet_broken(fleet, "not carried: %s has the resident and lacks %s, a %s", village->name,
		             version_format(&fact->version, text), fact->entry.form);
}
