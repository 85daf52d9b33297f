/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tests/fleet/disk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISKS_MAX = 512, SECTOR_BYTES = 512 };

static struct {
	struct disk *disks[DISKS_MAX];
	size_t n_disks;
	struct draw draw;
	uint64_t numbers;               /* of nodes */
	uint64_t calls, end_at, commits, end_behind;
	bool ended;
} all;

void disk_begin(uint64_t seed)
{
	memset(&all, 0, sizeof(all));
	all.draw.state = seed;
}

struct disk_node *disk_node_new(struct disk *disk, bool is_dir, unsigned mode)
{
	struct disk_node *node = pool_alloc(sizeof(*node));
	node->disk = disk;
	node->is_dir = is_dir;
	node->mode = mode;
	node->number = ++all.numbers;
	return node;
}

struct disk *disk_new(const char *name, uint64_t capacity)
{
	struct disk *disk = pool_alloc(sizeof(*disk));
	if (all.n_disks == DISKS_MAX) {
		printf("Bail out! too many disks\n");
		exit(99);
	}
	disk->name = pool_copy(name, strlen(name) + 1);
	disk->capacity = capacity;
	disk->calls_left = -1;
	disk->root = disk_node_new(disk, true, 0755);
	all.disks[all.n_disks++] = disk;
	return disk;
}

/* --- paths --- */

struct disk *disk_find(const char *path)
{
	size_t root = sizeof(DISK_ROOT) - 1;
	if (strncmp(path, DISK_ROOT "/", root + 1))
		return NULL;
	const char *name = path + root + 1;
	size_t len = strcspn(name, "/");
	for (size_t i = 0; i < all.n_disks; i++)
		if (!strncmp(all.disks[i]->name, name, len) && !all.disks[i]->name[len])
			return all.disks[i];
	return NULL;
}

struct disk_node *disk_child(const struct disk_node *dir, const char *name)
{
	for (size_t i = 0; i < dir->n_links; i++)
		if (!strcmp(dir->links[i].name, name))
			return dir->links[i].node;
	return NULL;
}

/* Walk the first len bytes of path. */
static struct disk_node *walk(const char *path, size_t len, int *error_number)
{
	const struct disk *disk = disk_find(path);
	struct disk_node *node = disk ? disk->root : NULL;
	size_t at = disk ? sizeof(DISK_ROOT) + strlen(disk->name) : 0;
	while (node && at < len) {
		char name[256];
		size_t n = strcspn(path + at, "/");
		n = n > len - at ? len - at : n;
		if (n && node->is_dir && n < sizeof(name)) {
			memcpy(name, path + at, n);
			name[n] = '\0';
			node = disk_child(node, name);
		} else if (n) {
			*error_number = node->is_dir ? ENAMETOOLONG : ENOTDIR;
			return NULL;
		}
		at += n + 1;
	}
	*error_number = ENOENT;
	return node;
}

struct disk_node *disk_lookup(const char *path, int *error_number)
{
	return walk(path, strlen(path), error_number);
}

struct disk_node *disk_parent(const char *path, const char **name, int *error_number)
{
	const char *slash = strrchr(path, '/');
	*name = slash + 1;
	*error_number = ENOENT;
	if (slash - path < (ptrdiff_t)sizeof(DISK_ROOT)) /* where the disk is mounted lies on none */
		return NULL;
	struct disk_node *dir = walk(path, (size_t)(slash - path), error_number);
	if (dir && !dir->is_dir) {
		*error_number = ENOTDIR;
		return NULL;
	}
	return dir;
}

/* --- folders --- */

static void set_link(struct disk_node *dir, const char *name, struct disk_node *node)
{
	size_t at = 0;
	while (at < dir->n_links && strcmp(dir->links[at].name, name))
		at++;
	if (!node) {
		if (at < dir->n_links)
			dir->links[at] = dir->links[--dir->n_links];
		return;
	}
	if (at == dir->cap_links) {
		size_t cap = dir->cap_links ? 2 * dir->cap_links : 8;
		struct disk_link *more = pool_alloc(cap * sizeof(*more));
		if (at)
			memcpy(more, dir->links, at * sizeof(*more));
		dir->links = more;
		dir->cap_links = cap;
	}
	if (at == dir->n_links)
		dir->links[dir->n_links++].name = pool_copy(name, strlen(name) + 1);
	dir->links[at].node = node;
	if (node->is_dir)
		node->parent = dir;
}

static uint64_t used_below(const struct disk_node *node)
{
	uint64_t used = node->file.size;
	for (size_t i = 0; i < node->n_links; i++)
		used += used_below(node->links[i].node);
	return used;
}

void disk_link(struct disk_node *dir, const char *name, struct disk_node *node)
{
	struct disk *disk = dir->disk;
	struct disk_node *before = disk_child(dir, name);
	if (disk->n_journal == disk->cap_journal) {
		size_t cap = disk->cap_journal ? 2 * disk->cap_journal : 32;
		struct disk_undo *more = pool_alloc(cap * sizeof(*more));
		if (disk->n_journal)
			memcpy(more, disk->journal, disk->n_journal * sizeof(*more));
		disk->journal = more;
		disk->cap_journal = cap;
	}
	disk->journal[disk->n_journal++] =
		(struct disk_undo){ dir, pool_copy(name, strlen(name) + 1), before };
	set_link(dir, name, node);
	disk->used -= before && before != node ? used_below(before) : 0;
	disk->used += node && node != before ? used_below(node) : 0;
}

/* --- files --- */

/* Keep what the last fsync left, once. */
static void note_dirty(struct disk_node *node)
{
	if (node->dirty)
		return;
	node->synced = node->file;
	node->synced.bytes = pool_copy(node->file.bytes, node->file.len);
	node->synced.cap = node->file.len;
	node->dirty = true;
	node->next_dirty = node->disk->dirty;
	node->disk->dirty = node;
}

static void grow(struct disk_file *file, uint64_t len)
{
	if (len > file->cap) {
		uint64_t cap = len < 256 ? 256 : 2 * len;
		uint8_t *more = pool_alloc(cap);
		if (file->len)
			memcpy(more, file->bytes, file->len);
		file->bytes = more;
		file->cap = cap;
	}
	if (len > file->len) {
		memset(file->bytes + file->len, 0, len - file->len);
		file->len = len;
	}
	file->size = file->len > file->size ? file->len : file->size;
}

int64_t disk_write(struct disk_node *node, const void *bytes, uint64_t n, uint64_t at)
{
	struct disk *disk = node->disk;
	uint64_t more = at + n > node->file.size ? at + n - node->file.size : 0;
	uint64_t room = disk->capacity > disk->used ? disk->capacity - disk->used : 0;
	if (more > room) { /* as much as fits, then no more */
		n = n > more - room ? n - (more - room) : 0;
		more = room;
	}
	if (!n) {
		errno = ENOSPC;
		return -1;
	}
	note_dirty(node);
	disk->used += more;
	grow(&node->file, at + n);
	memcpy(node->file.bytes + at, bytes, n);
	return (int64_t)n;
}

int64_t disk_read(const struct disk_node *node, void *out, uint64_t n, uint64_t at)
{
	const struct disk_file *file = &node->file;
	if (at >= file->size)
		return 0;
	n = n > file->size - at ? file->size - at : n;
	uint64_t stored = at < file->len ? file->len - at : 0;
	stored = stored > n ? n : stored;
	if (stored)
		memcpy(out, file->bytes + at, stored);
	memset((uint8_t *)out + stored, 0, n - stored);
	return (int64_t)n;
}

int disk_resize(struct disk_node *node, uint64_t size)
{
	struct disk *disk = node->disk;
	struct disk_file *file = &node->file;
	if (size > file->size && size - file->size > disk->capacity - (disk->used < disk->capacity ? disk->used : disk->capacity))
		return ENOSPC;
	note_dirty(node);
	disk->used = disk->used - file->size + size;
	file->size = size;
	file->len = file->len > size ? size : file->len;
	return 0;
}

/* A fake stick takes everything and keeps the beginning. */
static void forget_beyond(struct disk_node *node)
{
	const struct disk *disk = node->disk;
	struct disk_file *file = &node->file;
	uint64_t before = disk->used - (file->size < disk->used ? file->size : disk->used);
	uint64_t keep = disk->honest > before ? disk->honest - before : 0;
	if (disk->honest && keep < file->len)
		memset(file->bytes + keep, 0, file->len - keep);
}

void disk_sync(struct disk *disk, struct disk_node *node)
{
	for (struct disk_node **at = &disk->dirty; *at;) {
		struct disk_node *one = *at;
		if (node && one != node) {
			at = &one->next_dirty;
			continue;
		}
		*at = one->next_dirty;
		one->dirty = false;
		forget_beyond(one);
	}
	disk->n_journal = 0;
}

/* --- faults --- */

static void tear(struct disk_node *node)
{
	struct disk_file *now = &node->file, old = node->synced;
	uint64_t kind = draw_below(&all.draw, 3);
	node->dirty = false;
	if (kind == 0)
		return;
	if (kind == 1) {
		*now = old;
		return;
	}
	uint64_t low = old.size < now->size ? old.size : now->size;
	uint64_t high = old.size < now->size ? now->size : old.size;
	uint64_t size = low + draw_below(&all.draw, high - low + 1);
	struct disk_file torn = { .len = 0 };
	grow(&torn, now->len < size ? now->len : size);
	torn.size = size;
	for (uint64_t at = 0; at < torn.len; at += SECTOR_BYTES) {
		uint64_t n = torn.len - at < SECTOR_BYTES ? torn.len - at : SECTOR_BYTES;
		uint64_t from_old = at < old.len ? (old.len - at < n ? old.len - at : n) : 0;
		bool fresh = draw_percent(&all.draw, 50);
		if (fresh)
			memcpy(torn.bytes + at, now->bytes + at, n);
		else if (from_old)
			memcpy(torn.bytes + at, old.bytes + at, from_old);
	}
	*now = torn;
}

void disk_cut(struct disk *disk)
{
	for (struct disk_node *node = disk->dirty; node; node = node->next_dirty)
		tear(node);
	disk->dirty = NULL;
	size_t kept = disk->n_journal ? draw_below(&all.draw, disk->n_journal + 1) : 0;
	while (disk->n_journal > kept) {
		const struct disk_undo *undo = &disk->journal[--disk->n_journal];
		set_link(undo->dir, undo->name, undo->before);
	}
	disk->n_journal = 0;
	disk->used = used_below(disk->root);
}

void disk_end_process_at(uint64_t n_calls)
{
	all.calls = all.commits = all.end_behind = 0;
	all.end_at = n_calls;
}

void disk_end_process_behind(uint64_t n_commits)
{
	all.end_behind = n_commits;
}

uint64_t disk_commits(void)
{
	return all.commits;
}

void disk_committed(void)
{
	if (++all.commits == all.end_behind)
		all.end_at = all.calls + 1;
}

bool disk_process_ended(void)
{
	return all.ended;
}

uint64_t disk_calls(void)
{
	return all.calls;
}

void disk_process_begins(void)
{
	all.ended = false;
	all.end_at = all.end_behind = 0;
}

bool disk_may_read(const struct disk *disk)
{
	if (!all.ended && disk->calls_left)
		return true;
	errno = EIO;
	return false;
}

bool disk_may_write(struct disk *disk)
{
	if (!disk_may_read(disk))
		return false;
	all.calls++;
	all.ended = all.end_at && all.calls >= all.end_at;
	if (disk->calls_left > 0)
		disk->calls_left--;
	if (all.ended || !disk->calls_left) {
		errno = EIO;
		return false;
	}
	if (disk->read_only)
		errno = EROFS;
	return !disk->read_only;
}
