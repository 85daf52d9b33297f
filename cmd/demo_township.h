/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole invented township below one folder: township/, village-01/ ..., and stick/ that carried the bundles. */
#ifndef CMD_DEMO_TOWNSHIP_H
#define CMD_DEMO_TOWNSHIP_H

#include "cmd/demo_fill.h"

struct demo_township {
	const char *dir;
	const char *operator_name, *password; /* the same in all stores */
	const struct form_set *forms;
	bool no_encrypt;
	long villages;
	struct demo_plan plan;                /* for each village */
};

/* ERR_EXISTS when a store is there already. Adds to *totals. */
int demo_township(const struct demo_township *township, struct demo_totals *totals,
                  struct progress *progress, struct error *err);

#endif
