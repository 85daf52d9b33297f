/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/chunk_format.h"
#include "sync/dictionary.h"

bool chunk_dictionary(uint32_t id, struct span *out)
{
	*out = id == CHUNK_DICTIONARY ? span_of(DICTIONARY_1, DICTIONARY_1_BYTES) : span_of(NULL, 0);
	return id == CHUNK_DICTIONARY;
}
