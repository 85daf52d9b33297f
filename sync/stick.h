/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files on sticks: new names only, whole or not there, read back before they count (FAT and exFAT have no
 * journal, and replacing a name is not atomic there). Names are 8.3 in capitals: NNNNNNNN.XYB.
 */
#ifndef SYNC_STICK_H
#define SYNC_STICK_H

#include "sync/envelope.h"
#include "sync/sync.h"

enum { STICK_GENERATIONS = 2 }; /* exports and answers that stay */

/* Make folder and its parents; ERR_INVALID when XIANGYI or a folder in it is a link. ERR_NOSPACE, ERR_DENIED, ERR_IO. */
int stick_make_folder(const char *folder, struct error *err);

struct stick_writer;
/* Create folder (and its parents) and begin a file NNNNNNNN.TMP in it, one above the highest number there.
 * ERR_NOSPACE, ERR_IO, ERR_DENIED (write-protected). */
int stick_begin(struct stick_writer **out, const char *folder, const char *extension,
                struct error *err);
struct envelope_sink *stick_sink(struct stick_writer *writer);
/* All bytes are on the medium: fsync, cache dropped, closed, read back past the cache and compared. The name is
 * still temporary. */
int stick_sync(struct stick_writer *writer, struct error *err);
/* Give the final name, write out the folder and the file system, read back once more; path gets the name. After 0
 * the stick may be pulled out. */
int stick_commit(struct stick_writer *writer, char path[SYNC_PATH_BYTES], struct error *err);
/* Free the writer; a file that was not committed is removed. NULL is fine. */
void stick_end(struct stick_writer *writer);
/* All of that for the bytes of a file of the spool, with progress. ERR_CANCELLED leaves nothing. */
int stick_carry(const char *from, const char *folder, const char *extension, struct progress *progress,
                char path[SYNC_PATH_BYTES], struct error *err);
/* The number of a name NNNNNNNN.EXT (extension NULL: any of three characters), 0 for other names. */
unsigned stick_number(const char *name, const char *extension);

/* Remove what this sender (any of n devices) left here: temporary files and all but the newest keep exports for
 * each recipient with this extension. Never fails: what stays does no harm. */
void stick_prune(const char *folder, const char *extension, const uint8_t (*senders)[DEVICE_ID_BYTES],
                 size_t n, size_t keep);

/* dir/XIANGYI/region. */
int stick_folder(char out[SYNC_PATH_BYTES], const char *dir, const char *region, struct error *err);

/* The files with this extension (any case) at path: the file itself; or of a folder, its own and those in
 * XIANGYI/ and its folders named as regions; sorted; in arena. Links, pipes, devices, hidden files and names with
 * control characters are passed over; nothing is opened. */
int stick_scan(const char *path, const char *extension, struct arena *arena, char ***out, size_t *n,
               struct error *err);

#endif
