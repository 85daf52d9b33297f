/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system's ssh as a child with three pipes. It never asks: keys and known hosts are set up beforehand. */
#ifndef SYNC_SSH_H
#define SYNC_SSH_H

#include <sys/types.h>

#include "lib/error.h"

struct ssh {
	pid_t pid;          /* 0: none */
	int in, out, said;  /* its output, its input, its messages; -1 closed */
};

/* ERR_USAGE: empty, with white space, or with a - in front, which would be an option. Others are ssh's to judge. */
int ssh_check_host(const char *host, struct error *err);
/* Connect to host (as ssh takes it) and run "xiangyi-merge receive" there, whatever the key's forced command makes of
 * it. $XIANGYI_SSH is the program instead of ssh. ERR_USAGE: no host's name; ERR_IO: the program cannot be started. */
int ssh_begin(struct ssh *ssh, const char *host, struct error *err);
/* Close the pipes and wait for the child, which is stopped when it does not end by itself. Any number of times. */
void ssh_end(struct ssh *ssh);

#endif
