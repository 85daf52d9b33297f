/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/engine_home.h"

#include "lib/file.h"
#include "lib/i18n.h"

static const char *const table_files[TABLE_N] = {
#define TABLE_FILE(name, file) [TABLE_##name] = file ".db",
	ENGINE_TABLE_LIST(TABLE_FILE)
#undef TABLE_FILE
};

const char *engine_table_name(enum engine_table table)
{
	return table_files[table];
}

int home_refuse_config(const char *home, struct error *err)
{
	char path[4096];
	int ret = path_join(path, sizeof path, home, "DB_CONFIG", err);
	if (ret)
		return ret;
	if (file_exists(path))
		return error_set(err, ERR_INVALID,
		                 _("%s would change the database's settings; remove this file"), path);
	return 0;
}

int home_make(const char *home, struct error *err)
{
	char path[4096];
	int ret = path_join(path, sizeof path, home, "data", err);
	ret = ret ? ret : file_make_dirs(path, 0700, err);
	ret = ret ? ret : path_join(path, sizeof path, home, "log", err);
	return ret ? ret : file_make_dirs(path, 0700, err);
}

int home_sync(const char *home, struct error *err)
{
	char path[4096];
	int ret = path_join(path, sizeof path, home, "data", err);
	ret = ret ? ret : file_sync_dir(path, err);
	ret = ret ? ret : path_join(path, sizeof path, home, "log", err);
	ret = ret ? ret : file_sync_dir(path, err);
	return ret ? ret : file_sync_dir(home, err);
}

int engine_position_compare(struct engine_position a, struct engine_position b)
{
	if (a.file != b.file)
		return a.file < b.file ? -1 : 1;
	return a.offset < b.offset ? -1 : a.offset > b.offset;
}
