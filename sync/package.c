/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/package.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "form/lint.h"
#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/envelope.h"
#include "sync/package_format.h"

enum { PATH_BYTES = 4096 };

static int no_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, _("out of memory"));
}

/* --- folders --- */

static int shipped_dir(char *out, size_t size, struct error *err)
{
	int code = path_data(out, size, "forms", err);
	if (!code)
		*strrchr(out, '/') = '\0';
	return code;
}

/* "data.2026112201": its number, 0 for any other name. */
static uint64_t number_of(const char *name)
{
	static const char front[] = "data.";
	size_t n = sizeof(front) - 1;
	if (strncmp(name, front, n))
		return 0;
	size_t digits = strspn(name + n, "0123456789");
	if (digits == 0 || digits > 18 || name[n + digits] || name[n] == '0')
		return 0;
	return strtoull(name + n, NULL, 10);
}

int package_number(const char *store_dir, uint64_t *number, struct error *err)
{
	DIR *dir = opendir(store_dir);
	*number = 0;
	if (!dir)
		return error_errno(err, errno, "%s", store_dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		if (number_of(entry->d_name) > *number)
			*number = number_of(entry->d_name);
	closedir(dir);
	return 0;
}

static int package_path(char out[PATH_BYTES], const char *store_dir, uint64_t number, struct error *err)
{
	char name[32];
	snprintf(name, sizeof(name), "data.%" PRIu64, number);
	return path_join(out, PATH_BYTES, store_dir, name, err);
}

/* What lies in the package in force; no files when there is none. */
static int scan_current(const char *store_dir, struct arena *arena, uint64_t *number,
                        struct package_files *out, struct error *err)
{
	char dir[PATH_BYTES];
	*out = (struct package_files){ NULL, 0, NULL };
	int code = package_number(store_dir, number, err);
	if (code || !*number)
		return code;
	code = package_path(dir, store_dir, *number, err);
	return code ? code : package_scan(dir, arena, out, err);
}

int package_load_forms(struct form_set **out, const char *store_dir, struct error *warning,
                       struct error *err)
{
	char dir[PATH_BYTES];
	struct arena arena = ARENA_INIT;
	struct package_files files;
	struct error fault;
	uint64_t number = 0;
	*warning = (struct error){ 0 };
	int code = shipped_dir(dir, sizeof(dir), err);
	if (code)
		return code;
	if (scan_current(store_dir, &arena, &number, &files, &fault)) {
		if (number) /* a store that is not there yet has none */
			*warning = fault;
		files.n = 0;
	}
	if (files.n && form_set_load_with(out, dir, files.paths, files.n, NULL, NULL, &fault)) {
		error_set(warning, fault.code, _("the township's forms do not fit this version; the shipped ones are "
		                                 "used: %s"), fault.text);
		files.n = 0;
	} else if (files.n) {
		arena_free(&arena);
		return 0;
	}
	arena_free(&arena);
	return form_set_load(out, dir, NULL, NULL, err);
}

int package_section(const char *store_dir, struct buf *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct package_files files;
	uint64_t number;
	int code = scan_current(store_dir, &arena, &number, &files, err);
	if (!code && files.n)
		code = package_pack(number, &files, out, err);
	arena_free(&arena);
	return code;
}

/* --- what a package must not do --- */

static int check_form_kept(const struct form *old, const struct form *form, struct error *err)
{
	if (!form)
		return error_set(err, ERR_INVALID, _("the form \"%s\" is missing"), old->id);
	for (size_t i = 0; i < old->n_fields; i++) {
		const struct form_field *field = &old->fields[i];
		int at = field->tag ? form_field_by_tag(form, field->tag) : -1;
		if (!field->tag)
			continue;
		if (at < 0)
			return error_set(err, ERR_INVALID,
			                 _("forms/%s.csv: the field \"%s\" (tag %u) is missing; a field that is no longer "
			                   "asked stays with relevant false()"),
			                 old->id, field->name, (unsigned)field->tag);
		if (form->fields[at].type != field->type ||
		    (form->fields[at].repeat < 0) != (field->repeat < 0))
			return error_set(err, ERR_INVALID,
			                 _("forms/%s.csv:%u: the field \"%s\" (tag %u) has another type than before"),
			                 old->id, (unsigned)form->fields[at].line, field->name,
			                 (unsigned)field->tag);
	}
	return 0;
}

static int check_kept(const struct form_set *old, const struct form_set *set, struct error *err)
{
	int code = 0;
	for (size_t i = 0; !code && i < form_set_count(old); i++) {
		const struct form *form = form_set_at(old, i);
		code = check_form_kept(form, form_set_find(set, form->id), err);
	}
	return code;
}

/* --- what a package changes --- */

struct comparison {
	const char *shipped;
	const struct package_files *before, *after;
	const struct form_set *set;
	struct arena *arena;
	struct package_change *changes;
	size_t n;
};

static const struct package_file *find_file(const struct package_files *in, const struct package_file *like)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->files[i].kind == like->kind && !strcmp(in->files[i].name, like->name))
			return &in->files[i];
	return NULL;
}

static const char *what_of(const struct comparison *c, const struct package_file *file)
{
	const struct form *form = NULL;
	if (file->kind == PACKAGE_FORMS) {
		char id[PACKAGE_MAX_NAME + 5];
		snprintf(id, sizeof(id), "%s", file->name);
		*strrchr(id, '.') = '\0';
		form = form_set_find(c->set, id);
	}
	return form ? arena_strdup(c->arena, form->title[i18n_lang()])
	            : arena_printf(c->arena, "%s/%s", PACKAGE_FOLDERS[file->kind], file->name);
}

static bool compare_file(struct comparison *c, const struct package_file *file)
{
	char shipped[PATH_BYTES];
	const struct package_file *before = find_file(c->before, file), *after = find_file(c->after, file);
	struct package_change *change = &c->changes[c->n];
	snprintf(shipped, sizeof(shipped), "%s/%s/%s", c->shipped, PACKAGE_FOLDERS[file->kind], file->name);
	const char *old = before ? before->path : shipped, *new = after ? after->path : shipped;
	if (package_same_bytes(old, new))
		return true;
	change->how = !file_exists(old) ? PACKAGE_ADDED : file_exists(new) ? PACKAGE_CHANGED : PACKAGE_REMOVED;
	change->what = what_of(c, file);
	c->n++;
	return change->what != NULL;
}

static int compare(struct comparison *c, struct package_report *out, struct error *err)
{
	bool done = true;
	c->changes = arena_array(c->arena, c->before->n + c->after->n + 1, sizeof(*c->changes));
	if (!c->changes)
		return no_memory(err);
	for (size_t i = 0; done && i < c->after->n; i++)
		done = compare_file(c, &c->after->files[i]);
	for (size_t i = 0; done && i < c->before->n; i++)
		if (!find_file(c->after, &c->before->files[i]))
			done = compare_file(c, &c->before->files[i]);
	out->changes = c->changes;
	out->n_changes = c->n;
	return done ? 0 : no_memory(err);
}

/* --- taking over --- */

/* Load and lint the tables of a folder over the shipped ones, and compare with what is in force. */
static int judge_files(const char *store_dir, const struct package_files *files, struct arena *arena,
                       struct package_report *out, struct error *err)
{
	char shipped[PATH_BYTES];
	const struct lint_report silent = { NULL, NULL, NULL, false };
	struct package_files before;
	struct form_set *old = NULL, *set = NULL;
	struct error warning;
	uint64_t number;
	int code = shipped_dir(shipped, sizeof(shipped), err);
	if (!code)
		code = form_set_load_with(&set, shipped, files->paths, files->n, NULL, NULL, err);
	if (!code)
		code = form_lint(set, shipped, files->paths, files->n, &silent, err);
	if (!code)
		code = package_load_forms(&old, store_dir, &warning, err);
	if (!code)
		code = check_kept(old, set, err);
	if (!code)
		code = scan_current(store_dir, arena, &number, &before, err);
	if (!code) {
		struct comparison c = { .shipped = shipped, .before = &before, .after = files, .set = set,
			                .arena = arena };
		code = compare(&c, out, err);
	}
	form_set_free(old);
	form_set_free(set);
	return code;
}

/* Messages name files as the township knows them. */
static const char *without_folder(const char *text, const char *folder, struct arena *arena)
{
	size_t n = strlen(folder);
	char *copy = arena_strdup(arena, text);
	for (char *at = copy ? strstr(copy, folder) : NULL; at; at = strstr(at, folder))
		memmove(at, at + n + (at[n] == '/'), strlen(at + n + (at[n] == '/')) + 1);
	return copy ? copy : _("out of memory");
}

static bool is_fault_of_package(int code)
{
	return code == ERR_INVALID || code == ERR_CORRUPT || code == ERR_LIMIT || code == ERR_TRUNCATED ||
	       code == ERR_NOTFOUND;
}

static void remove_older(const char *store_dir, uint64_t number)
{
	char path[PATH_BYTES];
	struct error ignored;
	DIR *dir = opendir(store_dir);
	if (!dir)
		return;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		uint64_t other = number_of(entry->d_name);
		if (other && other < number && !package_path(path, store_dir, other, &ignored))
			file_remove_tree(path, &ignored);
	}
	closedir(dir);
}

/* The commit: the folder gets the name that counts. */
static int put_in_force(const char *store_dir, const char *staged, uint64_t number, struct error *err)
{
	char path[PATH_BYTES];
	int code = file_sync_dir(staged, err);
	if (!code)
		code = package_path(path, store_dir, number, err);
	if (!code && rename(staged, path))
		code = error_errno(err, errno, "%s", path);
	if (!code)
		code = file_sync_dir(store_dir, err);
	if (!code)
		remove_older(store_dir, number);
	return code;
}

static int stage(const char *store_dir, struct span section, const char *staged, struct arena *arena,
                 struct package_report *out, struct error *err)
{
	struct package_files files;
	int code = package_unpack(section, staged, err);
	if (!code)
		code = package_scan(staged, arena, &files, err);
	return code ? code : judge_files(store_dir, &files, arena, out, err);
}

int package_install(const char *store_dir, struct span section, struct arena *arena,
                    struct package_report *out, struct error *err)
{
	char staged[PATH_BYTES];
	struct error ignored;
	uint64_t number;
	*out = (struct package_report){ 0 };
	int code = package_number(store_dir, &out->number, err);
	if (!code)
		code = path_join(staged, sizeof(staged), store_dir, "data.new", err);
	if (code)
		return code;
	if (!package_peek(section, &number)) {
		out->refused = _("the package is malformed");
		return 0;
	}
	if (number <= out->number)
		return 0;
	code = file_remove_tree(staged, err);
	if (!code)
		code = stage(store_dir, section, staged, arena, out, err);
	if (!code)
		code = put_in_force(store_dir, staged, number, err);
	if (!code) {
		out->number = number;
		out->fresh = true;
		return 0;
	}
	file_remove_tree(staged, &ignored);
	out->changes = NULL;
	out->n_changes = 0;
	if (!is_fault_of_package(code))
		return code;
	out->refused = without_folder(err->text, staged, arena);
	return 0;
}

/* --- making --- */

uint64_t package_next_number(uint64_t before)
{
	int year, month, day;
	date_split(date_today(), &year, &month, &day);
	uint64_t first = (uint64_t)(year * 10000 + month * 100 + day) * 100 + 1;
	return before >= first ? before + 1 : first;
}

static int drop_shipped(struct package_files *files, struct arena *arena, struct error *err)
{
	char shipped[PATH_BYTES];
	struct package_file *kept = arena_array(arena, files->n + 1, sizeof(*kept));
	size_t n = 0;
	int code = shipped_dir(shipped, sizeof(shipped), err);
	if (code || !kept)
		return code ? code : no_memory(err);
	for (size_t i = 0; i < files->n; i++) {
		const struct package_file *file = &files->files[i];
		const char *path = arena_printf(arena, "%s/%s/%s", shipped, PACKAGE_FOLDERS[file->kind],
		                                file->name);
		if (!path)
			return no_memory(err);
		if (!package_same_bytes(file->path, path))
			kept[n++] = *file;
	}
	for (size_t i = 0; i < n; i++)
		files->paths[i] = kept[i].path;
	files->files = kept;
	files->n = n;
	return 0;
}

int package_publish(const char *store_dir, const char *dir, struct arena *arena,
                    struct package_report *out, struct error *err)
{
	struct package_files files;
	struct buf section = BUF_INIT;
	uint64_t before;
	*out = (struct package_report){ 0 };
	int code = package_scan(dir, arena, &files, err);
	if (!code)
		code = drop_shipped(&files, arena, err);
	if (!code && !files.n)
		code = error_set(err, ERR_NOTFOUND, _("%s: no table in forms, codes or rules differs from the shipped "
		                                      "ones"), dir);
	/* here the messages name the files as they lie in dir */
	if (!code)
		code = judge_files(store_dir, &files, arena, out, err);
	if (!code)
		code = package_number(store_dir, &before, err);
	if (!code)
		code = package_pack(package_next_number(before), &files, &section, err);
	if (!code && section.len_bytes > ENVELOPE_MAX_SECTION)
		code = error_set(err, ERR_LIMIT, _("%s: too much for one package"), dir);
	if (!code)
		code = package_install(store_dir, span_of_buf(&section), arena, out, err);
	if (!code && out->refused)
		code = error_set(err, ERR_INVALID, "%s", out->refused);
	buf_free(&section);
	return code;
}
