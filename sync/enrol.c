/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of new installations, and the answer that vouches for them. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/date.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/answer.h"
#include "sync/judge.h"
#include "sync/keys.h"
#include "sync/peer.h"
#include "sync/reason.h"
#include "sync/sync.h"

#define REQUEST_CONTEXT "xiangyi request 1"

enum { REQUEST_MAGIC_BYTES = 8, REQUEST_VERSION = 1, REQUEST_MAX_BYTES = 4096 };

static const uint8_t REQUEST_MAGIC[REQUEST_MAGIC_BYTES] = { 0xe4, 'X', 'Y', 'R', '\r', '\n', 0x1a, '\n' };

int enrol_write_request(struct store *store, const char *path, struct error *err)
{
	struct self self;
	struct buf bytes = BUF_INIT;
	uint8_t sig[CRYPTO_SIG_BYTES];
	int code = self_begin(store, &self, err);
	if (code)
		return code;
	buf_put(&bytes, REQUEST_MAGIC, REQUEST_MAGIC_BYTES);
	buf_put_u8(&bytes, REQUEST_VERSION);
	wire_put_device(&bytes, &self.info.self);
	crypto_sign_data(sig, REQUEST_CONTEXT, bytes.data, bytes.len_bytes, self.sign_sk);
	buf_put(&bytes, sig, sizeof(sig));
	code = bytes.failed ? error_set(err, ERR_NOMEM, _("out of memory"))
	                    : file_write_atomic(path, bytes.data, bytes.len_bytes, err);
	buf_free(&bytes);
	self_end(&self);
	return code;
}

static int parse_request(struct enrol_request *out, struct span all, struct error *err)
{
	struct span in = all, magic, sig;
	uint8_t version;
	if (!span_take(&in, REQUEST_MAGIC_BYTES, &magic) || memcmp(magic.data, REQUEST_MAGIC, REQUEST_MAGIC_BYTES))
		return error_set(err, ERR_INVALID, _("it is no enrolment request"));
	if (!span_u8(&in, &version) || version != REQUEST_VERSION)
		return error_set(err, ERR_VERSION, _("it was made by a newer version of this program"));
	if (!wire_take_device(&in, &out->device))
		return error_set(err, ERR_CORRUPT, _("it is damaged"));
	size_t signed_bytes = all.len_bytes - in.len_bytes;
	if (!span_take(&in, CRYPTO_SIG_BYTES, &sig) || in.len_bytes)
		return error_set(err, ERR_CORRUPT, _("it is damaged"));
	return crypto_verify(sig.data, REQUEST_CONTEXT, all.data, signed_bytes, out->device.sign_pk, err);
}

int enrol_read_request(struct enrol_request *out, const char *path, struct error *err)
{
	struct buf bytes = BUF_INIT;
	struct stat st;
	memset(out, 0, sizeof(*out));
	if (!stat(path, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return error_set(err, ERR_INVALID, _("%s: it is no plain file"), path);
	int code = file_read(path, REQUEST_MAX_BYTES, &bytes, err);
	if (!code && (code = parse_request(out, span_of_buf(&bytes), err)))
		error_prefix(err, "%s", path);
	if (!code)
		peer_fingerprint(&out->device, out->fingerprint);
	buf_free(&bytes);
	return code;
}

int enrol_own_fingerprint(struct store *store, char out[128], struct error *err)
{
	struct store_info info;
	int code = store_info_get(store, &info, err);
	if (!code)
		peer_fingerprint(&info.self, out);
	return code;
}

static int check_request(struct store *store, const struct store_info *info,
                         const struct store_device *device, bool replace, struct error *err)
{
	const struct store_device *other;
	if (device->level >= info->self.level || !region_holds(info->self.region, device->region))
		return error_set(err, ERR_DENIED, _("region %s does not belong to %s (%s)"), device->region,
		                 info->self.name, info->self.region);
	const struct store_device *known = store_device_find(store, device->id);
	if (known && known->ended)
		return error_set(err, ERR_DENIED,
		                 _("the key of %s (%s) was ended: %s; a new installation needs new keys"),
		                 known->name, known->region, sync_device_ended(known));
	for (size_t i = 0; !replace && (other = store_device_at(store, i)); i++)
		if (other->enrolled && !other->self && !strcmp(other->region, device->region) &&
		    memcmp(other->id, device->id, DEVICE_ID_BYTES))
			return error_set(err, ERR_EXISTS,
			                 _("another installation is enrolled for region %s (%s); use --replace "
			                   "when this one takes its place or works beside it"),
			                 device->region, other->name);
	return 0;
}

int enrol_accept(struct store *store, const struct enrol_request *request, bool replace,
                 char path[SYNC_PATH_BYTES], struct error *err)
{
	struct self self;
	struct store_device device = request->device;
	char folder[SYNC_PATH_BYTES], name[REGION_BYTES + 8];
	int code = self_begin(store, &self, err);
	if (code)
		return code;
	bool elsewhere = false;
	snprintf(name, sizeof(name), "%s.xya", device.region);
	if ((code = check_request(store, &self.info, &device, replace, err)) ||
	    (code = keys_enrol(store, &device, &elsewhere, err)) ||
	    (code = keys_certify(store, &self, &device, err)) ||
	    (code = keys_enrolled(store, elsewhere, NULL, err)) ||
	    (code = path_join(folder, sizeof(folder), store_dir(store), "answers", err)) ||
	    (code = file_make_dirs(folder, 0700, err)) ||
	    (code = path_join(path, SYNC_PATH_BYTES, folder, name, err)))
		goto out;
	struct answer answer = { .self = &self, .to = &device, .certificate = true };
	code = answer_write_file(store, &answer, path, err);
out:
	self_end(&self);
	return code;
}

/* A store that was renewed when it was opened has a new identity, one whose key to seal for was replaced has a new
 * key: its old request is of no use then. */
static void refresh_request(struct store *store)
{
	struct store_info info;
	struct enrol_request request;
	char path[SYNC_PATH_BYTES];
	if (store_info_get(store, &info, NULL) ||
	    path_join(path, sizeof(path), store_dir(store), "request.xyr", NULL))
		return;
	if (enrol_read_request(&request, path, NULL) ||
	    memcmp(request.device.id, info.self.id, DEVICE_ID_BYTES) ||
	    memcmp(request.device.box_pk, info.self.box_pk, CRYPTO_KEY_BYTES)) {
		store_rejudge(store, NULL, NULL);
		enrol_write_request(store, path, NULL);
	}
}

void sync_register(struct store *store)
{
	struct error ignored; /* a full disk: the next merge tries again, and says so */
	store_set_judge(store, &SYNC_RIGHTS);
	keys_catch_up(store, &ignored);
	refresh_request(store);
}
