/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer and the reader of chunks share. */
#ifndef SYNC_CHUNK_FORMAT_H
#define SYNC_CHUNK_FORMAT_H

#include "sync/chunk.h"

#define CHUNK_DICTIONARY 0x2c7ee84eu /* the one that writers use: the first bytes of its hash16 */
enum { CHUNK_DICTIONARY_BYTES = 4 };

enum chunk_flag {
	CHUNK_SPLIT = 1,    /* every block has its own stream */
	CHUNK_DEFLATED = 2, /* without CHUNK_SPLIT: the one block is deflated */
	CHUNK_PRESET = 4,   /* with CHUNK_DEFLATED only: deflated with a preset dictionary */
	CHUNK_FLAGS = CHUNK_SPLIT | CHUNK_DEFLATED | CHUNK_PRESET,
};

enum column_flag {
	COLUMN_BITMAP = 1, /* not every row of the group has the field */
	COLUMN_BASES = 2,
	COLUMN_LAYOUT_SHIFT = 2,
	COLUMN_FLAGS = 15,
};
enum column_layout {
	LAYOUT_TEXTS = 0, /* values as they are */
	LAYOUT_REFS = 1,  /* references, or empty */
	LAYOUT_ROWS = 2,  /* repeats: a table in the table */
};

enum ref_code {
	REF_NONE = 0,
	REF_RECORD = 1,    /* the row's own record */
	REF_LAST_BASE = 2, /* the base named before in this row */
	REF_DEVICE = 3,    /* + 2 * number of the device + 1 when the digest stands here */
};
enum ref_mode { REF_ABSOLUTE = 0, REF_BACK = 1 /* the row's number - the reference's */ };

enum { CHUNK_ZONE_S = 8 * 3600 }; /* days of rows are days at UTC+8 */

/* The local day of a wall clock second, rounded down. */
static inline int64_t chunk_day(int64_t wall)
{
	int64_t day = wall / 86400, rest = wall % 86400 + CHUNK_ZONE_S;
	return day + (rest < 0 ? -1 : rest >= 86400);
}

/* The preset dictionary with this number; false when this version does not have it. */
bool chunk_dictionary(uint32_t id, struct span *out);

#endif
