/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Disks and sticks in memory. All paths below DISK_ROOT lead here: the calls of libc that the program makes are
 * replaced at link time (calls.c); other paths go to the real ones.
 *
 * What a power cut leaves follows ext4 with data=ordered: folders are changed in order, as far as the journal came
 * (any fsync on the disk writes it out); of a file that was not synced each sector is the old one, the new one or
 * zeros. The end of a process loses nothing that was written.
 */
#ifndef TESTS_FLEET_DISK_H
#define TESTS_FLEET_DISK_H

#include "tests/fleet/pool.h"

#define DISK_ROOT "/fleet"

struct disk_file { /* contents: bytes[0..len), zeros up to size */
	uint8_t *bytes;
	uint64_t len, cap, size;
};

struct disk_node {
	struct disk *disk;
	struct disk_node *parent;       /* of a folder */
	bool is_dir, dirty;
	unsigned mode;
	uint64_t number, locked_by;     /* inode; 1 + handle that holds the lock */
	struct disk_file file, synced;  /* synced: as at the last fsync, while dirty */
	struct disk_node *next_dirty;
	struct disk_link { char *name; struct disk_node *node; } *links;
	size_t n_links, cap_links;
};

struct disk {
	const char *name;               /* DISK_ROOT/name is where it is mounted */
	struct disk_node *root, *dirty;
	struct disk_undo { struct disk_node *dir; const char *name; struct disk_node *before; } *journal;
	size_t n_journal, cap_journal;
	uint64_t capacity, used;        /* bytes */
	uint64_t honest;                /* a fake stick keeps only so many bytes; 0: all */
	bool read_only;
	int64_t calls_left;             /* until it is pulled out; negative: it stays in */
};

/* A new seed: no disks; draws of tears and losses follow seed. */
void disk_begin(uint64_t seed);
struct disk *disk_new(const char *name, uint64_t capacity);
struct disk *disk_find(const char *path);
/* Contents after the power went away. Nothing may be open on it. */
void disk_cut(struct disk *disk);

/* The process that works now ends at its nth call that changes something (0: at none). From then on every call
 * fails and changes nothing: its way out has no effect any more. */
void disk_end_process_at(uint64_t n_calls);
/* Or at the first such call behind its nth fdatasync, with which databases commit: one transaction stands, the next does
 * not. */
void disk_end_process_behind(uint64_t n_commits);
uint64_t disk_commits(void);            /* since disk_end_process_at() */
bool disk_process_ended(void);
uint64_t disk_calls(void);              /* that changed something, since disk_end_process_at() */
void disk_process_begins(void);         /* another one, whole */

/* --- for calls.c --- */

struct disk_node *disk_lookup(const char *path, int *error_number);
/* The folder of path and the name in it. */
struct disk_node *disk_parent(const char *path, const char **name, int *error_number);
struct disk_node *disk_child(const struct disk_node *dir, const char *name);
struct disk_node *disk_node_new(struct disk *disk, bool is_dir, unsigned mode);
/* Let name in dir lead to node, NULL: to nothing. */
void disk_link(struct disk_node *dir, const char *name, struct disk_node *node);
/* Whether this call may change the disk; else errno is set. Counts it. */
bool disk_may_write(struct disk *disk);
bool disk_may_read(const struct disk *disk);
int64_t disk_write(struct disk_node *node, const void *bytes, uint64_t n, uint64_t at); /* -1: ENOSPC */
int64_t disk_read(const struct disk_node *node, void *out, uint64_t n, uint64_t at);
int disk_resize(struct disk_node *node, uint64_t size);
void disk_sync(struct disk *disk, struct disk_node *node); /* node NULL: all files */
void disk_committed(void);

#endif
