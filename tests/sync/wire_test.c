/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices, manifests and receipts: what is written is read; cut short it is refused; limits hold. */
#include "config.h"

#include <stdlib.h>

#include "sync/wire.h"
#include "tests/tap.h"

static struct store_device device_of(const char *name)
{
	struct store_device device = { .level = LEVEL_VILLAGE, .region = "430599101201" };
	uint8_t sk[CRYPTO_SIGN_SK_BYTES], box_sk[CRYPTO_KEY_BYTES], in[CRYPTO_SIGN_PK_BYTES + 8], hash[16];
	crypto_sign_keys(device.sign_pk, sk);
	crypto_box_keys(device.box_pk, box_sk);
	crypto_random(device.incarnation, sizeof(device.incarnation));
	memcpy(in, device.sign_pk, CRYPTO_SIGN_PK_BYTES);
	memcpy(in + CRYPTO_SIGN_PK_BYTES, device.incarnation, 8);
	crypto_hash_data(hash, sizeof(hash), in, sizeof(in), NULL);
	memcpy(device.id, hash, DEVICE_ID_BYTES);
	snprintf(device.name, sizeof(device.name), "%s", name);
	return device;
}

static void test_device(void)
{
	struct store_device device = device_of("甲村卫生室"), read;
	struct buf out = BUF_INIT;
	int taken = 0;
	wire_put_device(&out, &device);
	struct span in = span_of_buf(&out);
	ok(wire_take_device(&in, &read) && !in.len_bytes && !strcmp(read.name, device.name) &&
	   !strcmp(read.region, device.region) && !memcmp(read.id, device.id, DEVICE_ID_BYTES),
	   "a device comes back");
	for (size_t cut = 0; cut < out.len_bytes; cut++) {
		in = span_of(out.data, cut);
		taken += wire_take_device(&in, &read);
	}
	is(taken, 0, "cut anywhere it is refused");
	for (size_t i = 0; i < DEVICE_ID_BYTES + 8 + CRYPTO_SIGN_PK_BYTES; i++) {
		out.data[i] ^= 4;
		in = span_of_buf(&out);
		taken += wire_take_device(&in, &read);
		out.data[i] ^= 4;
	}
	is(taken, 0, "an id that is not the hash of its key and incarnation is refused");
	buf_free(&out);
}

static void test_manifest(void)
{
	struct manifest_device devices[2] = { { .device = device_of("A"), .full = true, .covered = 7 },
		                              { .device = device_of("B"), .covered = 300 } };
	struct manifest manifest = { .kind = 1, .wall = -5, .devices = devices, .n_devices = 2,
		                     .believed_epoch = { 9 }, .believed_serial = 4000 }, read;
	struct envelope_head head = { .kind = 1 };
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct error err;
	int taken = 0;
	wire_put_manifest(&out, &manifest);
	is(wire_take_manifest(span_of_buf(&out), &read, &arena, &err), 0, "a manifest comes back");
	ok(read.wall == -5 && read.n_devices == 2 && read.devices[0].full && read.devices[1].covered == 300,
	   "with its devices");
	ok(read.believed_epoch[0] == 9 && read.believed_serial == 4000, "and the receipt its sender goes by");
	ok(manifest_matches(&read, &head), "it matches its header");
	head.sender[3] = 1;
	ok(!manifest_matches(&read, &head), "and no other");
	for (size_t cut = 0; cut < out.len_bytes; cut++)
		taken += !wire_take_manifest(span_of(out.data, cut), &read, &arena, &err);
	is(taken, 0, "cut anywhere it is refused");
	buf_put(&out, "of a newer version", 18);
	is(wire_take_manifest(span_of_buf(&out), &read, &arena, &err), 0, "more at its end is passed over");
	buf_free(&out);
	arena_free(&arena);
}

static void fill_receipt(struct receipt *receipt, struct receipt_device *device, struct receipt_range *range,
                         struct receipt_fork *forks, struct receipt_note *note)
{
	*range = (struct receipt_range){ .range = { 12, 19 } };
	forks[0] = (struct receipt_fork){ .seq = 4 };
	forks[1] = (struct receipt_fork){ .seq = 4, .digest = { 9 } };
	*device = (struct receipt_device){ .prefix = 10, .max = 25, .ranges = range, .n_ranges = 1,
		                           .forks = forks, .n_forks = 2, .more_forks = true };
	*note = (struct receipt_note){ .seq = 3, .waiting = true, .reason = "not-yours" };
	*receipt = (struct receipt){ .serial = 77, .wall = 1794000000, .clock_offset_s = -300,
		                     .devices = device, .n_devices = 1, .n_quarantined = 2,
		                     .n_waiting = 1, .notes = note, .n_notes = 1 };
}

static void test_receipt(void)
{
	struct receipt receipt, read;
	struct receipt_device device;
	struct receipt_range range;
	struct receipt_fork forks[2];
	struct receipt_note note;
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct error err;
	int taken = 0, differs = 0;
	fill_receipt(&receipt, &device, &range, forks, &note);
	wire_put_receipt(&out, &receipt);
	is(wire_take_receipt(span_of_buf(&out), &read, &arena, &err), 0, "a receipt comes back");
	wire_put_receipt(&again, &read);
	ok(again.len_bytes == out.len_bytes && !memcmp(again.data, out.data, out.len_bytes), "byte for byte");
	is((long long)read.devices[0].ranges[0].range.last, 19, "with its ranges");
	is_text(read.notes[0].reason, "not-yours", "and reasons");
	for (size_t cut = 0; cut < out.len_bytes; cut++)
		taken += !wire_take_receipt(span_of(out.data, cut), &read, &arena, &err);
	is(taken, 0, "cut anywhere it is refused");
	/* whatever a flipped bit makes of it, it is refused or means what its bytes say */
	for (size_t i = 0; i < out.len_bytes; i++) {
		for (int b = 0; b < 8; b++) {
			out.data[i] ^= (uint8_t)(1 << b);
			if (!wire_take_receipt(span_of_buf(&out), &read, &arena, &err)) {
				buf_clear(&again);
				wire_put_receipt(&again, &read);
				differs += again.len_bytes > out.len_bytes ||
				           memcmp(again.data, out.data, again.len_bytes);
			}
			out.data[i] ^= (uint8_t)(1 << b);
		}
	}
	is(differs, 0, "no byte has two meanings");
	buf_free(&out);
	buf_free(&again);
	arena_free(&arena);
}

static void test_limits(void)
{
	struct receipt receipt;
	struct manifest manifest;
	struct arena arena = ARENA_INIT;
	struct buf out = BUF_INIT;
	struct error err;
	uint8_t zeros[64] = { 0 };
	buf_put(&out, zeros, 8 + 3);                      /* epoch, serial, clocks */
	buf_put_varint(&out, UINT64_C(1) << 40);          /* devices */
	is(wire_take_receipt(span_of_buf(&out), &receipt, &arena, &err), ERR_LIMIT,
	   "a receipt of absurdly many devices is refused");
	buf_clear(&out);
	buf_put(&out, zeros, 1 + 8 + 8 + 16 + 8 + 1);
	buf_put_varint(&out, 4097);
	is(wire_take_manifest(span_of_buf(&out), &manifest, &arena, &err), ERR_LIMIT,
	   "a manifest of too many devices is refused");
	buf_free(&out);
	arena_free(&arena);
}

int main(void)
{
	struct error err;
	if (crypto_init(&err))
		return 1;
	test_device();
	test_manifest();
	test_receipt();
	test_limits();
	return done_testing();
}
