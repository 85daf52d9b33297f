/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files make up a set: those of the data folder, and others that take their place. */
#include "config.h"

#include "form/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "lib/file.h"
#include "lib/utf8.h"

static const char *const folders[] = { "forms", "codes", "rules" };

static int no_memory(struct loader *loader, struct error *err)
{
	loader->no_memory = true;
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static bool is_table_file(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 4 && !strcmp(name + n - 4, ".csv");
}

static int is_table_entry(const struct dirent *entry)
{
	return is_table_file(entry->d_name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const struct load_file *find(const struct loader *loader, enum load_kind kind,
                                    const char *name)
{
	for (size_t i = 0; i < loader->n_files; i++)
		if (loader->files[i].kind == kind && !strcmp(loader->files[i].name, name))
			return &loader->files[i];
	return NULL;
}

/* A form begins with the name of a sheet, a rule table has a column rule, a code list a column name. */
static int kind_of(const struct csv_table *table)
{
	const char *first = table->n_rows ? load_cell(&table->rows[0], 0) : "";
	if (!strcmp(first, "survey") || !strcmp(first, "choices") || !strcmp(first, "settings"))
		return LOAD_FORM;
	if (table->n_rows && csv_find(&table->rows[0], "rule") >= 0)
		return LOAD_RULES;
	if (table->n_rows && csv_find(&table->rows[0], "name") >= 0)
		return LOAD_CODES;
	return -1;
}

int load_files(struct loader *loader, const char *const files[], size_t n, struct error *err)
{
	struct load_file *kept = n ? arena_array(&loader->pending, n, sizeof *kept) : NULL;
	if (n && !kept)
		return no_memory(loader, err);
	loader->files = kept;
	for (size_t i = 0; i < n; i++) {
		struct csv_table table;
		struct error fault = { 0 };
		const char *slash = strrchr(files[i], '/');
		loader->path = load_copy(loader, files[i]);
		if (csv_read_file(&table, files[i], &loader->scratch, &fault)) {
			load_problem(loader, 1, 1, "%s", fault.text);
			continue;
		}
		int kind = kind_of(&table);
		const char *name = load_copy(loader, slash ? slash + 1 : files[i]);
		if (kind < 0 || !is_table_file(name))
			load_problem(loader, 1, 1,
			             _("this is neither a form nor a code list nor a rule table"));
		else if (find(loader, (enum load_kind)kind, name))
			load_problem(loader, 1, 1, _("another file of this name was given"));
		else
			kept[loader->n_files++] =
				(struct load_file){ (enum load_kind)kind, name, loader->path };
		arena_reset(&loader->scratch);
	}
	return 0;
}

int load_names(struct loader *loader, enum load_kind kind, const char ***out, size_t *n,
               struct error *err)
{
	char folder[4096];
	struct dirent **entries = NULL;
	int code = path_join(folder, sizeof folder, loader->dir, folders[kind], err);
	if (code)
		return code;
	int found = scandir(folder, &entries, is_table_entry, NULL);
	if (found < 0 && (errno != ENOENT || kind == LOAD_FORM))
		return error_errno(err, errno, _("cannot read the folder %s"), folder);
	size_t n_entries = found > 0 ? (size_t)found : 0;
	const char **names = arena_array(&loader->pending, n_entries + loader->n_files + 1, sizeof *names);
	*out = names;
	*n = 0;
	for (size_t i = 0; i < n_entries; i++) {
		char *copy = arena_strdup(&loader->pending, entries[i]->d_name);
		if (names && copy && !find(loader, kind, copy))
			names[(*n)++] = copy;
		if (!copy)
			loader->no_memory = true;
		free(entries[i]);
	}
	free(entries);
	if (!names || loader->no_memory)
		return no_memory(loader, err);
	for (size_t i = 0; i < loader->n_files; i++)
		if (loader->files[i].kind == kind)
			names[(*n)++] = loader->files[i].name;
	qsort(names, *n, sizeof *names, by_name);
	return 0;
}

const char *load_path(struct loader *loader, enum load_kind kind, const char *name)
{
	const struct load_file *file = find(loader, kind, name);
	if (file)
		return file->path;
	const char *path = arena_printf(loader->arena, "%s/%s/%s", loader->dir, folders[kind], name);
	if (!path)
		loader->no_memory = true;
	return path ? path : "";
}
