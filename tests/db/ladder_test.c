/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damage of every kind while the store is closed: the start-up ladder opens it with every note. */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "db/maintain.h"
#include "db/sidecar.h"
#include "tests/db/last_file.h"
#include "tests/db/village.h"

enum { NOTES = 90, PAGE = 4096 };

static char dir[4096];
static struct error err;
static unsigned n_stores;
static struct session sessions[2];

static const char *in_store(const char *name)
{
	static char paths[4][8192];
	static unsigned turn;
	char *path = paths[turn++ % 4];
	snprintf(path, 8192, "%s/%s", dir, name);
	return path;
}

/* A store with NOTES notes: the first third in the base copy, the rest in the logs; closed cleanly. */
static void make_model(bool encrypted)
{
	struct store *store;
	snprintf(dir, sizeof dir, "%s", scratch_path(encrypted ? "locked" : "plain"));
	if (!village_make(dir, encrypted) || !(store = village_open(dir, 0)) ||
	    !village_write(store, 0, NOTES / 3) || store_make_base(store, NULL, &err) ||
	    !village_write(store, NOTES / 3, 2 * NOTES / 3) || store_checkpoint(store, &err) ||
	    !village_write(store, 2 * NOTES / 3, NOTES))
		ok(false, "a store: %s", village_err.text);
	else
		store_close(store);
}

/* A new copy of the model in dir, and its session. */
static void fresh(bool encrypted)
{
	char command[16384], model[4096];
	snprintf(model, sizeof model, "%s", scratch_path(encrypted ? "locked" : "plain"));
	snprintf(dir, sizeof dir, "%.4000s/s%u", scratch_dir, n_stores++);
	snprintf(command, sizeof command, "cp -a '%s' '%s'", model, dir);
	if (system(command))
		ok(false, "%s", command);
	village_session = sessions[encrypted];
}

/* The store opens, tells about text (NULL: tells nothing), has all notes, and is sound the next time. */
static void expect_whole(const char *text, const char *what)
{
	struct store *store = village_open(dir, 0);
	if (!ok(store != NULL, "%s: opens", what))
		return;
	printf("# %s\n", buf_text(&store->repaired));
	ok(text ? strstr(buf_text(&store->repaired), text) != NULL : !store->repaired.len_bytes,
	   "%s: %s", what, text ? "says what it did" : "has nothing to say");
	is(village_notes(store), NOTES, what);
	ok(village_write(store, NOTES, NOTES + 3), "%s: can be written", what);
	store_close(store);
	store = village_open(dir, 0);
	ok(store && store->repaired.len_bytes == 0 && village_notes(store) == NOTES + 3,
	   "%s: sound the next time", what);
	store_close(store);
}

/* Overwrite n bytes at offset (from the end when negative) with something else. */
static void damage(const char *path, off_t offset, size_t n)
{
	uint8_t bytes[PAGE];
	struct stat st;
	int fd = open(path, O_RDWR);
	if (fd < 0 || fstat(fd, &st) || n > sizeof bytes) {
		ok(false, "damage %s", path);
		return;
	}
	if (offset < 0)
		offset += st.st_size;
	if (pread(fd, bytes, n, offset) != (ssize_t)n)
		ok(false, "read %s", path);
	for (size_t i = 0; i < n; i++)
		bytes[i] ^= 0x5a;
	if (pwrite(fd, bytes, n, offset) != (ssize_t)n)
		ok(false, "write %s", path);
	close(fd);
}

/* The newest log, and where its records end: the file itself is longer. */
static char *newest_log(off_t *end)
{
	static char path[8192];
	struct sidecar last;
	char name[64];
	if (sidecar_read(dir, &last, &err))
		ok(false, "sidecar: %s", err.text);
	snprintf(name, sizeof name, "env/log/log.%010u", (unsigned)last.log.file);
	snprintf(path, sizeof path, "%s", in_store(name));
	*end = (off_t)last.log.offset;
	return path;
}

static void test_log_damage(bool encrypted)
{
	off_t end;
	char *log;
	fresh(encrypted);
	log = newest_log(&end);
	damage(log, end - 20, 8);
	expect_whole("was rebuilt", "a flipped byte in the last record of the log");
	fresh(encrypted);
	log = newest_log(&end);
	is(truncate(log, end - 1000), 0, "cut a little");
	expect_whole("was rebuilt", "a log that lacks its end");
	fresh(encrypted);
	log = newest_log(&end);
	is(truncate(log, end / 3), 0, "cut");
	expect_whole("its own data files", "a cut log");
	fresh(encrypted);
	unlink(newest_log(&end));
	expect_whole("its own data files", "the newest log deleted");
}

/* Tear every second page of a table's file. */
static void tear(const char *table)
{
	char path[8192];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s", in_store("env/data"), table);
	if (stat(path, &st)) {
		ok(false, "%s", path);
		return;
	}
	for (off_t page = 1; page < st.st_size / PAGE; page += 2)
		damage(path, page * PAGE + 2048, 2048);
}

static void test_page_damage(bool encrypted)
{
	struct store *store;
	fresh(encrypted);
	tear("entry.db");
	store = village_open(dir, 0);
	if (store) { /* found at the first reading of such a page */
		ok(village_notes(store) == -1 && village_err.code == ERR_CORRUPT, "reading finds it");
		store_close(store);
	}
	expect_whole("the base copy and the logs", "torn pages");
	fresh(encrypted);
	tear("entry.db");
	store = village_open(dir, 0);
	is(village_notes(store), -1, "reading a torn page");
	is(village_note(store, "note 90."), 0, "the next saving repairs by itself");
	ok(strstr(buf_text(&store->repaired), "the base copy and the logs") != NULL, "tells so");
	is(village_notes(store), NOTES + 1, "and has all notes");
	store_close(store);
	fresh(encrypted);
	damage(in_store("env/data/meta.db"), 100, 400);
	expect_whole("the base copy and the logs", "a damaged first page");
	fresh(encrypted);
	unlink(in_store("env/data/entry.db"));
	expect_whole("the base copy and the logs", "a deleted table");
	fresh(encrypted);
	is(truncate(in_store("env/data/entry.db"), 2 * PAGE), 0, "cut");
	store = village_open(dir, 0);
	if (store)
		village_notes(store);
	store_close(store);
	expect_whole("the base copy and the logs", "a cut table");
	fresh(encrypted);
	tear("entry.db");
	damage(in_store("base/data/entry.db"), PAGE + 2048, 2048);
	store = village_open(dir, 0);
	if (store)
		village_notes(store);
	store_close(store);
	store = village_open(dir, 0);
	ok(store == NULL && village_err.code == ERR_CORRUPT,
	   "database and base copy damaged, no older one: said, not hidden");
	store_close(store);
	ok(file_exists(in_store("env/data/entry.db")), "and nothing is thrown away");
}

/* Damaged table, a base copy that cannot be used, but the one before can. */
static void test_previous_base(void)
{
	struct store *store;
	fresh(true);
	store = village_open(dir, 0);
	is(store_make_base(store, NULL, &err), 0, "a second base copy");
	store_close(store);
	tear("entry.db");
	damage(in_store("base/data/entry.db"), PAGE + 2048, 2048);
	store = village_open(dir, 0);
	is(village_notes(store), -1, "reading a torn page");
	store_close(store);
	expect_whole("the base copy before the last one", "table and base copy damaged");
}

static void test_sidecar(void)
{
	struct store *store;
	fresh(true);
	damage(in_store("sidecar"), 40, 4);
	expect_whole(NULL, "one slot of the sidecar damaged");
	fresh(true);
	damage(in_store("sidecar"), 40, 4);
	damage(in_store("sidecar"), 512 + 40, 4);
	expect_whole("watermark", "both slots damaged");
	fresh(true);
	unlink(in_store("sidecar"));
	expect_whole("watermark", "no sidecar");
	fresh(true);
	is(file_remove_tree(in_store("env/log"), &err), 0, "all logs gone");
	expect_whole("its own data files", "a database without its logs");
	fresh(true);
	is(file_remove_tree(in_store("env"), &err), 0, "the whole environment gone");
	store = village_open(dir, 0);
	ok(store && strstr(buf_text(&store->repaired), "could not be brought back"),
	   "the loss is told: %s", store ? buf_text(&store->repaired) : "");
	ok(store && village_notes(store) >= NOTES / 3, "what the copies have is back");
	store_close(store);
}

static void test_config(void)
{
	fresh(true);
	is(file_write_atomic(in_store("env/DB_CONFIG"), "set_flags DB_TXN_NOSYNC\n", 24, &err), 0,
	   "a DB_CONFIG");
	ok(village_open(dir, 0) == NULL && village_err.code == ERR_INVALID &&
	           strstr(village_err.text, "DB_CONFIG"),
	   "is refused by name");
	unlink(in_store("env/DB_CONFIG"));
	expect_whole(NULL, "without it");
}

/* A kill at each stage of the repair itself: run it in a child that is killed when a trace of progress appears. */
static void test_killed_repair(void)
{
	static const char *const traces[] = { "env.new", "env.new/data/meta.db", "env.new/log", "swap",
		                              "base.new", "base.new/ready", "base.new/data" };
	for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
		char trace[8192];
		pid_t child;
		int status;
		fresh(i % 2);
		unlink(in_store("env/data/entry.db"));
		snprintf(trace, sizeof trace, "%s", in_store(traces[i]));
		child = fork();
		if (child == 0) {
			last_file = trace;
			store_close(village_open(dir, 0));
			_exit(0);
		}
		waitpid(child, &status, 0);
		ok(WIFSIGNALED(status), "killed when %s appeared", traces[i]);
		struct store *store = village_open(dir, 0);
		ok(store && village_notes(store) == NOTES, "all notes");
		store_close(store);
		ok(!file_exists(in_store("env.new")) && !file_exists(in_store("swap")) &&
		           !file_exists(in_store("base.new")),
		   "and no rests");
	}
}

/* The password opens the store, whatever happened to its key files. */
static void expect_password(const char *what)
{
	struct session session;
	is(account_unlock(dir, "li", village_password, &session, &err), 0, what);
	session_end(&session);
}

static void test_keys(void)
{
	fresh(true);
	damage(in_store("keys"), 60, 4);
	expect_password("damaged keys: the password opens them");
	expect_whole("written anew from its copy", "damaged keys");
	fresh(true);
	unlink(in_store("keys.bak"));
	expect_whole("written anew from its copy", "keys.bak is gone");
	fresh(true);
	damage(in_store("keys"), 60, 4);
	damage(in_store("keys.bak"), 90, 4);
	expect_password("both damaged: the password opens the base copy");
	expect_whole("operators and passwords are those of that day", "both damaged");
	ok(file_exists(in_store("keys")) && file_exists(in_store("keys.bak")), "both are there again");
	expect_password("the password opens them afterwards");
	fresh(true);
	unlink(in_store("keys"));
	unlink(in_store("keys.bak"));
	expect_password("both gone: the password opens the base copy");
	expect_whole("operators and passwords are those of that day", "both gone");
}

static void test_secrets(void)
{
	struct store *store;
	fresh(true);
	damage(in_store("secrets"), 30, 4);
	expect_whole("secret keys was damaged and was taken from the base copy", "damaged secrets");
	fresh(true);
	unlink(in_store("secrets"));
	expect_whole("secret keys was damaged and was taken from the base copy", "secrets are gone");
	fresh(true);
	damage(in_store("secrets"), 30, 4);
	damage(in_store("base/secrets"), 30, 4);
	store = village_open(dir, 0);
	ok(store && strstr(buf_text(&store->repaired), "goes on under a new number"),
	   "no secrets anywhere: a new identity, and it is said");
	ok(store && store->self == 2 && store->mark.n_entries == NOTES, "with all entries");
	ok(village_note(store, "later") == 0, "that can write");
	store_close(store);
	ok(file_exists(in_store("secrets.bad")), "the damaged file is kept");
	store = village_open(dir, 0);
	ok(store && !store->repaired.len_bytes && store->self == 2, "and has nothing to say the next time");
	store_close(store);
}

int main(void)
{
	scratch_begin();
	for (int encrypted = 0; encrypted < 2; encrypted++) {
		make_model(encrypted);
		sessions[encrypted] = village_session;
	}
	test_log_damage(false);
	test_log_damage(true);
	test_page_damage(false);
	test_page_damage(true);
	test_previous_base();
	test_sidecar();
	test_config();
	test_killed_repair();
	test_keys();
	test_secrets();
	return done_testing();
}
