/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tests/fleet/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGN_BYTES = 16 };
#define POOL_BYTES (UINT64_C(4) << 30) /* of address space; memory is what a seed touches */

static struct { uint8_t *base; size_t used; } pool;

void *pool_alloc(size_t n_bytes)
{
	if (!pool.base) {
		pool.base = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE,
		                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (pool.base == MAP_FAILED)
			pool.base = NULL;
	}
	size_t size = (n_bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	if (!pool.base || size > POOL_BYTES - pool.used) {
		printf("Bail out! the simulated world does not fit into memory\n");
		exit(99);
	}
	void *out = pool.base + pool.used;
	pool.used += size;
	memset(out, 0, n_bytes);
	return out;
}

void *pool_copy(const void *bytes, size_t n_bytes)
{
	void *out = pool_alloc(n_bytes ? n_bytes : 1);
	if (n_bytes)
		memcpy(out, bytes, n_bytes);
	return out;
}

void pool_reset(void)
{
	pool.used = 0;
}

uint64_t draw_u64(struct draw *draw)
{
	uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t draw_below(struct draw *draw, uint64_t n)
{
	return draw_u64(draw) % n;
}

bool draw_percent(struct draw *draw, unsigned percent)
{
	return draw_below(draw, 100) < percent;
}
