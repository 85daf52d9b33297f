/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "lib/utf8.h"

enum { KEPT_PIECE_BYTES = 1024 * 1024, KEPT_MEMORY_BYTES = 8 * 1024 * 1024 };

/* The name before every message. Process-wide like stderr itself: set once by cli_main(). */
static const char *program_name;

static const char *the_program(void)
{
	return program_name ? program_name : program_invocation_short_name;
}

static void print_version(void)
{
	printf("%s (%s) %s\n", the_program(), PACKAGE_NAME, PACKAGE_VERSION);
}

static void print_row(const char *left, const char *text, size_t width)
{
	size_t cols = utf8_cols(left);

	printf("  %s%*s  %s\n", left, (int)(cols < width ? width - cols : 0), "", text);
}

/* "--store DIR" in the language in use; out is cut if a table has a monstrous name. */
static const char *option_text(const struct cli_option *option, char out[96])
{
	if (option->kind == CLI_FLAG || !option->value || !*option->value)
		snprintf(out, 96, "--%s", option->name);
	else
		snprintf(out, 96, "--%s %s", option->name, _(option->value));
	return out;
}

static size_t wider(size_t width, const char *text)
{
	size_t cols = utf8_cols(text);

	return cols > width ? cols : width;
}

static void print_help(const struct cli_option *options, size_t n_options,
		       const struct cli_command *command)
{
	size_t width = strlen("--version");
	char left[96];

	printf(_("Usage: %s"), the_program());
	if (command && *command->name)
		printf(" %s", command->name);
	if (n_options)
		printf(" %s", _("[OPTION]..."));
	if (command && command->operands && *command->operands)
		printf(" %s", command->operands);
	putchar('\n');
	if (command && command->help && *command->help)
		puts(_(command->help));
	printf("\n%s\n", _("Options:"));
	for (size_t i = 0; i < n_options; i++)
		width = wider(width, option_text(&options[i], left));
	for (size_t i = 0; i < n_options; i++)
		print_row(option_text(&options[i], left), options[i].help ? _(options[i].help) : "",
			  width);
	print_row("--help", _("print this help"), width);
	print_row("--version", _("print the version"), width);
}

static const struct cli_option *find_option(const struct cli_option *options, size_t n_options,
					    const char *name, size_t n_bytes)
{
	for (size_t i = 0; i < n_options; i++)
		if (strlen(options[i].name) == n_bytes && !memcmp(options[i].name, name, n_bytes))
			return &options[i];
	return NULL;
}

static int set_number(const struct cli_option *option, const char *value, struct error *err)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (errno || end == value || *end)
		return error_set(err, ERR_USAGE, _("option --%s needs a whole number, not \"%s\""),
				 option->name, value);
	*(long *)option->target = number;
	return 0;
}

/* Store one option's value; *used_next says whether the next argument was its value. */
static int set_option(const struct cli_option *option, const char *value, const char *next,
		      bool *used_next, struct error *err)
{
	*used_next = false;
	if (option->kind == CLI_FLAG) {
		if (value)
			return error_set(err, ERR_USAGE, _("option --%s takes no value"), option->name);
		*(bool *)option->target = true;
		return 0;
	}
	if (!value) {
		if (!next)
			return error_set(err, ERR_USAGE, _("option --%s needs a value"), option->name);
		value = next;
		*used_next = true;
	}
	if (!*value)
		return error_set(err, ERR_USAGE, _("option --%s needs a value"), option->name);
	if (option->kind == CLI_NUMBER)
		return set_number(option, value, err);
	*(const char **)option->target = value;
	return 0;
}

static int check_operands(const struct cli_args *args, const struct cli_command *command,
			  struct error *err)
{
	const char *space = *args->command ? " " : "";

	if (!command)
		return 0;
	if (args->n < command->min)
		return error_set(err, ERR_USAGE, _("something is missing: %s%s%s %s; see --help"),
				 args->program, space, args->command, command->operands);
	if (command->max >= 0 && args->n > command->max)
		return error_set(err, ERR_USAGE, _("\"%s\" is too much here; see --help"),
				 args->operands[command->max]);
	return 0;
}

int cli_parse(struct cli_args *args, int argc, char **argv, const struct cli_option *options,
              size_t n_options, const struct cli_command *command, struct error *err)
{
	bool only_operands = false, used_next;
	int n = 0;

	*args = (struct cli_args){ the_program(), command && command->name ? command->name : "", 0,
				   argv };
	for (int i = 0; i < argc; i++) {
		const struct cli_option *option;
		const char *name, *equals;
		size_t len;
		int code;

		if (only_operands || argv[i][0] != '-' || !argv[i][1]) {
			argv[n++] = argv[i];
			continue;
		}
		if (!strcmp(argv[i], "--")) {
			only_operands = true;
			continue;
		}
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			print_help(options, n_options, command);
			return 1;
		}
		if (!strcmp(argv[i], "--version")) {
			print_version();
			return 1;
		}
		name = argv[i][1] == '-' ? argv[i] + 2 : "";
		equals = strchr(name, '=');
		len = equals ? (size_t)(equals - name) : strlen(name);
		option = len ? find_option(options, n_options, name, len) : NULL;
		if (!option)
			return error_set(err, ERR_USAGE, _("unknown option %s; see --help"), argv[i]);
		code = set_option(option, equals ? equals + 1 : NULL, i + 1 < argc ? argv[i + 1] : NULL,
				  &used_next, err);
		if (code)
			return code;
		i += used_next;
	}
	args->n = n;
	return check_operands(args, command, err);
}

static void list_commands(const char *summary, const struct cli_command *commands, size_t n)
{
	size_t width = strlen("--version");
	char left[160];

	printf(_("Usage: %s"), the_program());
	printf(" %s\n", _("COMMAND [OPTION]... [OPERAND]..."));
	if (summary && *summary)
		puts(_(summary));
	printf("\n%s\n", _("Commands:"));
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			const char *operands = commands[i].operands ? commands[i].operands : "";

			snprintf(left, sizeof left, "%s%s%s", commands[i].name, *operands ? " " : "",
				 operands);
			if (!pass)
				width = wider(width, left);
			else
				print_row(left, commands[i].help ? _(commands[i].help) : "", width);
		}
	printf("\n%s\n", _("Options:"));
	print_row("--help", _("print this help, or after a command the help of that command"), width);
	print_row("--version", _("print the version"), width);
}

static int run_command(const char *summary, const struct cli_command *commands, size_t n, int argc,
                       char **argv)
{
	struct error err;

	if (argc < 2) {
		error_set(&err, ERR_USAGE, _("which command? %s --help lists them"), the_program());
		return cli_fail(&err);
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		list_commands(summary, commands, n);
		return 0;
	}
	if (!strcmp(argv[1], "--version")) {
		print_version();
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 2, argv + 2);
	error_set(&err, ERR_USAGE, _("unknown command \"%s\"; %s --help lists them"), argv[1],
	          the_program());
	return cli_fail(&err);
}

int cli_main(const char *program, const char *summary, const struct cli_command *commands, size_t n,
             int argc, char **argv)
{
	program_name = program;
	cli_begin();
	return cli_end(run_command(summary, commands, n, argc, argv));
}

void cli_begin(void)
{
	/* A file of the store must never get the number that results or messages are written to. */
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			_exit(1);
	/* Bundles and batches ask for the same few megabytes again and again: giving them back to the system each time
	 * took an eighth of an export. */
	mallopt(M_MMAP_THRESHOLD, KEPT_PIECE_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY_BYTES);
	/* Whoever stops reading what is printed must not stop a merge half-way. */
	signal(SIGPIPE, SIG_IGN);
}

int cli_end(int status)
{
	struct error err;

	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && !status) {
		error_errno(&err, errno ? errno : EIO, _("the output could not be written"));
		return cli_fail(&err);
	}
	return status;
}

static void put_tame(FILE *file, const char *text, bool lines)
{
	char bytes[5];
	uint32_t cp;
	size_t n;

	for (; (n = utf8_next(text, &cp)); text += n)
		if (utf8_put(cp == '\n' ? (lines ? '\n' : ' ') : utf8_char_plain(cp) ? cp : '?', bytes))
			fputs(bytes, file);
}

void cli_put(FILE *file, const char *text)
{
	put_tame(file, text, false);
}

int cli_fail(const struct error *err)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", the_program());
	put_tame(stderr, *err->text ? err->text : error_kind(err->code), true); /* of forms: a line each */
	fputc('\n', stderr);
	return err->code == ERR_USAGE ? 2 : 1;
}

void cli_warn(const char *fmt, ...)
{
	char text[sizeof(((struct error *)0)->text)];
	va_list args;

	fflush(stdout);
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	fprintf(stderr, "%s: ", the_program());
	put_tame(stderr, text, true);
	fputc('\n', stderr);
}

void json_begin(struct json *json, FILE *file)
{
	*json = (struct json){ file, 0, false };
}

static void put_string(FILE *file, const char *text)
{
	char bytes[5];
	uint32_t cp;
	size_t n;

	fputc('"', file);
	for (; (n = utf8_next(text, &cp)); text += n) {
		if (cp == '"' || cp == '\\')
			fprintf(file, "\\%c", (char)cp);
		else if (cp == '\n')
			fputs("\\n", file);
		else if (cp < 0x20 || cp == 0x7F)
			fprintf(file, "\\u%04x", (unsigned)cp);
		else if (utf8_put(cp, bytes))
			fputs(bytes, file);
	}
	fputc('"', file);
}

/* The comma and the key before a value. */
static void put_key(struct json *json, const char *key)
{
	if (json->need_comma)
		fputc(',', json->file);
	json->need_comma = true;
	if (!key)
		return;
	put_string(json->file, key);
	fputc(':', json->file);
}

static void open_bracket(struct json *json, const char *key, char bracket)
{
	put_key(json, key);
	fputc(bracket, json->file);
	json->depth++;
	json->need_comma = false;
}

void json_object(struct json *json, const char *key)
{
	open_bracket(json, key, '{');
}

void json_array(struct json *json, const char *key)
{
	open_bracket(json, key, '[');
}

void json_end(struct json *json, char bracket)
{
	fputc(bracket, json->file);
	json->need_comma = --json->depth > 0;
	if (!json->depth)
		fputc('\n', json->file);
}

void json_text(struct json *json, const char *key, const char *value)
{
	put_key(json, key);
	if (value)
		put_string(json->file, value);
	else
		fputs("null", json->file);
}

void json_number(struct json *json, const char *key, long long value)
{
	put_key(json, key);
	fprintf(json->file, "%lld", value);
}

void json_decimal(struct json *json, const char *key, double value, int places)
{
	put_key(json, key);
	if (isfinite(value))
		fprintf(json->file, "%.*f", places, value);
	else
		fputs("null", json->file);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->file);
}
