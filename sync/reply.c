/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sync/reply.h"

#include <stdio.h>
#include <string.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/keys.h"

int reply_in_store(struct store *store, const struct answer *answer, struct error *err)
{
	char folder[SYNC_PATH_BYTES], path[SYNC_PATH_BYTES], name[REGION_BYTES + 8];
	snprintf(name, sizeof(name), "%s.xya", answer->to->region);
	int code = path_join(folder, sizeof(folder), store_dir(store), "answers", err);
	if (code || (code = file_make_dirs(folder, 0700, err)) ||
	    (code = path_join(path, sizeof(path), folder, name, err)))
		return code;
	return answer_write_file(store, answer, path, err);
}

int reply_in_folder(struct store *store, const struct reply *reply, struct progress *progress,
                    struct export_report *given, struct error *err)
{
	const struct answer *answer = reply->answer;
	const struct give give = { .to = answer->to, .holdings = reply->holdings, .all = reply->all,
		                   .folder = reply->folder };
	struct stick_writer *writer = NULL;
	uint8_t hash[CRYPTO_HASH_BYTES];
	char path[SYNC_PATH_BYTES];
	memset(given, 0, sizeof(*given));
	int code = stick_begin(&writer, reply->folder, "XYA", err);
	if (!code && !(code = answer_write(store, answer, stick_sink(writer), hash, err)) &&
	    !(code = stick_sync(writer, err)))
		code = stick_commit(writer, path, err);
	stick_end(writer);
	if (code)
		return code;
	code = give_down(store, &give, progress, given, err);
	stick_prune(reply->folder, "XYA", (const uint8_t (*)[DEVICE_ID_BYTES])answer->self->info.self.id, 1,
	            STICK_GENERATIONS);
	return code;
}

/* --- by hand --- */

static int reply_to(struct store *store, const struct self *self, const struct store_device *to, const char *dir,
                    bool all, struct progress *progress, struct reply_report *out, struct error *err)
{
	struct answer answer = { .self = self, .to = to, .certificate = true };
	struct reply reply = { .answer = &answer, .all = all };
	struct export_report given;
	int code = keys_renew(store, self, to, err);
	if (code || (code = reply_in_store(store, &answer, err)) ||
	    (code = stick_folder(reply.folder, dir, to->region, err)) ||
	    (code = reply_in_folder(store, &reply, progress, &given, err)))
		return code;
	out->answers++;
	out->given += given.entries - given.carried;
	out->carried += given.carried;
	out->unsigned_rest += given.unsigned_rest;
	snprintf(out->name, sizeof(out->name), "%s", to->name);
	return 0;
}

int sync_reply(struct store *store, const struct reply_ask *ask, struct progress *progress, struct reply_report *out,
               struct error *err)
{
	const struct store_device *device, *newest = NULL;
	struct store_device *to = NULL;
	struct self self;
	size_t n = 0;
	memset(out, 0, sizeof(*out));
	while ((device = store_device_at(store, n)))
		n++;
	struct arena arena = ARENA_INIT;
	int code = self_begin(store, &self, err);
	if (!code && !(to = arena_array(&arena, n + 1, sizeof(*to))))
		code = error_set(err, ERR_NOMEM, _("out of memory"));
	size_t n_to = 0;
	for (size_t i = 0; !code && i < n; i++) {
		device = store_device_at(store, i);
		if (!device->enrolled || device->ended || device->self || device->level >= self.info.self.level ||
		    strcmp(device->region, ask->region) != 0)
			continue;
		newest = device;
		if (!ask->rebuild)
			to[n_to++] = *device;
	}
	if (!code && !newest)
		code = error_set(err, ERR_NOTFOUND, _("no installation of region %s is enrolled here"), ask->region);
	if (!code && ask->rebuild)
		to[n_to++] = *newest;
	for (size_t i = 0; !code && i < n_to; i++)
		code = reply_to(store, &self, &to[i], ask->dir, ask->rebuild, progress, out, err);
	self_end(&self);
	arena_free(&arena);
	return code;
}
