/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cmd/copies.h"

#include <stdio.h>
#include <string.h>
#include "db/exchange.h"
#include "lib/i18n.h"

enum { NAME_BYTES = 8 + VERSION_TEXT_BYTES };

static void name_of(char out[NAME_BYTES], const struct version *original)
{
	char text[VERSION_TEXT_BYTES];

	snprintf(out, NAME_BYTES, "import/%s", version_format(original, text));
}

int copies_add(struct store *store, const char *original, rid_t copy, struct error *err)
{
	char name[NAME_BYTES], text[VERSION_TEXT_BYTES];
	struct version version, own;

	if (!version_parse(original, &version))
		return 0;
	if (store_version_of(store, copy, &own, err))
		return err->code;
	name_of(name, &version);
	version_format(&own, text);
	return store_kv_put(store, name, span_of(text, strlen(text)), err);
}

const char *copies_find(struct store *store, const char *original, struct arena *arena)
{
	char name[NAME_BYTES];
	struct version version;
	struct buf text = BUF_INIT;
	struct error ignored;
	const char *out = "";

	if (!version_parse(original, &version))
		return "";
	name_of(name, &version);
	if (!store_kv_get(store, name, &text, &ignored))
		out = arena_strdup(arena, buf_text(&text));
	buf_free(&text);
	return out ? out : "";
}

int copies_check(struct store *store, const char *original, struct error *err)
{
	struct version version;
	struct error ignored;
	struct arena arena = ARENA_INIT;
	rid_t rid;
	bool here = version_parse(original, &version) &&
	            (!store_find_version(store, &version, &rid, &ignored) ||
	             *copies_find(store, original, &arena));

	arena_free(&arena);
	return here ? error_set(err, ERR_EXISTS, _("this record is in the store already")) : 0;
}
