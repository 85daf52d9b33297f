/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Sync screen: what its drawing (sync.c) and its deeds (sync_deeds.c) share. */
#ifndef TUI_SYNC_SCREEN_H
#define TUI_SYNC_SCREEN_H

#include "sync/sync.h"
#include "tui/list.h"
#include "tui/popup.h"

enum { SYNC_RESULT_LINES = 200, SYNC_SIZE_BYTES = 32 };

struct sync_result {
	enum style style;
	const char *text; /* in results */
};

struct sync_screen {
	struct screen screen;
	struct arena arena;   /* sticks */
	struct arena results;
	struct stick *sticks;
	size_t n_sticks;
	char host[SYNC_HOST_BYTES]; /* of the township; "" none */
	char path[SYNC_PATH_BYTES]; /* typed; "" none */
	struct sync_state state;
	char state_trouble[256];
	char words[128];      /* of a township that wants to be followed; "" none */
	char offer[512];      /* the question about it */
	struct list list;     /* sticks, the host, the typed path, "type a path" */
	struct sync_result lines[SYNC_RESULT_LINES];
	size_t n_lines;
};

enum sync_target { TARGET_STICK, TARGET_HOST, TARGET_FOLDER, TARGET_TYPE };

bool sync_is_village(const struct app *app);
/* What stands on a line; a stick's number is the line's. */
enum sync_target sync_target_at(const struct sync_screen *self, size_t line);
/* The folder of the chosen line, or the host's name; NULL for "type a path". */
const char *sync_chosen(const struct sync_screen *self);

/* "850 KB", "1.2 GB" */
void sync_say_size(char out[SYNC_SIZE_BYTES], uint64_t bytes);

/* Ask what to do with the chosen line, do it, and tell the result in lines. */
enum screen_result sync_ask_deed(struct sync_screen *self, struct app *app);

#endif
