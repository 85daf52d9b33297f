/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is there, and how their processes begin and end. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "care/concern.h"
#include "care/link.h"
#include "care/move.h"
#include "db/maintain.h"
#include "lib/file.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/engine_memory.h"
#include "tests/fleet/fleet.h"

#define DISK_BYTES (UINT64_C(256) << 20)
#define STICK_BYTES (UINT64_C(8) << 20)
#define START_SECONDS INT64_C(1795000000) /* November 2026 */
#define PASSWORD "correct horse"

/* --- telling --- */

__attribute__((format(printf, 2, 0)))
static void line(struct fleet *fleet, const char *fmt, va_list args)
{
	printf("# seed %llu step %u: ", (unsigned long long)fleet->seed, fleet->step);
	vprintf(fmt, args);
	putchar('\n');
}

void fleet_trace(struct fleet *fleet, const char *fmt, ...)
{
	va_list args;
	if (!fleet->trace)
		return;
	va_start(args, fmt);
	line(fleet, fmt, args);
	va_end(args);
}

void fleet_broken(struct fleet *fleet, const char *fmt, ...)
{
	va_list args;
	if (fleet->broken)
		return;
	fleet->broken = true;
	va_start(args, fmt);
	vsnprintf(fleet->why, sizeof(fleet->why), fmt, args);
	va_end(args);
	fleet_trace(fleet, "BROKEN: %s", fleet->why);
}

/* --- who --- */

struct machine *any_machine(struct fleet *fleet)
{
	return &fleet->machines[draw_below(&fleet->draw, fleet->n_machines)];
}

struct machine *any_village(struct fleet *fleet)
{
	for (;;) {
		struct machine *machine = any_machine(fleet);
		if (machine->level == LEVEL_VILLAGE)
			return machine;
	}
}

/* A township in a quarter of the cases where there is a county. */
struct machine *any_below(struct fleet *fleet)
{
	if (fleet->machines[0].level != LEVEL_COUNTY || draw_percent(&fleet->draw, 75))
		return any_village(fleet);
	for (;;) {
		struct machine *machine = any_machine(fleet);
		if (machine->level == LEVEL_TOWNSHIP)
			return machine;
	}
}

struct carrier *any_stick(struct fleet *fleet)
{
	return &fleet->sticks[draw_below(&fleet->draw, fleet->n_sticks)];
}

/* --- processes --- */

void machine_begins(struct fleet *fleet, struct machine *machine)
{
	disk_process_begins();
	calls_set_clock(fleet->now + machine->clock);
}

/* Of all tables behind the screens only those that moves and links need: the others would cost most of the time. */
static bool register_tables(struct fleet *fleet, struct machine *machine)
{
	static const struct deriver derivers[] = {
		{ .name = "link", .version = 1, .derive = link_derive },
		{ .name = "moving", .version = 1, .derive = move_derive },
		{ .name = "concern", .version = 1, .derive = concern_derive },
	};
	for (size_t i = 0; i < sizeof(derivers) / sizeof(*derivers); i++) {
		int code = store_register(machine->store, &derivers[i], NULL, &fleet->err);
		if (!code)
			continue;
		if (!disk_process_ended() && code != ERR_NOSPACE)
			fleet_broken(fleet, "%s cannot derive its tables: %s", machine->name, fleet->err.text);
		store_close(machine->store);
		machine->store = NULL;
		return false;
	}
	return true;
}

bool machine_open(struct fleet *fleet, struct machine *machine)
{
	if (machine->store)
		return true;
	int code = store_open(&machine->store, machine->dir, &machine->session, fleet->forms, 0, &fleet->err);
	if (code) {
		machine->store = NULL;
		if (!disk_process_ended() && code != ERR_NOSPACE)
			fleet_broken(fleet, "%s cannot be opened: %s", machine->name, fleet->err.text);
		return false;
	}
	sync_register(machine->store);
	if (fleet->moves && !register_tables(fleet, machine))
		return false;
	machine->seen_commits = 0;
	if (machine->store->repaired.len_bytes)
		fleet_trace(fleet, "%s: %s", machine->name, buf_text(&machine->store->repaired));
	if (!disk_process_ended())
		machine_observe(fleet, machine);
	return !fleet->broken;
}

void machine_close(struct fleet *fleet, struct machine *machine)
{
	if (!machine->store)
		return;
	machine_observe(fleet, machine);
	store_close(machine->store);
	machine->store = NULL;
}

bool machine_ended(struct fleet *fleet, struct machine *machine, bool power, struct carrier *stick)
{
	if (!disk_process_ended())
		return false;
	store_close(machine->store);
	machine->store = NULL;
	if (calls_open_handles()) { /* of the other machines */
		size_t open = 0;
		for (size_t i = 0; i < fleet->n_machines; i++)
			open += fleet->machines[i].store != NULL;
		if (!open)
			fleet_broken(fleet, "%s left files open", machine->name);
	}
	fleet->figures[power ? FIGURE_POWER : FIGURE_ENDED]++;
	fleet_trace(fleet, "%s: %s", machine->name, power ? "the power goes away" : "the process ends");
	if (power)
		disk_cut(machine->disk);
	if (power && stick)
		disk_cut(stick->disk);
	disk_process_begins();
	return true;
}

/* --- folders --- */

static bool copy_file(struct fleet *fleet, const char *from, const char *to)
{
	struct buf bytes = BUF_INIT;
	int code = file_read(from, SIZE_MAX / 2, &bytes, &fleet->err);
	int fd = code ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	bool good = fd >= 0 && (!bytes.len_bytes ||
	                        write(fd, bytes.data, bytes.len_bytes) == (ssize_t)bytes.len_bytes) && !fsync(fd);
	if (fd >= 0)
		close(fd);
	buf_free(&bytes);
	return good;
}

bool tree_copy(struct fleet *fleet, const char *from, const char *to)
{
	bool good = !file_make_dirs(to, 0700, &fleet->err);
	DIR *dir = opendir(from);
	for (struct dirent *entry; good && dir && (entry = readdir(dir));) {
		char a[4096], b[4096];
		struct stat st;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || !strcmp(entry->d_name, "ballast"))
			continue;
		snprintf(a, sizeof(a), "%s/%s", from, entry->d_name);
		snprintf(b, sizeof(b), "%s/%s", to, entry->d_name);
		good = !lstat(a, &st) && (S_ISDIR(st.st_mode) ? tree_copy(fleet, a, b) : copy_file(fleet, a, b));
	}
	if (dir)
		closedir(dir);
	return good && dir;
}

bool tree_remove(struct fleet *fleet, const char *path)
{
	return !file_remove_tree(path, &fleet->err);
}

/* --- making a world --- */

struct carrier *stick_new(struct fleet *fleet)
{
	struct carrier *stick = &fleet->sticks[fleet->n_sticks];
	char name[16];
	if (fleet->n_sticks == STICKS_MAX)
		return &fleet->sticks[draw_below(&fleet->draw, STICKS_MAX)];
	memset(stick, 0, sizeof(*stick));
	snprintf(name, sizeof(name), "stick%zu", fleet->n_sticks++);
	snprintf(stick->dir, sizeof(stick->dir), DISK_ROOT "/%s", name);
	stick->disk = disk_new(name, STICK_BYTES);
	return stick;
}

struct machine *machine_new(struct fleet *fleet, enum level level, const char *region, size_t above)
{
	static const char letters[LEVEL_N] = { [LEVEL_VILLAGE] = 'v', [LEVEL_TOWNSHIP] = 't', [LEVEL_COUNTY] = 'c' };
	struct machine *machine = &fleet->machines[fleet->n_machines];
	char name[16];
	if (fleet->n_machines == MACHINES_MAX)
		return NULL;
	memset(machine, 0, sizeof(*machine));
	machine->number = fleet->n_machines++;
	machine->level = level;
	machine->above = above == SIZE_MAX ? machine->number : above;
	memcpy(machine->region, region, strlen(region) + 1);
	snprintf(name, sizeof(name), "%c%u", letters[level], (unsigned)machine->number);
	memcpy(machine->name, name, sizeof(name));
	snprintf(machine->dir, sizeof(machine->dir), DISK_ROOT "/%s/store", name);
	machine->disk = disk_new(name, DISK_BYTES);
	return machine;
}

bool machine_make_store(struct fleet *fleet, struct machine *machine)
{
	char recovery[RECOVERY_CODE_BYTES];
	const struct store_params params = {
		.level = machine->level, .name = machine->name, .region = machine->region,
		.operator_name = "li", .display_name = "李医生", .password = PASSWORD, .no_encrypt = true };
	machine_begins(fleet, machine);
	if (store_create(machine->dir, &params, recovery, &fleet->err) ||
	    account_unlock(machine->dir, "li", PASSWORD, &machine->session, &fleet->err)) {
		fleet_broken(fleet, "%s cannot be made: %s", machine->name, fleet->err.text);
		return false;
	}
	return machine_open(fleet, machine);
}

struct shape { size_t n_townships, n_villages; bool county; };

/* Small worlds mostly: they cost least and break soonest. One in 200 is the whole fleet. */
static struct shape draw_shape(struct draw *draw)
{
	uint64_t size = draw_below(draw, 200);
	struct shape shape = { .n_townships = draw_percent(draw, 15) ? 2 : 1, .n_villages = 1 + draw_below(draw, 3) };
	shape.county = draw_percent(draw, shape.n_townships > 1 ? 60 : 25);
	if (size == 0)
		return (struct shape){ 2, 20, true };
	if (size < 8)
		shape.n_villages = 4 + draw_below(draw, 5);
	return shape;
}

static struct machine *make_office(struct fleet *fleet, enum level level, const char *region, size_t above)
{
	struct machine *office = machine_new(fleet, level, region, above);
	if (!machine_make_store(fleet, office))
		return NULL;
	if (has_above(office))
		act_enrol(fleet, office);
	return fleet->broken ? NULL : office;
}

static void make_villages(struct fleet *fleet, size_t township, size_t n)
{
	char region[REGION_BYTES], start[REGION_BYTES];
	snprintf(start, sizeof(start), "%s", fleet->machines[township].region);
	for (size_t v = 0; v < n && !fleet->broken; v++) {
		size_t n_machines = draw_percent(&fleet->draw, 15) ? 2 : 1;
		snprintf(region, sizeof(region), "%.9s%03u", start, (unsigned)(201 + v) % 1000);
		for (size_t i = 0; i < n_machines && !fleet->broken; i++) {
			struct machine *village = machine_new(fleet, LEVEL_VILLAGE, region, township);
			village->newer = draw_percent(&fleet->draw, 25);
			if (machine_make_store(fleet, village))
				act_enrol(fleet, village);
		}
	}
}

void fleet_begin(struct fleet *fleet, uint64_t seed, const struct form_set *forms)
{
	pool_reset();
	disk_begin(seed ^ UINT64_C(0x6469736b));
	calls_begin();
	engine_memory_begin();
	fleet->seed = seed;
	fleet->draw.state = seed;
	fleet->trial.state = seed ^ UINT64_C(0x747269616c);
	fleet->tried = draw_percent(&fleet->trial, 33);
	fleet->forms = forms;
	fleet->now = START_SECONDS;
	fleet->step = 0;
	fleet->n_machines = fleet->n_sticks = fleet->n_images = fleet->n_facts = 0;
	fleet->broken = false;
	fleet->facts = pool_alloc(FACTS_MAX * sizeof(*fleet->facts));
	fleet->fact_slots = pool_alloc(2 * FACTS_MAX * sizeof(*fleet->fact_slots));
	memset(fleet->calls, 0, sizeof(fleet->calls));
	memset(fleet->commits, 0, sizeof(fleet->commits));
	arena_reset(&fleet->entries);

	fleet->moves = draw_percent(&fleet->draw, 40);
	const struct shape shape = draw_shape(&fleet->draw);
	struct machine *county = shape.county ? make_office(fleet, LEVEL_COUNTY, "430599", SIZE_MAX) : NULL;
	for (size_t t = 0; t < shape.n_townships && !fleet->broken; t++) {
		char region[REGION_BYTES];
		snprintf(region, sizeof(region), "430599%03u", (unsigned)(101 + t) % 1000);
		struct machine *township =
			make_office(fleet, LEVEL_TOWNSHIP, region, county ? county->number : SIZE_MAX);
		if (township)
			make_villages(fleet, township->number, t ? shape.n_villages / 2
			              : shape.n_villages - shape.n_villages / 2 * (shape.n_townships - 1));
	}
	size_t n_sticks = 1 + draw_below(&fleet->draw, 3);
	for (size_t i = 0; i < n_sticks; i++)
		stick_new(fleet);
	fleet->n_steps = 20 + (unsigned)draw_below(&fleet->draw, 40) + 4 * (unsigned)shape.n_villages;
	fleet_trace(fleet, "%s%zu townships, %zu machines, %zu sticks, %u steps",
	            county ? "a county, " : "", shape.n_townships, fleet->n_machines,
	            fleet->n_sticks, fleet->n_steps);
}

void fleet_end(struct fleet *fleet)
{
	disk_process_begins();
	for (size_t i = 0; i < fleet->n_machines; i++) {
		store_close(fleet->machines[i].store);
		fleet->machines[i].store = NULL;
	}
}
