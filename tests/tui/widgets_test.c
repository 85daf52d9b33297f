/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tests/tap.h"
#include "tests/tui/snapshot.h"
#include "tui/chart.h"
#include "tui/imebar.h"
#include "tui/list.h"
#include "tui/text.h"

static const char *line_text(int y)
{
	static char line[1024];
	struct buf all = BUF_INIT;

	snapshot_take(&all);
	const char *at = buf_text(&all);
	while (y-- > 0 && strchr(at, '\n'))
		at = strchr(at, '\n') + 1;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	buf_free(&all);
	return line;
}

static void test_put(void)
{
	struct area all = term_area(), left = area_sub(&all, 0, 0, 1, 6);

	term_begin();
	scr_put(&left, 0, 0, 6, STYLE_NORMAL, "曾庆福寿");
	is_text(line_text(0), "曾庆…", "a text that is too long ends in an ellipsis, never in half a character");
	scr_put(&all, 1, 0, -1, STYLE_NORMAL, "曾庆福");
	scr_put(&all, 1, 3, 1, STYLE_NORMAL, "|");
	is_text(line_text(1), "曾 |福", "drawing over the right half of a character blanks its left half");
	scr_put(&all, 2, 0, -1, STYLE_NORMAL, "曾庆福");
	scr_put(&all, 2, 1, 2, STYLE_NORMAL, "||");
	is_text(line_text(2), " || 福", "and over the left half its right half");
	scr_put(&all, 3, 0, -1, STYLE_NORMAL, "a\xF0\xB1\x8D\x90z"); /* U+31350: no width in this libc */
	ok(strchr(line_text(3), 'z') != NULL && strchr(line_text(3), 'a') != NULL,
	   "a rare character takes its two columns");
	is(scr_wrap(&all, 4, 0, 10, 3, 0, STYLE_NORMAL, "高血压，糖尿病。"), 2, "a text is broken into lines");
	is_text(line_text(4), "高血压，糖", "between characters");
	is(scr_put(&all, 0, 78, 10, STYLE_NORMAL, "abcdef"), 2, "nothing is drawn outside");
	scr_put_right(&all, 6, 0, 10, STYLE_NORMAL, "血压");
	is_text(line_text(6), "      血压", "a text at the right edge");
}

static void type(struct text *text, const char *utf8)
{
	while (*utf8) {
		uint32_t cp;
		bool changed;
		utf8 += utf8_next(utf8, &cp);
		text_key(text, cp, ACTION_NONE, &changed);
	}
}

static void test_text(void)
{
	struct area all = term_area();
	struct text text = { .secret = false };
	bool changed;
	int y, x;

	term_begin();
	text_set(&text, "");
	type(&text, "李建国");
	text_key(&text, TKEY_LEFT, ACTION_LEFT, &changed);
	type(&text, "x");
	is_text(text.bytes, "李建x国", "characters come where the cursor is");
	text_key(&text, TKEY_BACKSPACE, ACTION_NONE, &changed);
	text_key(&text, TKEY_BACKSPACE, ACTION_NONE, &changed);
	is_text(text.bytes, "李国", "Backspace takes whole characters");
	text_key(&text, TKEY_DELETE, ACTION_NONE, &changed);
	is_text(text.bytes, "李", "Delete takes the character at the cursor");
	ok(changed, "and says that the text changed");
	text_key(&text, TKEY_HOME, ACTION_HOME, &changed);
	ok(!changed, "moving changes nothing");
	text_set(&text, "120");
	text.fresh = true;
	type(&text, "98");
	is_text(text.bytes, "98", "a fresh value is typed over");
	text_set(&text, "一二三四五六七八九十");
	text_draw(&text, &all, 0, 0, 9, STYLE_FIELD, true);
	ok(scr_cursor_get(&y, &x) && y == 0 && x <= 8, "the cursor stays inside the field");
	is_text(line_text(0), "< 八九十", "the end of a long text is shown while it is typed");
	struct text secret = { .secret = true };
	type(&secret, "密码ab");
	text_draw(&secret, &all, 1, 0, 10, STYLE_FIELD, true);
	is_text(line_text(1), "●●●●", "a password shows dots");
	for (int i = 0; i < 2000; i++)
		type(&text, "字");
	ok(text.len < TEXT_BYTES && utf8_valid(text.bytes, text.len), "a text has an end, at a character");
}

static void draw_number(void *arg, size_t index, const struct area *line, enum style style)
{
	(void)arg;
	scr_printf(line, 0, 2, 10, style, "%zu", index);
}

static void test_list(void)
{
	struct area all = term_area(), area = area_sub(&all, 0, 0, 5, 20);
	struct list list = { .n = 100 };

	term_begin();
	list_draw(&list, &area, true, draw_number, NULL);
	is_text(line_text(0), "> 0", "the first line is chosen");
	list_key(&list, ACTION_PAGE_DOWN);
	is((long long)list.cursor, 4, "a page is one line less than the window");
	list_key(&list, ACTION_END);
	term_begin();
	list_draw(&list, &area, true, draw_number, NULL);
	is_text(line_text(4), "> 99", "End goes to the last line and shows it");
	is_text(line_text(0), "  95               ↑", "a mark shows that there is more above");
	list_set_count(&list, 3);
	is((long long)list.cursor, 2, "the cursor stays inside a list that got shorter");
	list_draw(&list, &area, true, draw_number, NULL);
	is((long long)list.top, 0, "and all of it is shown");
	list_set_count(&list, 0);
	is((long long)list.cursor, 0, "an empty list");
	ok(!list_key(&list, ACTION_SAVE), "other keys are not the list's");
}

static void test_actions(void)
{
	const struct keybar_item own[] = { { ACTION_ADD, NULL } };
	char text[80];

	is(action_find(TKEY_F(2), false, NULL, 0), ACTION_SAVE, "F2 saves");
	is(action_find(TKEY_F(2), false, own, 1), ACTION_ADD, "a screen's own meaning comes first");
	is(action_find('q', false, NULL, 0), ACTION_LEAVE, "q leaves a list");
	is(action_find('q', true, NULL, 0), ACTION_NONE, "and is a letter where text is typed");
	is(action_find(TKEY_CTRL('S'), true, NULL, 0), ACTION_SAVE, "Ctrl-S saves there too");
	is_text(action_keys_text(ACTION_SAVE, text), "F2, Ctrl-S", "keys have names");
	is(key_parse("Ctrl-S"), TKEY_CTRL('S'), "names are keys");
	is(key_parse("F10"), TKEY_F(10), "F10");
	is(key_parse("血"), 0x8840, "a character is itself");
	is(key_parse("Nokey"), TKEY_NONE, "no key");
	bool all_have_two = true;
	for (int n = 1; n <= 12; n++) {
		enum action action = action_find(TKEY_F(n), true, NULL, 0);
		if (action == ACTION_NONE)
			continue;
		action_keys_text(action, text);
		if (!strstr(text, "Ctrl-")) {
			all_have_two = false;
			printf("# %s has no second way\n", text);
		}
	}
	ok(all_have_two, "every F-key has a second way that works while typing");
}

static void test_pinyin(void)
{
	struct ime_bar bar = { .on = false };
	char text[IME_PINYIN_BYTES];

	ok(!imebar_key(&bar, 'z', text), "switched off it takes no key");
	imebar_toggle(&bar);
	for (const char *c = "gaoxueya"; *c; c++)
		imebar_key(&bar, (tkey_t)*c, text);
	ok(bar.n > 0, "pinyin has choices");
	imebar_key(&bar, ' ', text);
	is_text(text, "高血压", "Space takes the first");
	is_text(bar.pinyin, "", "and nothing is left");
	ok(!imebar_key(&bar, '1', text), "digits pass when nothing is typed");
	imebar_key(&bar, 'm', text);
	imebar_key(&bar, TKEY_ESC, text);
	is_text(bar.pinyin, "", "Esc clears the pinyin");
	imebar_key(&bar, 'k', text);
	imebar_key(&bar, TKEY_ENTER, text);
	is_text(text, "k", "Enter takes the letters themselves");
}

static void test_chart(void)
{
	struct area all = term_area(), area = area_sub(&all, 0, 0, 14, 40);
	struct series_reading readings[30];
	struct series series = { .kind = SERIES_PRESSURE, .readings = readings, .n = 30, .n_limits = 2,
		                 .limits = { { .value = 140 }, { .value = 90 } } };

	for (int i = 0; i < 30; i++)
		readings[i] = (struct series_reading){ date_make(2024 + i / 12, i % 12 + 1, 15), 120 + i * 3, 80,
			                               i < 5 ? SERIES_WITHIN : SERIES_OUTSIDE };
	term_begin();
	chart_draw(&area, &series);
	ok(snapshot_has("207!"), "the newest reading is shown, marked above the target");
	ok(!snapshot_has("120"), "old ones that do not fit are not");
	ok(snapshot_has("140") && snapshot_has(" 90"), "the targets are on the axis");
	scr_set_ascii(true);
	term_begin();
	series.n = 5;
	chart_draw(&area, &series);
	ok(snapshot_has("##") && !snapshot_has("█"), "in ASCII without blocks");
	for (int i = 0; i < 5; i++)
		readings[i].value = readings[i].lower = 6.2 + i;
	readings[4].verdict = SERIES_OUTSIDE;
	series.kind = SERIES_GLUCOSE;
	series.limits[0].value = 7.0;
	series.n_limits = 1;
	term_begin();
	chart_draw(&area, &series);
	ok(snapshot_has("10.2!") && snapshot_has(" 6.2") && snapshot_has("12.0"), "glucose with its decimal, its own scale");
	ok(snapshot_has(" 7.0|"), "and the line at its target");
	series.kind = SERIES_WEIGHT;
	series.n_limits = 0;
	for (int i = 0; i < 5; i++)
		readings[i] = (struct series_reading){ readings[i].date, 3.2 + 4 * i, 3.2 + 4 * i, SERIES_UNJUDGED };
	term_begin();
	chart_draw(&area, &series);
	ok(snapshot_has("19.2") && !snapshot_has("19.2!") && snapshot_has(" 0.0|"), "a growing child, unjudged");
	scr_set_ascii(false);
}

int main(void)
{
	struct term_options terminal = { .theme = THEME_DARK, .type = "xterm-256color", .rows = 24,
		                         .cols = 80, .out = fopen("/dev/null", "w") };
	struct error err = { 0 };

	i18n_init("en");
	if (term_start(&terminal, &err)) {
		printf("Bail out! %s\n", err.text);
		return 99;
	}
	test_put();
	test_text();
	test_list();
	test_actions();
	test_pinyin();
	test_chart();
	term_stop();
	fclose(terminal.out);
	return done_testing();
}
