/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/stick_pick.h"
#include "lib/i18n.h"

enum { ANSWER_BYTES = 16, LIST_BYTES = 400 };

static void put_stick(FILE *file, const struct stick *stick)
{
	cli_put(file, stick->label);
	fputs("  ", file);
	cli_put(file, stick->path);
	fputs("  ", file);
	fprintf(file, stick->read_only ? _("%lld MB free, write-protected") : _("%lld MB free"),
	        (long long)(stick->free_bytes / 1000 / 1000));
}

static int ask(const struct stick *sticks, size_t n, const struct stick **out, struct error *err)
{
	char answer[ANSWER_BYTES];
	for (size_t i = 0; i < n; i++) {
		fprintf(stderr, "%zu  ", i + 1);
		put_stick(stderr, &sticks[i]);
		fputc('\n', stderr);
	}
	int code = cli_ask(_("Number of the stick: "), false, answer, sizeof(answer), err);
	unsigned long number = code ? 0 : strtoul(answer, NULL, 10);
	if (code)
		return code;
	if (number < 1 || number > n)
		return error_set(err, ERR_USAGE, _("there is no stick with this number"));
	*out = &sticks[number - 1];
	return 0;
}

static int tell_several(const struct stick *sticks, size_t n, struct error *err)
{
	char names[LIST_BYTES] = "";
	size_t len = 0;
	for (size_t i = 0; i < n && len + sizeof(sticks[i].label) + 2 < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "", sticks[i].label);
	return error_set(err, ERR_USAGE, _("%d sticks are plugged in (%s): --stick NAME says which"), (int)n, names);
}

static int pick(const struct stick *sticks, size_t n, const char *name, const struct stick **out,
                struct error *err)
{
	if (name)
		return stick_named(sticks, n, name, out, err);
	if (!n)
		return error_set(err, ERR_USAGE, _("no stick is plugged in; a folder can be named instead"));
	if (n == 1)
		*out = sticks;
	else if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		return ask(sticks, n, out, err);
	return n == 1 ? 0 : tell_several(sticks, n, err);
}

int cmd_pick_stick(const char *name, bool write, char out[SYNC_PATH_BYTES], struct error *err)
{
	struct arena arena = ARENA_INIT;
	const struct stick *stick = NULL;
	struct stick *sticks;
	size_t n;
	int code = stick_list(&arena, &sticks, &n, err);
	if (!code)
		code = pick(sticks, n, name, &stick, err);
	if (!code && write && stick->read_only)
		code = error_set(err, ERR_DENIED, _("%s is write-protected"), stick->path);
	if (!code)
		snprintf(out, SYNC_PATH_BYTES, "%s", stick->path);
	arena_free(&arena);
	return code;
}
