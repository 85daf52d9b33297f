/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/e2e/keys.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

static const struct {
	const char *name, *capability, *bytes;
} key_names[] = {
	{ "Enter", NULL, "\r" },        { "Esc", NULL, "\x1b" },       { "Tab", NULL, "\t" },
	{ "Space", NULL, " " },         { "lt", NULL, "<" },           { "Backspace", "kbs", NULL },
	{ "Up", "kcuu1", NULL },        { "Down", "kcud1", NULL },     { "Left", "kcub1", NULL },
	{ "Right", "kcuf1", NULL },     { "Home", "khome", NULL },     { "End", "kend", NULL },
	{ "PageUp", "kpp", NULL },      { "PageDown", "knp", NULL },   { "Insert", "kich1", NULL },
	{ "Delete", "kdch1", NULL },    { "BackTab", "kcbt", NULL },
};

/* What the terminal type sends for a capability, such as "kf2"; NULL when it has no such key. */
static const char *capability_bytes(const char *type, const char *capability)
{
	static char loaded[64];
	int status;
	const char *bytes;

	if (strcmp(loaded, type)) {
		if (cur_term)
			del_curterm(cur_term);
		if (setupterm(type, 1, &status) != OK)
			return NULL;
		snprintf(loaded, sizeof loaded, "%s", type);
	}
	bytes = tigetstr(capability);
	return bytes == (char *)-1 ? NULL : bytes;
}

static int put(char *out, size_t size, const char *bytes)
{
	size_t n = bytes ? strlen(bytes) : 0;

	if (!n || n >= size)
		return -1;
	memcpy(out, bytes, n + 1);
	return (int)n;
}

static int named_key(const char *name, const char *type, char *out, size_t size)
{
	char capability[8];
	int number;

	for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
		if (!strcmp(name, key_names[i].name))
			return put(out, size,
				   key_names[i].bytes ? key_names[i].bytes
						      : capability_bytes(type, key_names[i].capability));
	if (name[0] == 'C' && name[1] == '-' && name[2] && !name[3])
		return put(out, size, (char[]){ (char)(name[2] & 0x1f), 0 });
	if (name[0] == 'F' && (number = atoi(name + 1)) > 0) {
		snprintf(capability, sizeof capability, "kf%d", number % 100);
		return put(out, size, capability_bytes(type, capability));
	}
	return -1;
}

int keys_next(const char **keys, const char *type, char *out, size_t size)
{
	const char *from = *keys, *end;
	char name[16];
	size_t n;

	if (!*from)
		return 0;
	if (*from == '<' && (end = strchr(from, '>'))) {
		n = (size_t)(end - from - 1);
		if (!n || n >= sizeof name)
			return -1;
		memcpy(name, from + 1, n);
		name[n] = '\0';
		*keys = end + 1;
		return named_key(name, type, out, size);
	}
	for (n = 1; ((unsigned char)from[n] & 0xc0) == 0x80; n++)
		;
	if (n >= size)
		return -1;
	memcpy(out, from, n);
	out[n] = '\0';
	*keys = from + n;
	return (int)n;
}
