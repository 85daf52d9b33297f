/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine of the simulator; the rest of its contract is db/engine.h. */
#ifndef TESTS_FLEET_ENGINE_MEMORY_H
#define TESTS_FLEET_ENGINE_MEMORY_H

/* A new seed: no databases. */
void engine_memory_begin(void);

#endif
