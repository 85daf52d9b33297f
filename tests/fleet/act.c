/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What travels: bundles, answers, requests. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lib/date.h"
#include "lib/file.h"
#include "sync/export.h"
#include "sync/renew.h"
#include "tests/fleet/fleet.h"

enum { PAPER_BYTES = 8192 };

/* A bundle that is small enough for QR codes, put on the stick by hand as whoever has read them does. */
static int export_as_paper(struct fleet *fleet, struct machine *machine, const struct carrier *stick,
                           struct export_report *report)
{
	struct buf bytes = BUF_INIT;
	char folder[SYNC_PATH_BYTES];
	int code = sync_export_small(machine->store, PAPER_BYTES, &bytes, &report->nothing_new, &fleet->err);
	if (!code && !report->nothing_new) {
		snprintf(folder, sizeof(folder), "%s/XIANGYI/%s", stick->dir, machine->region);
		snprintf(report->path, sizeof(report->path), "%.4000s/9%07u.XYB", folder, fleet->step);
		code = file_make_dirs(folder, 0700, &fleet->err);
		code = code ? code : file_write_atomic(report->path, bytes.data, bytes.len_bytes, &fleet->err);
		report->files = !code;
	}
	buf_free(&bytes);
	return code;
}

/* Mostly as people do it; sometimes every chunk in a file of its own, or without a stick. */
static int export_some_way(struct fleet *fleet, struct machine *machine, const struct carrier *stick, bool bad_luck,
                           struct export_report *report)
{
	uint64_t how = bad_luck ? draw_below(&fleet->draw, 100) : 99;
	memset(report, 0, sizeof(*report));
	if (how < 15)
		return sync_export_parts(machine->store, stick->dir, 1, NULL, report, &fleet->err);
	if (how < 22)
		return export_as_paper(fleet, machine, stick, report);
	return sync_export(machine->store, stick->dir, NULL, report, &fleet->err);
}

void act_export(struct fleet *fleet, struct machine *machine, struct carrier *stick, bool bad_luck)
{
	static const int allowed[] = { ERR_STRANGER, ERR_UNSURE, ERR_LIMIT, 0 };
	struct export_report report;
	if (!fault_begin(fleet, machine, bad_luck))
		return;
	struct luck luck = fault_draw(fleet, KIND_EXPORT, stick, bad_luck);
	int code = export_some_way(fleet, machine, stick, bad_luck, &report);
	bool io = stick->disk->calls_left >= 0 || stick->disk->read_only || stick->disk->honest;
	fleet_trace(fleet, "%s exports %llu to %s: %d %s", machine->name, (unsigned long long)report.entries,
	            stick->disk->name, code, code ? fleet->err.text : "");
	if (fault_settle(fleet, machine, KIND_EXPORT, &luck))
		return;
	fault_allow(fleet, machine, "exporting", code, io || stick_is_tight(stick), allowed);
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

static void trace_refusals(struct fleet *fleet, const struct merge_report *report)
{
	for (size_t i = 0; i < report->n_files; i++)
		if (report->files[i].error.code)
			fleet_trace(fleet, "refused %s: %s", report->files[i].path, report->files[i].error.text);
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
		if (code && code != ERR_STRANGER && code != ERR_RECIPIENT && code != ERR_UNSURE && !stick->damaged &&
		    !(code == ERR_SIGNATURE && fleet->tried) &&
		    !stick->disk->honest && !(code == ERR_NOSPACE && fault_is_full(machine)) &&
		    !(code == ERR_DENIED && !all_certificates_count(fleet, machine)))
			fleet_broken(fleet, "%s refuses a whole file: %s: %s", machine->name, file->path,
			             file->error.text);
	}
}

bool act_merge(struct fleet *fleet, struct machine *township, struct carrier *stick, bool bad_luck)
{
	static const int allowed[] = { ERR_NOTFOUND, ERR_INVALID, 0 };
	struct merge_report report;
	if (!fault_begin(fleet, township, bad_luck))
		return false;
	struct luck luck = fault_draw(fleet, KIND_MERGE, stick, bad_luck);
	arena_reset(&fleet->arena);
	int code = sync_merge(township->store, stick->dir, &fleet->arena, NULL, &report, &fleet->err);
	bool io = stick->disk->calls_left >= 0 || stick->disk->read_only || stick->disk->honest;
	fleet_trace(fleet, "%s merges %s: %d, %zu files, %llu new, %llu known %s", township->name, stick->disk->name,
	            code, report.n_files, (unsigned long long)report.total.fresh,
	            (unsigned long long)report.total.known, code ? fleet->err.text : "");
	trace_refusals(fleet, &report);
	if (!io && !disk_process_ended())
		check_refusals(fleet, township, stick, &report);
	if (fault_settle(fleet, township, KIND_MERGE, &luck))
		return false;
	fault_allow(fleet, township, "merging", code, io || stick_is_tight(stick), allowed);
	fleet->figures[FIGURE_MERGED] += report.total.fresh;
	fleet->figures[FIGURE_CONFLICTS] += report.total.conflicts;
	fleet->figures[FIGURE_QUARANTINED] += report.total.quarantined;
	fleet->figures[FIGURE_FORKS] += report.total.forks;
	machine_observe(fleet, township);
	return true;
}

void act_reply(struct fleet *fleet, struct machine *office, const struct machine *below, struct carrier *stick)
{
	static const int allowed[] = { ERR_NOTFOUND, 0 };
	const struct reply_ask ask = { .region = below->region, .dir = stick->dir };
	struct reply_report report;
	if (!fault_begin(fleet, office, false))
		return;
	int code = sync_reply(office->store, &ask, NULL, &report, &fleet->err);
	fleet_trace(fleet, "%s answers %s by hand: %d", office->name, below->region, code);
	fault_allow(fleet, office, "an answer by hand", code, stick_is_tight(stick), allowed);
	machine_observe(fleet, office);
}

bool act_import(struct fleet *fleet, struct machine *machine, struct carrier *stick, bool bad_luck)
{
	const int allowed[] = { ERR_NOTFOUND, ERR_STRANGER, ERR_RECIPIENT, ERR_UNSURE, fleet->tried ? ERR_SIGNATURE : 0,
		                0 };
	struct import_report report;
	if (!fault_begin(fleet, machine, bad_luck))
		return false;
	struct luck luck = fault_draw(fleet, KIND_IMPORT, stick, bad_luck);
	arena_reset(&fleet->arena);
	int code = sync_import(machine->store, stick->dir, &fleet->arena, NULL, &report, &fleet->err);
	bool io = stick->damaged || stick->disk->calls_left >= 0 || stick->disk->honest;
	fleet_trace(fleet, "%s imports %s: %d, %llu held, %llu missing%s %s", machine->name, stick->disk->name, code,
	            (unsigned long long)report.held, (unsigned long long)report.missing,
	            report.tripwire ? ", a second copy" : "", code ? fleet->err.text : "");
	if (fault_settle(fleet, machine, KIND_IMPORT, &luck))
		return false;
	if (!stick->damaged)
		fault_allow(fleet, machine, "importing", code, io, allowed);
	fleet->figures[FIGURE_IMPORTED] += !code;
	fleet->figures[FIGURE_RETURNED] += report.returned;
	fleet->figures[FIGURE_RENEWED] += !code && report.tripwire;
	machine_observe(fleet, machine);
	return !code;
}

/* --- enrolling --- */

bool machine_is_member(struct fleet *fleet, struct machine *machine)
{
	struct machine *above = machine_above(fleet, machine);
	struct store_info own, upper_info;
	struct store_device upper;
	if (!machine->store || !above->store || store_info_get(machine->store, &own, &fleet->err) ||
	    store_info_get(above->store, &upper_info, &fleet->err) ||
	    peer_upper(machine->store, &own, &upper, &fleet->err))
		return false;
	const struct store_device *known = store_device_find(above->store, own.self.id);
	return known && known->enrolled && !known->ended && certificate_counts(fleet, above, known) &&
	       !memcmp(upper.id, upper_info.self.id, DEVICE_ID_BYTES);
}

/* A new installation needs new keys when the old ones were ended. False: it cannot get any now. */
static bool replace_ended_key(struct fleet *fleet, struct machine *machine)
{
	struct machine *above = machine_above(fleet, machine);
	struct store_info own;
	const struct store_device *known =
		store_info_get(machine->store, &own, &fleet->err) ? NULL : store_device_find(above->store, own.self.id);
	if (!known || !known->ended)
		return true;
	static const int none[] = { 0 };
	machine_begins(fleet, machine);
	int code = renew_store(machine->store, "its key was ended", &fleet->err);
	fleet_trace(fleet, "%s gets new keys: %d", machine->name, code);
	return fault_allow(fleet, machine, "new keys", code, false, none) && !code;
}

/* The words were compared. */
static bool say_yes(void *arg, const struct import_offer *offer)
{
	(void)arg, (void)offer;
	return true;
}

void act_enrol(struct fleet *fleet, struct machine *machine)
{
	struct machine *above = machine_above(fleet, machine);
	const struct import_ask trust = { .ask = say_yes };
	struct enrol_request request;
	struct import_report report;
	char path[SYNC_PATH_BYTES], answer[SYNC_PATH_BYTES];
	if (!fault_begin(fleet, machine, false) || !fault_begin(fleet, above, false) || machine_is_member(fleet, machine) ||
	    !replace_ended_key(fleet, machine))
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
	if (!(code == ERR_NOSPACE && fault_is_full(above)))
		fault_allow(fleet, machine, "enrolling", code, false, none);
	machine_observe(fleet, machine);
	machine_observe(fleet, above);
}
