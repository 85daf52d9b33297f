/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/cli.h"

#include <fcntl.h>
#include <math.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "tests/tap.h"

static bool json;
static const char *store;
static long count;

static const struct cli_option options[] = {
	{ "json", CLI_FLAG, NULL, N_("print results as JSON"), &json },
	{ "store", CLI_TEXT, "DIR", "folder", &store },
	{ "count", CLI_NUMBER, "N", "how many", &count },
};

/* What printing does, caught from a file descriptor. */
static char caught[4000];
static int catch_saved, catch_fd, catch_pipe;

static void catch_begin(int fd)
{
	int ends[2];

	fflush(stdout);
	if (pipe(ends))
		exit(99);
	catch_fd = fd;
	catch_saved = dup(fd);
	dup2(ends[1], fd);
	close(ends[1]);
	catch_pipe = ends[0];
}

static void catch_end(void)
{
	ssize_t n;

	fflush(stdout);
	fflush(stderr);
	dup2(catch_saved, catch_fd);
	close(catch_saved);
	n = read(catch_pipe, caught, sizeof caught - 1);
	caught[n > 0 ? n : 0] = '\0';
	close(catch_pipe);
}

static int run_merge(int argc, char **argv);
static const struct cli_command commands[] = {
	{ "merge", "BUNDLE...", 1, -1, "take bundles in", run_merge },
	{ "状态", "", 0, 0, "show what is there", run_merge },
};

static struct cli_args args;
static struct error err;

static int run_merge(int argc, char **argv)
{
	return cli_parse(&args, argc, argv, options, 3, &commands[0], &err) ? 7 : 40 + args.n;
}

static int parse(const char *line, const struct cli_command *command)
{
	static char copy[300];
	static char *argv[20];
	int argc = 0;

	json = false;
	store = "default";
	count = 5;
	snprintf(copy, sizeof copy, "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return cli_parse(&args, argc, argv, options, 3, command, &err);
}

static void test_parse(void)
{
	static const char *const wrong[] = {
		"--jsonx a",   "--js a",      "--json=1 a", "a --store",      "a --count x",
		"--count= a",  "--count 5x a", "--count 99999999999999999999 a", "-x a", "--=x a", "",
	};

	is(parse("--json a --store=/x b --count -3 -- --c", &commands[0]), 0, "options among operands");
	ok(json && !strcmp(store, "/x") && count == -3, "their values");
	ok(args.n == 3 && !strcmp(args.operands[0], "a") && !strcmp(args.operands[1], "b") &&
		   !strcmp(args.operands[2], "--c"),
	   "operands in their order");
	is_text(args.command, "merge", "the command's name");
	is(parse("- a", &commands[0]), 0, "a lone - is an operand");
	ok(args.n == 2 && !json && !strcmp(store, "default") && count == 5, "absent options keep their values");
	is(parse("--store --json a", &commands[0]), 0, "a value may look like an option");
	ok(!json && !strcmp(store, "--json"), "and is one no more");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		is(parse(wrong[i], &commands[0]), ERR_USAGE, "wrong usage");
		ok(*err.text && !strchr(err.text, '\n'), "%s: %s", wrong[i], err.text);
	}
	is(parse("a", &commands[1]), ERR_USAGE, "an operand too much");
	is(parse("a b c", NULL), 0, "no command, any operands");
	is(args.n, 3, "all of them");
}

static void test_help(void)
{
	char *help[] = { "merge", "--help" };
	int code;

	catch_begin(STDOUT_FILENO);
	code = cli_parse(&args, 2, help, options, 3, &commands[0], &err);
	catch_end();
	is(code, 1, "help");
	ok(strstr(caught, " merge [OPTION]... BUNDLE...\n") != NULL, "shows the usage");
	ok(strstr(caught, "\n  --json       print results as JSON\n  --store DIR  folder\n"
			  "  --count N    how many\n") != NULL,
	   "options stand in columns");
	if (tap_failed)
		printf("# %s\n", caught);
}

static int run_main(const char *line)
{
	static char copy[100];
	static char *argv[10];
	int argc = 0;

	snprintf(copy, sizeof copy, "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return cli_main("xiangyi-merge", "merges", commands, 2, argc, argv);
}

static void test_main(void)
{
	int code;

	catch_begin(STDOUT_FILENO);
	code = run_main("prog --version");
	catch_end();
	is(code, 0, "--version");
	is_text(caught, "xiangyi-merge (xiangyi) " PACKAGE_VERSION "\n", "says name and version");
	catch_begin(STDOUT_FILENO);
	code = run_main("prog --help");
	catch_end();
	is(code, 0, "--help");
	ok(strstr(caught, "\n  merge BUNDLE...  take bundles in\n  状态             show what is there\n"),
	   "lists the commands by columns");
	is(run_main("prog merge a b"), 42, "runs the command with its arguments");
	catch_begin(STDERR_FILENO);
	code = run_main("prog nonsense");
	catch_end();
	is(code, 2, "an unknown command is wrong usage");
	ok(!strncmp(caught, "xiangyi-merge: ", 15) && strchr(caught, '\n') == caught + strlen(caught) - 1,
	   "in one line: %.60s", caught);
	catch_begin(STDERR_FILENO);
	code = run_main("prog");
	catch_end();
	is(code, 2, "no command, too");
	catch_begin(STDERR_FILENO);
	error_set(&err, ERR_SIGNATURE, "b.xyb: no");
	code = cli_fail(&err);
	cli_warn("%d left", 3);
	err = (struct error){ ERR_BUSY, "" };
	cli_fail(&err);
	catch_end();
	is(code, 1, "other errors are exit 1");
	is_text(caught, "xiangyi-merge: b.xyb: no\nxiangyi-merge: 3 left\nxiangyi-merge: in use\n", "messages");
}

static void test_json(void)
{
	static char text[1000];
	FILE *file = fmemopen(text, sizeof text, "w");
	struct json out;

	json_begin(&out, file);
	json_object(&out, NULL);
	json_text(&out, "a\"", "x\n\t\\\x7f医\xff\xe5");
	json_text(&out, "none", NULL);
	json_array(&out, "list");
	json_number(&out, NULL, -7);
	json_object(&out, NULL);
	json_end(&out, '}');
	json_array(&out, NULL);
	json_end(&out, ']');
	json_bool(&out, NULL, true);
	json_end(&out, ']');
	json_decimal(&out, "t", 36.55, 1);
	json_decimal(&out, "nan", NAN, 1);
	json_bool(&out, "b", false);
	json_end(&out, '}');
	json_array(&out, NULL);
	json_end(&out, ']');
	fclose(file);
	is_text(text,
		"{\"a\\\"\":\"x\\n\\u0009\\\\\\u007f医\xEF\xBF\xBD\xEF\xBF\xBD\",\"none\":null,"
		"\"list\":[-7,{},[],true],\"t\":36.5,\"nan\":null,\"b\":false}\n[]\n",
		"JSON");
}

/* In a session of its own with a terminal: prints what cli_ask() gave. */
static void ask_child(int terminal, bool secret, size_t size)
{
	char answer[64];
	struct error why;
	struct termios after;
	int code, fd;

	setsid();
	if (terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0))
		_exit(98);
	code = cli_ask("密码: ", secret, answer, size, &why);
	fd = terminal >= 0 ? terminal : STDOUT_FILENO;
	if (terminal >= 0 && (tcgetattr(terminal, &after) || !(after.c_lflag & ECHO)))
		_exit(97);
	dprintf(fd, "<%d:%s>", code, answer);
	_exit(0);
}

/* Answer the prompt with keys; the terminal's whole output into caught. */
static void ask(const char *keys, bool secret, size_t size)
{
	int master, terminal, status;
	bool answered = false;
	size_t len = 0;
	ssize_t n;
	pid_t child;

	caught[0] = '\0';
	if (openpty(&master, &terminal, NULL, NULL, NULL))
		return;
	child = fork();
	if (!child) {
		close(master);
		ask_child(terminal, secret, size);
	}
	close(terminal);
	while ((n = read(master, caught + len, sizeof caught - 1 - len)) > 0) {
		len += (size_t)n;
		caught[len] = '\0';
		if (!answered && strstr(caught, "密码: "))
			answered = write(master, keys, strlen(keys)) > 0;
	}
	close(master);
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "the terminal echoes again afterwards");
}

static void test_ask(void)
{
	char answer[8];
	pid_t child;
	int status;

	ask("secret\n", true, 64);
	ok(strstr(caught, "<0:secret>") && !strstr(caught, "secret\r"), "a password is not echoed");
	ask("sx\x7f" "e医\x7f" "cret\n", true, 64);
	ok(strstr(caught, "<0:secret>") != NULL, "backspace takes whole characters back");
	ask("wrong\x15right\n", true, 64);
	ok(strstr(caught, "<0:right>") != NULL, "Ctrl-U begins again");
	ask("half\x03", true, 64);
	ok(strstr(caught, "<-18:>") != NULL, "Ctrl-C cancels");
	ask("\x04", true, 64);
	ok(strstr(caught, "<-2:>") != NULL, "Ctrl-D is the end");
	ask("1234567\n", true, 7);
	ok(strstr(caught, "<-12:>") != NULL, "too long an answer is refused");
	ask("123456\n", true, 7);
	ok(strstr(caught, "<0:123456>") != NULL, "one that just fits is not");
	ask("name\n", false, 64);
	ok(strstr(caught, "name\r\n") && strstr(caught, "<0:name>"), "a plain question echoes");
	child = fork();
	if (!child) {
		setsid();
		_exit(cli_ask("?", true, answer, sizeof answer, &err) == ERR_IO ? 0 : 1);
	}
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "no terminal: an error, no hanging");
}

int main(void)
{
	test_parse();
	test_help();
	test_main();
	test_json();
	test_ask();
	return done_testing();
}
