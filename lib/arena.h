/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: many small allocations, freed in one call. Loads and queries allocate from one. */
#ifndef LIB_ARENA_H
#define LIB_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena {
	struct arena_block *head;
	size_t used_bytes; /* handed out since the last reset */
};

#define ARENA_INIT { NULL, 0 }

/* Memory of size bytes, aligned for any type, zeroed; NULL when there is none left. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc));

/* An array of n zeroed elements; NULL when memory is short or n * size overflows. */
void *arena_array(struct arena *arena, size_t n, size_t size);

/* The same without zeros, for what is written wholly before it is read. */
void *arena_room(struct arena *arena, size_t n, size_t size);

/* Copies that live as long as the arena; NULL when memory is short. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t n_bytes);
void *arena_memdup(struct arena *arena, const void *bytes, size_t n_bytes);
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Forget all allocations but keep one block for reuse. */
void arena_reset(struct arena *arena);

/* Give all memory back; the arena can be used again. */
void arena_free(struct arena *arena);

/*
 * Let this process keep up to four megabytes of freed memory. glibc returns the top of the heap to the kernel above
 * 128 KB, and who fills and frees arenas in turn then has every page faulted in again: half the time of a save, a sixth
 * of that of an export, which frees three megabytes behind every chunk. The most that is in use does not change.
 */
void arena_keep_freed(void);

#endif
