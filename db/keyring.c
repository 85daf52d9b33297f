/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/keyring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/file.h"
#include "lib/i18n.h"

enum { KEYS_MAX_BYTES = 64 * 1024, SUM_BYTES = 16 };

static const char *const copy_names[KEYRING_PLACES] = { "keys", "keys.bak", "base/keys" };
static const char first_line[] = "xiangyi-keys 1";

/* --- writing --- */

static void put_hex(struct buf *out, const void *bytes, size_t n_bytes)
{
	char text[2 * KEYRING_SEALED_BYTES + 1];
	hex_encode(text, bytes, n_bytes);
	buf_printf(out, "%s", text);
}

static void put_wrap(struct buf *out, const struct keyring_wrap *wrap)
{
	put_hex(out, wrap->salt, sizeof wrap->salt);
	buf_put(out, " ", 1);
	put_hex(out, wrap->box, sizeof wrap->box);
}

/* All lines that the two check sums cover. */
static void put_lines(struct buf *out, const struct keyring *ring)
{
	buf_printf(out, "%s\n", first_line);
	for (size_t i = 0; i < ring->n_rows; i++) {
		const struct keyring_row *row = &ring->rows[i];
		buf_printf(out, "operator %s %s %s ", row->name, role_word(row->role),
		           row->disabled ? "disabled" : "active");
		put_wrap(out, &row->wrap);
		buf_printf(out, " %s\n", row->display);
	}
	buf_printf(out, "recovery ");
	put_wrap(out, &ring->recovery);
	buf_printf(out, "\n");
	if (ring->has_township) {
		buf_printf(out, "township ");
		put_hex(out, ring->township_pk, sizeof ring->township_pk);
		buf_put(out, " ", 1);
		put_hex(out, ring->township_sealed, sizeof ring->township_sealed);
		buf_printf(out, "\n");
	}
}

static void mac_of(uint8_t mac[CRYPTO_HASH_BYTES], const struct buf *lines,
                   const uint8_t master[CRYPTO_KEY_BYTES])
{
	uint8_t key[CRYPTO_KEY_BYTES];
	crypto_subkey(key, master, 1, "xykeymac");
	crypto_hash_data(mac, CRYPTO_HASH_BYTES, lines->data, lines->len_bytes, key);
	crypto_wipe(key, sizeof key);
}

int keyring_write(const char *dir, struct keyring *ring, const uint8_t master[CRYPTO_KEY_BYTES],
                  struct error *err)
{
	struct buf out = BUF_INIT;
	uint8_t sum[SUM_BYTES];
	int ret = 0;
	put_lines(&out, ring);
	if (!out.failed)
		mac_of(ring->mac, &out, master);
	buf_printf(&out, "mac ");
	put_hex(&out, ring->mac, sizeof ring->mac);
	buf_printf(&out, "\n");
	if (!out.failed)
		crypto_hash_data(sum, sizeof sum, out.data, out.len_bytes, NULL);
	buf_printf(&out, "sum ");
	put_hex(&out, sum, sizeof sum);
	buf_printf(&out, "\n");
	if (out.failed)
		ret = error_errno(err, ENOMEM, "%s", copy_names[0]);
	for (int i = 0; i < KEYRING_COPIES && !ret; i++) {
		char path[4096];
		ret = path_join(path, sizeof path, dir, copy_names[i], err);
		ret = ret ? ret : file_write_atomic(path, out.data, out.len_bytes, err);
	}
	buf_free(&out);
	return ret;
}

bool keyring_is_ours(const struct keyring *ring, const uint8_t master[CRYPTO_KEY_BYTES])
{
	struct buf lines = BUF_INIT;
	uint8_t mac[CRYPTO_HASH_BYTES];
	bool same;
	put_lines(&lines, ring);
	if (lines.failed) {
		buf_free(&lines);
		return false;
	}
	mac_of(mac, &lines, master);
	same = crypto_equal(mac, ring->mac, sizeof mac);
	buf_free(&lines);
	return same;
}

/* --- reading --- */

/* The next word of a line; the rest stays in *line. NULL at the end. */
static char *take_word(char **line)
{
	char *word = *line, *end;
	if (!word || !*word)
		return NULL;
	end = strchr(word, ' ');
	if (end)
		*end++ = '\0';
	*line = end;
	return word;
}

static bool take_hex(char **line, void *out, size_t n_bytes)
{
	const char *word = take_word(line);
	return word && hex_decode(out, n_bytes, word);
}

static bool take_wrap(char **line, struct keyring_wrap *wrap)
{
	return take_hex(line, wrap->salt, sizeof wrap->salt) &&
	       take_hex(line, wrap->box, sizeof wrap->box);
}

static bool take_operator(char *line, struct keyring *ring)
{
	struct keyring_row *row = &ring->rows[ring->n_rows];
	const char *name, *role, *state;
	if (ring->n_rows == KEYRING_MAX)
		return false;
	name = take_word(&line);
	role = take_word(&line);
	state = take_word(&line);
	if (!name || !role || !state || strlen(name) >= sizeof row->name ||
	    role_parse(role, &row->role) || !take_wrap(&line, &row->wrap))
		return false;
	row->disabled = strcmp(state, "active") != 0;
	memcpy(row->name, name, strlen(name) + 1);
	snprintf(row->display, sizeof row->display, "%s", line ? line : "");
	ring->n_rows++;
	return true;
}

static bool take_line(char *line, struct keyring *ring)
{
	const char *kind = take_word(&line);
	if (!kind)
		return false;
	if (!strcmp(kind, "operator"))
		return take_operator(line, ring);
	if (!strcmp(kind, "recovery"))
		return take_wrap(&line, &ring->recovery);
	if (!strcmp(kind, "mac"))
		return take_hex(&line, ring->mac, sizeof ring->mac);
	if (!strcmp(kind, "township")) {
		ring->has_township = true;
		return take_hex(&line, ring->township_pk, sizeof ring->township_pk) &&
		       take_hex(&line, ring->township_sealed, sizeof ring->township_sealed);
	}
	return false;
}

/* text ends with the line "sum ..."; cuts it off. */
static bool check_sum(char *text)
{
	uint8_t want[SUM_BYTES], got[SUM_BYTES];
	size_t n = strlen(text);
	char *sum;
	if (n < 1 || text[n - 1] != '\n')
		return false;
	text[n - 1] = '\0';
	sum = strrchr(text, '\n');
	if (!sum || strncmp(sum + 1, "sum ", 4) || !hex_decode(want, sizeof want, sum + 5))
		return false;
	sum[1] = '\0';
	crypto_hash_data(got, sizeof got, text, strlen(text), NULL);
	return crypto_equal(got, want, sizeof got);
}

static bool parse(char *text, struct keyring *ring)
{
	char *save = NULL, *line;
	if (!check_sum(text))
		return false;
	line = strtok_r(text, "\n", &save);
	if (!line || strcmp(line, first_line))
		return false;
	while ((line = strtok_r(NULL, "\n", &save)))
		if (!take_line(line, ring))
			return false;
	return true;
}

int keyring_read_copy(const char *dir, enum keyring_copy copy, struct keyring **out,
                      struct error *err)
{
	struct buf text = BUF_INIT;
	struct keyring *ring = NULL;
	char path[4096];
	int ret = path_join(path, sizeof path, dir, copy_names[copy], err);
	*out = NULL;
	ret = ret ? ret : file_read(path, KEYS_MAX_BYTES, &text, err);
	if (ret)
		goto done;
	ring = calloc(1, sizeof *ring);
	buf_put_u8(&text, 0);
	if (!ring || text.failed)
		ret = error_errno(err, ENOMEM, "%s", path);
	else if (!strncmp((char *)text.data, "xiangyi-keys ", 13) &&
	         strncmp((char *)text.data, first_line, sizeof first_line - 1))
		ret = error_set(err, ERR_VERSION, _("%s was made by a newer version"), path);
	else if (!parse((char *)text.data, ring))
		ret = error_set(err, ERR_CORRUPT, _("%s is damaged"), path);
	if (!ret) {
		*out = ring;
		ring = NULL;
	}
done:
	free(ring);
	buf_free(&text);
	return ret;
}

int keyring_read(const char *dir, struct keyring **out, struct error *err)
{
	struct error other;
	int ret = keyring_read_copy(dir, KEYRING_FIRST, out, err);
	if (ret != ERR_NOTFOUND && ret != ERR_CORRUPT)
		return ret;
	for (enum keyring_copy copy = KEYRING_BACKUP; copy < KEYRING_PLACES; copy++)
		if (keyring_read_copy(dir, copy, out, &other) == 0)
			return 0;
	if (ret == ERR_NOTFOUND)
		error_set(err, ret, _("there is no store in %s; xiangyi-admin init makes one"), dir);
	return ret;
}

struct keyring_row *keyring_find(struct keyring *ring, const char *name)
{
	for (size_t i = 0; i < ring->n_rows; i++)
		if (!strcmp(ring->rows[i].name, name))
			return &ring->rows[i];
	return NULL;
}

int keyring_bytes(const char *dir, const uint8_t master[CRYPTO_KEY_BYTES], struct buf *out, struct error *err)
{
	int ret = 0;
	for (int i = 0; i < KEYRING_PLACES; i++) {
		struct keyring *ring;
		char path[4096];
		bool ours;
		ret = keyring_read_copy(dir, (enum keyring_copy)i, &ring, err);
		if (ret)
			continue;
		ours = keyring_is_ours(ring, master);
		free(ring);
		ret = ours ? path_join(path, sizeof path, dir, copy_names[i], err)
		           : error_set(err, ERR_CORRUPT, _("the file of operators was changed by a stranger"));
		ret = ret ? ret : file_read(path, KEYS_MAX_BYTES, out, err);
		if (!ret)
			break;
	}
	return ret;
}
