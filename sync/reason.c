/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "lib/i18n.h"
#include "sync/keylog.h"
#include "sync/reason.h"

static const struct { const char *word, *sentence; } REASONS[] = {
#define REASON_ROW(name, word, sentence) { word, sentence },
	SYNC_REASON_LIST(REASON_ROW)
#undef REASON_ROW
};

static const enum sync_reason BLOCKS[KEYLOG_WHY_N] = {
#define BLOCK_ROW(name, number, word, sentence) [number] = SYNC_REASON_KEY_##name,
	KEYLOG_WHY_LIST(BLOCK_ROW)
#undef BLOCK_ROW
};

enum sync_reason sync_reason_of_block(uint8_t why)
{
	return why && why < KEYLOG_WHY_N ? BLOCKS[why] : SYNC_REASON_KEY_SUSPECT;
}

const char *sync_device_ended(const struct store_device *device)
{
	for (size_t i = 0; i < device->n_blocks; i++)
		if (device->blocks[i].why != KEYLOG_WHY_SUSPECT)
			return keylog_why_sentence((enum keylog_why)device->blocks[i].why);
	return keylog_why_sentence(KEYLOG_WHY_MISUSED);
}

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
