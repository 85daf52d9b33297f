/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/help.h"

#include "lib/buf.h"
#include "lib/i18n.h"
#include "lib/utf8.h"
#include "tui/popup.h"

enum { KEYS_COLS = 24 };

static void add_key(struct buf *text, enum action action, const char *label)
{
	char keys[80];
	int cols = (int)utf8_cols(action_keys_text(action, keys));

	buf_printf(text, "  %s%*s ", keys, cols < KEYS_COLS ? KEYS_COLS - cols : 0, "");
	buf_printf(text, "%s\n", label ? label : action_help(action));
}

struct screen *help_new(struct app *app, struct screen *about)
{
	static const enum action common[] = { ACTION_OPEN, ACTION_TAB,     ACTION_BACKTAB, ACTION_PAGE_UP,
		                              ACTION_PAGE_DOWN, ACTION_IME, ACTION_REFRESH, ACTION_REDRAW,
		                              ACTION_HELP, ACTION_BACK };
	struct keybar_item items[KEYBAR_MAX];
	struct buf text = BUF_INIT;
	const char *field = about->ops->field_help ? about->ops->field_help(about, app) : NULL;
	size_t n = about->ops->keys ? about->ops->keys(about, app, items) : 0;

	if (field)
		buf_printf(&text, "%s\n\n", field);
	if (about->ops->help)
		buf_printf(&text, "%s\n\n", _(about->ops->help));
	buf_printf(&text, "%s\n", _("Keys here"));
	for (size_t i = 0; i < n; i++)
		add_key(&text, items[i].action, items[i].label);
	buf_printf(&text, "\n%s\n", _("Keys everywhere"));
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		add_key(&text, common[i], NULL);
	struct popup popup = { .title = _("Help"), .text = buf_text(&text) };
	struct screen *screen = popup_new(&popup, about);
	buf_free(&text);
	return screen;
}
