/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/envelope.h"
#include "sync/receive.h"
#include "sync/stick.h"
#include "sync/talk.h"

enum {
	FILES_MAX = 64,                      /* of one conversation */
	KEPT_MAX = 256,                      /* half-received bundles */
	KEPT_S = 7 * 24 * 3600,              /* they wait so long for the line */
	SPARE_BYTES = 64 * 1024 * 1024,      /* stay free on the store's disk */
	MAGIC_BYTES = 8,
	PATH_TAIL = 128,
};

struct receiver {
	struct talk talk;
	const struct receive_door *door;
	char folder[SYNC_PATH_BYTES - PATH_TAIL]; /* STORE/spool/push */
	char path[SYNC_PATH_BYTES];               /* of the bundle that comes in: HASH.PART */
	uint8_t hash[CRYPTO_HASH_BYTES];
	uint64_t size;
	struct error *err;
};

/* --- half-received bundles --- */

static bool is_part(const char *name)
{
	return strspn(name, "0123456789abcdef") == 2 * CRYPTO_HASH_BYTES &&
	       !strcmp(name + 2 * CRYPTO_HASH_BYTES, ".PART");
}

/* Those that nobody came back for make way, and what a killed merge left. */
static void clean(struct receiver *r)
{
	DIR *dir = opendir(r->folder);
	size_t kept = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		struct stat st;
		char path[SYNC_PATH_BYTES];
		if (entry->d_name[0] == '.' || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		bool part = is_part(entry->d_name), old = st.st_mtime < time(NULL) - KEPT_S;
		kept += part;
		if ((old || kept > KEPT_MAX) && !path_join(path, sizeof(path), r->folder, entry->d_name, NULL))
			file_remove_tree(path, NULL);
	}
	if (dir)
		closedir(dir);
}

static int open_part(struct receiver *r, int *fd, uint64_t *held)
{
	char hex[2 * CRYPTO_HASH_BYTES + 1];
	struct stat st;
	snprintf(r->path, sizeof(r->path), "%s/%s.PART", r->folder, hex_encode(hex, r->hash, sizeof(r->hash)));
	*fd = open(r->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (*fd < 0 || fstat(*fd, &st) || !S_ISREG(st.st_mode)) {
		int code = error_errno(r->err, *fd < 0 ? errno : EINVAL, _("the spool of the store cannot be written"));
		if (*fd >= 0)
			close(*fd);
		return code;
	}
	*held = (uint64_t)st.st_size;
	if (*held > r->size) {
		*held = 0;
		if (ftruncate(*fd, 0))
			*held = r->size; /* fails the hash and is removed */
	}
	return 0;
}

/* --- one bundle --- */

static int check_magic(struct receiver *r, int fd)
{
	struct envelope_head head;
	int code = envelope_peek(&head, fd, r->err);
	if (!code && head.kind != ENVELOPE_ENTRIES)
		code = error_set(r->err, ERR_INVALID, _("it carries no entries"));
	return code == ERR_TRUNCATED ? 0 : code; /* the rest decides */
}

static int write_at(struct receiver *r, int fd, const uint8_t *bytes, size_t n_bytes, uint64_t at)
{
	while (n_bytes) {
		ssize_t put = pwrite(fd, bytes, n_bytes, (off_t)at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return error_errno(r->err, put ? errno : ENOSPC, _("the spool of the store cannot be written"));
		bytes += put;
		n_bytes -= (size_t)put;
		at += (uint64_t)put;
	}
	return 0;
}

/* What is no bundle is refused by its first bytes, not when all of it has come. */
static int take_bytes(struct receiver *r, int fd, uint64_t at)
{
	uint8_t block[TALK_BLOCK_BYTES];
	bool checked = at >= ENVELOPE_MAX_HEADER;
	while (at < r->size) {
		uint64_t left = r->size - at;
		size_t n;
		int code = talk_get(&r->talk, block, left < sizeof(block) ? (size_t)left : sizeof(block), &n, r->err);
		if (code || (code = write_at(r, fd, block, n, at)))
			return code;
		at += n;
		if (!checked && at >= ENVELOPE_MAX_HEADER && (code = check_magic(r, fd)))
			return code;
		checked = checked || at >= ENVELOPE_MAX_HEADER;
	}
	return 0;
}

static int check_hash(struct receiver *r, int fd)
{
	uint8_t block[TALK_BLOCK_BYTES], got[CRYPTO_HASH_BYTES];
	struct crypto_hash_state hash;
	off_t at = 0;
	ssize_t n;
	crypto_hash_begin(&hash, sizeof(got), NULL);
	while ((n = pread(fd, block, sizeof(block), at)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		crypto_hash_add(&hash, block, (size_t)n);
		at += n;
	}
	crypto_hash_end(&hash, got, sizeof(got));
	if (n < 0)
		return error_errno(r->err, errno, _("it cannot be read"));
	return crypto_equal(got, r->hash, sizeof(got))
	       ? 0 : error_set(r->err, ERR_CORRUPT, _("it was damaged on the way; send it again"));
}

/* --- merging and answering --- */

/* A line that begins with WORD and the size, then the file. */
static int send_file(struct receiver *r, const char *path, const char *word, const char *rest)
{
	uint8_t block[TALK_BLOCK_BYTES];
	struct stat st;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int code = fd < 0 || fstat(fd, &st) ? error_errno(r->err, errno, "%s", path)
	           : talk_say(&r->talk, r->err, "%s %lld%s", word, (long long)st.st_size, rest);
	while (!code && (n = read(fd, block, sizeof(block))) > 0)
		code = talk_put(&r->talk, block, (size_t)n, r->err);
	if (!code && n < 0)
		code = error_errno(r->err, errno, "%s", path);
	if (fd >= 0)
		close(fd);
	return code;
}

/* The receipt is the first file that was written, what goes down with it are the others. */
static int send_answers(struct receiver *r, char *const *paths, size_t n, const struct merge_report *report, int merged)
{
	char rest[TALK_LINE_BYTES / 2];
	snprintf(rest, sizeof(rest), " %" PRIu64 " %" PRIu64 " %s %zu", report->total.fresh, report->total.known,
	         merged ? error_name(merged) : "OK", n - 1);
	int code = send_file(r, paths[0], "MERGED", rest);
	for (size_t i = 1; !code && i < n; i++)
		code = send_file(r, paths[i], "PART", "");
	return code;
}

/* The bundle alone in a folder of its own, so that the answer beside it is the one to it. */
static int merge_in(struct receiver *r, const char *run, const char *bundle, struct arena *arena)
{
	struct merge_report report = { .n_files = 0 };
	struct store *store;
	char **answers;
	size_t n = 0;
	int merged = r->door->open(r->door->arg, &store, r->err);
	if (merged)
		return merged;
	merged = sync_merge(store, bundle, arena, NULL, &report, r->err);
	r->door->close(r->door->arg);
	if (merged && report.n_files && report.files[0].error.code) {
		*r->err = report.files[0].error;
		merged = r->err->code;
	}
	struct error scan_err;
	if (stick_scan(run, "XYA", arena, &answers, &n, &scan_err) || !n)
		return merged ? merged : error_set(r->err, ERR_IO, _("the answer could not be written"));
	return send_answers(r, answers, n, &report, merged);
}

static int merge_whole(struct receiver *r)
{
	char run[SYNC_PATH_BYTES], bundle[SYNC_PATH_BYTES + 16];
	struct arena arena = ARENA_INIT;
	snprintf(run, sizeof(run), "%s/run.XXXXXX", r->folder);
	if (!mkdtemp(run))
		return error_errno(r->err, errno, _("the spool of the store cannot be written"));
	snprintf(bundle, sizeof(bundle), "%s/00000001.XYB", run);
	int code = link(r->path, bundle) ? error_errno(r->err, errno, _("the spool of the store cannot be written"))
	                                 : merge_in(r, run, bundle, &arena);
	file_remove_tree(run, NULL);
	arena_free(&arena);
	return code;
}

/* Whether the file will be as wrong tomorrow. */
static bool is_final(int code)
{
	return code && code != ERR_TRUNCATED && code != ERR_BUSY && code != ERR_NOSPACE && code != ERR_NOMEM &&
	       code != ERR_IO && code != ERR_AUTH && code != ERR_DENIED && code != ERR_NOTFOUND;
}

static int parse_put(struct receiver *r, const char *line)
{
	char hex[2 * CRYPTO_HASH_BYTES + 1];
	int end = 0;
	if (sscanf(line, "PUT %64[0-9a-f] %" SCNu64 "%n", hex, &r->size, &end) != 2 || line[end] ||
	    !hex_decode(r->hash, sizeof(r->hash), hex))
		return error_set(r->err, ERR_INVALID, _("this is no xiangyi-sync push"));
	if (!r->size || r->size > ENVELOPE_MAX_FILE)
		return error_set(r->err, ERR_LIMIT, _("it is larger than a bundle may be"));
	int64_t free_bytes = file_free_bytes(r->folder);
	if (free_bytes >= 0 && free_bytes < SPARE_BYTES + (int64_t)r->size)
		return error_set(r->err, ERR_NOSPACE, _("the township's disk is full"));
	return 0;
}

static int take_bundle(struct receiver *r, const char *line)
{
	uint64_t held = 0;
	int fd;
	int code = parse_put(r, line);
	if (code || (code = open_part(r, &fd, &held)))
		return code;
	code = talk_say(&r->talk, r->err, "AT %" PRIu64, held);
	code = code ? code : take_bytes(r, fd, held);
	if (!code && fsync(fd))
		code = error_errno(r->err, errno, "%s", r->folder);
	if (!code && !(code = check_hash(r, fd)))
		code = merge_whole(r);
	close(fd);
	if (is_final(code))
		unlink(r->path);
	return code;
}

/* --- the conversation --- */

static int make_folder(struct receiver *r, const char *store_dir)
{
	char spool[SYNC_PATH_BYTES];
	int code = path_join(spool, sizeof(spool), store_dir, "spool", r->err);
	if (code || (code = path_join(r->folder, sizeof(r->folder), spool, "push", r->err)))
		return code;
	return file_make_dirs(r->folder, 0700, r->err);
}

static int converse(struct receiver *r)
{
	char line[TALK_LINE_BYTES];
	int code = talk_say(&r->talk, r->err, "XIANGYI RECEIVE 1");
	for (int n = 0; !code && n < FILES_MAX; n++) {
		code = talk_get_line(&r->talk, line, r->err);
		if (code == ERR_TRUNCATED && n)
			return 0;
		if (!code && n)
			unlink(r->path); /* the answer to it has arrived */
		if (!code && !strcmp(line, "END"))
			return 0;
		code = code ? code : take_bundle(r, line);
	}
	return code;
}

int sync_receive(const char *store_dir, int in, int out, const struct receive_limits *limits,
                 const struct receive_door *door, struct error *err)
{
	struct error ignored;
	struct receiver *r = calloc(1, sizeof(*r));
	if (!r)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	r->door = door;
	r->err = err;
	talk_begin(&r->talk, in, out, -1, limits->idle_s, limits->deadline_s);
	int code = make_folder(r, store_dir);
	if (!code) {
		clean(r);
		code = converse(r);
	}
	if (code && code != ERR_TRUNCATED)
		talk_say(&r->talk, &ignored, "REFUSED %s %s", error_name(code), err->text);
	free(r);
	return code;
}
