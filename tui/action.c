/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/action.h"

#include <string.h>
#include "lib/i18n.h"

struct action_info {
	tkey_t keys[3];
	const char *label, *help;
};

static const struct action_info actions[ACTION_N] = {
	[ACTION_NONE] = { { TKEY_NONE, TKEY_NONE, TKEY_NONE }, "", "" },
#define ACTION_INFO(name, first, second, third, label, help)                                       \
	[ACTION_##name] = { { first, second, third }, label, help },
	ACTION_LIST(ACTION_INFO)
#undef ACTION_INFO
};

static bool has_key(enum action action, tkey_t key, bool typing)
{
	if (key == TKEY_NONE || (typing && key_is_text(key)))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (actions[action].keys[i] == key)
			return true;
	return false;
}

enum action action_find(tkey_t key, bool typing, const struct keybar_item *own, size_t n_own)
{
	for (size_t i = 0; i < n_own; i++)
		if (has_key(own[i].action, key, typing))
			return own[i].action;
	for (int action = ACTION_NONE + 1; action < ACTION_N; action++)
		if (has_key((enum action)action, key, typing))
			return (enum action)action;
	return ACTION_NONE;
}

tkey_t action_key(enum action action)
{
	return actions[action].keys[0];
}

const char *action_label(enum action action)
{
	return actions[action].label[0] ? _(actions[action].label) : "";
}

const char *action_help(enum action action)
{
	return actions[action].help[0] ? _(actions[action].help) : "";
}

char *action_keys_text(enum action action, char out[80])
{
	size_t len = 0;
	out[0] = '\0';
	for (size_t i = 0; i < 3; i++) {
		char name[24];
		if (actions[action].keys[i] == TKEY_NONE)
			continue;
		key_label(actions[action].keys[i], name);
		len += (size_t)snprintf(out + len, 80 - len, "%s%s", len ? ", " : "", name);
	}
	return out;
}

void action_print_manual(FILE *file)
{
	for (int action = ACTION_NONE + 1; action < ACTION_N; action++) {
		char keys[80];
		action_keys_text((enum action)action, keys);
		fprintf(file, ".TP\n.B ");
		for (const char *c = keys; *c; c++)
			fprintf(file, *c == '-' ? "\\-" : *c == '\\' ? "\\e" : "%c", *c);
		fprintf(file, "\n%s\n", action_help((enum action)action));
	}
}
