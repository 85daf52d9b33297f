/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "tui/term.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "lib/i18n.h"

static struct {
	SCREEN *screen;
	int pipe[2];
	tkey_t pending; /* a key read behind a lone Esc */
	bool real;      /* on a real terminal, not a test's */
	struct sigaction old_winch, old_hup, old_term;
} term = { .pipe = { -1, -1 } };

static const struct {
	int curses;
	tkey_t key;
} curses_keys[] = {
	{ KEY_UP, TKEY_UP },           { KEY_DOWN, TKEY_DOWN },
	{ KEY_LEFT, TKEY_LEFT },       { KEY_RIGHT, TKEY_RIGHT },
	{ KEY_HOME, TKEY_HOME },       { KEY_END, TKEY_END },
	{ KEY_PPAGE, TKEY_PAGE_UP },   { KEY_NPAGE, TKEY_PAGE_DOWN },
	{ KEY_IC, TKEY_INSERT },       { KEY_DC, TKEY_DELETE },
	{ KEY_BTAB, TKEY_BACKTAB },    { KEY_BACKSPACE, TKEY_BACKSPACE },
	{ KEY_ENTER, TKEY_ENTER },     { KEY_RESIZE, TKEY_RESIZE },
	{ KEY_FIND, TKEY_HOME },       { KEY_SELECT, TKEY_END },
	{ KEY_A1, TKEY_HOME },         { KEY_C1, TKEY_END },
};

/* What terminals send whatever $TERM says of them: PuTTY's F1 to F5 in a session called xterm, the keys of any
 * emulator in one called vt100. Known besides what terminfo knows. */
static const struct {
	const char *bytes;
	int curses;
} other_keys[] = {
	{ "\033[11~", KEY_F(1) },  { "\033[12~", KEY_F(2) },  { "\033[13~", KEY_F(3) },
	{ "\033[14~", KEY_F(4) },  { "\033[15~", KEY_F(5) },  { "\033[17~", KEY_F(6) },
	{ "\033[18~", KEY_F(7) },  { "\033[19~", KEY_F(8) },  { "\033[20~", KEY_F(9) },
	{ "\033[21~", KEY_F(10) }, { "\033[23~", KEY_F(11) }, { "\033[24~", KEY_F(12) },
	{ "\033OP", KEY_F(1) },    { "\033OQ", KEY_F(2) },    { "\033OR", KEY_F(3) },
	{ "\033OS", KEY_F(4) },    { "\033[[A", KEY_F(1) },   { "\033[[B", KEY_F(2) },
	{ "\033[[C", KEY_F(3) },   { "\033[[D", KEY_F(4) },   { "\033[[E", KEY_F(5) },
	{ "\033[A", KEY_UP },      { "\033[B", KEY_DOWN },    { "\033[C", KEY_RIGHT },
	{ "\033[D", KEY_LEFT },    { "\033OA", KEY_UP },      { "\033OB", KEY_DOWN },
	{ "\033OC", KEY_RIGHT },   { "\033OD", KEY_LEFT },    { "\033[H", KEY_HOME },
	{ "\033[F", KEY_END },     { "\033OH", KEY_HOME },    { "\033OF", KEY_END },
	{ "\033[1~", KEY_HOME },   { "\033[4~", KEY_END },    { "\033[7~", KEY_HOME },
	{ "\033[8~", KEY_END },    { "\033[2~", KEY_IC },     { "\033[3~", KEY_DC },
	{ "\033[5~", KEY_PPAGE },  { "\033[6~", KEY_NPAGE },  { "\033[Z", KEY_BTAB },
};

/* What terminfo says of this terminal stays. */
static void know_other_keys(void)
{
	for (size_t i = 0; i < sizeof(other_keys) / sizeof(other_keys[0]); i++)
		if (key_defined(other_keys[i].bytes) == 0)
			define_key(other_keys[i].bytes, other_keys[i].curses);
}

static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = number == SIGWINCH ? TERM_RESIZED : TERM_ENDED;
	ssize_t written = write(term.pipe[1], &byte, 1);

	(void)written;
	errno = saved;
}

static int start_signals(struct error *err)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (pipe2(term.pipe, O_CLOEXEC | O_NONBLOCK))
		return error_errno(err, errno, _("cannot make a pipe"));
	sigemptyset(&action.sa_mask);
	sigaction(SIGWINCH, &action, &term.old_winch);
	sigaction(SIGHUP, &action, &term.old_hup);
	sigaction(SIGTERM, &action, &term.old_term);
	return 0;
}

/* An arrow key whose bytes arrive apart must not be read as Esc: over SSH the line may split it. */
static void start_escape_delay(void)
{
	if (!getenv("ESCDELAY"))
		set_escdelay(getenv("SSH_CONNECTION") ? 150 : 25);
}

const char *term_trouble(void)
{
	const char *type = getenv("TERM");

	if (type && !strcmp(type, "linux") && i18n_lang() == LANG_ZH)
		return "This console cannot show Chinese. Install kmscon and fonts-wqy-microhei and run "
		       "xiangyi in kmscon, or start it with --lang en.";
	return NULL;
}

int term_start(const struct term_options *options, struct error *err)
{
	const char *type = options->type ? options->type : getenv("TERM");

	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		return error_set(err, ERR_UNSUPPORTED,
		                 _("the screen needs a UTF-8 locale, not %s: try LC_ALL=C.UTF-8"),
		                 nl_langinfo(CODESET));
	/* PuTTY shows "lqqk" for line characters in UTF-8 unless they are sent as such. */
	setenv("NCURSES_NO_UTF8_ACS", "1", 1);
	start_escape_delay();
	if (options->type && options->rows) {
		use_env(FALSE);
		setenv("TERM", options->type, 1);
	}
	term.real = !options->out;
	if (term.real && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
		return error_set(err, ERR_UNSUPPORTED, _("xiangyi needs a terminal"));
	term.screen = newterm(type, options->out ? options->out : stdout, stdin);
	if (!term.screen)
		return error_set(err, ERR_UNSUPPORTED,
		                 _("unknown kind of terminal \"%s\": try TERM=xterm-256color"),
		                 type ? type : "");
	if (options->rows)
		resizeterm(options->rows, options->cols);
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	know_other_keys();
	nodelay(stdscr, TRUE);
	idcok(stdscr, FALSE);
	scr_set_ascii(options->ascii);
	theme_start(options->theme);
	bkgdset((chtype)' ' | (chtype)theme_attr(STYLE_NORMAL));
	term.pending = TKEY_NONE;
	return start_signals(err);
}

void term_stop(void)
{
	if (!term.screen)
		return;
	endwin();
	delscreen(term.screen);
	term.screen = NULL;
	sigaction(SIGWINCH, &term.old_winch, NULL);
	sigaction(SIGHUP, &term.old_hup, NULL);
	sigaction(SIGTERM, &term.old_term, NULL);
	close(term.pipe[0]);
	close(term.pipe[1]);
	term.pipe[0] = term.pipe[1] = -1;
}

static tkey_t convert(int kind, wint_t code)
{
	if (kind != KEY_CODE_YES)
		return code == 0x7f || code == 8 ? TKEY_BACKSPACE :
		       code == '\n' ? TKEY_ENTER : (tkey_t)code;
	if (code > KEY_F0 && code <= KEY_F(12))
		return TKEY_F(code - KEY_F0);
	for (size_t i = 0; i < sizeof(curses_keys) / sizeof(curses_keys[0]); i++)
		if (curses_keys[i].curses == (int)code)
			return curses_keys[i].key;
	return TKEY_NONE;
}

/* The rest of a key that nobody knows, "[25~" behind its Esc: as text it would go into a field. */
static void skip_sequence(void)
{
	wint_t code;

	while (get_wch(&code) == OK && code >= 0x20 && code < 0x40)
		;
}

/* EINTR and "nothing there" both come as ERR; only a closed terminal stays readable without a byte. */
static bool terminal_open(void)
{
	int n = 0;

	if (!term.real)
		return true;
	return ioctl(STDIN_FILENO, FIONREAD, &n) == 0 || errno != EIO;
}

tkey_t term_read(bool *open)
{
	wint_t code;
	tkey_t key = term.pending;

	*open = true;
	term.pending = TKEY_NONE;
	if (key != TKEY_NONE)
		return key;
	int kind = get_wch(&code);
	if (kind == ERR) {
		*open = terminal_open();
		return TKEY_NONE;
	}
	key = convert(kind, code);
	if (key != TKEY_ESC)
		return key;
	/* Esc and a digit at once (Alt with a digit) is the second way to F1 to F10. */
	kind = get_wch(&code);
	if (kind == OK && code >= '0' && code <= '9')
		return TKEY_F(code == '0' ? 10 : code - '0');
	if (kind == OK && code == '[') {
		skip_sequence();
		return term_read(open);
	}
	if (kind != ERR)
		term.pending = convert(kind, code);
	return key;
}

int term_signal_fd(void)
{
	return term.pipe[0];
}

unsigned term_signals(void)
{
	unsigned char bytes[64];
	unsigned seen = 0;
	ssize_t n;

	while ((n = read(term.pipe[0], bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++)
			seen |= bytes[i];
	return seen;
}

void term_resize(void)
{
	struct winsize size;

	if (term.real && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

struct area term_area(void)
{
	return (struct area){ 0, 0, LINES, COLS };
}

void term_begin(void)
{
	erase();
	scr_cursor_none();
}

void term_show(bool from_blank)
{
	int y, x;

	if (from_blank)
		clearok(stdscr, TRUE);
	if (scr_cursor_get(&y, &x)) {
		move(y, x);
		curs_set(1);
	} else {
		move(LINES - 1, 0);
		curs_set(0);
	}
	wnoutrefresh(stdscr);
	doupdate();
}
