/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tests/tui/snapshot.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/file.h"
#include "lib/utf8.h"

/* Read one screen cell; false for the second half of a wide character. */
static bool read_cell(int y, int x, char text[64], char *letter)
{
	cchar_t cell;
	wchar_t wide[CCHARW_MAX + 1];
	attr_t attr;
	short pair;
	char *out = text;

	memset(&cell, 0, sizeof(cell));
	mvin_wch(y, x, &cell);
	getcchar(&cell, wide, &attr, &pair, NULL);
	*letter = theme_letter((unsigned long)(attr | (attr_t)COLOR_PAIR(pair)));
	for (int i = 0; i < CCHARW_MAX && wide[i]; i++)
		out += utf8_put((uint32_t)wide[i], out);
	*out = '\0';
	return true;
}

static void mask_times(char *line)
{
	for (char *c = line; *c; c++)
		if (isdigit((unsigned char)c[0]) && isdigit((unsigned char)c[1]) && c[2] == ':' &&
		    isdigit((unsigned char)c[3]) && isdigit((unsigned char)c[4])) {
			memcpy(c, "##:##", 5);
			if (c - line >= 11 && c[-1] == ' ' && c[-4] == '-' && c[-7] == '-')
				memcpy(c - 11, "####-##-##", 10);
		}
}

static void trim_end(char *line, char what)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == what)
		line[--n] = '\0';
}

static void read_line(int y, char *text, char *letters)
{
	int n = 0;

	for (int x = 0; x < COLS;) {
		char cell[64], letter;
		read_cell(y, x, cell, &letter);
		uint32_t cp;
		utf8_next(cell, &cp);
		int cols = utf8_char_cols(cp) == 2 ? 2 : 1;
		text += sprintf(text, "%s", cell[0] ? cell : " ");
		for (int i = 0; i < cols; i++)
			letters[n++] = letter;
		x += cols;
	}
	letters[n] = '\0';
}

void snapshot_take(struct buf *out)
{
	char text[4096], letters[1024];

	for (int y = 0; y < LINES; y++) {
		read_line(y, text, letters);
		mask_times(text);
		trim_end(text, ' ');
		buf_printf(out, "%s\n", text);
	}
	buf_printf(out, "%s\n", "----");
	for (int y = 0; y < LINES; y++) {
		read_line(y, text, letters);
		trim_end(letters, '.');
		buf_printf(out, "%s\n", letters);
	}
}

bool snapshot_has(const char *text)
{
	struct buf out = BUF_INIT;

	snapshot_take(&out);
	bool found = strstr(buf_text(&out), text) != NULL;
	buf_free(&out);
	return found;
}

static void show_difference(const char *got, const char *want)
{
	int line = 1;

	while (*got || *want) {
		size_t g = strcspn(got, "\n"), w = strcspn(want, "\n");
		if (g != w || memcmp(got, want, g))
			printf("# line %d\n# got  |%.*s\n# want |%.*s\n", line, (int)g, got, (int)w, want);
		got += g + (got[g] == '\n');
		want += w + (want[w] == '\n');
		line++;
	}
}

bool snapshot_matches(const char *name)
{
	const char *srcdir = getenv("srcdir");
	struct buf got = BUF_INIT, want = BUF_INIT;
	struct error err = { 0 };
	char path[4096];
	bool same;

	snprintf(path, sizeof(path), "%s/tests/screens/%s.txt", srcdir ? srcdir : ".", name);
	snapshot_take(&got);
	if (getenv("UPDATE_SCREENS")) {
		same = !file_write_atomic(path, buf_text(&got), got.len_bytes, &err);
	} else {
		int code = file_read(path, 1 << 20, &want, &err);
		if (code)
			printf("# %s\n", err.text);
		const char *g = buf_text(&got), *w = buf_text(&want);
		same = !code && !strcmp(g, w);
		if (!same)
			show_difference(g, w);
	}
	buf_free(&got);
	buf_free(&want);
	return same;
}

void snapshot_resize(int rows, int cols)
{
	resizeterm(rows, cols);
}

static void type_text(struct app *app, const char **at, size_t *n)
{
	uint32_t cp;

	++*at;
	while (**at && **at != '\'') {
		*at += utf8_next(*at, &cp);
		++*n;
		if (app) {
			app_key(app, cp);
			app_draw(app);
		}
	}
	if (**at)
		++*at;
}

static size_t play(struct app *app, const char *keys)
{
	size_t n = 0;

	while (*keys) {
		char name[32];
		size_t len = strcspn(keys, " ");
		if (*keys == ' ') {
			keys++;
			continue;
		}
		if (*keys == '\'') {
			type_text(app, &keys, &n);
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)len, keys);
		n++;
		if (app) {
			app_key(app, key_parse(name));
			app_draw(app);
		}
		keys += len;
	}
	return n;
}

void snapshot_keys(struct app *app, const char *keys)
{
	play(app, keys);
}

size_t snapshot_count_keys(const char *keys)
{
	return play(NULL, keys);
}

static void find_code(const char *label, char *code, size_t size)
{
	struct buf out = BUF_INIT;

	snapshot_take(&out);
	const char *text = buf_text(&out);
	/* "1 label", "a label": a code and one space before it; a list below may have the label too */
	for (const char *at = strstr(text, label); at && !code[0]; at = strstr(at + 1, label)) {
		const char *end = at - 1, *begin = end;
		while (begin > text && isalnum((unsigned char)begin[-1]))
			begin--;
		if (begin < end && *end == ' ' && end - begin < 3)
			snprintf(code, size, "%.*s", (int)(end - begin), begin);
	}
	buf_free(&out);
}

bool snapshot_choose(struct app *app, const char *label)
{
	enum { PAGES = 8 };
	char code[8] = "";

	find_code(label, code, sizeof(code));
	for (int page = 0; page < PAGES && !code[0]; page++) {
		snapshot_keys(app, "PgDn");
		find_code(label, code, sizeof(code));
	}
	for (const char *c = code; *c; c++)
		app_key(app, (tkey_t)*c);
	app_draw(app);
	return code[0] != '\0';
}

void snapshot_home(struct app *app)
{
	for (int i = 0; i < 20 && app->depth > 1; i++)
		snapshot_keys(app, "Esc");
}

bool snapshot_shows(struct app *app, const char *text)
{
	struct buf out = BUF_INIT;

	app_draw(app);
	if (snapshot_has(text))
		return true;
	snapshot_take(&out);
	for (char *line = strtok((char *)(uintptr_t)buf_text(&out), "\n"); line && strcmp(line, "----");
	     line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	buf_free(&out);
	return false;
}

static bool count_note(void *arg, const struct record *record, struct arena *arena)
{
	(void)record;
	(void)arena;
	++*(int *)arg;
	return true;
}

int snapshot_notes(struct app *app)
{
	struct error err = { 0 };
	int n = 0;

	return store_each_master(app->store, "audit", count_note, &n, &err) ? -1 : n;
}
