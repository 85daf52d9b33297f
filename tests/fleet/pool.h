/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that lives as long as one seed, and the numbers that a seed draws. */
#ifndef TESTS_FLEET_POOL_H
#define TESTS_FLEET_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed, aligned for any type, never NULL: without memory the program ends. */
void *pool_alloc(size_t n_bytes);
void *pool_copy(const void *bytes, size_t n_bytes);
/* Forget everything; the pages stay for the next seed. */
void pool_reset(void);

/* SplitMix64 (Steele, Lea, Flood 2014): one number of state, the same on every machine. */
struct draw { uint64_t state; };
uint64_t draw_u64(struct draw *draw);
uint64_t draw_below(struct draw *draw, uint64_t n);        /* 0 to n - 1; n over 0 */
bool draw_percent(struct draw *draw, unsigned percent);

#endif
