/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lib/csv.h"
#include "lib/file.h"

enum { LOCK_FORM, LOCK_TAG, LOCK_NAME, LOCK_TYPE, LOCK_COLUMNS };
static const char *const columns[] = { "form", "tag", "name", "type" };

static const char *const type_words[] = {
#define TYPE_WORD(name, word) word,
	FORM_TYPE_LIST(TYPE_WORD)
#undef TYPE_WORD
};

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static int lock_path(char *out, size_t size, const char *dir, struct error *err)
{
	return path_join(out, size, dir, "forms/tags.lock", err);
}

static bool read_row(const struct csv_row *row, struct tag_lock_row *out)
{
	if (row->n < LOCK_COLUMNS)
		return false;
	const char *tag = row->cells[LOCK_TAG];
	size_t n = strlen(tag);
	if (n == 0 || n > 9 || tag[strspn(tag, "0123456789")])
		return false;
	*out = (struct tag_lock_row){
		.form = row->cells[LOCK_FORM], .name = row->cells[LOCK_NAME],
		.type = row->cells[LOCK_TYPE], .tag = (uint32_t)strtoul(tag, NULL, 10), .line = row->line,
	};
	return *out->form && *out->name && *out->type;
}

int tag_lock_read(struct tag_lock *out, const char *dir, struct arena *arena, struct error *err)
{
	char path[4096];
	struct csv_table table;
	*out = (struct tag_lock){ NULL, 0 };
	int code = lock_path(path, sizeof path, dir, err);
	if (code)
		return code;
	if (!file_exists(path))
		return 0;
	code = csv_read_file(&table, path, arena, err);
	if (code)
		return code;
	for (size_t i = 0; table.n_rows && i < LOCK_COLUMNS; i++)
		if (csv_find(&table.rows[0], columns[i]) != (int)i)
			return error_set(err, ERR_INVALID, _("%s:1: the heading must be form,tag,name,type"),
			                 path);
	struct tag_lock_row *rows = arena_array(arena, table.n_rows + 1, sizeof *rows);
	if (!rows)
		return no_memory(err);
	for (size_t r = 1; r < table.n_rows; r++)
		if (!read_row(&table.rows[r], &rows[out->n++]))
			return error_set(err, ERR_INVALID,
			                 _("%s:%zu: a row needs a form, a tag, a name and a type"), path,
			                 table.rows[r].line);
	out->rows = rows;
	return 0;
}

const struct tag_lock_row *tag_lock_find(const struct tag_lock *lock, const char *form, uint32_t tag)
{
	for (size_t i = 0; i < lock->n; i++)
		if (lock->rows[i].tag == tag && !strcmp(lock->rows[i].form, form))
			return &lock->rows[i];
	return NULL;
}

const struct tag_lock_row *tag_lock_find_name(const struct tag_lock *lock, const char *form,
                                              const char *name)
{
	const struct tag_lock_row *found = NULL;
	for (size_t i = 0; i < lock->n; i++)
		if (!strcmp(lock->rows[i].name, name) && !strcmp(lock->rows[i].form, form))
			found = &lock->rows[i];
	return found;
}

const char *tag_lock_name(const struct form *form, const struct form_field *field, struct arena *arena)
{
	if (field->repeat < 0)
		return field->name;
	return arena_printf(arena, "%s/%s", form->fields[field->repeat].name, field->name);
}

const char *tag_lock_type(const struct form_field *field)
{
	return type_words[field->type];
}

/* --- writing --- */

static int compare_rows(const void *a, const void *b)
{
	const struct tag_lock_row *x = a, *y = b;
	int order = strcmp(x->form, y->form);
	return order ? order : (x->tag > y->tag) - (x->tag < y->tag);
}

/* The rows of the lock with those of the set that it lacks behind them. */
static struct tag_lock_row *all_rows(const struct form_set *set, const struct tag_lock *lock,
                                     struct arena *arena, size_t *n)
{
	size_t most = lock->n;
	for (size_t f = 0; f < form_set_count(set); f++)
		most += form_set_at(set, f)->n_fields;
	struct tag_lock_row *rows = arena_array(arena, most + 1, sizeof *rows);
	if (!rows)
		return NULL;
	if (lock->n)
		memcpy(rows, lock->rows, lock->n * sizeof *rows);
	*n = lock->n;
	for (size_t f = 0; f < form_set_count(set); f++) {
		const struct form *form = form_set_at(set, f);
		for (size_t i = 0; i < form->n_fields; i++) {
			const struct form_field *field = &form->fields[i];
			if (!field->tag || tag_lock_find(lock, form->id, field->tag))
				continue;
			const char *name = tag_lock_name(form, field, arena);
			if (!name)
				return NULL;
			rows[(*n)++] = (struct tag_lock_row){ form->id, name, tag_lock_type(field),
				                              field->tag, 0 };
		}
	}
	return rows;
}

int tag_lock_update(const struct form_set *set, const char *dir, size_t *added, struct error *err)
{
	char path[4096];
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct tag_lock lock;
	size_t n = 0;
	struct tag_lock_row *rows = NULL;
	int code = lock_path(path, sizeof path, dir, err);
	if (!code)
		code = tag_lock_read(&lock, dir, &arena, err);
	if (!code && !(rows = all_rows(set, &lock, &arena, &n)))
		code = no_memory(err);
	if (!code) {
		*added = n - lock.n;
		qsort(rows, n, sizeof *rows, compare_rows);
		buf_printf(&out, "form,tag,name,type\n");
		for (size_t i = 0; i < n; i++)
			buf_printf(&out, "%s,%u,%s,%s\n", rows[i].form, rows[i].tag, rows[i].name,
			           rows[i].type);
		if (out.failed)
			code = no_memory(err);
		else if (*added)
			code = file_write_atomic(path, out.data, out.len_bytes, err);
		/* Everybody reads it, as everybody reads the forms. */
		if (!code && *added)
			chmod(path, 0644);
	}
	buf_free(&out);
	arena_free(&arena);
	return code;
}
