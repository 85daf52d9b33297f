/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base45.h"
#include "lib/crypto.h"
#include "lib/i18n.h"
#include "sync/paper.h"

enum { ID_BYTES = 4, ID_CHARS = 8, CHECK_BYTES = 4, CHECK_CHARS = 6, PAIRS_MIN = 1 };

struct paper {
	char id[ID_CHARS + 1]; /* first bytes of the file's hash16, in capitals */
	size_t n, taken;
	struct { uint8_t *bytes; size_t n_bytes; } parts[PAPER_MAX_PARTS];
};

static void make_id(char out[2 * CRYPTO_DIGEST_BYTES + 1], const void *bytes, size_t n_bytes)
{
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	crypto_hash_data(hash, sizeof(hash), bytes, n_bytes, NULL);
	hex_encode(out, hash, ID_BYTES);
	for (char *c = out; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

static void make_check(char out[CHECK_CHARS + 1], const char *line, size_t n_chars)
{
	uint8_t hash[CRYPTO_DIGEST_BYTES];
	crypto_hash_data(hash, sizeof(hash), line, n_chars, NULL);
	base45_encode(out, hash, CHECK_BYTES);
}

/* Bytes of one line: whole pairs, so that the lines' contents can stand behind each other. */
static size_t part_bytes(size_t max_chars)
{
	size_t line = max_chars < PAPER_LINE_BYTES ? max_chars : PAPER_LINE_BYTES - 1;
	return line < PAPER_OVERHEAD + PAIRS_MIN * BASE45_PAIR ? 0 : (line - PAPER_OVERHEAD) / BASE45_PAIR * 2;
}

size_t paper_parts(size_t n_bytes, size_t max_chars)
{
	size_t each = part_bytes(max_chars), n = each ? (n_bytes + each - 1) / each : 0;
	return n_bytes > PAPER_MAX_BYTES || n > PAPER_MAX_PARTS ? 0 : n;
}

int paper_split(const void *bytes, size_t n_bytes, size_t max_chars, struct arena *arena, char ***lines,
                size_t *n, struct error *err)
{
	const uint8_t *from = bytes;
	size_t each = part_bytes(max_chars);
	char id[2 * CRYPTO_DIGEST_BYTES + 1], check[CHECK_CHARS + 1];
	*n = paper_parts(n_bytes, max_chars);
	if (!*n)
		return error_set(err, ERR_LIMIT, _("%zu bytes are too much for QR codes: take a stick"), n_bytes);
	if (!(*lines = arena_array(arena, *n, sizeof(**lines))))
		return error_set(err, ERR_NOMEM, _("out of memory"));
	make_id(id, bytes, n_bytes);
	for (size_t i = 0; i < *n; i++) {
		size_t left = n_bytes - i * each, take = left < each ? left : each;
		char *line = (*lines)[i] = arena_alloc(arena, PAPER_OVERHEAD + base45_chars(take) + 1);
		if (!line)
			return error_set(err, ERR_NOMEM, _("out of memory"));
		size_t len = (size_t)sprintf(line, "XY1:%s:%zu:%zu:", id, i + 1, *n);
		base45_encode(line + len, from + i * each, take);
		len += base45_chars(take);
		make_check(check, line, len);
		sprintf(line + len, ":%s", check);
	}
	return 0;
}

/* --- reading --- */

struct paper *paper_new(void)
{
	return calloc(1, sizeof(struct paper));
}

void paper_free(struct paper *paper)
{
	for (size_t i = 0; paper && i < PAPER_MAX_PARTS; i++)
		free(paper->parts[i].bytes);
	free(paper);
}

size_t paper_total(const struct paper *paper)
{
	return paper->n;
}

bool paper_whole(const struct paper *paper)
{
	return paper->n && paper->taken == paper->n;
}

/* What a keyboard may have changed: small letters, white space and a line's end around it. */
static size_t tidy(char out[PAPER_LINE_BYTES], const char *line)
{
	size_t len = 0;
	while (isspace((unsigned char)*line))
		line++;
	for (; *line && *line != '\r' && *line != '\n' && len < PAPER_LINE_BYTES - 1; line++)
		out[len++] = (char)toupper((unsigned char)*line);
	out[len] = '\0';
	return len;
}

static int keep(struct paper *paper, size_t number, const char *content, size_t n_chars, struct error *err)
{
	size_t n_bytes;
	uint8_t *bytes = malloc(n_chars + 1);
	if (!bytes)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	if (!base45_decode(bytes, &n_bytes, content, n_chars)) {
		free(bytes);
		return error_set(err, ERR_CORRUPT, _("it was misread; scan it again"));
	}
	paper->taken += !paper->parts[number - 1].bytes;
	free(paper->parts[number - 1].bytes);
	paper->parts[number - 1].bytes = bytes;
	paper->parts[number - 1].n_bytes = n_bytes;
	return 0;
}

int paper_take(struct paper *paper, const char *line, size_t *number, struct error *err)
{
	char text[PAPER_LINE_BYTES], id[ID_CHARS + 1], check[CHECK_CHARS + 1];
	size_t len = tidy(text, line), n;
	int start = 0;
	*number = 0;
	if (sscanf(text, "XY1:%8[0-9A-F]:%3zu:%3zu:%n", id, number, &n, &start) != 3 || !start ||
	    strlen(id) != ID_CHARS || !*number || *number > n || len < (size_t)start + 1 + CHECK_CHARS)
		return error_set(err, ERR_INVALID, _("it is no code of this program"));
	size_t content = len - CHECK_CHARS - 1;
	make_check(check, text, content);
	if (text[content] != ':' || strcmp(text + content + 1, check))
		return error_set(err, ERR_CORRUPT, _("it was misread; scan it again"));
	if (paper->n && (strcmp(paper->id, id) || paper->n != n))
		return error_set(err, ERR_EXISTS, _("it belongs to another bundle than the codes before"));
	int code = keep(paper, *number, text + start, content - (size_t)start, err);
	if (!code) {
		memcpy(paper->id, id, sizeof(id));
		paper->n = n;
	}
	return code;
}

void paper_missing(const struct paper *paper, char *out, size_t size)
{
	size_t len = 0;
	*out = '\0';
	for (size_t i = 0; i < paper->n && len < size; i++) {
		size_t first = i;
		if (paper->parts[i].bytes)
			continue;
		while (i + 1 < paper->n && !paper->parts[i + 1].bytes)
			i++;
		int put = snprintf(out + len, size - len, first == i ? "%s%zu" : "%s%zu-%zu", len ? ", " : "",
		                   first + 1, i + 1);
		len += put > 0 ? (size_t)put : 0;
	}
}

int paper_join(const struct paper *paper, struct buf *out, struct error *err)
{
	char missing[200], id[2 * CRYPTO_DIGEST_BYTES + 1];
	paper_missing(paper, missing, sizeof(missing));
	if (!paper_whole(paper))
		return paper->n ? error_set(err, ERR_TRUNCATED, _("these of %zu codes are missing: %s"), paper->n, missing)
		                : error_set(err, ERR_NOTFOUND, _("there is no code of this program"));
	for (size_t i = 0; i < paper->n; i++)
		buf_put(out, paper->parts[i].bytes, paper->parts[i].n_bytes);
	if (out->failed)
		return error_set(err, ERR_NOMEM, _("out of memory"));
	make_id(id, out->data, out->len_bytes);
	return strcmp(id, paper->id) ? error_set(err, ERR_CORRUPT, _("the codes do not give back what was shown")) : 0;
}
