/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "lib/i18n.h"
#include "sync/reason.h"

static const struct { const char *word, *sentence; } REASONS[] = {
#define REASON_ROW(name, word, sentence) { word, sentence },
	SYNC_REASON_LIST(REASON_ROW)
#undef REASON_ROW
};

const char *sync_reason_word(enum sync_reason reason)
{
	return REASONS[reason].word;
}

const char *sync_reason_sentence(const char *word)
{
	for (size_t i = 0; i < SYNC_REASON_N; i++)
		if (!strcmp(REASONS[i].word, word))
			return _(REASONS[i].sentence);
	return word;
}
