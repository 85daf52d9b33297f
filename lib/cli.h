/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command lines: a program is a table of commands, a command a table of options.
 * --help and --version are made from the tables. Wrong usage is exit 2 with one line on stderr.
 */
#ifndef LIB_CLI_H
#define LIB_CLI_H

#include <stdbool.h>
#include <stdio.h>
#include "lib/error.h"

enum cli_kind { CLI_FLAG, CLI_TEXT, CLI_NUMBER };

struct cli_option {
	const char *name;   /* long name without "--" */
	enum cli_kind kind;
	const char *value;  /* name of its value in the help, or NULL for a flag */
	const char *help;   /* N_() sentence */
	void *target;       /* bool *, const char ** or long *; keeps its value when the option is absent */
};

struct cli_args {
	const char *program; /* "xiangyi-merge" */
	const char *command; /* "merge", or "" */
	int n;               /* operands */
	char **operands;
};

struct cli_command {
	const char *name;
	const char *operands; /* usage text: "BUNDLE...", or "" */
	int min, max;         /* number of operands, max -1: any */
	const char *help;     /* N_() sentence */
	int (*run)(int argc, char **argv); /* arguments after the command's name; returns the exit code */
};

/* Parse options (anywhere among the operands; "--" ends them; --name=value or --name value) into
 * their targets. 0; ERR_USAGE with the sentence in err; 1 when --help or --version was printed. Operands are moved
 * to the front of argv; command may be NULL (any operands). */
int cli_parse(struct cli_args *args, int argc, char **argv, const struct cli_option *options,
              size_t n_options, const struct cli_command *command, struct error *err);

/* Run the command named by argv[1]; --help lists all. Returns the exit code. main() calls i18n_init()
 * first. Without cli_main() the program's name in messages is that of the running file. */
int cli_main(const char *program, const char *summary, const struct cli_command *commands, size_t n,
             int argc, char **argv);

/* "program: text" on stderr; returns the exit code for the error: 2 for ERR_USAGE, else 1. */
/* For a main() without commands: guard standard input, output and error; then the exit code, 1 when what was
 * printed did not arrive. */
void cli_begin(void);
int cli_end(int status);
int cli_fail(const struct error *err);
/* A text from elsewhere (a file's name, a record) in one line, with nothing in it that a terminal would obey. */
void cli_put(FILE *file, const char *text);
void cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Read a line from the terminal without echo (password) or with. ERR_IO when there is none. */
int cli_ask(const char *prompt, bool secret, char *out, size_t size, struct error *err);

/* JSON on stdout: one object or array at a time; texts are escaped, never invalid UTF-8. */
struct json {
	FILE *file;
	int depth;
	bool need_comma;
};
void json_begin(struct json *json, FILE *file);
void json_object(struct json *json, const char *key); /* key NULL inside arrays and at the top */
void json_array(struct json *json, const char *key);
void json_end(struct json *json, char bracket); /* '}' or ']' */
void json_text(struct json *json, const char *key, const char *value); /* value NULL: null */
void json_number(struct json *json, const char *key, long long value);
void json_decimal(struct json *json, const char *key, double value, int places);
void json_bool(struct json *json, const char *key, bool value);

#endif
