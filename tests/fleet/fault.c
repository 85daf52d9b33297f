/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad luck on the way: processes that end, power that goes, sticks that are pulled out. */
#include "config.h"

#include "tests/fleet/fleet.h"

struct luck fault_draw(struct fleet *fleet, enum kind kind, struct carrier *stick, bool bad_luck)
{
	struct luck luck = { .stick = stick };
	uint64_t calls = fleet->calls[kind] ? fleet->calls[kind] : 40;
	uint64_t at = 0, behind = 0;
	if (bad_luck && draw_percent(&fleet->draw, 20)) {
		if (draw_percent(&fleet->draw, 40))
			behind = 1 + draw_below(&fleet->draw, fleet->commits[kind] + 1);
		else
			at = 1 + draw_below(&fleet->draw, calls + calls / 4 + 2);
		luck.power = draw_percent(&fleet->draw, 50);
	} else if (bad_luck && stick && draw_percent(&fleet->draw, 8)) {
		stick->disk->calls_left = (int64_t)draw_below(&fleet->draw, calls + 2);
	} else if (bad_luck && stick && draw_percent(&fleet->draw, 3)) {
		stick->disk->read_only = true;
	}
	disk_end_process_at(at);
	disk_end_process_behind(behind);
	return luck;
}

bool fault_settle(struct fleet *fleet, struct machine *machine, enum kind kind, const struct luck *luck)
{
	fleet->calls[kind] = disk_calls();
	fleet->commits[kind] = disk_commits();
	disk_end_process_at(0);
	if (luck->stick && luck->stick->disk->calls_left == 0)
		disk_cut(luck->stick->disk);
	if (luck->stick) {
		luck->stick->disk->calls_left = -1;
		luck->stick->disk->read_only = false;
	}
	return machine_ended(fleet, machine, luck->power, luck->stick);
}

bool fault_begin(struct fleet *fleet, struct machine *machine, bool bad_luck)
{
	struct luck luck = { .stick = NULL };
	machine_begins(fleet, machine);
	if (machine->store)
		return true;
	luck = fault_draw(fleet, KIND_OPEN, NULL, bad_luck && draw_percent(&fleet->draw, 30));
	bool opened = machine_open(fleet, machine);
	return !fault_settle(fleet, machine, KIND_OPEN, &luck) && opened;
}

bool fault_is_full(const struct machine *machine)
{
	return machine->disk->used + (UINT64_C(4) << 20) > machine->disk->capacity;
}

bool fault_allow(struct fleet *fleet, const struct machine *machine, const char *what, int code, bool io,
                 const int *codes)
{
	bool full = fault_is_full(machine);
	if (!code || (io && (code == ERR_IO || code == ERR_NOSPACE || code == ERR_DENIED || code == ERR_NOTFOUND)) ||
	    (full && code == ERR_NOSPACE))
		return true;
	for (; *codes; codes++)
		if (code == *codes)
			return true;
	fleet_broken(fleet, "%s: %s failed: %s", machine->name, what, fleet->err.text);
	return false;
}
