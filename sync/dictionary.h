/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The preset dictionary of small chunks, made by sync/make-dictionary from invented data and code
 * tables only. Its name is its hash: once released it never changes, and a better one stands beside it.
 */
#ifndef SYNC_DICTIONARY_H
#define SYNC_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t DICTIONARY_1[];
extern const size_t DICTIONARY_1_BYTES;

#endif
