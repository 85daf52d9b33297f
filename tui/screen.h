/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A screen: one file, one struct screen_ops at its end. Screens form a stack; only the main loop draws. Key
 * handlers change the screen's own state and answer what is to happen.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/action.h"
#include "tui/put.h"

struct app;
struct screen;

enum screen_result {
	SCREEN_DONE,     /* handled, nothing changed on the screen */
	SCREEN_NOT_MINE, /* the key means nothing here: ask the common keys */
	SCREEN_REDRAW,   /* handled */
	SCREEN_CLOSE,    /* take this screen off the stack */
	SCREEN_PUSH,     /* put app->next on the stack */
	SCREEN_REPLACE,  /* app->next takes this screen's place */
};

enum { KEYBAR_MAX = 16 };

struct screen_ops {
	const char *title; /* N_(), in the top line */
	const char *help;  /* N_(), what the screen is for, several lines */
	bool overlay;      /* leaves the screen below visible */
	/* Draw into area. Never changes what is stored. */
	void (*draw)(struct screen *screen, struct app *app, const struct area *area);
	/* key, and what it means here (ACTION_NONE: nothing). */
	enum screen_result (*key)(struct screen *screen, struct app *app, tkey_t key,
	                          enum action action);
	/* The key bar, most useful first; returns how many. */
	size_t (*keys)(struct screen *screen, struct app *app, struct keybar_item out[KEYBAR_MAX]);
	/* Plain characters are text now; NULL: never. */
	bool (*typing)(const struct screen *screen);
	/* Help for the field in focus, translated, or NULL. */
	const char *(*field_help)(struct screen *screen, struct app *app);
	/* What is stored may have changed: read it again. */
	void (*reload)(struct screen *screen, struct app *app);
	/* Runs once when the screen has come onto the stack; may push a pop-up. NULL: nothing. */
	enum screen_result (*opened)(struct screen *screen, struct app *app);
	/* The screen above it has gone: read again what changes without the store, as drafts do. NULL: nothing. */
	void (*back)(struct screen *screen, struct app *app);
	/* Put everything typed on disk now (the line is dropping, the store is lent). */
	void (*settle)(struct screen *screen, struct app *app);
	void (*destroy)(struct screen *screen); /* frees the screen itself */
};

struct screen { /* first member of every screen's own struct */
	const struct screen_ops *ops;
};

#endif
