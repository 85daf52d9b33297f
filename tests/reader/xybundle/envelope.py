# SPDX-License-Identifier: GPL-3.0-or-later
"""Envelopes (section 3): hash, signature, sealed key, frames, sections."""
import hashlib

from nacl import bindings
from nacl.exceptions import CryptoError

from .base import Cursor, MAX_FILE, MAX_SECTION, Refused, hash16, hash32

MAGIC = b'\xe4XYB\r\n\x1a\n'
MINOR = 0
FRAME = 65536
LAST = 1 << 31
CONTEXT = b'xiangyi bundle 1\0'
MANIFEST, CERTIFICATE, RECEIPT, CHUNK, END = 0x81, 0x82, 0x83, 0x84, 0x85
PADDING, PACKAGE, KEYRING, SIGNATURE, ROLL = 0x01, 0x02, 0x03, 0x04, 0x88
KNOWN = (MANIFEST, CERTIFICATE, RECEIPT, CHUNK, END, PACKAGE, KEYRING, SIGNATURE, ROLL)


def is_signed(signature, context, message, sign_pk):
    """Section 2: Ed25519 over hash64 of the context, a NUL and the message."""
    message = hashlib.blake2b(context + message, digest_size=64).digest()
    try:
        bindings.crypto_sign_open(signature + message, sign_pk)
    except CryptoError:
        return False
    return True


class Envelope:
    def __init__(self, data):
        """Check the structure and the hash of a whole file."""
        if len(data) > MAX_FILE:
            raise Refused('too large')
        cursor = Cursor(data)
        if cursor.take(8) != MAGIC:
            raise Refused('no bundle')
        self.major, self.minor, self.least, self.suite = (cursor.u8() for _ in range(4))
        if self.major != 1 or self.least > MINOR or self.suite != 1:
            raise Refused('of a newer version')
        header = Cursor(cursor.take(self.header_bytes(cursor.u16())))
        self.kind, self.recipient, self.sender = header.u8(), header.take(8), header.take(8)
        self.bundle, self.part = header.take(16), header.u16()
        n = cursor.u8()
        if not 1 <= n <= 8:
            raise Refused('an impossible number of recipients')
        self.recipients = [(cursor.take(8), cursor.take(80)) for _ in range(n)]
        if len({key_id for key_id, _ in self.recipients}) != n:
            raise Refused('a recipient twice')
        self.stream = cursor.take(24)
        self.head_hash = hash32(data[:cursor.at])
        self.frames = list(self.take_frames(cursor))
        end = cursor.at
        self.hash, self.signature = cursor.take(32), cursor.take(64)
        cursor.end()
        if hash32(data[:end]) != self.hash:
            raise Refused('the checksum does not match')

    @staticmethod
    def header_bytes(n):
        if not 35 <= n <= 512:
            raise Refused('an impossible header')
        return n

    @staticmethod
    def take_frames(cursor):
        last = False
        while not last:
            word = cursor.u32()
            last, n = bool(word & LAST), word & ~LAST
            if not 17 <= n <= FRAME + 17 or (not last and n != FRAME + 17):
                raise Refused('a frame of an impossible length')
            yield cursor.take(n), last

    def verify(self, sign_pk):
        if not is_signed(self.signature, CONTEXT, self.hash, sign_pk):
            raise Refused('the signature does not match')

    def unseal(self, box_sk):
        box_pk = bindings.crypto_scalarmult_base(box_sk)
        for key_id, sealed in self.recipients:
            if key_id == hash16(box_pk)[:8]:
                try:
                    return bindings.crypto_box_seal_open(sealed, box_pk, box_sk)
                except CryptoError as error:
                    raise Refused('sealed for another recipient') from error
        raise Refused('sealed for another recipient')

    def plain(self, key):
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, self.stream, key)
        out = []
        for number, (frame, last) in enumerate(self.frames):
            try:
                plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
                    state, frame, self.head_hash + number.to_bytes(4, 'big'))
            except (CryptoError, RuntimeError) as error:
                raise Refused('a frame is damaged') from error
            if (tag == bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL) != last:
                raise Refused('a final tag in the wrong place')
            out.append(plain)
        return b''.join(out)

    def sections(self, key):
        """(type, bytes) of every known section; what is unknown and not critical is passed over."""
        cursor, ended = Cursor(self.plain(key)), False
        while cursor.left():
            kind, n = cursor.u8(), cursor.varint()
            if n > MAX_SECTION:
                raise Refused('a section is too large')
            data = cursor.take(n)
            if ended and kind != PADDING:
                raise Refused('a section behind the end')
            if kind in KNOWN:
                ended = kind == END
                yield kind, data
            elif kind & 0x80:
                raise Refused('a critical section of a newer version')
        if not ended:
            raise Refused('no end')
