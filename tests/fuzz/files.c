/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files, and the parts of them that are not columns. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "form/entry.h"
#include "lib/file.h"
#include "sync/keylog.h"
#include "sync/package_format.h"
#include "sync/sync.h"
#include "sync/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tests/reader/dump.h"

void fuzz_envelope(struct span in)
{
	static struct dump_keys keys;
	struct dump_store store = { .entries = NULL };
	struct buf said = BUF_INIT;
	struct error err;
	char path[4096];
	if (!keys.n_box) {
		fuzz_must(!file_read(fuzz_path("tests/golden/0.1/keys", path), 4096, &said, &err) &&
		          dump_keys_parse(&keys, buf_text(&said)), "the keys of the golden files");
		buf_clear(&said);
	}
	err = (struct error){ 0 };
	int code = dump_bytes(&keys, &store, in, &said, &err);
	fuzz_must(!code || err.text[0], "a refusal has its sentence");
	dump_store_free(&store);
	buf_free(&said);
}

void fuzz_request(struct span in)
{
	struct enrol_request request;
	struct error err = { 0 };
	char path[64];
	int fd = fuzz_file(in, path), code = enrol_read_request(&request, path, &err);
	fuzz_must(!code || err.text[0], "a refusal has its sentence");
	close(fd);
}

void fuzz_entry(struct span in)
{
	struct arena arena = ARENA_INIT;
	struct entry entry;
	struct buf again = BUF_INIT;
	struct error err;
	if (!entry_decode(&entry, in, &arena, &err))
		fuzz_must(!entry_encode(&again, &entry, &err) && fuzz_same(span_of_buf(&again), in),
		          "encode(decode(entry)) is the entry");
	buf_free(&again);
	arena_free(&arena);
}

/* What is behind a manifest or receipt is passed over: the bytes written again are a beginning of those read. */
static void check_beginning(struct span in, const struct buf *again)
{
	fuzz_must(again->len_bytes <= in.len_bytes && fuzz_same(span_of(in.data, again->len_bytes), span_of_buf(again)),
	          "no byte has two meanings");
}

void fuzz_manifest(struct span in)
{
	struct arena arena = ARENA_INIT;
	struct manifest manifest;
	struct buf again = BUF_INIT;
	struct error err;
	if (!wire_take_manifest(in, &manifest, &arena, &err)) {
		wire_put_manifest(&again, &manifest);
		check_beginning(in, &again);
	}
	buf_free(&again);
	arena_free(&arena);
}

void fuzz_receipt(struct span in)
{
	struct arena arena = ARENA_INIT;
	struct receipt receipt;
	struct buf again = BUF_INIT;
	struct error err;
	if (!wire_take_receipt(in, &receipt, &arena, &err)) {
		wire_put_receipt(&again, &receipt);
		check_beginning(in, &again);
	}
	buf_free(&again);
	arena_free(&arena);
}

void fuzz_keyring(struct span in)
{
	struct arena arena = ARENA_INIT;
	struct keylog log;
	struct buf again = BUF_INIT;
	struct error err = { 0 };
	if (!keylog_parse(&log, in, &arena, &err)) {
		if (in.len_bytes)
			keylog_put(&again, &log);
		fuzz_must(fuzz_same(span_of_buf(&again), in), "a keyring has one form");
		if (keylog_verify(&log, &err))
			fuzz_must(err.text[0], "a refusal has its sentence");
		for (size_t i = 0; i < log.n; i++)
			keylog_end_of(&log, log.records[i].subject);
	} else {
		fuzz_must(err.text[0], "a refusal has its sentence");
	}
	buf_free(&again);
	arena_free(&arena);
}

static int take_table(void *arg, enum package_kind kind, struct span name, struct span bytes, struct error *err)
{
	(void)arg, (void)bytes, (void)err;
	fuzz_must(kind < PACKAGE_KINDS && name.len_bytes && name.len_bytes <= PACKAGE_MAX_NAME, "a table has a plain name");
	for (size_t i = 0; i < name.len_bytes; i++)
		fuzz_must(name.data[i] != '/' && name.data[i] != '.' && name.data[i] != 0, "a name leads nowhere");
	return 0;
}

void fuzz_package(struct span in)
{
	struct error err;
	package_each(in, take_table, NULL, &err);
}
