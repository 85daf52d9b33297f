/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/i18n.h"

#define ERROR_ROW(name, number, text) [number] = { #name, text },
static const struct {
	const char *name, *kind;
} kinds[] = { [0] = { "OK", N_("no error") }, ERROR_LIST(ERROR_ROW) };
#undef ERROR_ROW

/* The C library's own catalogue is often not installed beside ours, so the usual messages are here. */
static const struct {
	int number, code;
	const char *text;
} system_errors[] = {
	{ ENOSPC, ERR_NOSPACE, N_("no space left on the disk") },
	{ EDQUOT, ERR_NOSPACE, N_("the disk quota is used up") },
	{ ENOENT, ERR_NOTFOUND, N_("no such file or folder") },
	{ EEXIST, ERR_EXISTS, N_("it already exists") },
	{ ENOMEM, ERR_NOMEM, N_("out of memory") },
	{ EACCES, ERR_IO, N_("permission denied") },
	{ EPERM, ERR_IO, N_("the system does not allow it") },
	{ EROFS, ERR_IO, N_("the disk is write-protected") },
	{ EIO, ERR_IO, N_("the disk cannot be read or written; it may be failing") },
	{ ENOTDIR, ERR_IO, N_("part of the path is not a folder") },
	{ EISDIR, ERR_IO, N_("it is a folder, not a file") },
	{ ENOTEMPTY, ERR_IO, N_("the folder is not empty") },
	{ ENAMETOOLONG, ERR_IO, N_("the name is too long") },
	{ EBUSY, ERR_IO, N_("it is in use") },
	{ EMFILE, ERR_IO, N_("too many files are open") },
	{ ENODEV, ERR_IO, N_("the device is gone; was the stick pulled out?") },
	{ ENXIO, ERR_IO, N_("the device is gone; was the stick pulled out?") },
	{ EFBIG, ERR_IO, N_("the file is too large for this disk") },
};

/* Drop a character that vsnprintf() cut in the middle. */
static void cut_at_character(char *text)
{
	size_t len = strlen(text), back = 0;
	unsigned char lead;

	while (back < 3 && back < len && (text[len - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back == len)
		return;
	lead = (unsigned char)text[len - 1 - back];
	if ((lead >= 0xF0 && back < 3) || (lead >= 0xE0 && lead < 0xF0 && back < 2) ||
	    (lead >= 0xC0 && lead < 0xE0 && back < 1))
		text[len - 1 - back] = '\0';
}

__attribute__((format(printf, 3, 0))) static void format_text(char *out, size_t size,
							      const char *fmt, va_list args)
{
	int n = vsnprintf(out, size, fmt, args);

	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= size)
		cut_at_character(out);
}

static void join_text(struct error *err, const char *front, const char *back)
{
	char joined[sizeof err->text], cut[sizeof err->text];
	size_t most = sizeof cut - 1 - strlen(": ");

	/* the cause stands at the end: of a monstrous path the end is left out */
	snprintf(cut, sizeof cut, "%s", front);
	if (strlen(front) + strlen(back) > most) {
		size_t keep = strlen(back) < most / 2 ? most - strlen(back) : most / 2;
		if (strlen(cut) > keep) {
			cut[keep - strlen("...")] = '\0';
			cut_at_character(cut);
			strcat(cut, "...");
		}
	}
	if ((size_t)snprintf(joined, sizeof joined, "%s: %s", cut, back) >= sizeof joined)
		cut_at_character(joined);
	memcpy(err->text, joined, sizeof joined);
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
	char text[sizeof err->text]; /* the arguments may point into err->text */
	va_list args;

	if (!err)
		return code;
	va_start(args, fmt);
	format_text(text, sizeof text, fmt, args);
	va_end(args);
	err->code = code;
	memcpy(err->text, text, sizeof text);
	return code;
}

int error_errno(struct error *err, int number, const char *fmt, ...)
{
	char text[sizeof err->text];
	const char *reason = NULL;
	int code = ERR_IO;
	va_list args;

	for (size_t i = 0; i < sizeof system_errors / sizeof system_errors[0]; i++)
		if (system_errors[i].number == number) {
			code = system_errors[i].code;
			reason = _(system_errors[i].text);
			break;
		}
	if (!err)
		return code;
	va_start(args, fmt);
	format_text(text, sizeof text, fmt, args);
	va_end(args);
	err->code = code;
	join_text(err, text, reason ? reason : strerror(number));
	return code;
}

int error_prefix(struct error *err, const char *fmt, ...)
{
	char prefix[sizeof err->text], text[sizeof err->text];
	va_list args;

	if (!err)
		return 0;
	va_start(args, fmt);
	format_text(prefix, sizeof prefix, fmt, args);
	va_end(args);
	memcpy(text, err->text, sizeof text);
	join_text(err, prefix, text);
	return err->code;
}

static size_t kind_index(int code)
{
	size_t n = sizeof kinds / sizeof kinds[0];

	return code <= 0 && code > -(int)n ? (size_t)-code : n;
}

const char *error_kind(int code)
{
	size_t i = kind_index(code);

	return i < sizeof kinds / sizeof kinds[0] ? _(kinds[i].kind) : _("unknown error");
}

const char *error_name(int code)
{
	size_t i = kind_index(code);

	return i < sizeof kinds / sizeof kinds[0] ? kinds[i].name : "UNKNOWN";
}
