/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/arena.h"

#ifdef HAVE_MALLOC_H
#include <malloc.h>
#endif
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

enum { BLOCK_BYTES = 64 * 1024, KEPT_BYTES = 4 * 1024 * 1024, ALIGN_BYTES = alignof(max_align_t) };

static struct arena_block *block_new(size_t size)
{
	struct arena_block *block = malloc(sizeof *block + size);

	if (!block)
		return NULL;
	block->next = NULL;
	block->used = 0;
	block->size = size;
	return block;
}

/* A block with room for size bytes. Large pieces get a block of their own behind the head, so that the
 * rest of the head stays in use. */
static struct arena_block *block_with_room(struct arena *arena, size_t size)
{
	struct arena_block *head = arena->head, *block;
	bool large = size > BLOCK_BYTES / 4;

	if (head && head->size - head->used >= size)
		return head;
	block = block_new(large ? size : BLOCK_BYTES);
	if (!block)
		return NULL;
	if (head && large) {
		block->next = head->next;
		head->next = block;
	} else {
		block->next = head;
		arena->head = block;
	}
	return block;
}

/* Memory that is not zeroed. */
static void *take(struct arena *arena, size_t size)
{
	struct arena_block *block;
	void *out;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + !size + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	block = block_with_room(arena, size);
	if (!block)
		return NULL;
	out = block->data + block->used;
	block->used += size;
	arena->used_bytes += size;
	return out;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *out = take(arena, size);

	return out && size ? memset(out, 0, size) : out;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return arena_alloc(arena, n * size);
}

void *arena_room(struct arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return take(arena, n * size);
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t n_bytes)
{
	void *out = take(arena, n_bytes);

	if (out && n_bytes)
		memcpy(out, bytes, n_bytes);
	return out;
}

char *arena_strndup(struct arena *arena, const char *text, size_t n_bytes)
{
	size_t len = strnlen(text, n_bytes);
	char *out = len < SIZE_MAX ? take(arena, len + 1) : NULL;

	if (!out)
		return NULL;
	memcpy(out, text, len);
	out[len] = '\0';
	return out;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_memdup(arena, text, strlen(text) + 1);
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	char *out;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	out = n < 0 ? NULL : arena_alloc(arena, (size_t)n + 1);
	if (!out)
		return NULL;
	va_start(args, fmt);
	vsnprintf(out, (size_t)n + 1, fmt, args);
	va_end(args);
	return out;
}

static void free_blocks(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;
		free(block);
		block = next;
	}
}

void arena_reset(struct arena *arena)
{
	if (arena->head) {
		free_blocks(arena->head->next);
		arena->head->next = NULL;
		arena->head->used = 0;
	}
	arena->used_bytes = 0;
}

void arena_free(struct arena *arena)
{
	free_blocks(arena->head);
	*arena = (struct arena)ARENA_INIT;
}

void arena_keep_freed(void)
{
#ifdef M_TRIM_THRESHOLD
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
}
