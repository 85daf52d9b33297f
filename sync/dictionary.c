/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made by sync/make-dictionary; do not edit. */
#include "config.h"

#include "sync/dictionary.h"

const uint8_t DICTIONARY_1[] = { 0 };
const size_t DICTIONARY_1_BYTES = sizeof(DICTIONARY_1);
