/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole invented township: its store and its villages', enrolled, filled and merged as on a stick. */
#include "config.h"
#include "cmd/demo_township.h"

#include <stdio.h>
#include <string.h>
#include "care/care.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static const char *const village_names[] = { "甲村", "乙村", "丙村", "丁村", "戊村",
	                                     "己村", "庚村", "辛村", "壬村", "癸村" };
enum { NAMES = sizeof(village_names) / sizeof(*village_names) };

struct site {
	char dir[SYNC_PATH_BYTES], name[SITE_NAME_BYTES], region[REGION_BYTES];
	enum level level;
};

static int site_of(const struct demo_township *t, long village, struct site *site, struct error *err)
{
	char folder[32];
	long turn = village ? (village - 1) / NAMES : 0;

	site->level = village ? LEVEL_VILLAGE : LEVEL_TOWNSHIP;
	if (village == 0) {
		snprintf(site->name, sizeof(site->name), "示范镇卫生院");
		snprintf(site->region, sizeof(site->region), "430599101");
		return path_join(site->dir, sizeof(site->dir), t->dir, "township", err);
	}
	snprintf(site->region, sizeof(site->region), "430599101%03u", (unsigned)(200 + village) % 1000u);
	if (turn)
		snprintf(site->name, sizeof(site->name), "%s%ld组卫生室", village_names[(village - 1) % NAMES],
		         turn + 1);
	else
		snprintf(site->name, sizeof(site->name), "%s卫生室", village_names[(village - 1) % NAMES]);
	snprintf(folder, sizeof(folder), "village-%02ld", village);
	return path_join(site->dir, sizeof(site->dir), t->dir, folder, err);
}

static int make_site(const struct demo_township *t, const struct site *site, struct error *err)
{
	const struct store_params params = {
		.level = site->level,
		.name = site->name,
		.region = site->region,
		.operator_name = t->operator_name,
		.display_name = t->operator_name,
		.password = t->password,
		.no_encrypt = t->no_encrypt,
	};
	char recovery[RECOVERY_CODE_BYTES];
	int rc = store_create(site->dir, &params, recovery, err);

	crypto_wipe(recovery, sizeof(recovery));
	return rc;
}

static int open_site(const struct demo_township *t, const struct site *site, struct store **out,
                     struct error *err)
{
	struct session session;
	int rc = account_unlock(site->dir, t->operator_name, t->password, &session, err);

	*out = NULL;
	if (!rc)
		rc = store_open(out, site->dir, &session, t->forms, STORE_WAIT, err);
	session_end(&session);
	if (!rc)
		rc = care_register(*out, NULL, err);
	if (!rc)
		sync_register(*out);
	return rc;
}

/* Both places are made here, in one folder. */
static bool is_ours(void *arg, const struct import_offer *offer)
{
	(void)arg;
	(void)offer;
	return true;
}

/* The village's request goes up, the answer comes back. */
static int enrol(struct store *township, struct store *village, const struct site *site, struct error *err)
{
	char request_path[SYNC_PATH_BYTES], answer_path[SYNC_PATH_BYTES];
	struct arena arena = ARENA_INIT;
	struct enrol_request request;
	struct import_report report;
	const struct import_ask trust = { is_ours, NULL };
	int rc = path_join(request_path, sizeof(request_path), site->dir, "request.xyr", err);

	if (!rc)
		rc = enrol_write_request(village, request_path, err);
	if (!rc)
		rc = enrol_read_request(&request, request_path, err);
	if (!rc)
		rc = enrol_accept(township, &request, false, answer_path, err);
	if (!rc)
		rc = sync_import(village, answer_path, &arena, &trust, &report, err);
	arena_free(&arena);
	return rc;
}

static int fill_village(const struct demo_township *t, struct store *township, long number,
                        struct demo_totals *totals, struct progress *progress, struct error *err)
{
	struct demo_plan plan = t->plan;
	struct export_report report;
	struct store *village = NULL;
	char stick[SYNC_PATH_BYTES];
	struct site site;
	int rc = site_of(t, number, &site, err);

	plan.village = (uint32_t)number;
	if (!rc)
		rc = path_join(stick, sizeof(stick), t->dir, "stick", err);
	if (!rc)
		rc = make_site(t, &site, err);
	if (!rc)
		rc = open_site(t, &site, &village, err);
	if (!rc)
		rc = enrol(township, village, &site, err);
	if (!rc)
		rc = demo_fill(village, &plan, totals, progress, err);
	if (!rc)
		rc = sync_export(village, stick, progress, &report, err);
	store_close(village);
	return rc ? error_prefix(err, "%s", site.name) : 0;
}

static int import_receipts(const struct demo_township *t, const char *stick, long number, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct import_report report;
	struct store *village = NULL;
	struct site site;
	int rc = site_of(t, number, &site, err);

	if (!rc)
		rc = open_site(t, &site, &village, err);
	if (!rc)
		rc = sync_import(village, stick, &arena, NULL, &report, err);
	store_close(village);
	arena_free(&arena);
	return rc ? error_prefix(err, "%s", site.name) : 0;
}

int demo_township(const struct demo_township *t, struct demo_totals *totals, struct progress *progress,
                  struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct store *township = NULL;
	struct merge_report merged;
	char stick[SYNC_PATH_BYTES];
	struct site site;
	int rc = file_make_dirs(t->dir, 0700, err);

	if (!rc)
		rc = path_join(stick, sizeof(stick), t->dir, "stick", err);
	if (!rc)
		rc = file_make_dirs(stick, 0700, err);
	if (!rc)
		rc = site_of(t, 0, &site, err);
	if (!rc)
		rc = make_site(t, &site, err);
	if (!rc)
		rc = open_site(t, &site, &township, err);
	for (long i = 1; !rc && i <= t->villages; i++)
		rc = fill_village(t, township, i, totals, progress, err);
	if (!rc)
		rc = sync_merge(township, stick, &arena, progress, &merged, err);
	store_close(township);
	for (long i = 1; !rc && i <= t->villages; i++)
		rc = import_receipts(t, stick, i, err);
	arena_free(&arena);
	return rc;
}
