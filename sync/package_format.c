/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/package_format.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lib/deflate.h"
#include "lib/file.h"
#include "lib/i18n.h"

const char *const PACKAGE_FOLDERS[PACKAGE_KINDS] = { "forms", "codes", "rules" };

enum { PATH_BYTES = 4096 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("the package is malformed"));
}

/* Without its ".csv": nothing that could leave the folder. */
static bool is_plain_name(const char *name, size_t n)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	if (n == 0 || n > PACKAGE_MAX_NAME)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!name[i] || !strchr(allowed, name[i]))
			return false;
	return true;
}

/* --- a folder --- */

static int is_table(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);
	return entry->d_name[0] != '.' && n > 4 && !strcmp(entry->d_name + n - 4, ".csv");
}

struct scan {
	struct arena *arena;
	struct package_file *files;
	const char **paths;
	size_t n;
};

static int scan_entry(struct scan *scan, const char *dir, enum package_kind kind, const char *name,
                      struct error *err)
{
	struct package_file *file = &scan->files[scan->n];
	if (!is_plain_name(name, strlen(name) - 4))
		return error_set(err, ERR_INVALID,
		                 _("%s/%s: the name of a table has only a-z, 0-9 and _, at most %d of them"),
		                 PACKAGE_FOLDERS[kind], name, PACKAGE_MAX_NAME);
	if (scan->n >= PACKAGE_MAX_FILES)
		return error_set(err, ERR_LIMIT, _("a package has at most %d tables"), PACKAGE_MAX_FILES);
	file->kind = kind;
	file->name = arena_strdup(scan->arena, name);
	file->path = arena_printf(scan->arena, "%s/%s/%s", dir, PACKAGE_FOLDERS[kind], name);
	scan->paths[scan->n++] = file->path;
	return file->name && file->path ? 0 : no_memory(err);
}

static int scan_folder(struct scan *scan, const char *dir, enum package_kind kind, struct error *err)
{
	char folder[PATH_BYTES];
	struct dirent **entries = NULL;
	int code = path_join(folder, sizeof(folder), dir, PACKAGE_FOLDERS[kind], err);
	if (code)
		return code;
	int n = scandir(folder, &entries, is_table, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 : error_errno(err, errno, "%s", folder);
	for (int i = 0; i < n; i++) {
		if (!code)
			code = scan_entry(scan, dir, kind, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	return code;
}

int package_scan(const char *dir, struct arena *arena, struct package_files *out, struct error *err)
{
	struct scan scan = { .arena = arena };
	int code = 0;
	scan.files = arena_array(arena, PACKAGE_MAX_FILES + 1, sizeof(*scan.files));
	scan.paths = arena_array(arena, PACKAGE_MAX_FILES + 1, sizeof(*scan.paths));
	if (!scan.files || !scan.paths)
		return no_memory(err);
	for (int kind = 0; !code && kind < PACKAGE_KINDS; kind++)
		code = scan_folder(&scan, dir, (enum package_kind)kind, err);
	*out = (struct package_files){ scan.files, scan.n, scan.paths };
	return code;
}

bool package_same_bytes(const char *path, const char *other)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct error ignored;
	bool same = !file_read(path, PACKAGE_MAX_FILE, &a, &ignored) &&
	            !file_read(other, PACKAGE_MAX_FILE, &b, &ignored) && a.len_bytes == b.len_bytes &&
	            (a.len_bytes == 0 || !memcmp(a.data, b.data, a.len_bytes));
	buf_free(&a);
	buf_free(&b);
	return same;
}

/* --- bytes --- */

int package_pack(uint64_t number, const struct package_files *files, struct buf *out, struct error *err)
{
	struct buf plain = BUF_INIT, one = BUF_INIT;
	int code = 0;
	buf_put_varint(&plain, files->n);
	for (size_t i = 0; !code && i < files->n; i++) {
		const struct package_file *file = &files->files[i];
		size_t n_name = strlen(file->name) - 4;
		buf_clear(&one);
		code = file_read(file->path, PACKAGE_MAX_FILE, &one, err);
		buf_put_u8(&plain, (uint8_t)file->kind);
		buf_put_varint(&plain, n_name);
		buf_put(&plain, file->name, n_name);
		buf_put_varint(&plain, one.len_bytes);
		buf_put(&plain, one.data, one.len_bytes);
	}
	if (!code && plain.len_bytes > PACKAGE_MAX_BYTES)
		code = error_set(err, ERR_LIMIT, _("the tables of a package have at most %d bytes"),
		                 PACKAGE_MAX_BYTES);
	if (!code && (plain.failed || one.failed))
		code = no_memory(err);
	if (!code) {
		buf_put_varint(out, number);
		code = deflate_bytes(out, span_of_buf(&plain), span_of(NULL, 0), DEFLATE_DEFAULT, err);
	}
	buf_free(&plain);
	buf_free(&one);
	return code;
}

bool package_peek(struct span section, uint64_t *number)
{
	return span_varint(&section, number) && *number > 0;
}

struct packed { uint8_t kind; struct span name, bytes; };

static bool same_name(const struct packed *a, const struct packed *b)
{
	return a->kind == b->kind && a->name.len_bytes == b->name.len_bytes &&
	       !memcmp(a->name.data, b->name.data, a->name.len_bytes);
}

/* All names and sizes are judged before the first file is written. */
static int read_files(struct span in, struct packed files[PACKAGE_MAX_FILES], size_t *n, struct error *err)
{
	uint64_t count;
	if (!span_varint(&in, &count) || count == 0)
		return malformed(err);
	if (count > PACKAGE_MAX_FILES)
		return error_set(err, ERR_LIMIT, _("a package has at most %d tables"), PACKAGE_MAX_FILES);
	for (*n = 0; *n < count; ++*n) {
		struct packed *file = &files[*n];
		if (!span_u8(&in, &file->kind) || file->kind >= PACKAGE_KINDS || !span_text(&in, &file->name) ||
		    !span_text(&in, &file->bytes))
			return malformed(err);
		if (!is_plain_name((const char *)file->name.data, file->name.len_bytes))
			return error_set(err, ERR_INVALID, _("the package has a table with a name that is not "
			                                     "allowed"));
		if (file->bytes.len_bytes > PACKAGE_MAX_FILE)
			return error_set(err, ERR_LIMIT, _("a table of the package is too large"));
		for (size_t i = 0; i < *n; i++)
			if (same_name(&files[i], file))
				return malformed(err);
	}
	return in.len_bytes ? malformed(err) : 0;
}

int package_each(struct span section,
                 int (*each)(void *arg, enum package_kind kind, struct span name, struct span bytes, struct error *err),
                 void *arg, struct error *err)
{
	struct buf plain = BUF_INIT;
	uint64_t number;
	size_t n = 0;
	struct packed *files = calloc(PACKAGE_MAX_FILES, sizeof(*files));
	int code = files ? 0 : no_memory(err);
	if (!code && !span_varint(&section, &number))
		code = malformed(err);
	if (!code)
		code = inflate_bytes(&plain, section, span_of(NULL, 0), PACKAGE_MAX_BYTES, err);
	if (!code)
		code = read_files(span_of_buf(&plain), files, &n, err);
	for (size_t i = 0; !code && i < n; i++)
		code = each(arg, (enum package_kind)files[i].kind, files[i].name, files[i].bytes, err);
	free(files);
	buf_free(&plain);
	return code;
}

static int write_file(void *arg, enum package_kind kind, struct span table, struct span bytes, struct error *err)
{
	const char *dir = arg;
	char folder[PATH_BYTES], path[PATH_BYTES], name[PACKAGE_MAX_NAME + 5];
	memcpy(name, table.data, table.len_bytes);
	memcpy(name + table.len_bytes, ".csv", 5);
	int code = path_join(folder, sizeof(folder), dir, PACKAGE_FOLDERS[kind], err);
	if (!code)
		code = file_make_dirs(folder, 0700, err);
	if (!code)
		code = path_join(path, sizeof(path), folder, name, err);
	return code ? code : file_write_atomic(path, bytes.data, bytes.len_bytes, err);
}

int package_unpack(struct span section, const char *dir, struct error *err)
{
	return package_each(section, write_file, (void *)dir, err);
}
