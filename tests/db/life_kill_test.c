/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that writes, checkpoints and copies is killed at any moment: every note that it was told is saved stays. */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>

#include "db/maintain.h"
#include "tests/db/last_file.h"
#include "tests/db/village.h"

enum { ROUNDS = 25 };

static char dir[4096];
static struct error err;

/* Write notes from number from on for ever; a byte to out after each one that is saved. */
static void write_for_ever(unsigned from, int out)
{
	struct store *store = village_open(dir, 0);
	for (unsigned i = from; store; i++) {
		if (!village_write(store, i, i + 1) || write(out, "+", 1) != 1)
			break;
		if (i % 16 == 3 && store_checkpoint(store, &err))
			break;
		if (i % 40 == 5 && store_make_base(store, NULL, &err))
			break;
	}
	_exit(1);
}

/* Let a child write until it has told of wanted notes, kill it at once, and return how many it told of. */
static unsigned round_of_killing(unsigned from, unsigned wanted)
{
	unsigned told = 0;
	int ends[2], status;
	char byte;
	pid_t child;
	if (pipe(ends) || (child = fork()) < 0)
		return 0;
	if (child == 0) {
		close(ends[0]);
		write_for_ever(from, ends[1]);
	}
	close(ends[1]);
	while (told < wanted && read(ends[0], &byte, 1) == 1)
		told++;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	while (read(ends[0], &byte, 1) == 1)
		told++;
	close(ends[0]);
	if (!WIFSIGNALED(status))
		printf("# the writer ended by itself\n");
	return told;
}

static void test_kills(void)
{
	unsigned total = 0, seed = 1;
	for (int i = 0; i < ROUNDS; i++) {
		unsigned told;
		long long held;
		struct store *store;
		seed = seed * 1103515245 + 12345;
		told = round_of_killing(total, seed >> 16 & 31);
		store = village_open(dir, 0);
		held = store ? village_notes(store) : -1;
		/* One more than told of may be there: saved, and killed before it could tell. */
		if (!ok(held == total + told || held == total + told + 1, "round %d: %u told of and kept", i, told))
			printf("# held %lld, before %u, told %u\n", held, total, told);
		if (store && store->repaired.len_bytes)
			ok(false, "round %d: a kill needs no repair: %s", i, buf_text(&store->repaired));
		total = held > 0 ? (unsigned)held : total;
		store_close(store);
	}
	ok(total > ROUNDS, "%u notes in all", total);
}

/* Killed after it only opened the store, as a command is whose reader goes away. */
static void test_killed_reader(void)
{
	for (int i = 0; i < 3; i++) {
		struct store *store;
		pid_t child = fork();
		int status;
		if (child == 0) {
			store = village_open(dir, 0);
			_exit(store && village_notes(store) >= 0 ? 0 : 1);
		}
		waitpid(child, &status, 0);
		is(status, 0, "a reader ends without closing");
		store = village_open(dir, 0);
		ok(store && !store->repaired.len_bytes, "the store needs no repair");
		store_close(store);
	}
}

static _Noreturn void copy_until(const char *file, unsigned number)
{
	struct store *store = village_open(dir, 0);
	last_file = file;
	village_write(store, number, number + 1);
	store_make_base(store, NULL, &err);
	_exit(1);
}

/* Killed as the copy shows on the disk, at each of its stages. */
static void test_killed_copy(void)
{
	static const char *const stages[] = { "base.new", "base.new/data/entry.db", "base.new/keys",
		                              "base.new/ready", "base.old" };
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
		char stage[8192];
		struct store *store = village_open(dir, 0);
		long long before = store ? village_notes(store) : -1;
		pid_t child;
		int status;
		store_close(store);
		snprintf(stage, sizeof stage, "%s/%s", dir, stages[i]);
		child = fork();
		if (child == 0)
			copy_until(stage, (unsigned)before);
		waitpid(child, &status, 0);
		ok(WIFSIGNALED(status), "killed when %s appeared", stages[i]);
		store = village_open(dir, 0);
		ok(store && village_notes(store) == before + 1 && !store->repaired.len_bytes, "sound");
		is(store_make_base(store, NULL, &err), 0, "and the next copy succeeds");
		store_close(store);
	}
}

/* The last copy must be good enough to rebuild everything from. */
static void test_copy_serves(void)
{
	struct store *store = village_open(dir, 0);
	long long before = store ? village_notes(store) : -1;
	char path[8192];
	store_close(store);
	snprintf(path, sizeof path, "%s/env/data", dir);
	is(file_remove_tree(path, &err), 0, "all tables deleted");
	store = village_open(dir, 0);
	ok(store && before > 0 && village_notes(store) == before, "rebuilt with all %lld notes", before);
	store_close(store);
}

int main(void)
{
	scratch_begin();
	snprintf(dir, sizeof dir, "%s", scratch_path("a"));
	if (!ok(village_make(dir, true), "a store"))
		return done_testing();
	test_kills();
	test_killed_reader();
	test_killed_copy();
	test_copy_serves();
	return done_testing();
}
