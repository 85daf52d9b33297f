/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands around every screen: top line, message line, key bar. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/app.h"

enum { FRAME_MIN_ROWS = 24, FRAME_MIN_COLS = 80 };

/* Draw the frame for a screen; returns the area between top line and message line. */
struct area frame_draw(struct app *app, struct screen *screen, const struct area *whole);

/* The key bar alone, for a pop-up over another screen. */
void frame_draw_keys(struct app *app, struct screen *screen, const struct area *whole);

/* Whether the window is large enough. */
bool frame_fits(const struct area *whole);

/* The note shown while the window is too small. */
void frame_draw_small(const struct area *whole);

#endif
