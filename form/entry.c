/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "form/entry.h"

#include <string.h>
#include "lib/i18n.h"
#include "lib/utf8.h"

enum {
	ENTRY_FORMAT = 1,
	FIELD_BYTES_LEAST = 4, /* tag, kind, empty text, no bases */
	VERSION_BYTES_LEAST = DEVICE_ID_BYTES + 1 + CRYPTO_DIGEST_BYTES,
};

/* --- versions --- */

void version_put(struct buf *out, const struct version *version)
{
	buf_put(out, version->device, sizeof version->device);
	buf_put_varint(out, version->seq);
	buf_put(out, version->digest, sizeof version->digest);
}

bool version_take(struct span *in, struct version *out)
{
	struct span rest = *in, device, digest;
	uint64_t seq;
	if (!span_take(&rest, DEVICE_ID_BYTES, &device) || !span_varint(&rest, &seq) ||
	    !span_take(&rest, CRYPTO_DIGEST_BYTES, &digest) || seq == 0)
		return false;
	memcpy(out->device, device.data, DEVICE_ID_BYTES);
	out->seq = seq;
	memcpy(out->digest, digest.data, CRYPTO_DIGEST_BYTES);
	*in = rest;
	return true;
}

int version_compare(const struct version *a, const struct version *b)
{
	int order = memcmp(a->device, b->device, sizeof a->device);
	if (order)
		return order;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return memcmp(a->digest, b->digest, sizeof a->digest);
}

char *version_format(const struct version *version, char out[VERSION_TEXT_BYTES])
{
	char digits[21], *digit = digits + sizeof digits - 1;
	*digit = '\0';
	uint64_t seq = version->seq;
	do
		*--digit = (char)('0' + seq % 10);
	while (seq /= 10);
	hex_encode(out, version->device, DEVICE_ID_BYTES);
	strcat(out, ".");
	strcat(out, digit);
	strcat(out, ".");
	hex_encode(out + strlen(out), version->digest, CRYPTO_DIGEST_BYTES);
	return out;
}

/* Minimal decimal, 1 or more, so that a version has one text only. */
static bool seq_parse(const char *text, size_t n, uint64_t *out)
{
	if (n == 0 || n > 20 || text[0] == '0')
		return false;
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(text[i] - '0');
		if (*out > (UINT64_MAX - digit) / 10)
			return false;
		*out = *out * 10 + digit;
	}
	return true;
}

static bool lower_hex(const char *text, size_t n)
{
	return strspn(text, "0123456789abcdef") >= n;
}

bool version_parse(const char *text, struct version *out)
{
	char device[2 * DEVICE_ID_BYTES + 1];
	size_t n_device = 2 * DEVICE_ID_BYTES;
	if (strlen(text) >= VERSION_TEXT_BYTES || !lower_hex(text, n_device) ||
	    text[n_device] != '.')
		return false;
	memcpy(device, text, n_device);
	device[n_device] = '\0';
	const char *seq = text + n_device + 1, *dot = strchr(seq, '.');
	if (!dot || !lower_hex(dot + 1, 2 * CRYPTO_DIGEST_BYTES))
		return false;
	struct version version;
	if (!seq_parse(seq, (size_t)(dot - seq), &version.seq) ||
	    !hex_decode(version.device, DEVICE_ID_BYTES, device) ||
	    !hex_decode(version.digest, CRYPTO_DIGEST_BYTES, dot + 1))
		return false;
	*out = version;
	return true;
}

/* --- reading with the reason of a failure --- */

struct reader {
	struct span in;
	struct error *err;
	int code; /* 0 while all is well */
	bool utf8_known;            /* writing: the texts of fields were looked at before */
	struct entry_field *moving; /* writing: fields that get their values from what is written, or NULL */
};

static bool cut(struct reader *r)
{
	r->code = error_set(r->err, ERR_TRUNCATED, _("an entry is cut short"));
	return false;
}

static bool bad(struct reader *r, const char *what)
{
	r->code = error_set(r->err, ERR_INVALID, _("an entry is malformed: %s"), what);
	return false;
}

static bool too_much(struct reader *r, const char *what)
{
	r->code = error_set(r->err, ERR_LIMIT, _("an entry is too large: %s"), what);
	return false;
}

static bool no_memory(struct reader *r)
{
	r->code = error_set(r->err, ERR_NOMEM, _("out of memory"));
	return false;
}

static bool take_varint(struct reader *r, uint64_t *out)
{
	if (span_varint(&r->in, out))
		return true;
	for (size_t i = 0; i < r->in.len_bytes && i < 10; i++)
		if (!(r->in.data[i] & 0x80))
			return bad(r, _("a number is not in its shortest form"));
	return r->in.len_bytes < 10 ? cut(r) : bad(r, _("a number is too long"));
}

static bool take_bytes(struct reader *r, struct span *out)
{
	uint64_t n;
	if (!take_varint(r, &n))
		return false;
	if (n > ENTRY_MAX_BYTES)
		return too_much(r, _("a text"));
	return span_take(&r->in, (size_t)n, out) || cut(r);
}

static bool is_text(struct span text)
{
	return text.len_bytes == 0 || utf8_valid((const char *)text.data, text.len_bytes);
}

static bool take_text(struct reader *r, struct arena *arena, const char **out)
{
	struct span text;
	if (!take_bytes(r, &text))
		return false;
	if (!is_text(text))
		return bad(r, _("a text is not UTF-8"));
	*out = arena_strndup(arena, (const char *)text.data, text.len_bytes);
	return *out || no_memory(r);
}

static bool take_version(struct reader *r, struct version *out)
{
	struct span rest = r->in, device;
	uint64_t seq;
	if (version_take(&r->in, out))
		return true;
	if (!span_take(&rest, DEVICE_ID_BYTES, &device))
		return cut(r);
	struct reader number = { .in = rest, .err = r->err };
	if (!take_varint(&number, &seq)) {
		r->code = number.code;
		return false;
	}
	return seq == 0 ? bad(r, _("a version has the number 0")) : cut(r);
}

static bool take_ref(struct reader *r, struct version *out)
{
	uint8_t mark;
	*out = (struct version){ .seq = 0 };
	if (!span_u8(&r->in, &mark))
		return cut(r);
	if (mark > 1)
		return bad(r, _("a reference has an unknown mark"));
	return mark == 0 || take_version(r, out);
}

static bool check_row(struct reader *r)
{
	uint64_t n, tag, last = 0;
	if (!take_varint(r, &n))
		return false;
	for (uint64_t i = 0; i < n; i++, last = tag) {
		uint8_t kind;
		struct span value;
		if (!take_varint(r, &tag))
			return false;
		if (tag <= last || tag > UINT32_MAX)
			return bad(r, _("tags do not ascend"));
		if (!span_u8(&r->in, &kind))
			return cut(r);
		if (!take_bytes(r, &value))
			return false;
		if (kind == ENTRY_TEXT && !is_text(value))
			return bad(r, _("a text is not UTF-8"));
		struct version version;
		if (kind == ENTRY_RECORD && (!version_take(&value, &version) || value.len_bytes))
			return bad(r, _("a reference in a row"));
	}
	return true;
}

static bool check_rows(struct reader *outer, struct span rows)
{
	struct reader r = { .in = rows, .err = outer->err };
	uint64_t n;
	bool good = take_varint(&r, &n);
	for (uint64_t i = 0; good && i < n; i++)
		good = check_row(&r);
	/* What is cut inside a complete text is malformed, not truncated. */
	if (!good && r.code == ERR_TRUNCATED)
		return bad(outer, _("rows end too early"));
	if (good && r.in.len_bytes)
		return bad(outer, _("bytes behind the rows"));
	outer->code = r.code;
	return good;
}

/* The value of one field, checked as its kind demands; used by both directions. */
static bool check_value(struct reader *r, uint8_t kind, struct span value)
{
	struct version version;
	if (kind == ENTRY_TEXT && !is_text(value))
		return bad(r, _("a text is not UTF-8"));
	if (kind == ENTRY_RECORD && (!version_take(&value, &version) || value.len_bytes))
		return bad(r, _("a reference is no version"));
	return kind != ENTRY_ROWS || check_rows(r, value);
}

static bool take_field_value(struct reader *r, struct entry_field *field)
{
	if (field->kind != ENTRY_RECORD)
		return take_bytes(r, &field->value) && check_value(r, field->kind, field->value);
	struct span start = r->in;
	struct version version;
	if (!take_version(r, &version))
		return false;
	field->value = (struct span){ start.data, start.len_bytes - r->in.len_bytes };
	return true;
}

static bool take_bases(struct reader *r, struct arena *arena, struct entry_field *field)
{
	uint64_t n;
	if (!take_varint(r, &n))
		return false;
	if (n > ENTRY_MAX_BASES)
		return too_much(r, _("bases of a field"));
	if (n == 0)
		return true;
	if (n * VERSION_BYTES_LEAST > r->in.len_bytes)
		return cut(r);
	struct version *bases = arena_array(arena, (size_t)n, sizeof *bases);
	if (!bases)
		return no_memory(r);
	for (uint64_t i = 0; i < n; i++)
		if (!take_version(r, &bases[i]))
			return false;
	field->bases = bases;
	field->n_bases = (uint16_t)n;
	return true;
}

static bool take_fields(struct reader *r, struct arena *arena, struct entry *out)
{
	uint64_t n, tag;
	uint32_t last = 0;
	if (!take_varint(r, &n))
		return false;
	if (n > ENTRY_MAX_FIELDS)
		return too_much(r, _("fields"));
	if (n == 0)
		return true;
	if (n * FIELD_BYTES_LEAST > r->in.len_bytes)
		return cut(r);
	struct entry_field *fields = arena_array(arena, (size_t)n, sizeof *fields);
	if (!fields)
		return no_memory(r);
	for (uint64_t i = 0; i < n; i++) {
		if (!take_varint(r, &tag))
			return false;
		if (tag <= last || tag > UINT32_MAX)
			return bad(r, _("tags do not ascend"));
		last = fields[i].tag = (uint32_t)tag;
		if (!span_u8(&r->in, &fields[i].kind))
			return cut(r);
		if (!take_field_value(r, &fields[i]) || !take_bases(r, arena, &fields[i]))
			return false;
	}
	out->fields = fields;
	out->n_fields = (size_t)n;
	return true;
}

static bool take_extensions(struct reader *r, struct span *out)
{
	struct span start = r->in, value;
	uint64_t n, key, last = 0;
	if (!take_varint(r, &n))
		return false;
	for (uint64_t i = 0; i < n; i++, last = key) {
		if (!take_varint(r, &key))
			return false;
		if (i > 0 && key <= last)
			return bad(r, _("extensions do not ascend"));
		if (!take_bytes(r, &value))
			return false;
	}
	*out = n ? (struct span){ start.data, start.len_bytes - r->in.len_bytes }
	         : (struct span){ NULL, 0 };
	return true;
}

static bool take_entry(struct reader *r, struct arena *arena, struct entry *out)
{
	uint8_t format;
	struct span device;
	if (!span_u8(&r->in, &format))
		return cut(r);
	if (format != ENTRY_FORMAT) {
		r->code = error_set(r->err, ERR_VERSION,
		                    _("an entry has format %d: it needs a newer version of this program"),
		                    format);
		return false;
	}
	if (!span_take(&r->in, DEVICE_ID_BYTES, &device))
		return cut(r);
	memcpy(out->device, device.data, DEVICE_ID_BYTES);
	uint64_t wall;
	if (!take_varint(r, &out->seq) || !take_varint(r, &out->lamport) || !take_varint(r, &wall))
		return false;
	if (out->seq == 0)
		return bad(r, _("its number is 0"));
	out->wall = (int64_t)(wall >> 1) ^ -(int64_t)(wall & 1);
	return take_text(r, arena, &out->operator_name) && take_text(r, arena, &out->form) &&
	       take_ref(r, &out->record) && take_ref(r, &out->subject) &&
	       take_fields(r, arena, out) && take_extensions(r, &out->extensions);
}

int entry_decode(struct entry *out, struct span in, struct arena *arena, struct error *err)
{
	struct reader r = { .in = in, .err = err };
	*out = (struct entry){ .seq = 0 };
	if (in.len_bytes > ENTRY_MAX_BYTES) {
		too_much(&r, _("more than 256 KiB"));
		return r.code;
	}
	if (take_entry(&r, arena, out) && r.in.len_bytes)
		bad(&r, _("bytes behind its end"));
	return r.code;
}

/* --- writing --- */

static void put_ref(struct buf *out, const struct version *version)
{
	buf_put_u8(out, version->seq != 0);
	if (version->seq)
		version_put(out, version);
}

/* Tag, kind, value and the number of bases, with room asked for once: fields are nearly all of an entry. Returns where
 * the value stands, NULL without memory. */
static const uint8_t *put_value(struct buf *out, const struct entry_field *field)
{
	const struct span value = field->value;
	uint8_t *start = buf_room(out, 3 * VARINT_MAX_BYTES + 1 + value.len_bytes);
	if (!start)
		return NULL;
	uint8_t *to = put_varint(start, field->tag);
	*to++ = field->kind;
	if (field->kind != ENTRY_RECORD)
		to = put_varint(to, value.len_bytes);
	if (value.len_bytes)
		memcpy(to, value.data, value.len_bytes);
	out->len_bytes += (size_t)(put_varint(to + value.len_bytes, field->n_bases) - start);
	return to;
}

static bool put_field(struct buf *out, struct reader *r, const struct entry_field *field)
{
	bool known = r->utf8_known && field->kind == ENTRY_TEXT;
	if (!known && !check_value(r, field->kind, field->value))
		return false;
	if (field->n_bases > ENTRY_MAX_BASES)
		return bad(r, _("a field has too many bases"));
	const uint8_t *stands = put_value(out, field);
	if (r->moving)
		r->moving++->value.data = stands;
	for (size_t i = 0; i < field->n_bases; i++) {
		if (field->bases[i].seq == 0)
			return bad(r, _("a version has the number 0"));
		version_put(out, &field->bases[i]);
	}
	return true;
}

static bool put_fields(struct buf *out, struct reader *r, const struct entry *entry)
{
	if (entry->n_fields > ENTRY_MAX_FIELDS)
		return bad(r, _("too many fields"));
	buf_put_varint(out, entry->n_fields);
	uint32_t last = 0;
	for (size_t i = 0; i < entry->n_fields; i++) {
		if (entry->fields[i].tag <= last)
			return bad(r, _("tags do not ascend"));
		last = entry->fields[i].tag;
		if (!put_field(out, r, &entry->fields[i]))
			return false;
	}
	return true;
}

static bool put_extensions(struct buf *out, struct reader *r, struct span extensions)
{
	if (!extensions.len_bytes) {
		buf_put_varint(out, 0);
		return true;
	}
	struct reader check = { .in = extensions, .err = r->err };
	struct span whole;
	if (!take_extensions(&check, &whole) || check.in.len_bytes)
		return bad(r, _("its extensions"));
	buf_put(out, extensions.data, extensions.len_bytes);
	return true;
}

static bool put_entry(struct buf *out, struct reader *r, const struct entry *entry)
{
	const char *operator_name = entry->operator_name ? entry->operator_name : "";
	const char *form = entry->form ? entry->form : "";
	if (entry->seq == 0)
		return bad(r, _("its number is 0"));
	if (!utf8_valid(operator_name, strlen(operator_name)) || !utf8_valid(form, strlen(form)))
		return bad(r, _("a text is not UTF-8"));
	buf_put_u8(out, ENTRY_FORMAT);
	buf_put(out, entry->device, sizeof entry->device);
	buf_put_varint(out, entry->seq);
	buf_put_varint(out, entry->lamport);
	buf_put_zigzag(out, entry->wall);
	buf_put_text(out, operator_name);
	buf_put_text(out, form);
	put_ref(out, &entry->record);
	put_ref(out, &entry->subject);
	return put_fields(out, r, entry) && put_extensions(out, r, entry->extensions);
}

static int encode(struct buf *out, const struct entry *entry, bool utf8_known, struct entry_field *fields,
                  struct error *err)
{
	struct reader r = { .err = err, .utf8_known = utf8_known, .moving = fields };
	size_t start = out->len_bytes;
	if (put_entry(out, &r, entry)) {
		if (out->failed)
			r.code = error_set(err, ERR_NOMEM, _("out of memory"));
		else if (out->len_bytes - start > ENTRY_MAX_BYTES)
			bad(&r, _("more than 256 KiB"));
	}
	if (r.code)
		out->len_bytes = start;
	return r.code;
}

int entry_encode(struct buf *out, const struct entry *entry, struct error *err)
{
	return encode(out, entry, false, NULL, err);
}

int entry_encode_received(struct buf *out, const struct entry *entry, bool utf8_known, struct entry_field *fields,
                          struct error *err)
{
	return encode(out, entry, utf8_known, fields, err);
}

void entry_digest(uint8_t digest[CRYPTO_DIGEST_BYTES], struct span canonical)
{
	crypto_hash_data(digest, CRYPTO_DIGEST_BYTES, canonical.data, canonical.len_bytes, NULL);
}

const struct entry_field *entry_field_find(const struct entry *entry, uint32_t tag)
{
	size_t low = 0, high = entry->n_fields;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (entry->fields[middle].tag < tag)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < entry->n_fields && entry->fields[low].tag == tag)
		return &entry->fields[low];
	return NULL;
}
