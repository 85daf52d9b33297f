/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a backup: items in compressed, encrypted frames behind the store's key file, so that the passwords
 * and the recovery code of that day open it and nothing else does.
 *
 * E4 "XYK" 0D 0A 1A 0A | version u8 = 1 | length of the key file u32 | key file | stream header 24 |
 * frames | hash32 of all before
 * frame = length u32 (high bit: last) | secretstream ciphertext of one deflated block
 * block = items, at most 5 MiB; item = type u8 | length varint | bytes
 * The additional data of a frame is hash32(all before the first frame) | number of the frame u32.
 */
#ifndef DB_BACKUP_FILE_H
#define DB_BACKUP_FILE_H

#include "lib/buf.h"
#include "lib/crypto.h"
#include "lib/error.h"

enum { BACKUP_ITEM_MAX = 4 * 1024 * 1024, BACKUP_KEYS_MAX = 256 * 1024 };

/* What items hold, in this order; END last. Numbers are never reused. */
enum backup_item {
	BACKUP_ABOUT = 1,  /* version u8 = 1 | level u8 | encrypted u8 | own device number u16 | epoch 8 |
	                    * entries varint | wall zigzag */
	BACKUP_FILE = 2,   /* name below the store text | bytes: appended to those before of the same name */
	BACKUP_DEVICE = 3, /* as in META, by its number */
	BACKUP_VALUE = 4,  /* name text | bytes */
	BACKUP_ENTRY = 5,  /* canonical */
	BACKUP_TWIN = 6,   /* canonical, of a number that an entry before has, too */
	BACKUP_END = 7,    /* files, devices, values, entries: varints */
};

struct backup_writer;
/* Begin path beside itself; keys is the key file, key the one that it leads to. */
int backup_writer_begin(struct backup_writer **out, const char *path, struct span keys,
                        const uint8_t key[CRYPTO_KEY_BYTES], struct error *err);
int backup_writer_item(struct backup_writer *writer, uint8_t type, struct span bytes, struct error *err);
/* Write the rest, wait for the disk, read everything back from there, decrypt and compare, and only then give
 * the file its name. */
int backup_writer_end(struct backup_writer *writer, struct error *err);
uint64_t backup_writer_bytes(const struct backup_writer *writer);
void backup_writer_free(struct backup_writer *writer); /* an unfinished file is removed; NULL is fine */

struct backup_reader;
/* Open a backup and check the structure and hash of the whole file. ERR_INVALID: no backup; ERR_TRUNCATED,
 * ERR_CORRUPT, ERR_VERSION, ERR_IO. */
int backup_reader_open(struct backup_reader **out, const char *path, struct error *err);
struct span backup_reader_keys(const struct backup_reader *reader);
/* Decrypt from the start, any number of times, and give every item to each(), in order. ERR_AUTH: another key. */
int backup_reader_items(struct backup_reader *reader, const uint8_t key[CRYPTO_KEY_BYTES],
                        int (*each)(void *arg, uint8_t type, struct span bytes, struct error *err),
                        void *arg, struct error *err);
void backup_reader_close(struct backup_reader *reader); /* NULL is fine */

#endif
