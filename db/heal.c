/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/heal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/keyring.h"
#include "db/logbook.h"
#include "db/secret.h"
#include "lib/file.h"
#include "lib/i18n.h"

static bool is_ours(const struct store *store, enum keyring_copy copy, struct keyring **out)
{
	struct error ignored;
	struct keyring *ring;
	if (keyring_read_copy(store->dir, copy, &ring, &ignored))
		return false;
	if (out && keyring_is_ours(ring, store->session.master)) {
		*out = ring;
		return true;
	}
	bool ours = keyring_is_ours(ring, store->session.master);
	free(ring);
	return ours;
}

int heal_keys(struct store *store, struct error *err)
{
	struct keyring *ring = NULL;
	enum keyring_copy from = KEYRING_FIRST;
	bool whole = is_ours(store, KEYRING_FIRST, NULL) && is_ours(store, KEYRING_BACKUP, NULL);
	int ret;
	while (!whole && from < KEYRING_PLACES && !is_ours(store, from, &ring))
		from++;
	if (!ring)
		return 0; /* the store was opened past its files, as tests do, or nothing can be done here */
	ret = keyring_write(store->dir, ring, store->session.master, err);
	free(ring);
	if (ret == ERR_NOSPACE)
		return 0; /* records can be read all the same */
	if (!ret && from == KEYRING_BASE)
		logbook_tell(store, _("the file of operators was damaged and was taken from the base copy: operators "
		                      "and passwords are those of that day"));
	else if (!ret)
		logbook_tell(store, _("a file of operators was damaged and was written anew from its copy"));
	return ret;
}

static bool has_secret(const struct store *store, const char *dir)
{
	struct secret secret;
	struct error ignored;
	int ret = secret_find(dir, &store->session, store->devices[store->self - 1].id, &secret, &ignored);
	crypto_wipe(&secret, sizeof secret);
	return ret == 0;
}

int heal_secrets(struct store *store, struct error *err)
{
	char path[4096], base[4096], copy[4096], aside[4096];
	int ret;
	if (has_secret(store, store->dir))
		return 0;
	ret = path_join(path, sizeof path, store->dir, "secrets", err);
	ret = ret ? ret : path_join(aside, sizeof aside, store->dir, "secrets.bad", err);
	ret = ret ? ret : path_join(base, sizeof base, store->dir, "base", err);
	ret = ret ? ret : path_join(copy, sizeof copy, base, "secrets", err);
	if (!ret && file_exists(path) && rename(path, aside))
		ret = error_errno(err, errno, "%s", path);
	if (!ret && has_secret(store, base)) {
		ret = file_copy(copy, path, err);
		if (!ret)
			logbook_tell(store, _("the file of secret keys was damaged and was taken from the base copy"));
		return ret;
	}
	ret = ret ? ret : store_renew(store, "the secret keys were lost", err);
	if (!ret)
		logbook_tell(store, _("the secret keys of this store were lost; it goes on under a new number, and "
		                      "the township must enrol it again"));
	return ret;
}
