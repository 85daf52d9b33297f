/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which stick a command means: the one that is named, the only one, or the one a person picks. */
#ifndef CMD_STICK_PICK_H
#define CMD_STICK_PICK_H

#include "lib/cli.h"
#include "sync/sync.h"

#define CMD_STICK_OPTION(target)                                                                   \
	{ "stick", CLI_TEXT, "NAME", N_("the stick with this label, of several that are plugged in"), target }

/* The folder of the stick called name (NULL: any). Of several the terminal is asked; without one ERR_USAGE names
 * them. write: it must be writable (ERR_DENIED). */
int cmd_pick_stick(const char *name, bool write, char out[SYNC_PATH_BYTES], struct error *err);

#endif
