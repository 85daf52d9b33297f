/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/utf8.h"

struct key_word {
	tkey_t key;
	const char *name;
};

static const struct key_word words[] = {
#define KEY_WORD(name, text) { TKEY_##name, text },
	TKEY_LIST(KEY_WORD)
#undef KEY_WORD
	{ TKEY_TAB, "Tab" },
	{ TKEY_ENTER, "Enter" },
	{ TKEY_ESC, "Esc" },
	{ ' ', "Space" },
};

enum { N_WORDS = sizeof(words) / sizeof(words[0]) };

bool key_is_text(tkey_t key)
{
	return key >= ' ' && key != 0x7f && key < TKEY_BASE;
}

tkey_t key_parse(const char *name)
{
	for (size_t i = 0; i < N_WORDS; i++)
		if (!strcmp(words[i].name, name))
			return words[i].key;
	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9')
		return TKEY_F(atoi(name + 1));
	if (!strncmp(name, "Ctrl-", 5) && name[5])
		return TKEY_CTRL(name[5]);
	uint32_t cp;
	size_t n_bytes = utf8_next(name, &cp);
	return n_bytes && !name[n_bytes] ? cp : (tkey_t)TKEY_NONE;
}

char *key_label(tkey_t key, char out[24])
{
	for (size_t i = 0; i < N_WORDS; i++)
		if (words[i].key == key) {
			snprintf(out, 24, "%s", key == TKEY_NONE ? "" : words[i].name);
			return out;
		}
	if (key > TKEY_F0)
		snprintf(out, 24, "F%u", key - TKEY_F0);
	else if (key < ' ')
		snprintf(out, 24, "Ctrl-%c", (int)(key | 0x40));
	else
		utf8_put(key, out);
	return out;
}
