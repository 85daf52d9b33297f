/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulator's engine under names of its own, so that one program can have both. */
#ifndef TESTS_FLEET_TRUTH_H
#define TESTS_FLEET_TRUTH_H

#include "db/engine.h"

int memory_open(struct engine **out, const struct engine_params *params, struct error *err);
int memory_close(struct engine *engine, struct error *err);
int memory_begin(struct engine *engine, struct error *err);
int memory_commit(struct engine *engine, bool durable, struct error *err);
void memory_abort(struct engine *engine);
int memory_put(struct engine *engine, enum engine_table table, struct span key, struct span value, struct error *err);
int memory_del(struct engine *engine, enum engine_table table, struct span key, struct error *err);
int memory_get(struct engine *engine, enum engine_table table, struct span key, struct span *value, struct error *err);
int memory_clear(struct engine *engine, enum engine_table table, struct error *err);
int memory_cursor_open(struct engine_cursor **out, struct engine *engine, enum engine_table table,
                       enum engine_read read, struct error *err);
int memory_seek(struct engine_cursor *cursor, struct span key, struct span *out_key, struct span *out_value,
                struct error *err);
int memory_next(struct engine_cursor *cursor, struct span *out_key, struct span *out_value, struct error *err);
int memory_prev(struct engine_cursor *cursor, struct span *out_key, struct span *out_value, struct error *err);
int memory_last(struct engine_cursor *cursor, struct span *out_key, struct span *out_value, struct error *err);
void memory_cursor_close(struct engine_cursor *cursor);

#endif
