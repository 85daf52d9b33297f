/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the form commands share. */
#ifndef CMD_ADMIN_FORM_H
#define CMD_ADMIN_FORM_H

#include "cmd/admin.h"

enum { FORM_DIR_BYTES = 4096 };

/* The folder of forms, code lists and rules, without a slash at its end. */
int form_data_dir(char out[FORM_DIR_BYTES], struct error *err);

/* Load the shipped forms, with one of a file when name ends in .csv, and find it. The caller frees *set. */
int form_open(struct form_set **set, const struct form **form, const char *name, struct error *err);

int admin_form_eval(int argc, char **argv);

#endif
