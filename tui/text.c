/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/text.h"

#include <string.h>
#include "lib/crypto.h"
#include "lib/utf8.h"

void text_set(struct text *text, const char *value)
{
	size_t n = strlen(value);

	while (n >= TEXT_BYTES)
		n = utf8_prev_at(value, n);
	memcpy(text->bytes, value, n);
	text->bytes[n] = '\0';
	text->len = text->cursor = n;
	text->first = 0;
	text->fresh = false;
}

void text_clear(struct text *text)
{
	crypto_wipe(text->bytes, sizeof(text->bytes));
	text->len = text->cursor = text->first = 0;
	text->fresh = false;
}

static void cut(struct text *text, size_t from, size_t to)
{
	memmove(text->bytes + from, text->bytes + to, text->len - to + 1);
	text->len -= to - from;
	text->cursor = from;
}

void text_insert(struct text *text, tkey_t cp)
{
	char bytes[5];
	size_t n = utf8_put(cp, bytes);

	if (text->fresh)
		text_set(text, "");
	if (!n || text->len + n >= TEXT_BYTES)
		return;
	memmove(text->bytes + text->cursor + n, text->bytes + text->cursor,
	        text->len - text->cursor + 1);
	memcpy(text->bytes + text->cursor, bytes, n);
	text->len += n;
	text->cursor += n;
}

/* A combining mark stays with its character. */
static size_t before(const struct text *text, size_t at)
{
	uint32_t cp;

	do {
		at = utf8_prev_at(text->bytes, at);
		utf8_next(text->bytes + at, &cp);
	} while (at > 0 && utf8_char_cols(cp) == 0);
	return at;
}

static size_t after(const struct text *text, size_t at)
{
	uint32_t cp;

	if (at >= text->len)
		return text->len;
	do {
		at = utf8_next_at(text->bytes, at);
		utf8_next(text->bytes + at, &cp);
	} while (at < text->len && utf8_char_cols(cp) == 0);
	return at;
}

bool text_key(struct text *text, tkey_t key, enum action action, bool *changed)
{
	*changed = true;
	if (key_is_text(key)) {
		text_insert(text, key);
		return true;
	}
	if (key == TKEY_BACKSPACE) {
		if (text->cursor)
			cut(text, before(text, text->cursor), text->cursor);
		text->fresh = false;
		return true;
	}
	if (key == TKEY_DELETE) {
		cut(text, text->cursor, after(text, text->cursor));
		text->fresh = false;
		return true;
	}
	if (key == TKEY_CTRL('K')) {
		text_set(text, "");
		return true;
	}
	*changed = false;
	switch (action) {
	case ACTION_LEFT:
		text->cursor = text->cursor ? before(text, text->cursor) : 0;
		break;
	case ACTION_RIGHT:
		text->cursor = after(text, text->cursor);
		break;
	case ACTION_HOME:
		text->cursor = 0;
		break;
	case ACTION_END:
		text->cursor = text->len;
		break;
	default:
		return false;
	}
	text->fresh = false;
	return true;
}

static int cols_between(const struct text *text, size_t from, size_t to)
{
	int cols = 0;

	while (from < to) {
		uint32_t cp;
		from += utf8_next(text->bytes + from, &cp);
		cols += text->secret ? 1 : utf8_char_cols(cp);
	}
	return cols;
}

static void draw_secret(struct text *text, const struct area *area, int y, int x, int cols,
                        enum style style, bool focus)
{
	int n = (int)utf8_chars(text->bytes), at = cols_between(text, 0, text->cursor);

	scr_put(area, y, x, cols, style, "");
	for (int i = 0; i < n && i < cols - 1; i++)
		scr_put(area, y, x + i, 1, style, scr_ascii() ? "*" : "●");
	if (focus)
		scr_cursor(area, y, x + (at < cols - 1 ? at : cols - 1));
}

void text_draw(struct text *text, const struct area *area, int y, int x, int cols, enum style style,
               bool focus)
{
	if (text->secret) {
		draw_secret(text, area, y, x, cols, style, focus);
		return;
	}
	/* The last column stays free for the cursor. */
	if (text->cursor < text->first || !focus)
		text->first = focus ? text->cursor : 0;
	while (cols_between(text, text->first, text->cursor) > cols - 1)
		text->first = after(text, text->first);
	size_t used, n = utf8_clip(text->bytes + text->first, (size_t)cols, &used);
	char shown[TEXT_BYTES];
	memcpy(shown, text->bytes + text->first, n);
	shown[n] = '\0';
	scr_put(area, y, x, cols, style, shown);
	if (focus && text->first > 0)
		scr_put(area, y, x, 1, STYLE_DIM, "<");
	if (focus)
		scr_cursor(area, y, x + cols_between(text, text->first, text->cursor));
}
