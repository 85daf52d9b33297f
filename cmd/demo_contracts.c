/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Family-doctor contracts with their service packages, what was promised in them, and what was done. */
#include "config.h"
#include "cmd/demo_life.h"

#include <string.h>

/* group and package of the contract, the promised service and how often a year */
static const struct promise {
	const char *group, *package, *item;
	int times;
} promises[] = {
	{ "02", "8", "19", 2 }, { "03", "2", "15", 1 },  { "04", "3", "10", 4 }, { "05", "4", "12", 4 },
	{ "06", "5", "13", 4 }, { "13", "10", "21", 4 },
};
enum { PROMISES = sizeof(promises) / sizeof(*promises) };

static bool is_promised(const struct demo_life *life, size_t promise)
{
	const bool groups[PROMISES] = { life->age < 7, life->age >= ELDERLY, life->hypertension, life->diabetes,
		                        life->mental, life->category != 0 };

	return groups[promise];
}

static void sign(struct demo_life *life, date_t on)
{
	char groups[32] = "", packages[32] = "1";

	for (size_t i = 0; i < PROMISES; i++)
		if (is_promised(life, i)) {
			strcat(strcat(groups, *groups ? " " : ""), promises[i].group);
			strcat(strcat(packages, " "), promises[i].package);
		}
	demo_add(life, "contract", on, DEMO_PAIRS({ "groups", *groups ? groups : "10" }, { "packages", packages },
		{ "signed_date", demo_day(life, on) }, { "start_date", demo_day(life, on) }));
	life->contract = life->n - 1;
	life->signed_up = on > date_today() - 330;
}

void demo_contracts(struct demo_life *life)
{
	bool key = life->hypertension || life->diabetes || life->mental || life->category || life->age >= ELDERLY ||
	           life->age < 7;
	int year, last_year, month, day;

	date_split(life->from, &year, &month, &day);
	date_split(date_today(), &last_year, &month, &day);
	if (!demo_chance(life->dice, key ? 88 : 50))
		return;
	for (; !life->rc && year <= last_year; year++) {
		date_t on = date_make(year, 1, 5) + (date_t)demo_draw(life->dice, 50);
		if (demo_within(life, on) && demo_chance(life->dice, 95))
			sign(life, on);
	}
}

/* Of the contract in force: how much was done of what was promised to the groups that need most. */
static void keep(struct demo_life *life, const struct promise *promise, const char *contract, date_t since)
{
	int quarters = (int)(date_today() - since) / 80;
	int done = promise->times > 1 ? (quarters < promise->times ? quarters : promise->times) : quarters > 0;

	if (done && demo_chance(life->dice, 22))
		done--;
	demo_add(life, "contract_item", since, DEMO_PAIRS({ "contract", contract }, { "item", promise->item },
		{ "planned", demo_number(life, promise->times) }, { "done", demo_number(life, done) },
		{ "due", demo_day(life, since + 360) }));
	if (done && demo_chance(life->dice, 40))
		demo_add(life, "service_log", demo_days(life, since, life->last), DEMO_PAIRS(
			{ "contract", contract }, { "item", promise->item }));
}

void demo_fulfil(struct demo_life *life)
{
	date_t since = date_today() - 330 > life->from ? date_today() - 330 : life->from;

	if (life->rc || !life->contract || !life->signed_up || since >= life->last)
		return;
	const char *contract = demo_version(life, life->contract);
	for (size_t i = 0; i < PROMISES; i++)
		if (is_promised(life, i))
			keep(life, &promises[i], contract, since);
	if (demo_chance(life->dice, 5))
		demo_add(life, "satisfaction", demo_days(life, since, life->last),
		         DEMO_PAIRS({ "contract", contract }));
}
