/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine_memory.c once more, renamed (truth.h). */
#include "config.h"

#define engine_open memory_open
#define engine_close memory_close
#define engine_failed memory_failed
#define engine_damaged memory_damaged
#define engine_begin memory_begin
#define engine_commit memory_commit
#define engine_abort memory_abort
#define engine_in_txn memory_in_txn
#define engine_put memory_put
#define engine_put_rows memory_put_rows
#define engine_del memory_del
#define engine_get memory_get
#define engine_clear memory_clear
#define engine_cursor_open memory_cursor_open
#define engine_seek memory_seek
#define engine_next memory_next
#define engine_prev memory_prev
#define engine_last memory_last
#define engine_cursor_close memory_cursor_close
#define engine_checkpoint memory_checkpoint
#define engine_finished_logs memory_finished_logs
#define engine_backup memory_backup
#define engine_verify memory_verify
#define engine_log_position memory_log_position
#define engine_log_peek memory_log_peek
#define engine_forget_log memory_forget_log
#define engine_figures_get memory_figures_get

#include "tests/fleet/engine_memory.c"
