/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How rule tables are kept; only form/ looks inside. */
#ifndef FORM_RULES_SET_H
#define FORM_RULES_SET_H

#include <stddef.h>
#include "form/rules.h"

struct rule_table {
	const char *name;
	struct rule *rules;
	size_t n;
};

struct rule_set {
	struct rule_table *tables;
	size_t n_tables;
};

#endif
