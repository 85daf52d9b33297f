/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One owner at a time, and lending: the screen stands open while a command does its work. */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/db/village.h"

static char dir[4096];

/* A child that runs work(arg) once it reads a byte from the pipe *go; made before any store is open here. */
static pid_t start_later(int *go, int (*work)(unsigned arg), unsigned arg)
{
	int ends[2];
	char byte;
	pid_t child;
	if (pipe(ends) || (child = fork()) < 0)
		exit(99);
	if (child == 0) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 1 ? work(arg) : 99);
	}
	close(ends[0]);
	*go = ends[1];
	return child;
}

static void let_go(int go)
{
	if (write(go, "!", 1) != 1)
		ok(false, "the pipe to the child");
	close(go);
}

static int exit_code(pid_t child)
{
	int status;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int try_at_once(unsigned arg)
{
	struct store *store;
	int ret = store_open(&store, dir, &village_session, NULL, 0, &village_err);
	(void)arg;
	store_close(store);
	return ret == ERR_BUSY && strstr(village_err.text, "life_lend_test") ? 0 : 1;
}

static int borrow(unsigned number)
{
	struct store *store = village_open(dir, STORE_WAIT);
	bool good = store && village_write(store, number, number + 1);
	store_close(store);
	return good ? 0 : 1;
}

static int borrow_and_die(unsigned number)
{
	struct store *store = village_open(dir, STORE_WAIT);
	if (store && village_write(store, number, number + 1))
		kill(getpid(), SIGKILL);
	return 1;
}

/* Wait for a borrower as the screen does, and lend. */
static int lend(struct store *store, char *who, size_t size)
{
	struct pollfd wait = { .fd = store_lend_fd(store), .events = POLLIN };
	if (poll(&wait, 1, 10000) != 1)
		return ERR_CANCELLED;
	return store_lend(store, who, size, &village_err);
}

static void test_busy(void)
{
	struct store *store;
	int go;
	pid_t child = start_later(&go, try_at_once, 0);
	store = village_open(dir, 0);
	is(store_lend_fd(store), -1, "an owner that does not lend has no descriptor");
	let_go(go);
	is(exit_code(child), 0, "a second program is told at once who has the store");
	store_close(store);
}

static void test_lending(void)
{
	struct store *store;
	char who[64];
	int go[3];
	pid_t children[3];
	children[0] = start_later(&go[0], borrow, 0);
	children[1] = start_later(&go[1], borrow_and_die, 1);
	children[2] = start_later(&go[2], borrow, 2);
	store = village_open(dir, STORE_LENDER);
	if (!ok(store != NULL, "the screen has the store"))
		return;
	let_go(go[0]);
	is(lend(store, who, sizeof who), 0, "lend to a command");
	is_text(who, "life_lend_test", "and know its name");
	is(exit_code(children[0]), 0, "the command did its work");
	is(village_notes(store), 1, "which is seen afterwards");
	let_go(go[1]);
	is(lend(store, who, sizeof who), 0, "lend to one that is killed");
	is(exit_code(children[1]), 1000 + SIGKILL, "it was");
	is(village_notes(store), 2, "its saved note is there");
	ok(store->repaired.len_bytes == 0, "and nothing needed a repair");
	ok(village_note(store, "note 2.") == 0, "the screen goes on writing");
	store_close(store);
	let_go(go[2]); /* nobody is there now */
	is(exit_code(children[2]), 0, "a command opens what its owner has left");
}

/* A borrower that waits when the owner ends without lending gets the lock itself. */
static void test_owner_leaves(void)
{
	struct pollfd wait;
	struct store *store;
	int go;
	pid_t child = start_later(&go, borrow, 5);
	store = village_open(dir, STORE_LENDER);
	let_go(go);
	wait = (struct pollfd){ .fd = store_lend_fd(store), .events = POLLIN };
	is(poll(&wait, 1, 10000), 1, "somebody asks");
	store_close(store);
	is(exit_code(child), 0, "and gets the store when its owner leaves instead");
}

int main(void)
{
	scratch_begin();
	/* Longer than a socket's address may be. */
	snprintf(dir, sizeof dir, "%.3000s/%0150d/store", scratch_dir, 7);
	if (!ok(village_make(dir, true), "a store far down"))
		return done_testing();
	test_busy();
	test_lending();
	test_owner_leaves();
	return done_testing();
}
