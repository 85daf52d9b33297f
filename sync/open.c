/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/i18n.h"
#include "sync/chunk.h"
#include "sync/keys.h"

struct opened {
	struct envelope *envelope;
	struct arena arena;
	struct manifest manifest;
	struct device_table table;
	bool has_manifest, stopped;
	bool (*each)(void *arg, const struct entry *entry);
	void *arg;
	struct open_report *report;
};

static int malformed(struct error *err)
{
	return error_set(err, ERR_CORRUPT, _("its contents are malformed"));
}

static int read_manifest(struct opened *o, struct span payload, struct error *err)
{
	if (o->has_manifest)
		return malformed(err);
	int code = wire_take_manifest(payload, &o->manifest, &o->arena, err);
	if (code)
		return code;
	if (!manifest_matches(&o->manifest, envelope_head(o->envelope)))
		return error_set(err, ERR_SIGNATURE, _("it was signed anew by someone who did not write it"));
	o->table.ids = arena_array(&o->arena, o->manifest.n_devices + 1, sizeof(*o->table.ids));
	if (!o->table.ids)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	o->table.n = o->manifest.n_devices;
	for (size_t i = 0; i < o->table.n; i++)
		memcpy(o->table.ids[i], o->manifest.devices[i].device.id, DEVICE_ID_BYTES);
	o->has_manifest = true;
	return 0;
}

static int read_chunk(struct opened *o, struct span payload, struct error *err)
{
	struct chunk_reader *reader;
	struct buf row = BUF_INIT;
	int code = chunk_open(&reader, payload, &o->table, err);
	if (code)
		return code;
	for (size_t i = 0; !code && !o->stopped && i < chunk_rows(reader); i++) {
		buf_clear(&row);
		code = chunk_next(reader, &row, NULL, NULL, err);
		if (!code) {
			o->report->entries++;
			o->stopped = !o->each(o->arg, chunk_entry(reader));
		}
	}
	o->report->chunks++;
	buf_free(&row);
	chunk_close(reader);
	return code;
}

static int read_section(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct opened *o = arg;
	if (type == SECTION_MANIFEST)
		return read_manifest(o, payload, err);
	if (!o->has_manifest)
		return malformed(err);
	return type == SECTION_CHUNK ? read_chunk(o, payload, err) : 0;
}

static int read_all(struct opened *o, int fd, const uint8_t pk[CRYPTO_KEY_BYTES],
                    const uint8_t sk[CRYPTO_KEY_BYTES], struct error *err)
{
	int code = envelope_open(&o->envelope, fd, err);
	if (code)
		return code;
	memcpy(o->report->sender, envelope_head(o->envelope)->sender, DEVICE_ID_BYTES);
	if (envelope_head(o->envelope)->kind != ENVELOPE_ENTRIES)
		code = error_set(err, ERR_INVALID, _("it carries no entries"));
	else if ((code = envelope_unseal(o->envelope, pk, sk, err)) == ERR_RECIPIENT)
		error_set(err, code, _("this recovery key does not open it: it is that of another place, or the bundle is "
		                       "older than the key"));
	if (!code)
		code = envelope_sections(o->envelope, read_section, o, err);
	envelope_close(o->envelope);
	return code;
}

int open_with_recovery(const char *path, const char *code, bool (*each)(void *arg, const struct entry *entry),
                       void *arg, struct open_report *out, struct error *err)
{
	struct opened o = { .each = each, .arg = arg, .report = out };
	uint8_t pk[CRYPTO_KEY_BYTES], sk[CRYPTO_KEY_BYTES];
	memset(out, 0, sizeof(*out));
	int ret = keys_recovery_pair(code, pk, sk, err);
	if (ret)
		return ret;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		ret = error_errno(err, errno, "%s", path);
	else if ((ret = read_all(&o, fd, pk, sk, err)))
		error_prefix(err, "%s", path);
	if (fd >= 0)
		close(fd);
	crypto_wipe(sk, sizeof(sk));
	arena_free(&o.arena);
	return ret;
}
