/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the program replaced in the simulator (ld --wrap): for speed, for entries of a later version, and to
 * put known bugs back in. */
#ifndef TESTS_FLEET_BUGS_H
#define TESTS_FLEET_BUGS_H

#include <stdbool.h>
#include <stdio.h>

/* Entries that store saves from now on get an extension, as those of a later version may have; NULL: none does. */
struct store;
void hooks_save_with_extension(const struct store *store);

/* X(NAME, word, what it does) */
#define BUG_LIST(X)                                                                                \
	X(NUMBERS_NO_FENCE, "numbers-no-fence", "entries are known by number alone, no fence, no tripwire") \
	X(NUMBERS, "numbers", "entries are known by number alone")                                 \
	X(ACK_BY_HIGHEST, "ack-by-highest", "the highest number acknowledges all below it")        \
	X(EXPORTED, "exported-is-delivered", "what was exported is not sent again")                \
	X(LAST_WINS, "last-writer-wins", "the last writer wins, the other value is forgotten")     \
	X(COLLECT, "collect-by-time", "retired records are removed after a day")                   \
	X(OLD_EPOCH, "epoch-ignored", "a receipt of a new epoch is taken for one of the old")      \
	X(CHECKPOINT, "checkpoint-first", "what is held is written down before the entries are")   \
	X(PRUNE, "prune-on-receipt", "what a receipt acknowledges is removed")                     \
	X(NO_RIGHTS, "no-rights", "everyone may write everything")                                 \
	X(ARRIVAL, "tie-by-arrival", "between equal counters the first to arrive is shown")        \
	X(DROP_UNKNOWN, "drop-unknown", "the township drops extensions that it does not know")     \
	X(SET_BACK, "set-back-unseen", "a township that was set back does not look at what bundles believe") \
	X(NO_GIVE_BACK, "no-give-back", "what a township lost does not come back from the county") \
	X(NO_SEALS, "no-seals", "signatures are not kept for the county")                          \
	X(NO_ROLLS, "no-rolls", "what came down with a roll cannot go on to the village")          \
	X(GIFTS, "gift-behind", "a right that comes with its resident in one bundle is not seen")  \
	X(KEYS_LOST, "block-half-done", "a block is in the keyring, and the power goes before it counts") \
	X(UNSIGNED, "signature-unchecked", "a file counts whoever signed it")                      \
	X(UNSEALED, "seal-unchecked", "who sends may say what others wrote")                       \
	X(UNPROVED, "keyring-unproved", "a keyring counts whoever wrote its records")              \
	X(UNANSWERED, "lost-key-unanswered", "a bundle for a key that is here no more gets no answer") \
	X(NO_FENCE, "no-fence", "a store that was set back goes on under its numbers (defence in depth)") \
	X(NO_TRIPWIRE, "no-tripwire", "a second copy is not told from the first (defence in depth)")
#define BUG_ENUM(name, word, text) BUG_##name,
enum bug { BUG_LIST(BUG_ENUM) BUG_N };
#undef BUG_ENUM

/* Put a known bug back in; false: there is none of this name. */
bool bug_switch_on(const char *word);
/* All words, one a line. */
void bugs_print(FILE *out);
#endif
