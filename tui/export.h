/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F9: a list as a CSV file that spreadsheets open (UTF-8 with a mark, formulas made harmless, mode 0600). */
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include "tui/app.h"

enum { EXPORT_COLUMNS = 12 };

/* Ask where to; answer then calls export_write() with app->answer_text. name: "today". */
enum screen_result export_ask(struct app *app, struct screen *owner, const char *name,
                              app_answer answer);

/* Write n rows; row() fills the texts of one (in arena, which is reset after each). An existing file is never
 * overwritten. What happened is said in the message line. */
void export_write(struct app *app, const char *path, const char *const *titles, size_t n_columns,
                  size_t n, void (*row)(void *arg, size_t index, const char **cells, struct arena *arena),
                  void *arg);

#endif
