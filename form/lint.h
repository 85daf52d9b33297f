/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with forms that load: questions nobody can reach, ranges that contradict themselves or their
 * codes, codes that do not exist, tags that changed their meaning (form/lock.h). doc/forms.md lists it all.
 */
#ifndef FORM_LINT_H
#define FORM_LINT_H

#include "form/form.h"

struct lint_report {
	/* "file:line:column: message"; either may be NULL. A note is no fault. */
	void (*problem)(void *arg, const char *line);
	void (*note)(void *arg, const char *line);
	void *arg;
	bool new_tags; /* shipped forms may have tags that tags.lock lacks, too */
};

/* Check all forms of a set loaded from dir and files (form_set_load_with()). Forms given as files may have
 * fields that dir/forms/tags.lock does not know yet; those of dir may not. ERR_INVALID when there are problems,
 * with as many as fit in err->text; ERR_IO, ERR_NOMEM. */
int form_lint(const struct form_set *set, const char *dir, const char *const files[], size_t n_files,
              const struct lint_report *report, struct error *err);

#endif
