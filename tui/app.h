/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main loop and what all screens share: the stack, the store, the message line. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "care/care.h"
#include "lib/progress.h"
#include "tui/imebar.h"
#include "tui/screen.h"
#include "tui/term.h"

enum { APP_DEPTH = 16, APP_RECENT = 20 };

/* What runs on the screen below after a pop-up has closed: the answer to its question. */
typedef enum screen_result (*app_answer)(struct screen *owner, struct app *app, int choice);

struct app {
	struct screen *stack[APP_DEPTH];
	size_t depth;
	struct screen *next;   /* for SCREEN_PUSH and SCREEN_REPLACE */
	app_answer answer;     /* set by a pop-up that closes */
	int answer_choice;
	uint64_t answer_marks;
	char answer_text[1024];

	const char *dir;       /* of the store */
	const char *operator_name; /* proposed at the unlock screen, or NULL */
	struct form_set *forms;    /* loaded while the first screen stands */
	struct store *store;       /* NULL before unlocking */
	struct store_info info;
	date_t today;
	bool practice;

	char message[256];
	enum style message_style;
	struct ime_bar ime;
	rid_t recent[APP_RECENT]; /* residents opened, newest first */
	size_t n_recent;
	struct care_board *board; /* the indicators of a period as last asked for, or NULL */
	struct care_period board_period;
	bool quit, blank;
	struct progress progress; /* shows long work; Esc stops it */
	int64_t progress_shown_ms;
};

int app_start(struct app *app, const char *store_dir);
void app_stop(struct app *app); /* closes the store; drafts are on disk */

/* Run until the person leaves. 0, or ERR_IO when the terminal went away. */
int app_run(struct app *app, struct error *err);

/* One key and one drawing, for tests. */
void app_key(struct app *app, tkey_t key);
void app_draw(struct app *app);

/* What a push needs: returns SCREEN_PUSH; a NULL screen (memory) is said in the message line. */
enum screen_result app_push(struct app *app, struct screen *screen);

/* Whether the operator's role may see patients, or write; the message line says so when not. */
bool app_may_see(struct app *app);
bool app_writes(const struct app *app);

/* The message line, until the next key. */
void app_say(struct app *app, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void app_say_error(struct app *app, const struct error *err);

/* The store was changed: every screen reads again. app_changed(): only one subject was. */
void app_reload(struct app *app);
void app_changed(struct app *app, rid_t subject);

/* All indicators of a period; computed once, then kept up with what is saved here. Belongs to app, until
 * the next call or change. */
int app_indicators(struct app *app, const struct care_period *period, const struct indicator_table **out,
                   struct error *err);

/* Long work: give this to functions that report progress. */
struct progress *app_progress(struct app *app);

void app_remember(struct app *app, rid_t resident); /* for "recent ones first" */

/* Read the forms if that was not done yet; false after an error (said in the message line). */
bool app_load_forms(struct app *app);

#endif
