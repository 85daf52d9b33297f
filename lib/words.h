/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for key fingerprints read aloud, by byte value. Never reorder: old print-outs must still match. */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

extern const char *const words_zh[256]; /* two characters each, no two sound the same */
extern const char *const words_en[256]; /* 3 to 7 lower-case letters */

#endif
