/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clinic's end of a line: what is in the outbox goes out, what comes back is imported (doc/bundle.md). */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/export.h"
#include "sync/outbox.h"
#include "sync/peer.h"
#include "sync/spool.h"
#include "sync/ssh.h"
#include "sync/stick.h"
#include "sync/talk.h"

#define HOST_NAME "sync/host"

enum {
	IDLE_S = 120,           /* a merge of a large bundle takes its time over there */
	DEADLINE_S = 4 * 3600,
	NOISE_LINES = 64,       /* before the greeting: what a login prints */
	ANSWER_PARTS_MAX = 256,
	ROUNDS = 2,             /* an answer may ask for more */
};

struct pusher {
	struct store *store;
	const char *host;
	struct arena *arena;
	struct progress *progress;
	struct push_report *report;
	struct error *err;
	struct ssh ssh;
	struct talk talk;
	bool connected;
	char folder[SYNC_PATH_BYTES];
	char answers[SYNC_PATH_BYTES]; /* folder of what came of the one at hand */
};

/* --- the line --- */

/* What ssh itself said tells more than "the line was cut". */
static int line_error(struct pusher *p, int code, uint64_t sent, uint64_t size)
{
	talk_drain(&p->talk);
	talk_tame(p->talk.said);
	if (code != ERR_TRUNCATED && code != ERR_BUSY)
		return error_prefix(p->err, "%s", p->host);
	if (*p->talk.said)
		return error_set(p->err, ERR_IO, "%s: %s", p->host, p->talk.said);
	if (size)
		return error_set(p->err, ERR_IO, _("%s: the line was cut after %" PRIu64 " of %" PRIu64
		                                   " bytes; the next push goes on there"), p->host, sent, size);
	return error_prefix(p->err, "%s", p->host);
}

static int connect_line(struct pusher *p)
{
	char line[TALK_LINE_BYTES];
	if (p->connected)
		return 0;
	int code = ssh_begin(&p->ssh, p->host, p->err);
	if (code)
		return code;
	p->connected = true;
	talk_begin(&p->talk, p->ssh.in, p->ssh.out, p->ssh.said, IDLE_S, DEADLINE_S);
	for (int i = 0; !code && i < NOISE_LINES; i++)
		if (!(code = talk_get_line(&p->talk, line, p->err)) && !strcmp(line, "XIANGYI RECEIVE 1"))
			return 0;
	return code ? line_error(p, code, 0, 0)
	            : error_set(p->err, ERR_INVALID, _("%s: no xiangyi-merge receive answers there"), p->host);
}

/* Its own words in our error; the name of the code is for programs. */
static int refusal(struct pusher *p, char *line)
{
	char name[32];
	int end = 0;
	if (sscanf(line, "REFUSED %31s %n", name, &end) != 1)
		return error_set(p->err, ERR_INVALID, _("%s: the other side says something that is not understood"), p->host);
	talk_tame(line + end);
	int code = ERR_INVALID;
#define CODE_OF(word, number, text) code = strcmp(name, #word) ? code : ERR_##word;
	ERROR_LIST(CODE_OF)
#undef CODE_OF
	return error_set(p->err, code, _("%s refuses it: %s"), p->host, line + end);
}

static int expect(struct pusher *p, const char *word, char line[TALK_LINE_BYTES], uint64_t sent, uint64_t size)
{
	int code = talk_get_line(&p->talk, line, p->err);
	if (code)
		return line_error(p, code, sent, size);
	return strncmp(line, word, strlen(word)) ? refusal(p, line) : 0;
}

/* --- one bundle --- */

static int hash_file(struct pusher *p, int fd, uint64_t *size, char hex[2 * CRYPTO_HASH_BYTES + 1])
{
	uint8_t block[TALK_BLOCK_BYTES], hash[CRYPTO_HASH_BYTES];
	struct crypto_hash_state state;
	ssize_t n;
	*size = 0;
	crypto_hash_begin(&state, sizeof(hash), NULL);
	while ((n = pread(fd, block, sizeof(block), (off_t)*size)) > 0) {
		crypto_hash_add(&state, block, (size_t)n);
		*size += (uint64_t)n;
	}
	crypto_hash_end(&state, hash, sizeof(hash));
	hex_encode(hex, hash, sizeof(hash));
	return n < 0 ? error_errno(p->err, errno, "%s", p->folder) : 0;
}

static int send_bytes(struct pusher *p, int fd, uint64_t at, uint64_t size)
{
	uint8_t block[TALK_BLOCK_BYTES];
	while (at < size && !talk_heard(&p->talk)) {
		ssize_t n = pread(fd, block, sizeof(block), (off_t)at);
		if (n <= 0)
			return error_errno(p->err, n ? errno : EIO, "%s", p->folder);
		int code = talk_put(&p->talk, block, (size_t)n, p->err);
		if (code)
			return talk_heard(&p->talk) ? 0 : line_error(p, code, at, size);
		at += (uint64_t)n;
		p->report->bytes += (uint64_t)n;
		if (!progress_report(p->progress, _("sending"), at, size))
			return error_set(p->err, ERR_CANCELLED, _("stopped; the next push goes on there"));
	}
	return 0;
}

static int confused(struct pusher *p)
{
	return error_set(p->err, ERR_INVALID, _("%s: the other side says something that is not understood"), p->host);
}

/* File number of the answer; what came of an earlier one under this number is replaced. */
static int take_file(struct pusher *p, uint64_t size, unsigned number)
{
	char path[SYNC_PATH_BYTES], temp[SYNC_PATH_BYTES], name[16];
	uint8_t block[TALK_BLOCK_BYTES];
	size_t n;
	snprintf(name, sizeof(name), "%08u.XYA", number);
	int code = size > ENVELOPE_MAX_FILE ? confused(p) : path_join(path, sizeof(path), p->answers, name, p->err);
	int fd = code ? code : file_replace_begin(path, temp, sizeof(temp), p->err);
	if (fd < 0)
		return fd;
	for (uint64_t left = size; !code && left; left -= n) {
		code = talk_get(&p->talk, block, left < sizeof(block) ? (size_t)left : sizeof(block), &n, p->err);
		if (code)
			code = line_error(p, code, 0, 0);
		else if (write(fd, block, n) != (ssize_t)n)
			code = error_errno(p->err, errno ? errno : ENOSPC, "%s", path);
	}
	if (!code)
		return file_replace_end(fd, temp, path, p->err);
	file_replace_cancel(fd, temp);
	return code;
}

static int take_answer(struct pusher *p, const char *merged)
{
	char line[TALK_LINE_BYTES];
	uint64_t size, fresh, known;
	unsigned parts = 0;
	int code;
	if (sscanf(merged, "MERGED %" SCNu64 " %" SCNu64 " %" SCNu64 " %*s %u", &size, &fresh, &known, &parts) < 3 ||
	    parts > ANSWER_PARTS_MAX)
		return confused(p);
	p->report->fresh += fresh;
	p->report->known += known;
	code = take_file(p, size, 1);
	for (unsigned i = 0; !code && i < parts; i++) {
		code = expect(p, "PART ", line, 0, 0);
		if (!code)
			code = sscanf(line, "PART %" SCNu64, &size) == 1 ? take_file(p, size, i + 2) : confused(p);
	}
	return code;
}

static int import(struct pusher *p)
{
	struct import_report *report = &p->report->import, before = *report;
	int code = sync_import(p->store, p->answers, p->arena, NULL, report, p->err);
	report->returned += before.returned;
	report->carried += before.carried;
	report->transfers += before.transfers;
	file_remove_tree(p->answers, NULL);
	return code ? error_prefix(p->err, "%s", p->host) : 0;
}

/* A file that was refused for what it is makes room for one that is made anew. */
static bool is_hopeless(int code)
{
	return code == ERR_INVALID || code == ERR_CORRUPT || code == ERR_SIGNATURE || code == ERR_STRANGER ||
	       code == ERR_RECIPIENT || code == ERR_VERSION || code == ERR_LIMIT;
}

static int exchange(struct pusher *p, int fd)
{
	char hex[2 * CRYPTO_HASH_BYTES + 1], line[TALK_LINE_BYTES];
	uint64_t size, at;
	int code = hash_file(p, fd, &size, hex);
	if (code || (code = connect_line(p)))
		return code;
	code = talk_say(&p->talk, p->err, "PUT %s %" PRIu64, hex, size);
	if (code && !talk_heard(&p->talk)) /* who refuses may not listen any more */
		return line_error(p, code, 0, size);
	if ((code = expect(p, "AT ", line, 0, size)))
		return code;
	if (sscanf(line, "AT %" SCNu64, &at) != 1 || at > size)
		return confused(p);
	p->report->resumed += at;
	if ((code = send_bytes(p, fd, at, size)) || (code = expect(p, "MERGED ", line, size, size)))
		return code;
	return take_answer(p, line);
}

static int push_file(struct pusher *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return error_errno(p->err, errno, "%s", path);
	int code = path_join(p->answers, sizeof(p->answers), p->folder, "ANSWER", p->err);
	if (!code && !(code = file_remove_tree(p->answers, p->err)))
		code = file_make_dirs(p->answers, 0700, p->err);
	code = code ? code : exchange(p, fd);
	close(fd);
	if (!code || is_hopeless(code))
		unlink(path);
	if (code)
		return code;
	p->report->files++;
	return import(p);
}

/* --- all --- */

/* What an earlier push left is of this installation and for the level above of now, or it is made anew. */
static int drop_strangers(struct pusher *p, char **paths, size_t n)
{
	struct store_info info;
	struct store_device upper;
	int code = store_info_get(p->store, &info, p->err);
	if (code || (code = peer_upper(p->store, &info, &upper, p->err)))
		return code;
	for (size_t i = 0; i < n; i++) {
		struct envelope_head head;
		if (spool_peek(paths[i], &head, NULL) || memcmp(head.sender, info.self.id, DEVICE_ID_BYTES) ||
		    memcmp(head.recipient, upper.id, DEVICE_ID_BYTES))
			unlink(paths[i]);
	}
	return 0;
}

static int gather(struct pusher *p, char ***paths, size_t *n)
{
	struct export_report report;
	int code = stick_scan(p->folder, "XYB", p->arena, paths, n, p->err);
	if (code || (code = drop_strangers(p, *paths, *n)) ||
	    (code = stick_scan(p->folder, "XYB", p->arena, paths, n, p->err)) || *n)
		return code;
	code = sync_export_make(p->store, p->folder, EXPORT_PART_BYTES, p->progress, &report, p->err);
	p->report->entries += report.entries;
	return code ? code : stick_scan(p->folder, "XYB", p->arena, paths, n, p->err);
}

static int push_all(struct pusher *p)
{
	char **paths;
	size_t n;
	int code = outbox_folder(p->store, "push", p->folder, p->err);
	if (code)
		return code;
	stick_prune(p->folder, "XYB", NULL, 0, 1); /* temporary files of a push that was killed */
	for (int round = 0; round < ROUNDS; round++) {
		if ((code = gather(p, &paths, &n)))
			return code;
		p->report->nothing_new = !n && !round;
		if (!n)
			break;
		for (size_t i = 0; i < n; i++)
			if ((code = push_file(p, paths[i])))
				return code;
	}
	return p->connected ? talk_say(&p->talk, p->err, "END") : 0;
}

int sync_host(struct store *store, char out[SYNC_HOST_BYTES], struct error *err)
{
	struct buf value = BUF_INIT;
	int code = store_kv_get(store, HOST_NAME, &value, err);
	snprintf(out, SYNC_HOST_BYTES, "%s", code ? "" : buf_text(&value));
	buf_free(&value);
	return code == ERR_NOTFOUND ? 0 : code;
}

int sync_set_host(struct store *store, const char *host, struct error *err)
{
	return store_kv_put(store, HOST_NAME, span_of(host, strlen(host)), err);
}

int sync_push(struct store *store, const char *host, struct arena *arena, struct progress *progress,
              struct push_report *out, struct error *err)
{
	struct pusher *p = calloc(1, sizeof(*p));
	char known[SYNC_HOST_BYTES];
	memset(out, 0, sizeof(*out));
	if (!p)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	int code = sync_host(store, known, err);
	*p = (struct pusher){ .store = store, .host = host ? host : known, .arena = arena, .progress = progress,
		              .report = out, .err = err, .ssh = { .in = -1, .out = -1, .said = -1 } };
	if (!code && !*p->host)
		code = error_set(err, ERR_USAGE, _("the township's host is not known yet; name it once"));
	code = code ? code : ssh_check_host(p->host, err);
	code = code ? code : push_all(p);
	ssh_end(&p->ssh);
	if (!code && out->files && strcmp(known, p->host))
		code = sync_set_host(store, p->host, err);
	free(p);
	return code;
}
