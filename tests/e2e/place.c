/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/e2e/place.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[PATH_MAX], programs[PATH_MAX];
static char output[1 << 20];

static void bail_out(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(99);
}

void place_open(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[2 * PATH_MAX];

	if (!getcwd(programs, sizeof programs))
		bail_out("no current directory");
	snprintf(folder, sizeof folder, "%s/xiangyi-e2e-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(folder) || chdir(folder))
		bail_out("no temporary folder");
	snprintf(path, sizeof path, "%s:%s", programs, getenv("PATH"));
	setenv("PATH", path, 1);
	setenv("XIANGYI_TODAY", "2026-11-20", 1);
	setenv("LANGUAGE", "zh_CN", 1);
	unsetenv("XIANGYI_STORE");
	unsetenv("SSH_CONNECTION");
	unsetenv("NO_COLOR");
	place_write("password", PLACE_PASSWORD "\n");
}

void place_close(void)
{
	char command[PATH_MAX + 16];

	if (chdir("/"))
		bail_out("cannot leave the folder");
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	if (system(command))
		printf("# %s is left behind\n", folder);
}

const char *place_program(const char *name)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof path, "%s/%s", programs, name);
	return path;
}

int place_run(int wanted, const char **out, const char *fmt, ...)
{
	char command[8192] = "exec 2>&1 </dev/null; ";
	size_t n, start = strlen(command);
	int status;
	FILE *pipe;
	va_list args;

	va_start(args, fmt);
	n = (size_t)vsnprintf(command + start, sizeof command - start, fmt, args);
	va_end(args);
	if (n >= sizeof command - start)
		bail_out("command too long");
	pipe = popen(command, "r");
	if (!pipe)
		bail_out("no shell");
	n = fread(output, 1, sizeof output - 1, pipe);
	output[n] = '\0';
	status = pclose(pipe);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (out)
		*out = output;
	if (status != wanted) {
		printf("# %s: status %d, wanted %d\n", command, status, wanted);
		for (const char *line = output, *end; *line; line = *end ? end + 1 : end) {
			end = line + strcspn(line, "\n");
			printf("# %.*s\n", (int)(end - line), line);
		}
	}
	return status;
}

void place_write(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		bail_out(name);
}

long place_json_number(const char *json, const char *key)
{
	char quoted[80];
	const char *at;

	snprintf(quoted, sizeof quoted, "\"%s\":", key);
	at = strstr(json, quoted);
	return at ? strtol(at + strlen(quoted), NULL, 10) : -1;
}
