/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelopes: what is written is read; cut at any byte or with any bit flipped they are refused. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "sync/envelope.h"
#include "tests/tap.h"

struct memory_sink {
	struct envelope_sink sink;
	struct buf bytes;
};

static int memory_put(struct envelope_sink *sink, const void *bytes, size_t n_bytes, struct error *err)
{
	struct memory_sink *memory = (struct memory_sink *)sink;
	(void)err;
	buf_put(&memory->bytes, bytes, n_bytes);
	return memory->bytes.failed ? ERR_NOMEM : 0;
}

static uint8_t sign_pk[CRYPTO_SIGN_PK_BYTES], sign_sk[CRYPTO_SIGN_SK_BYTES];
static uint8_t box_pk[2][CRYPTO_KEY_BYTES], box_sk[2][CRYPTO_KEY_BYTES];

struct seen {
	size_t n, bytes;
	uint8_t last;
};

static int note(void *arg, uint8_t type, struct span payload, struct error *err)
{
	struct seen *seen = arg;
	(void)err;
	seen->n++;
	seen->bytes += payload.len_bytes;
	seen->last = type;
	return 0;
}

/* A file with n_chunks sections of chunk_bytes each; extra_type 0: none. */
static void make(struct memory_sink *memory, size_t n_chunks, size_t chunk_bytes, uint8_t extra_type,
                 bool with_end)
{
	struct envelope_writer *writer = NULL;
	struct envelope_head head = { .kind = ENVELOPE_ENTRIES, .part = 1 };
	struct error err = { 0 };
	uint8_t hash[CRYPTO_HASH_BYTES];
	uint8_t *payload = calloc(1, chunk_bytes + 1);
	memory->sink.put = memory_put;
	memory->bytes = (struct buf)BUF_INIT;
	memset(head.sender, 1, sizeof(head.sender));
	memset(head.recipient, 2, sizeof(head.recipient));
	envelope_begin(&writer, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])box_pk, 1, &memory->sink, &err);
	envelope_section(writer, SECTION_MANIFEST, span_of("manifest", 8), &err);
	for (size_t i = 0; i < n_chunks; i++)
		envelope_section(writer, SECTION_CHUNK, span_of(payload, chunk_bytes), &err);
	if (extra_type)
		envelope_section(writer, extra_type, span_of("extra", 5), &err);
	if (with_end)
		envelope_section(writer, SECTION_END, span_of("", 0), &err);
	envelope_end(writer, sign_sk, hash, &err);
	envelope_writer_free(writer);
	free(payload);
}

static int read_bytes(const void *bytes, size_t n, int recipient, struct seen *seen, struct error *err)
{
	char name[] = "/tmp/envelope_test.XXXXXX";
	struct envelope *envelope = NULL;
	int fd = mkstemp(name);
	unlink(name);
	memset(seen, 0, sizeof(*seen));
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	int code = envelope_open(&envelope, fd, err);
	if (!code && !(code = envelope_verify(envelope, sign_pk, err)) &&
	    !(code = envelope_unseal(envelope, box_pk[recipient], box_sk[recipient], err)))
		code = envelope_sections(envelope, note, seen, err);
	envelope_close(envelope);
	close(fd);
	return code;
}

/* Nobody, more than eight, somebody twice: neither written nor read. */
static void test_recipients(void)
{
	enum { AT = 8 + 4 + 2 + 35 }; /* magic, versions and suite, header length, header */
	struct memory_sink memory;
	struct envelope_writer *writer = NULL;
	struct envelope_head head = { .kind = ENVELOPE_ENTRIES, .part = 1 };
	struct seen seen;
	struct error err = { 0 };
	uint8_t keys[9][CRYPTO_KEY_BYTES], hash[CRYPTO_HASH_BYTES];
	for (int i = 0; i < 9; i++)
		memcpy(keys[i], box_pk[0], CRYPTO_KEY_BYTES);
	is(envelope_begin(&writer, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])keys, 0, &memory.sink, &err), ERR_LIMIT,
	   "a bundle for nobody is not written");
	is(envelope_begin(&writer, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])keys, 9, &memory.sink, &err), ERR_LIMIT,
	   "nor one for nine");
	make(&memory, 1, 10, 0, true);
	memory.bytes.data[AT] = 0;
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), ERR_CORRUPT, "nor read");
	is_text(err.text, "it is sealed for nobody", "with its sentence");
	memory.bytes.data[AT] = 9;
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), ERR_LIMIT, "nor is one for nine");
	is_text(err.text, "it names more than 8 recipients", "with its sentence");
	buf_free(&memory.bytes);
	memory = (struct memory_sink){ .sink = { memory_put }, .bytes = BUF_INIT };
	envelope_begin(&writer, &head, (const uint8_t (*)[CRYPTO_KEY_BYTES])keys, 2, &memory.sink, &err);
	envelope_section(writer, SECTION_END, span_of("", 0), &err);
	envelope_end(writer, sign_sk, hash, &err);
	envelope_writer_free(writer);
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), ERR_CORRUPT,
	   "nor one that names somebody twice");
	is_text(err.text, "it names a recipient twice", "with its sentence");
	buf_free(&memory.bytes);
}

static void test_whole(void)
{
	static const size_t SIZES[] = { 0, 1, 90, 91, 120, 121, 122, 123, 124, 217, 218, 219, 220, 221,
		                        21500, 21620, 21650, 21700, 21750, 21780, 21800, 21830, 21840, 65000, 65200, 65300, 65400, 65500, 65536, 70000, 200000 };
	struct memory_sink memory;
	struct seen seen;
	struct error err = { 0 };
	int bad = 0, odd = 0;
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(*SIZES); i++) {
		make(&memory, 3, SIZES[i], 0, true);
		int code = read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err);
		bad += code || seen.n != 5 || seen.bytes != 8 + 3 * SIZES[i] || seen.last != SECTION_END;
		odd += memory.bytes.len_bytes % ENVELOPE_PAD != 0;
		buf_free(&memory.bytes);
	}
	is(bad, 0, "envelopes of many sizes are read back");
	is(odd, 0, "all sizes are multiples of 256 bytes");
	make(&memory, 0, 0, 0x22, true);
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), 0,
	   "an unknown section that is not critical is passed over");
	is((long long)seen.n, 2, "and not given away");
	buf_free(&memory.bytes);
	make(&memory, 0, 0, 0xa2, true);
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), ERR_VERSION,
	   "an unknown critical section is of a newer version");
	buf_free(&memory.bytes);
	make(&memory, 1, 10, 0, false);
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), ERR_CORRUPT,
	   "a file without an end section is refused");
	buf_free(&memory.bytes);
}

/* A valid file with one byte of its fixed head changed. */
static int read_with(size_t at, uint8_t byte, const char *word)
{
	struct memory_sink memory;
	struct seen seen;
	struct error err = { 0 };
	make(&memory, 1, 10, 0, true);
	memory.bytes.data[at] = byte;
	int code = read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err);
	buf_free(&memory.bytes);
	return strstr(err.text, word) ? code : 1;
}

static void test_later(void)
{
	is(read_with(8, 2, "newer version"), ERR_VERSION, "another major version is refused as newer");
	is(read_with(10, 1, "newer version"), ERR_VERSION, "so is one that says that it needs a newer reader");
	is(read_with(11, 2, "suite 2"), ERR_VERSION, "an unknown suite is refused and named");
	is(read_with(9, 200, "checksum"), ERR_CORRUPT, "a newer minor version alone is no reason, but damage is");
}

static void test_refused(void)
{
	struct memory_sink memory;
	struct seen seen;
	struct error err = { 0 };
	int taken = 0, unclear = 0;
	make(&memory, 2, 300, 0, true);
	size_t n = memory.bytes.len_bytes;
	for (size_t cut = 0; cut < n; cut++) {
		int code = read_bytes(memory.bytes.data, cut, 0, &seen, &err);
		taken += !code;
		unclear += code != ERR_TRUNCATED;
	}
	is(taken, 0, "cut at every byte it is refused");
	is(unclear, 0, "and said to be cut short");
	taken = unclear = 0;
	for (size_t i = 0; i < n; i++) {
		for (int b = 0; b < 8; b++) {
			memory.bytes.data[i] ^= (uint8_t)(1 << b);
			err = (struct error){ 0 };
			taken += !read_bytes(memory.bytes.data, n, 0, &seen, &err) || seen.n;
			unclear += !err.text[0];
			memory.bytes.data[i] ^= (uint8_t)(1 << b);
		}
	}
	is(taken, 0, "with any bit flipped it is refused before any of it is given away");
	is(unclear, 0, "and each refusal has its sentence");
	static const uint8_t MORE[100];
	buf_put(&memory.bytes, MORE, sizeof(MORE));
	is(read_bytes(memory.bytes.data, memory.bytes.len_bytes, 0, &seen, &err), ERR_CORRUPT,
	   "bytes behind the trailer are refused");
	is(read_bytes(memory.bytes.data, n, 1, &seen, &err), ERR_RECIPIENT,
	   "sealed for another recipient it is refused");
	sign_pk[3] ^= 1;
	is(read_bytes(memory.bytes.data, n, 0, &seen, &err), ERR_SIGNATURE,
	   "a stranger's signature is refused");
	sign_pk[3] ^= 1;
	is(read_bytes("", 0, 0, &seen, &err), ERR_TRUNCATED, "an empty file is cut short");
	is(read_bytes("name,age\r\nabcdefghijk\n", 22, 0, &seen, &err), ERR_INVALID,
	   "another file is no bundle");
	memmove(memory.bytes.data + 4, memory.bytes.data + 5, n - 5); /* CR LF became LF */
	is(read_bytes(memory.bytes.data, n - 1, 0, &seen, &err), ERR_CORRUPT,
	   "a transfer as text is noticed");
	buf_free(&memory.bytes);
}

int main(void)
{
	struct error err;
	if (crypto_init(&err))
		return 1;
	crypto_sign_keys(sign_pk, sign_sk);
	crypto_box_keys(box_pk[0], box_sk[0]);
	crypto_box_keys(box_pk[1], box_sk[1]);
	test_whole();
	test_recipients();
	test_later();
	test_refused();
	return done_testing();
}
