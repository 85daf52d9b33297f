/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forced command of a clinic's SSH key: what comes in on standard input is merged, the answer goes to output. */
#include "config.h"

#include <time.h>
#include <unistd.h>

#include "cmd/merge_cmd.h"
#include "db/maintain.h"
#include "lib/i18n.h"
#include "sync/receive.h"

enum { IDLE_S = 120, DEADLINE_S = 4 * 3600, BUSY_WAIT_S = 300 };

struct door {
	const struct cmd_common *common;
	struct cmd_store opened;
};

/* Others may be merging: their turns are short, and one try waits ten seconds by itself. */
static int open_door(void *arg, struct store **out, struct error *err)
{
	struct door *door = arg;
	time_t end = time(NULL) + BUSY_WAIT_S;
	int code;
	do
		code = cmd_open(&door->opened, door->common, err);
	while (code == ERR_BUSY && time(NULL) < end);
	if (code)
		return code;
	*out = door->opened.store;
	if (store_session(*out)->role != ROLE_AUDITOR)
		return 0;
	cmd_close(&door->opened);
	return error_set(err, ERR_DENIED, _("the role of %s does not allow to merge"), role_word(ROLE_AUDITOR));
}

static void close_door(void *arg)
{
	struct door *door = arg;
	struct error err;
	if (store_checkpoint(door->opened.store, &err))
		cli_warn("%s", err.text);
	cmd_close(&door->opened);
}

int merge_receive_run(int argc, char **argv)
{
	struct cmd_common common = { .json = false };
	long idle = IDLE_S, deadline = DEADLINE_S;
	const struct cli_option options[] = {
		CMD_OPTIONS(&common),
		{ "idle", CLI_NUMBER, "SECONDS", N_("end when nothing came for so long; default 120"), &idle },
		{ "deadline", CLI_NUMBER, "SECONDS", N_("end after so long in any case; default 14400"), &deadline },
	};
	struct cli_args args;
	struct error err;
	struct door door = { .common = &common };
	const struct receive_door ops = { .open = open_door, .close = close_door, .arg = &door };
	int code = cli_parse(&args, argc, argv, options, sizeof(options) / sizeof(*options),
	                     &MERGE_COMMANDS[MERGE_COMMAND_RECEIVE], &err);
	if (code)
		return code > 0 ? 0 : cli_fail(&err);
	if (idle < 1 || deadline < 1 || idle > DEADLINE_S || deadline > 24 * 3600) {
		error_set(&err, ERR_USAGE, _("--idle and --deadline are numbers of seconds"));
		return cli_fail(&err);
	}
	if (isatty(STDIN_FILENO)) {
		error_set(&err, ERR_USAGE, _("receive is started by ssh as a forced command, not by hand"));
		return cli_fail(&err);
	}
	const struct receive_limits limits = { .idle_s = (int)idle, .deadline_s = (int)deadline };
	if (crypto_init(&err))
		return cli_fail(&err);
	/* the other side was told; a line on standard error would reach it a second time */
	return sync_receive(cmd_store_dir(&common), STDIN_FILENO, STDOUT_FILENO, &limits, &ops, &err) ? 1 : 0;
}
