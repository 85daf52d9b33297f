/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "sync/ssh.h"

extern char **environ;

enum { HOST_BYTES = 256, END_TRIES = 50, END_TRY_MS = 20 };

int ssh_check_host(const char *host, struct error *err)
{
	bool good = *host && *host != '-' && strlen(host) < HOST_BYTES;
	for (const char *c = host; *c; c++)
		good = good && (unsigned char)*c > ' ' && *c != 0x7f;
	return good ? 0 : error_set(err, ERR_USAGE, _("this is no name of a host"));
}

static int make_pipes(int pipes[3][2], struct error *err)
{
	for (int i = 0; i < 3; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (int i = 0; i < 3; i++)
		if (pipe2(pipes[i], O_CLOEXEC))
			return error_errno(err, errno, "ssh");
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Its own process group: Ctrl-C of the terminal is ours to answer. */
static int spawn(struct ssh *ssh, int pipes[3][2], const char *host, struct error *err)
{
	const char *given = getenv("XIANGYI_SSH"), *program = given && *given ? given : "ssh";
	char *const arguments[] = { (char *)program, "-T", "-oBatchMode=yes", "-oConnectTimeout=20",
		                    "-oServerAliveInterval=15", "-oServerAliveCountMax=4", "--", (char *)host,
		                    "xiangyi-merge receive", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t broken_pipe;
	sigemptyset(&broken_pipe);
	sigaddset(&broken_pipe, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&actions, pipes[0][0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, pipes[1][1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, pipes[2][1], STDERR_FILENO);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigdefault(&attributes, &broken_pipe);
	int number = posix_spawnp(&ssh->pid, program, &actions, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (!number)
		return 0;
	ssh->pid = 0;
	return error_errno(err, number, _("%s cannot be started"), program);
}

int ssh_begin(struct ssh *ssh, const char *host, struct error *err)
{
	int pipes[3][2];
	*ssh = (struct ssh){ .in = -1, .out = -1, .said = -1 };
	int code = ssh_check_host(host, err);
	if (code)
		return code;
	code = make_pipes(pipes, err);
	if (!code)
		code = spawn(ssh, pipes, host, err);
	close_fd(&pipes[0][0]);
	close_fd(&pipes[1][1]);
	close_fd(&pipes[2][1]);
	ssh->out = pipes[0][1];
	ssh->in = pipes[1][0];
	ssh->said = pipes[2][0];
	if (code)
		ssh_end(ssh);
	return code;
}

/* With its input closed ssh ends by itself unless the line hangs. */
static bool is_over(struct ssh *ssh)
{
	const struct timespec pause = { .tv_nsec = END_TRY_MS * 1000 * 1000 };
	for (int i = 0; i < END_TRIES; i++) {
		pid_t ended = waitpid(ssh->pid, NULL, WNOHANG);
		if (ended == ssh->pid || (ended < 0 && errno != EINTR))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

void ssh_end(struct ssh *ssh)
{
	close_fd(&ssh->out);
	close_fd(&ssh->in);
	close_fd(&ssh->said);
	if (ssh->pid > 0 && !is_over(ssh)) {
		kill(ssh->pid, SIGTERM);
		if (!is_over(ssh)) {
			kill(ssh->pid, SIGKILL);
			waitpid(ssh->pid, NULL, 0);
		}
	}
	ssh->pid = 0;
}
