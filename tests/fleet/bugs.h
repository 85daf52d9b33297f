/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the program replaced in the simulator: for speed, for entries of a later version, and for known bugs. */
#ifndef TESTS_FLEET_BUGS_H
#define TESTS_FLEET_BUGS_H

#include <stdbool.h>

/* Saved entries get an extension, as those of a later version may have. */
void hooks_save_with_extension(bool on);

/* Put a known bug back in; false: there is none of this name. */
bool bug_switch_on(const char *name);

#endif
