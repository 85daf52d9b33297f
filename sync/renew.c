/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lib/file.h"
#include "lib/i18n.h"
#include "sync/peer.h"
#include "sync/renew.h"

int renew_store(struct store *store, const char *reason, struct error *err)
{
	char path[SYNC_PATH_BYTES];
	int code = store_renew(store, reason, err);
	/* what it may write as itself now is not what its earlier life could */
	code = code ? code : store_rejudge(store, NULL, err);
	if (code || (code = path_join(path, sizeof(path), store_dir(store), "request.xyr", err)))
		return code;
	return enrol_write_request(store, path, err);
}

int renew_set_back(struct store *store, struct error *err)
{
	int code = renew_store(store, "the fence is ahead of the store", err);
	if (code)
		return code;
	return error_set(err, ERR_UNSURE,
	                 _("this store is an older or second copy, so it got a new identity; nothing was "
	                   "lost: carry the new request.xyr to the level above and import its answer"));
}
