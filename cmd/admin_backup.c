/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/admin.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "db/backup.h"
#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/sync.h"

static const struct cli_command command = {
	"backup", "DIR", 1, 1, N_("write the whole store into one encrypted file"), NULL
};

/* DIR/xiangyi-REGION-YYYYMMDD-HHMMSS.xyk, a name that is free. */
static int name_file(struct store *store, const char *dir, char path[SYNC_PATH_BYTES], struct error *err)
{
	char name[96], stamp[32];
	struct store_info info;
	struct stat st;
	struct tm tm;
	time_t now = time(NULL);
	int rc = store_info_get(store, &info, err);

	if (!rc && (stat(dir, &st) || !S_ISDIR(st.st_mode)))
		rc = error_set(err, ERR_NOTFOUND, _("%s is no folder"), dir);
	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	snprintf(name, sizeof(name), "xiangyi-%s-%s.xyk", info.self.region, stamp);
	rc = rc ? rc : path_join(path, SYNC_PATH_BYTES, dir, name, err);
	for (int i = 2; !rc && file_exists(path); i++) {
		snprintf(name, sizeof(name), "xiangyi-%s-%s-%d.xyk", info.self.region, stamp, i);
		rc = path_join(path, SYNC_PATH_BYTES, dir, name, err);
	}
	return rc;
}

void admin_print_backup(struct json *json, const struct backup_facts *facts)
{
	char day[DATE_TEXT_BYTES];

	json_text(json, "name", facts->name);
	json_text(json, "region", facts->region);
	json_text(json, "made", date_format(date_of_seconds(facts->wall), day));
	json_number(json, "entries", (long long)facts->entries);
	json_number(json, "devices", (long long)facts->devices);
	json_number(json, "values", (long long)facts->values);
	json_number(json, "files", (long long)facts->files);
}

static void print_done(bool as_json, const char *path, const struct backup_facts *facts)
{
	struct json json;

	if (!as_json) {
		printf(_("Backup written and read back: %s\n"), path);
		printf(_("%llu entries, %llu bytes. It opens with the passwords or the recovery code of today.\n"),
		       (unsigned long long)facts->entries, (unsigned long long)facts->bytes);
		return;
	}
	json_begin(&json, stdout);
	json_object(&json, NULL);
	json_text(&json, "path", path);
	json_number(&json, "bytes", (long long)facts->bytes);
	admin_print_backup(&json, facts);
	json_end(&json, '}');
	putchar('\n');
}

int admin_backup(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const struct cli_option options[] = { CMD_OPTIONS(&common) };
	char path[SYNC_PATH_BYTES];
	struct backup_facts facts;
	struct progress_bar bar;
	struct cmd_store opened;
	struct cli_args args;
	struct error err = { 0 };
	int rc = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options), &command, &err);

	if (rc == 1)
		return 0;
	if (!rc)
		rc = cmd_open(&opened, &common, &err);
	if (rc)
		return cli_fail(&err);
	progress_bar_begin(&bar);
	rc = name_file(opened.store, args.operands[0], path, &err);
	if (!rc)
		rc = store_backup(opened.store, path, &bar.progress, &facts, &err);
	progress_bar_end(&bar);
	cmd_close(&opened);
	if (rc)
		return cli_fail(&err);
	print_done(common.json, path, &facts);
	return 0;
}
