/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/tap.h"

static char dir[512];

static const char *at(const char *name)
{
	static char paths[4][1024];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	path_join(path, sizeof paths[0], dir, name, NULL);
	return path;
}

static int files_in(const char *path)
{
	DIR *folder = opendir(path);
	int n = 0;

	while (folder && readdir(folder))
		n++;
	if (folder)
		closedir(folder);
	return n - 2;
}

static void test_read_write(void)
{
	struct buf buf = BUF_INIT;
	struct error err;
	struct stat st;
	char *big = calloc(1, 300000);

	is(file_write_atomic(at("a"), "hello", 5, &err), 0, "write");
	ok(!stat(at("a"), &st) && (st.st_mode & 0777) == 0600, "mode 0600");
	buf_put(&buf, ">", 1);
	is(file_read(at("a"), 5, &buf, &err), 0, "read");
	is_text(buf_text(&buf), ">hello", "is appended");
	is(file_read(at("a"), 4, &buf, &err), ERR_LIMIT, "one byte too much");
	is((long long)buf.len_bytes, 6, "nothing is appended then");
	is(file_write_atomic(at("a"), big, 300000, &err), 0, "replace");
	buf_clear(&buf);
	is(file_read(at("a"), 300000, &buf, &err), 0, "read a larger one");
	ok(buf.len_bytes == 300000 && !memcmp(buf.data, big, 300000), "whole");
	is(file_write_atomic(at("empty"), NULL, 0, &err), 0, "write nothing");
	is(file_read(at("missing"), 9, &buf, &err), ERR_NOTFOUND, "a missing file");
	ok(strstr(err.text, "missing") != NULL, "the error names it: %s", err.text);
	is(file_read(dir, 9, &buf, &err), ERR_IO, "a folder is no file");
	is(file_write_atomic(at("no/such/folder"), "x", 1, &err), ERR_NOTFOUND, "no folder to write in");
	is(file_make_dirs(at("target/inner"), 0700, &err), 0, "folders");
	is(file_write_atomic(at("target"), "x", 1, &err), ERR_IO, "a folder is not replaced");
	is(files_in(dir), 3, "no temporary file is left");
	buf_free(&buf);
	free(big);
}

static void test_copy_and_tree(void)
{
	struct buf buf = BUF_INIT;
	struct error err;
	char target[1024];

	is(file_copy(at("a"), at("b"), &err), 0, "copy");
	is(file_read(at("b"), 300000, &buf, &err), 0, "read the copy");
	is((long long)buf.len_bytes, 300000, "it is whole");
	is(file_copy(at("missing"), at("c"), &err), ERR_NOTFOUND, "copy of nothing");
	ok(!file_exists(at("c")) && file_exists(at("b")), "exists");
	is(file_copy(dir, at("c"), &err), ERR_IO, "copy of a folder");
	is(file_make_dirs(at("t//u/v/"), 0700, &err), 0, "doubled and trailing slashes");
	is(file_make_dirs(at("t/u/v"), 0700, &err), 0, "folders that exist");
	is(file_make_dirs(at("a/x"), 0700, &err), ERR_IO, "a file in the way");
	is(file_make_dirs(at("a"), 0700, &err), ERR_IO, "a file at the end");
	file_write_atomic(at("t/u/f"), "x", 1, NULL);
	snprintf(target, sizeof target, "%s", at("target"));
	ok(!symlink(target, at("t/link")), "a link to another folder");
	is(file_remove_tree(at("t"), &err), 0, "remove a tree");
	ok(!file_exists(at("t")) && file_exists(at("target/inner")), "links are not followed");
	is(file_remove_tree(at("t"), &err), 0, "a missing tree");
	is(file_sync_dir(dir, &err), 0, "sync a folder");
	is(file_sync_dir(at("missing"), &err), ERR_NOTFOUND, "sync of none");
	ok(file_free_bytes(dir) > 0, "free space");
	is(file_free_bytes(at("missing")), -1, "free space of nowhere");
	buf_free(&buf);
}

static void test_replace(void)
{
	struct error err;
	char temp[1024];
	int fd = file_replace_begin(at("r"), temp, sizeof temp, &err);

	ok(fd >= 0 && file_exists(temp) && !file_exists(at("r")), "a replacement begins beside");
	file_replace_cancel(fd, temp);
	ok(!file_exists(temp), "cancelled");
	fd = file_replace_begin(at("r"), temp, sizeof temp, &err);
	ok(write(fd, "x", 1) == 1 && !file_replace_end(fd, temp, at("r"), &err) && file_exists(at("r")) &&
		   !file_exists(temp),
	   "ended");
	is(file_replace_begin(at("r"), temp, 8, &err), ERR_LIMIT, "no room for the name");
}

static void test_paths(void)
{
	struct error err;
	char path[16];

	is(path_join(path, sizeof path, "a", "b", &err), 0, "join");
	is_text(path, "a/b", "with a slash");
	path_join(path, sizeof path, "a/", "b", &err);
	is_text(path, "a/b", "with one slash");
	path_join(path, sizeof path, "", "b", &err);
	is_text(path, "b", "no folder");
	is(path_join(path, sizeof path, "1234567890", "12345", &err), ERR_LIMIT, "too long");
	setenv("XIANGYI_DATA", "/d", 1);
	path_data(path, sizeof path, "forms", &err);
	is_text(path, "/d/forms", "data folder from the environment");
}

int main(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(dir, sizeof dir, "%s/xy-file-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(dir))
		return 99;
	test_read_write();
	test_copy_and_tree();
	test_replace();
	test_paths();
	is(file_remove_tree(dir, NULL), 0, "clean up");
	ok(!file_exists(dir), "all is gone");
	return done_testing();
}
