/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/account.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db/keyring.h"
#include "lib/file.h"
#include "lib/i18n.h"
#include "lib/paper.h"

enum {
	PASSWORD_MIN_CHARS = 8,
	TRIES_MAX = 5,
	TRIES_PAUSE_S = 30,
};

/* --- roles --- */

static const struct {
	const char *word;
	bool sees, writes, administers;
} roles[ROLE_N] = {
#define ROLE_ROW(name, word, see, write, admin) [ROLE_##name] = { word, see, write, admin },
	ROLE_LIST(ROLE_ROW)
#undef ROLE_ROW
};

const char *role_word(enum role role)
{
	return roles[role].word;
}

int role_parse(const char *word, enum role *out)
{
	for (int i = 0; i < ROLE_N; i++)
		if (!strcmp(roles[i].word, word)) {
			*out = (enum role)i;
			return 0;
		}
	return ERR_INVALID;
}

bool role_sees_patients(enum role role)
{
	return roles[role].sees;
}

bool role_writes(enum role role)
{
	return roles[role].writes;
}

bool role_administers(enum role role)
{
	return roles[role].administers;
}

/* --- what may be typed --- */

static int check_name(const char *name, struct error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t n = name ? strlen(name) : 0;
	if (n < 1 || n >= OPERATOR_BYTES || strspn(name, allowed) != n)
		return error_set(err, ERR_INVALID,
		                 _("an operator's name has 1 to %d letters a-z, digits, _ . or -"),
		                 OPERATOR_BYTES - 1);
	return 0;
}

static int check_display(const char *text, struct error *err)
{
	size_t n = text ? strlen(text) : 0;
	if (n >= sizeof((struct session *)0)->display_name)
		return error_set(err, ERR_INVALID, _("the operator's full name is too long"));
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 127)
			return error_set(err, ERR_INVALID,
			                 _("the operator's full name has a control character"));
	return 0;
}

static int check_password(const char *password, struct error *err)
{
	size_t n = 0;
	for (const char *p = password ? password : ""; *p; p++)
		n += ((unsigned char)*p & 0xc0) != 0x80;
	if (n < PASSWORD_MIN_CHARS)
		return error_set(err, ERR_INVALID, _("a password needs %d characters or more"),
		                 PASSWORD_MIN_CHARS);
	return 0;
}

/* --- wrapping the master key --- */

static int wrap_master(struct keyring_wrap *wrap, const uint8_t master[CRYPTO_KEY_BYTES],
                       const char *password, struct error *err)
{
	uint8_t key[CRYPTO_KEY_BYTES];
	int ret;
	crypto_random(wrap->salt, sizeof wrap->salt);
	ret = crypto_password_key(key, password, wrap->salt, err);
	if (!ret)
		crypto_lock(wrap->box, master, CRYPTO_KEY_BYTES, key);
	crypto_wipe(key, sizeof key);
	return ret;
}

/* wrap NULL: work as long and fail. ERR_AUTH. */
static int unwrap_master(uint8_t master[CRYPTO_KEY_BYTES], const struct keyring_wrap *wrap,
                         const char *password, struct error *err)
{
	static const struct keyring_wrap nobody;
	const struct keyring_wrap *used = wrap ? wrap : &nobody;
	uint8_t key[CRYPTO_KEY_BYTES];
	int ret = crypto_password_key(key, password, used->salt, err);
	ret = ret ? ret : crypto_unlock(master, used->box, sizeof used->box, key, err);
	crypto_wipe(key, sizeof key);
	return ret;
}

/* --- wrong tries: STORE/tries has their number and the time of the last one --- */

static void tries_read(const char *dir, unsigned *n, int64_t *last)
{
	struct buf text = BUF_INIT;
	struct error ignored;
	char path[4096];
	*n = 0;
	*last = 0;
	if (path_join(path, sizeof path, dir, "tries", &ignored) == 0 &&
	    file_read(path, 64, &text, &ignored) == 0 &&
	    sscanf(buf_text(&text), "%u %" SCNd64, n, last) != 2)
		*n = 0;
	buf_free(&text);
}

static int tries_check(const char *dir, struct error *err)
{
	int64_t last, wait;
	unsigned n;
	tries_read(dir, &n, &last);
	wait = last + TRIES_PAUSE_S - (int64_t)time(NULL);
	/* A last try in the future is a clock set back: the pause counts from now only once. */
	if (n < TRIES_MAX || wait <= 0 || wait > TRIES_PAUSE_S)
		return 0;
	return error_set(err, ERR_BUSY, _("too many wrong tries; wait %d seconds"), (int)wait);
}

static void tries_note(const char *dir, bool wrong)
{
	struct error ignored;
	char path[4096], text[64];
	int64_t last;
	unsigned n;
	if (path_join(path, sizeof path, dir, "tries", &ignored))
		return;
	if (!wrong) {
		unlink(path);
		return;
	}
	tries_read(dir, &n, &last);
	snprintf(text, sizeof text, "%u %" PRId64 "\n", n < 1000 ? n + 1 : n, (int64_t)time(NULL));
	file_write_atomic(path, text, strlen(text), &ignored);
}

/* --- sessions --- */

static void session_fill(struct session *out, const struct keyring_row *row,
                         const uint8_t master[CRYPTO_KEY_BYTES])
{
	memset(out, 0, sizeof *out);
	snprintf(out->operator_name, sizeof out->operator_name, "%s", row->name);
	snprintf(out->display_name, sizeof out->display_name, "%s", row->display);
	out->role = row->role;
	memcpy(out->master, master, CRYPTO_KEY_BYTES);
}

void session_end(struct session *session)
{
	crypto_wipe(session, sizeof *session);
}

/* An administrator's row: the one that a recovery code stands for. */
static const struct keyring_row *first_administrator(const struct keyring *ring)
{
	for (size_t i = 0; i < ring->n_rows; i++)
		if (role_administers(ring->rows[i].role) && !ring->rows[i].disabled)
			return &ring->rows[i];
	return &ring->rows[0];
}

/* operator_name NULL: secret is the recovery code. */
static int unlock_copy(const char *dir, enum keyring_copy copy, const char *operator_name,
                       const char *secret, struct session *out, struct error *err)
{
	uint8_t master[CRYPTO_KEY_BYTES];
	const struct keyring_row *row = NULL;
	struct keyring *ring;
	int ret = keyring_read_copy(dir, copy, &ring, err);
	if (ret)
		return ret;
	if (operator_name)
		row = keyring_find(ring, operator_name);
	else if (ring->n_rows)
		row = first_administrator(ring);
	ret = unwrap_master(master, !row ? NULL : operator_name ? &row->wrap : &ring->recovery,
	                    secret, err);
	if (!ret && (!row || (operator_name && row->disabled)))
		ret = ERR_AUTH;
	if (!ret && !keyring_is_ours(ring, master))
		ret = error_set(err, ERR_CORRUPT, _("the file of operators was changed by a stranger"));
	if (ret == ERR_AUTH)
		error_set(err, ret, operator_name ? _("wrong operator or password")
		                                  : _("this is not the recovery code of this store"));
	if (!ret)
		session_fill(out, row, master);
	crypto_wipe(master, sizeof master);
	free(ring);
	return ret;
}

static int unlock(const char *dir, const char *operator_name, const char *secret,
                  struct session *out, struct error *err)
{
	struct error other;
	int ret;
	memset(out, 0, sizeof *out);
	ret = tries_check(dir, err);
	if (ret)
		return ret;
	ret = unlock_copy(dir, KEYRING_FIRST, operator_name, secret, out, err);
	for (enum keyring_copy copy = KEYRING_BACKUP;
	     copy < KEYRING_PLACES && (ret == ERR_CORRUPT || ret == ERR_NOTFOUND); copy++) {
		int other_ret = unlock_copy(dir, copy, operator_name, secret, out, &other);
		if (other_ret == 0 || other_ret == ERR_AUTH) {
			ret = other_ret;
			if (ret)
				*err = other;
		}
	}
	if (ret == ERR_NOTFOUND)
		return error_set(err, ret, _("there is no store in %s; xiangyi-admin init makes one"), dir);
	if (!ret || ret == ERR_AUTH)
		tries_note(dir, ret == ERR_AUTH);
	return ret;
}

int account_unlock(const char *store_dir, const char *operator_name, const char *password,
                   struct session *out, struct error *err)
{
	return unlock(store_dir, operator_name, password, out, err);
}

int account_unlock_recovery(const char *store_dir, const char *code, struct session *out,
                            struct error *err)
{
	char clean[RECOVERY_CODE_BYTES];
	int ret = paper_code_clean(clean, code, err);
	ret = ret ? ret : unlock(store_dir, NULL, clean, out, err);
	crypto_wipe(clean, sizeof clean);
	return ret;
}

/* --- operators --- */

int account_create(const char *store_dir, const char *operator_name, const char *display_name,
                   enum role role, const char *password, char recovery[RECOVERY_CODE_BYTES],
                   struct session *out, struct error *err)
{
	struct keyring *ring = NULL;
	struct error ignored;
	uint8_t master[CRYPTO_KEY_BYTES];
	int ret = check_name(operator_name, err);
	ret = ret ? ret : check_display(display_name, err);
	ret = ret ? ret : check_password(password, err);
	if (!ret && !role_administers(role))
		ret = error_set(err, ERR_INVALID, _("the first operator must be able to administer"));
	if (!ret && keyring_read(store_dir, &ring, &ignored) != ERR_NOTFOUND)
		ret = error_set(err, ERR_EXISTS, _("%s has operators already"), store_dir);
	free(ring);
	if (ret)
		return ret;
	ring = calloc(1, sizeof *ring);
	if (!ring)
		return error_errno(err, ENOMEM, "%s", store_dir);
	crypto_random(master, sizeof master);
	ring->n_rows = 1;
	ring->rows[0].role = role;
	snprintf(ring->rows[0].name, sizeof ring->rows[0].name, "%s", operator_name);
	snprintf(ring->rows[0].display, sizeof ring->rows[0].display, "%s",
	         display_name ? display_name : operator_name);
	paper_code_make(recovery);
	ret = wrap_master(&ring->rows[0].wrap, master, password, err);
	ret = ret ? ret : wrap_master(&ring->recovery, master, recovery, err);
	ret = ret ? ret : keyring_write(store_dir, ring, master, err);
	if (!ret)
		session_fill(out, &ring->rows[0], master);
	crypto_wipe(master, sizeof master);
	free(ring);
	return ret;
}

static int need_administrator(const struct session *session, struct error *err)
{
	if (role_administers(session->role))
		return 0;
	return error_set(err, ERR_DENIED, _("the role %s may not change operators"),
	                 role_word(session->role));
}

/* The operators' file as it stands, checked against the session's key; free() *out. */
static int ring_for_change(const char *dir, const struct session *session, struct keyring **out,
                           struct error *err)
{
	int ret = keyring_read(dir, out, err);
	if (ret)
		return ret;
	if (keyring_is_ours(*out, session->master))
		return 0;
	free(*out);
	*out = NULL;
	return error_set(err, ERR_CORRUPT, _("the file of operators was changed by a stranger"));
}

int account_add(const char *store_dir, const struct session *session, const char *operator_name,
                const char *display_name, enum role role, const char *password, struct error *err)
{
	struct keyring_row *row;
	struct keyring *ring;
	int ret = need_administrator(session, err);
	ret = ret ? ret : check_name(operator_name, err);
	ret = ret ? ret : check_display(display_name, err);
	ret = ret ? ret : check_password(password, err);
	ret = ret ? ret : ring_for_change(store_dir, session, &ring, err);
	if (ret)
		return ret;
	if (keyring_find(ring, operator_name)) {
		ret = error_set(err, ERR_EXISTS, _("there is an operator %s already"), operator_name);
	} else if (ring->n_rows == KEYRING_MAX) {
		ret = error_set(err, ERR_LIMIT, _("a store has at most %d operators"), KEYRING_MAX);
	} else {
		row = &ring->rows[ring->n_rows++];
		row->role = role;
		snprintf(row->name, sizeof row->name, "%s", operator_name);
		snprintf(row->display, sizeof row->display, "%s",
		         display_name ? display_name : operator_name);
		ret = wrap_master(&row->wrap, session->master, password, err);
		ret = ret ? ret : keyring_write(store_dir, ring, session->master, err);
	}
	free(ring);
	return ret;
}

static int unknown_operator(const char *name, struct error *err)
{
	return error_set(err, ERR_NOTFOUND, _("there is no operator %s"), name);
}

int account_set_password(const char *store_dir, const struct session *session,
                         const char *operator_name, const char *password, struct error *err)
{
	struct keyring_row *row;
	struct keyring *ring;
	int ret = 0;
	if (strcmp(operator_name, session->operator_name))
		ret = need_administrator(session, err);
	ret = ret ? ret : check_password(password, err);
	ret = ret ? ret : ring_for_change(store_dir, session, &ring, err);
	if (ret)
		return ret;
	row = keyring_find(ring, operator_name);
	if (!row)
		ret = unknown_operator(operator_name, err);
	ret = ret ? ret : wrap_master(&row->wrap, session->master, password, err);
	ret = ret ? ret : keyring_write(store_dir, ring, session->master, err);
	free(ring);
	return ret;
}

static bool is_last_administrator(const struct keyring *ring, const struct keyring_row *row)
{
	if (!role_administers(row->role) || row->disabled)
		return false;
	for (size_t i = 0; i < ring->n_rows; i++)
		if (&ring->rows[i] != row && role_administers(ring->rows[i].role) &&
		    !ring->rows[i].disabled)
			return false;
	return true;
}

int account_disable(const char *store_dir, const struct session *session, const char *operator_name,
                    bool disabled, struct error *err)
{
	struct keyring_row *row;
	struct keyring *ring;
	int ret = need_administrator(session, err);
	ret = ret ? ret : ring_for_change(store_dir, session, &ring, err);
	if (ret)
		return ret;
	row = keyring_find(ring, operator_name);
	if (!row)
		ret = unknown_operator(operator_name, err);
	else if (disabled && is_last_administrator(ring, row))
		ret = error_set(err, ERR_DENIED,
		                _("%s is the last operator who can administer this store"),
		                operator_name);
	if (!ret) {
		row->disabled = disabled;
		ret = keyring_write(store_dir, ring, session->master, err);
	}
	free(ring);
	return ret;
}

int account_list(const char *store_dir, struct arena *arena, const struct account **out, size_t *n,
                 struct error *err)
{
	struct account *list;
	struct keyring *ring;
	int ret = keyring_read(store_dir, &ring, err);
	if (ret)
		return ret;
	list = arena_alloc(arena, (ring->n_rows + 1) * sizeof *list);
	for (size_t i = 0; list && i < ring->n_rows; i++) {
		list[i].operator_name = arena_strdup(arena, ring->rows[i].name);
		list[i].display_name = arena_strdup(arena, ring->rows[i].display);
		list[i].role = ring->rows[i].role;
		list[i].disabled = ring->rows[i].disabled;
		if (!list[i].operator_name || !list[i].display_name)
			list = NULL;
	}
	*out = list;
	*n = ring->n_rows;
	free(ring);
	return list ? 0 : error_errno(err, ENOMEM, "%s", store_dir);
}

int account_wrap_for(const char *store_dir, const struct session *session,
                     const uint8_t box_pk[CRYPTO_KEY_BYTES], struct error *err)
{
	struct keyring *ring;
	int ret = ring_for_change(store_dir, session, &ring, err);
	if (ret)
		return ret;
	ring->has_township = true;
	memcpy(ring->township_pk, box_pk, CRYPTO_KEY_BYTES);
	crypto_seal(ring->township_sealed, session->master, CRYPTO_KEY_BYTES, box_pk);
	ret = keyring_write(store_dir, ring, session->master, err);
	free(ring);
	return ret;
}
