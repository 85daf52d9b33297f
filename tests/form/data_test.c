/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All forms, code lists and rules that are shipped load without a problem. */
#include "config.h"

#include <stdlib.h>
#include "form/form.h"
#include "lib/file.h"
#include "tests/tap.h"

static void print_problem(void *arg, const char *line)
{
	(void)arg;
	printf("# %s\n", line);
}

int main(void)
{
	char path[4096];
	struct error err = { 0 };
	struct form_set *set = NULL;
	if (path_data(path, sizeof path, "", &err)) {
		printf("# %s\n", err.text);
		return 1;
	}
	is(form_set_load(&set, path, print_problem, NULL, &err), 0, "the shipped forms load");
	if (!set)
		return done_testing();
	ok(form_set_count(set) >= 8, "there are %zu forms", form_set_count(set));
	const struct form *visit = form_set_find(set, "hypertension_visit");
	ok(visit && form_tag(visit, "sbp") && visit->date_field >= 0,
	   "a hypertension visit has a systolic pressure and a day");
	ok(form_set_find(set, "resident") != NULL, "there is a form for residents");
	form_set_free(set);
	return done_testing();
}
