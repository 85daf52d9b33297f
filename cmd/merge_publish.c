/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/merge_cmd.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/signed.h"

/* DIR/xiangyi-NUMBER.xyp: the bytes that answers carry, and their signature. */
static int write_signed(struct store *store, const char *dir, uint64_t number, struct error *err)
{
	char path[SYNC_PATH_BYTES], name[64];
	struct buf bytes = BUF_INIT;
	struct self self;
	snprintf(name, sizeof(name), "xiangyi-%" PRIu64 ".xyp", number);
	int code = path_join(path, sizeof(path), dir, name, err);
	if (!code)
		code = package_section(store_dir(store), &bytes, err);
	if (!code)
		code = file_write_atomic(path, bytes.data, bytes.len_bytes, err);
	if (!code && !(code = self_begin(store, &self, err))) {
		code = signed_write(store, &self, path, err);
		self_end(&self);
	}
	buf_free(&bytes);
	return code;
}

int merge_publish_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	const char *to = NULL;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "to", CLI_TEXT, "DIR", N_("also write them there as one file, signed for minisign"), &to },
	};
	struct cli_args args;
	struct cmd_store opened;
	struct package_report report;
	struct arena arena = ARENA_INIT;
	struct error err;
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_PUBLISH], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (cmd_open(&opened, &common, &err))
		return cli_fail(&err);
	code = package_publish(cmd_store_dir(&common), args.operands[0], &arena, &report, &err);
	if (!code && to)
		code = write_signed(opened.store, to, report.number, &err);
	cmd_close(&opened);
	if (!code && common.json) {
		struct json json;
		json_begin(&json, stdout);
		json_object(&json, NULL);
		json_number(&json, "number", (long long)report.number);
		json_end(&json, '}');
	} else if (!code) {
		cmd_print_package(&report);
		puts(_("Every answer to a clinic carries them from now on."));
	}
	arena_free(&arena);
	return code ? cli_fail(&err) : 0;
}
