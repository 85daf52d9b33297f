/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pinyin of Han characters, from Unicode's Unihan (kTGHZ2013, kXHC1983, kMandarin, kHanyuPinlu); the
 * table lib/pinyin_table.c is made by lib/pinyin_table.py and checked in. All readings of a
 * character count in a search, so "zgf" and "cgf" both find 曾国藩; sorting uses the surname reading for
 * the first character of a name (单 shan, 仇 qiu, 解 xie, ...).
 */
#ifndef LIB_PINYIN_H
#define LIB_PINYIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Distinct toneless readings of one character, most common first, lower case, ü as v; returns how
 * many (0 for a character without one), at most max. The texts are static. */
size_t pinyin_readings(uint32_t cp, const char *out[], size_t max);

/* Search keys of a name: every combination of its characters' initials ("zgf", "cgf"), or of whole
 * syllables ("zengguofan", "cengguofan"). Latin letters and digits stand for themselves in lower
 * case; other characters are left out. Calls each(key, arg) once per distinct key, at most max. */
void pinyin_initials_each(const char *name, size_t max, void (*each)(const char *key, void *arg),
                          void *arg);
void pinyin_full_each(const char *name, size_t max, void (*each)(const char *key, void *arg),
                      void *arg);

/* A key that orders names as a Chinese reader expects (surname reading first), then by code point.
 * Writes at most size bytes with a NUL; returns out. */
char *pinyin_sort_key(const char *name, char *out, size_t size);

#endif
