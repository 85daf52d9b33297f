/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "lib/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#include "lib/i18n.h"

/* ISO/IEC 18004:2015, table 7: alphanumeric characters at level L. */
static const uint16_t CAPACITY[QR_VERSION_MAX] = {
	25, 47, 77, 114, 154, 195, 224, 279, 335, 395, 468, 535, 619, 667, 758, 854, 938, 1046, 1153, 1249,
	1352, 1460, 1588, 1704, 1853, 1990, 2132, 2223, 2369, 2520, 2677, 2840, 3009, 3183, 3351, 3537, 3729, 3927, 4087, 4296,
};

static int side(int version)
{
	return 17 + 4 * version;
}

size_t qr_capacity(int version)
{
	return version >= 1 && version <= QR_VERSION_MAX ? CAPACITY[version - 1] : 0;
}

int qr_columns(int version)
{
	return side(version) + 2 * QR_QUIET;
}

int qr_rows(int version)
{
	return (qr_columns(version) + 1) / 2;
}

static bool is_light(const QRcode *code, int x, int y)
{
	if (y >= code->width + QR_QUIET)
		return false; /* the lower half of the last row of cells */
	return x < 0 || y < 0 || x >= code->width || y >= code->width || !(code->data[y * code->width + x] & 1);
}

static void draw(const QRcode *code, struct buf *out)
{
	static const char *const cells[] = { " ", "\u2580", "\u2584", "\u2588" }; /* none, upper, lower, both */

	for (int y = -QR_QUIET; y < code->width + QR_QUIET; y += 2) {
		for (int x = -QR_QUIET; x < code->width + QR_QUIET; x++) {
			const char *cell = cells[is_light(code, x, y) + 2 * is_light(code, x, y + 1)];

			buf_put(out, cell, strlen(cell));
		}
		buf_put_u8(out, '\n');
	}
}

int qr_draw(const char *text, int version, struct buf *out, struct error *err)
{
	size_t len = strlen(text);
	QRinput *input = QRinput_new2(version, QR_ECLEVEL_L);
	QRcode *code = NULL;
	int ret = 0;

	if (len > qr_capacity(version))
		ret = error_set(err, ERR_LIMIT, _("the text is too long for a QR code of this size"));
	else if (!input)
		ret = error_set(err, ERR_NOMEM, _("out of memory"));
	else if (QRinput_append(input, QR_MODE_AN, (int)len, (const unsigned char *)text))
		ret = error_set(err, ERR_INVALID, _("the text has characters that a QR code does not take"));
	else if (!(code = QRcode_encodeInput(input)))
		ret = errno == ERANGE ? error_set(err, ERR_LIMIT, _("the text is too long for a QR code of this size"))
		                      : error_set(err, ERR_NOMEM, _("out of memory"));
	if (!ret)
		draw(code, out);
	if (!ret && out->failed)
		ret = error_set(err, ERR_NOMEM, _("out of memory"));
	QRcode_free(code);
	if (input)
		QRinput_free(input);
	return ret;
}
