/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of all these comes next. */
#include "config.h"

#include "tests/fleet/fleet.h"

/* The whole way of a stick: out, merged, back. */
static void round_trip(struct fleet *fleet)
{
	struct machine *below = any_below(fleet);
	struct carrier *stick = any_stick(fleet);
	act_export(fleet, below, stick, true);
	if (fleet->broken)
		return;
	if (!act_merge(fleet, machine_above(fleet, below), stick, true) && !fleet->broken &&
	    draw_percent(&fleet->draw, 60)) {
		/* or the same bundle would be merged once more and hide what the first try did by halves */
		stick_lost(fleet, stick);
		act_reply(fleet, machine_above(fleet, below), below, stick);
	}
	if (!fleet->broken && draw_percent(&fleet->draw, 80))
		act_import(fleet, below, stick, true);
}

static void trial(struct fleet *fleet)
{
	uint64_t what = draw_below(&fleet->trial, 100);
	if (what < 60)
		act_forge(fleet, any_stick(fleet));
	else if (what < 85)
		act_rotate(fleet);
	else
		act_piecewise(fleet);
}

void fleet_step(struct fleet *fleet)
{
	if (fleet->tried && draw_percent(&fleet->trial, 20))
		trial(fleet);
	if (fleet->broken)
		return;
	uint64_t what = draw_below(&fleet->draw, 100);
	struct machine *below = any_below(fleet);
	fleet->step++;
	if (draw_percent(&fleet->draw, 70)) /* else the same second again */
		fleet->now += (int64_t)draw_below(&fleet->draw, 20000);
	if (what < 31)
		act_save(fleet, any_village(fleet), true);
	else if (what < 39)
		act_save(fleet, any_machine(fleet), true);
	else if (what < 46)
		act_office(fleet);
	else if (what < 54)
		act_export(fleet, below, any_stick(fleet), true);
	else if (what < 60)
		act_merge(fleet, machine_above(fleet, below), any_stick(fleet), true);
	else if (what < 61)
		act_reply(fleet, machine_above(fleet, below), below, any_stick(fleet));
	else if (what < 66)
		act_import(fleet, below, any_stick(fleet), true);
	else if (what < 78)
		round_trip(fleet);
	else if (what < 82)
		act_enrol(fleet, below);
	else if (what < 86)
		machine_close(fleet, any_machine(fleet));
	else
		luck_strikes(fleet);
}
