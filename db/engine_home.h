/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the engine that needs no Berkeley DB: its folders, file names and log positions. */
#ifndef DB_ENGINE_HOME_H
#define DB_ENGINE_HOME_H

#include "db/engine.h"

/* ERR_INVALID when a DB_CONFIG lies in home: it would silently override the settings of the code. */
int home_refuse_config(const char *home, struct error *err);
/* Make home/data and home/log, mode 0700. */
int home_make(const char *home, struct error *err);
/* Sync the folders: Berkeley DB never does after it made a file there. */
int home_sync(const char *home, struct error *err);

#endif
