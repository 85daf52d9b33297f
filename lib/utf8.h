/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8 text: validity, characters and terminal columns. Lengths are named _bytes, _chars or _cols.
 * Widths do not come from wcwidth() alone: it is -1 for rare characters of names (U+31350, U+2EBF0),
 * so U+3400-9FFF, U+F900-FAFF and U+20000-3FFFD are 2 columns here.
 */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode the character at text (NUL-terminated); returns its bytes, 0 at the end, and for a broken
 * sequence 1 with *out U+FFFD. */
size_t utf8_next(const char *text, uint32_t *out);

/* Write one character, NUL-terminated; returns its bytes, 0 if cp is no scalar value. */
size_t utf8_put(uint32_t cp, char out[5]);

/* Strict: no overlong form, no surrogate, nothing above U+10FFFF, no NUL inside. */
bool utf8_valid(const char *bytes, size_t n_bytes);

/* One line that a terminal shows as it stands: valid, no control characters, no line separators and nothing
 * that turns the direction of the text around it. */
bool utf8_plain(const char *text);
bool utf8_char_plain(uint32_t cp);

/* Columns of one character: 0 for combining marks and controls, 1 or 2 otherwise. */
int utf8_char_cols(uint32_t cp);

size_t utf8_cols(const char *text);
size_t utf8_chars(const char *text);

/* Bytes of the longest front part of text that fits into cols columns, never half a character;
 * *used_cols (may be NULL) says how many it fills. */
size_t utf8_clip(const char *text, size_t cols, size_t *used_cols);

/* Byte offset of the character before or after offset. */
size_t utf8_prev_at(const char *text, size_t offset);
size_t utf8_next_at(const char *text, size_t offset);

/* Full-width ASCII (digits, letters, punctuation, ideographic space) to half-width, in place. */
void utf8_to_halfwidth(char *text);

/* Remove white space (also U+3000) at both ends, in place; returns text. */
char *utf8_trim(char *text);

/* Whether a list of words, with one space between two, as the value of several choices is, has the word of n bytes. */
bool utf8_has_word(const char *list, const char *word, size_t n);

#endif
