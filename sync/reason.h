/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why an entry does not count (yet): words that travel in receipts, sentences for people. */
#ifndef SYNC_REASON_H
#define SYNC_REASON_H

#include <stdint.h>

/* X(NAME, word, N_() sentence); the words of db/ stand here too, for their sentences */
#define SYNC_REASON_LIST(X)                                                                        \
	X(NOT_YOURS, "not-yours", N_("the record belongs to another village"))                     \
	X(TOWNSHIP_ONLY, "township-only", N_("only the township may write this"))                  \
	X(WRONG_VALUE, "wrong-value", N_("a value is of the wrong kind or out of its range"))      \
	X(NOT_ENROLLED, "not-enrolled", N_("the installation that wrote it is not enrolled"))      \
	X(WRONG_FORM, "wrong-form", N_("it changes a record of another form"))                     \
	X(NOT_A_RECORD, "not-a-record", N_("it names something as a record that is none"))         \
	X(KEY_REPLACED, "key-replaced", N_("it was written after the computer was replaced"))      \
	X(KEY_LOST, "key-lost", N_("it was written after the computer was lost"))                  \
	X(KEY_STOLEN, "key-stolen", N_("it was written after the computer was stolen"))            \
	X(KEY_MISUSED, "key-misused", N_("somebody else may have written it with the key"))        \
	X(KEY_SUSPECT, "key-suspect", N_("the level above has doubts about it"))                   \
	X(MISSING, "predecessor-missing", N_("an earlier entry has not arrived yet"))              \
	X(HELD, "predecessor-held", N_("it follows an entry that is held back"))
#define SYNC_REASON_ENUM(name, word, sentence) SYNC_REASON_##name,
enum sync_reason { SYNC_REASON_LIST(SYNC_REASON_ENUM) SYNC_REASON_N };
#undef SYNC_REASON_ENUM

/* For a block of a device (enum keylog_why). */
enum sync_reason sync_reason_of_block(uint8_t why);
/* Why a device's key was ended, translated. */
struct store_device;
const char *sync_device_ended(const struct store_device *device);
const char *sync_reason_word(enum sync_reason reason);
/* The translated sentence of a word, the word itself when this version does not know it. */
const char *sync_reason_sentence(const char *word);

#endif
