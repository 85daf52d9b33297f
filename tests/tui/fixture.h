/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small clinic for screen tests: two households, five residents, visits, a contract; on 2026-11-22. */
#ifndef TESTS_TUI_FIXTURE_H
#define TESTS_TUI_FIXTURE_H

#include "lib/error.h"

#define FIXTURE_OPERATOR "zhang"
#define FIXTURE_PASSWORD "jiacun-2026"

/* Make the store in dir. */
int fixture_make(const char *dir, struct error *err);

/* An empty store of its township, same operator and password. */
int fixture_make_township(const char *dir, struct error *err);

#endif
