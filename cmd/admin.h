/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of xiangyi-admin; each returns the program's exit code. */
#ifndef CMD_ADMIN_H
#define CMD_ADMIN_H

#include "cmd/common.h"

int admin_init(int argc, char **argv);
int admin_user(int argc, char **argv);
int admin_import(int argc, char **argv);
int admin_export(int argc, char **argv);
int admin_check(int argc, char **argv);
int admin_backup(int argc, char **argv);
int admin_restore(int argc, char **argv);
int admin_renew(int argc, char **argv);
int admin_stat(int argc, char **argv);
int admin_why(int argc, char **argv);
int admin_demo(int argc, char **argv);
int admin_form(int argc, char **argv);

/* What a backup holds, as members of the open object. */
struct backup_facts;
void admin_print_backup(struct json *json, const struct backup_facts *facts);

/* A new password from a file (path not NULL) or asked twice on the terminal. ERR_INVALID when the two differ. */
enum { ADMIN_PASSWORD_BYTES = 1024 };
int admin_new_password(const char *path, char out[ADMIN_PASSWORD_BYTES], struct error *err);

#endif
