/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast a township checks a bundle before it writes anything: hash, signature, decryption, inflating, every entry
 * rebuilt. Usage: decode TOWNSHIP OPERATOR PASSWORD FILE.XYB ROUNDS; the best round counts.
 */
#include "config.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "db/store.h"
#include "sync/chunk.h"
#include "sync/envelope.h"
#include "sync/peer.h"
#include "sync/wire.h"
#include "tests/bench/bench.h"

struct decoding {
	struct arena arena;
	struct manifest manifest;
	struct device_table table;
	size_t n;
};

static void check(int code, const char *what, const struct error *err)
{
	if (code)
		bench_die(what, err->text);
}

static int take_manifest(struct decoding *d, struct span payload, struct error *err)
{
	int code = wire_take_manifest(payload, &d->manifest, &d->arena, err);
	if (code)
		return code;
	d->table.n = d->manifest.n_devices;
	d->table.ids = arena_array(&d->arena, d->table.n + 1, sizeof *d->table.ids);
	if (!d->table.ids)
		bench_die("memory", "not enough");
	for (size_t i = 0; i < d->table.n; i++)
		memcpy(d->table.ids[i], d->manifest.devices[i].device.id, DEVICE_ID_BYTES);
	return 0;
}

static int take_section(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct decoding *d = arg;
	struct chunk_reader *reader;
	struct buf row = BUF_INIT;
	int code;
	if (type == SECTION_MANIFEST)
		return take_manifest(d, payload, err);
	if (type != SECTION_CHUNK)
		return 0;
	code = chunk_open(&reader, payload, &d->table, err);
	for (size_t i = 0, n = code ? 0 : chunk_rows(reader); !code && i < n; i++, d->n++) {
		buf_clear(&row);
		code = chunk_next(reader, &row, NULL, NULL, err);
	}
	chunk_close(reader);
	buf_free(&row);
	return code;
}

/* What else the machine does decides nothing. */
static double processor_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds of one pass. */
static double decode(struct store *store, const char *path, size_t *n)
{
	struct decoding d = { .n = 0 };
	struct envelope *envelope;
	struct error err = { 0 };
	double start = processor_seconds();
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		bench_die(path, "cannot be read");
	check(envelope_open(&envelope, fd, &err), "envelope", &err);
	const struct store_device *sender = store_device_find(store, envelope_head(envelope)->sender);
	if (!sender)
		bench_die(path, "its sender is not known");
	check(envelope_verify(envelope, sender->sign_pk, &err), "signature", &err);
	check(self_unseal(store, envelope, &err), "seal", &err);
	check(envelope_sections(envelope, take_section, &d, &err), "sections", &err);
	envelope_close(envelope);
	close(fd);
	arena_free(&d.arena);
	*n = d.n;
	return processor_seconds() - start;
}

int main(int argc, char **argv)
{
	struct session session;
	struct store *store;
	struct error err = { 0 };
	double best = 0;
	size_t n = 0;

	if (argc != 6)
		bench_die("usage", "TOWNSHIP OPERATOR PASSWORD FILE.XYB ROUNDS");
	check(account_unlock(argv[1], argv[2], argv[3], &session, &err), "unlock", &err);
	check(store_open(&store, argv[1], &session, NULL, STORE_WAIT, &err), "open", &err);
	session_end(&session);
	for (int i = 0; i < atoi(argv[5]); i++) {
		double rate = 1 / decode(store, argv[4], &n);
		best = rate * (double)n > best ? rate * (double)n : best;
	}
	bench_figure("bundle.decode", best, "entries/s");
	store_close(store);
	return 0;
}
