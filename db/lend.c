/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/lend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "db/ladder.h"
#include "db/logbook.h"
#include "db/txn.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum { WAIT_MS = 10000, STEP_MS = 50, HELLO_MS = 1000, OWNER_BYTES = 128 };

/* --- the lock --- */

static bool try_lock(const struct store *store)
{
	return flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0;
}

static void write_owner(const struct store *store)
{
	char text[OWNER_BYTES];
	int n = snprintf(text, sizeof text, "%ld %.80s\n", (long)getpid(), program_invocation_short_name);
	if (ftruncate(store->lock_fd, 0) == 0 && pwrite(store->lock_fd, text, (size_t)n, 0) != n)
		logbook_write(store->dir, "lock: %s", strerror(errno));
}

static int refuse_busy(const struct store *store, struct error *err)
{
	char text[OWNER_BYTES] = "", name[OWNER_BYTES] = "?";
	long pid = 0;
	if (pread(store->lock_fd, text, sizeof text - 1, 0) > 0)
		sscanf(text, "%ld %127[^\n]", &pid, name);
	return error_set(err, ERR_BUSY, _("%s is in use by %s (process %ld)"), store->dir, name, pid);
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A path to the socket that fits sun_path however long the store's is. */
static struct sockaddr_un socket_address(const struct store *store)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/sock", store->dir_fd);
	return address;
}

static int connect_owner(const struct store *store)
{
	struct sockaddr_un address = socket_address(store);
	char text[OWNER_BYTES];
	int n, fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	n = snprintf(text, sizeof text, "%ld %.80s\n", (long)getpid(), program_invocation_short_name);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    send(fd, text, (size_t)n, MSG_NOSIGNAL) == n)
		return fd;
	close(fd);
	return -1;
}

/* Wait on fd for the owner's "1" for at most ms; true when the store is ours to lock. */
static bool wait_for_word(int fd, int ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char word;
	return poll(&wait, 1, ms) == 1 && recv(fd, &word, 1, 0) == 1 && word == '1';
}

static bool wait_for_lock(struct store *store)
{
	const int64_t end = now_ms() + WAIT_MS;
	while (now_ms() < end) {
		int fd = connect_owner(store);
		struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };
		if (fd >= 0 && wait_for_word(fd, (int)(end - now_ms()))) {
			if (flock(store->lock_fd, LOCK_EX) == 0) {
				store->borrow_fd = fd;
				return true;
			}
		}
		if (fd >= 0)
			close(fd);
		if (try_lock(store))
			return true;
		nanosleep(&pause, NULL); /* an owner that does not lend may end soon */
	}
	return false;
}

int lend_lock(struct store *store, struct error *err)
{
	store->dir_fd = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->dir_fd < 0)
		return error_errno(err, errno, "%s", store->dir);
	store->lock_fd = openat(store->dir_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock_fd < 0)
		return error_errno(err, errno, "%s/lock", store->dir);
	if (!try_lock(store) && (!(store->flags & STORE_WAIT) || !wait_for_lock(store)))
		return refuse_busy(store, err);
	write_owner(store);
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void lend_unlock(struct store *store)
{
	if (store->listen_fd >= 0)
		unlinkat(store->dir_fd, "sock", 0);
	close_fd(&store->listen_fd);
	close_fd(&store->lock_fd); /* before the connection: the owner takes it back when that ends */
	close_fd(&store->borrow_fd);
	close_fd(&store->dir_fd);
}

/* --- lending --- */

int lend_listen(struct store *store, struct error *err)
{
	struct sockaddr_un address = socket_address(store);
	unlinkat(store->dir_fd, "sock", 0);
	store->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (store->listen_fd < 0 ||
	    bind(store->listen_fd, (struct sockaddr *)&address, sizeof address) ||
	    listen(store->listen_fd, 8))
		return error_errno(err, errno, "%s/sock", store->dir);
	return 0;
}

int store_lend_fd(const struct store *store)
{
	return store->listen_fd;
}

/* The borrower's name from its first line; false when it has gone or says nothing. */
static bool read_hello(int fd, char *who, size_t size)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char text[OWNER_BYTES], name[OWNER_BYTES];
	ssize_t n;
	long pid;
	if (poll(&wait, 1, HELLO_MS) != 1)
		return false;
	n = recv(fd, text, sizeof text - 1, 0);
	if (n <= 0)
		return false;
	text[n] = '\0';
	if (sscanf(text, "%ld %127[^\n]", &pid, name) != 2)
		return false;
	snprintf(who, size, "%s", name);
	return true;
}

static void wait_for_end(int fd)
{
	char byte;
	ssize_t n;
	do
		n = recv(fd, &byte, 1, 0);
	while (n > 0 || (n < 0 && errno == EINTR));
}

int store_lend(struct store *store, char *who, size_t size, struct error *err)
{
	int ret, fd = accept4(store->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (size)
		*who = '\0';
	if (fd < 0)
		return 0;
	if (!read_hello(fd, who, size)) {
		close(fd);
		return 0;
	}
	ret = store_rest(store, err);
	if (ret) {
		close(fd);
		return ret;
	}
	flock(store->lock_fd, LOCK_UN);
	if (send(fd, "1", 1, MSG_NOSIGNAL) == 1)
		wait_for_end(fd);
	close(fd);
	while (flock(store->lock_fd, LOCK_EX))
		if (errno != EINTR)
			return error_errno(err, errno, "%s/lock", store->dir);
	write_owner(store);
	logbook_write(store->dir, "was lent to %s", who);
	store->generation++;
	return ladder_climb(store, err);
}
