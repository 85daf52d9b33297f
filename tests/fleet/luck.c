/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad luck between the actions: sticks, copies, restores, clocks, disks. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "sync/keys.h"
#include "sync/renew.h"
#include "tests/fleet/fleet.h"

/* --- sticks --- */

/* A file of the stick, "" when there is none. */
static void pick_file(struct fleet *fleet, const char *dir, char out[4096])
{
	char path[4096];
	size_t seen = 0;
	DIR *stream = opendir(dir);
	for (struct dirent *entry; stream && (entry = readdir(stream));) {
		struct stat st;
		char inner[4096] = "";
		snprintf(path, sizeof(path), "%.2000s/%.1000s", dir, entry->d_name);
		if (entry->d_name[0] == '.' || lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			pick_file(fleet, path, inner);
		else
			snprintf(inner, sizeof(inner), "%s", path);
		if (inner[0] && !draw_below(&fleet->draw, ++seen))
			snprintf(out, 4096, "%s", inner);
	}
	if (stream)
		closedir(stream);
}

static void damage(struct fleet *fleet, struct carrier *stick)
{
	char path[4096] = "";
	struct buf bytes = BUF_INIT;
	pick_file(fleet, stick->dir, path);
	if (path[0] && !file_read(path, 1 << 24, &bytes, &fleet->err) && bytes.len_bytes) {
		uint64_t at = draw_below(&fleet->draw, bytes.len_bytes);
		bool cut = draw_percent(&fleet->draw, 50);
		if (!cut)
			bytes.data[at] ^= (uint8_t)(1u << draw_below(&fleet->draw, 8));
		stick->damaged = true;
		if (file_write_atomic(path, bytes.data, cut ? (size_t)at : bytes.len_bytes, &fleet->err))
			fleet_trace(fleet, "%s cannot be damaged", path);
		fleet_trace(fleet, "%s is %s at %llu", path, cut ? "cut" : "flipped", (unsigned long long)at);
	}
	buf_free(&bytes);
}

static void remove_file(struct fleet *fleet, const struct carrier *stick)
{
	char path[4096] = "";
	pick_file(fleet, stick->dir, path);
	if (path[0] && !unlink(path))
		fleet_trace(fleet, "%s is removed", path);
}

static void rename_file(struct fleet *fleet, const struct carrier *stick)
{
	char path[4096] = "", to[4096];
	pick_file(fleet, stick->dir, path);
	size_t len = strlen(path);
	if (len < 12)
		return;
	snprintf(to, sizeof(to), "%.*s%08u%s", (int)(len - 12), path, (unsigned)draw_below(&fleet->draw, 40),
	         path + len - 4);
	if (!file_exists(to) && !rename(path, to))
		fleet_trace(fleet, "%s is renamed to %s", path, to);
}

void stick_lost(struct fleet *fleet, struct carrier *stick)
{
	char upper[4096];
	snprintf(upper, sizeof(upper), "%s/XIANGYI", stick->dir);
	tree_remove(fleet, upper);
	disk_sync(stick->disk, NULL); /* no power cut brings the old one back */
	stick->damaged = false;
	fleet_trace(fleet, "%s is lost; an empty one takes its place", stick->disk->name);
}

static void stick_copied(struct fleet *fleet, const struct carrier *from, struct carrier *to)
{
	char a[4096], b[4096];
	if (from == to)
		return;
	snprintf(a, sizeof(a), "%s/XIANGYI", from->dir);
	snprintf(b, sizeof(b), "%s/XIANGYI", to->dir);
	if (draw_percent(&fleet->draw, 50))
		tree_remove(fleet, b);
	bool whole = !file_exists(a) || tree_copy(fleet, a, b);
	to->damaged = to->damaged || from->damaged || !whole;
	fleet_trace(fleet, "%s is copied to %s", from->disk->name, to->disk->name);
}

/* A line that broke, a tool that copies a shared folder: half of a file is there first, and then all of it. */
void act_piecewise(struct fleet *fleet)
{
	struct carrier *from = any_stick(fleet), *to = any_stick(fleet);
	struct machine *office = machine_above(fleet, any_below(fleet));
	char path[4096] = "", copy[4096], folder[4096];
	struct buf bytes = BUF_INIT;
	pick_file(fleet, from->dir, path);
	snprintf(copy, sizeof(copy), "%.1000s%.2000s", to->dir, path[0] ? path + strlen(from->dir) : "");
	if (path[0] && from != to && !from->damaged && !to->damaged && !file_exists(copy) &&
	    !file_read(path, 1 << 24, &bytes, &fleet->err)) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(copy, '/') - copy), copy);
		size_t half = (size_t)draw_below(&fleet->draw, bytes.len_bytes + 1);
		to->damaged = true;
		bool there = !file_make_dirs(folder, 0700, &fleet->err) &&
		             !file_write_atomic(copy, bytes.data, half, &fleet->err);
		fleet_trace(fleet, "%zu of %zu bytes of %s arrive", half, bytes.len_bytes, copy);
		if (there)
			act_merge(fleet, office, to, true);
		machine_begins(fleet, office);
		to->damaged = there && file_write_atomic(copy, bytes.data, bytes.len_bytes, &fleet->err);
		if (!fleet->broken && !to->damaged)
			act_merge(fleet, office, to, true);
		fleet->figures[FIGURE_PIECES] += there;
	}
	buf_free(&bytes);
}

static void stick_strikes(struct fleet *fleet)
{
	struct carrier *stick = any_stick(fleet), *other = any_stick(fleet), held;
	switch (draw_below(&fleet->draw, 7)) {
	case 0:
		stick_lost(fleet, stick);
		break;
	case 1: /* swapped: each is taken for the other */
		held = *stick;
		*stick = *other;
		*other = held;
		break;
	case 2:
		stick_copied(fleet, stick, other);
		break;
	case 3:
		damage(fleet, stick);
		break;
	case 4:
		rename_file(fleet, stick);
		break;
	case 5:
		remove_file(fleet, stick);
		break;
	default:
		stick->disk->capacity = draw_percent(&fleet->draw, 50) ? stick->disk->used + draw_below(&fleet->draw, 6000)
		                                                       : UINT64_C(8) << 20;
		fleet->figures[FIGURE_FULL]++;
		break;
	}
}

/* --- copies of whole machines --- */

static void take_image(struct fleet *fleet, struct machine *machine)
{
	struct image *image = &fleet->images[fleet->n_images];
	char name[16];
	int number;
	if (fleet->n_images == IMAGES_MAX)
		return;
	if (draw_percent(&fleet->draw, 70)) /* else while it is open */
		machine_close(fleet, machine);
	snprintf(name, sizeof(name), "image%zu", fleet->n_images++);
	snprintf(image->dir, sizeof(image->dir), DISK_ROOT "/%s/store", name);
	disk_new(name, UINT64_C(1) << 30);
	image->machine = machine->number;
	image->folder = disk_lookup(machine->dir, &number)->number;
	image->must = machine->must;
	memcpy(image->wishes, machine->wishes, sizeof(image->wishes));
	image->n_wishes = machine->n_wishes;
	if (!tree_copy(fleet, machine->dir, image->dir))
		fleet_broken(fleet, "%s cannot be copied", machine->name);
	fleet_trace(fleet, "%s is copied as %s", machine->name, name);
}

static void has_what_image_has(struct machine *machine, const struct image *image)
{
	machine->must = image->must;
	memcpy(machine->wishes, image->wishes, sizeof(machine->wishes));
	machine->n_wishes = image->n_wishes;
}

/* Half of them are copies of whole disks: the folder is the same by its number, too, and only the fence or the level
 * above can tell. */
static void become_folder(struct fleet *fleet, const struct machine *machine, const struct image *image)
{
	int number;
	struct disk_node *node = disk_lookup(machine->dir, &number);
	if (node && draw_percent(&fleet->draw, 50))
		node->number = image->folder;
}

/* The machine's folder becomes that of the image, by files alone. */
static bool put_back(struct fleet *fleet, struct machine *machine, const struct image *image, bool keep_fence)
{
	char fence[4096], kept[4096];
	machine_close(fleet, machine);
	machine_begins(fleet, machine);
	snprintf(fence, sizeof(fence), "%s/fence", machine->dir);
	snprintf(kept, sizeof(kept), DISK_ROOT "/%s/fence", machine->name);
	if (keep_fence && file_copy(fence, kept, &fleet->err))
		keep_fence = false;
	if (!tree_remove(fleet, machine->dir) || !tree_copy(fleet, image->dir, machine->dir) ||
	    (keep_fence && file_copy(kept, fence, &fleet->err))) {
		fleet_broken(fleet, "%s cannot be restored", machine->name);
		return false;
	}
	become_folder(fleet, machine, image);
	has_what_image_has(machine, image);
	machine->set_back = true;
	fleet->figures[FIGURE_RESTORED]++;
	fleet_trace(fleet, "%s is restored by copying %s", machine->name, keep_fence ? "all but the fence" : "files");
	return true;
}

/* The same by a tool: it renews. */
static void restore(struct fleet *fleet, struct machine *machine, const struct image *image)
{
	bool by_tool = draw_percent(&fleet->draw, 40);
	if (!put_back(fleet, machine, image, !by_tool && draw_percent(&fleet->draw, 50)) || !by_tool ||
	    !machine_open(fleet, machine))
		return;
	int code = renew_store(machine->store, "restored", &fleet->err);
	if (code)
		fleet_broken(fleet, "%s cannot be renewed: %s", machine->name, fleet->err.text);
	machine_observe(fleet, machine);
	fleet_trace(fleet, "%s is renewed by the tool", machine->name);
}

static void clone(struct fleet *fleet, const struct image *image)
{
	const struct machine *from = &fleet->machines[image->machine];
	struct machine *copy = from->level == LEVEL_VILLAGE ? machine_new(fleet, from->level, from->region, from->above)
	                                                    : NULL;
	if (!copy)
		return;
	copy->session = from->session;
	copy->newer = from->newer;
	has_what_image_has(copy, image);
	machine_begins(fleet, copy);
	if (!tree_copy(fleet, image->dir, copy->dir))
		fleet_broken(fleet, "%s cannot be copied", from->name);
	become_folder(fleet, copy, image);
	fleet->figures[FIGURE_CLONED]++;
	fleet_trace(fleet, "%s is a second copy of %s", copy->name, from->name);
}

static void image_strikes(struct fleet *fleet)
{
	if (!fleet->n_images || draw_percent(&fleet->draw, 40)) {
		take_image(fleet, any_machine(fleet));
		return;
	}
	const struct image *image = &fleet->images[draw_below(&fleet->draw, fleet->n_images)];
	if (draw_percent(&fleet->draw, 25))
		clone(fleet, image);
	else
		restore(fleet, &fleet->machines[image->machine], image);
}

/* --- foreign writes --- */

bool machine_gets(struct fleet *fleet, struct machine *village, const struct fact *fact)
{
	const struct span none = { NULL, 0 };
	struct machine *above = machine_above(fleet, village);
	struct apply_result result = { 0 };
	machine_begins(fleet, village);
	if (!machine_open(fleet, village) || !machine_open(fleet, above))
		return false;
	const struct store_device *author = store_device_find(above->store, fact->version.device);
	if (!fact_in(&above->must, fact->number) || !author || !author->enrolled ||
	    !strcmp(author->region, village->region))
		return false;
	const struct store_device *known = store_device_find(village->store, author->id);
	struct store_device device = *author;
	int code = 0;
	if (!known || !known->enrolled) { /* as a bundle would introduce it */
		device.self = device.ended = false;
		device.n_blocks = 0;
		code = store_device_put(village->store, &device, &fleet->err);
		code = code ? code : keys_apply(village->store, NULL, &fleet->err);
		code = code ? code : store_rejudge(village->store, NULL, &fleet->err);
	}
	code = code ? code : store_apply(village->store, &fact->canonical, 1, NULL, none, &result, &fleet->err);
	fleet_trace(fleet, "%s gets hold of a record of %s: %d", village->name, author->name, code);
	machine_observe(fleet, village);
	return true;
}

/* Whatever a village writes to a resident of another one must not count. */
static void foreign_strikes(struct fleet *fleet)
{
	struct machine *village = any_village(fleet);
	for (int i = 0; i < 12 && fleet->n_facts && !fleet->broken; i++) {
		const struct fact *fact = &fleet->facts[draw_below(&fleet->draw, fleet->n_facts)];
		if (!fact->entry.record.seq && !fact->entry.subject.seq && machine_gets(fleet, village, fact))
			return;
	}
}

/* --- clocks and disks --- */

static void clock_strikes(struct fleet *fleet)
{
	static const int64_t jumps[] = { 0, 90000, -90000, 31536000, -315360000, 1262304000, -1795000000,
		                         -1, 1, 3600 };
	struct machine *machine = any_machine(fleet);
	machine->clock = jumps[draw_below(&fleet->draw, sizeof(jumps) / sizeof(*jumps))];
	fleet_trace(fleet, "the clock of %s is wrong by %lld s", machine->name, (long long)machine->clock);
}

static void disk_strikes(struct fleet *fleet)
{
	struct disk *disk = any_machine(fleet)->disk;
	bool full = disk->capacity < UINT64_C(256) << 20;
	disk->capacity = full ? UINT64_C(256) << 20 : disk->used + draw_below(&fleet->draw, 3000000);
	fleet->figures[FIGURE_FULL]++;
	fleet_trace(fleet, "the disk of %s %s", disk->name, full ? "has room again" : "is full");
}

void luck_strikes(struct fleet *fleet)
{
	switch (draw_below(&fleet->draw, 10)) {
	case 0:
	case 1:
	case 2:
		stick_strikes(fleet);
		break;
	case 3:
	case 4:
	case 5:
		image_strikes(fleet);
		break;
	case 6:
		clock_strikes(fleet);
		break;
	case 7:
	case 8:
		foreign_strikes(fleet);
		break;
	default:
		disk_strikes(fleet);
		break;
	}
}
