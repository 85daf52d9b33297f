/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of all these comes next. */
#include "config.h"

#include "tests/fleet/fleet.h"

static struct machine *any_village(struct fleet *fleet)
{
	for (;;) {
		struct machine *machine = &fleet->machines[draw_below(&fleet->draw, fleet->n_machines)];
		if (machine->level == LEVEL_VILLAGE)
			return machine;
	}
}

static struct machine *any_machine(struct fleet *fleet)
{
	return &fleet->machines[draw_below(&fleet->draw, fleet->n_machines)];
}

static struct carrier *any_stick(struct fleet *fleet)
{
	return &fleet->sticks[draw_below(&fleet->draw, fleet->n_sticks)];
}

/* The whole way of a stick: out, merged, back. */
static void round_trip(struct fleet *fleet)
{
	struct machine *village = any_village(fleet);
	struct carrier *stick = any_stick(fleet);
	act_export(fleet, village, stick, true);
	if (!fleet->broken)
		act_merge(fleet, &fleet->machines[village->above], stick, true);
	if (!fleet->broken && draw_percent(&fleet->draw, 80))
		act_import(fleet, village, stick, true);
}

void fleet_step(struct fleet *fleet)
{
	uint64_t what = draw_below(&fleet->draw, 100);
	struct machine *village = any_village(fleet);
	fleet->step++;
	if (draw_percent(&fleet->draw, 70)) /* else the same second again */
		fleet->now += (int64_t)draw_below(&fleet->draw, 20000);
	if (what < 38)
		act_save(fleet, village, true);
	else if (what < 46)
		act_save(fleet, any_machine(fleet), true);
	else if (what < 54)
		act_export(fleet, village, any_stick(fleet), true);
	else if (what < 60)
		act_merge(fleet, &fleet->machines[village->above], any_stick(fleet), true);
	else if (what < 66)
		act_import(fleet, village, any_stick(fleet), true);
	else if (what < 78)
		round_trip(fleet);
	else if (what < 82)
		act_enrol(fleet, village);
	else if (what < 86)
		machine_close(fleet, any_machine(fleet));
	else
		luck_strikes(fleet);
}
